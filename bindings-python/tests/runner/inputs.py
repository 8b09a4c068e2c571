"""The inputs that several calls share."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from presize import ImageRules, PresizeError

Json: TypeAlias = Any
"""A value as ``json.loads`` gives it."""
Call: TypeAlias = Callable[[Mapping[str, Any]], Json]
"""From the ``input`` of a case to what its ``ok`` is held against."""

VECTORS = Path(__file__).resolve().parents[3] / "core" / "tests" / "vectors"

# One value of each type that a case may name where JSON has none.
_OF_TYPE: dict[str, object] = {"bytes": b"80", "set": {80}, "object": object()}


def data(given: Mapping[str, Any]) -> bytes:
    """The bytes of ``{"file": "images/a.jpg"}``, ``{"base64": "..."}``, ``{"text": "..."}``, ``{"repeat": "-", "count": 9}``, or
    ``{"parts": [...]}`` one after the other."""
    if "parts" in given:
        return b"".join(map(data, given["parts"]))
    if "repeat" in given:
        repeated: str = given["repeat"] * given["count"]
        return repeated.encode()
    if "file" in given:
        path = VECTORS / str(given["file"])
        return path.read_bytes()
    if "base64" in given:
        return base64.b64decode(given["base64"], validate=True)
    text: str = given["text"]
    return text.encode()


def options(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Options as a program would give them; ``{"$number": "NaN"}`` and ``{"$type": "bytes"}`` are what JSON cannot say."""
    return {name: _raw(value) for name, value in (given or {}).items()}


def _raw(value: Json) -> Any:
    match value:
        case {"$number": number}:
            return float(number)
        case {"$type": name}:
            return _OF_TYPE[name]
        case dict():
            return options(value)
        case list():
            return [_raw(item) for item in value]
    return value


def rules(given: Mapping[str, Any]) -> ImageRules:
    """The rules of a case; the defaults where it has none."""
    return ImageRules(**options(given.get("rules")))


def outcome(call: Callable[[], Json]) -> Json:
    """What a call gives or raises, to be held against another way to the same."""
    try:
        return "ok", call()
    except PresizeError as error:
        return type(error), error.http_status, error.to_dict()
