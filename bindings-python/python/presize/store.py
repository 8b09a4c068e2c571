"""ConfirmationRequest uploads with httpx: ``pip install "presize[httpx]"``.

    confirmed = presize.store.confirm_upload(uploads, owner=user_id, key=key)
    confirmed = await presize.store.confirm_upload_async(uploads, owner=user_id, key=key)

Both send what a :class:`presize.Confirmation` says, and exactly that: no headers, cookies or credentials of the client's own,
no redirects, and nothing for its event hooks and its log, since URLs are as good as passwords. A network error, 429 or 5xx
but 501 is tried again after 0.2, 0.4, 0.8 ... seconds; of an answer no more is read than the confirmation needs.

Images are checked in the queue of :mod:`presize.aio`, where the owner is the client. At most 8 uploads are fetched and checked
at once in a process; 64 others wait for that without a byte of theirs, 16 of one owner. Who asks for a confirmation that runs
already in this process joins it: an upload is fetched and checked once, whoever asks how often. Who asks for it with other
arguments waits for its end, and then has its own.
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
from .uploads import _tell

if TYPE_CHECKING:
    import ssl

    import httpx

    from ._owner import Owner
    from .options import ConfirmOptions
    from .uploads import OnEvent, Uploads

__all__ = ["confirm_upload", "confirm_upload_async"]

_FIRST_PAUSE_SECONDS = 0.2
# Sockets take no infinity.
_LONGEST_WAIT_SECONDS = 86_400.0


class _Received(tuple[int, list[tuple[str, str]], bytes]):
    """Status, headers in pairs, body. Reports of errors show local variables, and a body may be somebody's picture."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"an answer of {self[0]}"


# The same, or why there is none.
_Answer: TypeAlias = _Received | str


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
    """Confirms an upload: what was sent is checked, and stands under its key from then on. It can be called again, and gives
    the same.

    - ``owner``, ``key``, ``filename``, ``size_bytes``, ``content_type``, ``checksum_sha256``: see :meth:`presize.Uploads.confirm`.
    - ``client``: sends the requests; its proxies, certificates and connections are used, nothing else of it. Default: one that
      is made for this call.
    - ``timeout``: for the whole confirmation, in seconds, but for the time that it waits for other work. The time is looked
      at before each request and between the pieces of an answer's body, and no wait for the store is longer than what is
      left; checking the image counts, and is not broken off. A store that sends the head of an answer drop by drop can
      outlast it. Default: 30.
    - ``retries``: how often a request is sent again. Default: 3.
    - ``on_event``: is told what happened, a refusal too. Default: nobody.

    Errors: those of :meth:`presize.Uploads.confirm` and of :meth:`presize.Confirmation.finish`; ``store_unavailable`` where
    the time or the attempts were not enough; ``server_busy`` where too many uploads wait to be fetched or checked: the upload
    stays, and can be confirmed later. A ``TypeError`` for a client of another kind.

    Calls at the same time with the same arguments, ``timeout`` and ``retries`` among them, share one confirmation, sent by the
    client of the first. Calls for the same upload with others follow one another, and that wait is not of their time.
    """
    owner, patience = owner_text(owner), _Patience(timeout, retries)
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, None, on_event)
    if client is not None:
        demand_client(client, "Client")

    def carry_out() -> Confirmation:
        patience.begin()
        with _sync_client(client) as sender:
            _carry_out(_Work(uploads, owner, confirmation), sender, patience)
        return confirmation

    try:
        joined = join((uploads, owner, key), _asked(options, timeout, retries), carry_out)
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
    """:func:`confirm_upload` for asyncio. Images are checked on the threads of :mod:`presize.aio`; no request outlasts the
    ``timeout``. A task that is cancelled takes the confirmation with it, unless others wait for it too: nothing is deleted,
    there is no event, and the upload can be confirmed later."""
    owner, patience = owner_text(owner), _Patience(timeout, retries)
    token = CancelToken()
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, token, on_event)
    if client is not None:
        demand_client(client, "AsyncClient")

    async def carry_out() -> Confirmation:
        patience.begin()
        async with _async_client(client) as sender:
            await _carry_out_async(_Work(uploads, owner, confirmation), sender, patience, token)
        return confirmation

    try:
        joined = await join_async((uploads, owner, key), _asked(options, timeout, retries), carry_out)
    except PresizeError as error:
        raise _busy(error, confirmation, on_event) from None
    return _finish(joined, on_event)


class _Work:
    """A confirmation, and what the queue wants to know of it."""

    def __init__(self, uploads: Uploads, owner: Owner, confirmation: Confirmation) -> None:
        self.confirmation = confirmation
        self.client = f"owner {owner}"
        self._rules = uploads.policy.rules()

    def cost(self, answer: _Received) -> int:
        """What it costs to check the picture in an answer."""
        return _cost.of_image(answer[2], self._rules)


def _asked(options: ConfirmOptions, timeout: float, retries: int) -> Hashable:
    """What makes two confirmations of an upload one."""
    return tuple(sorted(options.items())), timeout, retries


