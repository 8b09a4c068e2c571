"""BodyLimit: ASGI middleware that limits request bodies of a whole application, for FastAPI, Starlette, Django under ASGI and
every other ASGI application."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias

from ._json_type import is_read_as_json, may_be_read_as_json, require_plain_utf8
from .errors import PresizeError, request_too_large
from .json_scan import JsonScanner

__all__ = ["BodyLimit"]

# The types of ASGI 3.0: messages and scopes are dictionaries.
_Message: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[_Message]]
_Send: TypeAlias = Callable[[_Message], Awaitable[None]]
# Frameworks name their scopes, receivers and senders each in its own way.
_Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

# White space, and what JSON in UTF-16 and UTF-32 has before its first character.
_BEFORE_JSON = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"


class BodyLimit:
    """ASGI middleware that refuses a body of more than ``max_bytes`` bytes with ``request_too_large`` 413, and JSON of which a
    parser would make too many objects with ``request_malformed`` 400.

    >>> from presize.asgi import BodyLimit
    >>> async def application(scope, receive, send): ...
    >>> application = BodyLimit(application, max_bytes=1_000_000, paths={"/api/generate": 32 * 1024 * 1024})

    FastAPI parses a body before it calls a dependency, and Django stores the whole body before it calls a middleware, so a
    limit that refuses a body while it arrives has to wrap them. A body whose ``Content-Length`` is too large is refused at
    once, any other as soon as it is too long; to the application the client then appears to have disconnected. The rest of the
    body is left to the server: uvicorn reads and discards it, so that the client gets to read the response. Middleware that
    adds CORS headers has to wrap this one, so that browsers may read the response.

    - ``max_bytes``: the limit for every path that is not in ``paths``.
    - ``paths``: another limit for a path and all paths below it. The longest match counts. Paths are those of the routes: below
      the ``root_path`` of a proxy, and in a mounted application below its mount. Default: none.
    - ``max_structure_bytes``: the number of bytes of a JSON body outside of strings, including quotes, without white space. 32
      MB of ``[]`` would become ten million lists, which take gigabytes; images in strings do not count. A body is JSON by its
      content type, or by its first character if the type does not rule that out (forms, images, audio and video do), since
      frameworks also parse bodies whose type is not JSON. With a JSON type it has to be in UTF-8 and not compressed, otherwise
      it is ``request_type_unsupported`` 415. ``None`` turns this off. Default: 65536.
    - ``max_depth``: the deepest nesting of lists and objects in such a body. Default: 32.

    An application that accepts much JSON without images, such as long lists of numbers, has to raise ``max_structure_bytes``.
    There is no limit on time: timeouts for slow clients are set in the server or in the proxy.
    """

    def __init__(
        self,
        app: _Application,
        max_bytes: int,
        paths: Mapping[str, int] | None = None,
        *,
        max_structure_bytes: int | None = 65_536,
        max_depth: int = 32,
    ) -> None:
        self._app = app
        self._max_bytes = check_limit(max_bytes)
        limits = {} if paths is None else {path.rstrip("/"): check_limit(limit) for path, limit in paths.items()}
        self._paths = sorted(limits.items(), key=lambda entry: len(entry[0]), reverse=True)
        self._json_limits: dict[str, int] | None = None
        if max_structure_bytes is not None:
            self._json_limits = {"max_structure_bytes": max_structure_bytes, "max_depth": max_depth}
            JsonScanner(**self._json_limits)

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Forwards a request to the application, or refuses it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._limit(_route_path(scope))
        announced = _announced_bytes(scope["headers"])
        if announced is not None and announced > max_bytes:
            await _refuse(request_too_large(max_bytes), send)
            return
        scanner, content_type = None, _header(scope["headers"], b"content-type")
        is_json = is_read_as_json(content_type)
        if self._json_limits is not None and may_be_read_as_json(content_type):
            scanner = JsonScanner(**self._json_limits)
            if is_json:
                try:
                    require_plain_utf8(content_type, _header(scope["headers"], b"content-encoding"))
                except PresizeError as error:
                    await _refuse(error, send)
                    return
        exchange = _Exchange(receive, send, max_bytes, scanner, is_json)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception:
            # The client has its response, so an error of the application about the incomplete body is of no interest.
            if not exchange.is_refused:
                raise

    def _limit(self, path: str) -> int:
        for start, limit in self._paths:
            if path == start or path.startswith(f"{start}/"):
                return limit
        return self._max_bytes


class _Exchange:
    """One request: inspects its body, and responds instead of the application once the body exceeds a limit."""

    def __init__(
        self, receive: _Receive, send: _Send, max_bytes: int, scanner: JsonScanner | None, is_json: bool
    ) -> None:
        self.is_refused = False
        self._is_cut_off = False
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._scanner = scanner
        self._is_json = is_json
        self._received = 0
        self._has_started = False

    async def receive(self) -> _Message:
        if self._is_cut_off:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            try:
                self._inspect(message.get("body", b""))
            except PresizeError as error:
                self._is_cut_off = True
                await self._refuse(error)
                return {"type": "http.disconnect"}
        return message

    def _inspect(self, chunk: bytes) -> None:
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise request_too_large(self._max_bytes)
        if self._scanner is None:
            return
        if not self._is_json:
            # Frameworks parse a body as JSON if it begins like JSON.
            start = chunk.lstrip(_BEFORE_JSON)
            if not start:
                return
            if start[0] not in b"[{":
                self._scanner = None
                return
            self._is_json = True
        self._scanner.push(chunk)

    async def send(self, message: _Message) -> None:
        if self.is_refused:
            return
        self._has_started = self._has_started or message["type"] == "http.response.start"
        await self._send(message)

    async def _refuse(self, error: PresizeError) -> None:
        # A response that has begun cannot be replaced; the application only gets no more of the body.
        if not self._has_started:
            self.is_refused = True
            await _refuse(error, self._send)


def check_limit(limit: object, name: str = "max_bytes") -> int:
    """Returns a valid number of bytes. An invalid one is an error when the application starts."""
    if isinstance(limit, float) and limit.is_integer():
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ValueError(f"expected a number of bytes for {name}, received {limit!r}")
    return limit


def _route_path(scope: _Message) -> str:
    """The path that routes match. ``path`` contains ``root_path``, except with servers that leave it out."""
    path: str = scope["path"]
    root_path: str = scope.get("root_path", "")
    return path[len(root_path) :] if path == root_path or path.startswith(f"{root_path}/") else path


def _announced_bytes(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """The value of ``Content-Length``; ``None`` for a chunked body, and for a value that is not a number."""
    for name, value in headers:
        if name.lower() == b"content-length":
            # 20 digits are larger than any body, and Python refuses to parse more than 4300.
            return int(value[:20]) if value.isdigit() else None
    return None


def _header(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str:
    for name, value in headers:
        if name.lower() == wanted:
            return value.decode("latin-1")
    return ""


async def _refuse(error: PresizeError, send: _Send) -> None:
    body = json.dumps({"error": error.to_dict()}, separators=(",", ":")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
