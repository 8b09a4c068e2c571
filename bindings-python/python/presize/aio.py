"""The calls that take long, for asyncio: on threads of their own, so that the event loop is never held up.

    image = await presize.aio.transform(photo, width=320)

As many calls run at once as the process may use processors; the others wait in one queue for the whole process:

- Heavy calls, as the header of the picture tells, leave one place to light ones: a small photo never waits for large ones alone.
- Clients take turns. Who the client is says :func:`name_client`; ``presize.fastapi``, ``presize.django`` and
  ``presize.store`` name it by themselves. Whoever has used the least time is next.
- At most 64 calls of clients wait, 16 of one client, with 256 MiB of pictures. A call beyond that is ``server_busy`` (503) at
  once, with the seconds after which to try again.
- Calls of nobody, as a script or a worker makes them, wait in any number: only their bytes are bounded. What a route does for
  a request that presize has read is not held to the 16 of its client: ten photos in three sizes each are one request.

:func:`configure` sets all of that. A task that is cancelled takes its call with it: one that waits leaves the queue, one
that runs stops before its next stage, picture or frame.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar, Unpack

from . import _cost, data_uri, images, strip
from ._image_queue import ImageQueue, Job, Limits
from ._native import CancelToken
from .images import CheckedImage, Data, EncodedImage, PixelImage
from .options import DecodeOptions, TransformOptions
from .rules import ImageRules
from .strip import StrippedImage

__all__ = [
    "check",
    "configure",
    "decode",
    "decode_data_uri",
    "decode_data_uris",
    "encode",
    "name_client",
    "strip_metadata",
    "transform",
    "transform_many",
]

_Result = TypeVar("_Result")

_MAX_WAITING_BYTES = 256 * 1024 * 1024
# All whom a framework does not know by an address.
_UNKNOWN = "unknown"


def configure(
    *,
    concurrency: int | None = None,
    max_waiting: int = 64,
    max_waiting_per_client: int = 16,
    max_waiting_bytes: int = _MAX_WAITING_BYTES,
    heavy_pixels: int = _cost.HEAVY_PIXELS,
) -> None:
    """Sets the limits of the queue, for this process and those that it forks. What is not given has its default again.

    >>> from presize import aio
    >>> aio.configure(concurrency=3, max_waiting=100)
    >>> aio.configure()

    - ``concurrency``: how many calls run at once, 1 to 256; heavy ones among them one less, but at least one. A light call
      finds a place beyond these where all are taken by heavy ones. Default: the processors that the process may use.
    - ``max_waiting``: how many calls of clients may wait, 0 to 10000; calls for which no client is named do not count. Each
      has the bytes of its picture in memory. Default: 64.
    - ``max_waiting_per_client``: how many of one client, 0 to 10000. It does not hold for calls of a route whose client
      presize has named by its address. Default: 16.
    - ``max_waiting_bytes``: how many bytes of pictures may wait with them, 0 to 1099511627776; one call may always wait, however
      large its picture is. Default: 268435456 (256 MiB).
    - ``heavy_pixels``: a call of more weighted pixels than this is heavy. Default: 8000000, which takes about 0.1 s.

    Error: ``ValueError``.
    """
    global _limits, _heavy_pixels
    limits = Limits(
        _processors() if concurrency is None else _in_range("concurrency", concurrency, 1, 256),
        _in_range("max_waiting", max_waiting, 0, 10_000),
        _in_range("max_waiting_per_client", max_waiting_per_client, 0, 10_000),
        _in_range("max_waiting_bytes", max_waiting_bytes, 0, 2**40),
    )
    _heavy_pixels = _in_range("heavy_pixels", heavy_pixels, 1, 2**63)
    _limits = limits
    _queue.limit(limits)
    _forget_threads()


def name_client(name: str) -> None:
    """Says whose calls the current task makes, in place of what a framework's module would say: calls of one client wait for
    each other, and not for those of others. It holds for the task and those that it creates from here on.

    In FastAPI a dependency that is an ``async def`` is the place for it; one that is a ``def`` runs in a context of its own.

    >>> from presize import aio
    >>> async def user_id() -> str:
    ...     aio.name_client("user-7")
    ...     return "user-7"
    """
    if not isinstance(name, str):
        raise TypeError(f"expected a str for name, received {type(name).__name__}")
    _named.set(name)


async def check(data: Data, rules: ImageRules | None = None, *, declared: str | None = None) -> CheckedImage:
    """:func:`presize.check`, in the queue."""
    return await check_for(None, data, rules, declared)


async def check_for(client: str | None, data: Data, rules: ImageRules | None, declared: str | None) -> CheckedImage:
    """The same for a client of this name, where the task has named none."""
    return await _run_on(
        data, rules, lambda data, token: images.check(data, rules, declared=declared, cancel_token=token), client=client
    )


async def strip_metadata(data: Data, rules: ImageRules | None = None) -> StrippedImage:
    """:func:`presize.strip_metadata`, in the queue: a light call, but for a JPEG without an end-of-image marker, which is
    decoded."""
    return await _run_on(
        data,
        rules,
        lambda data, token: strip.strip_metadata(data, rules, cancel_token=token),
        weigh=lambda data: _cost.of_stripping(data, rules),
    )


async def transform(
    data: Data, *, rules: ImageRules | None = None, **options: Unpack[TransformOptions]
) -> EncodedImage:
    """:func:`presize.transform`, in the queue."""
    return await _run_on(
        data, rules, lambda data, token: images.transform(data, rules=rules, cancel_token=token, **options), [options]
    )


async def transform_many(
    data: Data, transforms: Sequence[TransformOptions], *, rules: ImageRules | None = None
) -> list[EncodedImage]:
    """:func:`presize.transform_many`, in the queue."""
    return await _run_on(
        data,
        rules,
        lambda data, token: images.transform_many(data, transforms, rules=rules, cancel_token=token),
        transforms,
    )


async def decode(data: Data, *, rules: ImageRules | None = None, **options: Unpack[DecodeOptions]) -> PixelImage:
    """:func:`presize.decode`, in the queue."""
    return await _run_on(
        data, rules, lambda data, token: images.decode(data, rules=rules, cancel_token=token, **options)
    )


async def encode(
    pixels: PixelImage, *, rules: ImageRules | None = None, **options: Unpack[TransformOptions]
) -> EncodedImage:
    """:func:`presize.encode`, in the queue."""
    return await _run(
        lambda token: images.encode(pixels, rules=rules, cancel_token=token, **options),
        lambda: _cost.of_pixels(pixels, options),
        size_bytes=len(pixels.bytes),
    )


async def decode_data_uri(text: str, rules: ImageRules | None = None) -> CheckedImage:
    """:func:`presize.decode_data_uri`, in the queue."""
    return await _run(
        lambda token: data_uri.decode_data_uri(text, rules, cancel_token=token),
        lambda: _cost.of_data_uris([text], rules),
        size_bytes=_length(text),
    )


async def decode_data_uris(texts: Sequence[str], rules: ImageRules | None = None) -> list[CheckedImage]:
    """:func:`presize.decode_data_uris`, in the queue."""
    return await _run(
        lambda token: data_uri.decode_data_uris(texts, rules, cancel_token=token),
        lambda: _cost.of_data_uris(texts, rules),
        size_bytes=sum(map(_length, texts)) if isinstance(texts, (list, tuple)) else 0,
    )


async def _run_on(
    data: Data,
    rules: ImageRules | None,
    call: Callable[[bytes, CancelToken], _Result],
    transforms: Sequence[TransformOptions] = (),
    client: str | None = None,
    weigh: Callable[[bytes], int] | None = None,
) -> _Result:
    """Runs a call on bytes, which are read on a thread. A large picture that has a path is read again when its turn has come:
    a script may have a thousand of them waiting, and none is in memory meanwhile."""
    read: list[bytes] = []

    def cost() -> int:
        read.append(images.read(data, rules))
        pixels = weigh(read[0]) if weigh else _cost.of_image(read[0], rules, transforms)
        if pixels > _heavy_pixels and isinstance(data, os.PathLike):
            read.clear()
        return pixels

    def run(token: CancelToken) -> _Result:
        return call(read[0] if read else images.read(data, rules), token)

    return await _run(run, cost, client, size_bytes=_length(data))


def _length(data: object) -> int:
    """The bytes of a picture that is in memory. Those of a file are read when its turn has come."""
    if isinstance(data, memoryview):
        return data.nbytes
    return len(data) if isinstance(data, (bytes, bytearray, str)) else 0


async def _run(
    call: Callable[[CancelToken], _Result], cost: Callable[[], int], client: str | None = None, *, size_bytes: int = 0
) -> _Result:
    """Runs a call on a thread. ``cost`` tells how many weighted pixels it is worth, on a thread too, since a header can be long
    and a file slow; what it raises, the call raises."""
    token = CancelToken()
    result, _ = await _run_with(token, lambda: call(token), cost, client, size_bytes=size_bytes)
    return result


async def _run_with(
    token: CancelToken,
    call: Callable[[], _Result],
    cost: Callable[[], int],
    client: str | None = None,
    *,
    size_bytes: int = 0,
) -> tuple[_Result, float]:
    """The result of a call that this token stops, and the seconds that it waited in the queue."""
    heavy_pixels, caller = _heavy_pixels, _caller(client)

    def begin() -> tuple[_Result] | None:
        # To know what a call costs is light work. Once that is known, a light call is done in the same place.
        return None if cost() > heavy_pixels else (call(),)

    done, waited_seconds = await _queued(token, begin, caller, is_heavy=False, size_bytes=size_bytes)
    if done is not None:
        return done[0], waited_seconds
    result, more_seconds = await _queued(token, call, caller, is_heavy=True, size_bytes=size_bytes)
    return result, waited_seconds + more_seconds


async def _queued(
    token: CancelToken, call: Callable[[], _Result], caller: tuple[str, bool], *, is_heavy: bool, size_bytes: int
) -> tuple[_Result, float]:
    queue, future = _queue, Future[_Result]()
    # What the task knows by context variables, the call knows too.
    within = contextvars.copy_context().run

    def start() -> None:
        try:
            _executor().submit(run)
        except RuntimeError as error:  # the interpreter ends
            queue.leave(job)
            _fail(future, error)

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            queue.leave(job)
            return
        try:
            with _with_slot():
                result = within(call)
        except BaseException as error:
            queue.leave(job)
            future.set_exception(error)
        else:
            queue.leave(job)
            future.set_result(result)

    client, is_admitted = caller
    job = Job(client, is_heavy, start, lambda error: _fail(future, error), size_bytes, is_admitted)
    queue.enter(job)
    try:
        return await asyncio.wrap_future(future), job.waited_seconds
    except BaseException:
        # Cancelled, or closed: nobody waits for the result any more. A call that runs keeps its place until it has stopped.
        token.cancel()
        if future.cancel():
            queue.leave(job)
        raise


def name_peer(name: str) -> None:
    """Names the client for the rest of the task, where nothing better is known."""
    _peer.set(name)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Names the client within, where nothing better is known: threads of a server do one request after the other."""
    before = _peer.set(name)
    try:
        yield
    finally:
        _peer.reset(before)


