"""A limit on bodies under ASGI, in front of Django.

Django's ASGI handler stores a whole body before it calls a middleware, an upload handler or a view. What shall refuse a
body while it is being sent stands before it, in ``asgi.py``::

    application = BodyLimit(get_asgi_application(), max_bytes=32 * 1024 * 1024)
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from presize.errors import request_too_large

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


class BodyLimit:
    """Answers a request whose body is longer than ``max_bytes`` with ``request_too_large`` (413) in presize's shape.

    One that says so is refused before any of its body is read, one that does not as soon as it is too long. Django then
    hears that the client is gone, and keeps nothing.
    """

    def __init__(self, application: Application, max_bytes: int) -> None:
        self._application = application
        self._max_bytes = max_bytes

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        received_bytes = 0

        async def bounded() -> Message:
            nonlocal received_bytes
            message = await receive()
            received_bytes += len(message.get("body", b""))
            return message if received_bytes <= self._max_bytes else {"type": "http.disconnect"}

        if _announced_bytes(scope) <= self._max_bytes:
            await self._application(scope, bounded, send)
            if received_bytes <= self._max_bytes:
                return
        # Django answers nothing before it has the whole body, so nothing has been sent yet.
        await _refuse(self._max_bytes, send)


def _announced_bytes(scope: Message) -> int:
    """What the request says its length is; 0 where it says nothing, or nothing that can be read."""
    for name, value in scope["headers"]:
        if name.lower() == b"content-length":
            try:
                return int(value)
            except ValueError:
                return 0
    return 0


async def _refuse(max_bytes: int, send: Send) -> None:
    error = request_too_large(max_bytes)
    body = json.dumps({"error": error.to_dict()}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
