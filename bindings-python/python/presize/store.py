"""Confirming uploads with httpx: ``pip install "presize[httpx]"``.

    confirmed = presize.store.confirm_upload(uploads, owner=user_id, key=key)
    confirmed = await presize.store.confirm_upload_async(uploads, owner=user_id, key=key)

Both send what a :class:`presize.Confirmation` says, and exactly that: no headers, cookies or credentials of the client's own,
no redirects; httpx's own log shows their URLs without the signature. A network error, 429 or 5xx is tried again after 0.2, 0.4, 0.8 ... seconds; of an answer no more is read than
the confirmation needs.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from . import aio
from ._native import CancelToken
from .confirmation import Confirmation, Confirmed, StoreRequest
from .errors import PresizeError

if TYPE_CHECKING:
    import ssl

    import httpx

    from .options import ConfirmOptions
    from .uploads import OnEvent, Uploads

__all__ = ["confirm_upload", "confirm_upload_async"]

_FIRST_PAUSE_SECONDS = 0.2

# Status, headers in pairs, body; or why there is none.
_Answer: TypeAlias = "tuple[int, list[tuple[str, str]], bytes] | str"


def confirm_upload(
    uploads: Uploads,
    *,
    owner: str,
    key: str,
    client: httpx.Client | None = None,
    timeout: float = 30.0,
    retries: int = 3,
    on_event: OnEvent | None = None,
    **options: Unpack[ConfirmOptions],
) -> Confirmed:
    """Confirms an upload: what was sent is checked, and stands under its key from then on. It can be called again, and gives
    the same.

    - ``owner``, ``key``, ``filename``, ``size_bytes``, ``content_type``: see :meth:`presize.Uploads.confirm`.
    - ``client``: sends the requests; its proxies, certificates and connections are used, nothing else of it. Default: one that
      is made for this call.
    - ``timeout``: for the whole confirmation, in seconds. The time is looked at before each request and between the pieces of
      an answer; checking the image counts, and is not broken off. Default: 30.
    - ``retries``: how often a request is sent again. Default: 3.
    - ``on_event``: is told what happened, a refusal too. Default: nobody.

    Errors: those of :meth:`presize.Uploads.confirm` and of :meth:`presize.Confirmation.finish`; ``store_unavailable`` where
    the time or the attempts were not enough.
    """
    patience = _Patience(timeout, retries)
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, None, on_event)
    with _sync_client(client) as sender:
        while (request := _next(confirmation)) is not None:
            answer = _send(sender, request, patience)
            if (pause := patience.pause(answer)) is not None:
                time.sleep(pause)
            elif isinstance(answer, str):
                confirmation.fail(answer)
            else:
                confirmation.answer(*answer)
    return _finish(confirmation, on_event)


async def confirm_upload_async(
    uploads: Uploads,
    *,
    owner: str,
    key: str,
    client: httpx.AsyncClient | None = None,
    timeout: float = 30.0,
    retries: int = 3,
    on_event: OnEvent | None = None,
    **options: Unpack[ConfirmOptions],
) -> Confirmed:
    """:func:`confirm_upload` for asyncio. Images are checked on the pool of :mod:`presize.aio`; no request outlasts the
    ``timeout``. A task that is cancelled takes the confirmation with it: nothing is deleted, there is no event, and the upload
    can be confirmed later."""
    patience = _Patience(timeout, retries)
    token = CancelToken()
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, token, on_event)
    async with _async_client(client) as sender:
        while (request := _next(confirmation)) is not None:
            answer = await _send_async(sender, request, patience)
            if (pause := patience.pause(answer)) is not None:
                await asyncio.sleep(pause)
            elif isinstance(answer, str):
                confirmation.fail(answer)
            else:
                await aio._run_with(token, partial(confirmation.answer, *answer))
    return _finish(confirmation, on_event)


def demand_httpx(what: str) -> Any:
    """The module, or an error that says what needs it."""
    try:
        import httpx
    except ImportError as error:
        raise ImportError(f'{what} needs httpx: pip install "presize[httpx]"') from error
    return httpx


def _next(confirmation: Confirmation) -> StoreRequest | None:
    try:
        return confirmation.next_request()
    except PresizeError:
        return None  # `finish` raises it again


def _finish(confirmation: Confirmation, on_event: OnEvent | None) -> Confirmed:
    if on_event is not None:
        on_event(confirmation.event())
    return confirmation.finish()


class _Patience:
    """What is left of the time and of the attempts."""

    def __init__(self, timeout: float, retries: int) -> None:
        if not timeout > 0:
            raise ValueError(f"expected more than 0 seconds for timeout, received {timeout!r}")
        if retries < 0:
            raise ValueError(f"expected at least 0 for retries, received {retries!r}")
        self._deadline = time.monotonic() + timeout
        self._retries = retries
        self._attempt = 0

    def left(self) -> float:
        """Seconds; 0 when the time is over."""
        return max(0.0, self._deadline - time.monotonic())

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
        response = client.send(_to_send(request, left), stream=True, auth=None, follow_redirects=False)
        try:
            if _is_worth_a_retry(response.status_code):
                return f"the store answered {response.status_code}"
            body = bytearray()
            for piece in response.iter_raw():
                body += piece
                if len(body) > request.max_body_bytes:
                    break
                if patience.left() == 0:
                    return _OVER
            return _answer(response, body, request)
        finally:
            response.close()
    except httpx.TransportError as error:
        return _reason(error)


async def _send_async(client: httpx.AsyncClient, request: StoreRequest, patience: _Patience) -> _Answer:
    import httpx

    if (left := patience.left()) == 0:
        return _OVER
    try:
        async with asyncio.timeout(left):
            response = await client.send(_to_send(request, left), stream=True, auth=None, follow_redirects=False)
            try:
                if _is_worth_a_retry(response.status_code):
                    return f"the store answered {response.status_code}"
                body = bytearray()
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > request.max_body_bytes:
                        break
                return _answer(response, body, request)
            finally:
                await response.aclose()
    except TimeoutError:
        return _OVER
    except httpx.TransportError as error:
        return _reason(error)


def _to_send(request: StoreRequest, seconds: float) -> httpx.Request:
    """Made by hand: what a client makes has headers, cookies and parameters of the client's own."""
    import httpx

    timeout = httpx.Timeout(seconds).as_dict()
    content = request.body or None
    return httpx.Request(
        request.method, request.url, headers=request.headers, content=content, extensions={"timeout": timeout}
    )


