"""FastAPI's own errors of a request, in the shape that all errors have."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from presize.errors import PresizeError, request_invalid
from presize.fastapi.errors import error_response

# A list of a thousand items that are all wrong says no more than its first hundred.
_MAX_FIELDS = 100


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
        [_field(each["loc"]) for each in known],
        [str(each["type"]) for each in known],
        [str(each["msg"]) for each in known],
    )


def _field(place: Sequence[str | int]) -> str:
    """A place without the part of the request that it is in. What is wrong with a text that is no JSON is at an offset in it."""
    part, *names = place
    is_whole = not names or (len(names) == 1 and part == "body" and isinstance(names[0], int))
    return str(part) if is_whole else ".".join(map(str, names))