# In functions of their own: reports of errors show local variables, and an answer may be somebody's picture.
def _carry_out(work: _Work, client: httpx.Client, patience: _Patience) -> None:
    confirmation = work.confirmation
    while (request := _next(confirmation)) is not None:
        if request.method == "GET":
            pause = _fetch(work, client, patience)
        else:
            answer = _send(client, request, patience)
            if (pause := patience.pause(answer)) is None:
                patience.extend(_take_in_turn(work, answer))
        if pause is not None:
            time.sleep(pause)


def _take_in_turn(work: _Work, answer: _Answer) -> float:
    """Takes an answer without a picture: at once, unless the last variants of an interrupted confirmation are drawn with it. The
    seconds that it waited for its turn."""
    confirmation = work.confirmation
    if (work_pixels := confirmation._native.work_pixels()) == 0:
        _take(confirmation, answer)
        return 0.0
    return aio.run_here(partial(_take, confirmation, answer), lambda: work_pixels, work.client)[1]


def _fetch(work: _Work, client: httpx.Client, patience: _Patience) -> float | None:
    """Fetches the upload and checks it: how long to wait before another attempt, or ``None``."""
    confirmation = work.confirmation
    with fetch_slot(aio.client_name(work.client)) if aio.may_wait() else nullcontext(0.0) as waited:
        patience.extend(waited)
        # Signed after the wait, which may have been long.
        if (request := _next(confirmation)) is None:
            return None
        answer = _send(client, request, patience)
        if (pause := patience.pause(answer)) is not None:
            return pause
        if isinstance(answer, str):
            confirmation.fail(answer)
            return None
        _, waited = aio.run_here(partial(_take, confirmation, answer), partial(work.cost, answer), work.client)
        patience.extend(waited)
        return None


async def _carry_out_async(work: _Work, client: httpx.AsyncClient, patience: _Patience, token: CancelToken) -> None:
    confirmation = work.confirmation
    while (request := _next(confirmation)) is not None:
        if request.method == "GET":
            pause = await _fetch_async(work, client, patience, token)
        else:
            answer = await _send_async(client, request, patience)
            if (pause := patience.pause(answer)) is None:
                patience.extend(await _take_in_turn_async(work, answer, token))
        if pause is not None:
            await asyncio.sleep(pause)


async def _take_in_turn_async(work: _Work, answer: _Answer, token: CancelToken) -> float:
    confirmation = work.confirmation
    if (work_pixels := confirmation._native.work_pixels()) == 0:
        # Nothing to do for longer than a moment.
        _take(confirmation, answer)
        return 0.0
    take = partial(_take, confirmation, answer)
    return (await aio._run_with(token, take, lambda: work_pixels, work.client))[1]


async def _fetch_async(work: _Work, client: httpx.AsyncClient, patience: _Patience, token: CancelToken) -> float | None:
    confirmation = work.confirmation
    async with fetch_slot_async(aio.client_name(work.client)) as waited:
        patience.extend(waited)
        if (request := _next(confirmation)) is None:
            return None
        answer = await _send_async(client, request, patience)
        if (pause := patience.pause(answer)) is not None:
            return pause
        if isinstance(answer, str):
            confirmation.fail(answer)
            return None
        check, cost = partial(_take, confirmation, answer), partial(work.cost, answer)
        _, waited = await aio._run_with(token, check, cost, work.client, size_bytes=len(answer[2]))
        patience.extend(waited)
        return None


def demand_httpx(what: str) -> Any:
    """The module, or an error that says what needs it."""
    try:
        import httpx
    except ImportError as error:
        raise ImportError(f'{what} needs httpx: pip install "presize[httpx]"') from error
    return httpx


