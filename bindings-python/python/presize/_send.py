"""Sends one request of a state machine with httpx, and reads no more of the answer than the machine needs."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    import httpx

    from .exchange import StoreRequest

# Sockets accept no infinite timeout.
_LONGEST_WAIT_SECONDS = 86_400.0


class StoreAnswer(tuple[int, list[tuple[str, str]], bytes]):
    """Status, headers in pairs, body. Its ``repr`` hides the body, because error reports show local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"an answer of {self[0]}"


# An answer, or the reason why there is none.
Answer: TypeAlias = StoreAnswer | str

_TIMED_OUT = "the time for it is over"


class _Deadline(Protocol):
    def left(self) -> float: ...


def send(client: httpx.Client, request: StoreRequest, deadline: _Deadline) -> Answer:
    """Sends a request within the time that is left."""
    import httpx

    if (left := deadline.left()) == 0:
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
                if deadline.left() == 0:
                    return _TIMED_OUT
            return _answer(response, body, request)
        finally:
            response.close()
    except httpx.TransportError:
        return _reason()


async def send_async(client: httpx.AsyncClient, request: StoreRequest, deadline: _Deadline) -> Answer:
    """Like :func:`send`, for asyncio."""
    import httpx

    if (left := deadline.left()) == 0:
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


def _answer(response: httpx.Response, body: bytearray, request: StoreRequest) -> Answer:
    """The answer, or the reason for a retry."""
    content = bytes(memoryview(body)[: request.max_body_bytes])
    if _is_worth_a_retry(response.status_code):
        code = re.search(rb"<Code>([A-Za-z0-9]{1,64})</Code>", content)
        return f"the store answered {response.status_code}" + (f" ({code[1].decode('ascii')})" if code else "")
    return StoreAnswer((response.status_code, response.headers.multi_items(), content))


def _is_worth_a_retry(status: int) -> bool:
    # 501 is final: the store does not implement the request, and will not implement it a second later.
    return status == 429 or (status >= 500 and status != 501)


def _reason() -> str:
    """The message of the exception that is being handled. It may contain the URL, so the exception is put into no variable."""
    return re.sub(r"\?\S*", "?...", f"{type(sys.exc_info()[1]).__name__}: {sys.exc_info()[1]}")
