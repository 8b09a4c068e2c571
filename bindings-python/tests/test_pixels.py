"""Pixels that a program makes or changes are checked before anybody reads them; arrays go in and out."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import subprocess
import sys
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

import presize
from presize import OptionError, PixelImage
from presize.pillow import from_pillow, to_pillow


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((b"abcd" * 10, 1000, 1000, 4), "expected 4000000 bytes (1000 x 1000 x 4) for bytes, received 40"),
        ((bytes(12), 0, 2, 3), "expected an integer from 1 to 65535 for width, received 0"),
        ((bytes(12), 2, 65_536, 3), "expected an integer from 1 to 65535 for height, received 65536"),
        ((bytes(12), 2, 2, 5), "expected an integer from 1 to 4 for channels, received 5"),
        ((bytearray(12), 2, 2, 3), "expected bytes for bytes, received bytearray"),
        ((bytes(12), 2.5, 2, 3), "expected a non-negative integer for width, received 2.5"),
    ],
)
def test_parts_that_do_not_agree(parts: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        PixelImage(*parts)
    assert str(caught.value) == message


def test_sides_without_a_fraction_are_whole_numbers() -> None:
    image = PixelImage(bytes(12), 2.0, 2.0, 3.0)  # type: ignore[arg-type]
    assert repr((image.width, image.height, image.channels)) == "(2, 2, 3)"
    assert image.view().shape == (2, 2, 3)


def test_a_changed_copy_is_checked_too() -> None:
    image = PixelImage(bytes(12), 2, 2, 3)
    with pytest.raises(OptionError):
        dataclasses.replace(image, width=36_000)
    object.__setattr__(image, "width", 36_000)
    with pytest.raises((TypeError, ValueError)):
        np.asarray(image)
    with pytest.raises(OptionError):
        presize.encode(image, format="png")
    with pytest.raises(TypeError, match="encode takes a PixelImage, not bytes"):
        presize.encode(cast(Any, b"bytes"), format="png")


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 1), (3, 4, 2), (3, 4, 3), (3, 4, 4)])
def test_arrays_go_in_and_out(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    image = PixelImage.from_buffer(array)
    assert (image.width, image.height, image.channels) == (4, 3, shape[2] if len(shape) == 3 else 1)
    seen = np.asarray(image)
    assert np.array_equal(seen.reshape(shape), array)
    assert not seen.flags.writeable
    assert np.shares_memory(seen, np.frombuffer(image.bytes, np.uint8))
    assert np.array_equal(np.asarray(image.view()), seen)
    # Rows that stand apart in memory are taken too.
    assert PixelImage.from_buffer(array[:, ::2]).bytes == array[:, ::2].tobytes()


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2), np.float32), np.zeros(4, np.uint8), np.zeros((1, 2, 2, 3), np.uint8)]
)
def test_arrays_that_are_no_pixels(array: Any) -> None:
    with pytest.raises(ValueError, match="expected uint8 in 2 or 3 dimensions"):
        PixelImage.from_buffer(array)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_pillow_and_back(mode: str) -> None:
    picture = Image.effect_noise((7, 5), 80).convert(mode)
    pixels = from_pillow(picture)
    assert to_pillow(pixels).tobytes() == picture.tobytes()
    assert to_pillow(presize.encode(pixels, format="png")).convert(mode).tobytes() == picture.tobytes()


def test_other_modes_of_pillow() -> None:
    gray = Image.effect_noise((7, 5), 80)
    assert from_pillow(gray.convert("1")).channels == 1
    assert from_pillow(gray.convert("P")).channels == 3
    assert from_pillow(gray.convert("CMYK")).channels == 3
    palette = gray.convert("P")
    palette.info["transparency"] = 0
    assert from_pillow(palette).channels == 4
    for mode in ("I", "F", "I;16"):
        with pytest.raises(ValueError, match="8 bits a channel"):
            from_pillow(Image.new(mode, (2, 2)))


def test_pillow_reads_files_that_were_checked(images: Any) -> None:
    photo = presize.check(images / "orientation_6.jpg")
    assert to_pillow(photo).size == (48, 36)
    upright = from_pillow(to_pillow(photo))
    assert (upright.width, upright.height) == (36, 48)
    assert photo.extension == presize.transform(photo.bytes).extension == ".jpg"


DECODING = """
import hashlib, resource, sys
import presize

peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = sys.stdin.buffer.read()
presize.decode(data, width=64)
before = peak()
pixels = presize.decode(data).bytes
print(peak() - before, len(pixels), hashlib.sha256(pixels).hexdigest())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
def test_pixels_are_in_memory_once() -> None:
    width, height = 5000, 4000
    rows = (np.arange(height)[:, None, None] // 3 + np.arange(width)[None, :, None] // 5 * np.array([1, 2, 3])) % 256
    picture = Image.fromarray(rows.astype(np.uint8))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    command = [sys.executable, "-c", DECODING]
    done = subprocess.run(command, input=file.getvalue(), check=True, timeout=120, capture_output=True)
    grown, length, digest = done.stdout.decode().split()
    assert int(length) == 3 * width * height
    assert digest == hashlib.sha256(picture.tobytes()).hexdigest()
    assert int(grown) * 1024 < 1.5 * int(length), f"{int(grown) // 1024} MB for {int(length) >> 20} MB of pixels"
