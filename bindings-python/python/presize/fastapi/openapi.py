"""``install_presize``: what an application needs once."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI, routing
from fastapi.dependencies.models import Dependant
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.models import Schema

from presize.errors import PresizeError
from presize.fastapi.body import BodyDependency
from presize.fastapi.errors import answer_error, described_errors
from presize.fastapi.validation import handle_validation_errors, handles_validation_errors

_SCHEMAS = "#/components/schemas/{model}"
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def install_presize(app: FastAPI, *, validation_errors: bool = True) -> None:
    """Installs handlers for presize's errors in an application, and adds the bodies that presize reads to its OpenAPI document.

    Every ``PresizeError`` that a route or a dependency raises is answered as ``{"error": {"code", "message",
    "user_message", "details"}}`` with its own status; those of 500 and above are logged under ``presize.fastapi`` as
    well. A WebSocket is closed, with 1008 or 1011 and the code of the error as the reason. The bodies of
    ``image_file``, ``image_files``, ``image_form`` and ``json_body``, and their errors, become part of
    OpenAPI. For other responses, add a handler of ``PresizeError`` afterwards.

    FastAPI's own errors of a request, its 422, get the same shape: ``request_invalid``, whose details have the ``fields`` as the
    client named them (``"photos.0"``), and the ``codes`` and ``reasons`` of each. Neither shows what was sent. A handler of
    ``RequestValidationError`` that the application has, or adds later, is left alone.

    - ``validation_errors``: whether FastAPI's own errors are converted. Default: ``True``.

    It covers all routers of the application. A mounted application has handlers and a document of its own, and needs its own
    ``install_presize``.
    """
    app.add_exception_handler(PresizeError, answer_error)
    if validation_errors:
        handle_validation_errors(app)
    generate = app.openapi
    complete: dict[str, Any] | None = None

    def openapi() -> dict[str, Any]:
        nonlocal complete
        document = generate()
        # FastAPI caches the document and returns the same one each time.
        if document is complete:
            return document
        for path, method, body in _bodies(app):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None:
                _describe(operation, body, document.setdefault("components", {}).setdefault("schemas", {}))
        if handles_validation_errors(app):
            _describe_validation_errors(document)
        complete = document
        return document

    # This is how FastAPI documents extending OpenAPI.
    app.openapi = openapi  # type: ignore[method-assign]


def _bodies(app: FastAPI) -> Iterator[tuple[str, str, BodyDependency]]:
    """Path, method and body of every operation whose body presize reads."""
    # Since routers are included by reference, a route alone no longer knows its whole path.
    iterate: Callable[[Any], Iterator[Any]] = getattr(routing, "iter_route_contexts", iter)
    for route in iterate(app.routes):
        dependant = getattr(route, "dependant", None)
        if not isinstance(dependant, Dependant):
            continue
        for body in _of_dependant(dependant):
            for method in route.methods:
                yield route.path_format, method.lower(), body


def _of_dependant(dependant: Dependant) -> Iterator[BodyDependency]:
    call: object = dependant.call
    if isinstance(call, BodyDependency):
        yield call
    for needed in dependant.dependencies:
        yield from _of_dependant(needed)


def _describe(operation: dict[str, Any], body: BodyDependency, schemas: dict[str, Any]) -> None:
    """Adds to an operation what it lacks."""
    described = body.describe(_SCHEMAS)
    request_body = _merge(described.request_body, described.body_schemas, schemas)
    if (own := operation.get("requestBody")) is not None:
        request_body = _with_fields(request_body, own, schemas)
    operation["requestBody"] = request_body
    responses = _merge(described.responses, described.response_schemas, schemas)
    for status, response in responses.items():
        operation.setdefault("responses", {}).setdefault(str(status), response)


def _with_fields(request_body: Any, own: Any, schemas: dict[str, Any]) -> Any:
    """The form of the images with the ``Form()`` fields of the route: FastAPI describes these alone."""
    content = own.get("content", {})
    forms = [content[kind]["schema"] for kind in _FORMS if kind in content]
    images = request_body["content"].get(_FORMS[0])
    if not forms or images is None:
        return own
    fields = forms[0]
    if isinstance(ref := fields.get("$ref"), str):
        fields = schemas.get(ref.rpartition("/")[2], {})
    images["schema"] = {
        "type": "object",
        "required": [*images["schema"]["required"], *fields.get("required", ())],
        "properties": {**images["schema"]["properties"], **fields.get("properties", {})},
    }
    return request_body


def _describe_validation_errors(document: dict[str, Any]) -> None:
    """Puts presize's answer in the place of FastAPI's wherever it documents its 422."""
    schemas = document.get("components", {}).get("schemas", {})
    own = {"$ref": _SCHEMAS.format(model="HTTPValidationError")}
    responses, error_schemas = described_errors([422], _SCHEMAS)
    answer: Any = None
    for operations in document["paths"].values():
        for operation in operations.values():
            content = operation.get("responses", {}).get("422", {}).get("content", {})
            if content.get("application/json", {}).get("schema") == own:
                answer = answer or _merge(responses[422], error_schemas, schemas)
                operation["responses"]["422"] = {**answer, "description": "A field is missing or cannot be accepted."}
    for name in ("HTTPValidationError", "ValidationError"):
        if f'"{_SCHEMAS.format(model=name)}"' not in json.dumps(document):
            schemas.pop(name, None)


def _merge(part: Any, its_schemas: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Adds the schemas of a part of the document to all others. One whose name another has gets a number after its name,
    and the part that is returned refers to it so."""
    added = {name: _as_shown(schema) for name, schema in its_schemas.items()}
    names = {name: name for name in added}
    numbers = dict.fromkeys(added, 1)
    while True:
        refs = {_SCHEMAS.format(model=name): _SCHEMAS.format(model=new) for name, new in names.items()}
        merged = {names[name]: _renamed(schema, refs) for name, schema in added.items()}
        taken = [
            name
            for name, new in names.items()
            if schemas.get(new, merged[new]) != merged[new] or (new != name and new in added)
        ]
        if not taken:
            break
        # What refers to these is another schema from now on, so all are compared again.
        for name in taken:
            numbers[name] += 1
            names[name] = f"{name}_{numbers[name]}"
    schemas.update(merged)
    return _renamed(part, refs)


def _as_shown(schema: dict[str, Any]) -> Any:
    """A schema as FastAPI shows it: some of what Pydantic says is left out."""
    return jsonable_encoder(Schema.model_validate(schema), by_alias=True, exclude_none=True)


def _renamed(schema: Any, refs: dict[str, str]) -> Any:
    """A copy of a part of the document whose references are renamed: ``$ref``, and the mapping of a discriminator."""
    if isinstance(schema, list):
        return [_renamed(item, refs) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: _renamed(value, refs) for key, value in schema.items()}
    if isinstance(ref := copy.get("$ref"), str):
        copy["$ref"] = refs.get(ref, ref)
    discriminator = copy.get("discriminator")
    if isinstance(discriminator, dict) and isinstance(mapping := discriminator.get("mapping"), dict):
        discriminator["mapping"] = {
            key: refs.get(ref, ref) if isinstance(ref, str) else ref for key, ref in mapping.items()
        }
    return copy
