"""Confirms uploads with httpx: ``pip install "presize[httpx]"``.

    confirmed = presize.store.confirm_upload(uploads, owner=user_id, key=key)
    confirmed = await presize.store.confirm_upload_async(uploads, owner=user_id, key=key)

Both send exactly the requests of a :class:`presize.Confirmation`: without headers, cookies or credentials of the client, without
redirects, and without its event hooks and its log, since the URLs are as good as passwords. After a network error, 429, or 5xx
except 501, a request is retried after 0.2, 0.4, 0.8 ... seconds. No more of a response is read than the confirmation needs.

Images are checked in the queue of :mod:`presize.aio`, with the owner as the client. At most 8 uploads are fetched and checked
at the same time in a process; 64 more wait before they are fetched, 16 of one owner. Within a process, an upload is confirmed
once at a time: calls with equal arguments share the confirmation, and calls with other arguments wait until it has ended.
"""

from __future__ import annotations

import asyncio
import copy
import re
import sys
import time
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, cast

from . import _cost, aio
from ._fetch_queue import fetch_slot, fetch_slot_async
from ._native import CancelToken
from ._owner import owner_text
from ._single_flight import join, join_async
from .confirmation import Confirmation, Confirmed, StoreRequest
from .errors import PresizeError
from .uploads import _notify

if TYPE_CHECKING:
    import ssl

    import httpx

    from ._owner import Owner
    from .options import ConfirmOptions
    from .uploads import OnEvent, Uploads

__all__ = ["confirm_upload", "confirm_upload_async"]

_FIRST_PAUSE_SECONDS = 0.2
# Sockets accept no infinite timeout.
_LONGEST_WAIT_SECONDS = 86_400.0


