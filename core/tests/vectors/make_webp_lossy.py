"""Writes webp_lossy.json: lossy WebP of every kind of source, of pixels, and several at once.

    pip install pillow==13.0.0 numpy==2.4.6
    python core/tests/vectors/make_webp_lossy.py

Expected colours are those of Pillow's picture, encoded by libwebp at the same quality. Two encoders differ in each block, so colours
are compared only where a cell of the grid covers several blocks.
"""

import json
from pathlib import Path

import PIL
from PIL import Image

import make_transform

HERE = Path(__file__).parent
CASES = []
SMALL = {"width": 160, "format": "webp"}
# The fewest pixels of a picture whose colours are compared.
FEWEST_PIXELS = 10_000
FINE = {"quality": 95}


def expect(source, options):
    expected = make_transform.expect(source, options)
    if expected["format"] == "webp" and expected["width"] * expected["height"] < FEWEST_PIXELS:
        del expected["grid"]
    return expected


def add(name, why, source, options, error=None):
    given = {"file": f"images/transform-{source}", "options": options, "rules": {}}
    case = {"name": f"lossy WebP: {name}", "why": why, "call": "transform", "input": given}
    CASES.append(case | ({"error": error} if error else {"ok": expect(source, options)}))


def sources():
    for source, why in [
        ("photo.jpg", "planes stay planes"), ("gray.jpg", "gray has no chroma"), ("photo.webp", "a WebP again"), ("photo.gif", "a palette"),
        ("gray.png", "gray has no chroma"), ("alpha.png", "alpha is kept, without loss"), ("gray-alpha.png", "alpha is kept, without loss"),
        ("opaque-alpha.png", "alpha that is opaque everywhere is dropped"), ("alpha.webp", "alpha is kept, without loss"), ("dot.png", "one pixel"),
    ]:  # fmt: skip
        add(source, why, source, SMALL | FINE)
        add(f"{source}, whole", why, source, {"format": "webp"} | FINE)
    for orientation in (3, 6, 8):
        add(f"turned, {orientation}", "planes are turned before they are encoded", f"exif{orientation}.jpg", SMALL | FINE)


def qualities():
    for quality in (50, 68, 80, 90, 100):
        add(f"quality {quality}", "on libwebp's scale", "photo.jpg", {"format": "webp", "quality": quality})
    add("the default quality", "80", "photo.jpg", {"format": "webp"})
    add("effort high", "the same picture in fewer bytes", "photo.jpg", SMALL | FINE | {"effort": "high"})
    add("options of JPEG", "say nothing of a WebP", "photo.jpg", SMALL | FINE | {"progressive": True, "chroma_subsampling": "4:4:4"})


def shapes():
    for width, height in ((33, 17), (17, 33), (16, 16), (1, 40), (40, 1), (63, 65)):
        add(f"{width} x {height}", "no multiple of a macroblock", "photo.jpg", {"width": width, "height": height, "format": "webp"} | FINE)
    boxed = {"width": 200, "height": 200, "fit": "contain", "format": "webp"} | FINE
    add("contained", "transparent around it", "photo.jpg", boxed)
    add("contained on a colour", "opaque around it", "photo.jpg", boxed | {"background": "#2040a0"})
    add("ICC kept", "not converted, profile written", "p3.jpg", SMALL | FINE | {"keep_icc": True})
    add("ICC kept with alpha", "not converted, profile written", "p3-alpha.png", SMALL | FINE | {"keep_icc": True})
    add("ICC converted", "to sRGB", "p3.jpg", SMALL | FINE)
    add("14 bits a side", "16384 pixels", "thread.png", {"format": "webp"}, error={"code": "encoding_unsupported", "http_status": 501})


def many():
    transforms = [SMALL | FINE, {"width": 40, "format": "jpeg", "quality": 95, "chroma_subsampling": "4:4:4"}, {"width": 32, "format": "webp", "lossless": True}, {"width": 200, "format": "webp"} | FINE]
    CASES.append({"name": "lossy WebP: among others", "why": "one decode for all", "call": "transform_many",
                  "input": {"file": "images/transform-photo.jpg", "transforms": transforms, "rules": {}},
                  "ok": {"images": [expect("photo.jpg", options) for options in transforms]}})


if __name__ == "__main__":
    sources()
    qualities()
    shapes()
    many()
    about = {"about": "Lossy WebP: sources, qualities, shapes", "made_by": f"make_webp_lossy.py with Pillow {PIL.__version__}"}
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in CASES)
    (HERE / "webp_lossy.json").write_text(f'{json.dumps(about)[:-1]}, "cases": [\n{lines}\n]}}\n')
    print(f"{len(CASES)} cases")
