"""FastAPI's own errors of a request, in the shape that all errors have."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from presize.errors import PresizeError, request_invalid
from presize.fastapi.errors import error_response

# The first hundred mistakes of a list are enough to see what is wrong.
_MAX_FIELDS = 100
_MAX_CHARACTERS = 300


def handle_validation_errors(app: FastAPI) -> None:
    """Answers what FastAPI refuses by itself as ``request_invalid``, unless the application has a handler of its own."""
    if app.exception_handlers.get(RequestValidationError) in (None, request_validation_exception_handler):
        app.add_exception_handler(RequestValidationError, _answer)


def handles_validation_errors(app: FastAPI) -> bool:
    """Whether it is still so: a handler may have been added later."""
    return app.exception_handlers.get(RequestValidationError) is _answer


# Starlette has one type for the handlers of all exceptions.
async def _answer(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    return error_response(refusal(error.errors()))


def refusal(errors: Sequence[Any]) -> PresizeError:
    """``request_invalid`` with the fields of the request as the client named them: ``"photos.0"``, ``"x-user"``."""
    known = errors[:_MAX_FIELDS]
    return request_invalid(
        [_shown(_field(each)) for each in known],
        [_shown(each["type"]) for each in known],
        [_shown(each["msg"]) for each in known],
    )


def _field(error: Any) -> str:
    """The place of an error without the part of the request that it is in."""
    part, *names = error["loc"]
    # The place of a mistake in JSON is an offset.
    return ".".join(map(str, names)) if names and error["type"] != "json_invalid" else str(part)


def _shown(text: object) -> str:
    """Makes text that a client may have influenced fit for a message: not too long, and valid Unicode, since JSON can contain
    lone surrogates."""
    cut = str(text)[:_MAX_CHARACTERS]
    return cut.encode("utf-8", "backslashreplace").decode()
