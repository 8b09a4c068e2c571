"""Objects in a bucket on a real server, and pictures to put there."""

from __future__ import annotations

import os
import struct
import zlib

import httpx

from fastapi_app import png_block
from presize import Presigner


def put(presigner: Presigner, key: str, content: bytes, content_type: str = "image/png") -> str:
    """Stores an object. Returns its entity tag, without quotes."""
    signed = presigner.put(key, content_type=content_type, content_length=len(content))
    sent = httpx.put(signed.url, headers=signed.headers, content=content, trust_env=False)
    assert sent.status_code == 200, sent.text
    return str(sent.headers["etag"]).strip('"')


def read(presigner: Presigner, key: str) -> httpx.Response:
    """An object, or the answer that there is none."""
    return httpx.get(presigner.get(key).url, trust_env=False)


def delete(presigner: Presigner, key: str) -> None:
    httpx.delete(presigner.delete(key).url, trust_env=False)


def noise_png(width: int, height: int) -> bytes:
    """A PNG whose pixels no format makes smaller."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = png_block(b"IDAT", zlib.compress(rows, 0))
    return b"\x89PNG\r\n\x1a\n" + png_block(b"IHDR", header) + data + png_block(b"IEND", b"")
