"""``BodyLimit`` on a real server, in front of routes that read bodies in every way."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fastapi_app import Served, chunk, head, read_answer, refused, serve
from presize import encode_data_uri
from presize.fastapi import BodyLimit, install_presize, json_body
from presize.pydantic import DataUriImage, DataUriImages

MAX_BYTES = 100_000


class Album(BaseModel):
    image_data_list: DataUriImages


class Loose(BaseModel):
    images: list[DataUriImage]


def make_app() -> FastAPI:
    app = FastAPI()
    install_presize(app)
    seen: list[str] = []

    def note() -> None:
        seen.append("dependency")

    @app.post("/plain", dependencies=[Depends(note)])
    async def plain(body: Album) -> int:
        return len(body.image_data_list)

    @app.post("/plain/loose")
    async def plain_loose(body: Loose) -> int:
        return len(body.images)

    @app.post("/json")
    async def bounded(body: Annotated[Album, Depends(json_body(Album, max_bytes=MAX_BYTES))]) -> int:
        return len(body.image_data_list)

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @app.post("/failing")
    async def failing(request: Request) -> None:
        await request.body()
        raise RuntimeError("the application's own")

    @app.get("/ping")
    async def ping() -> str:
        return "pong"

    @app.get("/seen")
    async def what_was_seen() -> list[str]:
        return seen

    return app


async def pass_on(request: Request, call_next: RequestResponseEndpoint) -> Response:
    return await call_next(request)


def limited_app() -> FastAPI:
    app = make_app()
    app.add_middleware(BaseHTTPMiddleware, dispatch=pass_on)
    app.add_middleware(BodyLimit, max_bytes=1000, paths={"/plain": MAX_BYTES, "/plain/loose/": 50_000, "/json": 10**8})
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"])
    return app


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(make_app()) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def limited() -> Iterator[Served]:
    with serve(limited_app()) as served:
        yield served


@pytest.fixture(scope="module")
def limited_client(limited: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=limited.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def png(images: Path) -> str:
    return encode_data_uri(images / "rgb.png", "png")


def test_why_a_dependency_would_be_too_late(served: Served, client: httpx.Client) -> None:
    """FastAPI reads and parses the body first: with a body that never ends, no dependency is ever called."""
    before = client.get("/seen").json()
    with served.connect() as connection:
        connection.sendall(head("/plain", None) + chunk(b" " * 4096))
        time.sleep(0.2)
        assert client.get("/seen").json() == before


def test_within_the_limit_nothing_changes(limited_client: httpx.Client, png: str) -> None:
    assert limited_client.post("/plain", json={"image_data_list": [png] * 5}).json() == 5
    assert limited_client.post("/raw", content=bytes(1000)).json() == 1000
    assert limited_client.post("/raw", content=iter([bytes(400), bytes(600)])).json() == 1000
    assert limited_client.get("/ping").json() == "pong"
    assert limited_client.get("/none").status_code == 404


@pytest.mark.parametrize("path", ["/raw", "/plain", "/plain/loose", "/json", "/failing", "/none"])
def test_an_announced_length_is_refused_at_once(limited: Served, path: str) -> None:
    with limited.connect() as connection:
        connection.sendall(head(path, 10**9))
        answer = read_answer(connection)
    limit = {"/plain": MAX_BYTES, "/plain/loose": 50_000, "/json": 10**8}.get(path, 1000)
    assert refused(answer) == (413, "request_too_large")
    assert answer.json()["error"]["details"] == {"max_bytes": limit}


@pytest.mark.parametrize("path", ["/raw", "/plain", "/plain/loose", "/failing"])
def test_a_chunked_body_is_refused_while_it_streams(
    limited: Served, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with limited.connect() as connection:
        connection.sendall(head(path, None))
        for _ in range(26):
            connection.sendall(chunk(b" " * 4096))
        assert refused(read_answer(connection)) == (413, "request_too_large")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_client_that_asks_first_sends_nothing(limited: Served) -> None:
    """RFC 9110, section 10.1.1: the answer comes instead of ``100 Continue``."""
    with limited.connect() as connection:
        connection.sendall(head("/raw", 10**9).replace(b"\r\n\r\n", b"\r\nexpect: 100-continue\r\n\r\n"))
        assert refused(read_answer(connection)) == (413, "request_too_large")


def test_a_byte_too_many(limited_client: httpx.Client) -> None:
    assert refused(limited_client.post("/raw", content=bytes(1001))) == (413, "request_too_large")
    assert refused(limited_client.post("/raw", content=iter([bytes(1000), b"x"]))) == (413, "request_too_large")


def test_browsers_may_read_the_refusal(limited_client: httpx.Client) -> None:
    answer = limited_client.post("/raw", content=bytes(1001), headers={"origin": "https://app.example.com"})
    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"


def test_a_client_that_goes_on_sending_gets_its_answer(limited: Served) -> None:
    with limited.connect() as connection:
        connection.sendall(head("/raw", None, "image/png"))
        for _ in range(5000):
            connection.sendall(chunk(bytes(4096)))
        connection.sendall(b"0\r\n\r\n")
        assert refused(read_answer(connection)) == (413, "request_too_large")
        connection.sendall(b"GET /ping HTTP/1.1\r\nhost: x\r\n\r\n")
        assert read_answer(connection).json() == "pong"


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "0x10", "9" * 5000, "+5", "1, 2"])
def test_a_length_that_is_no_number(limited: Served, length: str) -> None:
    with limited.connect() as connection:
        connection.sendall(head("/raw", 5).replace(b"content-length: 5", b"content-length: " + length.encode()))
        answer = connection.recv(65536)
    assert answer.split(b" ")[1] in (b"400", b"413")


def test_a_length_that_is_too_short(limited: Served) -> None:
    """What is beyond the length announced is no part of the body, and no request either."""
    with limited.connect() as connection:
        connection.sendall(head("/raw", 5, "image/png") + bytes(20))
        assert read_answer(connection).json() == 5


def test_a_length_that_is_too_long(limited: Served, limited_client: httpx.Client) -> None:
    with limited.connect() as connection:
        connection.sendall(head("/raw", 900) + bytes(20))
    assert limited_client.get("/ping").json() == "pong"


def test_an_answer_that_has_begun_is_cut_off_from_the_body() -> None:
    begun = threading.Event()

    async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"49")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(3):
            message = await receive()
            begun.set()
            text = f"{message['type']} {len(message.get('body', b''))}"
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body"})

    with serve(BodyLimit(echo, 1000)) as served, served.connect() as connection:
        connection.sendall(head("/", None, "image/png") + chunk(bytes(10)))
        assert begun.wait(60)
        connection.sendall(chunk(bytes(2000)))
        answer = read_answer(connection)
    assert (answer.status, answer.body) == (200, b"http.request 10http.disconnect 0http.disconnect 0")


def test_an_applications_own_failure_stays_one(limited: Served) -> None:
    assert httpx.post(f"{limited.url}/failing", content=b"x", timeout=60).status_code == 500


def test_the_longest_path_counts(limited_client: httpx.Client) -> None:
    assert refused(limited_client.post("/plainer", content=bytes(1001))) == (413, "request_too_large")
    assert limited_client.post("/plain/other", content=bytes(1001)).status_code == 404
    assert refused(limited_client.post("/plain/loose", content=bytes(50_001))) == (413, "request_too_large")


@pytest.mark.parametrize("root_path", ["", "/api", "/api/", "/plain"])
def test_a_proxy_that_takes_a_part_of_the_path(root_path: str) -> None:
    """The server is told which part, and puts it before the path again."""
    with serve(limited_app(), root_path) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        limits = {"/plain": MAX_BYTES, "/plain/loose": 50_000, "/raw": 1000, "/plainer": 1000}
        for path, limit in limits.items():
            answer = client.post(path, content=bytes(limit + 1))
            assert refused(answer) == (413, "request_too_large")
            assert answer.json()["error"]["details"] == {"max_bytes": limit}


@pytest.mark.parametrize("framework", [FastAPI, Starlette])
def test_limits_of_an_application_that_is_mounted(framework: type[Starlette]) -> None:
    inner = framework()
    inner.add_middleware(BodyLimit, max_bytes=1000, paths={"/small": 10, "/small/large": 10**6, "/v1": 10**6})
    outer = FastAPI()
    outer.mount("/v1", inner)
    outer.add_middleware(BodyLimit, max_bytes=10**6, paths={"/v1/other": 20})
    with serve(outer, "/api") as served, httpx.Client(base_url=served.url, timeout=60) as client:
        limits = {"/v1/small": 10, "/v1/smaller": 1000, "/v1/other": 20, "/v1/": 1000, "/v1/small/large": 10**6}
        for path, limit in limits.items():
            answer = client.post(path, content=bytes(limit + 1))
            assert refused(answer) == (413, "request_too_large")
            assert answer.json()["error"]["details"] == {"max_bytes": limit}


@pytest.mark.parametrize(
    ("path", "root_path", "limit"),
    [
        ("/small", "", 1),
        ("/api/small", "/api", 1),
        ("/small", "/api", 1),
        ("/apismall", "/api", 9),
        ("/api", "/api", 9),
        ("/small/small", "/small", 1),
        ("/small", "/small", 9),
        ("/api/small", "/", 9),
    ],
)
def test_root_path_as_servers_give_it(path: str, root_path: str, limit: int) -> None:
    sent: list[Any] = []

    async def nothing() -> Any:
        raise AssertionError("read")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "root_path": root_path, "headers": [(b"content-length", b"10")]}
    asyncio.run(BodyLimit(make_app(), 9, {"/small": 1})(scope, nothing, send))
    assert json.loads(sent[1]["body"])["error"]["details"] == {"max_bytes": limit}


@pytest.mark.parametrize("limit", [-1, 1.5, True, "1", None])
def test_a_limit_is_a_number_of_bytes(limit: Any) -> None:
    with pytest.raises(ValueError, match="expected a number of bytes"):
        BodyLimit(make_app(), limit)
    with pytest.raises(ValueError, match="expected a number of bytes"):
        BodyLimit(make_app(), 1, {"/": limit})
