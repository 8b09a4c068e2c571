"""A picture as a reader of the file sees it, and the grid that cases hold it against."""

from __future__ import annotations

import io
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from presize import EncodedImage

from .inputs import Json

Pixels: TypeAlias = npt.NDArray[np.uint8]

_CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


def read(image: EncodedImage) -> Json:
    """What Pillow finds in a file that presize wrote."""
    with Image.open(io.BytesIO(image.bytes)) as file:
        file.load()
        assert file.format == image.format.upper()
        assert (image.width, image.height) == file.size, "the size that is said"
        channels = _CHANNELS[file.mode]
        has_alpha = channels % 2 == 0
        return {
            "format": image.format,
            "width": file.width,
            "height": file.height,
            "has_alpha": has_alpha,
            "has_icc_profile": "icc_profile" in file.info,
            "grid": grid(np.asarray(file.convert("RGBA")), has_alpha),
        }


def rgba(pixels: Pixels) -> Pixels:
    """Rows of pixels of 1 to 4 channels as rows of RGBA."""
    height, width, channels = pixels.shape
    colors = pixels[:, :, : 1 if channels < 3 else 3]
    alpha = pixels[:, :, -1:] if channels % 2 == 0 else np.full((height, width, 1), 255, np.uint8)
    return np.concatenate([np.broadcast_to(colors, (height, width, 3)), alpha], axis=2)


def grid(pixels: Pixels, has_alpha: bool) -> list[list[int]]:
    """8 x 8 mean colours, weighted by alpha: what a transparent pixel's colour is, nobody can see."""
    alpha = pixels[:, :, 3:].astype(np.float64)
    weighted = np.concatenate([pixels[:, :, :3] * (alpha / 255), alpha], axis=2)[:, :, : 4 if has_alpha else 3]
    height, width = pixels.shape[:2]
    return [_mean(weighted[y, x]) for y in _spans(height) for x in _spans(width)]


def _mean(cell: npt.NDArray[np.float64]) -> list[int]:
    means: Any = cell.mean((0, 1))
    return [int(mean + 0.5) for mean in means]


def _spans(length: int) -> list[slice]:
    starts = [min(i * length // 8, length - 1) for i in range(8)]
    return [slice(start, max(start + 1, (i + 1) * length // 8)) for i, start in enumerate(starts)]
