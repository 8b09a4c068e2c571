"""Pillow: JPEG to a narrower JPEG of quality 80, decoding at a reduced size as `thumbnail` does. See peers/script.rs."""

import io
import sys
import time

import PIL
from PIL import Image, ImageOps

path, width = sys.argv[1], int(sys.argv[2])
with open(path, "rb") as file:
    jpeg = file.read()


def work() -> bytes:
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.thumbnail((width, 1 << 16), Image.Resampling.LANCZOS)
        output = io.BytesIO()
        ImageOps.exif_transpose(picture).save(output, "JPEG", quality=80)
        return output.getvalue()


print(f"Pillow {PIL.__version__}, thumbnail", flush=True)
for line in sys.stdin:
    start = time.process_time_ns()
    for _ in range(int(line)):
        work()
    print(time.process_time_ns() - start, flush=True)
