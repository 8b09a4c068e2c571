"""FastAPI on a real server, with clients that leave, and with more to do than there are places."""

import asyncio
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Header, Request
from pydantic import BaseModel
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response, StreamingResponse

from fake_store import KEY, STEPS, FakeStore, fake
from fastapi_app import Served, head, read_answer, refused, serve, signed_in, user_id
from presize import (
    CancelToken,
    CheckedImage,
    PresizeError,
    _single_flight,
    aio,
    decode_data_uris,
    encode_data_uri,
    images,
)
from presize._peer import peer_name
from presize.fastapi import (
    BodyLimit,
    image_file,
    image_files,
    image_form,
    install_presize,
    json_body,
    upload_router,
)
from presize.pydantic import DataUriImages

# A fixture; pytest finds it by its name here.
__all__ = ["fake"]


class Album(BaseModel):
    photos: DataUriImages


async def named(x_client: Annotated[str | None, Header()] = None) -> None:
    if x_client is not None:
        aio.name_client(x_client)


async def pass_on(request: Request, call_next: RequestResponseEndpoint) -> Response:
    return await call_next(request)


def make_app(fake: FakeStore) -> FastAPI:
    app = FastAPI()
    install_presize(app)
    one, several, form = image_file(), image_files(), image_form({"a": None, "b": None})

    @app.post("/file", dependencies=[Depends(named)])
    async def file(photo: Annotated[CheckedImage, Depends(one)]) -> int:
        return photo.width

    @app.post("/files")
    async def files(photos: Annotated[list[CheckedImage], Depends(several)]) -> int:
        return len(photos)

    @app.post("/form")
    async def both(photos: Annotated[dict[str, CheckedImage], Depends(form)]) -> int:
        return len(photos)

    @app.post("/json")
    async def album(album: Annotated[Album, Depends(json_body(Album, max_bytes=10_000_000))]) -> int:
        return len(album.photos)

    @app.post("/whose/file")
    async def whose_file(photo: Annotated[CheckedImage, Depends(one)]) -> str:
        return aio.client_name()

    @app.post("/whose/json")
    def whose_json(album: Annotated[Album, Depends(json_body(Album, max_bytes=10_000_000))]) -> str:
        return aio.client_name()

    @app.post("/sizes")
    async def sizes(photos: Annotated[list[CheckedImage], Depends(several)]) -> int:
        calls = (aio.transform(photo.bytes, width=width) for photo in photos for width in (8, 12, 16))
        return len(await asyncio.gather(*calls))

    @app.post("/stream")
    async def stream(photo: Annotated[CheckedImage, Depends(one)]) -> StreamingResponse:
        async def pieces() -> Any:
            for number in range(3):
                await asyncio.sleep(0.01)
                yield f"{number} "

        return StreamingResponse(pieces())

    @app.get("/ping")
    async def ping() -> str:
        return "pong"

    app.include_router(upload_router(fake.uploads, current_user=user_id), prefix="/upload")
    return app


@pytest.fixture(params=["plain", "middleware"])
def served(request: pytest.FixtureRequest, fake: FakeStore) -> Iterator[Served]:
    app = make_app(fake)
    if request.param == "middleware":
        app.add_middleware(BaseHTTPMiddleware, dispatch=pass_on)
        app.add_middleware(BodyLimit, max_bytes=10_000_000)
    # A queue that knows nobody.
    aio._reset_after_fork()
    aio.configure(concurrency=1)
    with serve(app) as served:
        yield served
    aio.configure()


class Slow:
    """Checks that last until they are cancelled, or until the test lets them go."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0
        self.may_end = threading.Event()

    def wait(self, cancel_token: CancelToken) -> None:
        self.begun += 1
        while not self.may_end.wait(0.005):
            if cancel_token.is_cancelled:
                self.cancelled += 1
                raise PresizeError("cancelled", 499, "cancelled")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow()

    def wait_first(call: Callable[..., Any]) -> Callable[..., Any]:
        def waiting(*arguments: Any, **options: Any) -> Any:
            slow.wait(options["cancel_token"])
            return call(*arguments, **options)

        return waiting

    monkeypatch.setattr(images, "check", wait_first(images.check))
    monkeypatch.setattr("presize.pydantic.decode_data_uris", wait_first(decode_data_uris))
    yield slow
    slow.may_end.set()


def until(condition: Callable[[], object]) -> None:
    """Waits for what another thread does; a minute is more than it needs."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def multipart(fields: list[str], data: bytes) -> bytes:
    parts = [
        f'--b\r\ncontent-disposition: form-data; name="{field}"; filename="a"\r\n\r\n'.encode() + data + b"\r\n"
        for field in fields
    ]
    return b"".join(parts) + b"--b--\r\n"


