"""Events of stores: what a Lambda function, a queue or a webhook is handed becomes the objects that were created.

They come as notifications of S3, MinIO or R2 or as events of EventBridge, by themselves, in messages of SQS, in a message of SNS,
or both. Events come at least once and in any order, and most of what is in them is for somebody else: nothing of that is an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import _native
from .options import EventSource, IgnoredReason

__all__ = ["CreatedObject", "IgnoredEvent", "StoreEvents", "parse_store_events", "sqs_batch_response"]


@dataclass(frozen=True, slots=True)
class CreatedObject:
    """An object that was created. One that no event tells of can be made of its bucket and its key."""

    bucket: str
    """The bucket."""
    key: str
    """The key, decoded."""
    size_bytes: int | None = None
    """The size, in bytes."""
    entity_tag: str | None = None
    """The entity tag, without quotes."""
    version_id: str | None = None
    """The version, in a bucket that has versions: it is the one to be read."""
    sequencer: str | None = None
    """Orders the events of a key."""
    event_name: str = ""
    """What created it: ``"ObjectCreated:Put"``, ``"PutObject"``."""
    event_time: str | None = None
    """When, as the store writes it (RFC 3339)."""
    region: str | None = None
    """The region of the bucket."""
    message_id: str | None = None
    """The message of SQS that the event came in, for :func:`sqs_batch_response`."""
    source: EventSource = "s3"
    """Which service wrote the event."""


@dataclass(frozen=True, slots=True)
class IgnoredEvent:
    """An event that nothing follows from. It is to be acknowledged like one that was worked off."""

    reason: IgnoredReason
    """Why:

    - ``"test_event"``: the store tells that its notifications are switched on.
    - ``"subscription"``: SNS asks for its subscription to be confirmed, or tells that it has ended.
    - ``"not_created"``: no object was created: one was deleted, restored, tagged or copied elsewhere.
    - ``"key_invalid"``: the key cannot be decoded, or is one that is not signed.
    - ``"duplicate"``: the same event came twice.
    - ``"superseded"``: a later event tells of the same key.
    - ``"unknown_event"``: a message of another service, or of a form that is not known.
    """
    event_name: str | None
    """What the event tells of, where it says so."""
    bucket: str | None
    """The bucket, where it is known."""
    key: str | None
    """The key, where it is known: decoded, or as it stands in the event where that is not possible."""
    message_id: str | None
    """The message of SQS that the event came in."""


@dataclass(frozen=True, slots=True)
class StoreEvents:
    """What an event says: every record of it is in one of the two."""

    objects: tuple[CreatedObject, ...]
    """The objects that were created, in the order of their records."""
    ignored: tuple[IgnoredEvent, ...]
    """What nothing follows from."""


def parse_store_events(event: str | bytes | bytearray | Mapping[str, Any]) -> StoreEvents:
    """Reads an event of a store: its JSON, or the dictionary that Lambda has made of it. Keys are decoded once, by the rule of the
    service; events that came twice are left out.

    >>> from presize import parse_store_events
    >>> events = parse_store_events({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
    ...     "s3": {"bucket": {"name": "photos"}, "object": {"key": "my+cat%2B1.jpg", "size": 48211}}}]})
    >>> events.objects[0].bucket, events.objects[0].key
    ('photos', 'my cat+1.jpg')

    Errors: ``event_malformed`` for what is no JSON, is larger than 8 MiB, or is no event at all; ``option_invalid`` for an
    argument of another type.
    """
    if isinstance(event, Mapping):
        objects, ignored = _native.parse_store_events_in_dict(event if type(event) is dict else dict(event))
    else:
        objects, ignored = _native.parse_store_events(event)
    return StoreEvents(tuple(CreatedObject(*each) for each in objects), tuple(IgnoredEvent(*each) for each in ignored))


def sqs_batch_response(failed_message_ids: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """What a Lambda function answers to a batch of SQS messages of which some are to come again: those that may pass later, for
    example because the store was not reachable. An image that is damaged never will.

    >>> from presize import sqs_batch_response
    >>> sqs_batch_response(["059f36b4-87a3-44ab-83d2-661975830a7d"])
    {'batchItemFailures': [{'itemIdentifier': '059f36b4-87a3-44ab-83d2-661975830a7d'}]}

    Error: ``option_invalid`` for an id that is empty, with which the whole batch would come again.
    """
    answer: dict[str, list[dict[str, str]]] = json.loads(_native.sqs_batch_response(failed_message_ids))
    return answer
