"""A limit on bodies for a whole application, in front of everything that reads them."""

from collections.abc import Mapping

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from presize.errors import request_too_large
from presize.fastapi.body import content_length
from presize.fastapi.errors import error_response


class BodyLimit:
    """ASGI middleware: refuses a body of more than ``max_bytes`` bytes with ``request_too_large`` 413.

    >>> from fastapi import FastAPI
    >>> from presize.fastapi import BodyLimit
    >>> app = FastAPI()
    >>> app.add_middleware(BodyLimit, max_bytes=1_000_000, paths={"/api/generate": 32 * 1024 * 1024})

    FastAPI reads and parses a body before it calls a dependency, so a limit on parameters of the body has to be here. A
    body whose ``Content-Length`` is too large is refused at once, any other as soon as it has become too long; the
    application then hears that the client is gone. What the client still sends is left to the server: uvicorn
    reads it to the end and keeps none of it, so that the client comes to read the answer. Add it before ``CORSMiddleware``, so
    that browsers are allowed to read the refusal.

    - ``max_bytes``: for every path but those of ``paths``.
    - ``paths``: another limit for a path and all paths below it. The longest that fits counts. Default: none.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, paths: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        limits = {} if paths is None else {path.rstrip("/"): limit for path, limit in paths.items()}
        self._paths = sorted(limits.items(), key=lambda entry: len(entry[0]), reverse=True)
        for limit in (max_bytes, *limits.values()):
            _check_limit(limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._limit(scope["path"])
        announced = content_length(Headers(scope=scope))
        if announced is not None and announced > max_bytes:
            await _refusal(max_bytes)(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, max_bytes)
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

    def __init__(self, scope: Scope, receive: Receive, send: Send, max_bytes: int) -> None:
        self.is_refused = False
        self._is_too_long = False
        self._scope = scope
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._received = 0
        self._has_started = False

    async def receive(self) -> Message:
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

    async def send(self, message: Message) -> None:
        if self.is_refused:
            return
        self._has_started = self._has_started or message["type"] == "http.response.start"
        await self._send(message)

    async def _refuse(self) -> None:
        # An answer that has begun cannot be taken back: the application is only cut off from the body.
        if not self._has_started:
            self.is_refused = True
            await _refusal(self._max_bytes)(self._scope, self._receive, self._send)


def _check_limit(limit: object) -> None:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ValueError(f"expected a number of bytes for max_bytes, received {limit!r}")


def _refusal(max_bytes: int) -> JSONResponse:
    return error_response(request_too_large(max_bytes))
