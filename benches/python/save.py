"""Pillow writes a source: FROM TO KIND QUALITY, the format by the ending of TO.

A JPEG becomes progressive, 4:2:0. A WebP of the kind `lossless` is that. A GIF has a palette of its own, dithered.
"""

import sys

from PIL import Image

source, target, kind, quality = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with Image.open(source) as picture:
    if target.endswith(".jpg"):
        picture.save(target, "JPEG", quality=quality, subsampling="4:2:0", progressive=True)
    elif target.endswith(".webp"):
        picture.save(target, "WEBP", quality=85, lossless=kind == "lossless")
    else:
        picture.save(target)
