"""The cost of a call in weighted pixels, from the headers of its images. The queue uses it to keep heavy calls from taking all
slots. An image whose header cannot be read costs nothing, since its call fails at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import _native
from .errors import PresizeError
from .images import PixelImage, _rules
from .rules import ImageRules

HEAVY_PIXELS = 8_000_000
"""Takes about 0.1 s: a weighted pixel took 1.3 to 24 ns, depending on format and content, in a release build on 2 shared
cores."""

# For each pixel, lossless encoders take about 3 times as long as the JPEG encoder, and `effort="high"` about 4 times.
_LOSSLESS_WEIGHT = 3
_HIGH_EFFORT_WEIGHT = 4


def of_image(data: bytes, rules: ImageRules | None, transforms: Sequence[Mapping[str, Any]] = ()) -> int:
    """The cost of decoding an image and encoding ``transforms`` of it."""
    try:
        cost = _native.work_pixels(data, _rules(rules))
        return cost + sum(_of_output(data, rules, options) for options in transforms)
    except (PresizeError, TypeError, ValueError):
        return 0  # the call itself raises the error


def of_stripping(data: bytes, rules: ImageRules | None) -> int:
    """The cost of removing metadata. Nothing is decoded, except a JPEG whose end only its entropy-coded data tells."""
    try:
        return _native.strip_work_pixels(data, _rules(rules))
    except (PresizeError, TypeError, ValueError):
        return 0  # the call itself raises the error


def of_pixels(pixels: PixelImage, options: Mapping[str, Any]) -> int:
    """The cost of scaling and encoding pixels."""
    sides = [side for name in ("width", "height") if isinstance(side := options.get(name), int)]
    larger = max(sides, default=1)
    return pixels.width * pixels.height + min(larger * larger, 2**32) * _weight(options)


def of_data_uris(texts: Sequence[Any], rules: ImageRules | None) -> int:
    """The cost of decoding a list of data URIs."""
    try:
        return _native.work_of_data_uris(texts, _rules(rules))
    except (TypeError, ValueError):
        return 0


def of_json(body: _native.JsonDocument, max_work_pixels: int) -> int:
    """The cost of decoding every image in a JSON body, whether it is used or not. Error: ``image_too_large``, for more than
    ``max_work_pixels``."""
    return _native.work_of_json(body, max_work_pixels)


def _of_output(data: bytes, rules: ImageRules | None, options: Mapping[str, Any]) -> int:
    output = _native.explain(data, dict(options), _rules(rules))
    width, height = output[1], output[2]
    return width * height * _weight({**options, "format": output[0]})


def _weight(options: Mapping[str, Any]) -> int:
    if options.get("format") != "jpeg":
        return _LOSSLESS_WEIGHT
    return _HIGH_EFFORT_WEIGHT if options.get("effort") == "high" else 1
