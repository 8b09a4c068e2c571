"""``on_confirmed``: the hook of an application that runs after each confirmation, before the client is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .confirmation import Confirmed

OnConfirmed: TypeAlias = Callable[[Confirmed, str], Any]
"""A function or an ``async def`` that is called with the confirmed upload and its owner as text. What a function returns is
awaited if it can be: a lambda that calls an ``async def`` is not lost."""


def is_async(hook: OnConfirmed) -> bool:
    """Whether a hook is a coroutine function, or an object that is called like one."""
    from inspect import iscoroutinefunction

    return iscoroutinefunction(hook) or iscoroutinefunction(getattr(hook, "__call__", None))  # noqa: B004


def require_hook(hook: object) -> None:
    """Error: ``TypeError``."""
    if hook is not None and not callable(hook):
        raise TypeError(f"expected a function for on_confirmed, received {type(hook).__name__}")