class _StoreAnswer(tuple[int, list[tuple[str, str]], bytes]):
    """Status, headers in pairs, body. Its ``repr`` hides the body, because error reports show local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"an answer of {self[0]}"


# An answer, or the reason why there is none.
_Answer: TypeAlias = _StoreAnswer | str


def confirm_upload(
    uploads: Uploads,
    *,
    owner: Owner,
    key: str,
    client: httpx.Client | None = None,
    timeout: float = 30.0,
    retries: int = 3,
    on_event: OnEvent | None = None,
    **options: Unpack[ConfirmOptions],
) -> Confirmed:
    """Confirms an upload: fetches it, validates it, and promotes it to its final key. Idempotent.

    - ``owner``, ``key``, ``filename``, ``size_bytes``, ``content_type``, ``checksum_sha256``: see
      :meth:`presize.Uploads.confirm`.
    - ``client``: sends the requests. Only its proxies, certificates and connections are used. Default: a new one for this call.
    - ``timeout``: for the whole confirmation, in seconds, without the time that it waits in the queue. It is checked before each
      request and between the chunks of a response, and bounds each wait for the store. It includes the check of the image, which
      is not interrupted. A store that sends the head of a response byte by byte can exceed it. Default: 30.
    - ``retries``: the number of retries of a request. Default: 3.
    - ``on_event``: called with the event, also when the request is refused. Default: none.

    Errors: those of :meth:`presize.Uploads.confirm` and of :meth:`presize.Confirmation.finish`; ``store_unavailable`` after the
    timeout or the last retry; ``server_busy`` if too many uploads wait to be fetched or checked. The upload is kept, and can be
    confirmed later. ``TypeError`` for a client of another type.

    Concurrent calls with equal arguments, including ``timeout`` and ``retries``, share one confirmation, which uses the client
    of the first call. Calls for the same upload with other arguments run one after another; the wait does not count towards the
    timeout.
    """
    owner, budget = owner_text(owner), _RetryBudget(timeout, retries)
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, None, on_event)
    if client is not None:
        require_client(client, "Client")

    def drive() -> Confirmation:
        budget.begin()
        with _sync_client(client) as sender:
            _drive(_Work(uploads, owner, confirmation), sender, budget)
        return confirmation

    try:
        joined = join((uploads, owner, key), _arguments(options, timeout, retries), drive)
    except PresizeError as error:
        raise _busy(error, confirmation, on_event) from None
    return _finish(joined, on_event)


async def confirm_upload_async(
    uploads: Uploads,
    *,
    owner: Owner,
    key: str,
    client: httpx.AsyncClient | None = None,
    timeout: float = 30.0,
    retries: int = 3,
    on_event: OnEvent | None = None,
    **options: Unpack[ConfirmOptions],
) -> Confirmed:
    """:func:`confirm_upload` for asyncio. Images are checked on the threads of :mod:`presize.aio`. No request exceeds the
    ``timeout``. Cancelling the task cancels the confirmation, unless other calls share it: nothing is deleted, there is no event,
    and the upload can be confirmed later."""
    owner, budget = owner_text(owner), _RetryBudget(timeout, retries)
    token = CancelToken()
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, token, on_event)
    if client is not None:
        require_client(client, "AsyncClient")

    async def drive() -> Confirmation:
        budget.begin()
        async with _async_client(client) as sender:
            await _drive_async(_Work(uploads, owner, confirmation), sender, budget, token)
        return confirmation

    try:
        joined = await join_async((uploads, owner, key), _arguments(options, timeout, retries), drive)
    except PresizeError as error:
        raise _busy(error, confirmation, on_event) from None
    return _finish(joined, on_event)


class _Work:
    """A confirmation, with its client and its cost for the queue."""

    def __init__(self, uploads: Uploads, owner: Owner, confirmation: Confirmation) -> None:
        self.confirmation = confirmation
        self.client = f"owner {owner}"
        self._rules = uploads.policy.rules()

    def cost(self, answer: _StoreAnswer) -> int:
        """The cost of checking the image in an answer."""
        return _cost.of_image(answer[2], self._rules)


def _arguments(options: ConfirmOptions, timeout: float, retries: int) -> Hashable:
    """The arguments that have to be equal for calls to share a confirmation."""
    return tuple(sorted(options.items())), timeout, retries


# Answers are local variables of small functions only, because error reports show local variables, and an answer may hold an
# image.
def _drive(work: _Work, client: httpx.Client, budget: _RetryBudget) -> None:
    confirmation = work.confirmation
    while (request := _next(confirmation)) is not None:
        if request.method == "GET":
            pause = _fetch(work, client, budget)
        else:
            answer = _send(client, request, budget)
            if (pause := budget.pause(answer)) is None:
                budget.extend(_process_in_turn(work, answer))
        if pause is not None:
            time.sleep(pause)


def _process_in_turn(work: _Work, answer: _Answer) -> float:
    """Processes an answer without an image: at once, unless it completes an interrupted confirmation whose variants are left to
    make. Returns the time that it waited in the queue, in seconds."""
    confirmation = work.confirmation
    if (work_pixels := confirmation._native.work_pixels()) == 0:
        _process(confirmation, answer)
        return 0.0
    return aio.run_here(partial(_process, confirmation, answer), lambda: work_pixels, work.client)[1]


def _fetch(work: _Work, client: httpx.Client, budget: _RetryBudget) -> float | None:
    """Fetches the upload and checks it. Returns the pause before a retry, in seconds, or ``None``."""
    confirmation = work.confirmation
    with fetch_slot(aio.client_name(work.client)) if aio.may_wait() else nullcontext(0.0) as waited:
        budget.extend(waited)
        # Signed only now, because the wait may have been longer than the lifetime of a URL.
        if (request := _next(confirmation)) is None:
            return None
        answer = _send(client, request, budget)
        if (pause := budget.pause(answer)) is not None:
            return pause
        if isinstance(answer, str):
            confirmation.fail(answer)
            return None
        _, waited = aio.run_here(partial(_process, confirmation, answer), partial(work.cost, answer), work.client)
        budget.extend(waited)
        return None


async def _drive_async(work: _Work, client: httpx.AsyncClient, budget: _RetryBudget, token: CancelToken) -> None:
    confirmation = work.confirmation
    while (request := _next(confirmation)) is not None:
        if request.method == "GET":
            pause = await _fetch_async(work, client, budget, token)
        else:
            answer = await _send_async(client, request, budget)
            if (pause := budget.pause(answer)) is None:
                budget.extend(await _process_in_turn_async(work, answer, token))
        if pause is not None:
            await asyncio.sleep(pause)


async def _process_in_turn_async(work: _Work, answer: _Answer, token: CancelToken) -> float:
    confirmation = work.confirmation
    if (work_pixels := confirmation._native.work_pixels()) == 0:
        # This takes only a moment.
        _process(confirmation, answer)
        return 0.0
    take = partial(_process, confirmation, answer)
    return (await aio._run_with(token, take, lambda: work_pixels, work.client))[1]


async def _fetch_async(
    work: _Work, client: httpx.AsyncClient, budget: _RetryBudget, token: CancelToken
) -> float | None:
    confirmation = work.confirmation
    async with fetch_slot_async(aio.client_name(work.client)) as waited:
        budget.extend(waited)
        if (request := _next(confirmation)) is None:
            return None
        answer = await _send_async(client, request, budget)
        if (pause := budget.pause(answer)) is not None:
            return pause
        if isinstance(answer, str):
            confirmation.fail(answer)
            return None
        check, cost = partial(_process, confirmation, answer), partial(work.cost, answer)
        _, waited = await aio._run_with(token, check, cost, work.client, size_bytes=len(answer[2]))
        budget.extend(waited)
        return None


def require_httpx(what: str) -> Any:
    """Imports httpx, or raises an error that names the feature that needs it."""
    try:
        import httpx
    except ImportError as error:
        raise ImportError(f'{what} needs httpx: pip install "presize[httpx]"') from error
    return httpx


def require_timeout(timeout: float) -> None:
    """Refuses a value that is no positive number of seconds."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"expected a number of seconds for timeout, received {type(timeout).__name__}")
    if not timeout > 0:
        raise ValueError(f"expected more than 0 seconds for timeout, received {timeout!r}")


