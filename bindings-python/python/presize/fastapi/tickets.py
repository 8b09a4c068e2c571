"""``POST /presigned-url``: a ticket for one upload."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from presize.errors import PresizeError, request_malformed, request_unauthenticated
from presize.fastapi.body import read_body
from presize.fastapi.errors import error_response, error_responses
from presize.uploads import Uploads, UploadTicket

Case = Literal["snake", "camel"]

_MAX_BODY_BYTES = 16 * 1024
# An integer of more digits is beyond every range and beyond a float, and Python refuses to read one of 4300.
_MAX_DIGITS = 300


def upload_router(uploads: Uploads, *, current_user: Callable[..., Any], case: Case = "snake") -> APIRouter:
    """A router with ``POST /presigned-url``, which gives the user who asks a ticket for one upload.

    - ``uploads``: signs the tickets under its policy.
    - ``current_user``: a dependency that gives the user as a ``str`` fit for an object key, or ``None`` for nobody.
      It runs before the body is read, and may raise an ``HTTPException`` of its own.
    - ``case``: how names are written in JSON, ``"snake"`` (``content_type``) or ``"camel"`` (``contentType``). Default: ``"snake"``.

    The body is ``{"filename"?: str, "content_type": str, "file_size": int}``, at most 16 KiB; other fields are ignored. The
    answer is ``{"upload_url", "method", "headers", "key", "public_url", "expires_in", "expires_at"}``: the client sends
    exactly these headers, and the file, to this URL. ``expires_at`` is in seconds since 1970.

    Errors are answered as ``{"error": {"code", "message", "details"}}``: ``request_unauthenticated`` 401, ``request_malformed``
    400, ``request_too_large`` 413, and those of ``Uploads.issue``.
    """
    names = _Names(case)
    router = APIRouter()

    @router.post(
        "/presigned-url",
        summary="A ticket for one upload",
        response_model=names.ticket,
        responses=error_responses([400, 401, 413, 415, 422]),
        openapi_extra={"requestBody": names.request_body()},
    )
    async def presigned_url(request: Request, owner: Annotated[Any, Depends(current_user)]) -> JSONResponse:
        """Answers where to upload a file of this type and size to, and with which headers."""
        try:
            if owner is None:
                raise request_unauthenticated()
            if not isinstance(owner, str):
                raise TypeError(f"current_user gives a str or None, received {type(owner).__name__}")
            wanted = names.parse(await read_body(request, _MAX_BODY_BYTES))
            ticket = names.write(uploads.issue(owner=owner, **wanted))
            # A ticket is as good as a password until it expires.
            return JSONResponse(ticket, headers={"cache-control": "no-store"})
        except PresizeError as error:
            return error_response(error)

    return router


class _TicketRequest(BaseModel):
    """What is to be uploaded."""

    filename: str | None = Field(
        default=None, description="The name of the file, at most 255 bytes.", examples=["cat.jpg"]
    )
    content_type: str = Field(description="The media type of the file.", examples=["image/jpeg"])
    file_size: int = Field(description="The exact size of the file, in bytes.", ge=1, examples=[48_211])


class _Ticket(BaseModel):
    """Where to upload a file to. Send exactly the headers given."""

    upload_url: str = Field(examples=["https://photos.s3.eu-central-1.amazonaws.com/uploads/user-7/..."])
    method: str = Field(examples=["PUT"])
    headers: dict[str, str] = Field(examples=[{"content-length": "48211", "content-type": "image/jpeg"}])
    key: str = Field(examples=["uploads/user-7/1700000000000-0123456789abcdef.jpg"])
    public_url: str | None = Field(
        examples=["https://cdn.example.com/uploads/user-7/1700000000000-0123456789abcdef.jpg"]
    )
    expires_in: int = Field(description="In seconds.", examples=[300])
    expires_at: int = Field(description="In seconds since 1970.", examples=[1_700_000_300])


class _CamelTicketRequest(_TicketRequest):
    model_config = ConfigDict(alias_generator=to_camel)


class _CamelTicket(_Ticket):
    model_config = ConfigDict(alias_generator=to_camel)


class _Names:
    """The names of one case: of a request's fields and of a ticket's."""

    def __init__(self, case: Case) -> None:
        if case not in ("snake", "camel"):
            raise ValueError(f'expected "snake" or "camel" for case, received {case!r}')
        self.ticket: type[_Ticket] = _Ticket
        self._request: type[_TicketRequest] = _TicketRequest
        self._written: Callable[[str], str] = str
        if case == "camel":
            self.ticket, self._request, self._written = _CamelTicket, _CamelTicketRequest, to_camel

    def request_body(self) -> dict[str, Any]:
        """The body for OpenAPI. FastAPI is not told of a model: it would read the body before anybody is known."""
        schema = self._request.model_json_schema()
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    def parse(self, body: bytes) -> dict[str, Any]:
        """The arguments of ``Uploads.issue``, as raw as they came: the core says what is wrong with them."""
        fields = _json_object(body)
        content_type, file_size = self._written("content_type"), self._written("file_size")
        for name in (content_type, file_size):
            if name not in fields:
                raise request_malformed(f"{content_type} and {file_size}", f"no {name}")
        wanted = {"content_type": fields[content_type], "size_bytes": fields[file_size]}
        if "filename" in fields:
            wanted["filename"] = fields["filename"]
        return wanted

    def write(self, ticket: UploadTicket) -> dict[str, Any]:
        answer = {
            "upload_url": ticket.url,
            "method": ticket.method,
            "headers": ticket.headers,
            "key": ticket.key,
            "public_url": ticket.public_url,
            "expires_in": ticket.expires_in,
            "expires_at": int(ticket.expires_at.timestamp()),
        }
        return {self._written(name): value for name, value in answer.items()}


def _json_object(body: bytes) -> dict[str, Any]:
    """The object that a body is. Errors: ``request_malformed``."""
    try:
        value = json.loads(body.decode(), parse_int=_integer, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise request_malformed("a JSON object", "text that is no JSON") from None
    match value:
        case dict():
            return value
        case list():
            received = "a list"
        case str():
            received = "a string"
        case bool():
            received = "a boolean"
        case None:
            received = "null"
        case _:
            received = "a number"
    raise request_malformed("a JSON object", received)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON (RFC 8259, section 6)")
