"""What asks a function over HTTP: a gateway that makes events of requests, and S3's website hosting before it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import httpx
from http_front import FrontRequest, FrontResponse, front
from lambda_events import GATEWAYS, LambdaContext

from presize import Presigner

Handler = Callable[[Any, Any], Any]

MAX_ANSWER_BYTES = 6 * 1024 * 1024
"""The largest answer of a Lambda function, in bytes of its JSON."""


@dataclass
class LambdaFront:
    """A gateway before a function: an event is made of each request, and an HTTP answer of what the function returns."""

    kind: str
    function: Handler
    url: str = ""
    events: list[Any] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: FrontRequest) -> FrontResponse:
        event = GATEWAYS[self.kind](request.method, request.path, request.query, request.headers)
        with self._lock:
            self.events.append(event)
        text = json.dumps(self.function(json.loads(json.dumps(event)), LambdaContext(29)))
        if len(text) > MAX_ANSWER_BYTES:
            return FrontResponse(502, body=b"the function answered with more than 6 MB")
        returned = json.loads(text)
        assert isinstance(returned["statusCode"], int)
        if self.kind.startswith("load balancer"):
            assert isinstance(returned["isBase64Encoded"], bool)
        headers = [(name, value) for name, value in returned.get("headers", {}).items()]
        headers += [(name, value) for name, values in returned.get("multiValueHeaders", {}).items() for value in values]
        body = (returned.get("body") or "").encode()
        if returned.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True)
        return FrontResponse(returned["statusCode"], headers, body)


@contextmanager
def lambda_front(kind: str, function: Handler) -> Iterator[LambdaFront]:
    """Serves a function on loopback, behind a gateway of :data:`GATEWAYS`."""
    gateway = LambdaFront(kind, function)
    with front(gateway.answer) as url:
        gateway.url = url
        yield gateway


@contextmanager
def website(bucket: Presigner, redirect_to: Callable[[], str]) -> Iterator[str]:
    """S3's website hosting of a bucket with one routing rule: what is missing is a 307 to ``redirect_to()`` with the key added."""

    def answer(request: FrontRequest) -> FrontResponse:
        key = unquote(request.path[1:])
        sign = bucket.head if request.method == "HEAD" else bucket.get
        found = httpx.request(request.method, sign(key).url, trust_env=False)
        if found.status_code == 404:
            return FrontResponse(307, [("location", redirect_to() + quote(key, safe="/"))])
        kept = ("content-type", "cache-control", "content-length", "etag")
        headers = [(name, value) for name, value in found.headers.items() if name in kept]
        return FrontResponse(found.status_code, headers, found.content)

    with front(answer) as url:
        yield url
