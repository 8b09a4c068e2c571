"""``install_presize``: what an application needs once."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI, routing
from fastapi.dependencies.models import Dependant

from presize.errors import PresizeError
from presize.fastapi.body import BodyDependency
from presize.fastapi.errors import answer_error

_SCHEMAS = "#/components/schemas/{model}"


def install_presize(app: FastAPI) -> None:
    """Makes an application answer presize's errors, and show the bodies that presize reads.

    Every ``PresizeError`` that a route or a dependency raises is answered as ``{"error": {"code", "message", "details"}}`` with
    its own status; those of 500 and above are logged under ``presize.fastapi`` as well. The bodies of ``image_file``,
    ``image_files``, ``image_form`` and ``json_body``, and the errors that come of them, become part of OpenAPI. To answer otherwise, add
    another handler of ``PresizeError`` afterwards.
    """
    app.add_exception_handler(PresizeError, answer_error)
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        for path, method, body in _bodies(app):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None:
                _describe(operation, body, document.setdefault("components", {}).setdefault("schemas", {}))
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
    """Adds to an operation what it lacks. The document is kept by FastAPI and comes here each time it is asked for."""
    described = body.describe(_SCHEMAS)
    operation.setdefault("requestBody", described.request_body)
    for status, response in described.responses.items():
        operation.setdefault("responses", {}).setdefault(str(status), response)
    for name, schema in described.schemas.items():
        schemas.setdefault(name, schema)
