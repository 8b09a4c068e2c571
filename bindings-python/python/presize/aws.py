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
from typing import TYPE_CHECKING, Any, TypeAlias

from ._client import new_client, require_httpx
from .errors import PresizeError
from .store import answer_event, resize_object
from .store_events import parse_store_events, sqs_batch_response

if TYPE_CHECKING:
    import httpx

    from .answers import EdgeResizer, GatewayResizer
    from .resize import EventResizer
    from .store_events import CreatedObject

__all__ = ["edge_handler", "gateway_handler", "s3_handler"]

Handler: TypeAlias = Callable[..., dict[str, Any]]
"""A handler of Lambda: it takes the event and the context, and returns the answer."""

_MARGIN_SECONDS = 1.0
"""The time in which a handler gives its answer after a request that was given up."""

_LOG = logging.getLogger("presize")


def s3_handler(resizer: EventResizer) -> Handler:
    """A handler for events of a store: notifications of S3, by themselves or through SQS, SNS or EventBridge; all that
    :func:`presize.parse_store_events` reads. Objects are resized one after the other.

    The answer is that to a batch of SQS: it names the messages that are to come again, which takes ``ReportBatchItemFailures``
    in the function's trigger. A damaged image is not among them: it is logged, and its message is done with. Where there is no
    message to name, the first error that is worth a retry is raised after the last object, so that the service tries again.

    Errors: ``event_malformed``; those of :func:`presize.store.resize_object` that are worth a retry. ``ImportError`` without
    httpx.
    """
    require_httpx("presize.aws.s3_handler")

    def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
        events = parse_store_events(event)
        for ignored in events.ignored:
            _LOG.info("passed over an event of %s: %s", ignored.key, ignored.reason)
        failed: dict[str, None] = {}
        lost: list[PresizeError] = []
        for created in events.objects:
            error = _resize(resizer, created, context)
            if error is not None and error.is_worth_retry:
                if created.message_id is None:
                    lost.append(error)
                else:
                    failed[created.message_id] = None
        if lost:
            raise lost[0]
        return {**sqs_batch_response(list(failed))}

    return handler


def _resize(resizer: EventResizer, created: CreatedObject, context: object) -> PresizeError | None:
    """Resizes one object, and logs how it ended."""
    try:
        resized = resize_object(resizer, created, client=_client(), timeout=_seconds_left(context))
    except PresizeError as error:
        level = logging.ERROR if error.is_worth_retry else logging.WARNING
        _LOG.log(level, "could not resize %s: %s: %s", created.key, error.code, error)
        return error
    if resized.skipped is not None:
        _LOG.info("skipped %s: %s", created.key, resized.skipped)
    return None


def edge_handler(resizer: EdgeResizer) -> Handler:
    """A handler for the origin responses of CloudFront (Lambda@Edge). Every error is an answer.

    Errors: ``event_malformed``, for an event that is none of CloudFront. ``ImportError`` without httpx.
    """
    require_httpx("presize.aws.edge_handler")
    return _answering(resizer)


def gateway_handler(resizer: GatewayResizer) -> Handler:
    """A handler for requests that come through API Gateway, a function URL or a load balancer. Every error is an answer.

    Errors: ``event_malformed``, for an event that is none of these. ``ImportError`` without httpx.
    """
    require_httpx("presize.aws.gateway_handler")
    return _answering(resizer)


def _answering(resizer: EdgeResizer | GatewayResizer) -> Handler:
    def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
        return answer_event(resizer, event, client=_client(), timeout=_seconds_left(context))

    return handler


def _seconds_left(context: object) -> float:
    """The time that a request to the store may take."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    if remaining is None:
        return 25.0
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
