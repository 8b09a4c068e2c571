"""Calls on images: inspect, check, transform, decode, encode.

``Data``, the type of arguments that hold an image, is any of:

- ``bytes``, which are borrowed; ``bytearray``, ``memoryview`` and other buffers of bytes, which are copied, because another
  thread could write to them (except a ``memoryview`` of a whole ``bytes`` object);
- a path (``pathlib.Path``), or a file that is open for reading bytes: any object with ``read``, such as an uploaded file of
  Django or the ``file`` of an ``UploadFile`` of FastAPI. It is read from its current position, and no further than the rules
  allow; seek to the start before you store it. A ``str`` is not accepted as a path.

The interpreter is released while pixels are processed, so that threads run in parallel. Another thread can stop a call that has a
:class:`CancelToken`: it ends with ``cancelled`` 499.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, Unpack, cast

from . import _native
from ._native import CancelToken
from .options import DecodeOptions, ImageFormat, OutputFormat, TransformOptions, TransformPath
from .rules import ImageRules

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


__all__ = [
    "CancelToken",
    "CheckedImage",
    "Data",
    "EncodedImage",
    "ExifSummary",
    "Explanation",
    "ImageInfo",
    "PixelImage",
    "check",
    "check_totals",
    "decode",
    "encode",
    "explain",
    "inspect",
    "transform",
    "transform_many",
    "work_pixels",
]


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Array(Protocol):
    """An array of NumPy's, whose stub names its buffer only from Python 3.12 on."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...


Buffer: TypeAlias = "ReadableBuffer | _Array"
Data: TypeAlias = "ReadableBuffer | _Array | os.PathLike[str] | _Readable"


