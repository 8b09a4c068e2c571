"""The JSON of the ticket route: a bounded body in, the arguments of ``Uploads.issue``, a ticket out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn, NotRequired, Protocol, TypedDict

from presize import UploadTicket
from presize.django.conf import Case
from presize.errors import request_malformed, request_too_large

#: The longest body of a request for a ticket, in bytes: 16 KiB.
MAX_BODY_BYTES = 16 * 1024

_MAX_DIGITS = 400
_TYPE, _SIZE = {"snake": "content_type", "camel": "contentType"}, {"snake": "file_size", "camel": "fileSize"}
_CAMEL = {"upload_url": "uploadUrl", "public_url": "publicUrl", "expires_in": "expiresIn", "expires_at": "expiresAt"}


class Arguments(TypedDict):
    """What a client says of its file, in its own types: the core is who checks them."""

    content_type: Any
    size_bytes: Any
    filename: NotRequired[Any]


class Body(Protocol):
    """A request of Django or of Django REST framework."""

    META: dict[str, Any]

    def read(self, size: int, /) -> bytes:
        """Reads at most this many bytes; none at the end."""


def read_object(request: Body) -> dict[str, Any]:
    """Reads the body of a request as a JSON object, of at most ``MAX_BODY_BYTES``.

    Never more than that is read, whatever the request says its length is.

    Errors: ``request_too_large``, ``request_malformed``.
    """
    body = _read(request)
    try:
        value = json.loads(body.decode(), parse_int=_integer, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise request_malformed("a JSON object", "text that is no JSON") from None
    if not isinstance(value, dict):
        raise request_malformed("a JSON object", _kind(value))
    return value


def arguments(body: Mapping[str, Any], case: Case) -> Arguments:
    """The arguments of ``Uploads.issue`` that a client gives; other names in the body are ignored.

    Error: ``request_malformed``, when the type or the size is missing.
    """
    type_name, size_name = _TYPE[case], _SIZE[case]
    for name in (type_name, size_name):
        if name not in body:
            raise request_malformed(f"{type_name} and {size_name}", f"no {name}")
    found: Arguments = {"content_type": body[type_name], "size_bytes": body[size_name]}
    if "filename" in body:
        found["filename"] = body["filename"]
    return found


def ticket_object(ticket: UploadTicket, case: Case) -> dict[str, Any]:
    """The answer to a client; ``expires_at`` in whole seconds since 1970."""
    shown = {
        "upload_url": ticket.url,
        "method": ticket.method,
        "headers": ticket.headers,
        "key": ticket.key,
        "public_url": ticket.public_url,
        "expires_in": ticket.expires_in,
        "expires_at": int(ticket.expires_at.timestamp()),
    }
    return shown if case == "snake" else {_CAMEL.get(name, name): value for name, value in shown.items()}


def owner_of(user: Any) -> str:
    """The primary key of a user. One without a key owns nothing: its owner is empty, ``upload_owner_invalid``."""
    return "" if user.pk is None else str(user.pk)


def _read(request: Body) -> bytes:
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


def _announced_bytes(request: Body) -> int:
    """What the request says its length is; 0 where it says nothing, or nothing that can be read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _integer(digits: str) -> int | float:
    """Python reads no integer of more than 4300 digits; as a fraction it is as far out of every range."""
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _refuse_constant(name: str) -> NoReturn:
    """Python's parser takes NaN and Infinity, which are no JSON (RFC 8259, section 6)."""
    raise ValueError(name)


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")
