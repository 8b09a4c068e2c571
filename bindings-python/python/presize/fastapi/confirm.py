"""The route ``POST /confirm``, which confirms an upload."""

from collections.abc import Callable
from inspect import isawaitable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema
from starlette.concurrency import run_in_threadpool

from presize import Confirmed, store
from presize._hooks import OnConfirmed, is_async
from presize._owner import owner_text
from presize._tickets import MAX_BODY_BYTES, Case, confirmed_body, naming_confirm_fields, parse_confirmation
from presize.errors import PresizeError, request_unauthenticated
from presize.fastapi.body import read_json, working_for
from presize.fastapi.errors import error_response, error_responses
from presize.uploads import OnEvent, Uploads

if TYPE_CHECKING:
    import httpx


def add_confirm(
    router: APIRouter,
    uploads: Uploads,
    current_user: Callable[..., Any],
    case: Case,
    client: "httpx.AsyncClient | None",
    timeout: float,
    on_event: OnEvent | None,
    on_confirmed: OnConfirmed | None,
) -> None:
    """Adds the route. Errors: an ``ImportError`` without httpx, a ``TypeError`` for a client that is not asynchronous."""
    store.require_httpx("the route /confirm (upload_router without it: confirm=False)")
    if client is not None:
        store.require_client(client, "AsyncClient")
    store.require_timeout(timeout)
    snake = case == "snake"
    request_model = PresizeConfirmRequest if snake else PresizeCamelConfirmRequest
    confirmed_model = PresizeConfirmed if snake else PresizeCamelConfirmed

    @router.post(
        "/confirm",
        summary="Confirms one upload",
        response_model=confirmed_model,
        responses=error_responses([400, 401, 403, 404, 409, 413, 415, 422, 502, 503]),
        openapi_extra={"requestBody": request_body(request_model)},
    )
    async def confirm(request: Request, owner: Annotated[Any, Depends(current_user)]) -> JSONResponse:
        """Validates the upload with this key and promotes it to its final key. A refused upload is deleted."""
        try:
            known = checked_owner(owner)
            arguments = parse_confirmation((await read_json(request, MAX_BODY_BYTES)).to_bytes(), case)
            async with working_for(request):
                with naming_confirm_fields(case):
                    confirmed = await store.confirm_upload_async(
                        uploads, owner=known, client=client, timeout=timeout, on_event=on_event, **arguments
                    )
            # Outside of `working_for`: a client that disconnects does not cancel the hook.
            await _call_hook(on_confirmed, confirmed, known)
            return JSONResponse(confirmed_body(confirmed, case))
        except PresizeError as error:
            return error_response(error)


async def _call_hook(hook: OnConfirmed | None, confirmed: Confirmed, owner: str) -> None:
    if hook is None:
        return
    if is_async(hook):
        await hook(confirmed, owner)
        return
    returned = await run_in_threadpool(hook, confirmed, owner)
    if isawaitable(returned):
        await returned


def checked_owner(owner: Any) -> str:
    """The user of ``current_user``, as an owner. Errors: ``request_unauthenticated``; ``TypeError`` for another type."""
    if owner is None:
        raise request_unauthenticated()
    known = owner_text(owner)
    if not isinstance(known, str):
        raise TypeError(
            f"current_user gives a str, an integer of at least 0, a UUID or None, received {type(owner).__name__}"
        )
    return known


_KEY = "uploads/user-7/1700000000000-0123456789abcdef.jpg"
_SMALL_KEY = "uploads/user-7/1700000000000-0123456789abcdef/320.jpg"
_PUBLIC = "https://cdn.example.com/"


class PresizeConfirmRequest(BaseModel):
    """The upload to confirm."""

    key: str = Field(description="The key of the ticket.", examples=[_KEY])
    original_filename: str | SkipJsonSchema[None] = Field(
        default=None, description="The name of the file, at most 255 bytes.", examples=["cat.jpg"]
    )
    checksum_sha256: str | SkipJsonSchema[None] = Field(
        default=None,
        description="The SHA-256 of the file as it was sent, 32 bytes in base64: no other bytes are confirmed.",
        examples=["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
    )


class PresizeVariant(BaseModel):
    """A smaller version of an uploaded image."""

    key: str = Field(examples=[_SMALL_KEY])
    public_url: str | None = Field(examples=[_PUBLIC + _SMALL_KEY])
    format: Literal["jpeg", "png", "webp"] = Field(examples=["jpeg"])
    width: int = Field(description="In pixels.", examples=[320])
    height: int = Field(description="In pixels.", examples=[240])


class PresizeConfirmed(BaseModel):
    """A confirmed upload: it was checked, and is at its final key."""

    success: Literal[True]
    key: str = Field(examples=[_KEY])
    public_url: str | None = Field(examples=[_PUBLIC + _KEY])
    format: Literal["jpeg", "png", "webp", "gif"] = Field(examples=["jpeg"])
    width: int = Field(description="In pixels, as displayed.", examples=[4032])
    height: int = Field(description="In pixels, as displayed.", examples=[3024])
    bytes: int = Field(description="The size of the object, in bytes.", examples=[3_481_220])
    etag: str = Field(
        description="The object's entity tag, without quotes.", examples=["9b2cf535f27731c974343645a3985328"]
    )
    variants: list[PresizeVariant] = Field(description="The smaller versions of the image.")


class PresizeCamelConfirmRequest(PresizeConfirmRequest):
    model_config = ConfigDict(alias_generator=to_camel)


class PresizeCamelVariant(PresizeVariant):
    model_config = ConfigDict(alias_generator=to_camel)


class PresizeCamelConfirmed(PresizeConfirmed):
    model_config = ConfigDict(alias_generator=to_camel)

    variants: list[PresizeCamelVariant] = Field(  # type: ignore[assignment]
        description="The smaller versions of the image."
    )


def request_body(model: type[BaseModel]) -> dict[str, Any]:
    """The body for OpenAPI. It is no parameter of the route, because FastAPI would then read it before it knows the user."""
    return {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}
