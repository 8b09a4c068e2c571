"""``install_presize``: what an application needs once."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI, routing
from fastapi.dependencies.models import Dependant
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.models import Schema

from presize.errors import PresizeError
from presize.fastapi.body import BodyDependency
from presize.fastapi.errors import answer_error

_SCHEMAS = "#/components/schemas/{model}"


def install_presize(app: FastAPI) -> None:
    """Makes an application answer presize's errors, and show the bodies that presize reads.

    Every ``PresizeError`` that a route or a dependency raises is answered as ``{"error": {"code", "message",
    "user_message", "details"}}`` with its own status; those of 500 and above are logged under ``presize.fastapi`` as
    well. A WebSocket is closed, with 1008 or 1011 and the code of the error as the reason. The bodies of
    ``image_file``, ``image_files``, ``image_form`` and ``json_body``, and the errors that come of them, become part of
    OpenAPI. To answer otherwise, add another handler of ``PresizeError`` afterwards.

    It reaches all routers of the application. An application that is mounted has handlers and a document of its own, and
    wants its own ``install_presize``.
    """
    app.add_exception_handler(PresizeError, answer_error)
    generate = app.openapi
    complete: dict[str, Any] | None = None

    def openapi() -> dict[str, Any]:
        nonlocal complete
        document = generate()
        # FastAPI keeps its document, and gives the same one each time.
        if document is complete:
            return document
        for path, method, body in _bodies(app):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None:
                _describe(operation, body, document.setdefault("components", {}).setdefault("schemas", {}))
        complete = document
        return document

    # The way that FastAPI names for extending OpenAPI.
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
    operation.setdefault("requestBody", _merge(described.request_body, described.body_schemas, schemas))
    responses = _merge(described.responses, described.response_schemas, schemas)
    for status, response in responses.items():
        operation.setdefault("responses", {}).setdefault(str(status), response)


def _merge(part: Any, its_schemas: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Adds the schemas of a part of the document to all others. One whose name another has gets a number behind its name,
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
