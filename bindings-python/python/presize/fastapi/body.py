"""Reads request bodies chunk by chunk, and refuses them as soon as they are too long."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import Any, Unpack

from fastapi import Request
from starlette.requests import ClientDisconnect

from presize import aio
from presize._disconnect import while_connected
from presize._json_type import require_json_type
from presize._native import JsonBody, JsonDocument
from presize._peer import peer_name
from presize.errors import request_malformed, request_too_large
from presize.options import JsonLimitsOptions

_ONE_READER = (
    "expected one reader of a request's body: a route with image_file, image_files, image_form or json_body has no second "
    "of them; for images in several fields there is image_form, and Form() fields go with all but json_body"
)


@dataclass(frozen=True)
class Described:
    """A body in OpenAPI: its ``requestBody`` and the ``responses`` that refuse it, each with the schemas that it refers to."""

    request_body: dict[str, Any]
    body_schemas: dict[str, Any]
    responses: dict[int, dict[str, Any]]
    response_schemas: dict[str, Any]


class BodyDependency(ABC):
    """A dependency that reads the body itself, so FastAPI does not know about the body."""

    @abstractmethod
    def describe(self, ref_template: str) -> Described:
        """The body in OpenAPI. ``ref_template`` is the form of references to schemas."""


async def stream_body(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """The chunks of a body of at most ``max_bytes`` bytes.

    Errors: ``request_too_large``, before anything is read if ``Content-Length`` tells; ``request_malformed``, if the client
    disconnects; a ``RuntimeError`` for a route that reads its body twice.
    """
    announced = content_length(request.headers)
    if announced is not None and announced > max_bytes:
        raise request_too_large(max_bytes)
    received = 0
    try:
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                received += len(chunk)
                if received > max_bytes:
                    raise request_too_large(max_bytes)
                yield chunk
    except ClientDisconnect:
        raise request_malformed("a complete request", "a part of it") from None
    except RuntimeError as error:
        # Starlette's error for a stream that was read already does not explain the mistake.
        raise RuntimeError(_ONE_READER) from error


async def read_json(request: Request, max_bytes: int, **limits: Unpack[JsonLimitsOptions]) -> JsonDocument:
    """Reads a whole JSON body, scanned with these limits. It is in memory only once.

    Errors: ``request_type_unsupported``, those of ``stream_body``, and those of ``JsonScanner.push``.
    """
    require_json_type(request.headers.get("content-type", ""))
    body = JsonBody(min(content_length(request.headers) or 0, max_bytes), dict(limits))
    async with aclosing(stream_body(request, max_bytes)) as chunks:
        async for chunk in chunks:
            body.push(chunk)
    return body.finish()


def working_for(request: Request) -> AbstractAsyncContextManager[None]:
    """A context for work on a body that has been read: it ends with ``cancelled`` when the client disconnects. Later calls of
    the route belong to the same client."""
    aio.name_peer(client_of(request))
    return while_connected(request.receive)


def client_of(request: Request) -> str:
    """The default client of a request, unless the application sets one."""
    return peer_name(None if request.client is None else request.client.host)


def content_length(headers: Mapping[str, str]) -> int | None:
    """The value of ``Content-Length``; ``None`` for a chunked body, and for a value that is not a number."""
    text = headers.get("content-length", "")
    if not (text.isascii() and text.isdigit()):
        return None
    # 20 digits are larger than any body, and Python refuses to parse more than 4300.
    return int(text[:20])
