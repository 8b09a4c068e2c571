"""A tiny CloudFront: a viewer-request function, a cache, an S3 origin, and a Lambda@Edge function on origin responses.

What the documentation says that CloudFront refuses of a function is a 502 here too.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import httpx
from http_front import FrontRequest, FrontResponse, front
from lambda_events import LambdaContext, origin_response

from presize import Presigner

Handler = Callable[[Any, Any], Any]

MAX_GENERATED_BYTES = 1_048_576
"""The largest response that an origin-response trigger may generate, headers and base64 included."""

# Those that a function may neither add nor change nor remove in an origin response, and those that it may never set.
_READ_ONLY = ("transfer-encoding", "via")
_DISALLOWED = re.compile(
    r"connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade|x-accel-.*"
    r"|x-amz-cf-.*|x-cache|x-forwarded-proto|x-real-ip"
)


@dataclass
class TinyCloudFront:
    """``normalise`` is the viewer-request function: it returns the query for the path, the query and the ``Accept`` header."""

    origin: Presigner
    function: Handler
    normalise: Callable[[str, str, str | None], str]
    # Headers that the origin adds.
    added: list[tuple[str, str]] = field(default_factory=list)
    # The events that the function got, the reasons of 502, and the clock of the cache.
    events: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0
    url: str = ""
    _cache: dict[tuple[str, str], tuple[float, FrontResponse]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: FrontRequest) -> FrontResponse:
        query = self.normalise(request.path, request.query, request.headers.get("accept"))
        key = request.path, query
        with self._lock:
            end, cached = self._cache.get(key, (0.0, None))
        if cached is not None and self.seconds < end:
            return self._seen(cached, "Hit from cloudfront")
        response = self._ask(request.method, request.path, query)
        lifetime = _max_age(response.header("cache-control"))
        if lifetime > 0 and request.method == "GET":
            with self._lock:
                self._cache[key] = self.seconds + lifetime, response
        return self._seen(response, "Miss from cloudfront")

    def _seen(self, response: FrontResponse, cache: str) -> FrontResponse:
        return FrontResponse(response.status, [*response.headers, ("x-cache", cache)], response.body)

    def _ask(self, method: str, path: str, query: str) -> FrontResponse:
        """Asks the origin, and then the function."""
        sign = self.origin.head if method == "HEAD" else self.origin.get
        answered = httpx.request(method, sign(unquote(path[1:])).url, trust_env=False)
        kept = [(name, value) for name, value in answered.headers.items() if name not in ("date", "connection")]
        received = [*kept, ("server", "AmazonS3"), *self.added]
        description = HTTPStatus(answered.status_code).phrase
        domain = f"{self.origin.bucket.name}.s3.us-east-1.amazonaws.com"
        event = origin_response(method, path, query, [], domain, answered.status_code, description, received)
        self.events.append(event)
        # As over a wire: the function cannot change what CloudFront has.
        returned = json.loads(json.dumps(self.function(json.loads(json.dumps(event)), LambdaContext(30))))
        reason = _mistake(event["Records"][0]["cf"]["response"], returned)
        if reason is not None:
            self.refused.append(reason)
            return FrontResponse(502, [("cache-control", "no-store")], reason.encode())
        headers = [(name, each["value"]) for name, values in returned["headers"].items() for each in values]
        if "body" not in returned:
            return FrontResponse(int(returned["status"]), headers, answered.content)
        body = returned["body"].encode()
        if returned.get("bodyEncoding") == "base64":
            body = base64.b64decode(body, validate=True)
        generated = [(name, value) for name, value in headers if name != "content-length"]
        return FrontResponse(int(returned["status"]), generated, body)


@contextmanager
def tiny_cloudfront(
    origin: Presigner, function: Handler, normalise: Callable[[str, str, str | None], str]
) -> Iterator[TinyCloudFront]:
    """Serves a distribution on loopback."""
    distribution = TinyCloudFront(origin, function, normalise)
    with front(distribution.answer) as url:
        distribution.url = url
        yield distribution
    assert distribution.refused == []


def _max_age(cache_control: str | None) -> int:
    if cache_control is None or "no-store" in cache_control:
        return 0
    found = re.search(r"max-age=(\d+)", cache_control)
    return int(found[1]) if found else 0


def _mistake(before: Any, returned: Any) -> str | None:
    """Why CloudFront would answer 502 with what a function returned."""
    if not isinstance(returned, dict) or not {*returned} <= {
        "body",
        "bodyEncoding",
        "headers",
        "status",
        "statusDescription",
    }:
        return f"a response has other fields: {returned!r:.200}"
    if not (isinstance(returned["status"], str) and re.fullmatch("[2-5][0-9][0-9]", returned["status"])):
        return f"the status is no string of three digits: {returned['status']!r}"
    headers = returned["headers"]
    for name, values in headers.items():
        if name != name.lower() or not isinstance(values, list) or not values:
            return f"the header {name} has no lower-case name with a list"
        for each in values:
            if not isinstance(each["value"], str) or each.get("key", name).lower() != name:
                return f"a value of the header {name} is {each!r}"
        if _DISALLOWED.fullmatch(name):
            return f"the header {name} is not allowed"
    for name in _READ_ONLY:
        if headers.get(name) != before["headers"].get(name):
            return f"the header {name} is read-only"
    if "body" not in returned:
        return None
    if returned.get("bodyEncoding", "text") not in ("text", "base64"):
        return "the encoding of the body is unknown"
    size = len(json.dumps(returned))
    return None if size <= MAX_GENERATED_BYTES else f"the response has {size} bytes"
