"""Errors as answers, and as they are documented."""

import logging
from collections.abc import Iterable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from presize.errors import PresizeError

_logger = logging.getLogger("presize.fastapi")


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str
    message: str
    details: dict[str, str | int | list[str]]
    index: int | None = None


class ErrorAnswer(BaseModel):
    """The answer to a request that presize refuses."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "upload_too_large",
                        "message": "expected at most 10485760 for size_bytes, received 20000000",
                        "details": {"size_bytes": 20_000_000, "max_bytes": 10_485_760},
                    }
                }
            ]
        }
    )

    error: ErrorBody


def error_response(error: PresizeError) -> JSONResponse:
    """``{"error": {"code", "message", "details"}}``, with ``index`` where there is one, under the error's own status."""
    if error.http_status >= 500:
        _logger.error("%s: %s", error.code, error, exc_info=error)
    return JSONResponse({"error": error.to_dict()}, status_code=error.http_status)


async def answer_error(_request: Request, error: Exception) -> JSONResponse:
    """The handler of ``PresizeError``."""
    if not isinstance(error, PresizeError):
        raise error
    return error_response(error)


_MEANINGS = {
    400: "The request is malformed.",
    401: "Nobody is signed in.",
    413: "The request, or the image, is too large.",
    415: "The type is not accepted.",
    422: "The image is too small or damaged.",
}


def error_responses(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that FastAPI documents."""
    return {status: {"model": ErrorAnswer, "description": _MEANINGS[status]} for status in statuses}


def described_errors(statuses: Iterable[int], ref_template: str) -> tuple[dict[int, dict[str, Any]], dict[str, Any]]:
    """The same for a body of which FastAPI does not know: the ``responses`` of OpenAPI, and their schemas."""
    schema = ErrorAnswer.model_json_schema(ref_template=ref_template)
    schemas = {**schema.pop("$defs"), "ErrorAnswer": schema}
    content = {"application/json": {"schema": {"$ref": ref_template.format(model="ErrorAnswer")}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}, schemas
