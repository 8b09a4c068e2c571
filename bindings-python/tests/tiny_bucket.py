"""A tiny bucket in memory, which honours ``If-None-Match: *`` exactly, and a gate before a real one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

import httpx
from http_front import FrontRequest, FrontResponse, front

from presize import Bucket, Credentials, Presigner


@dataclass
class TinyBucket:
    """Objects by key: their headers and their bytes. ``statuses`` are the methods with the statuses that they were answered with."""

    objects: dict[str, tuple[dict[str, str], bytes]] = field(default_factory=dict)
    statuses: list[tuple[str, int]] = field(default_factory=list)
    # Called before a request is looked at.
    hold: Callable[[FrontRequest], object] = lambda _: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: FrontRequest) -> FrontResponse:
        self.hold(request)
        with self._lock:
            response = self._answer(request, unquote(request.path).removeprefix("/photos/"))
            self.statuses.append((request.method, response.status))
        return response

    def _answer(self, request: FrontRequest, key: str) -> FrontResponse:
        found = self.objects.get(key)
        if request.method == "PUT":
            if found is not None and request.headers.get("if-none-match") == "*":
                return FrontResponse(412)
            etag = f'"{hashlib.md5(request.body, usedforsecurity=False).hexdigest()}"'
            kept = {
                name: value
                for name, value in request.headers.items()
                if name.startswith(("x-amz-meta-", "content-type", "cache-control"))
            }
            self.objects[key] = {**kept, "etag": etag}, request.body
            return FrontResponse(200, [("etag", etag)])
        if found is None:
            return FrontResponse(404, body=b"<Error><Code>NoSuchKey</Code></Error>")
        headers = {**found[0], "content-length": str(len(found[1]))}
        return FrontResponse(200, list(headers.items()), found[1])


@contextmanager
def tiny_bucket() -> Iterator[tuple[TinyBucket, Presigner]]:
    """Serves a bucket on loopback, with a presigner for it."""
    bucket = TinyBucket()
    with front(bucket.answer) as url:
        yield bucket, _presigner(url)


@contextmanager
def gate(endpoint: str, refuse: Callable[[FrontRequest], int | None]) -> Iterator[str]:
    """An address before a real store: a request is answered with the status that ``refuse`` returns, or passed on."""
    with httpx.Client(trust_env=False, timeout=60) as client:

        def answer(request: FrontRequest) -> FrontResponse:
            if (status := refuse(request)) is not None:
                return FrontResponse(status, body=b"<Error><Code>SlowDown</Code></Error>")
            url = f"{endpoint}{request.path}?{request.query}"
            passed = client.request(request.method, url, headers=request.headers, content=request.body or None)
            headers = [(name, value) for name, value in passed.headers.items() if name not in ("connection", "date")]
            return FrontResponse(passed.status_code, headers, passed.content)

        with front(answer) as url:
            yield url


def _presigner(url: str) -> Presigner:
    return Presigner(Bucket.custom(url, "us-east-1", "photos", "path"), Credentials("AKIDEXAMPLE", "secret"))
