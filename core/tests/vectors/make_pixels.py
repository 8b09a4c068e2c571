"""Writes pixels.json: decode and encode beside Pillow. Run make_transform.py first, whose pictures these are.

    pip install pillow==13.0.0 numpy==2.4.6
    python make_pixels.py

Grids are those of make_transform.py. What is expected of `decode` is what is expected of a PNG of the same options; the
number of channels is that of Pillow's mode, and of pictures on a canvas is written here, case by case.
"""

import base64
import io
import json
import sys

import numpy as np
import PIL
from PIL import Image, ImageCms

from make_transform import HERE, expect, expect_of, photo, with_alpha

CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
MODES = {channels: mode for mode, channels in CHANNELS.items()}
CASES = []


def add(call, name, why, data, options, ok=None, error=None, rules=None):
    case = {"name": f"{call}: {name}", "why": why, "call": call}
    case["input"] = data | {"options": options, "rules": rules or {}}
    case |= {"error": error} if error else {"ok": ok}
    assert case["name"] not in {other["name"] for other in CASES}, name
    CASES.append(case)


def option_invalid(message):
    return {"code": "option_invalid", "http_status": 400, "message": message}


def text(data):
    return base64.b64encode(data).decode()


# --- decode -----------------------------------------------------------------------------------------------------------


def decode(name, why, source, options, channels=None, **more):
    data = {"file": f"images/transform-{source}"}
    if "error" not in more:
        seen = expect(source, options | {"format": "png"})
        channels = channels or CHANNELS[Image.open(HERE / "images" / f"transform-{source}").mode]
        more["ok"] = {key: seen[key] for key in ("width", "height", "has_alpha", "grid")} | {"channels": channels}
    add("decode", name, why, data, options, **more)


def decoded():
    for source in ("photo.jpg", "gray.jpg", "gray.png", "gray-alpha.png", "alpha.png", "opaque-alpha.png", "photo.webp", "alpha.webp"):
        decode(f"{source}, whole", "the channels are those of the file", source, {})
        decode(f"{source}, scaled", "the channels are those of the file", source, {"width": 20, "height": 20})
    decode("photo.gif", "colours of a palette", "photo.gif", {"width": 32}, 3)
    for orientation in range(1, 9):
        decode(f"orientation {orientation}", "EXIF orientation", f"exif{orientation}.jpg", {})
        corner = {"width": 24, "height": 33, "position": "bottom-left"}
        decode(f"orientation {orientation}, cover", "EXIF orientation, with the cut at the displayed corner", f"exif{orientation}.jpg", corner)
    for source in ("p3.jpg", "adobe.png", "p3-alpha.png", "gray-icc.png"):
        decode(f"ICC: {source}", "pixels are in sRGB", source, {"width": 32, "height": 32, "fit": "inside"})
    for fit in ("cover", "contain", "fill", "inside", "outside"):
        options = {"width": 60, "height": 60, "fit": fit}
        decode(f"{fit}", "sizes and parts as in Pillow's ImageOps", "photo.jpg", options, 4 if fit == "contain" else 3)
    boxed = {"width": 40, "height": 40, "fit": "contain"}
    for source, background, channels in [
        ("photo.jpg", "white", 3), ("photo.jpg", "#ff000080", 4), ("gray.png", "black", 1), ("gray.png", None, 2),
        ("gray.png", "#0f0", 3), ("gray-alpha.png", "white", 2), ("gray-alpha.png", "#0f0", 4), ("alpha.png", "#0f0", 4),
    ]:  # fmt: skip
        options = boxed | ({"background": background} if background else {})
        decode(f"{source} contained on {background}", "channels are gained as needed", source, options, channels)
    decode("a background without contain", "alpha stays", "alpha.png", {"width": 40, "background": "#0f0"})
    decode("enlarged", "on demand alone", "dot.png", {"width": 40, "height": 30, "enlarge": True})

    for mode, channels in CHANNELS.items():
        pixels = bytes(range(10, 10 + 6 * channels * 7, 7))
        file = io.BytesIO()
        Image.frombytes(mode, (3, 2), pixels).save(file, "PNG")
        ok = {"width": 3, "height": 2, "channels": channels, "base64": text(pixels)}
        add("decode", f"3 x 2 pixels of {mode}", "every byte in its place", {"base64": text(file.getvalue())}, {}, ok=ok)

    for option, value in [("format", "png"), ("quality", 81), ("progressive", True), ("chroma_subsampling", "4:4:4"), ("lossless", True), ("keep_icc", True)]:
        message = f"expected the operation transform, transform_many or encode for {option}, received decode"
        decode(f"{option}", "an option that the operation does not have", "photo.jpg", {option: value}, error=option_invalid(message))
    decode("quality by default", "a default is no demand", "gray.png", {"quality": 80, "progressive": False, "width": 9})
    decode("width 0", "the table holds", "photo.jpg", {"width": 0}, error=option_invalid("expected an integer from 1 to 16384 for width, received 0"))
    decode("an unknown name", "the table holds", "photo.jpg", {"widht": 1}, error={"code": "option_invalid"})
    decode("too many pixels", "the rules hold", "photo.jpg", {}, rules={"max_pixels": 38399}, error={"code": "image_too_large", "http_status": 413})
    decode("a format not allowed", "the rules hold", "photo.jpg", {}, rules={"formats": ["png"]}, error={"code": "image_format_not_allowed"})
    decode("more memory than allowed", "268 megapixels", "photo.jpg", {"width": 16384, "height": 16384, "fit": "fill", "enlarge": True},
           error={"code": "image_too_large", "details": {"what": "memory_bytes", "max": 402653184}})
    decode("enlarged too far", "a side of 1310720", "thread.png", {"width": 80, "enlarge": True}, error={"code": "image_too_large"})
    add("decode", "no image", "sniffed first", {"text": "no image"}, {}, error={"code": "image_format_unknown"})
    add("decode", "half a file", "nothing is made up", {"file": "images/half_progressive_420.jpg"}, {}, error={"code": "image_corrupt"})
    cut()


