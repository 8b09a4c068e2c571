"""Turning and scaling beside Pillow: ``exif_transpose`` and ``resize`` with LANCZOS, the filter that presize has too.

The source is stored turned in each of the 8 ways of EXIF, as PNG, which is exact, and as JPEG, which presize decodes at a
fraction of its size and scales as brightness and colour, so that it is near Pillow's result but not the same.

Both scale one axis after the other. Pillow keeps bytes in between, where overshoot beside an edge is cut off; presize keeps more
bits. Hence two measures: beside Pillow as it is, and, tighter, beside Pillow's floating point mode, which cuts nothing off.
What is measured is printed: ``pytest -rP``.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

import presize
from differential.ssim import ssim
from presize.options import DecodeOptions

WIDTH, HEIGHT = 240, 160
ORIENTATION = 0x0112
LANCZOS = Image.Resampling.LANCZOS
Pixels: TypeAlias = npt.NDArray[np.uint8]

# For each orientation, what turns the picture into the one that is stored.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

# The box that is asked for, the size that results, and the part of the picture that is in it.
Box = tuple[float, float, float, float]
WHOLE: Box = (0, 0, WIDTH, HEIGHT)
SIZES: dict[str, tuple[DecodeOptions, tuple[int, int], Box]] = {
    "whole": ({}, (240, 160), WHOLE),
    "half": ({"width": 120}, (120, 80), WHOLE),
    "seventh": ({"height": 23}, (35, 23), WHOLE),
    "cover, square": ({"width": 64, "height": 64, "fit": "cover"}, (64, 64), (40, 0, 200, 160)),
    "cover, wide": ({"width": 200, "height": 50, "fit": "cover"}, (200, 50), (0, 50, 240, 110)),
    "cover, top-left": (
        {"width": 50, "height": 150, "fit": "cover", "position": "top-left"},
        (50, 150),
        (0, 0, 160 / 3, 160),
    ),
    "fill": ({"width": 99, "height": 101, "fit": "fill"}, (99, 101), WHOLE),
    "inside": ({"width": 90, "height": 90, "fit": "inside"}, (90, 60), WHOLE),
    "outside": ({"width": 90, "height": 90, "fit": "outside"}, (135, 90), WHOLE),
    "enlarged": ({"width": 500, "height": 333, "fit": "fill", "enlarge": True}, (500, 333), WHOLE),
}

# Mean absolute difference in levels at most, and SSIM at least: beside Pillow, and beside its floating point mode. With
# Pillow 13.0 on x86-64 the largest difference of a PNG is 0.007 in the second measure, from rounding; of a JPEG the largest are 1.19 and 0.9948.
BOUNDS = {
    "png": ((0.6, 0.997), (0.01, 0.9999)),
    "jpeg": ((1.6, 0.992), (1.6, 0.992)),
}


def _picture() -> Image.Image:
    """Gradients, edges, fine lines and some noise: what shows a wrong turn, a wrong filter and a shift by half a pixel."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    red = 255 * x / WIDTH
    green = 128 + 100 * np.sin((x**2 + y**2) / 900)
    blue = 255 * y / HEIGHT
    pixels = np.dstack([red, green, blue]) + rng.normal(0, 6, (HEIGHT, WIDTH, 3))
    pixels[20:60, 30:90] = (250, 240, 20)
    pixels[100:140:4, 150:220] = (10, 20, 30)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _stored(form: str, orientation: int) -> bytes:
    picture, turn = _picture(), STORED_AS[orientation]
    if turn is not None:
        picture = picture.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    file = io.BytesIO()
    more: dict[str, Any] = {"quality": 95, "subsampling": 0} if form == "jpeg" else {}
    picture.save(file, form, exif=exif, **more)
    return file.getvalue()


def _by_pillow(data: bytes, size: tuple[int, int], part: Box) -> list[Pixels]:
    """As it is, and in floating point."""
    with Image.open(io.BytesIO(data)) as file:
        picture = ImageOps.exif_transpose(file).convert("RGB")
    assert picture.size == (WIDTH, HEIGHT)
    exact = [np.asarray(channel.convert("F").resize(size, LANCZOS, part)) for channel in picture.split()]
    return [
        np.asarray(picture.resize(size, LANCZOS, part)),
        np.clip(np.rint(np.dstack(exact)), 0, 255).astype(np.uint8),
    ]


def _measure(one: Pixels, other: Pixels) -> tuple[float, int, float]:
    """The mean absolute difference, the largest, and SSIM."""
    differences = np.abs(one.astype(np.int16) - other)
    return float(differences.mean()), int(differences.max()), ssim(one, other)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("form", BOUNDS)
def test_pixels_are_those_of_pillow(form: str, name: str, record_property: Callable[[str, object], None]) -> None:
    options, size, part = SIZES[name]
    print(f"{form}, {name}, {size[0]}x{size[1]}: mean absolute difference, largest, SSIM; the same in floating point")
    for orientation in STORED_AS:
        data = _stored(form, orientation)
        made = presize.transform(data, format="png", **options)
        assert (made.width, made.height) == size
        with Image.open(io.BytesIO(made.bytes)) as file:
            received = np.asarray(file.convert("RGB"))
        shown = [_measure(received, expected) for expected in _by_pillow(data, size, part)]
        print(
            f"  {orientation} ", *(f"  {mean:.4f} {largest:3} {similarity:.6f}" for mean, largest, similarity in shown)
        )
        record_property(f"orientation {orientation}", shown)
        for (mean, _, similarity), (most, least) in zip(shown, BOUNDS[form], strict=True):
            assert mean <= most
            assert similarity >= least


def test_the_measures_tell_a_shift_and_a_turn() -> None:
    """A test that cannot fail is worse than none: what the bounds must not let through."""
    picture = np.asarray(_picture())
    assert ssim(picture, picture) == pytest.approx(1)
    for one, other in ((picture[1:], picture[:-1]), (picture, picture[::-1]), (picture, picture[:, ::-1])):
        mean, _, similarity = _measure(one, other)
        for most, least in (bounds for pair in BOUNDS.values() for bounds in pair):
            assert mean > most
            assert similarity < least


def test_another_filter_is_told_from_lanczos() -> None:
    data = _stored("png", 1)
    made = presize.transform(data, width=120, format="png")
    with Image.open(io.BytesIO(made.bytes)) as file:
        received = np.asarray(file)
    for other in (Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.BOX):
        mean, _, similarity = _measure(received, np.asarray(_picture().resize((120, 80), other)))
        most, least = BOUNDS["png"][1]
        assert mean > most
        assert similarity < least
