"""One confirmation of an upload at a time in a process: callers who ask for the same one join it.

A hundred requests to confirm one upload fetch it and check it once. Each caller gets the confirmation when it has ended, and
reads its own result, error and event from it. A caller who gives up leaves; the confirmation is stopped when all have left.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .confirmation import Confirmation


class _Abandoned(Exception):
    """The confirmation was stopped where it ran; whoever still waits for it begins it anew."""


@dataclass(eq=False)
class _Run:
    """A confirmation that runs. ``loop`` and ``task`` are those that it runs in, ``None`` for a thread."""

    loop: asyncio.AbstractEventLoop | None
    outcome: Future[Confirmation] = field(default_factory=Future)
    task: asyncio.Task[Confirmation] | None = None
    callers: int = 0

    def __post_init__(self) -> None:
        # Nobody who waits can cancel it for the others.
        self.outcome.set_running_or_notify_cancel()


_lock = threading.Lock()
_runs: dict[Hashable, _Run] = {}


async def join_async(name: Hashable, confirm: Callable[[], Coroutine[Any, Any, Confirmation]]) -> Confirmation:
    """The confirmation of this name, carried out by ``confirm`` in a task of its own unless it runs already."""
    loop = asyncio.get_running_loop()
    while True:
        run, is_new = _enter(name, loop)
        try:
            if is_new:
                run.task = loop.create_task(confirm())
                run.task.add_done_callback(partial(_settle, name, run))
            return await asyncio.wrap_future(run.outcome)
        except _Abandoned:
            continue
        finally:
            _leave(name, run)


def join(name: Hashable, confirm: Callable[[], Confirmation]) -> Confirmation:
    """The same on the calling thread."""
    while True:
        run, is_new = _enter(name, None)
        if not is_new and run.loop is not None and run.loop is asyncio._get_running_loop():
            # To wait here would be to wait for oneself.
            _leave(name, run)
            return confirm()
        try:
            if is_new:
                _lead(name, run, confirm)
            return run.outcome.result()
        except _Abandoned:
            continue
        finally:
            _leave(name, run)


def _enter(name: Hashable, loop: asyncio.AbstractEventLoop | None) -> tuple[_Run, bool]:
    with _lock:
        run = _runs.get(name)
        # A loop that was closed around its tasks brings none of them to an end.
        is_new = run is None or (run.loop is not None and run.loop.is_closed())
        if run is None or is_new:
            run = _runs[name] = _Run(loop)
        run.callers += 1
        return run, is_new


def _leave(name: Hashable, run: _Run) -> None:
    with _lock:
        run.callers -= 1
        is_last = run.callers == 0
        if is_last:
            _forget(name, run)
    if is_last and run.task is not None and run.loop is not None and not run.outcome.done():
        # Callers may be in other loops than the one that it runs in.
        if run.loop is asyncio._get_running_loop():
            run.task.cancel()
        elif not run.loop.is_closed():
            run.loop.call_soon_threadsafe(run.task.cancel)


def _lead(name: Hashable, run: _Run, confirm: Callable[[], Confirmation]) -> None:
    try:
        confirmation = confirm()
    except BaseException as error:
        _end(name, run)
        run.outcome.set_exception(error if isinstance(error, Exception) else _Abandoned())
        raise
    _end(name, run)
    run.outcome.set_result(confirmation)


def _settle(name: Hashable, run: _Run, task: asyncio.Task[Confirmation]) -> None:
    _end(name, run)
    if task.cancelled():
        run.outcome.set_exception(_Abandoned())
    elif (error := task.exception()) is not None:
        run.outcome.set_exception(error)
    else:
        run.outcome.set_result(task.result())


def _end(name: Hashable, run: _Run) -> None:
    with _lock:
        _forget(name, run)


def _forget(name: Hashable, run: _Run) -> None:
    if _runs.get(name) is run:
        del _runs[name]


def _begin_anew() -> None:
    """What runs in the parent process does not run in its child."""
    global _lock
    _lock = threading.Lock()
    _runs.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
