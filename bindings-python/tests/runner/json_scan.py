"""The call ``scan_json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from presize import JsonScanner

from .inputs import Call, Json, data, options


def _scan(given: Mapping[str, Any]) -> Json:
    """The pieces, each pushed by itself; with ``piece_bytes``, all of them together in pieces of that length."""
    scanner = JsonScanner(**options(given.get("limits")))
    pieces = [_bytes(piece) for piece in given["pieces"]]
    if (length := given.get("piece_bytes")) is not None:
        whole = memoryview(b"".join(pieces))
        pieces = [whole[at : at + length].tobytes() for at in range(0, len(whole), length)]
    for piece in pieces:
        scanner.push(piece)
    scanner.finish()
    return {"complete": True}


def _bytes(piece: Json) -> bytes:
    if isinstance(piece, str):
        return piece.encode()
    if "repeat" in piece:
        text: str = piece["repeat"]
        return text.encode() * int(piece["count"])
    return data(piece)


CALLS: dict[str, Call] = {"scan_json": _scan}
