"""Cancels work when its client disconnects. ASGI reports that by the message ``http.disconnect``, which has to be received."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from .errors import PresizeError, _from_native

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancels whatever is awaited in the block when the client disconnects. The body must have been read to its end before.

    Nothing else may call ``receive`` meanwhile. After the body it returns only ``http.disconnect``, which a server repeats for
    every later call.

    Error: ``cancelled``, when the client has disconnected.
    """
    task = asyncio.current_task()
    assert task is not None
    cancelled_before, has_disconnected = task.cancelling(), False

    async def watch() -> None:
        nonlocal has_disconnected
        message = await receive()
        # Some servers and tests send the last message of the body again.
        if message["type"] == "http.disconnect":
            has_disconnected = True
            task.cancel()

    watcher = asyncio.ensure_future(watch())
    watcher.add_done_callback(lambda watcher: watcher.cancelled() or watcher.exception())
    try:
        yield
    except asyncio.CancelledError:
        # As in `asyncio.timeout`: a cancellation from elsewhere takes precedence.
        if has_disconnected and task.uncancel() <= cancelled_before:
            raise _disconnected() from None
        raise
    finally:
        watcher.cancel()


def _disconnected() -> PresizeError:
    return _from_native("image", "cancelled", 499, "cancelled: the client has left", {}, None)
