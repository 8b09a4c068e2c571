"""A store with one upload in it, which fails as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fastapi_app import png_of
from presize import Bucket, Credentials, Presigner, UploadPolicy, Uploads

KEY = "uploads/user-7/1700000000000-0123456789abcdef.png"
PHOTO = png_of(40, 30)
ETAG = '"0123456789abcdef0123456789abcdef"'
# What is asked of a store that does not promise to read conditions.
STEPS = ["HEAD", "HEAD", "GET", "HEAD", "PUT", "HEAD", "DELETE"]

# The same picture without its end, as the store answers it.
_CUT = PHOTO[:-20]

Answer = tuple[int, dict[str, str], bytes]
Failure = Callable[[BaseHTTPRequestHandler], None]


BAD: Answer = (200, {"etag": ETAG, "content-type": "image/png"}, _CUT + bytes(20))


class FakeStore:
    """A store with one upload in it, which fails as a test says: ``failures`` by the number of the request."""

    def __init__(self) -> None:
        self.failures: dict[int, Answer | Failure] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        # The headers of the last request for each key, and the metadata of what was written there.
        self.sent: dict[str, dict[str, str]] = {}
        self.written: dict[str, dict[str, str]] = {}
        self.photo = PHOTO
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def answer(self) -> None:
                path = self.path.split("?")[0].removeprefix("/photos/")
                fake.sent[path] = {name.lower(): value for name, value in self.headers.items()}
                fake.requests.append((self.command, path, fake.sent[path]))
                self.rfile.read(int(self.headers.get("content-length", "0")))
                failure = fake.failures.get(len(fake.requests) - 1)
                if callable(failure):
                    failure(self)
                    return
                status, headers, body = fake.good(self.command, path) if failure is None else failure
                self.send_response_only(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET = do_PUT = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        host, port = self.server.server_address[:2]
        self.endpoint = f"http://{host!s}:{port}"
        bucket = Bucket.custom(self.endpoint, "us-east-1", "photos", "path")
        self.uploads = Uploads(Presigner(bucket, Credentials("AKIDEXAMPLE", "secret")), UploadPolicy(formats=["png"]))

    def good(self, method: str, path: str) -> Answer:
        headers = {"etag": ETAG, "content-type": "image/png"}
        if method == "PUT":
            sent = self.sent[path]
            self.written[path] = {name: value for name, value in sent.items() if name.startswith("x-amz-meta-")}
            return 200, {"etag": ETAG}, b""
        if method == "DELETE":
            return 204, {}, b""
        if not path.startswith("incoming/"):
            if path not in self.written:
                return 404, {}, b""
            headers |= self.written[path]
        return 200, {**headers, "content-length": str(len(self.photo))}, self.photo

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.requests]


@pytest.fixture
def fake() -> Iterator[FakeStore]:
    fake = FakeStore()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()
    fake.thread.join()