@dataclass(frozen=True, slots=True)
class ExifSummary:
    """What an EXIF block says of the camera, the time and the author, to be kept in a database once the block is stripped.

    All of it is what the file claims. A text has at most 255 bytes of UTF-8 on one line, and is ``None`` where there is none."""

    make: str | None
    """The manufacturer of the camera."""
    model: str | None
    """The model of the camera."""
    software: str | None
    """The program that wrote the file, or the firmware of the camera."""
    taken_at: str | None
    """When the picture was taken, or else digitised: ``"2026-11-30T16:03:55"``, the camera's local time, with the offset from UTC
    where the file states it: ``"2026-11-30T16:03:55+01:00"``. ``datetime.fromisoformat`` reads both."""
    artist: str | None
    """The person who took the picture."""
    copyright: str | None
    """The copyright notice: the photographer's, or else the editor's."""
    has_gps: bool
    """Whether there is a latitude or a longitude."""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What the header of an image says."""

    format: ImageFormat
    """The format, by its bytes."""
    width: int
    """Width in pixels, as displayed."""
    height: int
    """Height in pixels, as displayed."""
    orientation: int
    """The EXIF orientation, 1 to 8: how the stored picture is turned for display. Width and height have it applied."""
    has_alpha: bool
    """Whether the picture may have transparent pixels. Of an animation, the first frame."""
    is_animated: bool
    """Whether there is more than one frame."""
    has_icc_profile: bool
    """Whether a colour profile is embedded."""
    has_exif: bool
    """Whether an EXIF block is embedded. It may hold a GPS position."""
    exif_summary: ExifSummary | None = None
    """What the EXIF block says of the camera, the time and the author. ``None`` where there is no block, or none of this in
    it."""

    @classmethod
    def _of(cls, info: _native._Info) -> ImageInfo:
        exif = info[8]
        return cls(*info[:8], None if exif is None else ExifSummary(*exif))


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """A checked image: its format is accepted, it is within the limits, and it was decoded completely."""

    bytes: bytes
    """The bytes of the file, unchanged."""
    info: ImageInfo
    """Everything the header says."""
    is_complete: bool = True
    """Whether the image is complete. ``False`` for a progressive JPEG whose last scans are missing, which has less detail, and
    for a JPEG whose data ends early, if the rules allow that (``allow_truncated``). Only decoding tells, so ``inspect`` does
    not."""

    @property
    def format(self) -> ImageFormat:
        """The format, by its bytes."""
        return self.info.format

    @property
    def width(self) -> int:
        """Width in pixels, as displayed."""
        return self.info.width

    @property
    def height(self) -> int:
        """Height in pixels, as displayed."""
        return self.info.height

    @property
    def media_type(self) -> str:
        """The registered media type: ``"image/jpeg"``."""
        return f"image/{self.format}"

    @property
    def extension(self) -> str:
        """The file name extension of the format, with its dot: ``".jpg"``. Store the file with it, not with the name
        that the client sent: a browser may treat ``photo.html`` as a page, whatever its content."""
        return _extension(self.format)

    def to_data_uri(self) -> str:
        """The image as a data URI, its bytes unchanged."""
        return _native.encode_data_uri(self.bytes, self.format)

    def __repr__(self) -> str:
        return f"CheckedImage({_show(self)}, {len(self.bytes)} bytes)"


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """An image that presize has encoded. It has no metadata: no EXIF, no GPS position, no comments."""

    bytes: bytes
    """The file."""
    format: OutputFormat
    """The format of the file."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""

    @property
    def media_type(self) -> str:
        """The registered media type: ``"image/jpeg"``."""
        return f"image/{self.format}"

    @property
    def extension(self) -> str:
        """The file name extension, with its dot: ``".jpg"``."""
        return _extension(self.format)

    def to_data_uri(self) -> str:
        """The image as a data URI."""
        return _native.encode_data_uri(self.bytes, self.format)

    def __repr__(self) -> str:
        return f"EncodedImage({_show(self)}, {len(self.bytes)} bytes)"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What :func:`transform` would do with an image."""

    format: OutputFormat
    """The format of the result."""
    width: int
    """The width of the result, in pixels."""
    height: int
    """The height of the result, in pixels."""
    path: TransformPath
    """``"planes"``: the planes of a JPEG or a lossy WebP are scaled, and encoded as a JPEG. ``"rgb"``: they are scaled, and RGB
    is made of them at the size of the result. ``"pixels"``: pixels are decoded row by row, and scaled or copied row by row."""
    decode_eighths: int
    """The scale at which the image is decoded, in eighths of width and height: 8 is full size; less is possible for a JPEG."""
    decoded_width: int
    """The width that is decoded, in pixels as stored."""
    decoded_height: int
    """The height that is decoded, in pixels as stored."""
    memory_bytes: int
    """The memory that the call needs at most, in bytes, which ``max_memory_bytes`` limits."""


@dataclass(frozen=True, slots=True)
class PixelImage:
    """Pixels in sRGB, 8 bits a channel, as displayed: rows from the top down, each from left to right, without padding.

    Error: ``option_invalid`` for a width, height or number of channels out of range, or a number of bytes that does not match
    them.

    NumPy reads them without a copy: ``numpy.asarray(pixels)`` has the shape ``(height, width, channels)`` and is read-only. Other
    libraries with the buffer protocol take :meth:`view`.
    """

    bytes: bytes
    """``width * height * channels`` bytes."""
    width: int
    """Width in pixels, 1 to 65535."""
    height: int
    """Height in pixels, 1 to 65535."""
    channels: int
    """The number of bytes of a pixel: 1 gray; 2 gray, alpha; 3 red, green, blue; 4 red, green, blue, alpha. Alpha is straight,
    not premultiplied."""

    def __post_init__(self) -> None:
        # Later readers rely on this; NumPy does not check it.
        _native.check_pixels(self.bytes, self.width, self.height, self.channels)
        for name in ("width", "height", "channels"):
            object.__setattr__(self, name, int(getattr(self, name)))

    @classmethod
    def from_buffer(cls, buffer: Buffer) -> PixelImage:
        """Copies pixels of the application, such as a NumPy array of ``uint8``, with two dimensions ``(height, width)`` for
        gray, otherwise three, ``(height, width, channels)``.

        Error: ``ValueError`` for another shape or another type of values.
        """
        view = memoryview(cast("ReadableBuffer", buffer))
        if view.format != "B" or view.ndim not in (2, 3) or view.shape is None:
            raise ValueError(f"expected uint8 in 2 or 3 dimensions, received {view.format!r} in {view.ndim}")
        height, width, channels = (*view.shape, 1)[:3]
        return cls(view.tobytes(), width, height, channels)

    def view(self) -> memoryview:
        """The pixels as a ``memoryview`` of the shape ``(height, width, channels)``, without a copy."""
        return memoryview(self.bytes).cast("B", (self.height, self.width, self.channels))

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """NumPy's array interface protocol, version 3."""
        shape = (self.height, self.width, self.channels)
        # The view, unlike the bytes, has a shape, which NumPy compares with this one.
        return {"version": 3, "typestr": "|u1", "shape": shape, "data": self.view()}

    def __repr__(self) -> str:
        return f"PixelImage({self.width}x{self.height}, {self.channels} channels)"


