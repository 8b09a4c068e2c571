"""Prints WebPs with lossless data or alpha, drawn at random, each with the pixels that Pillow makes of it, as cases of the call
`decode`, one JSON object a line.

    pip install pillow==13.0.0 numpy==2.4.6
    python core/tests/vectors/random_webps.py COUNT SEED

`cargo xtask test` has 400 of them made and holds presize against every one, byte for byte: Pillow's wheels decode with
libwebp. Half of the files are written by Pillow with any of its settings, half by `webp_writer.py`, which writes what libwebp
reads and nobody writes. Of lossy pictures with alpha the colours are left out, all of them being gray.
"""

import base64
import io
import json
import random
import sys

import numpy as np
from PIL import Image

from random_jpegs import draw, size
from webp_writer import write_alpha, write_lossless


def by_pillow(rng):
    width, height = size(rng)
    channels = rng.choice([3, 4])
    pixels = np.stack(draw(rng, width, height, channels), -1)
    if rng.random() < 0.4:
        count = rng.choice([1, 2, 3, 4, 5, 16, 17, 200, 256])
        colors = np.array([[rng.randrange(256) for _ in range(channels)] for _ in range(count)], np.uint8)
        pixels = colors[pixels[..., 0].astype(int) * count // 256]
    options = {"lossless": True, "quality": rng.choice([0, 20, 50, 75, 100]), "method": rng.randrange(7), "exact": rng.random() < 0.7}
    file = io.BytesIO()
    Image.fromarray(pixels, "RGB" if channels == 3 else "RGBA").save(file, "WEBP", **options)
    return file.getvalue(), f"by Pillow, {options}"


def by_hand(rng):
    width, height = size(rng, 60)
    if rng.random() < 0.6:
        return write_lossless(rng, width, height), "lossless, of random symbols"
    gray = io.BytesIO()
    Image.new("RGB", (width, height), (128, 128, 128)).save(gray, "WEBP", quality=90)
    data = gray.getvalue()
    return write_alpha(rng, width, height, data[20 : 20 + int.from_bytes(data[16:20], "little")]), "alpha of random symbols"


def main(count, seed):
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        data, why = (by_pillow if number % 2 else by_hand)(rng)
        image = Image.open(io.BytesIO(data))
        pixels = np.asarray(image)
        ok = {
            "width": pixels.shape[1], "height": pixels.shape[0], "channels": pixels.shape[2],
            "base64": base64.b64encode(pixels.tobytes()).decode(),
        }
        webp = {"base64": base64.b64encode(data).decode(), "options": {}, "rules": {"allow_polyglots": True}}
        print(json.dumps({"name": f"{number}", "why": why, "call": "decode", "input": webp, "ok": ok}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
