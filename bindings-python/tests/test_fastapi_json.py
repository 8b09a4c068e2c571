"""JSON that a parser would make millions of objects of, on a real server: ``BodyLimit``, ``json_body``, tickets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, Depends, FastAPI, Request
from pydantic import BaseModel, Field, TypeAdapter

from fastapi_app import Served, head, read_answer, refused, serve, signed_in, user_id
from presize import Bucket, CheckedImage, Credentials, OptionError, Presigner, Uploads, encode_data_uri
from presize.fastapi import BodyLimit, install_presize, json_body, upload_router
from presize.pydantic import DataUri, DataUriImage, DataUriImages, DataUris, ImageBytes, count_places

MAX_BYTES = 32 * 1024 * 1024
JSON = {"content-type": "application/json"}


class Loose(BaseModel):
    images: list[DataUriImage] = []
    more: Any = None


def make_app() -> FastAPI:
    app = FastAPI()
    install_presize(app)
    uploads = Uploads(Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret")))
    app.include_router(upload_router(uploads, current_user=user_id, confirm=False), prefix="/upload")

    @app.post("/json")
    async def loose(body: Annotated[Loose, Depends(json_body(Loose, max_bytes=MAX_BYTES))]) -> int:
        return len(body.images)

    @app.post("/json/three")
    async def three(
        body: Annotated[
            Loose, Depends(json_body(Loose, max_bytes=MAX_BYTES, max_data_uris=3, max_structure_bytes=100))
        ],
    ) -> int:
        return len(body.images)

    @app.post("/plain")
    async def plain(body: Annotated[Any, Body()]) -> str:
        return type(body).__name__

    @app.post("/parsed")
    async def parsed(request: Request) -> str:
        return type(await request.json()).__name__

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    return app


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    app = make_app()
    app.add_middleware(BodyLimit, max_bytes=MAX_BYTES)
    with serve(app) as served:
        yield served


@pytest.fixture(scope="module")
def bare() -> Iterator[Served]:
    """Without ``BodyLimit``."""
    with serve(make_app()) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def png(images: Path) -> str:
    return encode_data_uri(images / "rgb.png", "png")


# What each attack begins with, and what it repeats.
ATTACKS = {
    "lists": (b"[", b"[],"),
    "objects": (b"[", b"{},"),
    "empty strings": (b"[", b'"",'),
    "numbers": (b"[1", b",1"),
    "literals": (b"[", b"null,"),
    "depth of lists": (b"", b"["),
    "depth of objects": (b"", b'{"":'),
    "keys": (b"{", b'"a":0,'),
    "within a field": (b'{"images":[', b"[],"),
    "one long number": (b"[", b"1"),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("path", ["/json", "/plain", "/parsed"])
def test_too_much_structure_is_refused_while_it_streams(served: Served, name: str, path: str) -> None:
    """The body has 32 MB, and is answered when the first of them has arrived."""
    start, repeated = ATTACKS[name]
    with served.connect() as connection:
        connection.sendall(head(path, MAX_BYTES) + start + repeated * (200_000 // len(repeated)))
        answer = read_answer(connection)
    assert refused(answer) == (400, "request_malformed")
    assert answer.json()["error"]["details"]["expected"] in (
        "JSON with at most 65536 bytes outside of strings",
        "JSON nested at most 32 deep",
    )


@pytest.mark.parametrize("name", ATTACKS)
def test_json_body_needs_no_help(bare: Served, name: str) -> None:
    start, repeated = ATTACKS[name]
    with bare.connect() as connection:
        connection.sendall(head("/json", MAX_BYTES) + start + repeated * (200_000 // len(repeated)))
        assert refused(read_answer(connection)) == (400, "request_malformed")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/vnd.x+json",
        "application/+json",
        "text/json",
        "",
        # Starlette parses what it is asked to parse, whatever it is called; REST framework takes types with an asterisk.
        "text/plain",
        "application/octet-stream",
        "application/x-ndjson",
        "*/*",
        "application/*",
    ],
)
def test_whatever_is_parsed_as_json_is_looked_at(served: Served, content_type: str) -> None:
    line = f"content-type: {content_type}\r\n".encode() if content_type else b""
    request = head("/parsed", MAX_BYTES, "x").replace(b"content-type: x\r\n", line)
    for spaces in (b"", b" " * 100_000):
        with served.connect() as connection:
            connection.sendall(request + spaces + b"[" + b"[]," * 60_000)
            assert refused(read_answer(connection)) == (400, "request_malformed")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("content_type", ["application/json", ""])
def test_no_encoding_is_a_way_around_it(served: Served, encoding: str, content_type: str) -> None:
    """``json.loads`` takes them all."""
    line = f"content-type: {content_type}\r\n".encode() if content_type else b""
    request = head("/parsed", MAX_BYTES, "x").replace(b"content-type: x\r\n", line)
    body = ("[" + "[]," * 50_000).encode(encoding)
    with served.connect() as connection:
        connection.sendall(request + body)
        assert refused(read_answer(connection)) == (400, "request_malformed")


def test_other_bodies_are_left_alone(client: httpx.Client) -> None:
    junk = b"\x01\x02[" + b"[]," * 60_000
    for headers in ({"content-type": "image/png"}, {"content-type": "application/octet-stream"}):
        assert client.post("/raw", content=junk, headers=headers).json() == len(junk)
    for body in (bytes(1000), b" " * 1000, b"", b"\xff\xd8\xff\xe0" * 1000):
        assert client.post("/raw", content=body).json() == len(body)
    for kind in ("image/png", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "video/mp4"):
        body = b"[" + b"[]," * 60_000
        assert client.post("/raw", content=body, headers={"content-type": kind}).json() == len(body)
    few = b'{"a":[1,2,3]}\n' * 100
    assert client.post("/raw", content=few, headers={"content-type": "application/x-ndjson"}).json() == len(few)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json; charset=utf-7"},
        {"content-type": 'application/json;a=b; CHARSET="UTF-16"'},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_json_that_a_parser_would_read_otherwise_is_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    """In UTF-7 ``+ACI-`` is a quote, which the scanner would not see."""
    body = b'["+ACI-,' + b"[]," * 10
    assert refused(client.post("/raw", content=body, headers=headers)) == (415, "request_type_unsupported")
    plain = {"content-type": "application/json; charset=UTF-8", "content-encoding": "identity"}
    assert client.post("/raw", content=b"[]", headers=plain).json() == 2


def test_what_is_long_in_strings_and_white_space_is_taken(client: httpx.Client, png: str) -> None:
    body = json.dumps({"images": [png] * 3, "more": "x" * 10_000_000})
    assert client.post("/json", content=body, headers=JSON).json() == 3
    assert (
        client.post("/json", content=b" " * 10_000_000 + body[:1].encode() + body[1:].encode(), headers=JSON).json()
        == 3
    )
    assert client.post("/json", content=b" " * 1_000_000, headers=JSON).status_code == 422


def test_the_limits_may_be_others(png: str) -> None:
    async def read(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    many, deep = b"[" + b"0," * 50_000 + b"0]", b"[" * 40 + b"]" * 40
    for options, statuses in (
        ({}, (400, 400)),
        ({"max_structure_bytes": 1_000_000}, (200, 400)),
        ({"max_structure_bytes": 1_000_000, "max_depth": 50}, (200, 200)),
        ({"max_structure_bytes": None}, (200, 200)),
    ):
        with serve(BodyLimit(read, MAX_BYTES, **options)) as served:
            for body, status in zip((many, deep), statuses, strict=True):
                assert httpx.post(served.url, content=body, headers=JSON, timeout=60).status_code == status


@pytest.mark.parametrize("options", [{"max_structure_bytes": 0}, {"max_depth": 0}, {"max_depth": 1.5}])
def test_a_wrong_limit_is_refused_at_once(options: Any) -> None:
    with pytest.raises(OptionError):
        BodyLimit(make_app(), MAX_BYTES, **options)


@pytest.mark.parametrize("options", [{"max_structure_bytes": 0}, {"max_data_uris": -1}, {"max_data_uris": "3"}])
def test_a_wrong_limit_of_json_body_is_refused_at_once(options: Any) -> None:
    with pytest.raises(OptionError):
        json_body(Loose, max_bytes=MAX_BYTES, **options)


def test_the_number_of_images_is_known_before_anything_is_made(bare: Served, client: httpx.Client, png: str) -> None:
    assert client.post("/json", json={"images": [png] * 10}).json() == 10
    answer = client.post("/json", json={"images": [png] * 11})
    assert refused(answer) == (413, "data_uri_count_exceeded")
    assert client.post("/json/three", json={"images": [png] * 3}).json() == 3
    assert refused(client.post("/json/three", json={"images": [png] * 4})) == (413, "data_uri_count_exceeded")
    assert refused(client.post("/json/three", json={"images": [], "more": [1] * 60})) == (400, "request_malformed")
    # Wherever they are, and before the body has ended.
    with bare.connect() as connection:
        connection.sendall(head("/json", MAX_BYTES) + b'{"more":[' + b'"data:",' * 11)
        assert refused(read_answer(connection)) == (413, "data_uri_count_exceeded")


def test_a_ticket_takes_no_depth(bare: Served) -> None:
    body = b'{"content_type":"image/png","file_size":1,"x":' + b"[" * 40 + b"]" * 40 + b"}"
    answer = httpx.post(
        f"{bare.url}/upload/presigned-url", content=body, headers={**JSON, **signed_in("user-7")}, timeout=60
    )
    assert refused(answer) == (400, "request_malformed")
    assert answer.json()["error"]["details"]["expected"] == "JSON nested at most 32 deep"


class Node(BaseModel):
    image: DataUriImage | None = None
    children: "list[Node]" = []


class Page(BaseModel):
    avatar: DataUriImage
    cover: Annotated[CheckedImage, DataUri(max_bytes=100)] | str
    album: Annotated[list[CheckedImage], DataUris(max_images=25)] = []
    pairs: Annotated[list[tuple[DataUriImage, DataUriImage]], Field(max_length=3)] = []
    titles: list[str] = []


@pytest.mark.parametrize(
    ("model", "places"),
    [
        (DataUriImage, 1),
        (DataUriImages, 10),
        (list[DataUriImage], 10),
        (dict[str, DataUriImage], 10),
        (list[DataUriImages], 100),
        (Annotated[list[DataUriImage], Field(max_length=4)], 4),
        (tuple[DataUriImage, str, DataUriImages], 11),
        (Page, 1 + 1 + 25 + 6),
        (Node, 1 + 100),
        (dict[str, list[str]], None),
    ],
)
def test_how_many_places_a_model_has(model: Any, places: int | None) -> None:
    assert count_places(TypeAdapter(model).json_schema()) == places


def test_bytes_are_no_place_in_json() -> None:
    assert count_places(TypeAdapter(ImageBytes).json_schema()) is None
