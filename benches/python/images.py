"""Pillow: FILE OUTPUTS MODE, where an output is WIDTHxHEIGHT:FORMAT:QUALITY[:BACKGROUND]. See peers/script.rs.

Modes: `draft` decodes at the smallest eighth that is large enough; `thumbnail` does as that method by itself does, which
wants twice as much; `plain` decodes everything. `decoder` is the decoder of JPEG called without what opens a file, and
`overhead` the same call for pixels that need no decoding.
"""

import io
import sys
import time

import PIL
from PIL import Image, ImageOps

path, outputs, mode = sys.argv[1:4]
with open(path, "rb") as file:
    data = file.read()


def parse(word: str) -> tuple[int, int, str, int, str]:
    size, form, quality, *background = word.split(":")
    width, height = size.split("x")
    return int(width), int(height), form, int(quality), "".join(background)


WANTED = [parse(word) for word in outputs.split(",")]


def scaled(picture: Image.Image, width: int, height: int, background: str) -> Image.Image:
    if picture.mode == "P":  # indices cannot be resampled
        picture = picture.convert("RGB")
    if height:
        if mode != "plain":
            gap = 2 if mode == "thumbnail" else 1
            picture.draft("RGB", (gap * width, gap * height))
        if background:
            return ImageOps.pad(picture, (width, height), Image.Resampling.LANCZOS, color=background)
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    box = (width, round(width * picture.height / picture.width))
    if mode == "thumbnail":
        picture.thumbnail(box, Image.Resampling.LANCZOS)
        return picture
    if mode == "draft":
        picture.draft("RGB", box)
    return picture.resize(box, Image.Resampling.LANCZOS)


def make(width: int, height: int, form: str, quality: int, background: str) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        if width:
            picture = scaled(picture, width, height, background)
        else:
            picture.load()
    if form != "pixels":
        ImageOps.exif_transpose(picture, in_place=True)
        picture.save(io.BytesIO(), form, quality=quality)
    return picture


def work(times: int) -> int:
    start = time.process_time_ns()
    for _ in range(times):
        for output in WANTED:
            make(*output)
    return time.process_time_ns() - start


def decode(times: int) -> int:
    with Image.open(io.BytesIO(data)) as picture:
        size, pixels = picture.size, picture.tobytes()
    arguments = (data, "jpeg", "RGB", "") if mode == "decoder" else (pixels, "raw", "RGB")
    start = time.process_time_ns()
    for _ in range(times):
        Image.frombytes("RGB", size, *arguments)
    return time.process_time_ns() - start


if __name__ == "__main__":
    print("Pillow's overhead" if mode == "overhead" else f"Pillow {PIL.__version__}, {mode}", flush=True)
    does = decode if mode in ("decoder", "overhead") else work
    for line in sys.stdin:
        print(does(int(line)), flush=True)
