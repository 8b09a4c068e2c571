"""Writes placeholder.json: ThumbHash, mean and dominant colour of pictures of at most 100 pixels, which are not resampled.

    pip install Pillow==12.3.0
    python core/tests/vectors/make_placeholder.py

The pixels are Pillow's. The hash is computed below from the description of the format (https://evanw.github.io/thumbhash/); that
the same bytes come from thumbhash 0.1.1 of its author was checked when this file was written.
"""

import base64
import json
import math
from collections import defaultdict
from pathlib import Path

import PIL
from PIL import Image, ImageOps

HERE = Path(__file__).parent
OPAQUE = ["rgb.png", "gray.png", "gray_2.png", "palette.png", "rgb_adam7.png", "one_pixel.png", "baseline_444.jpg", "progressive_420.jpg", "gray.jpg", "odd_size.jpg",
          "orientation_3.jpg", "orientation_5.jpg", "orientation_6.jpg", "transform-exif8.jpg", "lossless.webp", "groups_used.webp", "transform-dot.png", "static.gif",
          "animated.gif", "animated.png", "transform-opaque-alpha.png", "two_colors.gif"]
ALPHA = ["rgba.png", "gray_alpha.png", "palette_2_trns.png", "lossless_alpha.webp", "transparent.gif", "transform-gray-alpha.png"]


def js_round(value):
    return math.floor(value + 0.5)


def cosines(plane, width, height, across, down):
    """Mean, cosines from 0 to 1, and their scale: a DCT whose sums are exact to the last bit or so."""
    mean, rest = 0.0, []
    for v in range(down):
        for u in range(across):
            if u * down >= across * (down - v):
                break
            total = math.fsum(plane[y * width + x] * math.cos(math.pi * u * (2 * x + 1) / (2 * width)) * math.cos(math.pi * v * (2 * y + 1) / (2 * height))
                              for y in range(height) for x in range(width)) / (width * height)
            if u or v:
                rest.append(total)
            else:
                mean = total
    scale = max(map(abs, rest), default=0.0)
    return mean, ([0.5 + 0.5 / scale * value for value in rest] if scale else rest), scale


def hash_of(width, height, pixels):
    weight = math.fsum(alpha / 255 for *_, alpha in pixels)
    average = [math.fsum(pixel[channel] / 255 * pixel[3] / 255 for pixel in pixels) / weight if weight else 0 for channel in range(3)]
    translucent = any(alpha < 255 for *_, alpha in pixels)
    planes = [[], [], [], []]
    for pixel in pixels:
        alpha = pixel[3] / 255
        r, g, b = (average[channel] * (1 - alpha) + alpha * pixel[channel] / 255 for channel in range(3))
        for plane, value in zip(planes, [(r + g + b) / 3, (r + g) / 2 - b, r - g, alpha], strict=True):
            plane.append(value)
    most = 5 if translucent else 7
    across, down = (max(1, js_round(most * side / max(width, height))) for side in (width, height))
    sizes = [(max(3, across), max(3, down)), (3, 3), (3, 3)] + ([(5, 5)] if translucent else [])
    spectra = [cosines(plane, width, height, *size) for plane, size in zip(planes, sizes)]
    (luma, _, luma_scale), (first, _, first_scale), (second, _, second_scale) = spectra[:3]
    means = js_round(63 * luma) | js_round(31.5 + 31.5 * first) << 6 | js_round(31.5 + 31.5 * second) << 12 | js_round(31 * luma_scale) << 18 | translucent << 23
    landscape = width > height
    scales = (down if landscape else across) | js_round(63 * first_scale) << 3 | js_round(63 * second_scale) << 9 | landscape << 15
    data = means.to_bytes(3, "little") + scales.to_bytes(2, "little")
    if translucent:
        data += bytes([js_round(15 * spectra[3][0]) | js_round(15 * spectra[3][2]) << 4])
    nibbles = [js_round(15 * value) for _, values, _ in spectra for value in values]
    nibbles += [0] * (len(nibbles) % 2)
    return data + bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2]))


def mean(pixels):
    weight = sum(alpha for *_, alpha in pixels)
    return "#" + "".join(f"{(2 * sum(pixel[channel] * pixel[3] for pixel in pixels) + weight) // (2 * weight):02x}" for channel in range(3)) if weight else "#000000"


def dominant(pixels):
    boxes = defaultdict(list)
    for pixel in pixels:
        boxes[tuple(channel >> 4 for channel in pixel[:3])].append(pixel)
    return mean(max(sorted(boxes.items()), key=lambda box: sum(alpha for *_, alpha in box[1]))[1])


def case_of(name):
    image = ImageOps.exif_transpose(Image.open(HERE / "images" / name)).convert("RGBA")
    pixels = list(image.get_flattened_data())
    width, height = image.size
    hashed = base64.b64encode(hash_of(width, height, pixels)).decode()
    return {"name": name, "why": "the hash and the colours of its first frame, upright", "call": "placeholder", "input": {"image": {"file": f"images/{name}"}},
            "ok": {"width": width, "height": height, "thumbhash": hashed, "average_color": mean(pixels), "dominant_color": dominant(pixels), "data_uri": None}}


def main():
    cases = [case_of(name) for name in OPAQUE + ALPHA]
    for name, start in (("rgb.png", "data:image/jpeg;base64,/9j/"), ("rgba.png", "data:image/png;base64,iVBORw0KGgo")):
        cases.append({"name": f"tiny {name}", "why": "a tiny picture on request: a JPEG, or a PNG where there is alpha", "call": "placeholder",
                      "input": {"image": {"file": f"images/{name}"}, "options": {"data_uri": True}}, "ok": {"width": 48, "height": 36, "data_uri_starts": start, "data_uri_size": [16, 12]}})
    for name, file, options, rules, error in [
        ("cut", "half_lossless.webp", {}, {}, {"code": "image_corrupt"}),
        ("empty", "empty.bin", {}, {}, {"code": "image_too_small"}),
        ("too large", "rgb.png", {}, {"max_pixels": 100}, {"code": "image_too_large", "details": {"what": "pixels", "received": 1728, "max": 100}}),
        ("format", "rgb.png", {}, {"formats": ["jpeg"]}, {"code": "image_format_not_allowed"}),
        ("option", "rgb.png", {"data_url": True}, {}, {"code": "option_invalid", "details": {"name": "data_url"}}),
        ("option of another type", "rgb.png", {"data_uri": 1}, {}, {"code": "option_invalid", "details": {"name": "data_uri", "expected": "a boolean", "received": "1"}}),
    ]:
        cases.append({"name": f"refused: {name}", "why": "every input is hostile, and a bad option is an error", "call": "placeholder",
                      "input": {"image": {"file": f"images/{file}"}, "options": options, "rules": rules}, "error": error})
    head = json.dumps({"about": "Placeholders: ThumbHash, colours, a tiny picture.", "made_by": f"make_placeholder.py with Pillow {PIL.__version__}"})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / "placeholder.json").write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"placeholder.json: {len(cases)} cases")


if __name__ == "__main__":
    main()
