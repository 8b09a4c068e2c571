"""Requests by hand: what a client may do to a server is more than an HTTP client lets it do."""

from __future__ import annotations

import socket

BOUNDARY = "c2f1b6d0"
"""Of all forms."""


class Connection:
    """One connection from an address of loopback, and from any where the system has only one."""

    def __init__(self, port: int, address: str, timeout: float) -> None:
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout, source_address=(address, 0))
        except OSError:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._socket.sendall(piece)

    def answer(self) -> tuple[int, bytes]:
        """The status and the body of one answer; 0 where the connection ended before it."""
        received = b""
        while b"\r\n\r\n" not in received:
            if not (piece := self._socket.recv(65_536)):
                return 0, b""
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        status = int(head.split(None, 2)[1])
        length = None
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        pieces, missing = [body], None if length is None else length - len(body)
        while missing is None or missing > 0:
            if not (piece := self._socket.recv(1 << 20)):
                break
            pieces.append(piece)
            missing = None if missing is None else missing - len(piece)
        return status, b"".join(pieces)


def head(method: str, path: str, length: int, content_type: str = "application/json", user: str = "") -> bytes:
    """The head of a request with a body of this length."""
    who = f"x-user: {user}\r\n" if user else ""
    return (
        f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n{who}content-type: {content_type}\r\ncontent-length: {length}\r\n"
        "connection: close\r\n\r\n"
    ).encode()


def request(method: str, path: str, body: bytes, content_type: str = "application/json", user: str = "") -> bytes:
    return head(method, path, len(body), content_type, user) + body


def form(path: str, file: bytes, media_type: str) -> bytes:
    """A form with one file, as a browser sends it."""
    body = (
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\ncontent-type: {media_type}\r\n\r\n'
    ).encode() + file
    body += f"\r\n--{BOUNDARY}--\r\n".encode()
    return request("POST", path, body, f"multipart/form-data; boundary={BOUNDARY}")
