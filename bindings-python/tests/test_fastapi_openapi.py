"""What applications with presize show of themselves in OpenAPI, whatever their own models are called."""

import types
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel, Field, create_model

from presize import CheckedImage, Uploads
from presize.fastapi import image_file, install_presize, json_body, upload_router
from presize.pydantic import DataUriImage, DataUris


class Generate(BaseModel):
    image_data_list: Annotated[list[CheckedImage], DataUris(min_width=20)]
    kind: str = "id"


class Loose(BaseModel):
    images: list[DataUriImage]


def nobody() -> str:
    raise HTTPException(401, "who are you?")


def test_openapi_of_an_included_router() -> None:
    router = APIRouter(prefix="/inner")

    @router.post("/avatar")
    async def avatar(photo: Annotated[CheckedImage, Depends(image_file())]) -> None: ...

    outer = APIRouter(prefix="/outer")
    outer.include_router(router)
    app = FastAPI()
    install_presize(app)
    app.include_router(outer, prefix="/api")
    operation = app.openapi()["paths"]["/api/outer/inner/avatar"]["post"]
    assert "multipart/form-data" in operation["requestBody"]["content"]


def item_of(kind: Any) -> Any:
    """A model called Item, as each module of an application has one."""
    return create_model("Item", x=(kind, ...))


class Branch(BaseModel):
    leaf: int
    branches: "list[Branch]" = []


def taking(model: Any) -> Callable[..., None]:
    """A route with a body of which FastAPI knows."""

    def route(body: Any) -> None: ...

    route.__annotations__["body"] = model
    return route


def resolved(document: Any, schema: Any, seen: tuple[str, ...] = ()) -> Any:
    """A part of the document with what it refers to in the place of the references, as far as it does not repeat itself."""
    if isinstance(schema, list):
        return [resolved(document, item, seen) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        found = document["components"]["schemas"][name]
        return "again" if name in seen else resolved(document, found, (*seen, name))
    return {key: resolved(document, value, seen) for key, value in schema.items()}


def body_of(document: Any, path: str) -> Any:
    content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return resolved(document, content)["properties"]


def app_of(**models: Any) -> FastAPI:
    app = FastAPI()
    install_presize(app)
    for name, model in models.items():
        app.post(f"/{name}", dependencies=[Depends(json_body(model, max_bytes=10))])(lambda: None)
    return app


def test_openapi_of_models_with_the_same_name() -> None:
    number, text = item_of(int), item_of(str)
    texts: Any = types.GenericAlias(list, (text,))
    wrap = create_model("Wrap", item=(number, ...))
    app = app_of(
        number=create_model("A", i=(number, ...)),
        text=create_model("B", i=(texts, ...)),
        number_again=create_model("C", i=(number, ...)),
        text_again=create_model("D", i=(text, ...)),
        wrap=create_model("E", w=(wrap, ...)),
        wrap_of_text=create_model("F", w=(create_model("Wrap", item=(text, ...)), ...)),
        numbered=create_model("G", i=(text, ...), j=(create_model("Item_2", y=(int, ...)), ...)),
        tree=create_model("H", t=(Branch, ...)),
    )

    app.post("/known")(taking(item_of(bool)))
    document = app.openapi()
    OpenAPI.model_validate(document)

    def kinds(path: str, name: str = "i") -> Any:
        return body_of(document, path)[name]["properties"]["x"]["type"]

    assert [kinds("/number"), kinds("/number_again"), kinds("/text_again")] == ["integer", "integer", "string"]
    assert body_of(document, "/text")["i"]["items"]["properties"]["x"]["type"] == "string"
    assert body_of(document, "/wrap")["w"]["properties"]["item"]["properties"]["x"]["type"] == "integer"
    assert body_of(document, "/wrap_of_text")["w"]["properties"]["item"]["properties"]["x"]["type"] == "string"
    assert kinds("/numbered") == "string"
    assert list(body_of(document, "/numbered")["j"]["properties"]) == ["y"]
    assert body_of(document, "/tree")["t"]["properties"]["branches"]["items"] == "again"
    # What FastAPI knows by itself keeps its name, and what is the same is there once.
    schemas = document["components"]["schemas"]
    assert schemas["Item"]["properties"]["x"]["type"] == "boolean"
    kinds_of_items = [
        schema["properties"]["x"]["type"]
        for name, schema in schemas.items()
        if name.startswith("Item_") and "x" in schema["properties"]
    ]
    assert sorted(kinds_of_items) == ["integer", "string"]
    names = set(schemas)
    assert app.openapi() == document
    assert set(app.openapi()["components"]["schemas"]) == names


def test_openapi_of_a_discriminated_union_whose_names_are_taken() -> None:
    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    class Zoo(BaseModel):
        pet: Annotated[Cat | Dog, Field(discriminator="kind")]

    app = app_of(zoo=Zoo)
    app.post("/known")(taking(create_model("Cat", other=(int, ...))))
    document = app.openapi()
    mapping = body_of(document, "/zoo")["pet"]["discriminator"]["mapping"]
    assert mapping == {"cat": "#/components/schemas/Cat_2", "dog": "#/components/schemas/Dog"}
    assert document["components"]["schemas"]["Cat_2"]["properties"]["kind"]["const"] == "cat"


def test_openapi_of_models_that_are_called_as_those_of_errors(uploads: Uploads) -> None:
    class ErrorBody(BaseModel):
        mine: int

    class ValidationError(BaseModel):
        mine: int

    mine = create_model("PresizeErrorBody", mine=(int, ...))
    app = app_of(errors=create_model("A", e=(ErrorBody, ...), v=(ValidationError, ...), p=(mine, ...)))
    app.post("/avatar", dependencies=[Depends(image_file())])(lambda: None)
    app.include_router(upload_router(uploads, current_user=nobody))

    @app.post("/known")
    async def known(error: ErrorBody) -> None: ...

    document = app.openapi()
    for name in "evp":
        assert list(body_of(document, "/errors")[name]["properties"]) == ["mine"]
    known_body = document["paths"]["/known"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert list(resolved(document, known_body)["properties"]) == ["mine"]
    for path in ("/errors", "/avatar", "/presigned-url"):
        answer = document["paths"][path]["post"]["responses"]["413"]["content"]["application/json"]["schema"]
        error = resolved(document, answer)["properties"]["error"]["properties"]
        assert list(error) == ["code", "message", "user_message", "details", "index"], path
    invalid = document["paths"]["/errors"]["post"]["responses"]["422"]["content"]["application/json"]["schema"]
    assert list(resolved(document, invalid)["properties"]) == ["error"]


def test_openapi_of_a_name_that_may_be_left_out_and_is_never_null(uploads: Uploads) -> None:
    app = FastAPI()
    app.include_router(upload_router(uploads, current_user=nobody))
    document = app.openapi()
    for path, name in (("/presigned-url", "filename"), ("/confirm", "original_filename")):
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert name not in body["required"]
        assert body["properties"][name]["type"] == "string"


def test_openapi_has_what_is_the_same_once(uploads: Uploads) -> None:
    app = app_of(one=Generate, other=Loose)
    app.post("/avatar", dependencies=[Depends(image_file())])(lambda: None)
    app.include_router(upload_router(uploads, current_user=nobody))

    @app.post("/known")
    async def known(body: Loose) -> None: ...

    assert set(app.openapi()["components"]["schemas"]) == {
        "Loose",
        "PresizeConfirmed",
        "PresizeErrorAnswer",
        "PresizeErrorBody",
        "PresizeTicket",
        "PresizeVariant",
    }