def _answer(response: httpx.Response, body: bytearray, request: StoreRequest) -> _Answer:
    return response.status_code, response.headers.multi_items(), bytes(body[: request.max_body_bytes])


def _is_worth_a_retry(status: int) -> bool:
    return status == 429 or status >= 500


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class _WithoutSignatures(logging.Filter):
    """httpx logs whole URLs, and ours are as good as passwords."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_without_signature, record.args))
        return True


def _without_signature(shown: object) -> object:
    text = str(shown) if type(shown).__name__ == "URL" else ""
    return text.split("?")[0] + "?..." if "X-Amz-Signature=" in text else shown


_FILTER = _WithoutSignatures()


@contextmanager
def _sync_client(given: httpx.Client | None) -> Iterator[httpx.Client]:
    """The caller's client stays open."""
    logging.getLogger("httpx").addFilter(_FILTER)  # once, however often it is added
    if given is not None:
        yield given
        return
    with demand_httpx("presize.store").Client(verify=_certificates()) as client:
        yield client


@asynccontextmanager
async def _async_client(given: httpx.AsyncClient | None) -> AsyncIterator[httpx.AsyncClient]:
    logging.getLogger("httpx").addFilter(_FILTER)
    if given is not None:
        yield given
        return
    async with demand_httpx("presize.store").AsyncClient(verify=_certificates()) as client:
        yield client


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than all the rest of a client."""
    context: ssl.SSLContext = demand_httpx("presize.store").create_ssl_context()
    return context