def client_name(given: str | None = None) -> str:
    """Whose call it is: what :func:`name_client` said, or else what is given here, or else what a framework's module said."""
    return _caller(given)[0]


def _caller(given: str | None) -> tuple[str, bool]:
    """The same, and whether the call is a route's own, for a request that presize has let in already."""
    name = _named.get() or given
    return (name, False) if name else (_peer.get(), True)


def run_here(call: Callable[[], _Result], cost: Callable[[], int], client: str | None = None) -> tuple[_Result, float]:
    """Runs a call on the thread of the caller, who waits for a place in the queue like all others. The result, and the seconds
    that it waited.

    Whoever has a place already does not wait for a second one, and an event loop waits for nothing. Callers without a name are
    one client: forms that are validated for nobody known are bounded too.
    """
    if not may_wait():
        return call(), 0.0
    queue, heavy_pixels, name = _queue, _heavy_pixels, client_name(client) or _UNKNOWN
    # As in `_run_with`: to know what a call costs is light work, which has its place too.
    with queue.slot(name, is_heavy=False) as job, _with_slot():
        waited_seconds = job.waited_seconds
        if cost() <= heavy_pixels:
            return call(), waited_seconds
    with queue.slot(name, is_heavy=True) as job, _with_slot():
        return call(), waited_seconds + job.waited_seconds


