"""The content type of JSON bodies."""

from __future__ import annotations

import re

from .errors import request_type_unsupported

# RFC 8259, section 11, and RFC 6839, section 3.1.
_JSON_TYPE = re.compile(r"application/(?:[^/\s;]+\+)?json", re.ASCII | re.IGNORECASE)
# REST framework uses its first parser for ``*/*`` and ``application/*``, which by default is the JSON parser.
_READ_AS_JSON = re.compile(r".*(?:[/+]json|/\*)", re.ASCII | re.IGNORECASE)
# Types whose bodies no framework parses as JSON.
_OTHER_TYPES = re.compile(
    r"(?:multipart|image|audio|video|font)/.*|application/x-www-form-urlencoded", re.ASCII | re.IGNORECASE
)
_CHARSET = re.compile(r"\s*charset\s*=\s*\"?\s*([^\s\"]*)", re.ASCII | re.IGNORECASE)
_MAX_SHOWN_CHARACTERS = 100


def is_json_type(content_type: str) -> bool:
    """Whether a ``Content-Type`` is JSON. Its parameters are ignored."""
    return _JSON_TYPE.fullmatch(content_type.partition(";")[0].strip()) is not None


def is_read_as_json(content_type: str) -> bool:
    """Whether some framework parses a body of this type as JSON. They accept more types than the standards define."""
    return _READ_AS_JSON.fullmatch(content_type.partition(";")[0].strip()) is not None


def may_be_read_as_json(content_type: str) -> bool:
    """Whether an application may parse a body of this type as JSON: ``request.json()`` of Starlette does not check the type at
    all."""
    return _OTHER_TYPES.fullmatch(content_type.partition(";")[0].strip()) is None


def require_plain_utf8(content_type: str, content_encoding: str) -> None:
    """Refuses JSON that a parser would decode to another text than the scanner sees: in another charset (``+ACI-`` is a quote in
    UTF-7), or compressed.

    Error: ``request_type_unsupported``.
    """
    for parameter in content_type.split(";")[1:]:
        charset = _CHARSET.match(parameter)
        if charset is not None and charset[1].lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise request_type_unsupported("JSON in UTF-8", ascii(content_type[:_MAX_SHOWN_CHARACTERS]))
    if content_encoding.strip().lower() not in ("", "identity"):
        raise request_type_unsupported(
            "JSON without a content encoding", ascii(content_encoding[:_MAX_SHOWN_CHARACTERS])
        )


def require_json_type(content_type: str) -> None:
    """Accepts JSON only with a JSON content type. A page of another site may send any text as ``text/plain``, or without a
    type, with the user's cookies and without a CORS preflight.

    Error: ``request_type_unsupported``.
    """
    if not is_json_type(content_type):
        shown = ascii(content_type[:_MAX_SHOWN_CHARACTERS]) if content_type else "no content type"
        raise request_type_unsupported("application/json", shown)
