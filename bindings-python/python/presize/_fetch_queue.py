"""The queue of fetches: it limits how many uploads are in memory, and decides which confirmation fetches the next one.

A confirmation holds a slot from before the GET of its object until the image is checked. A waiting confirmation holds no bytes,
and ``server_busy`` is raised before there are any. With the default ``max_bytes`` of 10 MiB, uploads take at most 80 MiB of
memory, however many are confirmed at once.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress

from ._image_queue import ImageQueue, Job, Limits
from .errors import PresizeError

_LIMITS = Limits(concurrency=8, max_waiting=64, max_waiting_per_client=16, max_waiting_bytes=0)

# The interval at which a waiting confirmation looks for slots that closed event loops still hold.
_POLL_SECONDS = 1.0


@contextmanager
def fetch_slot(owner: str) -> Iterator[float]:
    """Blocks the calling thread until there is a slot for its fetch. The value is the time that it waited, in seconds. Error:
    ``server_busy``."""
    free_abandoned_slots()
    with _queue.slot(owner, is_heavy=False, poll=free_abandoned_slots, poll_seconds=_POLL_SECONDS) as job:
        yield job.waited_seconds


@asynccontextmanager
async def fetch_slot_async(owner: str) -> AsyncIterator[float]:
    """Like :func:`fetch_slot`, for asyncio. A task that is cancelled leaves the queue."""
    queue, decided = _queue, Future[None]()

    def start() -> None:
        # The task may have been cancelled in the same moment; it frees the slot itself.
        with suppress(Exception):
            decided.set_result(None)

    def refuse(error: PresizeError) -> None:
        with suppress(Exception):
            decided.set_exception(error)

    free_abandoned_slots()
    job = Job(owner, False, start, refuse)
    with _lock:
        _loops[job] = queue, asyncio.get_running_loop()
    try:
        queue.enter(job)
        decision = asyncio.wrap_future(decided)
        while not (await asyncio.wait({decision}, timeout=_POLL_SECONDS))[0]:
            free_abandoned_slots()
        decision.result()
        yield job.waited_seconds
    finally:
        with _lock:
            _loops.pop(job, None)
        queue.leave(job)


def free_abandoned_slots() -> None:
    """Ends the jobs of closed event loops, which no longer run any ``finally``."""
    with _lock:
        abandoned = [(job, queue) for job, (queue, loop) in _loops.items() if loop.is_closed()]
        for job, _ in abandoned:
            del _loops[job]
    for job, queue in abandoned:
        queue.leave(job)


def _reset_after_fork() -> None:
    """A forked child has none of the confirmations of its parent."""
    global _queue, _lock
    _queue, _lock = ImageQueue(_LIMITS), threading.Lock()
    _loops.clear()


_queue = ImageQueue(_LIMITS)
_lock = threading.Lock()
# The jobs of tasks, each with its queue and the event loop that will end it.
_loops: dict[Job, tuple[ImageQueue, asyncio.AbstractEventLoop]] = {}

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
