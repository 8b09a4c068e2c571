"""The queue of fetches: how many uploads are in memory to be checked, and who may fetch the next one.

A confirmation has a place from before the GET of its object until the image is checked. What waits here has no bytes yet, and
``server_busy`` comes before there are any. With the default ``max_bytes`` of 10 MiB the uploads in memory are 80 MiB at most,
however many are confirmed at once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress

from ._image_queue import ImageQueue, Job, Limits
from .errors import PresizeError

# Places, waiting confirmations, and those of one owner among them; what waits has no bytes that would count.
_LIMITS = Limits(8, 64, 16, 0)


@contextmanager
def fetch_place(owner: str) -> Iterator[float]:
    """A place for a fetch on the calling thread, which waits for it: the seconds that it waited. Error: ``server_busy``."""
    with _queue.place(owner, is_heavy=False) as job:
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

    job = Job(owner, False, start, refuse)
    try:
        queue.enter(job)
        await asyncio.wrap_future(decided)
        yield job.waited_seconds
    finally:
        queue.leave(job)


def _begin_anew() -> None:
    """After a fork the child has none of the confirmations of its parent."""
    global _queue
    _queue = ImageQueue(_LIMITS)


_queue = ImageQueue(_LIMITS)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
