"""JSON with data URIs on a real server: what FastAPI makes of it by itself, ``json_body``, and ``BodyLimit``."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request, WebSocket
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel, field_validator

import presize.pydantic
from fastapi_app import Served, chunk, head, read_answer, refused, serve
from presize import CheckedImage, PresizeError, decode_data_uri, encode_data_uri
from presize.asgi import check_limit
from presize.errors import request_too_large
from presize.fastapi import install_presize, json_body
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

    @app.post("/plain")
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

    @app.get("/ping")
    async def ping() -> str:
        return "pong"

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
def png(images: Path) -> str:
    return encode_data_uri(images / "rgb.png", "png")


@pytest.fixture(scope="module")
def half(images: Path) -> str:
    return encode_data_uri(images / "half_baseline_420.jpg", "jpeg")


def spoken(error: Exception, is_accepted: bool, is_closed: bool = False) -> list[Any]:
    """What a WebSocket sends whose route raises the error."""
    app = FastAPI()
    install_presize(app)
    sent: list[Any] = []

    @app.websocket("/")
    async def route(socket: WebSocket) -> None:
        if is_accepted:
            await socket.accept()
        if is_closed:
            await socket.close()
        raise error

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": [], "subprotocols": []}
    asyncio.run(app(scope, receive, send))
    return sent


def test_a_websocket_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    error = request_too_large(7)
    refusal = {"type": "websocket.close", "code": 1008, "reason": "request_too_large"}
    # The ASGI specification: before it is accepted, closing it is a 403.
    assert spoken(error, is_accepted=False) == [refusal]
    assert [message["type"] for message in spoken(error, is_accepted=True)] == ["websocket.accept", "websocket.close"]
    assert spoken(error, is_accepted=True)[1] == refusal
    assert len(spoken(error, is_accepted=True, is_closed=True)) == 2
    assert not caplog.records
    failure = PresizeError("internal", 500, "ours")
    assert spoken(failure, is_accepted=True)[1] == {"type": "websocket.close", "code": 1011, "reason": "internal"}
    assert [record.name for record in caplog.records] == ["presize.fastapi"]
    with pytest.raises(ZeroDivisionError):
        spoken(ZeroDivisionError(), is_accepted=True)


TENANT: ContextVar[str] = ContextVar("tenant", default="nobody")


def test_validators_know_the_context_of_the_request() -> None:
    class Named(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def of_the_tenant(cls, name: str) -> str:
            return f"{TENANT.get()}/{name}"

    async def tenant() -> None:
        TENANT.set("acme")

    app = FastAPI()

    @app.post("/", dependencies=[Depends(tenant)])
    async def route(body: Annotated[Named, Depends(json_body(Named, max_bytes=1000))]) -> str:
        return body.name

    with serve(app) as served:
        assert httpx.post(served.url, json={"name": "cat"}, timeout=60).json() == "acme/cat"


def test_a_request_that_is_cancelled_stops_its_images(monkeypatch: pytest.MonkeyPatch, png: str) -> None:
    """The first image lasts until the request is cancelled; the others are not decoded any more."""
    ends: list[str] = []
    begun, may_go_on = threading.Event(), threading.Event()
    decode = decode_data_uri

    def slow(*args: Any, **options: Any) -> CheckedImage:
        begun.set()
        assert may_go_on.wait(60)
        try:
            image = decode(*args, **options)
        except PresizeError as error:
            ends.append(error.code)
            raise
        ends.append("decoded")
        return image

    loose = json_body(Loose, max_bytes=MAX_BYTES)
    monkeypatch.setattr(presize.pydantic, "decode_data_uri", slow)
    body = json.dumps({"images": [png] * 3}).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def cancel() -> None:
        scope = {"type": "http", "headers": [(b"content-type", b"application/json")]}
        task = asyncio.ensure_future(loose(Request(scope, receive)))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        may_go_on.set()
        while len(ends) < 3:
            await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(cancel(), 60))
    assert ends == ["cancelled"] * 3
    # The thread that did it knows nothing of it afterwards.
    assert presize.pydantic._cancel_token.get() is None


@pytest.mark.parametrize("limit", ["1", -1, 1.5, True, None])
def test_a_wrong_limit_is_refused_at_once(limit: Any) -> None:
    with pytest.raises(ValueError, match="expected a number of bytes for max_bytes"):
        json_body(Loose, max_bytes=limit)


def test_a_limit_without_a_fraction_is_a_number_of_bytes() -> None:
    assert repr(check_limit(1e6)) == "1000000"


@pytest.mark.parametrize("path", ["/plain", "/json"])
def test_422_has_the_code_and_the_index(client: httpx.Client, png: str, half: str, path: str) -> None:
    answer = client.post(path, json={"image_data_list": [png, half, png]})
    assert answer.status_code == 422
    assert refused(answer) == (422, "request_invalid")
    details = answer.json()["error"]["details"]
    assert (details["fields"], details["codes"]) == (["image_data_list.1"], ["image_corrupt"])
    assert details["reasons"][0].startswith("image 1: expected a complete image")
    assert len(answer.content) < 1000
    answer = client.post(path, json={"image_data_list": [png] * 11})
    counts = {"received_count": 11, "max_count": 10}
    if path == "/json":
        # Before anything is made of it.
        assert refused(answer) == (413, "data_uri_count_exceeded")
        assert answer.json()["error"]["details"] == counts
        return
    details = answer.json()["error"]["details"]
    assert (details["fields"], details["codes"]) == (["image_data_list"], ["data_uri_count_exceeded"])


@pytest.mark.parametrize("path", ["/plain/loose", "/json/loose"])
def test_422_of_a_list_has_every_index(client: httpx.Client, png: str, half: str, path: str) -> None:
    answer = client.post(path, json={"images": [half, png, "no", 5]})
    assert answer.status_code == 422
    details = answer.json()["error"]["details"]
    assert details["fields"] == ["images.0", "images.2", "images.3"]
    assert details["codes"] == ["image_corrupt", "data_uri_malformed", "string_type"]


def test_a_good_body_and_the_model_as_an_answer(client: httpx.Client, png: str) -> None:
    answer = client.post("/json", json={"image_data_list": [png, png], "kind": "wedding"})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"image_data_list": [png, png], "kind": "wedding"}
    assert client.post("/plain", json={"image_data_list": [png]}).json() == 1


@pytest.mark.parametrize(
    ("body", "kind", "place"),
    [
        (b"", "json_invalid", "body"),
        (b"{", "json_invalid", "body"),
        (b"\x7f", "json_invalid", "body"),
        (b"[" * 32, "json_invalid", "body"),
        (b"[]", "model_type", "body"),
        (b"null", "model_type", "body"),
        (b"{}", "missing", "image_data_list"),
        (b'{"image_data_list":"data:image/png;base64,AAAA"}', "list_type", "image_data_list"),
        (b'{"image_data_list":[NaN]}', "string_type", "image_data_list.0"),
        (b'{"image_data_list":[],"kind":4}', "string_type", "kind"),
    ],
)
def test_bad_json(client: httpx.Client, body: bytes, kind: str, place: str) -> None:
    answer = client.post("/json", content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    details = answer.json()["error"]["details"]
    assert (details["codes"], details["fields"]) == ([kind], [place])


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/vnd.album+json", 200),
        ("text/plain", 415),
        ("text/json", 415),
        ("application/jsonp", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
        (None, 415),
    ],
)
def test_json_is_taken_where_it_is_called_json(client: httpx.Client, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = client.post("/json", content=b'{"image_data_list":[]}', headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert answer.json()["error"]["code"] == "request_type_unsupported"
        assert answer.json()["error"]["details"]["expected"] == "application/json"


def test_an_answer_of_json_body_repeats_nothing(client: httpx.Client, png: str) -> None:
    body = {"images_misspelt": [png] * 20}
    assert len(client.post("/json/loose", json=body).content) < 300
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


def test_pixels_of_json_body_do_not_hold_up_the_event_loop(
    served: Served, client: httpx.Client, png: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    in_event_loop: list[bool] = []
    decode = decode_data_uri

    def slow(*args: Any, **options: Any) -> CheckedImage:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            in_event_loop.append(False)
            begun.set()
            assert may_end.wait(60)
        else:
            in_event_loop.append(True)
        return decode(*args, **options)

    monkeypatch.setattr(presize.pydantic, "decode_data_uri", slow)
    with ThreadPoolExecutor(1) as pool, httpx.Client(base_url=served.url, timeout=60) as other:
        heavy = pool.submit(lambda: other.post("/json/huge", json={"image": png}))
        assert begun.wait(60)
        assert client.get("/ping").json() == "pong"
        may_end.set()
        assert heavy.result().json() == 48
    assert in_event_loop == [False]
    # Why there is ``json_body``: a model that FastAPI validates holds everybody up.
    assert client.post("/plain/huge", json={"image": png}).json() == 48
    assert in_event_loop == [False, True]


def test_openapi_shows_the_model() -> None:
    document = make_app().openapi()
    OpenAPI.model_validate(document)
    operation = document["paths"]["/json"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["image_data_list"]["maxItems"] == 10
    assert schema["properties"]["image_data_list"]["items"]["format"] == "data-uri"
    assert set(operation["responses"]) == {"200", "400", "413", "415", "422", "503"}
    assert operation["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("PresizeErrorAnswer")
    assert "PresizeErrorAnswer" in document["components"]["schemas"]


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
