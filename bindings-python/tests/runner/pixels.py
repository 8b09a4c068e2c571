"""The calls ``decode`` and ``encode``."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

import presize

from . import pixel_grid
from .inputs import Call, Json, data, options, rules


def _decode(given: Mapping[str, Any]) -> Json:
    pixels = presize.decode(data(given), rules=rules(given), **options(given["options"]))
    rgba = pixel_grid.rgba(np.frombuffer(pixels.bytes, np.uint8).reshape(pixels.height, pixels.width, pixels.channels))
    has_alpha = bool((rgba[:, :, 3] < 255).any())
    return {
        "width": pixels.width,
        "height": pixels.height,
        "channels": pixels.channels,
        "has_alpha": has_alpha,
        "grid": pixel_grid.grid(rgba, has_alpha),
        "base64": base64.b64encode(pixels.bytes).decode(),
    }


def _encode(given: Mapping[str, Any]) -> Json:
    named, checked = options(given["options"]), rules(given)
    shape = given["pixels"]
    pixels = presize.PixelImage(data(shape), shape["width"], shape["height"], shape["channels"])
    return pixel_grid.read(presize.encode(pixels, rules=checked, **named))


CALLS: dict[str, Call] = {"decode": _decode, "encode": _encode}
