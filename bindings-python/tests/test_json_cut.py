"""Data URIs that ``json_body`` cuts out of a body: what it gives is what Pydantic gives for the whole body, and the memory is that of
the body and its images."""

import base64
import json
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    TypeAdapter,
    ValidationError,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass
from typing_extensions import TypedDict

import presize.pydantic
from presize import CancelToken, CheckedImage, decode_data_uri, encode_data_uri
from presize._native import JsonBody, JsonDocument
from presize.fastapi.model import JsonBody as Dependency
from presize.pydantic import DataUri, DataUriImage, DataUriImages, ImageBytes

GIF = base64.b64decode("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=")


def padded(number: int, bytes_of_comments: int = 600) -> str:
    """A GIF of one pixel with comments, as a data URI that is long enough to be cut out."""
    comment = b"\x21\xfe" + b"".join(
        bytes([size]) + bytes([65 + number]) * size for size in [200] * (bytes_of_comments // 200)
    )
    return encode_data_uri(GIF[:19] + comment + b"\0" + GIF[19:], "gif")


def document(body: bytes) -> JsonDocument:
    collected = JsonBody(0, {})
    collected.push(body)
    return collected.finish()


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False, include_context=False)


def cut_count(model: Any, body: bytes) -> int:
    places = Dependency(model, 10**9)._places
    return 0 if places is None else len(document(body).cut(places, "mark")[1])


def same(model: Any, body: bytes) -> int:
    """Holds the outcome to that of Pydantic alone; how many texts were cut out."""
    whole = outcome(lambda: TypeAdapter(model).validate_json(body))
    cut = outcome(lambda: Dependency(model, 10**9)._validate(document(body), CancelToken()))
    assert cut == whole, body[:200]
    return cut_count(model, body)


class Inner(BaseModel):
    image: DataUriImage | None = None
    title: str = ""
    inner: "list[Inner]" = []


class Album(BaseModel):
    cover: DataUriImage
    photos: DataUriImages = []
    loose: list[DataUriImage] = []
    titles: list[str] = []
    named: dict[str, DataUriImage] = {}
    pair: tuple[DataUriImage, DataUriImage] | None = None
    either: DataUriImage | DataUriImages | None = None
    inner: Inner | None = None

    @model_validator(mode="after")
    def looks(self) -> "Album":
        assert all(isinstance(photo, CheckedImage) for photo in self.photos)
        return self


def test_every_place_of_an_image_is_cut_out() -> None:
    one, two = padded(1), padded(2)
    body = {
        "cover": one,
        "photos": [one, two],
        "loose": [two],
        "titles": [one],
        "named": {"a": one, "\u00e9": two},
        "pair": [one, two],
        "either": [one],
        "inner": {"image": two, "title": one, "inner": [{"image": one, "inner": [{"image": two}]}]},
        "extra": one,
    }
    # The title, the titles and the extra field are left alone.
    assert same(Album, json.dumps(body, ensure_ascii=False).encode()) == 12
    assert same(Album, json.dumps(body | {"either": one}, indent=4, ensure_ascii=False).encode()) == 12
    # A key with an escape is not looked up.
    assert same(Album, json.dumps(body).encode()) == 11


