"""The queue of fetches: how many uploads are in memory to be checked, and who may fetch the next one.

A confirmation has a place from before the GET of its object until the image is checked. What waits here has no bytes yet, and
``server_busy`` comes before there are any. With the default ``max_bytes`` of 10 MiB the uploads in memory are 80 MiB at most,
however many are confirmed at once.
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

# Places, waiting confirmations, and those of one owner among them; what waits has no bytes that would count.
_LIMITS = Limits(8, 64, 16, 0)

# How long a confirmation waits before it looks for places that a closed event loop still holds.
_LOOK_SECONDS = 1.0


@contextmanager
def fetch_place(owner: str) -> Iterator[float]:
    """A place for a fetch on the calling thread, which waits for it: the seconds that it waited. Error: ``server_busy``."""
    free_abandoned_places()
    with _queue.place(owner, is_heavy=False, look=free_abandoned_places, look_seconds=_LOOK_SECONDS) as job:
        yield job.waited_seconds


@asynccontextmanager
async def fetch_place_async(owner: str) -> AsyncIterator[float]:
    """The same for asyncio. A task that is cancelled leaves the queue."""
    queue, decided = _queue, Future[None]()

    def start() -> None:
        # The task was cancelled in the same moment: it frees the place itself.
        with suppress(Exception):
            decided.set_result(None)

    def refuse(error: PresizeError) -> None:
        with suppress(Exception):
            decided.set_exception(error)

    free_abandoned_places()
    job = Job(owner, False, start, refuse)
    with _lock:
        _loops[job] = queue, asyncio.get_running_loop()
    try:
        queue.enter(job)
        decision = asyncio.wrap_future(decided)
        while not (await asyncio.wait({decision}, timeout=_LOOK_SECONDS))[0]:
            free_abandoned_places()
        decision.result()
        yield job.waited_seconds
    finally:
        with _lock:
            _loops.pop(job, None)
        queue.leave(job)


def free_abandoned_places() -> None:
    """Ends the jobs of event loops that were closed around them: such a loop runs no ``finally`` any more."""
    with _lock:
        abandoned = [(job, queue) for job, (queue, loop) in _loops.items() if loop.is_closed()]
        for job, _ in abandoned:
            del _loops[job]
    for job, queue in abandoned:
        queue.leave(job)


def _begin_anew() -> None:
    """After a fork the child has none of the confirmations of its parent."""
    global _queue, _lock
    _queue, _lock = ImageQueue(_LIMITS), threading.Lock()
    _loops.clear()


_queue = ImageQueue(_LIMITS)
_lock = threading.Lock()
# The jobs of tasks, each with its queue and the event loop that will end it.
_loops: dict[Job, tuple[ImageQueue, asyncio.AbstractEventLoop]] = {}

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
