"""Pillow writes a source: FROM TO QUALITY, the format by the ending. A JPEG becomes progressive, 4:2:0."""

import sys

from PIL import Image

source, target, quality = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Image.open(source) as picture:
    if target.endswith(".jpg"):
        picture.save(target, "JPEG", quality=quality, subsampling="4:2:0", progressive=True)
    elif target.endswith(".webp"):
        picture.save(target, "WEBP", quality=85)
    else:
        picture.save(target)
