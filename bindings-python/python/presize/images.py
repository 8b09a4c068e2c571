"""Images: what they say of themselves, whether they are acceptable, and others made of them.

``Data``, what the functions take an image's bytes in, is any of:

- ``bytes``, which are read where they are; ``bytearray``, ``memoryview`` and other buffers of bytes, which are copied,
  because another thread could write to them (a ``memoryview`` of a whole ``bytes`` object is not);
- a path (``pathlib.Path``), or a file that is open for reading bytes: anything with ``read``, such as an uploaded file
  of Django or the ``file`` of an ``UploadFile`` of FastAPI's. No more is read of it than the rules allow, from where it
  stands, and it is left there: go back to its start before you store it. A ``str`` is no path.

The interpreter is released while pixels are worked on, so that threads run beside each other, and a call that has a
:class:`CancelToken` can be stopped by another thread: it ends with ``cancelled`` 499.
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
    """What the EXIF block says of the camera, the time and the author. ``None`` where there is no block, or none of this in it."""

    @classmethod
    def _of(cls, info: _native._Info) -> ImageInfo:
        exif = info[8]
        return cls(*info[:8], None if exif is None else ExifSummary(*exif))


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """Bytes that have been checked: an accepted format, within the limits, and decoded to the end once."""

    bytes: bytes
    """The bytes as they came."""
    info: ImageInfo
    """All that the header says."""
    is_complete: bool = True
    """Whether all of the picture is there. ``False`` for a progressive JPEG whose last scans are missing, which is shown with
    less detail than it had, and for a JPEG of which only a part arrived, where the rules allow that (``allow_truncated``).
    The header does not tell it, so ``inspect`` does not either."""

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
        """The file name extension of the format, with its dot: ``".jpg"``. Store the file under it, and not under the name
        that the sender gave: a browser may take ``photo.html`` for a page, whatever is in it."""
        return _extension(self.format)

    def to_data_uri(self) -> str:
        """The image as a data URI, its bytes unchanged."""
        return _native.encode_data_uri(self.bytes, self.format)

    def __repr__(self) -> str:
        return f"CheckedImage({_show(self)}, {len(self.bytes)} bytes)"


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """A picture that presize has written. It has no metadata: no EXIF, no GPS position, no comments."""

    bytes: bytes
    """The file."""
    format: OutputFormat
    """The format that was written."""
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
    """What :func:`transform` would do with a picture."""

    format: OutputFormat
    """The format of the result."""
    width: int
    """The width of the result, in pixels."""
    height: int
    """The height of the result, in pixels."""
    path: TransformPath
    """``"planes"``: the planes of a JPEG are scaled, and encoded as a JPEG. ``"rgb"``: they are scaled, and RGB is made of
    them at the size of the result. ``"pixels"``: pixels are decoded row by row, and scaled or copied as they come."""
    decode_eighths: int
    """How much of the width and the height is decoded, in eighths: 8 is all, and less is possible for a JPEG."""
    decoded_width: int
    """The width that is decoded, in pixels as stored."""
    decoded_height: int
    """The height that is decoded, in pixels as stored."""
    memory_bytes: int
    """The most memory that the call takes, in bytes: what ``max_memory_bytes`` is held against."""


@dataclass(frozen=True, slots=True)
class PixelImage:
    """Pixels in sRGB, 8 bits a channel, as displayed: rows from the top down, each from left to right, without padding.

    Error: ``option_invalid`` for a side or a number of channels out of range, or another number of bytes than theirs.

    NumPy takes them as they are, without a copy: ``numpy.asarray(pixels)`` has the shape ``(height, width, channels)`` and
    cannot be written to. Everything else that knows the buffer protocol takes :meth:`view`.
    """

    bytes: bytes
    """``width * height * channels`` bytes."""
    width: int
    """Width in pixels, 1 to 65535."""
    height: int
    """Height in pixels, 1 to 65535."""
    channels: int
    """How many bytes a pixel has: 1 gray; 2 gray, alpha; 3 red, green, blue; 4 red, green, blue, alpha. Alpha is straight:
    colours are not multiplied by it."""

    def __post_init__(self) -> None:
        # Whoever reads the pixels later relies on it, NumPy without looking.
        _native.check_pixels(self.bytes, self.width, self.height, self.channels)
        for name in ("width", "height", "channels"):
            object.__setattr__(self, name, int(getattr(self, name)))

    @classmethod
    def from_buffer(cls, buffer: Buffer) -> PixelImage:
        """Pixels of a program's own, such as a NumPy array of ``uint8``: two dimensions ``(height, width)`` for gray, three
        ``(height, width, channels)`` otherwise. They are copied.

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
        """What NumPy reads: see its array interface protocol, version 3."""
        shape = (self.height, self.width, self.channels)
        # The view, unlike the bytes, has a shape of its own that NumPy compares with this one.
        return {"version": 3, "typestr": "|u1", "shape": shape, "data": self.view()}

    def __repr__(self) -> str:
        return f"PixelImage({self.width}x{self.height}, {self.channels} channels)"


