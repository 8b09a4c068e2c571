"""The types for Pydantic: against the vectors, and as fields of models."""

import json
import warnings
from pathlib import Path
from typing import Annotated, Any, assert_type

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from presize import CheckedImage, ImageRules, OptionError, PresizeError, check, encode_data_uri
from presize.pydantic import DataUri, DataUriImage, DataUriImages, DataUris, ImageBytes, ImageFromBytes

VECTORS = Path(__file__).parents[2] / "core/tests/vectors"


class Album(BaseModel):
    cover: DataUriImage
    photos: DataUriImages = []


class Many(BaseModel):
    photos: list[DataUriImage]


@pytest.fixture(scope="module")
def png() -> str:
    return encode_data_uri((VECTORS / "images/rgb.png").read_bytes(), "png")


@pytest.fixture(scope="module")
def jpeg() -> str:
    return encode_data_uri((VECTORS / "images/baseline_420.jpg").read_bytes(), "jpeg")


def refused(model: type[BaseModel], value: Any) -> dict[str, Any]:
    """The one error of a value."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    (error,) = caught.value.errors()
    return dict(error)


def cases(call: str) -> list[Any]:
    files = [VECTORS / name for name in ("data_uri.json", "types.json")]
    found = [case for file in files for case in json.loads(file.read_text())["cases"] if case["call"] == call]
    assert found
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases("decode_data_uri"))
def test_a_field_decides_as_the_vectors_do(case: dict[str, Any]) -> None:
    given = case["input"]
    try:
        rules = ImageRules(**given.get("rules", {}))
    except OptionError:
        assert case["error"]["code"] == "option_invalid"
        return
    adapter: TypeAdapter[CheckedImage] = TypeAdapter(Annotated[CheckedImage, DataUri(rules)])
    if "ok" in case:
        image = adapter.validate_python(given["text"])
        assert (image.format, image.width, image.height) == tuple(
            case["ok"][name] for name in ("format", "width", "height")
        )
        assert json.loads(adapter.dump_json(image)) == case["ok"].get("text", image.to_data_uri())
        return
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(given["text"])
    (error_details,) = caught.value.errors()
    expected = case["error"]
    assert error_details["type"] == expected["code"]
    assert error_details["loc"] == ()
    for name, value in expected.get("details", {}).items():
        assert error_details["ctx"][name] == value
    if "message" in expected:
        assert error_details["msg"] == expected["message"]


@pytest.mark.parametrize("case", cases("decode_data_uris"))
def test_a_list_decides_as_the_vectors_do(case: dict[str, Any]) -> None:
    given = case["input"]
    adapter: TypeAdapter[list[CheckedImage]] = TypeAdapter(
        Annotated[list[CheckedImage], DataUris(**given.get("rules", {}))]
    )
    if "ok" in case:
        assert len(adapter.validate_python(given["texts"])) == len(given["texts"])
        return
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(given["texts"])
    (error,) = caught.value.errors()
    assert error["type"] == case["error"]["code"]
    index = case["error"].get("index")
    assert error["loc"] == (() if index is None else (index,))


def test_a_model_holds_checked_images_and_writes_data_uris(png: str, jpeg: str) -> None:
    album = Album.model_validate_json(json.dumps({"cover": png, "photos": [jpeg, png]}))
    assert_type(album.cover, CheckedImage)
    assert_type(album.photos, list[CheckedImage])
    assert album.cover.format == "png"
    assert [photo.format for photo in album.photos] == ["jpeg", "png"]
    assert json.loads(album.model_dump_json()) == {"cover": png, "photos": [jpeg, png]}
    assert album.model_dump(mode="json") == {"cover": png, "photos": [jpeg, png]}
    assert album.model_dump() == {"cover": album.cover, "photos": album.photos}
    assert Album.model_validate_json(album.model_dump_json()) == album
    assert Album.model_validate({"cover": png}, strict=True).photos == []


def test_images_are_taken_as_they_are(png: str, jpeg: str) -> None:
    image = check(VECTORS / "images/rgb.png")
    album = Album(cover=image, photos=[image])
    assert album.cover is image
    assert album.photos[0] is image
    mixed = Album.model_validate({"cover": image, "photos": [image, jpeg, image, png]})
    assert [photo.format for photo in mixed.photos] == ["png", "jpeg", "png", "png"]
    assert mixed.photos[2] is image


def test_in_a_list_the_place_has_the_index(png: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Many.model_validate({"photos": [png, "data:image/png;base64,iVBORw0KGgo=", png, "no", 4]})
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("image_corrupt", ("photos", 1)),
        ("data_uri_malformed", ("photos", 3)),
        ("string_type", ("photos", 4)),
    ]


def test_a_whole_list_stops_at_its_first_error(png: str) -> None:
    error = refused(Album, {"cover": png, "photos": [png, "no", "neither"]})
    assert (error["type"], error["loc"]) == ("data_uri_malformed", ("photos", 1))
    image = check(VECTORS / "images/rgb.png")
    error = refused(Album, {"cover": png, "photos": [image, png, image, "no"]})
    assert (error["type"], error["loc"], error["input"]) == ("data_uri_malformed", ("photos", 3), "no")
    error = refused(Album, {"cover": png, "photos": [png, 3]})
    assert (error["type"], error["loc"], error["input"]) == ("string_type", ("photos", 1), 3)
    for value in ("text", {"0": png}, None, 4):
        error = refused(Album, {"cover": png, "photos": value})
        assert (error["type"], error["loc"]) == ("list_type", ("photos",))


def test_number_and_total_of_a_list_come_before_any_decoding(png: str) -> None:
    damaged = "data:image/png;base64,iVBORw0KGgo="
    error = refused(Album, {"cover": png, "photos": [damaged] * 11})
    assert (error["type"], error["loc"]) == ("data_uri_count_exceeded", ("photos",))
    assert error["ctx"] == {"received_count": 11, "max_count": 10}

    class Small(BaseModel):
        photos: Annotated[list[CheckedImage], DataUris(max_total_bytes=15)]

    error = refused(Small, {"photos": [damaged, damaged]})
    assert (error["type"], error["loc"]) == ("data_uri_total_too_large", ("photos",))


def test_the_context_is_the_details_and_the_message_is_the_errors(png: str) -> None:
    class Large(BaseModel):
        photo: Annotated[CheckedImage, DataUri(min_width=100)]

    error = refused(Large, {"photo": png})
    with pytest.raises(PresizeError) as raised:
        check(VECTORS / "images/rgb.png", ImageRules(min_width=100))
    assert error["type"] == raised.value.code == "image_too_small"
    assert error["ctx"] == raised.value.details
    assert error["msg"] == str(raised.value)


def test_no_error_repeats_a_long_text() -> None:
    text = "data:image/png;base64," + "A" * 1_000_000
    for model, value in ((Album, {"cover": text}), (Many, {"photos": [text]}), (Album, {"cover": [text]})):
        error = refused(model, value)
        assert len(json.dumps(error)) < 1000
    assert refused(Album, {"cover": text})["input"] == text[:64] + "... (1000022 characters)"


@pytest.mark.parametrize("value", [None, 5, b"data:image/png;base64,AAAA", ["x"], {"x": "y"}])
def test_a_field_takes_text_only(value: object) -> None:
    error = refused(Album, {"cover": value})
    assert (error["type"], error["loc"]) == ("string_type", ("cover",))


def test_a_union_and_an_optional_field(png: str) -> None:
    class Loose(BaseModel):
        photo: DataUriImage | None = None
        either: DataUriImage | int = 0

    assert Loose().photo is None
    assert isinstance(Loose.model_validate({"photo": png}).photo, CheckedImage)
    assert Loose.model_validate({"either": 4}).either == 4
    assert isinstance(Loose.model_validate({"either": png}).either, CheckedImage)


def test_a_default_that_is_no_image_is_written_as_it_is(png: str) -> None:
    """Pydantic validates no default, whatever the field's type."""

    class Loose(BaseModel):
        photo: DataUriImage = None  # type: ignore[assignment]
        text: DataUriImage = "later"  # type: ignore[assignment]
        photos: DataUriImages = None  # type: ignore[assignment]
        data: ImageBytes = None  # type: ignore[assignment]

    nothing = {"photo": None, "text": "later", "photos": None, "data": None}
    assert Loose().model_dump() == nothing
    with warnings.catch_warnings():
        # A list that is none is said to be unexpected.
        warnings.simplefilter("ignore", UserWarning)
        assert json.loads(Loose().model_dump_json()) == nothing
        assert Loose().model_dump(mode="json") == nothing
        assert json.loads(Loose(photo=check(VECTORS / "images/rgb.png")).model_dump_json()) == nothing | {"photo": png}


