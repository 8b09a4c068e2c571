"""Stripped files as Pillow reads them: the same picture, turned as before, and nothing else in it.

Every image of the conformance suite that is accepted, and files as cameras write them, with a secret in every place for metadata.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

import presize
from differential.camera_files import SECRET, SECRETS, camera_files, picture
from presize import ImageRules

ORIENTATION = 0x0112
FILES = camera_files()
# Several of them hold a second picture or a film, which is how such files are.
RULES = ImageRules(allow_polyglots=True)

# What Pillow tells of a file that is needed to show it.
SHOWN = {
    "adobe",
    "adobe_transform",
    "aspect",
    "background",
    "bbox",
    "blend",
    "chromaticity",
    "default_image",
    "disposal",
    "dpi",
    "duration",
    "exif",
    "extension",
    "gamma",
    "icc_profile",
    "interlace",
    "jfif",
    "jfif_density",
    "jfif_unit",
    "jfif_version",
    "loop",
    "progression",
    "progressive",
    "srgb",
    "timestamp",
    "transparency",
    "version",
}

# What Pillow takes for a part of the picture, and the standards, browsers and libpng do not.
NOT_OF_THE_PICTURE = {
    "late_exif.png": "an eXIf chunk after the pixels turns no picture",
    "tolerance-exif-late.png": "an eXIf chunk after the pixels turns no picture",
    "tolerance-trns-late.png": "a tRNS chunk after the pixels makes none of them transparent",
    "tolerance-apng-dispose.png": "frames that break the rules of APNG are no animation",
    "tolerance-apng-fewer.png": "frames that break the rules of APNG are no animation",
    "tolerance-apng-none.png": "frames that break the rules of APNG are no animation",
}


def _frames(data: bytes) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
    """What a file is as a whole, and the pixels of its frames as they are stored."""
    with Image.open(io.BytesIO(data)) as file:
        # A second picture of an MPF segment is no frame of the first.
        count = 1 if file.format == "MPO" else getattr(file, "n_frames", 1)
        whole: dict[str, Any] = {"format": file.format.replace("MPO", "JPEG") if file.format else None}
        whole |= {"size": file.size, "mode": file.mode, "frames": count, "loop": file.info.get("loop")}
        whole |= {name: file.info.get(name) for name in ("icc_profile", "gamma", "srgb", "chromaticity")}
        frames = []
        for index in range(count):
            if count > 1:
                file.seek(index)
            file.load()
            whole[f"duration {index}"] = file.info.get("duration")
            pixels = file if file.mode in {"L", "LA", "RGB", "RGBA", "CMYK", "I;16"} else file.convert("RGBA")
            frames.append(np.asarray(pixels).copy())
        return whole, frames


def _shown(data: bytes) -> np.ndarray[Any, Any]:
    """The picture as displayed."""
    with Image.open(io.BytesIO(data)) as file:
        return np.asarray(ImageOps.exif_transpose(file).convert("RGBA"))


def _assert_same_picture(before: bytes, after: bytes) -> None:
    whole, frames = _frames(before)
    stripped, stripped_frames = _frames(after)
    assert stripped == whole
    assert all(np.array_equal(one, other) for one, other in zip(frames, stripped_frames, strict=True))
    assert np.array_equal(_shown(before), _shown(after))


def _assert_nothing_but_the_picture(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as file:
        file.load()
        assert file.info.keys() <= SHOWN, file.info.keys() - SHOWN
        assert file.info.get("extension", (b"NETSCAPE2.0",))[0] in {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}
        assert getattr(file, "text", {}) == {}
        assert file.getexif().keys() <= {ORIENTATION}


@pytest.mark.parametrize("name", FILES)
def test_a_camera_s_file_keeps_its_picture_and_loses_the_rest(name: str) -> None:
    data = FILES[name]
    stripped = presize.strip_metadata(data, RULES)
    _assert_same_picture(data, stripped.bytes)
    _assert_nothing_but_the_picture(stripped.bytes)
    for secret in SECRETS:
        assert secret not in stripped.bytes
    assert len(stripped.bytes) <= len(data) + 64
    checked, before = presize.check(stripped.bytes), presize.check(data, RULES)
    for field in ("format", "width", "height", "orientation", "has_alpha", "is_animated", "has_icc_profile"):
        assert getattr(checked.info, field) == getattr(before.info, field), field
    assert checked.info.has_exif == (checked.info.orientation != 1)
    if name == "jpeg-nothing":
        assert stripped.bytes is data
        assert stripped.removed == ()
    else:
        assert SECRET in data
        assert sum(removed.bytes for removed in stripped.removed) > len(SECRET)
    again = presize.strip_metadata(stripped.bytes)
    assert again.bytes is stripped.bytes
    assert again.removed == ()


def test_what_was_removed_is_told_by_its_kind() -> None:
    def kinds(name: str) -> set[str]:
        return {removed.kind for removed in presize.strip_metadata(FILES[name]).removed}

    assert {"exif", "xmp", "iptc", "comment", "thumbnail", "other"} <= kinds("jpeg-6-big")
    assert {"exif", "additional_images"} <= kinds("jpeg-multi-picture")
    assert "additional_images" in kinds("jpeg-motion-photo")
    assert {"exif", "xmp", "comment", "other"} <= kinds("png")
    assert {"exif", "xmp", "other"} <= kinds("webp-lossy")
    assert {"xmp", "comment", "other"} <= kinds("gif")


@pytest.mark.filterwarnings("ignore:Invalid APNG", "ignore:Image appears to be a malformed MPO")
def test_every_image_of_the_suite_keeps_its_picture(images: Path) -> None:
    rules, compared, unread = ImageRules(allow_polyglots=True, allow_truncated=True), 0, []
    for path in sorted(images.iterdir()):
        data = path.read_bytes()
        try:
            before = presize.check(data, rules).info
        except presize.PresizeError:
            continue
        stripped = presize.strip_metadata(data, rules)
        after = presize.check(stripped.bytes, rules).info
        assert (before.width, before.height, before.orientation) == (after.width, after.height, after.orientation)
        assert after.has_icc_profile == before.has_icc_profile
        assert presize.strip_metadata(stripped.bytes, rules).removed == ()
        try:
            _frames(data)
        except (OSError, SyntaxError, ValueError):
            unread.append(path.name)
            continue
        try:
            if path.name not in NOT_OF_THE_PICTURE:
                _assert_same_picture(data, stripped.bytes)
            _assert_nothing_but_the_picture(stripped.bytes)
        except (AssertionError, OSError, SyntaxError) as error:
            raise AssertionError(f"{path.name}: {error}") from error
        compared += 1
    # Most of them are cut off, which Pillow shows otherwise than browsers do, or not at all.
    print(f"{compared} compared, not read by Pillow: {', '.join(unread)}")
    assert compared > 250


def test_a_changed_pixel_and_a_turn_are_told() -> None:
    """A test that cannot fail is worse than none."""
    files = []
    for turned in (picture(), picture(seed=2), picture().transpose(Image.Transpose.ROTATE_180)):
        file = io.BytesIO()
        turned.save(file, "PNG")
        files.append(file.getvalue())
    _assert_same_picture(files[0], files[0])
    for other in files[1:]:
        with pytest.raises(AssertionError):
            _assert_same_picture(files[0], other)
    for name in FILES.keys() - {"jpeg-nothing"}:
        with pytest.raises(AssertionError):
            _assert_nothing_but_the_picture(FILES[name])
