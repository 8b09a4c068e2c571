"""Data URIs: decodes text into checked images, strictly, and checks every limit before decoding.

The grammar is that of RFC 2397 with base64 required, the base64 that of RFC 4648, section 4: canonical and padded. White
space (without ``allow_whitespace``), missing padding, stray bits and other alphabets are errors. The header ends at the first
comma, also within a quoted parameter, as it does in browsers; a semicolon within quotes is part of the value.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import _native
from ._native import CancelToken
from .images import CheckedImage, Data, ImageInfo, _rules
from .options import ImageFormatName
from .rules import ImageRules

__all__ = ["decode_data_uri", "decode_data_uris", "encode_data_uri"]


def decode_data_uri(
    text: str, rules: ImageRules | None = None, *, cancel_token: CancelToken | None = None
) -> CheckedImage:
    """Decodes a data URI and checks the image in it as :func:`presize.check` does; its media type is the declared one.
    With ``allow_bare_base64`` in the rules, text that does not start with ``data:`` is taken as the data alone; with
    ``allow_whitespace``, line breaks and spaces within the data are left out.

    >>> from presize import decode_data_uri
    >>> decode_data_uri("data:image/jpeg;base64,/9j/4AA!")
    Traceback (most recent call last):
        ...
    presize.errors.DataUriError: expected base64 for the data, received a character outside its alphabet at offset 30

    Errors: ``data_uri_malformed``, ``data_uri_too_large`` (found before decoding), ``data_uri_base64_invalid`` (with the
    offset of the first bad byte of the text), and those of :func:`presize.check`.
    """
    checked, info, is_complete = _native.decode_data_uri(text, _rules(rules), cancel_token)
    return CheckedImage(checked, ImageInfo._of(info), is_complete)


def decode_data_uris(
    texts: Sequence[str], rules: ImageRules | None = None, *, cancel_token: CancelToken | None = None
) -> list[CheckedImage]:
    """Decodes a list of data URIs. Their number and their sizes, one by one and together, are checked before any of them
    is decoded; the headers of all images, and their pixels and their work together, before a pixel of any.

    >>> from presize import decode_data_uris, encode_data_uri
    >>> try:
    ...     decode_data_uris([encode_data_uri(photo, "jpeg"), "no data URI"])
    ... except ValueError as error:
    ...     print(error.code, error.index)
    data_uri_malformed 1

    Errors: ``data_uri_count_exceeded``, ``data_uri_total_too_large``, ``image_too_large`` without an ``index`` for
    ``total_pixels`` and ``total_work_pixels``, and those of :func:`decode_data_uri` with the 0-based ``index`` of the first
    image that is refused.
    """
    images = _native.decode_data_uris(texts, _rules(rules), cancel_token)
    return [CheckedImage(checked, ImageInfo._of(info), is_complete) for checked, info, is_complete in images]


def encode_data_uri(data: Data, format: ImageFormatName) -> str:
    """Encodes bytes as a data URI.

    >>> from presize import encode_data_uri
    >>> encode_data_uri(b"GIF89a", "gif")
    'data:image/gif;base64,R0lGODlh'

    Error: ``option_invalid``.
    """
    return _native.encode_data_uri(data, format)