def cut():
    """What arrived is as Pillow decodes the whole file, and the rest is gray: of blocks that no upsampling mixes."""
    whole = io.BytesIO()
    Image.open(HERE / "images" / "transform-photo.jpg").resize((40, 24)).save(whole, "JPEG", subsampling="4:4:4", restart_marker_blocks=1)
    pixels = np.asarray(Image.open(whole))
    whole = whole.getvalue()
    restarts = [at for at in range(whole.index(b"\xff\xda"), len(whole) - 1) if whole[at] == 0xFF and 0xD0 <= whole[at + 1] <= 0xD7]
    for count in (1, 5, 8, 14):
        data = whole[: restarts[count - 1]]
        y, x = np.indices(pixels.shape[:2])
        seen = np.where((y // 8 * 5 + x // 8 < count)[..., None], pixels, 128).astype(np.uint8)
        ok = {"width": 40, "height": 24, "channels": 3, "base64": text(seen.tobytes())}
        rules = {"allow_truncated": True}
        add("decode", f"{count} of 15 blocks arrived", "all of them, and gray", {"base64": text(data)}, {}, ok=ok, rules=rules)
        add("decode", f"{count} of 15 blocks arrived, not allowed", "nothing is made up", {"base64": text(data)}, {}, error={"code": "image_corrupt"})


# --- encode -----------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT = 48, 36


def picture(channels):
    color = photo(WIDTH, HEIGHT)
    return {1: color.convert("L"), 2: with_alpha(color.convert("L")), 3: color, 4: with_alpha(color)}[channels]


def draw():
    for channels in MODES:
        (HERE / "images" / f"pixels-{channels}.raw").write_bytes(picture(channels).tobytes())


def pixels(channels):
    return {"pixels": {"width": WIDTH, "height": HEIGHT, "channels": channels, "file": f"images/pixels-{channels}.raw"}}


def encode(name, why, channels, options, **more):
    if "error" not in more:
        more["ok"] = expect_of(picture(channels), options["format"], options)
    add("encode", name, why, pixels(channels), options, **more)


def encoded():
    fine = {"quality": 95, "chroma_subsampling": "4:4:4"}
    for form, more in (("png", {}), ("jpeg", fine), ("webp", {"lossless": True})):
        for channels, mode in MODES.items():
            encode(f"{mode} to {form}", "alpha is kept where the format has it", channels, {"format": form} | more)
            encode(f"{mode} to {form}, scaled", "alpha counts when colours are mixed", channels, {"format": form, "width": 32, "height": 32} | more)
            boxed = {"format": form, "width": 40, "height": 50, "fit": "contain", "background": "#204060"}
            encode(f"{mode} to {form}, contained", "the colour around it, and below it in a JPEG", channels, boxed | more)
    for position in ("left", "bottom-right"):
        encode(f"cover at {position}", "what is kept", 3, {"format": "png", "width": 20, "height": 30, "position": position})
    encode("enlarged", "on demand alone", 3, {"format": "png", "width": 96, "enlarge": True})
    encode("not enlarged", "stays", 3, {"format": "png", "width": 96})
    encode("nothing to keep", "pixels have no profile", 3, {"format": "png", "width": 16, "keep_icc": True})
    encode("files' rules", "they say nothing of pixels", 3, {"format": "jpeg"}, rules={"formats": ["gif"], "max_bytes": 1, "max_scans": 1})

    for name, options in {"no format": {}, "no format, but a size": {"width": 10}}.items():
        encode(name, "nothing says what is wanted", 3, options, error=option_invalid("expected one of jpeg, png, webp for format, received none"))
    encode("lossy WebP", "as in transform", 3, {"format": "webp", "quality": 100})
    encode("an unknown name", "the table holds", 3, {"widht": 1}, error={"code": "option_invalid"})
    large, small = {"code": "image_too_large", "http_status": 413}, {"code": "image_too_small", "http_status": 422}
    encode("too wide", "the rules hold", 3, {"format": "png"}, rules={"max_width": 47}, error=large | {"details": {"what": "width", "received": 48, "max": 47}})
    encode("too high", "the rules hold", 3, {"format": "png"}, rules={"max_height": 35}, error=large)
    encode("too many pixels", "the rules hold", 3, {"format": "png"}, rules={"max_pixels": 1727}, error=large)
    encode("too small", "the rules hold", 3, {"format": "png"}, rules={"min_width": 49}, error=small)
    encode("more memory than allowed", "268 megapixels, all there before they are encoded, since a canvas lies around the picture", 3,
           {"format": "png", "width": 16384, "height": 16384, "fit": "contain", "enlarge": True}, error=large)

    def wrong(name, message, width=2, height=2, channels=3, length=12):
        data = {"pixels": {"width": width, "height": height, "channels": channels, "base64": text(bytes(length))}}
        add("encode", name, "pixels that do not fit together", data, {"format": "png"}, error=option_invalid(message))

    wrong("a byte missing", "expected 12 bytes (2 x 2 x 3) for bytes, received 11", length=11)
    wrong("a byte too many", "expected 12 bytes (2 x 2 x 3) for bytes, received 13", length=13)
    wrong("no bytes", "expected 12 bytes (2 x 2 x 3) for bytes, received 0", length=0)
    wrong("no channel", "expected an integer from 1 to 4 for channels, received 0", channels=0, length=0)
    wrong("five channels", "expected an integer from 1 to 4 for channels, received 5", channels=5, length=20)
    wrong("no width", "expected an integer from 1 to 65535 for width, received 0", width=0, length=0)
    wrong("a side of 65536", "expected an integer from 1 to 65535 for height, received 65536", height=65536, width=1, length=0)


def main():
    draw()
    decoded()
    encoded()
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
    made_by = f"make_pixels.py with Pillow {PIL.__version__}, littleCMS {ImageCms.core.littlecms_version}, numpy {np.__version__}"
    about = "decode and encode beside Pillow; grid: 8 x 8 mean colours, alpha-weighted, within 3 levels"
    head = json.dumps({"about": about, "made_by": made_by}, indent=1)[:-2]
    (HERE / "pixels.json").write_text(f'{head},\n "cases": [\n{lines}\n]}}\n')
    print(f"{len(CASES)} cases", file=sys.stderr)


if __name__ == "__main__":
    main()
