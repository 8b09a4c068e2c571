"""Handlers for AWS Lambda: ``pip install "presize[httpx]"``.

A function that makes smaller images of each one that is uploaded::

    from presize import EventResizer, Presigner
    from presize.aws import s3_handler

    resizer = EventResizer(source=..., destination=..., widths=[80, 500], key="{width}/{key}.jpg")
    handler = s3_handler(resizer)

Handlers keep one HTTP client per process, whose connections the next call of the function uses again. They leave a margin of the
time that Lambda gives them, so that a store that does not answer is an answer and not a timeout. What goes wrong is logged under
``presize``: refusals (4xx) as ``INFO`` or ``WARNING``, failures (5xx) as ``ERROR``.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ._client import new_client, require_client, require_httpx
from ._drive import RetryBudget
from .answers import EdgeResizer, GatewayResizer
from .errors import PresizeError
from .presign import _require
from .resize import EventResizer, Resized
from .store import _answered, _log, resize_object
from .store_events import CreatedObject, parse_store_events, sqs_batch_response
from .uploads import _require_listener

if TYPE_CHECKING:
    import httpx

__all__ = ["edge_handler", "gateway_handler", "s3_handler"]

Handler: TypeAlias = Callable[..., dict[str, Any]]
"""A handler of Lambda: it takes the event and the context, and returns the answer."""

_MARGIN_SECONDS = 1.0
"""The time in which a handler gives its answer after a request that was given up."""

_LOG = logging.getLogger("presize")


def s3_handler(
    resizer: EventResizer,
    *,
    client: httpx.Client | None = None,
    timeout: float = 30.0,
    retries: int = 3,
    on_resized: Callable[[Resized, CreatedObject], object] | None = None,
    on_error: Callable[[Exception, CreatedObject], object] | None = None,
) -> Handler:
    """A handler for events of a store: notifications of S3, by themselves or through SQS, SNS or EventBridge; all that
    :func:`presize.parse_store_events` reads. Objects are resized one after the other.

    - ``client``, ``timeout``, ``retries``: as those of :func:`presize.store.resize_object`, for each object. Default of ``client``:
      one for the process. The time that Lambda leaves bounds ``timeout``.
    - ``on_resized``: called after each object with what was stored, also for one that was skipped. What it raises is a failure that
      is worth a retry. Default: nobody.
    - ``on_error``: called with each error instead of the log. Default: the log.

    The answer is that to a batch of SQS: it names the messages that are to come again, which takes ``ReportBatchItemFailures``
    in the function's trigger. A damaged image is not among them: it is logged, and its message is done with. Where there is no
    message to name, the first error that is worth a retry is raised after the last object, so that the service tries again.

    Errors: ``event_malformed``; those of :func:`presize.store.resize_object` that are worth a retry. ``TypeError`` and
    ``ValueError`` for arguments; ``ImportError`` without httpx.
    """
    sending = _Sending.checked("s3_handler", client, timeout, retries)
    _require("resizer", resizer, EventResizer)
    for name, listener in (("on_resized", on_resized), ("on_error", on_error)):
        if listener is not None:
            _require_listener(listener, name)

    def resize(created: CreatedObject, context: object) -> Exception | None:
        try:
            resized = resize_object(resizer, created, **sending.within(context))
            if on_resized is not None:
                on_resized(resized, created)
        except Exception as error:
            tell(error, created)
            return error
        if resized.skipped is not None:
            _LOG.info("skipped %r: %s", created.key, resized.skipped)
        return None

    def tell(error: Exception, created: CreatedObject) -> None:
        if on_error is not None:
            _call(on_error, error, created)
            return
        # A key is the uploader's text: `%r` escapes line ends and characters that change the direction of text.
        if not isinstance(error, PresizeError):
            _LOG.error("could not resize %r", created.key, exc_info=error)
            return
        level = logging.ERROR if error.is_worth_retry else logging.WARNING
        _LOG.log(level, "could not resize %r: %s: %s", created.key, error.code, error)

    def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
        events = parse_store_events(event)
        for ignored in events.ignored:
            _LOG.info("passed over an event of %r: %s", ignored.key, ignored.reason)
        failed: dict[str, None] = {}
        lost: list[Exception] = []
        for created in events.objects:
            error = resize(created, context)
            if error is not None and _is_worth_retry(error):
                if created.message_id is None:
                    lost.append(error)
                else:
                    failed[created.message_id] = None
        if lost:
            raise lost[0]
        return {**sqs_batch_response(list(failed))}

    return handler


def edge_handler(
    resizer: EdgeResizer,
    *,
    client: httpx.Client | None = None,
    timeout: float = 25.0,
    retries: int = 3,
    on_error: Callable[[PresizeError], object] | None = None,
) -> Handler:
    """A handler for the origin responses and origin requests of CloudFront (Lambda@Edge). Every error is an answer.

    - ``client``, ``timeout``, ``retries``: as those of :func:`presize.store.answer_event`. Default of ``client``: one for the
      process. The time that Lambda leaves bounds ``timeout``.
    - ``on_error``: called with the error of each answer that has one, instead of the log. Default: the log.

    Errors: ``event_malformed``, for an event that is none of CloudFront. ``TypeError`` and ``ValueError`` for arguments;
    ``ImportError`` without httpx.
    """
    sending = _Sending.checked("edge_handler", client, timeout, retries)
    _require("resizer", resizer, EdgeResizer)
    return _answering(resizer, sending, on_error)


def gateway_handler(
    resizer: GatewayResizer,
    *,
    client: httpx.Client | None = None,
    timeout: float = 25.0,
    retries: int = 3,
    on_error: Callable[[PresizeError], object] | None = None,
) -> Handler:
    """A handler for requests that come through API Gateway, a function URL or a load balancer. Every error is an answer.

    ``client``, ``timeout``, ``retries`` and ``on_error`` are those of :func:`edge_handler`.

    Errors: ``event_malformed``, for an event that is none of these. ``TypeError`` and ``ValueError`` for arguments; ``ImportError``
    without httpx.
    """
    sending = _Sending.checked("gateway_handler", client, timeout, retries)
    _require("resizer", resizer, GatewayResizer)
    return _answering(resizer, sending, on_error)


def _answering(
    resizer: EdgeResizer | GatewayResizer, sending: _Sending, on_error: Callable[[PresizeError], object] | None
) -> Handler:
    if on_error is not None:
        _require_listener(on_error, "on_error")

    def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
        answering = _answered(resizer, event, **sending.within(context))
        if on_error is None:
            _log(answering)
        elif (error := answering.error) is not None:
            _call(on_error, error)
        return answering.finish()

    return handler


def _is_worth_retry(error: Exception) -> bool:
    """What the application raises may pass as well."""
    return error.is_worth_retry if isinstance(error, PresizeError) else True


def _call(on_error: Callable[..., object], *arguments: object) -> None:
    try:
        on_error(*arguments)
    except Exception:
        _LOG.exception("on_error failed")


@dataclass(frozen=True)
class _Sending:
    """How requests are sent: the client, if it is the caller's, the time and the retries."""

    client: httpx.Client | None
    timeout: float
    retries: int

    @classmethod
    def checked(cls, handler: str, client: httpx.Client | None, timeout: float, retries: int) -> _Sending:
        require_httpx(f"presize.aws.{handler}")
        if client is not None:
            require_client(client, "Client")
        RetryBudget(timeout, retries)
        return cls(client, timeout, retries)

    def within(self, context: object) -> dict[str, Any]:
        """The keywords of a call that ends before Lambda ends the function."""
        client = _client() if self.client is None else self.client
        return {"client": client, "timeout": min(self.timeout, _seconds_left(context)), "retries": self.retries}


def _seconds_left(context: object) -> float:
    """The time that requests to the store may take."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    if remaining is None:
        return float("inf")
    seconds: float = remaining() / 1000
    # Never 0, which is no timeout: a call without time left ends as one that the store has not answered.
    return max(0.001, seconds - min(_MARGIN_SECONDS, seconds / 5))


def _client() -> httpx.Client:
    """The client of this process."""
    global _shared
    with _lock:
        if _shared is None or _shared.is_closed:
            _shared = new_client("presize.aws")
            atexit.register(_shared.close)
        return _shared


def _reset_after_fork() -> None:
    """A forked child must not write to the connections of its parent."""
    global _shared, _lock
    _shared, _lock = None, threading.Lock()


_shared: httpx.Client | None = None
_lock = threading.Lock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