FORM = "multipart/form-data; boundary=b"


def asked(path: str, photo: bytes) -> bytes:
    """A whole request, by hand."""
    fields = {"/file": ["file"], "/stream": ["file"], "/files": ["files", "files"], "/form": ["a", "b"]}
    if path in fields:
        body, kind = multipart(fields[path], photo), FORM
    else:
        body, kind = json.dumps({"photos": [encode_data_uri(photo, "jpeg")] * 2}).encode(), "application/json"
    return head(path, len(body), kind) + body


@pytest.fixture(scope="module")
def photo(images: Path) -> bytes:
    return (images / "orientation_6.jpg").read_bytes()


@pytest.mark.parametrize("path", ["/file", "/files", "/form", "/json"])
def test_work_ends_when_its_client_leaves(
    served: Served, slow: Slow, photo: bytes, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with served.connect() as connection:
        connection.sendall(asked(path, photo))
        until(lambda: slow.begun == 1)
    until(lambda: slow.cancelled == 1)
    assert slow.begun == 1
    # The place is free again.
    slow.may_end.set()
    with served.connect() as connection:
        connection.sendall(asked(path, photo))
        assert read_answer(connection).status == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("path", ["/file", "/json"])
def test_who_leaves_while_waiting_is_dropped(served: Served, slow: Slow, photo: bytes, path: str) -> None:
    with served.connect() as first:
        first.sendall(asked(path, photo))
        until(lambda: slow.begun == 1)
        for _ in range(3):
            with served.connect() as other:
                other.sendall(asked(path, photo))
                until(lambda: aio._queue._waiting == 1)
            until(lambda: aio._queue._waiting == 0)
        slow.may_end.set()
        assert read_answer(first).status == 200
    assert (slow.begun, slow.cancelled) == (1, 0)


def test_who_stays_gets_an_answer_and_the_next_one(served: Served, photo: bytes) -> None:
    """To watch for the end of a connection takes nothing from it."""
    with served.connect() as connection:
        for path in ("/file", "/files", "/form", "/json", "/file"):
            connection.sendall(asked(path, photo))
            assert read_answer(connection).status == 200
    with httpx.Client(base_url=served.url, timeout=60) as client:
        for _ in range(2):
            answer = client.post("/stream", files={"file": ("a.jpg", photo, "image/jpeg")})
            assert (answer.status_code, answer.text) == (200, "0 1 2 ")


def confirming(user: str = "user-7") -> bytes:
    body = json.dumps({"key": KEY}).encode()
    (name, value) = next(iter(signed_in(user).items()))
    return head("/upload/confirm", len(body)).replace(b"\r\n\r\n", f"\r\n{name}: {value}\r\n\r\n".encode()) + body


def test_a_confirmation_ends_when_all_its_clients_have_left(served: Served, fake: FakeStore) -> None:
    may_go_on = threading.Event()
    fake.failures = {1: lambda _: may_go_on.wait(60)}  # type: ignore[dict-item]
    connections = [served.connect() for _ in range(3)]
    for number, connection in enumerate(connections, 1):
        connection.sendall(confirming())
        until(lambda number=number: sum(run.callers for run in _single_flight._runs.values()) == number)  # type: ignore[misc]
    until(lambda: len(fake.requests) == 2)
    connections[0].close()
    until(lambda: sum(run.callers for run in _single_flight._runs.values()) == 2)
    connections[1].close()
    connections[2].close()
    until(lambda: not _single_flight._runs)
    may_go_on.set()
    assert fake.methods() == ["HEAD", "HEAD"]
    with served.connect() as connection:
        connection.sendall(confirming())
        assert read_answer(connection).status == 200


def test_a_confirmation_goes_on_for_those_who_stay(served: Served, fake: FakeStore) -> None:
    may_go_on = threading.Event()
    good = fake.good

    def hold(method: str, path: str) -> Any:
        may_go_on.wait(60)
        return good(method, path)

    fake.good = hold  # type: ignore[method-assign]
    with served.connect() as stays:
        with served.connect() as leaves:
            leaves.sendall(confirming())
            until(lambda: _single_flight._runs)
            stays.sendall(confirming())
            until(lambda: sum(run.callers for run in _single_flight._runs.values()) == 2)
        until(lambda: sum(run.callers for run in _single_flight._runs.values()) == 1)
        may_go_on.set()
        assert read_answer(stays).status == 200
    assert fake.methods() == STEPS


def test_a_full_server_says_when_to_try_again(
    served: Served, slow: Slow, photo: bytes, fake: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    aio.configure(concurrency=1, max_waiting=0)
    with served.connect() as first:
        first.sendall(asked("/file", photo))
        until(lambda: slow.begun == 1)
        for request in (*(asked(path, photo) for path in ("/file", "/files", "/form", "/json")), confirming()):
            with served.connect() as connection:
                connection.sendall(request)
                answer = read_answer(connection)
            assert refused(answer) == (503, "server_busy")
            seconds = answer.headers["retry-after"]
            assert answer.json()["error"]["details"] == {"retry_after_seconds": int(seconds)}
            assert 1 <= int(seconds) <= 60
        # What needs no place is answered as ever.
        assert httpx.get(f"{served.url}/ping", timeout=60).json() == "pong"
        slow.may_end.set()
        assert read_answer(first).status == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.skipif(sys.platform != "linux", reason="the whole of 127.0.0.0/8 is local")
def test_a_client_is_its_address(served: Served, slow: Slow, photo: bytes) -> None:
    aio.configure(concurrency=1, max_waiting_per_client=1)

    def connect(address: str) -> socket.socket:
        return socket.create_connection((served.host, served.port), 60, source_address=(address, 0))

    with connect("127.0.0.2") as running, connect("127.0.0.2") as waiting, connect("127.0.0.3") as stranger:
        running.sendall(asked("/file", photo))
        until(lambda: slow.begun == 1)
        waiting.sendall(asked("/file", photo))
        until(lambda: aio._queue._waiting == 1)
        with connect("127.0.0.2") as connection:
            connection.sendall(asked("/file", photo))
            assert refused(read_answer(connection)) == (503, "server_busy")
        stranger.sendall(asked("/file", photo))
        until(lambda: aio._queue._waiting == 2)
        slow.may_end.set()
        for connection in (running, waiting, stranger):
            assert read_answer(connection).status == 200


def test_an_application_may_name_the_client(served: Served, slow: Slow, photo: bytes) -> None:
    aio.configure(concurrency=1, max_waiting_per_client=0)

    def of(name: str) -> bytes:
        return asked("/file", photo).replace(b"\r\n\r\n", f"\r\nx-client: {name}\r\n\r\n".encode(), 1)

    with served.connect() as first, served.connect() as second:
        first.sendall(of("a"))
        until(lambda: slow.begun == 1)
        second.sendall(of("b"))
        assert refused(read_answer(second)) == (503, "server_busy")
        clients = set(aio._queue._clients)
        slow.may_end.set()
        assert read_answer(first).status == 200
    assert {"a", "b"} <= clients
    assert not any(client.startswith("peer") for client in clients)


def test_what_a_route_does_with_an_image_is_of_its_client(served: Served, photo: bytes) -> None:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        files = {"file": ("a.jpg", photo, "image/jpeg")}
        assert client.post("/whose/file", files=files).json() == "peer 127.0.0.1"
        body = {"photos": [encode_data_uri(photo, "jpeg")]}
        assert client.post("/whose/json", json=body).json() == "peer 127.0.0.1"


def test_a_route_makes_three_sizes_of_ten_images(served: Served, photo: bytes) -> None:
    files = [("files", ("a.jpg", photo, "image/jpeg"))] * 10
    answer = httpx.post(f"{served.url}/sizes", files=files, timeout=60)
    assert (answer.status_code, answer.json()) == (200, 30)


def test_addresses_of_one_subscriber_are_one_client() -> None:
    assert peer_name("2001:db8:1:2::1") == peer_name("2001:db8:1:2:3:4:5:6") != peer_name("2001:db8:1:3::1")
    assert peer_name("::ffff:192.0.2.1") != peer_name("::ffff:192.0.2.2")
    assert peer_name("192.0.2.1") != peer_name("192.0.2.2")
    assert peer_name("testclient") == "peer testclient"
    assert peer_name(None) == "peer "
