"""Errors as responses, and their documentation in OpenAPI."""

import logging
from collections.abc import Iterable
from typing import Any

from fastapi import WebSocket
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketState

from presize.errors import PresizeError, retry_headers

_logger = logging.getLogger("presize.fastapi")


class PresizeErrorBody(BaseModel):
    """What went wrong."""

    code: str
    message: str
    user_message: str
    details: dict[str, str | int | list[str]]
    index: int | None = None


class PresizeErrorAnswer(BaseModel):
    """The response to a request that presize refuses."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "upload_too_large",
                        "message": "expected at most 10485760 for size_bytes, received 20000000",
                        "user_message": "This file is larger than 10 MB.",
                        "details": {"size_bytes": 20_000_000, "max_bytes": 10_485_760},
                    }
                }
            ]
        }
    )

    error: PresizeErrorBody


def error_response(error: PresizeError) -> JSONResponse:
    """``{"error": {"code", "message", "user_message", "details"}}``, with ``index`` if there is one, and the
    status of the error; ``server_busy`` has a ``Retry-After``."""
    _log(error)
    return JSONResponse({"error": error.to_dict()}, status_code=error.http_status, headers=retry_headers(error))


# Starlette types handlers of requests and of WebSockets differently.
async def answer_error(connection: HTTPConnection, error: Exception) -> Any:
    """The handler of ``PresizeError``. A WebSocket cannot be answered; it is closed, with the code as the reason."""
    if not isinstance(error, PresizeError):
        raise error
    if not isinstance(connection, WebSocket):
        return error_response(error)
    _log(error)
    if connection.application_state is not WebSocketState.DISCONNECTED:
        await connection.close(_INTERNAL_ERROR if error.http_status >= 500 else _POLICY_VIOLATION, error.code)
    return None


# RFC 6455, section 7.4.1. The reason may be 123 bytes long, as no code is.
_POLICY_VIOLATION = 1008
_INTERNAL_ERROR = 1011


def _log(error: PresizeError) -> None:
    # A full queue is no failure, and would fill the log when the server is busy.
    if error.http_status >= 500 and error.code != "server_busy":
        _logger.error("%s: %s", error.code, error, exc_info=error)


_MEANINGS = {
    400: "The request is malformed.",
    401: "Nobody is signed in.",
    403: "The upload is another user's.",
    404: "There is no such upload.",
    409: "The upload was replaced while it was checked.",
    413: "The request, or the image, is too large.",
    415: "The type is not accepted.",
    422: "The image is too small or damaged.",
    502: "The store refused, or answered what it should not.",
    503: "The store cannot be reached, or too many images wait to be checked.",
}


def error_responses(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that FastAPI documents."""
    return {status: {"model": PresizeErrorAnswer, "description": _MEANINGS[status]} for status in statuses}


def described_errors(statuses: Iterable[int], ref_template: str) -> tuple[dict[int, dict[str, Any]], dict[str, Any]]:
    """The ``responses`` of OpenAPI with their schemas, for a body that FastAPI does not know about."""
    schema = PresizeErrorAnswer.model_json_schema(ref_template=ref_template)
    schemas = {**schema.pop("$defs"), "PresizeErrorAnswer": schema}
    content = {"application/json": {"schema": {"$ref": ref_template.format(model="PresizeErrorAnswer")}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}, schemas
