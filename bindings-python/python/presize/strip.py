"""Removes metadata from an image without decoding its pixels."""

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
    """What it was:

    - ``"exif"``: camera, time, GPS position, maker notes, thumbnail. An orientation is written back on its own.
    - ``"xmp"``: edits, ratings, places, face regions, and what else an editor or a phone has put there.
    - ``"iptc"``: it and the other image resources of Photoshop: captions, names, places, paths, thumbnails.
    - ``"comment"``: comments and texts, and the time of the last change.
    - ``"thumbnail"``: a smaller copy of the picture outside EXIF.
    - ``"additional_images"``: previews, depth and gain maps, the film of a motion photo.
    - ``"c2pa"``: content credentials. They are signed over the bytes of the file, so they could not stay valid.
    - ``"other"``: anything else that is not needed to show the picture, and bytes between the parts of a file and after its end.
    """
    bytes: int
    """Its size in the file, in bytes, including the segments or chunks that held it."""


@dataclass(frozen=True, slots=True)
class StrippedImage:
    """An image without its metadata. Its pixels are bit-identical to those of the file."""

    bytes: bytes
    """The file. It is the argument itself if that was ``bytes`` and there was nothing to remove."""
    format: ImageFormat
    """The format, by its bytes."""
    removed: tuple[RemovedMetadata, ...]
    """What was removed, each kind once. Empty if there was nothing to remove."""

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
    """Removes all metadata from a JPEG, PNG, WebP or GIF: GPS position, EXIF, maker notes, thumbnails, XMP, IPTC, comments and
    texts, content credentials, embedded images and videos, and data after the end of the image.

    Pixels do not change, since nothing is decoded or encoded. The colour profile and everything else that affects rendering is
    kept: an orientation becomes an EXIF block that holds nothing else.

    >>> from presize import inspect, strip_metadata
    >>> stripped = strip_metadata(photo)
    >>> inspect(stripped.bytes).orientation == inspect(photo).orientation
    True
    >>> strip_metadata(stripped.bytes).removed
    ()

    Every file that :func:`check` accepts by the same rules can be stripped, looks the same afterwards, and is at most 64 bytes
    longer; but one that would look like a second type without its metadata, such as markup, is ``image_polyglot``, unless
    ``allow_polyglots`` is on. Call :func:`check` first for untrusted files, since only decoding finds damage in the pixels. A
    JPEG without an end-of-image marker is decoded once, within the limits of :func:`check`, so that data after its end is
    removed. The memory that it takes is that of the new file, if there is one.

    Errors: ``image_too_small``, ``image_too_large`` (the bytes, the memory, the scans of a JPEG, and the size of one that is
    decoded), ``image_format_unknown``, ``image_format_not_allowed``, ``image_format_unsupported``, ``image_polyglot``,
    ``image_corrupt``, ``cancelled``.
    """
    stripped, format, removed = _native.strip_metadata(data, _rules(rules), cancel_token)
    return StrippedImage(stripped, format, tuple(RemovedMetadata(*each) for each in removed))
