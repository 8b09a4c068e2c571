"""Images in forms with other fields, and ``UploadFile``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, File, Form, UploadFile
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel

from fastapi_app import client_of
from presize import CheckedImage, ImageRules, aio
from presize.fastapi import image_file, image_files, image_form, install_presize

photo_file = image_file(ImageRules(max_bytes=50_000), field="photo")
photo_files = image_files(ImageRules(max_images=2), field="photos")
profile_form = image_form({"avatar": ImageRules(min_width=10), "cover": None})


class Texts(BaseModel):
    title: Annotated[str, Form(max_length=10)]
    tags: list[str] = []


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    app = FastAPI()
    install_presize(app)

    @app.post("/one")
    async def one(
        title: Annotated[str, Form()],
        photo: Annotated[CheckedImage, Depends(photo_file)],
        tags: Annotated[list[str], Form()] = [],  # noqa: B006
    ) -> list[Any]:
        return [title, tags, photo.format, photo.width]

    @app.post("/many")
    async def many(
        photos: Annotated[list[CheckedImage], Depends(photo_files)], title: Annotated[str, Form()]
    ) -> list[Any]:
        return [title, [photo.format for photo in photos]]

    @app.post("/profile")
    async def profile(
        texts: Annotated[Texts, Form()], images: Annotated[dict[str, CheckedImage], Depends(profile_form)]
    ) -> list[Any]:
        return [texts.title, texts.tags, images["avatar"].width, images["cover"].width]

    @app.post("/beside")
    async def beside(
        other: Annotated[UploadFile, File()], photo: Annotated[CheckedImage, Depends(photo_file)]
    ) -> list[Any]:
        return [len(await other.read()), photo.width]

    @app.post("/upload")
    async def upload(file: UploadFile) -> list[Any]:
        image = await aio.check(file.file, ImageRules(formats=["jpeg", "png"]), declared=file.content_type)
        return [image.format, image.width]

    with client_of(app) as client:
        yield client


@pytest.fixture(scope="module")
def png(images: Path) -> bytes:
    return (images / "rgb.png").read_bytes()


@pytest.fixture(scope="module")
def jpeg(images: Path) -> bytes:
    return (images / "baseline_420.jpg").read_bytes()


def refused(answer: Any) -> tuple[int, str, Any]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["details"]


def test_an_image_and_texts(client: httpx.Client, png: bytes) -> None:
    answer = client.post(
        "/one", data={"title": "고양이", "tags": ["a", "b"]}, files={"photo": ("cat.png", png, "image/png")}
    )
    assert answer.json() == ["고양이", ["a", "b"], "png", 48]


def test_several_images_and_a_text(client: httpx.Client, png: bytes, jpeg: bytes) -> None:
    files = [("photos", ("a.png", png, "image/png")), ("photos", ("b.jpg", jpeg, "image/jpeg"))]
    assert client.post("/many", data={"title": "x"}, files=files).json() == ["x", ["png", "jpeg"]]
    answer = client.post("/many", data={"title": "x"}, files=[*files, files[0]])
    assert refused(answer)[:2] == (400, "request_malformed")
    assert "at most 2 files in the field photos" in answer.text


def test_a_model_of_texts_and_named_images(client: httpx.Client, png: bytes, jpeg: bytes) -> None:
    files = {"avatar": ("a.png", png, "image/png"), "cover": ("b.jpg", jpeg, "image/jpeg")}
    answer = client.post("/profile", data={"title": "x", "tags": ["a"]}, files=files)
    assert answer.json()[:3] == ["x", ["a"], 48]
    damaged = {**files, "cover": ("b.jpg", jpeg[:300], "image/jpeg")}
    answer = client.post("/profile", data={"title": "x"}, files=damaged)
    assert refused(answer)[:2] == (422, "image_corrupt")
    assert answer.json()["error"]["details"]["field"] == "cover"


def test_the_rules_hold_as_in_a_form_of_images_alone(client: httpx.Client, png: bytes, jpeg: bytes) -> None:
    def post(data: bytes, kind: str = "image/png", name: str = "cat.png") -> Any:
        return client.post("/one", data={"title": "x"}, files={"photo": (name, data, kind)})

    assert refused(post(png + bytes(60_000))) == (
        413,
        "image_too_large",
        {"what": "bytes", "received": 50_001, "max": 50_000},
    )
    assert refused(post(png[:100]))[:2] == (422, "image_corrupt")
    assert refused(post(png, "image/jpeg"))[:2] == (415, "image_format_mismatch")
    assert refused(post(b"<svg/>"))[0] == 415
    missing = client.post("/one", data={"title": "x"}, files={"other": ("cat.png", png, "image/png")})
    assert refused(missing) == (
        400,
        "request_malformed",
        {"expected": "a file in the field photo", "received": "none"},
    )
    assert missing.json()["error"]["user_message"] == "No picture was chosen. Please choose one."
    assert refused(client.post("/one", data={"title": "x"}))[:2] == (400, "request_malformed")
    two = [("photo", ("a.png", png, "image/png"))] * 2
    many = client.post("/one", data={"title": "x"}, files=two)
    assert "one file in the field photo" in many.text
    assert many.json()["error"]["user_message"] == "Too many pictures at once; the limit is 1."


def test_a_text_that_is_missing_is_named(client: httpx.Client, png: bytes) -> None:
    answer = client.post("/one", files={"photo": ("cat.png", png, "image/png")})
    status, code, details = refused(answer)
    assert (status, code, details["fields"]) == (422, "request_invalid", ["title"])


def test_other_files_are_the_routes_own(client: httpx.Client, png: bytes) -> None:
    files = {"other": ("a.pdf", b"%PDF", "application/pdf"), "photo": ("cat.png", png, "image/png")}
    assert client.post("/beside", files=files).json() == [4, 48]


def test_an_upload_file(client: httpx.Client, png: bytes) -> None:
    assert client.post("/upload", files={"file": ("cat.png", png, "image/png")}).json() == ["png", 48]
    assert refused(client.post("/upload", files={"file": ("cat.png", png[:99], "image/png")}))[0] == 422
    assert refused(client.post("/upload", files={"file": ("cat.gif", b"GIF89a", "image/gif")}))[0] == 415


def test_openapi_shows_all_fields_of_a_form(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    OpenAPI.model_validate(document)
    content = document["paths"]["/one"]["post"]["requestBody"]["content"]
    assert list(content) == ["multipart/form-data"]
    schema = content["multipart/form-data"]["schema"]
    assert sorted(schema["properties"]) == ["photo", "tags", "title"]
    assert sorted(schema["required"]) == ["photo", "title"]
    assert schema["properties"]["photo"]["format"] == "binary"
    profile = document["paths"]["/profile"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert sorted(profile["properties"]) == ["avatar", "cover", "tags", "title"]


def test_a_name_in_a_charset_that_has_half_a_surrogate_pair(client: httpx.Client, png: bytes) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    name = b'; filename="\\ud800.png"'
    body = part % (b"title", b"", b"x") + part % (b"photo", name, png) + b"--x--\r\n"
    kind = "multipart/form-data; boundary=x; charset=raw_unicode_escape"
    answer = client.post("/one", content=body, headers={"content-type": kind})
    assert answer.json() == ["x", [], "png", 48], answer.text
