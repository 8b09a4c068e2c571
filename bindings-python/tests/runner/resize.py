"""The call of ``resize.json``: every request that the resizing of an object makes, and how it ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from presize import CreatedObject, EventResizer, PresizeError, Resizing

from .exchange import drive
from .inputs import Call, Json, options, rules
from .signing import read_presigner


def _resize(given: Mapping[str, Any]) -> Json:
    requests, (error, resized) = _run(given)
    if error is not None:
        raise error
    return {"resized": resized, "requests": requests}


def beside_error(given: Mapping[str, Any]) -> Json:
    """What there is to compare beside an error: the requests that led to it, and whether the event should come again."""
    try:
        requests, (error, _) = _run(given)
    except PresizeError as refused:
        requests, error = [], refused
    return {"requests": requests, "is_worth_retry": error.is_worth_retry}


def _run(given: Mapping[str, Any]) -> tuple[list[Json], Any]:
    source, destination = read_presigner(given["source"]), read_presigner(given["destination"])
    policy = options(given["policy"])
    resizer = EventResizer(source=source, destination=destination, rules=rules(given), **policy)
    assert {name: resizer.policy[name] for name in policy} == {name: _plain(value) for name, value in policy.items()}
    resizing = resizer.resize(CreatedObject(**given["object"]))
    return drive(resizing, given, lambda: _show(resizing))


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _show(resizing: Resizing) -> Json:
    resized = dataclasses.asdict(resizing.finish())
    return {**resized, "outputs": list(resized["outputs"])}


CALLS: dict[str, Call] = {"resize_object": _resize}
