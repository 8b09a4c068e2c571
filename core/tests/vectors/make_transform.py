"""Writes transform.json and the pictures it needs. Every expected value comes from Pillow (and its littleCMS).

    pip install pillow==13.0.0 numpy==2.4.6
    python make_transform.py

A grid is 8 x 8 mean colours of the result, row by row: cell (i, j) covers the pixels from floor(i * width / 8) to
floor((i + 1) * width / 8), at least one, and likewise down. Colours are weighted by alpha (that is, premultiplied),
because what a transparent pixel's colour is, nobody can see.
"""

import io
import json
import struct
import sys
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageCms, ImageOps

HERE = Path(__file__).parent
LANCZOS = Image.Resampling.LANCZOS
SRGB = ImageCms.createProfile("sRGB")


# --- pictures -------------------------------------------------------------------------------------------------------


def photo(width, height):
    """Smooth colours, a bright disc towards the top left, a dark bar at the bottom right: every turn shows."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    u, v = x / max(width - 1, 1), y / max(height - 1, 1)
    r = 70 + 130 * u + 30 * np.sin(5 * v)
    g = 60 + 120 * v + 25 * np.cos(7 * u)
    b = 200 - 110 * u * v - 40 * v
    disc = np.clip(12 * (0.17 - np.hypot(u - 0.25, (v - 0.3) * height / width)), 0, 1)
    bar = ((u > 0.6) & (u < 0.92) & (v > 0.78) & (v < 0.9)).astype(float)
    channels = [c * (1 - disc) + t * disc for c, t in zip((r, g, b), (250, 225, 120))]
    channels = [c * (1 - 0.8 * bar) for c in channels]
    return Image.fromarray(np.clip(np.dstack(channels) + 0.5, 0, 255).astype(np.uint8), "RGB")


def soft_alpha(width, height):
    y, x = np.mgrid[0:height, 0:width].astype(float)
    distance = np.hypot(x / width - 0.5, y / height - 0.45)
    return Image.fromarray((255 * np.clip(1.6 - 3 * distance, 0, 1)).astype(np.uint8), "L")


def with_alpha(picture):
    picture = picture.copy()
    picture.putalpha(soft_alpha(*picture.size))
    return picture


def icc_profile(space, tags):
    """A version 4 display profile (ICC.1:2022, section 7)."""
    tags = {b"desc": text("presize test profile"), b"cprt": text("CC0"), b"wtpt": xyz(0.9642, 1, 0.8249)} | tags
    offset, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, offset + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    size = offset + len(data)
    header = struct.pack(">I4sI4s4s4s6H4s", size, b"\0" * 4, 0x04400000, b"mntr", space, b"XYZ ", *[2026, 1, 1, 0, 0, 0], b"acsp")
    header += bytes(68 - len(header)) + fixed(0.9642, 1, 0.8249)
    return header + bytes(128 - len(header)) + struct.pack(">I", len(tags)) + table + data


def fixed(*values):
    return struct.pack(f">{len(values)}i", *[round(value * 65536) for value in values])


def xyz(*values):
    return b"XYZ \0\0\0\0" + fixed(*values)


def text(value):
    return struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", 2 * len(value), 28) + value.encode("utf-16-be")


def gamma(value):
    return b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + fixed(value)


SRGB_CURVE = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def rgb_profile(curve, red, green, blue):
    return icc_profile(
        b"RGB ",
        {b"rXYZ": xyz(*red), b"gXYZ": xyz(*green), b"bXYZ": xyz(*blue), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve},
    )


# The primaries of Display P3 and of Adobe RGB (1998), adapted to D50.
P3 = rgb_profile(SRGB_CURVE, (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE = rgb_profile(gamma(2.19921875), (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
GRAY_18 = icc_profile(b"GRAY", {b"kTRC": gamma(1.8)})
SRGB_BYTES = ImageCms.ImageCmsProfile(SRGB).tobytes()


def exif_bytes(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "secret description"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)})
    return exif.tobytes()


def draw():
    """Saves the sources; the names are what the cases call them by."""

    def save(name, picture, **options):
        picture.save(HERE / "images" / f"transform-{name}", **options)

    jpeg = {"quality": 90, "subsampling": "4:4:4"}
    base = photo(240, 160)
    save("photo.jpg", base, quality=92, subsampling="4:4:4")
    for orientation in range(1, 9):
        save(f"exif{orientation}.jpg", photo(90, 60), exif=exif_bytes(orientation), **jpeg)
    save("exif6-p3.jpg", photo(90, 60), exif=exif_bytes(6), icc_profile=P3, **jpeg)
    save("exif6.png", photo(48, 36), exif=exif_bytes(6))
    save("p3.jpg", photo(120, 80), icc_profile=P3, **jpeg)
    save("adobe.png", photo(64, 48), icc_profile=ADOBE)
    save("srgb.jpg", photo(64, 48), icc_profile=SRGB_BYTES, **jpeg)
    save("p3-alpha.png", with_alpha(photo(64, 48)), icc_profile=P3)
    save("broken-icc.png", photo(64, 48), icc_profile=P3[:200])
    save("gray-icc-on-rgb.png", photo(64, 48), icc_profile=GRAY_18)
    save("gray.png", base.resize((96, 64), LANCZOS).convert("L"))
    save("gray.jpg", base.resize((96, 64), LANCZOS).convert("L"), quality=92)
    save("gray-icc.png", photo(64, 48).convert("L"), icc_profile=GRAY_18)
    save("gray-alpha.png", with_alpha(photo(64, 48).convert("L")))
    save("alpha.png", with_alpha(photo(128, 96)))
    save("opaque-alpha.png", photo(48, 36).convert("RGBA"))
    save("photo.webp", photo(100, 80), lossless=True, quality=100, method=6)
    save("alpha.webp", with_alpha(photo(60, 40)), lossless=True, quality=100, method=6)
    save("photo.gif", photo(64, 48).quantize(64, dither=Image.Dither.NONE))
    save("dot.png", Image.new("RGB", (1, 1), (200, 30, 90)))
    line = Image.fromarray((np.arange(16384) // 64).astype(np.uint8).reshape(-1, 1), "L")
    save("thread.png", line)
    save("ribbon.png", line.transpose(Image.Transpose.TRANSPOSE))


# --- the expectation --------------------------------------------------------------------------------------------------

CENTERING = {
    "center": (0.5, 0.5), "top": (0.5, 0), "top-right": (1, 0), "right": (1, 0.5), "bottom-right": (1, 1),
    "bottom": (0.5, 1), "bottom-left": (0, 1), "left": (0, 0.5), "top-left": (0, 0),
}  # fmt: skip


def color(value):
    words = {"white": "#ffffff", "black": "#000000", "transparent": "#00000000"}
    digits = words.get(value, value)[1:]
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    return tuple(bytes.fromhex(digits.ljust(8, "f")))


def half_up(value):
    return max(1, floor(value + Fraction(1, 2)))


def scaled(picture, factor):
    return half_up(picture.width * factor), half_up(picture.height * factor)


def fit_to(picture, options):
    """The picture at its new size; `contain` is not padded yet."""
    width, height = options.get("width"), options.get("height")
    fit, enlarge = options.get("fit", "cover"), options.get("enlarge", False)
    centering = CENTERING[options.get("position", "center")]
    across, down = (Fraction(side, own) if side else None for side, own in zip((width, height), picture.size))
    cap = (lambda factor: factor) if enlarge else (lambda factor: min(factor, Fraction(1)))
    if across is None or down is None:
        return resized(picture, scaled(picture, cap(across or down or Fraction(1))))
    if fit == "fill":
        return resized(picture, (half_up(picture.width * cap(across)), half_up(picture.height * cap(down))))
    if fit in ("inside", "contain"):
        factor = min(across, down)
        if enlarge or factor < 1:
            theirs = tuple(max(side, 1) for side in ImageOps.contain(picture, (width, height), LANCZOS).size)
            assert theirs == scaled(picture, factor), (theirs, options)
        return resized(picture, scaled(picture, cap(factor)))
    if fit == "outside":
        factor = max(across, down)
        if enlarge or factor < 1:
            theirs = ImageOps.cover(picture, (width, height), LANCZOS).size
            assert theirs == scaled(picture, factor), (theirs, options)
        return resized(picture, scaled(picture, cap(factor)))
    shrink = Fraction(1) if enlarge else min(Fraction(1), 1 / across, 1 / down)
    if shrink < 1:  # the largest part with this aspect ratio, as it is
        width, height = half_up(width * shrink), half_up(height * shrink)
        left = floor((picture.width - width) * centering[0])
        top = floor((picture.height - height) * centering[1])
        return picture.crop((left, top, left + width, top + height))
    return ImageOps.fit(picture, (width, height), LANCZOS, centering=centering)


def resized(picture, size):
    return picture if picture.size == size else picture.resize(size, LANCZOS)


def to_srgb(picture, options):
    profile = picture.info.get("icc_profile")
    if not profile or options.get("keep_icc"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return picture
    is_gray = picture.mode in ("L", "LA")
    if source.profile.xcolor_space.strip() != ("GRAY" if is_gray else "RGB"):
        return picture
    alpha = picture.getchannel("A") if "A" in picture.mode else None
    colors = picture.convert("L" if is_gray else "RGB")
    converted = ImageCms.profileToProfile(colors, source, SRGB, ImageCms.Intent.PERCEPTUAL, outputMode="RGB")
    if is_gray:
        converted = converted.getchannel("G")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def expect(name, options):
    picture = Image.open(HERE / "images" / f"transform-{name}")
    form = options.get("format") or {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp", "GIF": "png"}[picture.format]
    return expect_of(picture, form, options)


def expect_of(picture, form, options):
    profile = picture.info.get("icc_profile")
    if picture.mode == "P":
        picture = picture.convert("RGB")
    picture = ImageOps.exif_transpose(picture)
    picture = fit_to(to_srgb(picture, options), options)
    background = color(options.get("background", "white" if form == "jpeg" else "transparent"))
    if form == "jpeg":
        below = Image.new("RGBA", (1, 1), (255, 255, 255, 255))
        below.alpha_composite(Image.new("RGBA", (1, 1), background))
        background = below.getpixel((0, 0))
        if "A" in picture.mode:
            below = Image.new("RGBA", picture.size, background)
            below.alpha_composite(picture.convert("RGBA"))
            picture = below.convert("RGB")
    if options.get("fit") == "contain" and "width" in options and "height" in options:
        size = (options["width"], options["height"])
        if picture.size != size:
            centering = CENTERING[options.get("position", "center")]
            canvas = Image.new("RGBA", size, background)
            at = tuple(floor((room - own) * part) for room, own, part in zip(size, picture.size, centering))
            canvas.paste(picture.convert("RGBA"), at)
            picture = canvas
    if form == "jpeg":  # what coarse colours do to a small picture is libjpeg's, not a difference of ours
        file = io.BytesIO()
        subsampling = options.get("chroma_subsampling", "4:2:0")
        picture = picture.convert("L" if picture.mode == "L" else "RGB")
        picture.save(file, "JPEG", quality=options.get("quality", 80), subsampling=subsampling)
        picture = Image.open(file)
    if form == "webp" and not options.get("lossless"):  # likewise libwebp's
        file = io.BytesIO()
        picture.convert("RGBA" if "A" in picture.mode else "RGB").save(file, "WEBP", quality=options.get("quality", 80))
        picture = Image.open(file)
    rgba = np.asarray(picture.convert("RGBA")).astype(float)
    has_alpha = bool((rgba[:, :, 3] < 255).any())
    rgba[:, :, :3] *= rgba[:, :, 3:] / 255
    return {
        "format": form,
        "width": picture.width,
        "height": picture.height,
        "has_alpha": has_alpha,
        "has_icc_profile": bool(profile and options.get("keep_icc")),
        "grid": grid(rgba if has_alpha else rgba[:, :, :3]),
    }


def grid(pixels):
    def spans(length):
        for i in range(8):
            start = min(i * length // 8, length - 1)
            yield slice(start, max(start + 1, (i + 1) * length // 8))

    height, width = pixels.shape[:2]
    return [[round(float(c)) for c in pixels[y, x].mean((0, 1))] for y in spans(height) for x in spans(width)]


# --- the cases --------------------------------------------------------------------------------------------------------

CASES = []

# Of a JPEG the colours are scaled to the coarse ones of the result; Pillow scales them to its size and then averages them,
# which is further from the source and shows where a picture of a few pixels has sharp edges.
FULL_COLOR = {"chroma_subsampling": "4:4:4"}


def add(name, why, source, options, **more):
    rules = more.pop("rules", {})
    case = {"name": name, "why": why, "call": "transform"}
    case["input"] = {"file": f"images/transform-{source}", "options": options, "rules": rules}
    code = more.pop("error", None)
    case |= {"error": code} if code else {"ok": expect(source, options) | more.pop("ok", {})}
    assert not more and name not in {other["name"] for other in CASES}, name
    CASES.append(case)


def sizes():
    boxes = {"shrinks": (60, 60), "partly larger": (300, 50), "larger": (400, 360), "same": (240, 160), "taller": (31, 97)}
    for fit in ("cover", "contain", "fill", "inside", "outside"):
        for word, (width, height) in boxes.items():
            for enlarge in (False, True) if "larger" in word else (False,):
                options = {"width": width, "height": height, "fit": fit, "format": "png"}
                options |= {"enlarge": True} if enlarge else {}
                add(f"{fit}, box {word}, {'enlarged' if enlarge else 'not enlarged'}", "sizes and parts as in Pillow's ImageOps", "photo.jpg", options)
    for options in ({"width": 80}, {"height": 33}, {"width": 500}, {"height": 300, "enlarge": True}, {"width": 60, "fit": "contain"}, {}):
        add(f"one side or none: {json.dumps(options)}", "the other side follows", "photo.jpg", options | FULL_COLOR)
    for position in CENTERING:
        square = {"width": 50, "height": 50, "position": position, "format": "png"}
        add(f"cover at {position}", "what is kept", "photo.jpg", square)
        add(f"cover at {position}, tall source", "what is kept", "exif6.jpg", square | {"height": 30})
        add(f"contain at {position}", "where it lies", "photo.jpg", square | {"width": 40, "fit": "contain", "background": "#204060"})
    add("cover at right, copied", "a part of the same size is not filtered", "photo.jpg", {"width": 101, "height": 160, "position": "right", "format": "png"})


def turns():
    for orientation in range(1, 9):
        source = f"exif{orientation}.jpg"
        why = "EXIF orientation, with the cut at the displayed corner"
        add(f"orientation {orientation}, whole", "EXIF orientation", source, {"format": "png"})
        add(f"orientation {orientation}, cover", why, source, {"width": 24, "height": 33, "position": "bottom-left", "format": "png"})
        add(f"orientation {orientation}, inside, to JPEG", "EXIF orientation", source, {"width": 40, "height": 40, "fit": "inside", "quality": 95} | FULL_COLOR)
        add(f"orientation {orientation}, fill", "axes are not confused", source, {"width": 20, "height": 50, "fit": "fill", "format": "png"})
    add("orientation 6 in a PNG", "eXIf", "exif6.png", {"width": 18})
    add("orientation 6 and Display P3", "turned and converted", "exif6-p3.jpg", {"width": 30, "height": 30, "format": "png"})
    add("orientation 6, copied part", "the cut is on whole pixels", "exif6.jpg", {"width": 60, "height": 41, "position": "bottom", "format": "png"})


def colours():
    small = {"width": 32, "height": 32, "fit": "inside"}
    for source, why in [
        ("p3.jpg", "Display P3 becomes sRGB"),
        ("adobe.png", "Adobe RGB becomes sRGB"),
        ("srgb.jpg", "sRGB stays"),
        ("p3-alpha.png", "colours change, alpha does not"),
        ("gray-icc.png", "gray with gamma 1.8 gets the curve of sRGB"),
        ("broken-icc.png", "a damaged profile is ignored"),
        ("gray-icc-on-rgb.png", "a profile for other channels is ignored"),
    ]:
        add(f"ICC: {source}, scaled", why, source, small | {"format": "png"})
        add(f"ICC: {source}, whole", why, source, {"format": "png"})
    add("ICC kept in JPEG", "not converted, profile written", "p3.jpg", small | {"keep_icc": True, "quality": 95, "chroma_subsampling": "4:4:4"})
    add("ICC kept in PNG", "not converted, profile written", "p3.jpg", small | {"keep_icc": True, "format": "png"})
    add("ICC kept in WebP", "not converted, profile written", "p3-alpha.png", small | {"keep_icc": True, "format": "webp", "lossless": True})
    add("ICC of gray kept in PNG", "not converted, profile written", "gray-icc.png", small | {"keep_icc": True})
    add("ICC kept, none there", "nothing to keep", "photo.jpg", small | {"keep_icc": True} | FULL_COLOR)


def alphas():
    small = {"width": 32, "height": 32}
    for form, more in (("png", {}), ("jpeg", {"quality": 95, "chroma_subsampling": "4:4:4"}), ("webp", {"lossless": True})):
        for source in ("alpha.png", "gray-alpha.png", "opaque-alpha.png", "gray.png", "photo.jpg", "alpha.webp"):
            add(f"{source} to {form}", "alpha is kept where the format has it", source, small | {"format": form} | more)
    flat = {"width": 32, "format": "jpeg", "quality": 95, "chroma_subsampling": "4:4:4"}
    for background in ("#000", "#ff0000", "#ff000080", "transparent", "#00f8"):
        add(f"flattened on {background}", "background of a JPEG", "alpha.png", flat | {"background": background})
        add(f"gray flattened on {background}", "background of a JPEG", "gray-alpha.png", flat | {"background": background})
    boxed = {"width": 40, "height": 40, "fit": "contain"}
    for source in ("alpha.png", "gray.png", "gray-alpha.png", "photo.jpg"):
        for background in (None, "#ff000080", "#0f0", "white"):
            options = boxed | {"format": "png"} | ({"background": background} if background else {})
            add(f"{source} contained on {background}", "alpha and colours are gained as needed", source, options)
    add("contained in a JPEG", "white around it", "photo.jpg", boxed | {"quality": 95})
    add("gray contained in a JPEG on blue", "gains colours", "gray.jpg", boxed | {"quality": 95, "background": "#2040a0", "chroma_subsampling": "4:4:4"})


def encodings():
    small = {"width": 64, "format": "jpeg"}
    for subsampling in ("4:2:0", "4:2:2", "4:4:4"):
        for progressive in (False, True):
            options = small | {"quality": 95, "chroma_subsampling": subsampling, "progressive": progressive}
            add(f"JPEG {subsampling}{' progressive' if progressive else ''}", "every way to write a JPEG", "photo.jpg", options)
    for quality in (50, 80, 100):
        add(f"JPEG quality {quality}", "quality", "photo.jpg", {"format": "jpeg", "quality": quality})
    add("JPEG, effort high", "coefficients are rounded to what costs few bits", "photo.jpg", small | {"quality": 95, "effort": "high"} | FULL_COLOR)
    for scaling in ("fast", "best"):
        options = {"width": 90, "format": "png", "scaling": scaling}
        add(f"scaling {scaling}", "the filter decides what is seen", "photo.jpg", options)
    add("gray JPEG", "gray stays gray", "gray.jpg", {"width": 31, "progressive": True})
    add("PNG by default for a GIF", "the format of the result", "photo.gif", {"width": 32})
    add("WebP from WebP", "the format of the result", "photo.webp", {"width": 50, "lossless": True})
    add("JPEG from WebP", "another format", "photo.webp", {"width": 50, "format": "jpeg"})
    add("lossless PNG", "PNG always is", "photo.jpg", {"width": 50, "format": "png", "lossless": True})


def extremes():
    add("one pixel enlarged", "no neighbour to look at", "dot.png", {"width": 40, "height": 30, "enlarge": True})
    add("one pixel, not enlarged", "stays", "dot.png", {"width": 40, "height": 30})
    add("one pixel contained", "in the middle", "dot.png", {"width": 9, "height": 5, "fit": "contain"})
    add("thread, one side", "not enlarged", "thread.png", {"width": 80})
    add("thread, inside", "no side vanishes", "thread.png", {"width": 80, "height": 80, "fit": "inside"})
    add("thread, cover", "the largest square that it fills", "thread.png", {"width": 80, "height": 80})
    add("ribbon, narrow", "the height rounds to 0 and becomes 1", "ribbon.png", {"width": 80})
    add("ribbon, contain", "no side vanishes", "ribbon.png", {"width": 64, "height": 16, "fit": "contain", "background": "#123"})
    too_large = {"code": "image_too_large", "http_status": 413}
    add("thread, enlarged too far", "a side of 1310720", "thread.png", {"width": 80, "enlarge": True},
        error=too_large | {"details": {"what": "height", "received": 1310720, "max": 16384}})
    add("ribbon, enlarged too far", "a side of 1310720", "ribbon.png", {"height": 80, "enlarge": True}, error=too_large)
    add("thread, outside too far", "a side of 1310720", "thread.png", {"width": 80, "height": 80, "fit": "outside", "enlarge": True}, error=too_large)
    add("more memory than allowed", "268 megapixels, all there before they are encoded, since a canvas lies around the picture", "photo.jpg",
        {"width": 16384, "height": 16384, "fit": "contain", "enlarge": True, "format": "png"}, error=too_large)
    add("WebP has 14 bits a side", "16384 pixels", "thread.png", {"format": "webp", "lossless": True}, error={"code": "encoding_unsupported"})


def wrong():
    def refused(name, options, message=None, code="option_invalid"):
        error = {"code": code, "http_status": 400} if code == "option_invalid" else {"code": code}
        add(f"refused: {name}", "nothing is coerced", "dot.png", options, error=error | ({"message": message} if message else {}))

    for option, top in (("width", 16384), ("height", 16384), ("quality", 100)):
        for value, shown in ((-1, "-1"), (1.5, "1.5"), (0, "0"), (top + 1, str(top + 1)), (None, "null"), ("80", '"80"'), (True, "true"), ({"$number": "NaN"}, "NaN")):
            refused(f"{option} {shown}", {option: value}, f"expected an integer from 1 to {top} for {option}, received {shown}")
    refused("width Infinity", {"width": {"$number": "Infinity"}})
    refused("width 2^32 + 1", {"width": 4294967297})
    for option, value in (("fit", "crop"), ("fit", "Cover"), ("fit", 1), ("position", "centre"), ("position", None), ("format", "gif"),
                          ("chroma_subsampling", "420"), ("background", "red"), ("background", "#12"), ("background", 0),
                          ("enlarge", 1), ("enlarge", "true"), ("progressive", None), ("scaling", "slow"), ("scaling", True), ("effort", 4), ("effort", "max"), ("lossless", "yes"), ("keep_icc", 0)):  # fmt: skip
        refused(f"{option} {json.dumps(value)}", {option: value})
    for option in ("widht", "Width", "withoutEnlargement", "", "w"):
        refused(f"unknown {json.dumps(option)}", {option: 1})
    refused("lossless JPEG", {"format": "jpeg", "lossless": True}, code="encoding_unsupported")


def rules():
    for name, limit, code in [
        ("bytes", {"max_bytes": 100}, "image_too_large"),
        ("width", {"max_width": 239}, "image_too_large"),
        ("height", {"max_height": 159}, "image_too_large"),
        ("pixels", {"max_pixels": 38399}, "image_too_large"),
        ("minimum width", {"min_width": 241}, "image_too_small"),
        ("format", {"formats": ["png", "webp"]}, "image_format_not_allowed"),
        ("a rule out of range", {"max_bytes": 0}, "option_invalid"),
    ]:
        add(f"rules: {name}", "the limits of the input hold", "photo.jpg", {"width": 10}, rules=limit, error={"code": code})
    add("rules: width is as displayed", "turned by 90 degrees", "exif6.jpg", {"width": 10, "format": "png", "scaling": "best"}, rules={"max_width": 60, "min_height": 90})


def many():
    def add_many(name, why, source, transforms, error=None):
        case = {"name": name, "why": why, "call": "transform_many"}
        case["input"] = {"file": f"images/transform-{source}", "transforms": transforms, "rules": {}}
        case |= {"error": error} if error else {"ok": {"images": [expect(source, options) for options in transforms]}}
        CASES.append(case)

    add_many("many: none", "an empty list", "photo.jpg", [])
    add_many("many: in order, copies between scalings", "one decode for all", "alpha.png",
             [{"width": 20}, {}, {"width": 50, "height": 96}, {"width": 40, "format": "jpeg", "quality": 95}, {"format": "webp", "lossless": True}])
    add_many("many: turned", "one decode for all", "exif8.jpg", [{"width": 30, "format": "png"}, {"format": "png"}, {"width": 9, "height": 9, "format": "png"}])
    add_many("many: the index of a wrong option", "found before decoding", "photo.jpg", [{}, {"width": 10}, {"format": "jpeg", "lossless": True}], {"code": "encoding_unsupported", "index": 2})
    add_many("many: the index of a size too far", "found before decoding", "thread.png", [{}, {"width": 80, "enlarge": True}], {"code": "image_too_large", "index": 1})
    add_many("many: the index of a value out of range", "found before decoding", "photo.jpg", [{}, {"width": 0}], {"code": "option_invalid", "index": 1})


def main():
    draw()
    for part in (sizes, turns, colours, alphas, encodings, extremes, wrong, rules, many):
        part()
    pictures = sorted((HERE / "images").glob("transform-*"))
    total = sum(path.stat().st_size for path in pictures)
    document = {
        "about": "transform and transform_many beside Pillow; grid: 8 x 8 mean colours, alpha-weighted, within 3 levels",
        "made_by": f"make_transform.py with Pillow {PIL.__version__}, littleCMS {ImageCms.core.littlecms_version}, numpy {np.__version__}",
        "cases": CASES,
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
    head = json.dumps({key: document[key] for key in ("about", "made_by")}, indent=1)[:-2]
    (HERE / "transform.json").write_text(f'{head},\n "cases": [\n{lines}\n]}}\n')
    print(f"{len(CASES)} cases, {len(pictures)} pictures of {total} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
