"""Bodies of JSON: what they are sent as."""

from __future__ import annotations

import re

from .errors import request_type_unsupported

# RFC 8259, section 11, and RFC 6839, section 3.1.
_JSON_TYPE = re.compile(r"application/(?:[^/\s;]+\+)?json", re.ASCII | re.IGNORECASE)
_SHOWN_CHARACTERS = 100


def is_json_type(content_type: str) -> bool:
    """Whether a ``Content-Type`` is one of JSON; its parameters are ignored."""
    return _JSON_TYPE.fullmatch(content_type.partition(";")[0].strip()) is not None


def demand_json_type(content_type: str) -> None:
    """Takes JSON only where it is called JSON. A page of another site may send any text as ``text/plain``, or without a type,
    with the user's cookies, and browsers would not ask first.

    Error: ``request_type_unsupported``.
    """
    if not is_json_type(content_type):
        shown = ascii(content_type[:_SHOWN_CHARACTERS]) if content_type else "no content type"
        raise request_type_unsupported("application/json", shown)