def _extension(format: ImageFormat) -> str:
    return ".jpg" if format == "jpeg" else f".{format}"


def _show(image: CheckedImage | EncodedImage) -> str:
    return f"{image.format}, {image.width}x{image.height}"


def inspect(data: Data) -> ImageInfo:
    """Reads the header of an image: format, size as displayed, orientation. Decodes no pixels, so it tells the size of a
    picture that :func:`check` would refuse; a file that is cut off after its header is not noticed.

    >>> from presize import inspect
    >>> info = inspect(photo)
    >>> info.format, info.width, info.height, info.orientation
    ('jpeg', 36, 48, 6)

    Errors: ``image_format_unknown``, ``image_format_not_allowed`` (markup and other types that are no images here),
    ``image_format_unsupported`` (HEIC, HEIF, AVIF), ``image_corrupt``, ``image_too_small`` for no bytes at all.
    """
    return ImageInfo._of(_native.inspect(data))


def work_pixels(data: Data, rules: ImageRules | None = None) -> int:
    """What checking or decoding a picture costs, in weighted pixels: one is about the CPU time of a pixel of a baseline
    JPEG with 4:2:0 sampling. Every scan of a progressive JPEG and every frame of an animation counts. Only headers are read.

    >>> from presize import work_pixels
    >>> work_pixels(photo) < 10_000
    True

    Of ``rules``, ``formats`` and ``max_bytes`` hold; the size of the picture and its work are not judged.

    Errors: ``image_format_unknown``, ``image_format_not_allowed``, ``image_format_unsupported``, ``image_corrupt``,
    ``image_too_large`` for more bytes than the rules allow, ``image_too_small`` for none at all.
    """
    return _native.work_pixels(data, _rules(rules))


def check(
    data: Data, rules: ImageRules | None = None, *, declared: str | None = None, cancel_token: CancelToken | None = None
) -> CheckedImage:
    """Checks that bytes are one complete image that the rules accept. ``declared`` is the media type that the sender
    gave; its parameters are ignored. A type that leaves the format open declares nothing: an empty one,
    ``application/octet-stream``, ``binary/octet-stream``, ``image/*``, ``*/*``, ``application/unknown``, ``unknown/unknown``.

    >>> from presize import ImageRules, check
    >>> image = check(photo, ImageRules(max_bytes=5_000_000), declared="image/jpeg")
    >>> image
    CheckedImage(jpeg, 36x48, 1195 bytes)
    >>> check(photo, declared="image/png")
    Traceback (most recent call last):
        ...
    presize.errors.ImageError: expected image/png as declared, received image/jpeg

    The cheapest is checked first, and the first failure is the answer: the number of bytes (``image_too_small``,
    ``image_too_large``), the format (``image_format_unknown``, ``image_format_not_allowed``,
    ``image_format_unsupported``), the declared type (``image_format_mismatch``), a second type in the same bytes
    (``image_polyglot``), the header and its limits (``image_corrupt``, ``image_too_large``, ``image_too_small``), frames,
    work and memory (``image_too_large``), and then every pixel: a file that ends early is ``image_corrupt``.
    """
    checked, info, is_complete = _native.check(data, _rules(rules), declared, cancel_token)
    return CheckedImage(checked, ImageInfo._of(info), is_complete)


