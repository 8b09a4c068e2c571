"""Confirms uploads, resizes what is stored and answers functions that are asked for images, with httpx:
``pip install "presize[httpx]"``.

    confirmed = presize.store.confirm_upload(uploads, owner=user_id, key=key)
    resized = presize.store.resize_object(event_resizer, created)
    answer = presize.store.answer_event(edge_resizer, event)

Each has a twin for asyncio: ``await presize.store.confirm_upload_async(...)``. All send exactly the requests of their exchange (a
:class:`presize.Confirmation`, a :class:`presize.Resizing`, a :class:`presize.Answering`): without headers, cookies or credentials
of the client, without redirects, and without its event hooks and its log, since the URLs are as good as passwords. After a network
error, 429, or 5xx except 501, a request is retried after 0.2, 0.4, 0.8 ... seconds. No more of a response is read than is needed.

Images are checked and made in the queue of :mod:`presize.aio`, those of a confirmation with the owner as the client. At most 8
objects are fetched and checked at the same time in a process; 64 more uploads wait before they are fetched, 16 of one owner.
Within a process, an upload is confirmed once at a time: calls with equal arguments share the confirmation, and calls with other
arguments wait until it has ended.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from ._client import async_client, sync_client
from ._client import require_client as require_client
from ._client import require_httpx as require_httpx
from ._client import require_timeout as require_timeout
from ._drive import RetryBudget, Work, drive, drive_async
from ._native import CancelToken
from ._owner import owner_text
from ._single_flight import join, join_async
from .confirmation import Confirmation, Confirmed
from .errors import PresizeError
from .presign import _require
from .uploads import _notify

if TYPE_CHECKING:
    import httpx

    from ._owner import Owner
    from .answers import Answering, EdgeResizer, Event, GatewayResizer
    from .options import ConfirmOptions
    from .resize import EventResizer, Resized
    from .store_events import CreatedObject
    from .uploads import OnEvent, Uploads

__all__ = [
    "answer_event",
    "answer_event_async",
    "confirm_upload",
    "confirm_upload_async",
    "resize_object",
    "resize_object_async",
]


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
    owner, budget = owner_text(owner), RetryBudget(timeout, retries)
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, None, on_event)
    if client is not None:
        require_client(client, "Client")

    def carry_out() -> Confirmation:
        budget.begin()
        with sync_client(client) as sender:
            drive(_work(uploads, owner, confirmation), sender, budget)
        return confirmation

    try:
        joined = join((uploads, owner, key), _arguments(options, timeout, retries), carry_out)
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
    owner, budget = owner_text(owner), RetryBudget(timeout, retries)
    token = CancelToken()
    confirmation = uploads._confirm({"owner": owner, "key": key, **options}, None, token, on_event)
    if client is not None:
        require_client(client, "AsyncClient")

    async def carry_out() -> Confirmation:
        budget.begin()
        async with async_client(client) as sender:
            await drive_async(_work(uploads, owner, confirmation), sender, budget, token)
        return confirmation

    try:
        joined = await join_async((uploads, owner, key), _arguments(options, timeout, retries), carry_out)
    except PresizeError as error:
        raise _busy(error, confirmation, on_event) from None
    return _finish(joined, on_event)


def _work(uploads: Uploads, owner: Owner, confirmation: Confirmation) -> Work:
    return Work(confirmation, uploads.policy.rules(), f"owner {owner}")


def _arguments(options: ConfirmOptions, timeout: float, retries: int) -> Hashable:
    """The arguments that have to be equal for calls to share a confirmation."""
    return tuple(sorted(options.items())), timeout, retries


def _busy(error: PresizeError, confirmation: Confirmation, on_event: OnEvent | None) -> PresizeError:
    """The error of the queue for one of the callers that shared the confirmation, with its event."""
    if on_event is not None:
        _notify(on_event, replace(confirmation.event(), outcome="failed", code=error.code))
    return copy.copy(error)


def _finish(confirmation: Confirmation, on_event: OnEvent | None) -> Confirmed:
    if on_event is not None:
        _notify(on_event, confirmation.event())
    return confirmation.finish()


def resize_object(
    resizer: EventResizer,
    object: CreatedObject,
    *,
    client: httpx.Client | None = None,
    timeout: float = 30.0,
    retries: int = 3,
) -> Resized:
    """Resizes an object that an event tells of: fetches it, checks it, makes all results with one decoding, and stores them. It can
    be called again, and several calls for the same object may run at the same time.

    - ``client``, ``timeout``, ``retries``: as those of :func:`confirm_upload`.

    Errors: those of :meth:`presize.Resizing.finish`; ``store_unavailable`` after the timeout or the last retry; ``server_busy``.
    :attr:`presize.PresizeError.is_worth_retry` says whether the event should come again.
    """
    _require_event_resizer(resizer)
    budget, resizing = RetryBudget(timeout, retries), resizer.resize(object)
    with sync_client(client) as sender:
        drive(Work(resizing, resizer.rules), sender, budget)
    return resizing.finish()


async def resize_object_async(
    resizer: EventResizer,
    object: CreatedObject,
    *,
    client: httpx.AsyncClient | None = None,
    timeout: float = 30.0,
    retries: int = 3,
) -> Resized:
    """:func:`resize_object` for asyncio. Images are made on the threads of :mod:`presize.aio`. Cancelling the task stops it; results
    that are stored already stay."""
    _require_event_resizer(resizer)
    budget, token = RetryBudget(timeout, retries), CancelToken()
    resizing = resizer.resize(object, cancel_token=token)
    async with async_client(client) as sender:
        await drive_async(Work(resizing, resizer.rules), sender, budget, token)
    return resizing.finish()


def answer_event(
    resizer: EdgeResizer | GatewayResizer,
    event: Event,
    *,
    client: httpx.Client | None = None,
    timeout: float = 25.0,
    retries: int = 3,
) -> dict[str, Any]:
    """Answers an event of CloudFront, a gateway, a function URL or a load balancer: what the function returns. Every error of the
    request, of its image and of the store is an answer. Those of the server (5xx) are logged under ``presize``.

    - ``client``, ``timeout``, ``retries``: as those of :func:`confirm_upload`. Default of ``timeout``: 25, since CloudFront and API
      Gateway wait no longer than 30.

    Errors: ``event_malformed``, for an event that is none of these; ``option_invalid``; ``server_busy``.
    """
    answering = _answered(resizer, event, client, timeout, retries)
    _log(answering)
    return answering.finish()


def _answered(
    resizer: EdgeResizer | GatewayResizer, event: Event, client: httpx.Client | None, timeout: float, retries: int
) -> Answering:
    """The answer to an event, at its end."""
    _require_answering_resizer(resizer)
    budget, answering = RetryBudget(timeout, retries), resizer.answer(event)
    with sync_client(client) as sender:
        drive(Work(answering, resizer.rules), sender, budget)
    return answering


async def answer_event_async(
    resizer: EdgeResizer | GatewayResizer,
    event: Event,
    *,
    client: httpx.AsyncClient | None = None,
    timeout: float = 25.0,
    retries: int = 3,
) -> dict[str, Any]:
    """:func:`answer_event` for asyncio. Images are made on the threads of :mod:`presize.aio`. Cancelling the task stops it."""
    _require_answering_resizer(resizer)
    budget, token = RetryBudget(timeout, retries), CancelToken()
    answering = resizer.answer(event, cancel_token=token)
    async with async_client(client) as sender:
        await drive_async(Work(answering, resizer.rules), sender, budget, token)
    _log(answering)
    return answering.finish()


# Imported only here: a program that only confirms uploads does not load what resizers need.
def _require_event_resizer(resizer: object) -> None:
    from .resize import EventResizer

    _require("resizer", resizer, EventResizer)


def _require_answering_resizer(resizer: object) -> None:
    from .answers import EdgeResizer, GatewayResizer

    if not isinstance(resizer, EdgeResizer | GatewayResizer):
        raise TypeError(f"resizer must be an EdgeResizer or a GatewayResizer, not {type(resizer).__name__}")


def _log(answering: Answering) -> None:
    if (error := answering.error) is not None:
        level = logging.ERROR if error.http_status >= 500 else logging.INFO
        logging.getLogger("presize").log(level, "answered with %s: %s", error.code, error)
