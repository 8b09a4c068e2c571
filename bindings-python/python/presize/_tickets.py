"""The JSON API for tickets and confirmations, which is the same in every framework: request bodies and response bodies."""

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

# Python refuses to parse an integer of more than 4300 digits. As a float it is outside of every range as well.
_MAX_DIGITS = 300


class TicketRequest(TypedDict):
    """The fields of a request for a ticket. The core checks their types and values."""

    content_type: Any
    size_bytes: Any
    filename: NotRequired[Any]
    checksum_sha256: NotRequired[Any]


def parse_request(body: bytes | bytearray, case: Case) -> TicketRequest:
    """The arguments of ``Uploads.issue`` in a request body. Unknown fields are ignored.

    Error: ``request_malformed``.
    """
    return read_request(parse_object(body), case)


def read_request(fields: Mapping[str, Any], case: Case) -> TicketRequest:
    """Like :func:`parse_request`, for an object that is parsed already."""
    content_type, file_size = spell("content_type", case), spell("file_size", case)
    for name in (content_type, file_size):
        if name not in fields:
            raise request_malformed(f"{content_type} and {file_size}", f"no {name}")
    request: TicketRequest = {"content_type": fields[content_type], "size_bytes": fields[file_size]}
    if "filename" in fields:
        request["filename"] = fields["filename"]
    if (checksum := spell("checksum_sha256", case)) in fields:
        request["checksum_sha256"] = fields[checksum]
    return request


class ConfirmationRequest(TypedDict):
    """The fields of a request for a confirmation."""

    key: Any
    filename: NotRequired[Any]
    checksum_sha256: NotRequired[Any]


def parse_confirmation(body: bytes | bytearray, case: Case) -> ConfirmationRequest:
    """The arguments of ``Uploads.confirm`` in a request body. Unknown fields are ignored.

    Error: ``request_malformed``.
    """
    return read_confirmation(parse_object(body), case)


def read_confirmation(fields: Mapping[str, Any], case: Case) -> ConfirmationRequest:
    """Like :func:`parse_confirmation`, for an object that is parsed already."""
    if "key" not in fields:
        raise request_malformed("key", "no key")
    request: ConfirmationRequest = {"key": fields["key"]}
    if (filename := spell("original_filename", case)) in fields:
        request["filename"] = fields[filename]
    if (checksum := spell("checksum_sha256", case)) in fields:
        request["checksum_sha256"] = fields[checksum]
    return request


def parse_object(body: bytes | bytearray) -> dict[str, Any]:
    """Parses a body, which must be a JSON object in UTF-8.

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


# The fields of each request, by the core's name.
_TICKET_FIELDS = {
    "content_type": "content_type",
    "size_bytes": "file_size",
    "filename": "filename",
    "checksum_sha256": "checksum_sha256",
}
_CONFIRM_FIELDS = {"key": "key", "filename": "original_filename", "checksum_sha256": "checksum_sha256"}

# The field that an error is about, for errors that do not name it.
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
    """Adds ``field`` to the details of an error: the field of a ticket request that it is about, in the spelling of the
    client."""
    with _naming(_TICKET_FIELDS, case):
        yield


@contextmanager
def naming_confirm_fields(case: Case) -> Iterator[None]:
    """Like :func:`naming_ticket_fields`, for a request for a confirmation."""
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
            error.details = {**error.details, "field": spell(fields[name], case)}
        raise


def ticket_body(ticket: UploadTicket, case: Case) -> dict[str, Any]:
    """The response body for a ticket. ``expires_at`` is in seconds since 1970; ``fields`` are there for a form only."""
    # The URL and the fields are not put into variables, because error reports show variables.
    return {
        spell("upload_url", case): ticket.url,
        **_spell_keys({"method": ticket.method, "headers": ticket.headers}, case),
        **({spell("fields", case): ticket.fields} if ticket.fields else {}),
        **_spell_keys({"key": ticket.key, "public_url": ticket.public_url, "expires_in": ticket.expires_in}, case),
        spell("expires_at", case): int(ticket.expires_at.timestamp()),
    }


def confirmed_body(confirmed: Confirmed, case: Case) -> dict[str, Any]:
    """The response body for a confirmed upload."""
    shown = {
        "success": True,
        **_image_body(confirmed),
        "bytes": confirmed.bytes,
        "etag": confirmed.etag,
        "variants": [_spell_keys(_image_body(variant), case) for variant in confirmed.variants],
    }
    return _spell_keys(shown, case)


def _image_body(image: Confirmed | Variant) -> dict[str, Any]:
    return {
        "key": image.key,
        "public_url": image.public_url,
        "format": image.format,
        "width": image.width,
        "height": image.height,
    }


def _spell_keys(shown: dict[str, Any], case: Case) -> dict[str, Any]:
    return {spell(name, case): value for name, value in shown.items()}


def spell(name: str, case: Case) -> str:
    """A field name in the spelling of the client."""
    if case == "snake":
        return name
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _refuse_constant(name: str) -> NoReturn:
    """Python's parser accepts NaN and Infinity, which are not JSON (RFC 8259, section 6)."""
    raise ValueError(name)


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")