def _extension(format: ImageFormat) -> str:
    return ".jpg" if format == "jpeg" else f".{format}"


def _show(image: CheckedImage | EncodedImage) -> str:
    return f"{image.format}, {image.width}x{image.height}"


def inspect(data: Data) -> ImageInfo:
    """Reads the header of an image: format, size as displayed, orientation. No pixels are decoded, so it works for images that
    :func:`check` would refuse, and does not notice a file that is cut off after its header.

    >>> from presize import inspect
    >>> info = inspect(photo)
    >>> info.format, info.width, info.height, info.orientation
    ('jpeg', 36, 48, 6)

    Errors: ``image_format_unknown``, ``image_format_not_allowed`` (markup and other types that are no images here),
    ``image_format_unsupported`` (HEIC, HEIF, AVIF), ``image_corrupt``, ``image_too_small`` for no bytes at all.
    """
    return ImageInfo._of(_native.inspect(data))


def work_pixels(data: Data, rules: ImageRules | None = None) -> int:
    """The cost of checking or decoding an image, in weighted pixels: one is about the CPU time of a pixel of a baseline JPEG
    with 4:2:0 sampling. Every scan of a progressive JPEG and every frame of an animation counts. Only headers are read.

    >>> from presize import work_pixels
    >>> work_pixels(photo) < 10_000
    True

    Of ``rules``, only ``formats`` and ``max_bytes`` apply; the size of the image and its cost are not limited.

    Errors: ``image_format_unknown``, ``image_format_not_allowed``, ``image_format_unsupported``, ``image_corrupt``,
    ``image_too_large`` for more bytes than the rules allow, ``image_too_small`` for none at all.
    """
    return _native.work_pixels(data, _rules(rules))


def check(
    data: Data, rules: ImageRules | None = None, *, declared: str | None = None, cancel_token: CancelToken | None = None
) -> CheckedImage:
    """Checks that bytes are one complete image that the rules accept. ``declared`` is the media type that the client
    sent; its parameters are ignored. A type that names no format counts as undeclared: an empty one,
    ``application/octet-stream``, ``binary/octet-stream``, ``image/*``, ``*/*``, ``application/unknown``, ``unknown/unknown``.

    >>> from presize import ImageRules, check
    >>> image = check(photo, ImageRules(max_bytes=5_000_000), declared="image/jpeg")
    >>> image
    CheckedImage(jpeg, 36x48, 1195 bytes)
    >>> check(photo, declared="image/png")
    Traceback (most recent call last):
        ...
    presize.errors.ImageError: expected image/png as declared, received image/jpeg

    Cheap checks come first, and the first failure is reported: the number of bytes (``image_too_small``,
    ``image_too_large``), the format (``image_format_unknown``, ``image_format_not_allowed``,
    ``image_format_unsupported``), the declared type (``image_format_mismatch``), a second type in the same bytes
    (``image_polyglot``), the header and its limits (``image_corrupt``, ``image_too_large``, ``image_too_small``), frames,
    work and memory (``image_too_large``), and then every pixel: a file that ends early is ``image_corrupt``.
    """
    checked, info, is_complete = _native.check(data, _rules(rules), declared, cancel_token)
    return CheckedImage(checked, ImageInfo._of(info), is_complete)


