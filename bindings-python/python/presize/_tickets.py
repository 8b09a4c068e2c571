"""Tickets and confirmations as JSON, as every framework speaks them: what a client asks in, and what it is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, NoReturn, NotRequired, TypeAlias, TypedDict

from .confirmation import Confirmed, Variant
from .errors import PresizeError, request_malformed
from .json_scan import JsonScanner
from .uploads import UploadTicket

Case: TypeAlias = Literal["snake", "camel"]

MAX_BODY_BYTES = 16 * 1024
"""The longest body of a request for a ticket or a confirmation."""

# Python refuses to read an integer of 4300 digits; as a float it is as far out of every range.
_MAX_DIGITS = 300


class Asked(TypedDict):
    """What a client says of its file, in whatever types it says it: the core is who checks them."""

    content_type: Any
    size_bytes: Any
    filename: NotRequired[Any]
    checksum_sha256: NotRequired[Any]


def parse_request(body: bytes | bytearray, case: Case) -> Asked:
    """The arguments of ``Uploads.issue`` that a client gives. Other names in the body are ignored.

    Error: ``request_malformed``.
    """
    return read_request(parse_object(body), case)


def read_request(fields: Mapping[str, Any], case: Case) -> Asked:
    """The same from an object that is parsed already."""
    content_type, file_size = written("content_type", case), written("file_size", case)
    for name in (content_type, file_size):
        if name not in fields:
            raise request_malformed(f"{content_type} and {file_size}", f"no {name}")
    asked: Asked = {"content_type": fields[content_type], "size_bytes": fields[file_size]}
    if "filename" in fields:
        asked["filename"] = fields["filename"]
    if (checksum := written("checksum_sha256", case)) in fields:
        asked["checksum_sha256"] = fields[checksum]
    return asked


class Confirming(TypedDict):
    """What a client says of its upload."""

    key: Any
    filename: NotRequired[Any]
    checksum_sha256: NotRequired[Any]


def parse_confirmation(body: bytes | bytearray, case: Case) -> Confirming:
    """The arguments of ``Uploads.confirm`` that a client gives. Other names in the body are ignored.

    Error: ``request_malformed``.
    """
    return read_confirmation(parse_object(body), case)


def read_confirmation(fields: Mapping[str, Any], case: Case) -> Confirming:
    """The same from an object that is parsed already."""
    if "key" not in fields:
        raise request_malformed("key", "no key")
    confirming: Confirming = {"key": fields["key"]}
    if (filename := written("original_filename", case)) in fields:
        confirming["filename"] = fields[filename]
    if (checksum := written("checksum_sha256", case)) in fields:
        confirming["checksum_sha256"] = fields[checksum]
    return confirming


def parse_object(body: bytes | bytearray) -> dict[str, Any]:
    """The JSON object that a body is, in UTF-8.

    Error: ``request_malformed``.
    """
    JsonScanner().push(body)
    try:
        value = json.loads(body.decode(), parse_int=_integer, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise request_malformed("a JSON object", "text that is no JSON") from None
    if not isinstance(value, dict):
        raise request_malformed("a JSON object", _kind(value))
    return value


# What the core calls a field of either request, and what the request calls it.
_TICKET_FIELDS = {
    "content_type": "content_type",
    "size_bytes": "file_size",
    "filename": "filename",
    "checksum_sha256": "checksum_sha256",
}
_CONFIRM_FIELDS = {"key": "key", "filename": "original_filename", "checksum_sha256": "checksum_sha256"}

# The field that an error is about which does not name it.
_FIELDS_OF_CODES = {
    "upload_format_not_allowed": "content_type",
    "upload_too_large": "size_bytes",
    "upload_too_small": "size_bytes",
    "upload_key_invalid": "key",
    "upload_key_unknown": "key",
    "upload_owner_mismatch": "key",
    "upload_prefix_mismatch": "key",
}


@contextmanager
def naming_ticket_fields(case: Case) -> Iterator[None]:
    """Adds to the details of an error the ``field`` of the request for a ticket that it is about, as the client writes it."""
    with _naming(_TICKET_FIELDS, case):
        yield


@contextmanager
def naming_confirm_fields(case: Case) -> Iterator[None]:
    """The same for a request to confirm an upload."""
    with _naming(_CONFIRM_FIELDS, case):
        yield


@contextmanager
def _naming(fields: Mapping[str, str], case: Case) -> Iterator[None]:
    try:
        yield
    except PresizeError as error:
        known = _FIELDS_OF_CODES.get(error.code, "")
        name = str(error.details.get("name")) if error.code == "option_invalid" else known
        if name in fields:
            error.details = {**error.details, "field": written(fields[name], case)}
        raise


def show_ticket(ticket: UploadTicket, case: Case) -> dict[str, Any]:
    """The answer to a client; ``expires_at`` in whole seconds since 1970. ``fields`` are those of a form, where it is one."""
    # No variable holds the URL or the fields: reports of errors show variables.
    return {
        written("upload_url", case): ticket.url,
        **_written({"method": ticket.method, "headers": ticket.headers}, case),
        **({written("fields", case): ticket.fields} if ticket.fields else {}),
        **_written({"key": ticket.key, "public_url": ticket.public_url, "expires_in": ticket.expires_in}, case),
        written("expires_at", case): int(ticket.expires_at.timestamp()),
    }


def show_confirmed(confirmed: Confirmed, case: Case) -> dict[str, Any]:
    """The answer to a client whose upload is confirmed."""
    shown = {
        "success": True,
        **_show_picture(confirmed),
        "bytes": confirmed.bytes,
        "etag": confirmed.etag,
        "variants": [_written(_show_picture(variant), case) for variant in confirmed.variants],
    }
    return _written(shown, case)


def _show_picture(picture: Confirmed | Variant) -> dict[str, Any]:
    return {
        "key": picture.key,
        "public_url": picture.public_url,
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
    }


def _written(shown: dict[str, Any], case: Case) -> dict[str, Any]:
    return {written(name, case): value for name, value in shown.items()}


def written(name: str, case: Case) -> str:
    """A name as JSON has it."""
    if case == "snake":
        return name
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _refuse_constant(name: str) -> NoReturn:
    """Python's parser takes NaN and Infinity, which are no JSON (RFC 8259, section 6)."""
    raise ValueError(name)


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")
