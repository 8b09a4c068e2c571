"""The call of ``confirm.json``: every request that a confirmation makes, and how it ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from presize import Confirmation, PresizeError, UploadEvent

from .exchange import drive
from .inputs import Call, Json, options
from .uploads import read_uploads


def _confirm(given: Mapping[str, Any]) -> Json:
    requests, event, (error, confirmed) = _run(given)
    if error is not None:
        raise error
    return {"confirmed": confirmed, "requests": requests, "event": event}


def beside_error(given: Mapping[str, Any]) -> Json:
    """What there is to compare beside an error: the requests that led to it, and the event."""
    try:
        requests, event, _ = _run(given)
    except PresizeError:
        # The policy is refused: there are no uploads yet, and nothing to tell of.
        return {}
    return {"requests": requests, "event": event}


def _run(given: Mapping[str, Any]) -> tuple[list[Json], Json, Any]:
    uploads, now, events = read_uploads(given), given["now"], list[UploadEvent]()
    try:
        confirmation = uploads._confirm(options(given["request"]), now, None, events.append)
    except PresizeError as error:
        (refused,) = events
        return [], refused.to_dict(), (error, None)
    requests, end = drive(confirmation, given, lambda: _show(confirmation))
    return requests, confirmation.event(now).to_dict(), end


def _show(confirmation: Confirmation) -> Json:
    confirmed = dataclasses.asdict(confirmation.finish())
    return {**confirmed, "variants": list(confirmed["variants"])}


CALLS: dict[str, Call] = {"confirm": _confirm}
