"""Calls on images for asyncio. They run on threads of their own, so that the event loop is never blocked.

    image = await presize.aio.transform(photo, width=320)

As many calls run at the same time as the process may use processors. The others wait in one fair queue for the process:

- Heavy calls, which are recognised by the header of the image, leave one slot to light ones: a small image never waits for large
  ones alone.
- The next call is of the client that has used the least time. :func:`name_client` sets the client; ``presize.fastapi``,
  ``presize.django`` and ``presize.store`` set it themselves.
- At most 64 calls of clients wait, 16 of one client, with 256 MiB of images. A further call is refused with ``server_busy``
  (503) at once, which estimates when to try again.
- Calls without a client, such as those of a script or a worker, are limited by their bytes alone. Calls of a route for a
  request that presize has read do not count towards the 16 of its client: ten photos in three sizes each are one request.

:func:`configure` sets the limits. Cancelling a task cancels its call: a waiting call leaves the queue, a running one stops before
its next stage, image or frame.
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

from . import _cost, data_uri, delivery, images, strip
from ._image_queue import ImageQueue, Job, Limits
from ._native import CancelToken
from .delivery import Placeholder, RenderedVariant, RequestedVariant
from .images import CheckedImage, Data, EncodedImage, PixelImage
from .options import DecodeOptions, PlaceholderOptions, TransformOptions
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
    "placeholder",
    "render_variant",
    "strip_metadata",
    "transform",
    "transform_many",
]

_Result = TypeVar("_Result")

_MAX_WAITING_BYTES = 256 * 1024 * 1024
# The client of requests without a known address.
_UNKNOWN = "unknown"


def configure(
    *,
    concurrency: int | None = None,
    max_waiting: int = 64,
    max_waiting_per_client: int = 16,
    max_waiting_bytes: int = _MAX_WAITING_BYTES,
    heavy_pixels: int = _cost.HEAVY_PIXELS,
) -> None:
    """Sets the limits of the queue, for this process and those that it forks. An option that is left out is reset to its default.

    >>> from presize import aio
    >>> aio.configure(concurrency=3, max_waiting=100)
    >>> aio.configure()

    - ``concurrency``: the number of calls that run at the same time, 1 to 256. Heavy calls take at most one slot less, but at
      least one. If all running calls are heavy, a light call gets an extra slot. Default: the number of processors that the
      process may use.
    - ``max_waiting``: the number of calls with a client that may wait, 0 to 10000. Each holds the bytes of its image in memory.
      Default: 64.
    - ``max_waiting_per_client``: the number of waiting calls of one client, 0 to 10000. It does not apply to calls of a route
      whose client presize has named by its address. Default: 16.
    - ``max_waiting_bytes``: the memory of all waiting calls together, in bytes, 0 to 1099511627776; one call may always wait.
      Default: 268435456 (256 MiB).
    - ``heavy_pixels``: a call of more weighted pixels than this is heavy. Default: 8000000, about 0.1 s.

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
    """Sets the client of the calls that the current task makes, instead of the one that a framework's module sets. It applies
    to this task and to tasks that it creates later.

    In FastAPI, call it in an ``async def`` dependency; a ``def`` dependency runs in a context of its own.

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
    """Like :func:`check`, for this client, unless the task has set one."""
    return await _run_on(
        data, rules, lambda data, token: images.check(data, rules, declared=declared, cancel_token=token), client=client
    )


async def strip_metadata(data: Data, rules: ImageRules | None = None) -> StrippedImage:
    """:func:`presize.strip_metadata`, in the queue. It is a light call, except for a JPEG without an end-of-image marker, which
    has to be decoded."""
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


async def render_variant(variant: RequestedVariant, data: Data, rules: ImageRules | None = None) -> RenderedVariant:
    """:meth:`presize.RequestedVariant.render`, in the queue."""
    return await _run_on(
        data,
        rules,
        lambda data, token: variant.render(data, rules, cancel_token=token),
        [variant.transform_for(has_alpha=False)],
    )


async def placeholder(
    data: Data, rules: ImageRules | None = None, **options: Unpack[PlaceholderOptions]
) -> Placeholder:
    """:func:`presize.placeholder`, in the queue."""
    return await _run_on(
        data, rules, lambda data, token: delivery.placeholder(data, rules, cancel_token=token, **options)
    )


async def _run_on(
    data: Data,
    rules: ImageRules | None,
    call: Callable[[bytes, CancelToken], _Result],
    transforms: Sequence[TransformOptions] = (),
    client: str | None = None,
    weigh: Callable[[bytes], int] | None = None,
) -> _Result:
    """Runs a call on bytes, which are read on a thread. A large file is read again when its turn comes, so that a script may have
    thousands of paths waiting without any of the files in memory."""
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
    """The memory that an argument holds while it waits. Files are read only when their turn comes."""
    if isinstance(data, memoryview):
        return data.nbytes
    return len(data) if isinstance(data, (bytes, bytearray, str)) else 0


async def _run(
    call: Callable[[CancelToken], _Result], cost: Callable[[], int], client: str | None = None, *, size_bytes: int = 0
) -> _Result:
    """Runs a call on a thread. ``cost`` returns its cost in weighted pixels, also on a thread, since a header can be long and a
    file slow. The call raises what ``cost`` raises."""
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
    """Runs a call that the token cancels. Returns its result, and the time that it waited in the queue, in seconds."""
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
    """Sets the default client for the rest of the task, which :func:`name_client` overrides."""
    _peer.set(name)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Sets the default client in a block, for servers whose threads process one request after another."""
    before = _peer.set(name)
    try:
        yield
    finally:
        _peer.reset(before)


