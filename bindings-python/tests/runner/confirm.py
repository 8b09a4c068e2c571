"""The call of ``confirm.json``: every request that a confirmation makes, and how it ends."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import presize
from presize import Confirmation, PresizeError, StoreRequest, UploadEvent

from .inputs import Call, Json, data, options, outcome
from .uploads import read_uploads


def _confirm(given: Mapping[str, Any]) -> Json:
    requests, event, end = _run(given)
    kind, ended = end[0], end[-1]
    if isinstance(kind, PresizeError):
        raise kind
    return {"confirmed": ended, "requests": requests, "event": event}


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
    assert "X-Amz" not in repr(confirmation)
    confirmation.answer(200, {"etag": '"0"', "content-length": "1", "content-type": "image/jpeg"}, b"-")  # to nothing
    requests, answers = [], iter(given["answers"])
    end: Any = None
    while end is None:
        answer = next(answers, None)
        clock = now if answer is None else answer.get("clock", now)
        try:
            request = confirmation.next_request(clock)
        except PresizeError as error:
            end = (error, None)
            break
        if request is None:
            break
        requests.append(_show_request(request))
        assert confirmation.next_request(clock) == request
        if answer is None:
            break  # one request too many
        if "fail" in answer:
            confirmation.fail(answer["fail"])
        else:
            confirmation.answer(answer["status"], _pairs(answer["headers"]), _body(answer.get("body", "")))
    assert next(answers, None) is None, "answers that nobody asked for"
    event = confirmation.event(now).to_dict()
    return requests, event, end or _end(confirmation)


def _end(confirmation: Confirmation) -> Any:
    """The same however often it is asked for."""
    first, second = outcome(lambda: _show(confirmation)), outcome(lambda: _show(confirmation))
    assert first == second
    try:
        return None, _show(confirmation)
    except PresizeError as error:
        assert "X-Amz" not in str(error)
        return error, None


def _show(confirmation: Confirmation) -> Json:
    confirmed = dataclasses.asdict(confirmation.finish())
    return {**confirmed, "variants": list(confirmed["variants"])}


def _pairs(headers: Mapping[str, Any]) -> list[tuple[str, str]]:
    many = [(name, value if isinstance(value, list) else [value]) for name, value in headers.items()]
    return [(name, value) for name, values in many for value in values]


def _body(given: Json) -> bytes:
    if isinstance(given, str):
        return given.encode()
    if "parts" in given:
        return b"".join(map(_body, given["parts"]))
    return data(given)[given.get("from") : given.get("to")]


def _show_request(request: StoreRequest) -> Json:
    assert "X-Amz" not in repr(request), "a presigned URL is a secret"
    url = urlsplit(request.url)
    query = parse_qs(url.query)
    signed = query["X-Amz-SignedHeaders"][0]
    assert {*request.headers} - {"range"} == {*signed.split(";")} - {"host"}
    return {
        "method": request.method,
        "host": url.netloc,
        "path": url.path,
        "signed": signed,
        "expires": query["X-Amz-Expires"][0],
        "headers": request.headers,
        "max_body_bytes": request.max_body_bytes,
        "body": _show_body(request),
    }


def _show_body(request: StoreRequest) -> Json:
    """What is written, by what a reader sees: its bytes are the encoder's."""
    if not request.body:
        return None
    assert request.headers["content-length"] == str(len(request.body))
    info = presize.inspect(request.body)
    marker = request.headers.get("x-amz-meta-presize-confirmed")
    if marker is None:
        assert not info.has_exif and not info.has_icc_profile
    else:
        assert marker.startswith(f"1.whole.{len(request.body)}.{hashlib.sha256(request.body).hexdigest()}.")
    return {"format": info.format, "width": info.width, "height": info.height}


CALLS: dict[str, Call] = {"confirm": _confirm}
