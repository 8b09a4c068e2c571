"""A Pydantic model as a body, for models with images in them."""

from typing import Generic, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import validation_error_definition, validation_error_response_definition
from pydantic import TypeAdapter, ValidationError

from presize import CancelToken, _cost, aio
from presize._json_body import demand_json_type
from presize.asgi import check_limit
from presize.fastapi.body import BodyDependency, Described, client_of, read_body, working_for
from presize.fastapi.errors import described_errors
from presize.pydantic import cancelled_by

Model = TypeVar("Model")


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

    Errors: ``request_type_unsupported`` 415 for a body that is not sent as ``application/json``; ``request_too_large`` 413;
    ``request_malformed`` 400 for a body that breaks off; ``server_busy`` 503; FastAPI's own 422 for a body that is not the
    model, with the index of the image in ``loc``. ``install_presize`` makes answers of all but the last, and shows the body
    in OpenAPI.
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
        responses, error_schemas = described_errors([400, 413, 415, 503], ref_template)
        invalid = {"$ref": ref_template.format(model="HTTPValidationError")}
        responses[422] = {"description": "Validation Error", "content": {"application/json": {"schema": invalid}}}
        validation = {
            "ValidationError": validation_error_definition,
            "HTTPValidationError": validation_error_response_definition,
        }
        return Described(request_body, schemas, responses, {**error_schemas, **validation})

    async def __call__(self, request: Request) -> Model:
        demand_json_type(request.headers.get("content-type", ""))
        body = await read_body(request, self._max_bytes)
        try:
            async with working_for(request):
                return await aio._run(
                    lambda token: self._validate(body, token), lambda: _cost.of_json(body), client_of(request)
                )
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None

    def _validate(self, body: bytes, token: CancelToken) -> Model:
        with cancelled_by(token):
            return self._adapter.validate_json(body)