def may_wait() -> bool:
    """Whether this thread may wait for others: it has no place that they wait for, and no event loop that they run in."""
    return not getattr(_thread, "has_slot", False) and asyncio._get_running_loop() is None


@contextmanager
def _with_slot() -> Iterator[None]:
    _thread.has_slot = True
    try:
        yield
    finally:
        _thread.has_slot = False


def _fail(future: Future[_Result], error: BaseException) -> None:
    # It was cancelled in the same moment.
    with suppress(Exception):
        future.set_exception(error)


def _executor() -> ThreadPoolExecutor:
    """Threads for all places that there can be: those of the limits, and the one for a light call."""
    global _threads
    with _threads_lock:
        if _threads is None:
            _threads = ThreadPoolExecutor(max_workers=_limits.concurrency + 1, thread_name_prefix="presize")
        return _threads


def _forget_threads() -> None:
    """Threads of another number are started with the next call. Those that there are end once nobody knows their pool."""
    global _threads
    with _threads_lock:
        _threads = None


def _reset_after_fork() -> None:
    """The threads of a pool stay with the process that started them, and so do their jobs: after a fork the child has neither."""
    global _queue, _threads, _threads_lock
    _queue, _threads, _threads_lock = ImageQueue(_limits), None, threading.Lock()


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_range(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"expected {least} to {most} for {name}, received {value!r}")
    return value


_named: contextvars.ContextVar[str] = contextvars.ContextVar("presize.aio.client", default="")
_peer: contextvars.ContextVar[str] = contextvars.ContextVar("presize.aio.peer", default="")
_limits = Limits(_processors(), 64, 16, _MAX_WAITING_BYTES)
_heavy_pixels = _cost.HEAVY_PIXELS
_queue = ImageQueue(_limits)
_threads: ThreadPoolExecutor | None = None
_threads_lock = threading.Lock()
_thread = threading.local()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