def require_client(client: Any, kind: str) -> Any:
    """Returns the client if it is an open ``httpx.{kind}``."""
    if not isinstance(client, getattr(require_httpx("presize.store"), kind)):
        raise TypeError(f"expected httpx.{kind} for client, received {type(client).__name__}")
    if client.is_closed:
        raise RuntimeError("expected an open client, received one that was closed")
    return client


def _next(confirmation: Confirmation) -> StoreRequest | None:
    try:
        return confirmation.next_request()
    except PresizeError:
        return None  # `finish` raises it again


def _process(confirmation: Confirmation, answer: _Answer) -> None:
    if isinstance(answer, str):
        confirmation.fail(answer)
        return
    try:
        confirmation.answer(*answer)
    except PresizeError:
        # httpx accepts control characters in headers. That is a mistake of the store, not of an argument.
        confirmation.fail("an answer whose headers cannot be read")


def _busy(error: PresizeError, confirmation: Confirmation, on_event: OnEvent | None) -> PresizeError:
    """The error of the queue for one of the callers that shared the confirmation, with its event."""
    if on_event is not None:
        _notify(on_event, replace(confirmation.event(), outcome="failed", code=error.code))
    return copy.copy(error)


def _finish(confirmation: Confirmation, on_event: OnEvent | None) -> Confirmed:
    if on_event is not None:
        _notify(on_event, confirmation.event())
    return confirmation.finish()


class _RetryBudget:
    """The remaining time and attempts of a confirmation."""

    def __init__(self, timeout: float, retries: int) -> None:
        require_timeout(timeout)
        if retries < 0:
            raise ValueError(f"expected at least 0 for retries, received {retries!r}")
        self._timeout = timeout
        self._retries = retries
        self.begin()

    def begin(self) -> None:
        """Starts the time and the attempts anew."""
        self._deadline = time.monotonic() + self._timeout
        self._attempt = 0

    def left(self) -> float:
        """The remaining time in seconds, at least 0."""
        return max(0.0, self._deadline - time.monotonic())

    def extend(self, seconds: float) -> None:
        """Extends the deadline by time that was spent in the queue."""
        self._deadline += seconds

    def pause(self, answer: _Answer) -> float | None:
        """The pause before a retry, in seconds; ``None`` if there is none."""
        pause: float = _FIRST_PAUSE_SECONDS * 2**self._attempt
        if isinstance(answer, str) and self._attempt < self._retries and pause < self.left():
            self._attempt += 1
            return pause
        self._attempt = 0
        return None


