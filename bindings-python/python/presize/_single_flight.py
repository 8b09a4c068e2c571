"""Single flight of confirmations: a process confirms an upload once at a time. Calls with equal arguments share the running
confirmation, calls with other arguments wait until it has ended.

A hundred concurrent requests for one upload fetch and check it once. Every caller receives the finished confirmation and
reads its own result, error and event from it. A caller that is cancelled leaves; when the last one leaves, the
confirmation is cancelled.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .confirmation import Confirmation

# The interval at which a waiting caller checks that the event loop of the confirmation is still open.
_POLL_SECONDS = 1.0


class _Abandoned(Exception):
    """The confirmation was cancelled where it ran. Callers that still wait start it again."""


@dataclass(eq=False)
class _Run:
    """A running confirmation. ``loop`` and ``task`` are ``None`` if it runs on a thread; ``arguments`` are those that its
    callers share."""

    arguments: Hashable
    loop: asyncio.AbstractEventLoop | None
    outcome: Future[Confirmation] = field(default_factory=Future)
    task: asyncio.Task[Confirmation] | None = None
    callers: int = 0

    def __post_init__(self) -> None:
        # A waiting caller cannot cancel the outcome of the others.
        self.outcome.set_running_or_notify_cancel()


_lock = threading.Lock()
_runs: dict[Hashable, _Run] = {}


async def join_async(
    upload: Hashable, arguments: Hashable, confirm: Callable[[], Coroutine[Any, Any, Confirmation]]
) -> Confirmation:
    """The confirmation of this upload. Joins the running one if its arguments are equal; otherwise ``confirm`` runs in a task of
    its own, after a running one with other arguments has ended."""
    loop = asyncio.get_running_loop()
    while True:
        run, is_new = _enter(upload, arguments, loop)
        if run.arguments != arguments:
            await _wait_async(upload, run)
            continue
        try:
            if is_new:
                run.task = loop.create_task(confirm())
                run.task.add_done_callback(partial(_settle, upload, run))
            await _wait_async(upload, run)
            return run.outcome.result()
        except _Abandoned:
            continue
        finally:
            _leave(upload, run)


def join(upload: Hashable, arguments: Hashable, confirm: Callable[[], Confirmation]) -> Confirmation:
    """Like :func:`join_async`, on the calling thread."""
    while True:
        run, is_new = _enter(upload, arguments, None)
        # Blocking the event loop that runs the confirmation would be a deadlock.
        is_own_loop = not is_new and run.loop is not None and run.loop is asyncio._get_running_loop()
        if run.arguments != arguments:
            if is_own_loop:
                return confirm()
            _wait(upload, run)
            continue
        try:
            if is_own_loop:
                return confirm()
            if is_new:
                _lead(upload, run, confirm)
            _wait(upload, run)
            return run.outcome.result()
        except _Abandoned:
            continue
        finally:
            _leave(upload, run)


async def _wait_async(upload: Hashable, run: _Run) -> None:
    """Waits until a confirmation has ended, with or without an error."""
    end = asyncio.wrap_future(run.outcome)
    try:
        while not (await asyncio.wait({end}, timeout=_POLL_SECONDS))[0]:
            _check_loop(upload, run)
        # Marks the error as retrieved; callers read the outcome from the run.
        end.exception()
    finally:
        end.cancel()


def _wait(upload: Hashable, run: _Run) -> None:
    while not wait([run.outcome], _POLL_SECONDS).done:
        _check_loop(upload, run)


def _check_loop(upload: Hashable, run: _Run) -> None:
    """Abandons a confirmation whose event loop was closed before it ended."""
    if run.loop is not None and run.loop.is_closed():
        _end(upload, run)
        # Another caller may have done the same concurrently.
        with suppress(InvalidStateError):
            run.outcome.set_exception(_Abandoned())


def _enter(upload: Hashable, arguments: Hashable, loop: asyncio.AbstractEventLoop | None) -> tuple[_Run, bool]:
    """The running confirmation, and whether the caller has to start it. Counts the caller if its arguments are equal."""
    with _lock:
        run = _runs.get(upload)
        # Tasks of a closed event loop never end.
        is_new = run is None or (run.loop is not None and run.loop.is_closed())
        if run is None or is_new:
            run = _runs[upload] = _Run(arguments, loop)
        run.callers += run.arguments == arguments
        return run, is_new


def _leave(upload: Hashable, run: _Run) -> None:
    with _lock:
        run.callers -= 1
        is_last = run.callers == 0
        if is_last:
            _forget(upload, run)
    if is_last and run.task is not None and run.loop is not None and not run.outcome.done():
        # The last caller may run in another event loop than the confirmation.
        if run.loop is asyncio._get_running_loop():
            run.task.cancel()
        elif not run.loop.is_closed():
            run.loop.call_soon_threadsafe(run.task.cancel)


def _lead(upload: Hashable, run: _Run, confirm: Callable[[], Confirmation]) -> None:
    try:
        confirmation = confirm()
    except BaseException as error:
        _end(upload, run)
        run.outcome.set_exception(error if isinstance(error, Exception) else _Abandoned())
        raise
    _end(upload, run)
    run.outcome.set_result(confirmation)


def _settle(upload: Hashable, run: _Run, task: asyncio.Task[Confirmation]) -> None:
    _end(upload, run)
    if task.cancelled():
        run.outcome.set_exception(_Abandoned())
    elif (error := task.exception()) is not None:
        run.outcome.set_exception(error)
    else:
        run.outcome.set_result(task.result())


def _end(upload: Hashable, run: _Run) -> None:
    with _lock:
        _forget(upload, run)


def _forget(upload: Hashable, run: _Run) -> None:
    if _runs.get(upload) is run:
        del _runs[upload]


def _reset_after_fork() -> None:
    """A forked child has none of the confirmations of its parent."""
    global _lock
    _lock = threading.Lock()
    _runs.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
