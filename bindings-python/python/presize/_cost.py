"""What a call costs, in weighted pixels, from the headers of its pictures alone: for the queue, which keeps heavy calls from
taking all places. A picture whose header cannot be read costs nothing, since its call fails at once."""

from __future__ import annotations

import json
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from . import _native
from .errors import PresizeError
from .images import PixelImage, _rules
from .rules import ImageRules

HEAVY_PIXELS = 8_000_000
"""What takes about 0.15 s on a processor of 2020."""

# Lossless encoders take about 3 times as long for a pixel as that of JPEG; `effort="high"` about 4 times.
_LOSSLESS_WEIGHT = 3
_HIGH_EFFORT_WEIGHT = 4

# The interpreter is held while base64 is decoded: other threads have their turn between pieces. Divisible by 4.
_PIECE_CHARACTERS = 256 * 1024


def of_image(data: bytes, rules: ImageRules | None, transforms: Sequence[Mapping[str, Any]] = ()) -> int:
    """One picture, and what is made of it."""
    try:
        cost = _native.work_pixels(data, _rules(rules))
        return cost + sum(_of_output(data, rules, options) for options in transforms)
    except (PresizeError, TypeError, ValueError):
        return 0  # the call itself says what is wrong


def of_pixels(pixels: PixelImage, options: Mapping[str, Any]) -> int:
    """Pixels that are scaled and encoded."""
    sides = [side for name in ("width", "height") if isinstance(side := options.get(name), int)]
    larger = max(sides, default=1)
    return pixels.width * pixels.height + min(larger * larger, 2**32) * _weight(options)


def of_data_uris(texts: Iterable[Any], rules: ImageRules | None) -> int:
    """The pictures in a list of data URIs together."""
    return sum(of_image(_decoded(text), rules) for text in texts if isinstance(text, str))


def of_json(body: bytes | bytearray) -> int:
    """The pictures in all strings of a body of JSON that are data URIs, whatever becomes of them."""
    return sum(of_image(_decoded(text), None) for text in data_uris(body))


def data_uris(body: bytes | bytearray) -> Iterator[str]:
    """All strings of a body of JSON that start with ``data:``."""
    for text in _strings(body):
        # Five characters may be written as five escapes: \\u0064.
        is_escaped = b"\\" in text[:30]
        if is_escaped or text[:5].lower() == b"data:":
            unescaped = _unescaped(text) if is_escaped or b"\\" in text else text.decode("latin-1")
            if unescaped[:5].lower() == "data:":
                yield unescaped


def _strings(body: bytes | bytearray) -> Iterator[bytes | bytearray]:
    """What stands between quotes, found at the speed of memory and not with the interpreter held for long."""
    at = 0
    while (start := body.find(b'"', at)) >= 0:
        end = start
        while True:
            last, end = end, body.find(b'"', end + 1)
            if end < 0:
                return
            between = body[last + 1 : end]
            # After an odd number of backslashes the quote is a part of the string.
            if (len(between) - len(between.rstrip(b"\\"))) % 2 == 0:
                break
        yield body[start + 1 : end]
        at = end + 1


def _unescaped(text: bytes | bytearray) -> str:
    try:
        return str(json.loads(b'"' + text + b'"'))
    except ValueError:
        return ""


def _of_output(data: bytes, rules: ImageRules | None, options: Mapping[str, Any]) -> int:
    made = _native.explain(data, dict(options), _rules(rules))
    width, height = made[1], made[2]
    return width * height * _weight({**options, "format": made[0]})


def _weight(options: Mapping[str, Any]) -> int:
    if options.get("format") != "jpeg":
        return _LOSSLESS_WEIGHT
    return _HIGH_EFFORT_WEIGHT if options.get("effort") == "high" else 1


def _decoded(text: str) -> bytes:
    start = text.find(",") + 1
    pieces = range(start, len(text), _PIECE_CHARACTERS)
    try:
        return b"".join(a2b_base64(text[at : at + _PIECE_CHARACTERS]) for at in pieces)
    except (Base64Error, ValueError):
        return b""
