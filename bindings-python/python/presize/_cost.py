"""What a call costs, in weighted pixels, from the headers of its pictures alone: for the queue, which keeps heavy calls from
taking all places. A picture whose header cannot be read costs nothing, since its call fails at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import _native
from .errors import PresizeError
from .images import PixelImage, _rules
from .rules import ImageRules

HEAVY_PIXELS = 8_000_000
"""About 0.1 s: a weighted pixel took 1.3 to 24 ns, by format and content, in a release build on a shared machine of 2 cores."""

# Lossless encoders take about 3 times as long for a pixel as that of JPEG; `effort="high"` about 4 times.
_LOSSLESS_WEIGHT = 3
_HIGH_EFFORT_WEIGHT = 4


def of_image(data: bytes, rules: ImageRules | None, transforms: Sequence[Mapping[str, Any]] = ()) -> int:
    """One picture, and what is made of it."""
    try:
        cost = _native.work_pixels(data, _rules(rules))
        return cost + sum(_of_output(data, rules, options) for options in transforms)
    except (PresizeError, TypeError, ValueError):
        return 0  # the call itself says what is wrong


def of_stripping(data: bytes, rules: ImageRules | None) -> int:
    """A picture whose metadata is removed: nothing is decoded, but for a JPEG that does not say where it ends."""
    try:
        return _native.strip_work_pixels(data, _rules(rules))
    except (PresizeError, TypeError, ValueError):
        return 0  # the call itself says what is wrong


def of_pixels(pixels: PixelImage, options: Mapping[str, Any]) -> int:
    """Pixels that are scaled and encoded."""
    sides = [side for name in ("width", "height") if isinstance(side := options.get(name), int)]
    larger = max(sides, default=1)
    return pixels.width * pixels.height + min(larger * larger, 2**32) * _weight(options)


def of_data_uris(texts: Sequence[Any], rules: ImageRules | None) -> int:
    """The pictures in a list of data URIs together."""
    try:
        return _native.work_of_data_uris(texts, _rules(rules))
    except (TypeError, ValueError):
        return 0


def of_json(body: _native.JsonDocument, max_work_pixels: int) -> int:
    """The pictures in all strings of a body of JSON, whatever becomes of them. Error: ``image_too_large``, for more than that."""
    return _native.work_of_json(body, max_work_pixels)


def _of_output(data: bytes, rules: ImageRules | None, options: Mapping[str, Any]) -> int:
    made = _native.explain(data, dict(options), _rules(rules))
    width, height = made[1], made[2]
    return width * height * _weight({**options, "format": made[0]})


def _weight(options: Mapping[str, Any]) -> int:
    if options.get("format") != "jpeg":
        return _LOSSLESS_WEIGHT
    return _HIGH_EFFORT_WEIGHT if options.get("effort") == "high" else 1
