"""Work that ends when its client leaves: ASGI tells of it by the message ``http.disconnect``, to those who ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from .errors import PresizeError, _from_native

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancels what is awaited within when the client leaves. To be entered when the body has been read to its end.

    ``receive`` has no other caller meanwhile: after the body it gives one message, ``http.disconnect``, and a server gives that
    again to everybody who asks later. A message that is not asked for any more stays with the server.

    Error: ``cancelled``, when the client has left.
    """
    task = asyncio.current_task()
    assert task is not None
    cancelled_before, has_left = task.cancelling(), False

    async def watch() -> None:
        nonlocal has_left
        message = await receive()
        # Anything else is from a server, or a test, that has only one message to give.
        if message["type"] == "http.disconnect":
            has_left = True
            task.cancel()

    watcher = asyncio.ensure_future(watch())
    watcher.add_done_callback(lambda watcher: watcher.cancelled() or watcher.exception())
    try:
        yield
    except asyncio.CancelledError:
        # As `asyncio.timeout` does it: whoever cancelled the task besides is heard.
        if has_left and task.uncancel() <= cancelled_before:
            raise _gone() from None
        raise
    finally:
        watcher.cancel()


def _gone() -> PresizeError:
    return _from_native("image", "cancelled", 499, "cancelled: the client has left", {}, None)
