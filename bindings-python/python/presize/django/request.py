"""Reads requests of views: a body with a limit, and the owner."""

from __future__ import annotations

from typing import Any, Protocol

from presize._json_type import require_json_type
from presize._tickets import MAX_BODY_BYTES
from presize.errors import request_too_large


class Body(Protocol):
    """A request of Django or of Django REST framework."""

    META: dict[str, Any]

    def read(self, size: int, /) -> bytes:
        """Reads at most this many bytes; none at the end."""


def read_body(request: Body) -> bytes:
    """Reads the body of a request for a ticket, of at most 16 KiB. Never more than that is read, whatever the request says
    its length is.

    Error: ``request_too_large``.
    """
    if _announced_bytes(request) > MAX_BODY_BYTES:
        raise request_too_large(MAX_BODY_BYTES)
    parts: list[bytes] = []
    missing = MAX_BODY_BYTES + 1
    while missing > 0 and (part := request.read(missing)):
        parts.append(part)
        missing -= len(part)
    if missing == 0:
        raise request_too_large(MAX_BODY_BYTES)
    return b"".join(parts)


def read_json(request: Body) -> bytes:
    """Like :func:`read_body`, for a JSON body. Error: ``request_type_unsupported``, before anything is read."""
    require_json_type(request.META.get("CONTENT_TYPE") or "")
    return read_body(request)


def owner_of(user: Any) -> str:
    """The primary key of a user, an integer, a UUID or a text. One without a key owns nothing: its owner is empty,
    ``upload_owner_invalid``."""
    return "" if user.pk is None else str(user.pk)


def _announced_bytes(request: Body) -> int:
    """The value of ``Content-Length``; 0 if it is missing or not a number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
