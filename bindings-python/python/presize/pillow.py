"""Conversions to and from Pillow, for applications that use it. presize itself does not need it."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

from .images import CheckedImage, EncodedImage, PixelImage

__all__ = ["from_pillow", "to_pillow"]

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_CHANNELS = {mode: channels for channels, mode in _MODES.items()}


def to_pillow(image: PixelImage | EncodedImage | CheckedImage) -> Image.Image:
    """Makes an image of Pillow. Pixels become one at once; of a file the header is read, and Pillow decodes the rest when it is
    asked for.

    >>> import presize
    >>> from presize.pillow import to_pillow
    >>> to_pillow(presize.decode(photo, width=30)).size
    (30, 40)
    """
    if isinstance(image, PixelImage):
        return Image.frombytes(_MODES[image.channels], (image.width, image.height), image.bytes)
    return Image.open(io.BytesIO(image.bytes))


def from_pillow(image: Image.Image) -> PixelImage:
    """The pixels of an image of Pillow, for :func:`presize.encode`. The EXIF orientation is applied, and so is an ICC profile
    that Pillow can convert to sRGB.

    >>> import presize
    >>> from PIL import Image
    >>> from presize.pillow import from_pillow
    >>> presize.encode(from_pillow(Image.new("RGB", (640, 480), "teal")), width=320, format="jpeg")
    EncodedImage(jpeg, 320x240, ...)

    Modes other than L, LA, RGB and RGBA are converted: to RGBA where they may be transparent, to L or RGB otherwise.

    Error: ``ValueError`` for a mode of more than 8 bits a channel (I, F and their kin), since only the program knows which
    of its values are black and white.
    """
    if image.mode.startswith(("I", "F")):
        raise ValueError(f"expected 8 bits a channel, received mode {image.mode!r}")
    image = _in_srgb(ImageOps.exif_transpose(image))
    if image.mode not in _CHANNELS:
        image = image.convert(_mode(image))
    return PixelImage(image.tobytes(), image.width, image.height, _CHANNELS[image.mode])


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        # A profile that cannot be applied is ignored.
        return image
    return image if converted is None else converted


def _mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode == "1" else "RGB"
