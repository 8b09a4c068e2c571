"""``upload_router``, and ``POST /presigned-url``: a ticket for one upload."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema

from presize._hooks import OnConfirmed, require_hook
from presize._tickets import MAX_BODY_BYTES, Case, naming_ticket_fields, parse_request, ticket_body
from presize.errors import PresizeError
from presize.fastapi.body import read_json
from presize.fastapi.confirm import add_confirm, checked_owner, request_body
from presize.fastapi.errors import error_response, error_responses
from presize.uploads import OnEvent, Uploads, _require_listener

if TYPE_CHECKING:
    import httpx


def upload_router(
    uploads: Uploads,
    *,
    current_user: Callable[..., Any],
    case: Case = "snake",
    confirm: bool = True,
    client: "httpx.AsyncClient | None" = None,
    timeout: float = 30.0,
    on_event: OnEvent | None = None,
    on_confirmed: OnConfirmed | None = None,
) -> APIRouter:
    """A router with ``POST /presigned-url``, which issues a ticket for one upload to the signed-in user, and ``POST /confirm``,
    which confirms an upload.

    - ``uploads``: signs the tickets under its policy.
    - ``current_user``: a dependency whose value is the user, or ``None`` for nobody: a ``str`` that is valid in an object key,
      an integer from 0 or a ``uuid.UUID``. It runs before the body is read, and may raise an ``HTTPException`` of its own.
    - ``case``: the spelling of names in JSON, ``"snake"`` (``content_type``) or ``"camel"`` (``contentType``). Default:
      ``"snake"``.
    - ``confirm``: whether there is ``/confirm``, which needs httpx (``ImportError`` without it). Default: ``True``.
    - ``client``: the httpx client of ``/confirm``. Default: a new one for each confirmation.
    - ``timeout``: for a confirmation, in seconds, without the time that it waits in the queue: see
      :func:`presize.store.confirm_upload`. Default: 30.
    - ``on_event``: called with the event of each ticket and confirmation, also of refused ones, except for malformed bodies. It
      is called on the event loop, so it must not block, and it may not be an ``async def``. What it raises is logged. Default:
      none.

    - ``on_confirmed``: called after each confirmation with the :class:`presize.Confirmed` (``exif`` included) and the owner as
      text, before the client is answered, for example to write a row of a database. An ``async def`` is awaited, a ``def`` runs
      on a thread. What it raises is handled as if the route had raised it: a ``PresizeError`` is answered, anything else is a
      500. A client may confirm an upload again, and the hook is called again. Default: none.

    Bodies are at most 16 KiB; other fields are ignored.

    ``/presigned-url`` takes ``{"filename"?: str, "content_type": str, "file_size": int, "checksum_sha256"?: str}``. The answer
    is ``{"upload_url", "method", "headers", "key", "public_url", "expires_in", "expires_at"}``: the client sends exactly these
    headers, and the file, to this URL; if ``if-none-match`` is among them, a 412 to a second attempt means that the file has
    arrived. ``expires_at`` is in seconds since 1970. A policy whose ``method`` is ``"post"`` adds ``fields``: the client sends
    these in a form, and the file as its last field, ``file``.

    ``/confirm`` takes ``{"key": str, "original_filename"?: str, "checksum_sha256"?: str}``. The answer is ``{"success": true,
    "key", "public_url", "format", "width", "height", "bytes", "etag", "variants": [{"key", "public_url", "format", "width",
    "height"}]}``.

    Both accept JSON only with a JSON content type: a page of another site may send any other text with the user's cookies and
    without a CORS preflight. If sessions are cookies, set ``SameSite``, and allow only known origins by CORS.

    Concurrent requests to ``/confirm`` for one upload share a confirmation, which stops when all of their clients have
    disconnected. The owner is the client in the queue of ``presize.aio``.

    Errors are answered as ``{"error": {"code", "message", "user_message", "details"}}``: ``request_unauthenticated`` 401,
    ``request_type_unsupported`` 415, ``request_malformed`` 400, ``request_too_large`` 413, ``server_busy`` 503 with
    ``Retry-After``, and those of ``Uploads.issue`` and of ``presize.store.confirm_upload``. If an error is about a field of the
    request, ``field`` in its details names it in the client's spelling: ``"fileSize"``.
    """
    if not isinstance(uploads, Uploads):
        raise TypeError(f"expected presize.Uploads for uploads, received {type(uploads).__name__}")
    if not callable(current_user):
        raise TypeError(f"expected a dependency for current_user, received {type(current_user).__name__}")
    if on_event is not None:
        _require_listener(on_event)
    require_hook(on_confirmed)
    request_model, ticket_model = _models(case)
    router = APIRouter()

    @router.post(
        "/presigned-url",
        summary="A ticket for one upload",
        response_model=ticket_model,
        responses=error_responses([400, 401, 413, 415, 422]),
        openapi_extra={"requestBody": request_body(request_model)},
    )
    async def presigned_url(request: Request, owner: Annotated[Any, Depends(current_user)]) -> JSONResponse:
        """Issues a ticket: where to upload a file of this type and size, and with which headers or fields."""
        try:
            known = checked_owner(owner)
            arguments = parse_request((await read_json(request, MAX_BODY_BYTES)).to_bytes(), case)
            with naming_ticket_fields(case):
                ticket = uploads.issue(owner=known, on_event=on_event, **arguments)
            # A ticket is as good as a password until it expires.
            return JSONResponse(ticket_body(ticket, case), headers={"cache-control": "no-store"})
        except PresizeError as error:
            return error_response(error)

    if confirm:
        add_confirm(router, uploads, current_user, case, client, timeout, on_event, on_confirmed)
    return router


class PresizeTicketRequest(BaseModel):
    """The file to upload."""

    filename: str | SkipJsonSchema[None] = Field(
        default=None, description="The name of the file, at most 255 bytes.", examples=["cat.jpg"]
    )
    content_type: str = Field(description="The media type of the file.", examples=["image/jpeg"])
    file_size: int = Field(description="The exact size of the file, in bytes.", ge=1, examples=[48_211])
    checksum_sha256: str | SkipJsonSchema[None] = Field(
        default=None,
        description="The SHA-256 of the file, 32 bytes in base64: the store takes no other bytes.",
        examples=["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
    )


class PresizeTicket(BaseModel):
    """Where to upload a file. Send exactly these headers, or the fields as a form."""

    upload_url: str = Field(examples=["https://photos.s3.eu-central-1.amazonaws.com/uploads/user-7/..."])
    method: str = Field(examples=["PUT"])
    headers: dict[str, str] = Field(
        examples=[{"content-length": "48211", "content-type": "image/jpeg", "if-none-match": "*"}]
    )
    fields: dict[str, str] | SkipJsonSchema[None] = Field(
        default=None,
        description="With POST: what to send as multipart/form-data, in this order, before the field file.",
        examples=[{"key": "incoming/uploads/user-7/1700000000000-0123456789abcdef.jpg", "policy": "eyJ..."}],
    )
    key: str = Field(examples=["uploads/user-7/1700000000000-0123456789abcdef.jpg"])
    public_url: str | None = Field(
        examples=["https://cdn.example.com/uploads/user-7/1700000000000-0123456789abcdef.jpg"]
    )
    expires_in: int = Field(description="In seconds.", examples=[300])
    expires_at: int = Field(description="In seconds since 1970.", examples=[1_700_000_300])


class PresizeCamelTicketRequest(PresizeTicketRequest):
    model_config = ConfigDict(alias_generator=to_camel)


class PresizeCamelTicket(PresizeTicket):
    model_config = ConfigDict(alias_generator=to_camel)


def _models(case: Case) -> tuple[type[PresizeTicketRequest], type[PresizeTicket]]:
    if case not in ("snake", "camel"):
        raise ValueError(f'expected "snake" or "camel" for case, received {case!r}')
    return (PresizeTicketRequest, PresizeTicket) if case == "snake" else (PresizeCamelTicketRequest, PresizeCamelTicket)