def demand_timeout(timeout: float) -> None:
    """Refuses what is no time to wait."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"expected a number of seconds for timeout, received {type(timeout).__name__}")
    if not timeout > 0:
        raise ValueError(f"expected more than 0 seconds for timeout, received {timeout!r}")


def demand_client(client: Any, kind: str) -> Any:
    """The client, which is one of ``httpx.{kind}`` and open; or an error."""
    if not isinstance(client, getattr(demand_httpx("presize.store"), kind)):
        raise TypeError(f"expected httpx.{kind} for client, received {type(client).__name__}")
    if client.is_closed:
        raise RuntimeError("expected an open client, received one that was closed")
    return client


def _next(confirmation: Confirmation) -> StoreRequest | None:
    try:
        return confirmation.next_request()
    except PresizeError:
        return None  # `finish` raises it again


def _take(confirmation: Confirmation, answer: _Answer) -> None:
    if isinstance(answer, str):
        confirmation.fail(answer)
        return
    try:
        confirmation.answer(*answer)
    except PresizeError:
        # httpx lets control characters pass. The store's mistake is not an option of the caller's.
        confirmation.fail("an answer whose headers cannot be read")


def _busy(error: PresizeError, confirmation: Confirmation, on_event: OnEvent | None) -> PresizeError:
    """The error of the queue for one of those who waited for the confirmation, who is told of it."""
    if on_event is not None:
        _tell(on_event, replace(confirmation.event(), outcome="failed", code=error.code))
    return copy.copy(error)


def _finish(confirmation: Confirmation, on_event: OnEvent | None) -> Confirmed:
    if on_event is not None:
        _tell(on_event, confirmation.event())
    return confirmation.finish()


class _Patience:
    """What is left of the time and of the attempts."""

    def __init__(self, timeout: float, retries: int) -> None:
        demand_timeout(timeout)
        if retries < 0:
            raise ValueError(f"expected at least 0 for retries, received {retries!r}")
        self._timeout = timeout
        self._retries = retries
        self.begin()

    def begin(self) -> None:
        """All of the time and of the attempts is left from here on."""
        self._deadline = time.monotonic() + self._timeout
        self._attempt = 0

    def left(self) -> float:
        """Seconds; 0 when the time is over."""
        return max(0.0, self._deadline - time.monotonic())

    def extend(self, seconds: float) -> None:
        """Gives back the time that was spent waiting for others."""
        self._deadline += seconds

    def pause(self, answer: _Answer) -> float | None:
        """How long to wait before another attempt; ``None`` where there is none to be made."""
        pause: float = _FIRST_PAUSE_SECONDS * 2**self._attempt
        if isinstance(answer, str) and self._attempt < self._retries and pause < self.left():
            self._attempt += 1
            return pause
        self._attempt = 0
        return None


_OVER = "the time for it is over"


def _send(client: httpx.Client, request: StoreRequest, patience: _Patience) -> _Answer:
    import httpx

    if (left := patience.left()) == 0:
        return _OVER
    try:
        sent = _Sent(request, left)
        response = client._transport_for_url(sent.request.url).handle_request(sent.request)
        try:
            body = bytearray()
            # As it comes: `iter_raw` gives the same, but not twice, and a transport that answers from memory was read once.
            for piece in cast("httpx.SyncByteStream", response.stream):
                body += piece
                if len(body) > request.max_body_bytes:
                    break
                if patience.left() == 0:
                    return _OVER
            return _answer(response, body, request)
        finally:
            response.close()
    except httpx.TransportError:
        return _reason()


async def _send_async(client: httpx.AsyncClient, request: StoreRequest, patience: _Patience) -> _Answer:
    import httpx

    if (left := patience.left()) == 0:
        return _OVER
    try:
        async with asyncio.timeout(left):
            sent = _Sent(request, left)
            response = await client._transport_for_url(sent.request.url).handle_async_request(sent.request)
            try:
                body = bytearray()
                async for piece in cast("httpx.AsyncByteStream", response.stream):
                    body += piece
                    if len(body) > request.max_body_bytes:
                        break
                return _answer(response, body, request)
            finally:
                await response.aclose()
    except TimeoutError:
        return _OVER
    except httpx.TransportError:
        return _reason()


class _Sent:
    """A request of httpx's. Its own ``repr`` shows the URL, and reports of errors show variables."""

    __slots__ = ("request",)

    def __init__(self, request: StoreRequest, seconds: float) -> None:
        """Made by hand, and given to the client's transport: what a client makes has headers, cookies and parameters of the
        client's own, and what it sends passes its event hooks, which raise, read bodies and write URLs into logs."""
        import httpx

        timeout = httpx.Timeout(min(seconds, _LONGEST_WAIT_SECONDS)).as_dict()
        content = request.body or None
        self.request = httpx.Request(
            request.method, request.url, headers=request.headers, content=content, extensions={"timeout": timeout}
        )


def _answer(response: httpx.Response, body: bytearray, request: StoreRequest) -> _Answer:
    """The answer, or why it is worth another attempt."""
    content = bytes(memoryview(body)[: request.max_body_bytes])
    if _is_worth_a_retry(response.status_code):
        code = re.search(rb"<Code>([A-Za-z0-9]{1,64})</Code>", content)
        return f"the store answered {response.status_code}" + (f" ({code[1].decode('ascii')})" if code else "")
    return _Received((response.status_code, response.headers.multi_items(), content))


def _is_worth_a_retry(status: int) -> bool:
    # 501 is an answer: the store does not know what it was asked for, and will not the next time.
    return status == 429 or (status >= 500 and status != 501)


def _reason() -> str:
    """What the transport says that has just failed. It may repeat the URL, so that no variable holds its error."""
    return re.sub(r"\?\S*", "?...", f"{type(sys.exc_info()[1]).__name__}: {sys.exc_info()[1]}")


@contextmanager
def _sync_client(given: httpx.Client | None) -> Iterator[httpx.Client]:
    """The caller's client stays open."""
    if given is not None:
        yield demand_client(given, "Client")
        return
    with demand_httpx("presize.store").Client(verify=_certificates()) as client:
        yield client


@asynccontextmanager
async def _async_client(given: httpx.AsyncClient | None) -> AsyncIterator[httpx.AsyncClient]:
    if given is not None:
        yield demand_client(given, "AsyncClient")
        return
    async with demand_httpx("presize.store").AsyncClient(verify=_certificates()) as client:
        yield client


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than all the rest of a client."""
    context: ssl.SSLContext = demand_httpx("presize.store").create_ssl_context()
    return context
