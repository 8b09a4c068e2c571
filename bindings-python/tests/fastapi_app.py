"""A real application on a real server, for the tests of ``presize.fastapi``."""

import asyncio
import contextlib
import json
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import uvicorn
from fastapi import Header
from starlette.types import ASGIApp


def user_id(x_user: Annotated[str | None, Header()] = None) -> str | None:
    """Who is signed in: the application's own business, here a header in JSON so that it can say every text."""
    return None if x_user is None else str(json.loads(x_user))


def signed_in(user: str | None) -> dict[str, str]:
    return {} if user is None else {"x-user": json.dumps(user)}


@dataclass
class Served:
    """An application that is being served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=60)


@dataclass
class Answer:
    """An answer read from a socket, with nothing that comes after it."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def read_answer(connection: socket.socket) -> Answer:
    """Reads one answer whose length is announced, whatever is still to be sent."""
    with connection.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Answer(status, headers, stream.read(int(headers["content-length"])))


def head(path: str, length: int | None, content_type: str = "application/json") -> bytes:
    """The head of a POST request, by hand; without a length, for a chunked body."""
    framing = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    return f"POST {path} HTTP/1.1\r\nhost: x\r\n{framing}\r\ncontent-type: {content_type}\r\n\r\n".encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def refused(answer: Answer | httpx.Response) -> tuple[int, str]:
    """Status and code of an answer that is an error of presize."""
    status = answer.status_code if isinstance(answer, httpx.Response) else answer.status
    return status, answer.json()["error"]["code"]


@contextlib.contextmanager
def serve(app: ASGIApp, root_path: str = "") -> Iterator[Served]:
    """Serves an application on a free port of loopback, in a thread of its own."""
    # Without the protocol, asyncio would not switch Nagle's algorithm off, and each answer would take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", http="h11", loop="asyncio", ws="none", root_path=root_path
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    listener.listen(64)
    thread.start()
    try:
        yield Served(*listener.getsockname())
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


@contextlib.contextmanager
def client_of(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of an application that is being served."""
    with serve(app) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


def png_block(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int) -> bytes:
    """A PNG of noise that takes long to decode and little to send, written by hand."""
    rows = zlib.compressobj(1)
    row = b"\1" + bytes(index * index % 251 for index in range(3 * width))
    data = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_block(b"IHDR", header) + png_block(b"IDAT", data) + png_block(b"IEND", b"")