def check_totals(files: Sequence[Data], rules: ImageRules | None = None) -> None:
    """Checks what a list of files is together, from their headers: the pixels of all frames against ``max_total_pixels``, the
    work against ``max_total_work_pixels``. For lists whose files are then checked one by one; :func:`decode_data_uris`
    and the forms of ``presize.fastapi`` do it by themselves. Files and paths are read.

    >>> from presize import check_totals
    >>> check_totals([photo, photo])

    Errors: ``image_too_large`` without an ``index`` for ``total_pixels`` and ``total_work_pixels``; with the 0-based ``index``
    of the first file that is refused what :func:`check` says of its header, frames and work.
    """
    _native.check_totals(files, _rules(rules))


def transform(
    data: Data,
    *,
    rules: ImageRules | None = None,
    cancel_token: CancelToken | None = None,
    **options: Unpack[TransformOptions],
) -> EncodedImage:
    """Decodes a picture and makes another of it: turned as its EXIF orientation says, scaled, in sRGB, encoded, and
    without any metadata. Of an animation the first frame is taken. ``rules`` bound the input and the memory.

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
    - ``quality``: the quality of lossy encodings. Range: 1 to 100. Default: 80.
    - ``progressive``: write a JPEG in several passes, coarse to fine. Other formats ignore it. Default: ``False``.
    - ``chroma_subsampling``: how finely a JPEG stores colour. Other formats ignore it. Words: ``"4:2:0"``, ``"4:2:2"``,
      ``"4:4:4"``. Default: ``"4:2:0"``.
    - ``effort``: how much time a JPEG is given to become smaller. Other formats ignore it. ``"normal"``: what a request
      can wait for. ``"high"``: several times as long: each coefficient is rounded where it costs the fewest bits
      (trellis quantisation), and the JPEG is written in several passes, as with ``progressive``. Default: ``"normal"``.
    - ``lossless``: encode without loss. WebP needs it for now; PNG always is; a JPEG cannot be. Default: ``False``.
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
    """Makes several pictures of one, which is decoded once. The results are in the order of ``transforms``, a list of
    dictionaries with the options of :func:`transform`.

    >>> from presize import transform_many
    >>> transform_many(photo, [dict(width=12), dict(width=30, format="png")])
    [EncodedImage(jpeg, 12x16, ...), EncodedImage(png, 30x40, ...)]

    Errors: those of :func:`transform`. An error of one of the transforms carries its ``index``, one of the input does
    not; nothing is decoded unless all transforms are valid for the input.
    """
    return [EncodedImage(*image) for image in _native.transform_many(data, transforms, _rules(rules), cancel_token)]


def explain(data: Data, *, rules: ImageRules | None = None, **options: Unpack[TransformOptions]) -> Explanation:
    """Says what :func:`transform` would do, without decoding a pixel: how much of the picture is decoded, along which path,
    and with how much memory. It takes the options of :func:`transform`.

    >>> from presize import explain
    >>> plan = explain(photo, width=12)
    >>> plan.path, plan.decode_eighths, plan.decoded_width, plan.decoded_height
    ('planes', 4, 24, 18)

    ``memory_bytes`` may be above what the rules allow, which a transform would refuse.

    Errors: those of :func:`transform` but for damage in the pixels and for memory.
    """
    return Explanation(*_native.explain(data, options, _rules(rules)))


def decode(
    data: Data,
    *,
    rules: ImageRules | None = None,
    cancel_token: CancelToken | None = None,
    **options: Unpack[DecodeOptions],
) -> PixelImage:
    """Decodes a picture as :func:`transform` does, and stops before its encoder: turned as its EXIF orientation says,
    scaled, in sRGB. The channels are those of the file: gray stays gray, alpha stays.

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
    """Scales and encodes pixels, as :func:`transform` does with those of a file. ``format`` must be given.

    >>> from presize import PixelImage, encode
    >>> encode(PixelImage(bytes([255, 128, 0] * 32 * 32), 32, 32, 3), width=16, format="png")
    EncodedImage(png, 16x16, ...)

    Of ``rules`` those on width, height, pixels and memory hold; those on files say nothing of pixels.

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
    """Reads the bytes of a picture from whatever has them, no more than the rules allow and one byte. ``bytes`` are given back as
    they are.

    Errors: those of reading in :func:`check`.
    """
    return _native.read(data, _rules(rules))
