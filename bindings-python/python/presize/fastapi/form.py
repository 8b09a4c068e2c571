"""Parses multipart/form-data (RFC 7578) as it arrives. Only the files of the requested fields are kept."""

import dataclasses
from collections.abc import Callable, Iterable

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from presize.errors import PresizeError, request_malformed

# Real forms have a few dozen parts, and even an empty part costs work.
_MAX_PARTS = 1000
_MAX_HEADER_BYTES = 8 * 1024
_MAX_SHOWN_CHARACTERS = 100


@dataclasses.dataclass
class FormFile:
    """A file of a form: its field, its name and media type as sent by the client, and the bytes that have arrived."""

    field: str
    name: bytes
    declared: str | None
    data: bytearray = dataclasses.field(default_factory=bytearray)
    _taken: bytes | None = None

    def take(self) -> bytes:
        """The complete bytes. The buffer is freed, so that each file is in memory only once."""
        if self._taken is None:
            self._taken, self.data = bytes(self.data), bytearray()
        return self._taken


class FormFiles:
    """Collects the files of some fields. ``watch`` is called with them when the last begins or grows, and refuses by raising."""

    def __init__(self, request: Request, fields: Iterable[str], watch: Callable[[list[FormFile]], None]) -> None:
        self.files: list[FormFile] = []
        self._fields = {field.encode(): field for field in fields}
        self._watch = watch
        self._parts = 0
        self._is_complete = False
        self._current: FormFile | None = None
        self._header = b""
        self._value = b""
        self._header_bytes = 0
        self._headers: dict[bytes, bytes] = {}
        self._parser = self._start(request.headers.get("content-type", ""))

    def write(self, chunk: bytes) -> None:
        """Parses a chunk of the body. Errors: ``request_malformed``, and those that ``watch`` raises."""
        if self._is_complete:
            # An epilogue is allowed and ignored. The parser would log a warning for each chunk.
            return
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _malformed(f"one that breaks off: {error}") from error

    def finish(self) -> list[FormFile]:
        """The files of the complete body. Error: ``request_malformed``, if the form is incomplete."""
        if not self._is_complete:
            raise _malformed("one without its end")
        # A browser sends an empty file without a name for a field in which no file was chosen.
        return [file for file in self.files if file.name or file.data]

    def _start(self, content_type: str) -> MultipartParser:
        kind, parameters = parse_options_header(content_type)
        if kind != b"multipart/form-data":
            shown = ascii(content_type[:_MAX_SHOWN_CHARACTERS]) if content_type else "no content type"
            raise request_malformed("multipart/form-data", shown)
        boundary = parameters.get(b"boundary", b"")
        # RFC 2046, section 5.1.1.
        if not 1 <= len(boundary) <= 70:
            raise _malformed("one without a boundary of 1 to 70 characters")
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_header,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._add_data,
                "on_end": self._end,
            },
        )

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise _malformed(f"one of more than {_MAX_PARTS} parts")
        self._headers = {}
        self._header_bytes = 0
        self._current = None

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._value += data[start:end]

    def _count_header(self, more: int) -> None:
        """Limits the headers of a part, which old versions of the parser do not."""
        self._header_bytes += more
        if self._header_bytes > _MAX_HEADER_BYTES:
            raise _malformed(f"one with more than {_MAX_HEADER_BYTES} bytes of headers in a part")

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header = self._value = b""

    def _end_headers(self) -> None:
        """A part is a file if it has a file name; other parts are not kept."""
        kind, parameters = parse_options_header(self._headers.get(b"content-disposition"))
        field = self._fields.get(parameters.get(b"name", b""))
        if kind != b"form-data" or field is None or b"filename" not in parameters:
            return
        # An empty header counts as undeclared.
        declared = self._headers.get(b"content-type", b"").decode("latin-1").strip()
        self._current = FormFile(field, parameters[b"filename"], declared or None)
        self.files.append(self._current)
        self._watch(self.files)

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._current is not None:
            self._current.data += data[start:end]
            self._watch(self.files)

    def _end(self) -> None:
        self._is_complete = True


def _malformed(received: str) -> PresizeError:
    return request_malformed("a complete multipart/form-data body", received)
