"""The calls that take long, for asyncio: on a pool of threads of their own, so that the event loop is never held up.

The pool has as many threads as the process may use processors, and starts with the first call. A task that is cancelled
takes its call with it: one that waits for a thread is dropped, one that runs stops before its next stage, picture or
frame.

    image = await presize.aio.transform(photo, width=320)
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, Unpack

from . import data_uri, images
from ._native import CancelToken
from .images import CheckedImage, Data, EncodedImage, PixelImage
from .options import DecodeOptions, TransformOptions
from .rules import ImageRules

__all__ = ["check", "decode", "decode_data_uri", "decode_data_uris", "encode", "transform", "transform_many"]

_Result = TypeVar("_Result")

_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None


async def check(data: Data, rules: ImageRules | None = None, *, declared: str | None = None) -> CheckedImage:
    """:func:`presize.check`, on the pool."""
    return await _run(lambda token: images.check(data, rules, declared=declared, cancel_token=token))


async def transform(
    data: Data, *, rules: ImageRules | None = None, **options: Unpack[TransformOptions]
) -> EncodedImage:
    """:func:`presize.transform`, on the pool."""
    return await _run(lambda token: images.transform(data, rules=rules, cancel_token=token, **options))


async def transform_many(
    data: Data, transforms: Sequence[TransformOptions], *, rules: ImageRules | None = None
) -> list[EncodedImage]:
    """:func:`presize.transform_many`, on the pool."""
    return await _run(lambda token: images.transform_many(data, transforms, rules=rules, cancel_token=token))


async def decode(data: Data, *, rules: ImageRules | None = None, **options: Unpack[DecodeOptions]) -> PixelImage:
    """:func:`presize.decode`, on the pool."""
    return await _run(lambda token: images.decode(data, rules=rules, cancel_token=token, **options))


async def encode(
    pixels: PixelImage, *, rules: ImageRules | None = None, **options: Unpack[TransformOptions]
) -> EncodedImage:
    """:func:`presize.encode`, on the pool."""
    return await _run(lambda token: images.encode(pixels, rules=rules, cancel_token=token, **options))


async def decode_data_uri(text: str, rules: ImageRules | None = None) -> CheckedImage:
    """:func:`presize.decode_data_uri`, on the pool."""
    return await _run(lambda token: data_uri.decode_data_uri(text, rules, cancel_token=token))


async def decode_data_uris(texts: Sequence[str], rules: ImageRules | None = None) -> list[CheckedImage]:
    """:func:`presize.decode_data_uris`, on the pool."""
    return await _run(lambda token: data_uri.decode_data_uris(texts, rules, cancel_token=token))


async def _run(call: Callable[[CancelToken], _Result]) -> _Result:
    token = CancelToken()
    return await _run_with(token, lambda: call(token))


async def _run_with(token: CancelToken, call: Callable[[], _Result]) -> _Result:
    """Runs a call that this token stops."""
    # What the task knows by context variables, the call knows too.
    within = contextvars.copy_context().run
    # Cancelling this drops a call that no thread has taken yet; the token stops one that runs.
    result = asyncio.get_running_loop().run_in_executor(_executor(), within, call)
    try:
        return await result
    except BaseException:
        # Cancelled, or closed: nobody waits for the result any more.
        token.cancel()
        raise


def _executor() -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(max_workers=_processors(), thread_name_prefix="presize")
        return _pool


def _forget_pool() -> None:
    """The threads of a pool stay with the process that started them: after a fork the child starts its own."""
    global _lock, _pool
    _lock = threading.Lock()
    _pool = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
