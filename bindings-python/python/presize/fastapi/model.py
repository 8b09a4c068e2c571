"""A Pydantic model as a body, for models with images in them."""

from typing import Generic, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import validation_error_definition, validation_error_response_definition
from pydantic import TypeAdapter, ValidationError

from presize import CancelToken, aio
from presize.asgi import check_limit
from presize.errors import request_malformed
from presize.fastapi.body import BodyDependency, Described, read_body
from presize.fastapi.errors import described_errors
from presize.pydantic import cancelled_by

Model = TypeVar("Model")

_SHOWN_CHARACTERS = 100


def json_body(model: type[Model], *, max_bytes: int) -> "JsonBody[Model]":
    """A dependency that gives the JSON body as a Pydantic model.

    >>> from typing import Annotated
    >>> from fastapi import Depends, FastAPI
    >>> from pydantic import BaseModel
    >>> from presize.fastapi import json_body
    >>> from presize.pydantic import DataUriImages
    >>> class Album(BaseModel):
    ...     photos: DataUriImages
    >>> app = FastAPI()
    >>> @app.post("/albums")
    ... async def create(album: Annotated[Album, Depends(json_body(Album, max_bytes=32 * 1024 * 1024))]) -> int:
    ...     return len(album.photos)

    Do it so for a model with fields of ``presize.pydantic``. FastAPI reads a model that is an ordinary parameter whole before
    it calls any dependency, without a limit, validates it on the event loop, where every pixel that is decoded keeps other
    requests waiting, and may send it back in a 422. Here, dependencies that come first refuse first, the body is refused
    while it streams, images are decoded off the event loop, and an answer repeats nothing.

    - ``max_bytes``: the longest body. 23 images of 1 MiB fit 32 MiB of base64; 24 do not.

    Validators of your own run in the same thread, with the context variables of the request. A request that is cancelled
    stops the decoding of its images before the next stage or frame; Pydantic itself and your validators run to their end.
    There is no limit on time, for clients that send slowly: that is the server's or the proxy's to set.

    Errors: ``request_too_large`` 413; ``request_malformed`` 400 for a body that breaks off or is not sent as
    ``application/json``; FastAPI's own 422 for a body that is not the model, with the index of the image in ``loc``.
    ``install_presize`` makes answers of the first two, and shows the body in OpenAPI.
    """
    return JsonBody(model, max_bytes)


class JsonBody(BodyDependency, Generic[Model]):
    """What ``json_body`` gives. Call ``json_body`` instead."""

    def __init__(self, model: type[Model], max_bytes: int) -> None:
        check_limit(max_bytes)
        self._adapter = TypeAdapter(model)
        self._max_bytes = max_bytes

    def describe(self, ref_template: str) -> Described:
        schema = self._adapter.json_schema(ref_template=ref_template)
        schemas = schema.pop("$defs", {})
        request_body = {"required": True, "content": {"application/json": {"schema": schema}}}
        responses, error_schemas = described_errors([400, 413], ref_template)
        invalid = {"$ref": ref_template.format(model="HTTPValidationError")}
        responses[422] = {"description": "Validation Error", "content": {"application/json": {"schema": invalid}}}
        validation = {
            "ValidationError": validation_error_definition,
            "HTTPValidationError": validation_error_response_definition,
        }
        return Described(request_body, schemas, responses, {**error_schemas, **validation})

    async def __call__(self, request: Request) -> Model:
        _check_type(request.headers.get("content-type", ""))
        body = await read_body(request, self._max_bytes)
        try:
            return await aio._run(lambda token: self._validate(body, token))
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None

    def _validate(self, body: bytes, token: CancelToken) -> Model:
        with cancelled_by(token):
            return self._adapter.validate_json(body)


def _check_type(content_type: str) -> None:
    """Takes JSON only where it is called JSON. A page of another site may send any text as ``text/plain`` with the user's
    cookies, and browsers would not ask first."""
    essence = content_type.partition(";")[0].strip().lower()
    if essence != "application/json" and not (essence.startswith("application/") and essence.endswith("+json")):
        shown = ascii(content_type[:_SHOWN_CHARACTERS]) if content_type else "no content type"
        raise request_malformed("application/json", shown)
