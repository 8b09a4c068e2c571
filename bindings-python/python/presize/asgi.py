"""A limit on bodies for a whole application, in front of everything that reads them: FastAPI, Starlette, Django under ASGI,
and every other ASGI application."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias

from .errors import request_too_large

__all__ = ["BodyLimit"]

# The types of ASGI 3.0: messages and scopes are dictionaries.
_Message: TypeAlias = MutableMapping[str, Any]
_Receive: TypeAlias = Callable[[], Awaitable[_Message]]
_Send: TypeAlias = Callable[[_Message], Awaitable[None]]
# Frameworks name their scopes, receivers and senders each in its own way.
_Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


class BodyLimit:
    """ASGI middleware: refuses a body of more than ``max_bytes`` bytes with ``request_too_large`` 413.

    >>> from presize.asgi import BodyLimit
    >>> async def application(scope, receive, send): ...
    >>> application = BodyLimit(application, max_bytes=1_000_000, paths={"/api/generate": 32 * 1024 * 1024})

    FastAPI reads and parses a body before it calls a dependency, and Django stores all of it before it calls a middleware:
    what shall refuse a body while it streams stands before them. A body whose ``Content-Length`` is too large is refused at
    once, any other as soon as it has become too long; the application then hears that the client is gone. What the client still
    sends is left to the server: uvicorn reads it to the end and keeps none of it, so that the client comes to read the answer.
    A middleware that adds CORS headers stands before this one, so that browsers are allowed to read the refusal.

    - ``max_bytes``: for every path but those of ``paths``.
    - ``paths``: another limit for a path and all paths below it. The longest that fits counts. Paths are those of the routes,
      below the ``root_path`` of a proxy, and in a mounted application below its mount. Default: none.

    There is no limit on time: a client may send slowly, and how long it may take is said to the server or to the proxy before
    it.
    """

    def __init__(self, app: _Application, max_bytes: int, paths: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        limits = {} if paths is None else {path.rstrip("/"): limit for path, limit in paths.items()}
        self._paths = sorted(limits.items(), key=lambda entry: len(entry[0]), reverse=True)
        for limit in (max_bytes, *limits.values()):
            check_limit(limit)

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Passes one request on, or refuses it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._limit(_route_path(scope))
        announced = _announced_bytes(scope["headers"])
        if announced is not None and announced > max_bytes:
            await _refuse(max_bytes, send)
            return
        exchange = _Exchange(receive, send, max_bytes)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception:
            # The client has its answer; that the application could not read the body is no news.
            if not exchange.is_refused:
                raise

    def _limit(self, path: str) -> int:
        for start, limit in self._paths:
            if path == start or path.startswith(f"{start}/"):
                return limit
        return self._max_bytes


class _Exchange:
    """One request: counts what comes in, and once it is too much, answers in the application's place."""

    def __init__(self, receive: _Receive, send: _Send, max_bytes: int) -> None:
        self.is_refused = False
        self._is_too_long = False
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._received = 0
        self._has_started = False

    async def receive(self) -> _Message:
        if self._is_too_long:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > self._max_bytes:
                self._is_too_long = True
                await self._refuse()
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: _Message) -> None:
        if self.is_refused:
            return
        self._has_started = self._has_started or message["type"] == "http.response.start"
        await self._send(message)

    async def _refuse(self) -> None:
        # An answer that has begun cannot be taken back: the application is only cut off from the body.
        if not self._has_started:
            self.is_refused = True
            await _refuse(self._max_bytes, self._send)


def check_limit(limit: object, name: str = "max_bytes") -> None:
    """Refuses what is no number of bytes where it is given, and not with the first request."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ValueError(f"expected a number of bytes for {name}, received {limit!r}")


def _route_path(scope: _Message) -> str:
    """The path that routes are compared with. ``root_path`` is a part of ``path``, except where a server has left it out."""
    path: str = scope["path"]
    root_path: str = scope.get("root_path", "")
    return path[len(root_path) :] if path == root_path or path.startswith(f"{root_path}/") else path


def _announced_bytes(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """The length that the client announces; ``None`` for a chunked body, and for what is no number."""
    for name, value in headers:
        if name.lower() == b"content-length":
            # Longer than any number of 64 bits is longer than any body, and Python refuses to read 4300 digits.
            return int(value[:20]) if value.isdigit() else None
    return None


async def _refuse(max_bytes: int, send: _Send) -> None:
    error = request_too_large(max_bytes)
    body = json.dumps({"error": error.to_dict()}, separators=(",", ":")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