def client_name(default: str | None = None) -> str:
    """The client of a call: that of :func:`name_client`, otherwise ``default``, otherwise that of a framework's module."""
    return _caller(default)[0]


def _caller(default: str | None) -> tuple[str, bool]:
    """The client, and whether the call belongs to a request that has passed the limit of its client already."""
    name = _named.get() or default
    return (name, False) if name else (_peer.get(), True)


def run_here(call: Callable[[], _Result], cost: Callable[[], int], client: str | None = None) -> tuple[_Result, float]:
    """Runs a call on the calling thread, once it has a slot of the queue. Returns its result, and the time that it waited, in
    seconds.

    A thread that has a slot already does not wait for a second one, and an event loop never waits. Calls without a client share
    one, so that the number of forms that are validated for unknown clients is limited too.
    """
    if not may_wait():
        return call(), 0.0
    queue, heavy_pixels, name = _queue, _heavy_pixels, client_name(client) or _UNKNOWN
    # As in `_run_with`: finding out the cost of a call is light work, which takes a slot too.
    with queue.slot(name, is_heavy=False) as job, _with_slot():
        waited_seconds = job.waited_seconds
        if cost() <= heavy_pixels:
            return call(), waited_seconds
    with queue.slot(name, is_heavy=True) as job, _with_slot():
        return call(), waited_seconds + job.waited_seconds


def may_wait() -> bool:
    """Whether this thread may block: it holds no slot, and runs no event loop."""
    return not getattr(_thread, "has_slot", False) and asyncio._get_running_loop() is None


@contextmanager
def _with_slot() -> Iterator[None]:
    _thread.has_slot = True
    try:
        yield
    finally:
        _thread.has_slot = False


def _fail(future: Future[_Result], error: BaseException) -> None:
    # The future may have been cancelled in the same moment.
    with suppress(Exception):
        future.set_exception(error)


def _executor() -> ThreadPoolExecutor:
    """Threads for every slot: those of the limits, and the extra one for a light call."""
    global _threads
    with _threads_lock:
        if _threads is None:
            _threads = ThreadPoolExecutor(max_workers=_limits.concurrency + 1, thread_name_prefix="presize")
        return _threads


def _forget_threads() -> None:
    """The next call starts a pool of the new size. The threads of the old one end when it is collected."""
    global _threads
    with _threads_lock:
        _threads = None


def _reset_after_fork() -> None:
    """A forked child has neither the threads nor the jobs of its parent."""
    global _queue, _threads, _threads_lock
    _queue, _threads, _threads_lock = ImageQueue(_limits), None, threading.Lock()


def _processors() -> int:
    """The number of processors that this process may use."""
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
