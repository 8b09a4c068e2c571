"""The calls of ``events.json``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import presize
from presize import StoreEvents

from .inputs import Call, Json, outcome


def _parse(given: Mapping[str, Any]) -> Json:
    text = given["event"]
    expected = outcome(lambda: _show(presize.parse_store_events(text)))
    assert outcome(lambda: _show(presize.parse_store_events(text.encode()))) == expected
    event = _parsed(text)
    if isinstance(event, dict):
        # As Lambda hands it over.
        assert outcome(lambda: _show(presize.parse_store_events(event))) == expected
    return _show(presize.parse_store_events(text))


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _show(events: StoreEvents) -> Json:
    return {
        "objects": [dataclasses.asdict(each) for each in events.objects],
        "ignored": [dataclasses.asdict(each) for each in events.ignored],
    }


def _batch(given: Mapping[str, Any]) -> Json:
    answer = presize.sqs_batch_response(given["failed_message_ids"])
    return {"text": json.dumps(answer, separators=(",", ":"), ensure_ascii=False)}


CALLS: dict[str, Call] = {"parse_store_events": _parse, "sqs_batch_response": _batch}
