"""A Pydantic model as a body, for models with images in them."""

from secrets import token_hex
from typing import Generic, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import validation_error_definition, validation_error_response_definition
from pydantic import TypeAdapter, ValidationError

from presize import CancelToken, _cost, aio
from presize._native import JsonDocument
from presize.asgi import check_limit
from presize.fastapi.body import BodyDependency, Described, client_of, read_json, working_for
from presize.fastapi.errors import described_errors
from presize.json_scan import JsonScanner
from presize.options import JsonLimitsOptions
from presize.pydantic import cancelled_by, count_places, cut_places, reading_marks
from presize.rules import ImageRules

Model = TypeVar("Model")


def json_body(
    model: type[Model],
    *,
    max_bytes: int,
    max_structure_bytes: int = 65_536,
    max_data_uris: int | None = None,
    max_total_work_pixels: int | None = None,
) -> "JsonBody[Model]":
    """A dependency whose value is the JSON body as a Pydantic model.

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
    requests waiting, and without ``install_presize`` may send it back in a 422. Here, dependencies that come first refuse first, the body is refused
    while it streams, before anything is made of it, images are decoded off the event loop, and an answer repeats nothing. A data
    URI is decoded from the body itself, without a ``str`` of it, where no validator of yours comes before and no other type of a
    union takes strings.

    - ``max_bytes``: the longest body. 23 images of 1 MiB fit 32 MiB of base64; 24 do not.
    - ``max_structure_bytes``: the most bytes outside of strings that are no white space, quotes included: what a parser makes
      objects of. Default: 65536.
    - ``max_data_uris``: the most strings that start with ``data:``. Default: as many as the model has places for images; a list
      without ``max_length`` or ``DataUris`` has ten.
    - ``max_total_work_pixels``: the most work of all images together, in weighted pixels. Default: that of ``ImageRules()``.

    Validators of your own run in the same thread, with the context variables of the request. A request that is cancelled, or
    whose client leaves, stops the decoding of its images before the next stage or frame; Pydantic itself and your validators
    run to their end. The client in the queue of ``presize.aio`` is its address, unless ``aio.name_client`` has said who it is.
    There is no limit on time, for clients that send slowly: that is the server's or the proxy's to set.

    Errors: ``request_type_unsupported`` 415 for a body that is not sent as ``application/json``; ``request_too_large`` 413;
    ``request_malformed`` 400 for a body that breaks off, has too much structure, or more than 32 lists and objects within each
    other; ``data_uri_count_exceeded`` and ``image_too_large`` 413; ``server_busy`` 503; FastAPI's own 422 for a body that is not the
    model, with the index of the image in ``loc``. ``install_presize`` makes answers of all but the last, and shows the body
    in OpenAPI.
    """
    return JsonBody(model, max_bytes, max_structure_bytes, max_data_uris, max_total_work_pixels)


class JsonBody(BodyDependency, Generic[Model]):
    """The dependency of ``json_body``. Call ``json_body`` instead."""

    def __init__(
        self,
        model: type[Model],
        max_bytes: int,
        max_structure_bytes: int = 65_536,
        max_data_uris: int | None = None,
        max_total_work_pixels: int | None = None,
    ) -> None:
        self._max_bytes = check_limit(max_bytes)
        self._adapter = TypeAdapter(model)
        self._places = cut_places(self._adapter.core_schema)
        places = count_places(self._adapter.json_schema()) if max_data_uris is None else max_data_uris
        self._limits: JsonLimitsOptions = {"max_structure_bytes": max_structure_bytes}
        if places is not None:
            self._limits["max_data_uris"] = places
        JsonScanner(**self._limits)
        rules = (
            ImageRules() if max_total_work_pixels is None else ImageRules(max_total_work_pixels=max_total_work_pixels)
        )
        self._max_work_pixels = rules.max_total_work_pixels

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
        body = await read_json(request, self._max_bytes, **self._limits)
        try:
            async with working_for(request):
                return await aio._run(
                    lambda token: self._validate(body, token),
                    lambda: _cost.of_json(body, self._max_work_pixels),
                    client_of(request),
                )
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None

    def _validate(self, body: JsonDocument, token: CancelToken) -> Model:
        with cancelled_by(token):
            if self._places is None:
                return self._adapter.validate_json(body.to_bytes())
            # Nobody else can write such a mark: it is made when the body is there.
            document, texts = body.cut(self._places, f"presize:{token_hex(16)}:")
            try:
                with reading_marks(texts):
                    return self._adapter.validate_json(document)
            except ValidationError as error:
                if not texts or [each["type"] for each in error.errors(include_input=False)] != ["json_invalid"]:
                    raise
            # Only the position of the error is computed, without making strings of what precedes it.
            return self._adapter.validate_json(body.to_bytes())
