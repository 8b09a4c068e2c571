"""What FastAPI refuses by itself, in the shape of all errors."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.models import OpenAPI
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from fastapi_app import client_of
from presize import encode_data_uri
from presize.fastapi import install_presize, json_body
from presize.fastapi.validation import refusal
from presize.pydantic import DataUriImages

HTTP_VALIDATION = "#/components/schemas/HTTPValidationError"


class Album(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    photo_list: DataUriImages
    album_title: Annotated[str, Field(max_length=5)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def add_routes(app: FastAPI) -> None:
    @app.post("/plain")
    async def plain(album: Album, width: Annotated[int, Query()] = 1, x_user: Annotated[int, Header()] = 1) -> int:
        return len(album.photo_list)

    @app.post("/json")
    async def bounded(album: Annotated[Album, Depends(json_body(Album, max_bytes=100_000))]) -> int:
        return len(album.photo_list)

    @app.post("/numbers")
    async def numbers(all_of_them: list[int]) -> int:
        return len(all_of_them)

    @app.post("/strict")
    async def strict(body: Strict) -> None: ...

    @app.post("/whole")
    async def whole(number: Annotated[int, Body()]) -> int:
        return number


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    install_presize(app)
    add_routes(app)
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[httpx.Client]:
    with client_of(app) as client:
        yield client


@pytest.fixture(scope="module")
def png(images: Path) -> str:
    return encode_data_uri(images / "rgb.png", "png")


def details(client: httpx.Client, path: str, **request: Any) -> dict[str, Any]:
    answer = client.post(path, **request)
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert list(error) == ["code", "message", "user_message", "details"]
    assert error["code"] == "request_invalid"
    assert error["user_message"] == "Some of this is missing or cannot be accepted. Please check it and try again."
    found: dict[str, Any] = error["details"]
    assert list(found) == ["fields", "codes", "reasons"]
    assert len({len(each) for each in found.values()}) == 1
    return found


@pytest.mark.parametrize("path", ["/plain", "/json"])
def test_the_fields_have_the_names_that_the_client_gave_them(client: httpx.Client, png: str, path: str) -> None:
    broken = "data:image/png;base64,iVBORw0KGgo="
    found = details(client, path, json={"photoList": [png, broken], "albumTitle": "too long"})
    assert found["fields"] == ["photoList.1", "albumTitle"]
    assert found["codes"] == ["image_corrupt", "string_too_long"]
    assert "expected a complete image, received a damaged one" in found["reasons"][0]
    assert details(client, path, json={})["fields"] == ["photoList", "albumTitle"]
    assert details(client, path, json={})["codes"] == ["missing", "missing"]
    assert details(client, path, json=[])["fields"] == ["body"]
    broken_json = details(client, path, content=b'{"photoList": ', headers={"content-type": "application/json"})
    assert (broken_json["fields"], broken_json["codes"]) == (["body"], ["json_invalid"])


def test_parameters_are_named_too(client: httpx.Client, png: str) -> None:
    body = {"photoList": [png], "albumTitle": "a"}
    found = details(client, "/plain?width=wide", json=body, headers={"x-user": "me"})
    assert (found["fields"], found["codes"]) == (["width", "x-user"], ["int_parsing", "int_parsing"])
    assert details(client, "/whole", json="x")["fields"] == ["body"]
    assert client.post("/whole", json=4).json() == 4


def test_nothing_that_was_sent_is_sent_back(client: httpx.Client) -> None:
    long = "data:image/png;base64," + "QUJD" * 20_000
    for path in ("/plain", "/json"):
        answer = client.post(path, json={"photoList": [long], "albumTitle": long})
        assert "QUJDQUJD" not in answer.text
        assert len(answer.content) < 1000


def test_many_mistakes_are_not_all_listed(client: httpx.Client) -> None:
    found = details(client, "/numbers", json=["x"] * 5000)
    assert found["fields"] == [str(index) for index in range(100)]


def test_names_that_a_client_makes_up_do_no_harm(client: httpx.Client) -> None:
    # Half a surrogate pair, which JSON can say and UTF-8 cannot.
    found = details(client, "/strict", content=b'{"\\ud800": 1}', headers={"content-type": "application/json"})
    assert (found["fields"], found["codes"]) == (["body"], ["string_unicode"])
    made_up = refusal([{"loc": ("body", "\ud800"), "type": "extra_forbidden", "msg": "no \udfff"}])
    assert (made_up.details["fields"], made_up.details["reasons"]) == (["\\ud800"], ["no \\udfff"])
    found = details(client, "/strict", json={"x" * 100_000: 1})
    assert found["fields"] == ["x" * 300]


def test_an_application_may_keep_fastapis_own(png: str) -> None:
    app = FastAPI()
    install_presize(app, validation_errors=False)
    add_routes(app)
    with client_of(app) as client:
        assert [each["loc"] for each in client.post("/whole", json="x").json()["detail"]] == [["body"]]
        assert HTTP_VALIDATION in json.dumps(client.get("/openapi.json").json())


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_handler_of_the_application_is_left_alone(order: str) -> None:
    app = FastAPI()

    async def mine(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("mine", 400)

    if order == "before":
        app.add_exception_handler(RequestValidationError, mine)
    install_presize(app)
    if order == "after":
        app.add_exception_handler(RequestValidationError, mine)
    add_routes(app)
    with client_of(app) as client:
        answer = client.post("/whole", json="x")
        assert (answer.status_code, answer.text) == (400, "mine")
        assert HTTP_VALIDATION in json.dumps(client.get("/openapi.json").json())


def test_another_application_is_not_touched(client: httpx.Client) -> None:
    other = FastAPI()
    add_routes(other)
    with client_of(other) as others:
        assert "detail" in others.post("/whole", json="x").json()


def test_openapi_says_what_is_answered(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    OpenAPI.model_validate(document)
    assert "HTTPValidationError" not in json.dumps(document)
    assert "ValidationError" not in document["components"]["schemas"]
    for path in ("/plain", "/json", "/whole"):
        refused = document["paths"][path]["post"]["responses"]["422"]
        assert refused["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/PresizeErrorAnswer"}