_TIMED_OUT = "the time for it is over"


def _send(client: httpx.Client, request: StoreRequest, budget: _RetryBudget) -> _Answer:
    import httpx

    if (left := budget.left()) == 0:
        return _TIMED_OUT
    try:
        sent = _HttpxRequest(request, left)
        response = client._transport_for_url(sent.request.url).handle_request(sent.request)
        try:
            body = bytearray()
            # Read from the stream itself: `iter_raw` refuses a response that was read already, as responses from memory are.
            for chunk in cast("httpx.SyncByteStream", response.stream):
                body += chunk
                if len(body) > request.max_body_bytes:
                    break
                if budget.left() == 0:
                    return _TIMED_OUT
            return _answer(response, body, request)
        finally:
            response.close()
    except httpx.TransportError:
        return _reason()


async def _send_async(client: httpx.AsyncClient, request: StoreRequest, budget: _RetryBudget) -> _Answer:
    import httpx

    if (left := budget.left()) == 0:
        return _TIMED_OUT
    try:
        async with asyncio.timeout(left):
            sent = _HttpxRequest(request, left)
            response = await client._transport_for_url(sent.request.url).handle_async_request(sent.request)
            try:
                body = bytearray()
                async for chunk in cast("httpx.AsyncByteStream", response.stream):
                    body += chunk
                    if len(body) > request.max_body_bytes:
                        break
                return _answer(response, body, request)
            finally:
                await response.aclose()
    except TimeoutError:
        return _TIMED_OUT
    except httpx.TransportError:
        return _reason()


class _HttpxRequest:
    """Wraps an ``httpx.Request``, whose ``repr`` would show the URL in error reports."""

    __slots__ = ("request",)

    def __init__(self, request: StoreRequest, seconds: float) -> None:
        """Built without the client, and sent by the client's transport: ``client.build_request`` would add headers, cookies and
        query parameters of the client, and ``client.send`` would call its event hooks, which may raise, read bodies or log
        URLs."""
        import httpx

        timeout = httpx.Timeout(min(seconds, _LONGEST_WAIT_SECONDS)).as_dict()
        content = request.body or None
        self.request = httpx.Request(
            request.method, request.url, headers=request.headers, content=content, extensions={"timeout": timeout}
        )


def _answer(response: httpx.Response, body: bytearray, request: StoreRequest) -> _Answer:
    """The answer, or the reason for a retry."""
    content = bytes(memoryview(body)[: request.max_body_bytes])
    if _is_worth_a_retry(response.status_code):
        code = re.search(rb"<Code>([A-Za-z0-9]{1,64})</Code>", content)
        return f"the store answered {response.status_code}" + (f" ({code[1].decode('ascii')})" if code else "")
    return _StoreAnswer((response.status_code, response.headers.multi_items(), content))


def _is_worth_a_retry(status: int) -> bool:
    # 501 is final: the store does not implement the request, and will not implement it a second later.
    return status == 429 or (status >= 500 and status != 501)


def _reason() -> str:
    """The message of the exception that is being handled. It may contain the URL, so the exception is put into no variable."""
    return re.sub(r"\?\S*", "?...", f"{type(sys.exc_info()[1]).__name__}: {sys.exc_info()[1]}")


@contextmanager
def _sync_client(client: httpx.Client | None) -> Iterator[httpx.Client]:
    """The given client, which stays open, or a new one."""
    if client is not None:
        yield require_client(client, "Client")
        return
    with require_httpx("presize.store").Client(verify=_certificates()) as new_client:
        yield new_client


@asynccontextmanager
async def _async_client(client: httpx.AsyncClient | None) -> AsyncIterator[httpx.AsyncClient]:
    if client is not None:
        yield require_client(client, "AsyncClient")
        return
    async with require_httpx("presize.store").AsyncClient(verify=_certificates()) as new_client:
        yield new_client


@cache
def _certificates() -> ssl.SSLContext:
    """Loaded once, since that takes longer than everything else about a client."""
    context: ssl.SSLContext = require_httpx("presize.store").create_ssl_context()
    return context