def check_totals(files: Sequence[Data], rules: ImageRules | None = None) -> None:
    """Checks the totals of a list of files, from their headers: the pixels of all frames against ``max_total_pixels``, the cost
    against ``max_total_work_pixels``. It is for lists whose files are then checked one by one; :func:`decode_data_uris` and the
    forms of ``presize.fastapi`` do it themselves. Files and paths are read.

    >>> from presize import check_totals
    >>> check_totals([photo, photo])

    Errors: ``image_too_large`` without an ``index`` for ``total_pixels`` and ``total_work_pixels``; with the 0-based ``index``
    of the first refused file, the errors of :func:`check` for its header, frames and cost.
    """
    _native.check_totals(files, _rules(rules))


def transform(
    data: Data,
    *,
    rules: ImageRules | None = None,
    cancel_token: CancelToken | None = None,
    **options: Unpack[TransformOptions],
) -> EncodedImage:
    """Decodes an image, applies its EXIF orientation, scales it, converts it to sRGB and encodes it without metadata. Of an
    animation, the first frame is used. ``rules`` limit the input and the memory.

    >>> from presize import transform
    >>> transform(photo, width=32, height=32, fit="cover", format="png")
    EncodedImage(png, 32x32, ...)

    - ``width``: the width, in pixels as displayed. Range: 1 to 16384. Default: from ``height`` by the aspect ratio; the
      picture's own when neither is set.
    - ``height``: the height, in pixels as displayed. Range: 1 to 16384. Default: from ``width`` by the aspect ratio;
      the picture's own when neither is set.
    - ``fit``: how the picture is brought to ``width`` and ``height``. ``"cover"``: fills the box and cuts off what
      stands out, where ``position`` says. Without ``enlarge`` the result has the aspect ratio of the box at the largest
      size that the picture can fill. ``"contain"``: the whole picture within the box, the rest of the box in the
      background colour; the result has exactly the size of the box. Without ``enlarge`` a smaller picture is not
      scaled. ``"fill"``: exactly the size of the box, distorted. Without ``enlarge`` neither side becomes longer than
      it was. ``"inside"``: the largest size that lies within the box. Without ``enlarge`` at most the picture's own.
      ``"outside"``: the smallest size that covers the box; nothing is cut off. Without ``enlarge`` at most the
      picture's own. Default: ``"cover"``.
    - ``position``: which part ``"cover"`` keeps, and where ``"contain"`` puts the picture. Words: ``"center"``,
      ``"top"``, ``"top-right"``, ``"right"``, ``"bottom-right"``, ``"bottom"``, ``"bottom-left"``, ``"left"``,
      ``"top-left"``. Default: ``"center"``.
    - ``background``: the colour of what ``"contain"`` adds, and of what shows through a picture with alpha that becomes
      a JPEG. Where the result is a JPEG, a translucent background itself lies on white. Given in sRGB. A colour is
      ``"#rgb"``, ``"#rgba"``, ``"#rrggbb"``, ``"#rrggbbaa"``, ``"white"``, ``"black"`` or ``"transparent"``.
      Default: transparent; white in a JPEG.
    - ``enlarge``: make the picture larger than it is where the box asks for it. Default: ``False``.
    - ``scaling``: how closely a picture that becomes smaller follows the filter. Other formats than JPEG are always
      decoded in full. ``"fast"``: decoded at the smallest eighth that is at least 1.5 times the result. ``"best"``:
      decoded at the smallest eighth, up to a half, that is at least 2 times the result; else in full.
      Default: ``"fast"``.
    - ``format``: the format of the result. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``. Default: jpeg for a
      JPEG, png for a PNG or a GIF; for a WebP jpeg, png where it has alpha, webp with ``lossless``.
    - ``quality``: the quality of lossy encodings; of a WebP on the scale of libwebp. Range: 1 to 100. Default: 80.
    - ``progressive``: write a JPEG in several passes, coarse to fine. Other formats ignore it. Default: ``False``.
    - ``chroma_subsampling``: how finely a JPEG stores colour. Other formats ignore it. Words: ``"4:2:0"``, ``"4:2:2"``,
      ``"4:4:4"``. Default: ``"4:2:0"``.
    - ``effort``: how much time a JPEG or a lossy WebP is given to become smaller. Other formats ignore it.
      ``"normal"``: what a request can wait for. ``"high"``: several times as long for a JPEG: each coefficient is
      rounded where it costs the fewest bits (trellis quantisation), and it is written in several passes, as with
      ``progressive``. A WebP tries more modes. Default: ``"normal"``.
    - ``lossless``: encode a WebP without loss. A PNG always is; a JPEG cannot be. Default: ``False``.
    - ``keep_icc``: keep the colours as they are and write the ICC profile of the input, instead of converting to sRGB.
      A profile that is damaged, does not describe the pixels, or cannot describe the result (a profile for gray in a
      WebP, or with a coloured background) is not written. Colours that other chunks of a PNG declare are converted all
      the same. Default: ``False``.

    Errors: ``option_invalid``, ``encoding_unsupported``, ``image_format_unknown``, ``image_format_not_allowed``,
    ``image_format_unsupported``, ``image_too_small``, ``image_too_large``, ``image_corrupt``.
    """
    return EncodedImage(*_native.transform(data, options, _rules(rules), cancel_token))


