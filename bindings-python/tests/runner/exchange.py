"""Exchanges: a state machine is driven with the answers that a case has recorded, and every request that it makes is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import presize
from presize import PresizeError, StoreRequest
from presize.exchange import StoreExchange

from .inputs import Json, data, outcome


def drive(exchange: StoreExchange[Any], given: Mapping[str, Any], show: Callable[[], Json]) -> tuple[list[Json], Any]:
    """Drives an exchange with the ``answers`` of a case. Returns its requests, and its end: the error, if there is one, and what
    ``show`` gives otherwise."""
    now = given["now"]
    assert "X-Amz" not in repr(exchange)
    odd = {"etag": '"0"', "content-length": "1", "content-type": "image/jpeg"}
    exchange.answer(200, odd, b"-")  # to nothing
    requests, answers = list[Json](), iter(given.get("answers", []))
    end: Any = None
    while end is None:
        answer = next(answers, None)
        clock = now if answer is None else answer.get("clock", now)
        try:
            request = exchange.next_request(clock)
        except PresizeError as error:
            end = (error, None)
            break
        if request is None:
            break
        requests.append(_show_request(request))
        assert exchange.next_request(clock) == request
        if answer is None:
            break  # one request too many
        if "fail" in answer:
            exchange.fail(answer["fail"])
        else:
            exchange.answer(answer["status"], _pairs(answer["headers"]), _body(answer.get("body", "")))
    assert next(answers, None) is None, "answers that nobody asked for"
    return requests, end or _end(show)


def _end(show: Callable[[], Json]) -> Any:
    """The same however often it is asked for."""
    first, second = outcome(show), outcome(show)
    assert first == second
    try:
        return None, show()
    except PresizeError as error:
        assert "X-Amz" not in str(error)
        return error, None


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
        "version_id": query.get("versionId", [None])[0],
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
