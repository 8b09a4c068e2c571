"""JSON with data URIs on a real server: what FastAPI makes of it by itself, ``json_body``, and ``BodyLimit``."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fastapi_app import Answer, Served, png_of, read_answer, serve
from presize import CheckedImage, ImageRules, decode_data_uri, encode_data_uri
from presize.fastapi import BodyLimit, install_presize, json_body
from presize.pydantic import DataUri, DataUriImage, DataUris

MAX_BYTES = 100_000
JSON = {"content-type": "application/json"}


class Generate(BaseModel):
    image_data_list: Annotated[list[CheckedImage], DataUris(min_width=20)]
    kind: str = "id"


class Loose(BaseModel):
    images: list[DataUriImage]


class Huge(BaseModel):
    image: Annotated[CheckedImage, DataUri(max_bytes=100_000_000)]


def nobody() -> str:
    raise HTTPException(401, "who are you?")


def make_app() -> FastAPI:
    app = FastAPI()
    install_presize(app)
    seen: list[str] = []

    def note() -> None:
        seen.append("dependency")

    @app.post("/plain", dependencies=[Depends(note)])
    async def plain(body: Generate) -> int:
        return len(body.image_data_list)

    @app.post("/plain/loose")
    async def plain_loose(body: Loose) -> int:
        return len(body.images)

    @app.post("/plain/huge")
    async def plain_huge(body: Huge) -> int:
        return body.image.width

    @app.post("/json")
    async def bounded(body: Annotated[Generate, Depends(json_body(Generate, max_bytes=MAX_BYTES))]) -> Generate:
        return body

    @app.post("/json/loose")
    async def bounded_loose(body: Annotated[Loose, Depends(json_body(Loose, max_bytes=MAX_BYTES))]) -> int:
        return len(body.images)

    @app.post("/json/huge")
    async def bounded_huge(body: Annotated[Huge, Depends(json_body(Huge, max_bytes=100_000_000))]) -> int:
        return body.image.width

    @app.post("/json/mine")
    async def mine(
        user: Annotated[str, Depends(nobody)], body: Annotated[Loose, Depends(json_body(Loose, max_bytes=MAX_BYTES))]
    ) -> None: ...

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


@pytest.fixture(scope="module")
def half(images: Path) -> str:
    return encode_data_uri(images / "half_baseline_420.jpg", "jpeg")


def refused(answer: Answer | httpx.Response) -> tuple[int, str]:
    status = answer.status_code if isinstance(answer, httpx.Response) else answer.status
    return status, answer.json()["error"]["code"]


def head(path: str, length: int | None) -> bytes:
    framing = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    return f"POST {path} HTTP/1.1\r\nhost: x\r\n{framing}\r\ncontent-type: application/json\r\n\r\n".encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@pytest.mark.parametrize("path", ["/plain", "/json"])
def test_422_has_the_code_and_the_index(client: httpx.Client, png: str, half: str, path: str) -> None:
    answer = client.post(path, json={"image_data_list": [png, half, png]})
    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"]) == ("image_corrupt", ["body", "image_data_list", 1])
    assert error["msg"].startswith("image 1: expected a complete image")
    assert "reason" in error["ctx"]
    assert len(answer.content) < 1000
    answer = client.post(path, json={"image_data_list": [png] * 11})
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"]) == ("data_uri_count_exceeded", ["body", "image_data_list"])
    assert error["ctx"] == {"received_count": 11, "max_count": 10}


@pytest.mark.parametrize("path", ["/plain/loose", "/json/loose"])
def test_422_of_a_list_has_every_index(client: httpx.Client, png: str, half: str, path: str) -> None:
    answer = client.post(path, json={"images": [half, png, "no", 5]})
    assert answer.status_code == 422
    assert [(error["type"], error["loc"]) for error in answer.json()["detail"]] == [
        ("image_corrupt", ["body", "images", 0]),
        ("data_uri_malformed", ["body", "images", 2]),
        ("string_type", ["body", "images", 3]),
    ]


def test_a_good_body_and_the_model_as_an_answer(client: httpx.Client, png: str) -> None:
    answer = client.post("/json", json={"image_data_list": [png, png], "kind": "wedding"})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"image_data_list": [png, png], "kind": "wedding"}
    assert client.post("/plain", json={"image_data_list": [png]}).json() == 1


@pytest.mark.parametrize(
    ("body", "kind", "place"),
    [
        (b"", "json_invalid", ["body"]),
        (b"{", "json_invalid", ["body"]),
        (b"\xff", "json_invalid", ["body"]),
        (b"[" * 50_000, "json_invalid", ["body"]),
        (b"[]", "model_type", ["body"]),
        (b"null", "model_type", ["body"]),
        (b"{}", "missing", ["body", "image_data_list"]),
        (b'{"image_data_list":"data:image/png;base64,AAAA"}', "list_type", ["body", "image_data_list"]),
        (b'{"image_data_list":[NaN]}', "string_type", ["body", "image_data_list", 0]),
        (b'{"image_data_list":[],"kind":4}', "string_type", ["body", "kind"]),
    ],
)
def test_bad_json(client: httpx.Client, body: bytes, kind: str, place: list[Any]) -> None:
    answer = client.post("/json", content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"]) == (kind, place)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/vnd.album+json", 200),
        ("text/plain", 400),
        ("text/json", 400),
        ("application/jsonp", 400),
        ("application/x-www-form-urlencoded", 400),
        ("", 400),
        (None, 400),
    ],
)
def test_json_is_taken_where_it_is_called_json(client: httpx.Client, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = client.post("/json", content=b'{"image_data_list":[]}', headers=headers)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]["code"] == "request_malformed"
        assert answer.json()["error"]["details"]["expected"] == "application/json"


def test_an_answer_of_json_body_repeats_nothing(client: httpx.Client, png: str) -> None:
    body = {"images_misspelt": [png] * 20}
    assert len(client.post("/json/loose", json=body).content) < 200
    # What FastAPI does by itself.
    assert png in client.post("/plain/loose", json=body).text


def test_json_body_is_refused_while_it_streams(served: Served, client: httpx.Client) -> None:
    with served.connect() as connection:
        connection.sendall(head("/json", None))
        for _ in range(MAX_BYTES // 4096 + 1):
            connection.sendall(chunk(b" " * 4096))
        assert refused(read_answer(connection)) == (413, "request_too_large")
    with served.connect() as connection:
        connection.sendall(head("/json", MAX_BYTES + 1))
        assert refused(read_answer(connection)) == (413, "request_too_large")
    with served.connect() as connection:
        connection.sendall(head("/json/mine", MAX_BYTES))
        assert read_answer(connection).status == 401
    exact = b'{"image_data_list":[]}'.ljust(MAX_BYTES)
    assert client.post("/json", content=exact, headers=JSON).status_code == 200
    assert refused(client.post("/json", content=exact + b" ", headers=JSON)) == (413, "request_too_large")


def longest_ping(served: Served, path: str, image: str) -> tuple[float, float]:
    """The longest that another request waits meanwhile, and how long this one takes, in seconds."""
    with ThreadPoolExecutor(1) as pool, httpx.Client(base_url=served.url, timeout=60) as client:
        body = json.dumps({"image": image})
        started = time.perf_counter()
        heavy = pool.submit(
            httpx.post, f"{served.url}{path}", content=body, headers={"content-type": "application/json"}, timeout=60
        )
        longest = 0.0
        while not heavy.done():
            before = time.perf_counter()
            client.get("/ping")
            longest = max(longest, time.perf_counter() - before)
        assert heavy.result().json() == 8000
        return longest, time.perf_counter() - started


def test_pixels_of_json_body_do_not_hold_up_the_event_loop(served: Served) -> None:
    image = encode_data_uri(png_of(8000, 8000), "png")
    held, whole = longest_ping(served, "/json/huge", image)
    assert held < whole / 2
    # Why there is ``json_body``: a model that FastAPI validates holds everybody up.
    alone = time.perf_counter()
    decode_data_uri(image, ImageRules(max_bytes=100_000_000))
    alone = time.perf_counter() - alone
    held, _ = longest_ping(served, "/plain/huge", image)
    assert held > alone / 2


def test_openapi_shows_the_model() -> None:
    document = make_app().openapi()
    OpenAPI.model_validate(document)
    operation = document["paths"]["/json"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["image_data_list"]["maxItems"] == 10
    assert schema["properties"]["image_data_list"]["items"]["format"] == "data-uri"
    assert set(operation["responses"]) == {"200", "400", "413", "422"}
    assert operation["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "HTTPValidationError"
    )
    assert {"HTTPValidationError", "ErrorAnswer"} <= set(document["components"]["schemas"])


def test_openapi_of_a_model_in_a_model() -> None:
    class Outer(BaseModel):
        inner: list[Loose]

    app = FastAPI()
    install_presize(app)

    @app.post("/")
    async def route(body: Annotated[Outer, Depends(json_body(Outer, max_bytes=10))]) -> None: ...

    document = app.openapi()
    schema = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["inner"]["items"] == {"$ref": "#/components/schemas/Loose"}
    assert "images" in document["components"]["schemas"]["Loose"]["properties"]


class TestBodyLimit:
    def test_why_a_dependency_would_be_too_late(self, served: Served, client: httpx.Client) -> None:
        """FastAPI reads and parses the body first: with a body that never ends, no dependency is ever called."""
        before = client.get("/seen").json()
        with served.connect() as connection:
            connection.sendall(head("/plain", None) + chunk(b" " * 4096))
            time.sleep(0.2)
            assert client.get("/seen").json() == before

    def test_within_the_limit_nothing_changes(self, limited_client: httpx.Client, png: str) -> None:
        assert limited_client.post("/plain", json={"image_data_list": [png] * 5}).json() == 5
        assert limited_client.post("/raw", content=bytes(1000)).json() == 1000
        assert limited_client.post("/raw", content=iter([bytes(400), bytes(600)])).json() == 1000
        assert limited_client.get("/ping").json() == "pong"
        assert limited_client.get("/none").status_code == 404

    @pytest.mark.parametrize("path", ["/raw", "/plain", "/plain/loose", "/json", "/failing", "/none"])
    def test_an_announced_length_is_refused_at_once(self, limited: Served, path: str) -> None:
        with limited.connect() as connection:
            connection.sendall(head(path, 10**9))
            answer = read_answer(connection)
        limit = {"/plain": MAX_BYTES, "/plain/loose": 50_000, "/json": 10**8}.get(path, 1000)
        assert refused(answer) == (413, "request_too_large")
        assert answer.json()["error"]["details"] == {"max_bytes": limit}

    @pytest.mark.parametrize("path", ["/raw", "/plain", "/plain/loose", "/failing"])
    def test_a_chunked_body_is_refused_while_it_streams(
        self, limited: Served, path: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with limited.connect() as connection:
            connection.sendall(head(path, None))
            for _ in range(26):
                connection.sendall(chunk(b" " * 4096))
            assert refused(read_answer(connection)) == (413, "request_too_large")
        assert not [record for record in caplog.records if record.levelname == "ERROR"]

    def test_a_client_that_asks_first_sends_nothing(self, limited: Served) -> None:
        """RFC 9110, section 10.1.1: the answer comes instead of ``100 Continue``."""
        with limited.connect() as connection:
            connection.sendall(head("/raw", 10**9).replace(b"\r\n\r\n", b"\r\nexpect: 100-continue\r\n\r\n"))
            assert refused(read_answer(connection)) == (413, "request_too_large")

    def test_a_byte_too_many(self, limited_client: httpx.Client) -> None:
        assert refused(limited_client.post("/raw", content=bytes(1001))) == (413, "request_too_large")
        assert refused(limited_client.post("/raw", content=iter([bytes(1000), b"x"]))) == (413, "request_too_large")

    def test_browsers_may_read_the_refusal(self, limited_client: httpx.Client) -> None:
        answer = limited_client.post("/raw", content=bytes(1001), headers={"origin": "https://app.example.com"})
        assert answer.headers["access-control-allow-origin"] == "https://app.example.com"

    def test_a_client_that_goes_on_sending_gets_its_answer(self, limited: Served) -> None:
        with limited.connect() as connection:
            connection.sendall(head("/raw", None))
            for _ in range(5000):
                connection.sendall(chunk(bytes(4096)))
            connection.sendall(b"0\r\n\r\n")
            assert refused(read_answer(connection)) == (413, "request_too_large")
            connection.sendall(b"GET /ping HTTP/1.1\r\nhost: x\r\n\r\n")
            assert read_answer(connection).json() == "pong"

    @pytest.mark.parametrize("length", ["-1", "1e3", "abc", "0x10", "9" * 5000, "+5", "1, 2"])
    def test_a_length_that_is_no_number(self, limited: Served, length: str) -> None:
        with limited.connect() as connection:
            connection.sendall(head("/raw", 5).replace(b"content-length: 5", b"content-length: " + length.encode()))
            answer = connection.recv(65536)
        assert answer.split(b" ")[1] in (b"400", b"413")

    def test_a_length_that_is_too_short(self, limited: Served) -> None:
        """What is beyond the length announced is no part of the body, and no request either."""
        with limited.connect() as connection:
            connection.sendall(head("/raw", 5) + bytes(20))
            assert read_answer(connection).json() == 5

    def test_a_length_that_is_too_long(self, limited: Served, limited_client: httpx.Client) -> None:
        with limited.connect() as connection:
            connection.sendall(head("/raw", 900) + bytes(20))
        assert limited_client.get("/ping").json() == "pong"

    def test_an_answer_that_has_begun_is_cut_off_from_the_body(self) -> None:
        async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
            headers = [(b"content-length", b"49")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            for _ in range(3):
                message = await receive()
                text = f"{message['type']} {len(message.get('body', b''))}"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            await send({"type": "http.response.body"})

        with serve(BodyLimit(echo, 1000)) as served, served.connect() as connection:
            connection.sendall(head("/", None) + chunk(bytes(10)))
            time.sleep(0.1)
            connection.sendall(chunk(bytes(2000)))
            answer = read_answer(connection)
        assert (answer.status, answer.body) == (200, b"http.request 10http.disconnect 0http.disconnect 0")

    def test_an_applications_own_failure_stays_one(self, limited: Served) -> None:
        assert httpx.post(f"{limited.url}/failing", content=b"x").status_code == 500

    def test_the_longest_path_counts(self, limited_client: httpx.Client) -> None:
        assert refused(limited_client.post("/plainer", content=bytes(1001))) == (413, "request_too_large")
        assert limited_client.post("/plain/other", content=bytes(1001)).status_code == 404
        assert refused(limited_client.post("/plain/loose", content=bytes(50_001))) == (413, "request_too_large")

    @pytest.mark.parametrize("limit", [-1, 1.5, True, "1", None])
    def test_a_limit_is_a_number_of_bytes(self, limit: Any) -> None:
        with pytest.raises(ValueError, match="expected a number of bytes"):
            BodyLimit(make_app(), limit)
        with pytest.raises(ValueError, match="expected a number of bytes"):
            BodyLimit(make_app(), 1, {"/": limit})
