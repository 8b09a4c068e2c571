"""JsonScanner: limits on a JSON body, checked before it is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from . import _native

if TYPE_CHECKING:
    from typing import Unpack

    from .options import JsonLimitsOptions

__all__ = ["JsonScanner"]


@final
class JsonScanner:
    """Scans a JSON document chunk by chunk as it arrives, and refuses one that would be too costly to parse.

    A parser turns two bytes into a value: 32 MB of ``[],[],[]`` become gigabytes. The scanner counts what values are made of
    and skips the text of strings, data URIs among them. It does not validate: ``json.loads`` does.

    >>> from presize import JsonScanner
    >>> scanner = JsonScanner(max_data_uris=10)
    >>> scanner.push(b'{"photo": "data:image/')
    >>> scanner.push(b'png;base64,AAAA"}')
    >>> scanner.finish()

    - ``max_structure_bytes``: the most bytes outside of strings that are no white space; the quotes of strings count.
      Range: 1 to 1073741824 (1 GiB). Default: 65536 (64 KiB).
    - ``max_depth``: the most objects and lists within each other. Range: 1 to 1000. Default: 32.
    - ``max_data_uris``: the most strings that start with ``data:``, in any case. Range: 0 to 10000. Default: none.
    - ``max_escapes``: the most escapes (``\\n``, ``\\u00e9``) in all strings together: a parser unescapes them one by
      one, while it copies other text as a whole. A data URI has one in 64 bytes where a client writes ``/`` as ``\\/``.
      Range: 0 to 1073741824. Default: 1048576.

    It agrees with parsers on UTF-8 alone: refuse a request whose content type names another charset. A body that is
    compressed is scanned after it is unpacked.

    Error: ``option_invalid``.
    """

    __slots__ = ("_native",)

    def __init__(self, **limits: Unpack[JsonLimitsOptions]) -> None:
        self._native = _native.JsonScanner(dict(limits))

    def push(self, data: bytes | bytearray | memoryview) -> None:
        """Scans the next chunk, which may end anywhere. A refused document stays refused.

        Errors: ``request_malformed`` beyond a limit and for a text that is not in UTF-8, ``data_uri_count_exceeded`` beyond
        ``max_data_uris``.
        """
        self._native.push(data)

    def finish(self) -> None:
        """Ends the document. A document that is cut off need not be parsed.

        Errors: those of ``push``, ``request_malformed`` for a document that ends in a string, a list or an object.
        """
        self._native.finish()
