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

    Use it for models with fields of ``presize.pydantic``. If a model is an ordinary parameter, FastAPI reads the whole body
    before it calls any dependency, without a limit, validates it on the event loop, where decoding blocks all other requests,
    and without ``install_presize`` may repeat it in a 422. With ``json_body``, preceding dependencies are called first, the
    body is refused while it arrives, images are decoded outside of the event loop, and no response repeats the body. A data URI
    is decoded from the body itself, without a ``str`` of it, unless a validator of the application precedes that of presize, or
    another member of a union accepts strings.

    - ``max_bytes``: the largest body. 23 images of 1 MiB fit 32 MiB of base64; 24 do not.
    - ``max_structure_bytes``: the number of bytes outside of strings, including quotes, without white space, of which a parser
      makes objects. Default: 65536.
    - ``max_data_uris``: the number of strings that start with ``data:``. Default: the number of places for images in the model;
      a list without ``max_length`` or ``DataUris`` counts as ten.
    - ``max_total_work_pixels``: the cost of all images together, in weighted pixels. Default: that of ``ImageRules()``.

    Validators of the application run in the same thread, with the context variables of the request. When the request is
    cancelled or the client disconnects, decoding stops before the next stage or frame; Pydantic itself and validators of the
    application run to their end. The client in the queue of ``presize.aio`` is the address of the connection, unless
    ``aio.name_client`` sets another one. There is no limit on time: timeouts for slow clients are set in the server or in the
    proxy.

    Errors: ``request_type_unsupported`` 415 for a body that is not sent as ``application/json``; ``request_too_large`` 413;
    ``request_malformed`` 400 for a body that is incomplete, has too much structure, or more than 32 levels of nesting;
    ``data_uri_count_exceeded`` and ``image_too_large`` 413; ``server_busy`` 503; FastAPI's own 422 for a body that is not the
    model, with the index of the image in ``loc``. ``install_presize`` turns all but the last into responses, and adds the body
    to OpenAPI.
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
