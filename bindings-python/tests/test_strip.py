"""``strip_metadata``: what it takes, what it gives, and on which threads. Its pictures are held against Pillow's in
``differential/test_strip.py``."""

from __future__ import annotations

import asyncio
import io
import pickle
from pathlib import Path

import pytest

import presize
from presize import CancelToken, ExifSummary, ImageError, ImageRules, OptionError, RemovedMetadata, StrippedImage, aio


@pytest.fixture
def photo(images: Path) -> bytes:
    return (images / "gps.jpg").read_bytes()


def test_everything_that_holds_bytes_is_taken(images: Path, photo: bytes) -> None:
    expected = presize.strip_metadata(photo)
    for data in (bytearray(photo), memoryview(photo), images / "gps.jpg", io.BytesIO(photo)):
        assert presize.strip_metadata(data) == expected
    assert pickle.loads(pickle.dumps(expected)) == expected


def test_where_nothing_is_removed_it_is_the_same_object(photo: bytes) -> None:
    stripped = presize.strip_metadata(photo)
    again = presize.strip_metadata(stripped.bytes)
    assert again.bytes is stripped.bytes
    assert again.removed == ()
    assert repr(again) == f"StrippedImage(jpeg, {len(stripped.bytes)} bytes, without nothing)"


def test_the_result_says_what_went(photo: bytes) -> None:
    stripped = presize.strip_metadata(photo)
    assert isinstance(stripped, StrippedImage)
    assert [type(removed) for removed in stripped.removed] == [RemovedMetadata]
    assert stripped.removed[0].kind == "exif"
    assert repr(stripped) == f"StrippedImage(jpeg, {len(stripped.bytes)} bytes, without exif)"
    assert (stripped.format, stripped.media_type, stripped.extension) == ("jpeg", "image/jpeg", ".jpg")
    assert stripped.to_data_uri() == presize.encode_data_uri(stripped.bytes, "jpeg")
    # The kept orientation has a block of its own.
    before, after = presize.inspect(photo), presize.inspect(stripped.bytes)
    assert (before.orientation, after.orientation) == (6, 6)
    assert isinstance(before.exif_summary, ExifSummary)
    assert before.exif_summary.has_gps
    assert after.exif_summary is None


def test_what_is_refused(photo: bytes) -> None:
    with pytest.raises(ImageError) as large:
        presize.strip_metadata(photo, ImageRules(max_bytes=100))
    assert large.value.code == "image_too_large"
    with pytest.raises(ImageError) as markup:
        presize.strip_metadata(b"<svg/>")
    assert markup.value.code == "image_format_not_allowed"
    with pytest.raises(OptionError):
        presize.strip_metadata("photo.jpg")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        presize.strip_metadata(photo, {"max_bytes": 100})  # type: ignore[arg-type]
    token = CancelToken()
    token.cancel()
    with pytest.raises(presize.PresizeError) as cancelled:
        presize.strip_metadata(photo, cancel_token=token)
    assert cancelled.value.code == "cancelled"


def test_in_the_queue_of_asyncio(images: Path, photo: bytes) -> None:
    async def both() -> list[StrippedImage]:
        return list(await asyncio.gather(aio.strip_metadata(photo), aio.strip_metadata(images / "gps.jpg")))

    assert asyncio.run(both()) == [presize.strip_metadata(photo)] * 2