def test_rules_as_an_object_or_by_name() -> None:
    rules = ImageRules(formats=["jpeg"], max_bytes=1000)
    assert DataUri(rules) == DataUri(formats=["jpeg"], max_bytes=1000)
    assert DataUri(rules) != DataUris(rules)
    assert len({DataUri(rules), DataUri(formats=["jpeg"], max_bytes=1000), DataUri()}) == 2
    assert "max_bytes=1000" in repr(DataUri(rules))
    with pytest.raises(TypeError, match="received both"):
        DataUri(rules, max_bytes=5)
    with pytest.raises(OptionError):
        DataUri(max_bytes=-1)


@pytest.mark.parametrize(
    ("source", "mark"),
    [
        (list[CheckedImage], DataUri()),
        (CheckedImage | None, DataUri()),
        (str, DataUri()),
        (CheckedImage, DataUris()),
        (tuple[CheckedImage, ...], DataUris()),
        (bytes, ImageFromBytes()),
    ],
)
def test_a_mark_on_another_type_is_refused_when_the_model_is_made(source: Any, mark: object) -> None:
    with pytest.raises(TypeError, match="to mark"):
        TypeAdapter(Annotated[source, mark])


def test_bytes(png: str) -> None:
    class Message(BaseModel):
        photo: ImageBytes
        small: Annotated[CheckedImage, ImageFromBytes(max_bytes=100)] | None = None

    data = (VECTORS / "images/rgb.png").read_bytes()
    for given in (data, bytearray(data), memoryview(data)):
        message = Message.model_validate({"photo": given})
        assert message.photo.bytes == data
        assert json.loads(message.model_dump_json())["photo"] == png
    error = refused(Message, {"photo": data[:400]})
    assert (error["type"], error["loc"], error["input"]) == ("image_corrupt", ("photo",), "400 bytes")
    assert refused(Message, {"photo": png})["type"] == "bytes_type"
    assert Message.model_json_schema()["properties"]["photo"]["format"] == "binary"


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_schema_says_what_the_rules_say(mode: Any) -> None:
    class Form(BaseModel):
        cover: DataUriImage
        small: Annotated[CheckedImage, DataUri(max_bytes=1000, min_width=100, formats=["jpeg", "webp"])]
        short: Annotated[CheckedImage, DataUri(max_data_uri_bytes=5000)]
        spaced: Annotated[CheckedImage, DataUri(max_bytes=1000, allow_whitespace=True)]
        photos: Annotated[list[CheckedImage], DataUris(max_images=3)]

    properties = Form.model_json_schema(mode=mode)["properties"]
    cover = properties["cover"]
    assert (cover["type"], cover["format"]) == ("string", "data-uri")
    assert cover["maxLength"] == 1024 + (10_485_760 + 2) // 3 * 4
    assert "jpeg, png, webp, gif" in cover["description"]
    Album.model_validate({"cover": cover["examples"][0]})
    assert "examples" not in properties["small"]
    assert properties["small"]["maxLength"] == 1024 + 334 * 4
    assert "jpeg, webp; 100x1 to 16384x16384 pixels; at most 1000 bytes" in properties["small"]["description"]
    assert properties["short"]["maxLength"] == 5000
    assert properties["spaced"]["maxLength"] == 1024 + 334 * 8
    assert (properties["photos"]["type"], properties["photos"]["maxItems"]) == ("array", 3)
    assert properties["photos"]["items"]["format"] == "data-uri"
