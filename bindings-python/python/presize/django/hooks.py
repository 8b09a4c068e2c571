"""Calls the hook ``on_confirmed`` from views, synchronous or not."""

from __future__ import annotations

from collections.abc import Awaitable
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync, sync_to_async

from presize import Confirmed
from presize._hooks import OnConfirmed, is_async
from presize._owner import owner_text

if TYPE_CHECKING:
    from presize._owner import Owner


def call_hook(hook: OnConfirmed | None, confirmed: Confirmed, owner: Owner) -> None:
    """Calls the hook from a thread."""
    if hook is not None:
        returned = (async_to_sync(hook) if is_async(hook) else hook)(confirmed, owner_text(owner))
        if isawaitable(returned):
            async_to_sync(_wait)(returned)


async def call_hook_async(hook: OnConfirmed | None, confirmed: Confirmed, owner: Owner) -> None:
    """Calls the hook from an event loop. A hook that is no coroutine function runs on a thread, as the ORM needs it."""
    if hook is not None:
        returned = await (hook if is_async(hook) else sync_to_async(hook))(confirmed, owner_text(owner))
        if isawaitable(returned):
            await returned


async def _wait(returned: Awaitable[Any]) -> None:
    await returned