def transform_many(
    data: Data,
    transforms: Sequence[TransformOptions],
    *,
    rules: ImageRules | None = None,
    cancel_token: CancelToken | None = None,
) -> list[EncodedImage]:
    """Applies several transforms to one image, which is decoded once. The results are in the order of ``transforms``, a list of
    dictionaries with the options of :func:`transform`.

    >>> from presize import transform_many
    >>> transform_many(photo, [dict(width=12), dict(width=30, format="png")])
    [EncodedImage(jpeg, 12x16, ...), EncodedImage(png, 30x40, ...)]

    Errors: those of :func:`transform`. An error of one of the transforms has its ``index``, one of the input does
    not; nothing is decoded unless all transforms are valid for the input.
    """
    return [EncodedImage(*image) for image in _native.transform_many(data, transforms, _rules(rules), cancel_token)]


def explain(data: Data, *, rules: ImageRules | None = None, **options: Unpack[TransformOptions]) -> Explanation:
    """Explains what :func:`transform` would do, without decoding pixels: how much of the image is decoded, by which path, and
    with how much memory. It takes the options of :func:`transform`.

    >>> from presize import explain
    >>> plan = explain(photo, width=12)
    >>> plan.path, plan.decode_eighths, plan.decoded_width, plan.decoded_height
    ('planes', 4, 24, 18)

    ``memory_bytes`` may exceed what the rules allow; a transform would then be refused.

    Errors: those of :func:`transform`, except for damaged pixels and for memory.
    """
    return Explanation(*_native.explain(data, options, _rules(rules)))


