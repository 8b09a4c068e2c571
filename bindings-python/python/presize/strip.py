"""Removing metadata from an image without touching a pixel."""

from __future__ import annotations

from dataclasses import dataclass

from . import _native
from ._native import CancelToken
from .images import Data, _extension, _rules
from .options import ImageFormat, MetadataKind
from .rules import ImageRules

__all__ = ["RemovedMetadata", "StrippedImage", "strip_metadata"]


@dataclass(frozen=True, slots=True)
class RemovedMetadata:
    """Metadata that was removed from an image."""

    kind: MetadataKind
    """What it was: ``"exif"`` (camera, time, GPS position, maker notes, thumbnail), ``"xmp"``, ``"iptc"``, ``"comment"`` (texts
    too), ``"thumbnail"`` (outside EXIF), ``"additional_images"`` (previews, depth and gain maps, motion photos) or ``"other"``."""
    bytes: int
    """How many bytes of the file it was, those of its container included."""


@dataclass(frozen=True, slots=True)
class StrippedImage:
    """An image without its metadata: the pixels are those of the file, bit by bit."""

    bytes: bytes
    """The file. The very same object that was given where it was ``bytes`` and there was nothing to remove."""
    format: ImageFormat
    """The format, by its bytes."""
    removed: tuple[RemovedMetadata, ...]
    """What was removed, each kind once. Empty where there was nothing."""

    @property
    def media_type(self) -> str:
        """The registered media type: ``"image/jpeg"``."""
        return f"image/{self.format}"

    @property
    def extension(self) -> str:
        """The file name extension of the format, with its dot: ``".jpg"``."""
        return _extension(self.format)

    def to_data_uri(self) -> str:
        """The image as a data URI."""
        return _native.encode_data_uri(self.bytes, self.format)

    def __repr__(self) -> str:
        removed = ", ".join(removed.kind for removed in self.removed) or "nothing"
        return f"StrippedImage({self.format}, {len(self.bytes)} bytes, without {removed})"


def strip_metadata(
    data: Data, rules: ImageRules | None = None, *, cancel_token: CancelToken | None = None
) -> StrippedImage:
    """Removes the metadata of a JPEG, PNG, WebP or GIF without decoding it: EXIF with its GPS position, XMP, IPTC, comments,
    thumbnails, further images and films in the same file, and every part that is not needed to show the picture. The pixels,
    the colour profile, the frames of an animation and the orientation stay.

    >>> from presize import inspect, strip_metadata
    >>> stripped = strip_metadata(photo)
    >>> inspect(stripped.bytes).orientation == inspect(photo).orientation
    True
    >>> strip_metadata(stripped.bytes).removed
    ()

    It does not say that the file is a whole picture: :func:`check` does. Of ``rules``, ``formats`` and ``max_bytes`` hold.

    Errors: ``image_too_small`` for no bytes at all, ``image_too_large`` for more bytes than the rules allow,
    ``image_format_unknown``, ``image_format_not_allowed``, ``image_format_unsupported``, ``image_corrupt``.
    """
    stripped, format, removed = _native.strip_metadata(data, _rules(rules), cancel_token)
    return StrippedImage(stripped, format, tuple(RemovedMetadata(*each) for each in removed))