class Aliased(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")

    cover_image: DataUriImage | None = None
    all_photos: DataUriImages = []


class ByName(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, validate_by_alias=False, extra="allow")

    cover_image: DataUriImage | None = None


class Crossed(BaseModel):
    """Two fields that are read from one place."""

    first: DataUriImage | None = Field(None, alias="second")
    second: str = Field("", alias="third")
    third: DataUriImage | None = Field(None, validation_alias=AliasChoices("third_image", "other"))
    start: str = Field("", validation_alias=AliasPath("photos", 0))
    photos: DataUriImages = []

    model_config = ConfigDict(populate_by_name=True, extra="allow")


class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")

    image: DataUriImage


class OrText(BaseModel):
    first: DataUriImage | str
    second: str | DataUriImage
    third: Any = None
    fourth: list[DataUriImage | str] = []
    fifth: Annotated[DataUriImage | str, Field(union_mode="left_to_right")] = ""


class Cat(BaseModel):
    kind: Literal["cat"]
    image: DataUriImage


class Note(BaseModel):
    kind: Literal["note"]
    image: str


class Tagged(BaseModel):
    animal: Annotated[Cat | Note, Field(discriminator="kind")] | None = None
    smart: Cat | Note | None = None


def length_of(text: Any) -> Any:
    return text if len(text) > 700 else f"data:image/gif;base64,{text}"


def wrapped(text: Any, handler: Any) -> Any:
    image = handler(text)
    return image if len(text) > 700 else None


def small(image: CheckedImage) -> CheckedImage:
    if image.bytes[100:101] == b"C":
        raise ValueError("C is not welcome")
    return image


class Validated(BaseModel):
    before: Annotated[DataUriImage, BeforeValidator(length_of)] | None = None
    wrap: Annotated[DataUriImage | None, WrapValidator(wrapped)] = None
    after: Annotated[DataUriImage, AfterValidator(small)] | None = None
    sizes: dict[str, int] = {}
    image: DataUriImage | None = None
    lengths: list[int] = []

    @field_validator("image", mode="after")
    @classmethod
    def look(cls, image: CheckedImage) -> CheckedImage:
        return small(image)


class SeesAll(BaseModel):
    image: DataUriImage
    length: int = 0

    @model_validator(mode="before")
    @classmethod
    def measure(cls, value: Any) -> Any:
        return {**value, "length": len(value["image"])} if isinstance(value, dict) and "image" in value else value


class Typed(TypedDict, total=False):
    image: DataUriImage
    text: str


@dataclass
class Classy:
    image: DataUriImage
    text: str = ""


class Rooted(RootModel[list[DataUriImage]]):
    pass


class Bytes(BaseModel):
    image: ImageBytes | None = None
    strict: Annotated[CheckedImage, DataUri(min_width=2)] | None = None


ONE, TWO = padded(1), padded(2)
ESCAPED = json.dumps(ONE).replace("/", "\\/")


@pytest.mark.parametrize(
    ("model", "body", "count"),
    [
        (Aliased, {"coverImage": ONE, "allPhotos": [TWO]}, 2),
        # By its name it may be an extra value besides the alias.
        (Aliased, {"cover_image": ONE, "coverImage": TWO, "all_photos": [ONE]}, 1),
        (ByName, {"coverImage": ONE, "cover_image": TWO}, 1),
        (Crossed, {"second": ONE, "third": ONE, "photos": [ONE, TWO], "other": TWO, "first": ONE}, 0),
        (Forbidding, {"image": ONE, "more": TWO}, 1),
        (Forbidding, {"image": [ONE]}, 0),
        (OrText, {"first": ONE, "second": TWO, "third": ONE, "fourth": [ONE], "fifth": TWO}, 0),
        (OrText, {"first": ONE[:-5] + "!", "second": TWO, "fourth": [ONE, 1]}, 0),
        (Tagged, {"animal": {"kind": "note", "image": ONE}, "smart": {"kind": "cat", "image": TWO}}, 0),
        (Validated, {"before": ONE, "wrap": TWO, "after": ONE, "image": TWO}, 2),
        (Validated, {"after": TWO, "image": TWO}, 2),
        (SeesAll, {"image": ONE}, 0),
        (Typed, {"image": ONE, "text": TWO}, 1),
        (Classy, {"image": ONE, "text": TWO}, 1),
        (list[Classy], [{"image": ONE}, {"image": TWO}], 2),
        (Rooted, [ONE, TWO, "no", None, 4], 2),
        (DataUriImage, ONE, 1),
        (Bytes, {"image": ONE, "strict": TWO}, 1),
        (dict[str, Any], {"image": ONE}, 0),
        (Album, {"cover": ONE, "photos": ONE, "loose": [[ONE]], "named": [ONE], "pair": [ONE], "inner": [ONE]}, 2),
        (Album, {"cover": padded(3)[:-9], "photos": [ONE, padded(4)[:-1] + " "], "loose": ["data:", ONE, 3]}, 4),
        (Album, {"cover": ONE.replace("gif", "g\u00ed", 1), "photos": [ONE + "\u20ac", TWO + "\x7f", TWO + "\n"]}, 0),
    ],
)
def test_what_comes_out_is_what_pydantic_makes_of_the_whole_body(model: Any, body: Any, count: int) -> None:
    assert same(model, json.dumps(body, ensure_ascii=False).encode()) == count


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    assert same(Album, f'{{"cover":"{ONE}","cover":"{TWO}"}}'.encode()) == 2
    assert same(Album, f'{{"cover":"{ONE}","cover":4}}'.encode()) == 1
    assert same(Album, f'{{"cover":4,"cov\\u0065r":"{ONE}"}}'.encode()) == 0


def test_escapes_are_left_to_the_parser() -> None:
    assert same(Album, f'{{"cover":{ESCAPED},"photos":["{ONE}",{ESCAPED}]}}'.encode()) == 1
    assert same(Album, f'{{"cover":"{ONE}\\"","photos":["\\\\","{ONE}"]}}'.encode()) == 1


@pytest.mark.parametrize(
    "body",
    [
        f'{{"cover":"{ONE}"',
        f'{{"cover":"{ONE}',
        f'{{"cover":"{ONE}"}}}}',
        f'{{"cover":"{ONE}"]',
        f'{{"cover":"{ONE}" "photos":[]}}',
        f'{{"cover" "{ONE}"}}',
        f'{{"photos":["{ONE}",],"cover":"{ONE}"}}',
        f'{{"cover":"{ONE}\n"}}',
        f'{{cover:"{ONE}"}}',
        f'{{"cover":"{ONE}","photos":[1e]}}',
        f'{{"photos":["{ONE}"],"titles":["\\x"]}}',
        f'"{ONE}"x',
        "",
    ],
)
def test_a_mistake_in_json_is_where_it_stands_in_the_body(body: str) -> None:
    same(Album, body.encode())
    error = outcome(lambda: Dependency(Album, 10**9)._validate(document(body.encode()), CancelToken()))
    assert error[0]["type"] in ("json_invalid", "model_type")


def test_a_text_that_is_not_in_utf_8_is_left_to_the_parser() -> None:
    broken = f'{{"cover":"{ONE}","photos":["'.encode() + ONE.encode() + b'\xff"]}'
    same(Album, broken)


def test_an_error_shows_the_text_and_no_mark() -> None:
    model: Dependency[Any] = Dependency(Album, 10**9)
    body = json.dumps({"cover": ONE[:-4] + "!!!!", "photos": [ONE, TWO[:600]]}).encode()
    with pytest.raises(ValidationError) as caught:
        model._validate(document(body), CancelToken())
    with pytest.raises(ValidationError) as whole:
        Album.model_validate_json(body)
    assert caught.value.errors(include_url=False) == whole.value.errors(include_url=False)
    assert caught.value.errors()[0]["input"] == f"{ONE[:64]}... ({len(ONE)} characters)"


def test_a_mark_cannot_be_guessed() -> None:
    places = Dependency(Album, 10**9)._places
    assert places is not None
    seen = set()
    for _ in range(2):
        model: Dependency[Any] = Dependency(Album, 10**9)
        spied: list[str] = []

        class Spy:
            def validate_json(self, document: bytes, spied: list[str] = spied) -> Any:
                spied.append(json.loads(document)["cover"])

        model._adapter = Spy()  # type: ignore[assignment]
        model._validate(document(json.dumps({"cover": ONE}).encode()), CancelToken())
        seen.update(spied)
    assert len(seen) == 2
    assert all(len(mark) >= 32 for mark in seen)


def test_the_decoder_reads_the_body_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """One image at a time would make a ``str`` at a time, which the resident memory hardly shows."""
    read: list[str] = []

    def spy(text: Any, *rest: Any, **more: Any) -> CheckedImage:
        read.append(type(text).__name__)
        return decode_data_uri(text, *rest, **more)

    model: Dependency[Any] = Dependency(Album, 10**9)
    monkeypatch.setattr(presize.pydantic, "decode_data_uri", spy)
    model._validate(document(json.dumps({"cover": ONE, "loose": [ONE, TWO]}).encode()), CancelToken())
    assert read == ["JsonText", "JsonText", "JsonText"]


TEXTS = [ONE, TWO, ONE[:-3] + "***", "data:", "short", padded(2)[:-1], ONE.upper()]
KEYS = [
    "cover",
    "photos",
    "loose",
    "titles",
    "named",
    "pair",
    "either",
    "inner",
    "image",
    "title",
    "coverImage",
    "second",
]


def drawn(chance: random.Random, depth: int = 0) -> Any:
    match chance.randrange(4 if depth < 4 else 1):
        case 0 | 1:
            return chance.choice([*TEXTS, *TEXTS, None, 1, True])
        case 2:
            return [drawn(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(KEYS): drawn(chance, depth + 1) for _ in range(chance.randrange(6))}


def test_bodies_drawn_at_random() -> None:
    chance = random.Random(14)
    models = [Album, Inner, Aliased, Crossed, OrText, Tagged, Validated, Typed, Rooted, dict[str, DataUriImages]]
    sound = {"cover": ONE, "photos": [TWO, ONE], "image": TWO, "named": {"a": ONE}, "coverImage": TWO, "second": ONE}
    cut, valid = 0, 0
    for _ in range(600):
        model = chance.choice(models)
        value = sound | {chance.choice(KEYS): drawn(chance)} if chance.random() < 0.8 else drawn(chance)
        body = bytearray(json.dumps(value, indent=chance.choice([None, 1])).encode())
        cut += same(model, bytes(body))
        valid += not isinstance(outcome(partial(TypeAdapter(model).validate_json, body)), list)
        # The same with a byte changed, removed or added: mostly no JSON any more.
        at = chance.randrange(len(body))
        body[at : at + chance.randrange(2)] = chance.choice([b"", b'"', b"{", b"]", b",", b"\\", b":", b"0", b"\xe9"])
        same(model, bytes(body))
    assert cut > 300
    assert valid > 100


MEASURE = '''
import asyncio, base64, json, re, sys
from typing import Annotated
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from presize.fastapi import install_presize, json_body
from presize.pydantic import DataUriImages

class Album(BaseModel):
    photos: DataUriImages

app = FastAPI()
install_presize(app)

@app.post("/albums")
async def create(album: Annotated[Album, Depends(json_body(Album, max_bytes=40_000_000))]) -> int:
    return sum(len(photo.bytes) for photo in album.photos)

is_announced = sys.argv[1] == "announced"
gif = base64.b64decode("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=")
comment = b"\\x21\\xfe" + (b"\\xfa" + b"x" * 250) * 9000 + b"\\0"
data = base64.b64encode(gif[:19] + comment + gif[19:])

def pieces(count, data=data):
    """A body is made while it is read, so that the client takes no memory."""
    yield b'{"photos":['
    for index in range(count):
        yield b'%s"data:image/gif;base64,' % (b"," * (index > 0))
        for start in range(0, len(data), 65536):
            yield data[start:start + 65536]
        yield b'"'
    yield b"]}"

async def post(*drawn):
    source, sent = pieces(*drawn), []
    length = sum(map(len, pieces(*drawn)))
    async def receive():
        piece = next(source, None)
        if piece is None:
            if not receive.ended:
                receive.ended = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": True}
    receive.ended = False
    async def send(message):
        sent.append(message)
    headers = [(b"content-type", b"application/json")]
    if is_announced:
        headers.append((b"content-length", str(length).encode()))
    scope = {"type": "http", "method": "POST", "path": "/albums", "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    decoded = json.loads(sent[1]["body"])
    return length, decoded

def resident(name):
    return int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024

async def main():
    await post(1, base64.b64encode(gif))
    open("/proc/self/clear_refs", "w").write("5")
    before = resident("VmRSS")
    length, decoded = await post(10)
    print(json.dumps({"length": length, "decoded": decoded, "peak": resident("VmHWM") - before}))

asyncio.run(main())
'''


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="resident memory is read from Linux")
@pytest.mark.parametrize("length", ["announced", "chunked"])
def test_no_second_text_is_made_of_a_body(length: str) -> None:
    """30 MB of data URIs, of which Pydantic alone makes 30 MB of ``str``."""
    ran = subprocess.run([sys.executable, "-c", MEASURE, length], capture_output=True, text=True, check=True)
    measured = json.loads(ran.stdout)
    assert measured["length"] > 30_000_000
    assert 0.74 < measured["decoded"] / measured["length"] < 0.76
    # The allocator keeps some of what it got; a second text would be twice as much.
    assert measured["peak"] < measured["length"] + measured["decoded"] + 15_000_000, measured