def decode(
    data: Data,
    *,
    rules: ImageRules | None = None,
    cancel_token: CancelToken | None = None,
    **options: Unpack[DecodeOptions],
) -> PixelImage:
    """Decodes an image like :func:`transform`, without encoding it: the EXIF orientation is applied, and it is scaled and
    converted to sRGB. The channels are those of the file: gray stays gray, alpha is kept.

    >>> from presize import decode
    >>> pixels = decode(photo, width=24, height=24, fit="fill")
    >>> pixels.width, pixels.height, pixels.channels, len(pixels.bytes)
    (24, 24, 3, 1728)

    - ``width``: the width, in pixels as displayed. Range: 1 to 16384. Default: from ``height`` by the aspect ratio; the
      picture's own when neither is set.
    - ``height``: the height, in pixels as displayed. Range: 1 to 16384. Default: from ``width`` by the aspect ratio;
      the picture's own when neither is set.
    - ``fit``: how the picture is brought to ``width`` and ``height``. ``"cover"``: fills the box and cuts off what
      stands out, where ``position`` says. Without ``enlarge`` the result has the aspect ratio of the box at the largest
      size that the picture can fill. ``"contain"``: the whole picture within the box, the rest of the box in the
      background colour; the result has exactly the size of the box. Without ``enlarge`` a smaller picture is not
      scaled. ``"fill"``: exactly the size of the box, distorted. Without ``enlarge`` neither side becomes longer than
      it was. ``"inside"``: the largest size that lies within the box. Without ``enlarge`` at most the picture's own.
      ``"outside"``: the smallest size that covers the box; nothing is cut off. Without ``enlarge`` at most the
      picture's own. Default: ``"cover"``.
    - ``position``: which part ``"cover"`` keeps, and where ``"contain"`` puts the picture. Words: ``"center"``,
      ``"top"``, ``"top-right"``, ``"right"``, ``"bottom-right"``, ``"bottom"``, ``"bottom-left"``, ``"left"``,
      ``"top-left"``. Default: ``"center"``.
    - ``background``: the colour of what ``"contain"`` adds, and of what shows through a picture with alpha that becomes
      a JPEG. Where the result is a JPEG, a translucent background itself lies on white. Given in sRGB. A colour is
      ``"#rgb"``, ``"#rgba"``, ``"#rrggbb"``, ``"#rrggbbaa"``, ``"white"``, ``"black"`` or ``"transparent"``.
      Default: transparent; white in a JPEG.
    - ``enlarge``: make the picture larger than it is where the box asks for it. Default: ``False``.
    - ``scaling``: how closely a picture that becomes smaller follows the filter. Other formats than JPEG are always
      decoded in full. ``"fast"``: decoded at the smallest eighth that is at least 1.5 times the result. ``"best"``:
      decoded at the smallest eighth, up to a half, that is at least 2 times the result; else in full.
      Default: ``"fast"``.

    An option of :func:`transform` that only an encoder has is ``option_invalid``. Errors: those of :func:`transform`.
    """
    return PixelImage(*_native.decode(data, options, _rules(rules), cancel_token))


def encode(
    pixels: PixelImage,
    *,
    rules: ImageRules | None = None,
    cancel_token: CancelToken | None = None,
    **options: Unpack[TransformOptions],
) -> EncodedImage:
    """Scales and encodes pixels like :func:`transform`. ``format`` is required.

    >>> from presize import PixelImage, encode
    >>> encode(PixelImage(bytes([255, 128, 0] * 32 * 32), 32, 32, 3), width=16, format="png")
    EncodedImage(png, 16x16, ...)

    Of ``rules``, those on width, height, pixels and memory apply.

    Errors: ``option_invalid`` (without ``format``, and for pixels whose fields do not agree), ``encoding_unsupported``,
    ``image_too_small``, ``image_too_large``.
    """
    if not isinstance(pixels, PixelImage):
        raise TypeError(f"encode takes a PixelImage, not {type(pixels).__name__}")
    image = _native.encode(
        pixels.bytes, pixels.width, pixels.height, pixels.channels, options, _rules(rules), cancel_token
    )
    return EncodedImage(*image)


def _rules(rules: ImageRules | None) -> _native.Rules | None:
    if rules is None:
        return None
    if not isinstance(rules, ImageRules):
        raise TypeError(f"rules must be presize.ImageRules or None, not {type(rules).__name__}")
    return rules._native


def read(data: Data, rules: ImageRules | None) -> bytes:
    """Reads the bytes of an image argument, at most one byte more than the rules allow. ``bytes`` are returned unchanged.

    Errors: those of reading in :func:`check`.
    """
    return _native.read(data, _rules(rules))
