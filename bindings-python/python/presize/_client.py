"""httpx: the clients that requests are sent with. The package needs it only for what talks to a store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

    import httpx


def require_httpx(what: str) -> Any:
    """Imports httpx, or raises an error that names the feature that needs it."""
    try:
        import httpx
    except ImportError as error:
        raise ImportError(f'{what} needs httpx: pip install "presize[httpx]"') from error
    return httpx


def require_timeout(timeout: float) -> None:
    """Refuses a value that is no positive number of seconds."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"expected a number of seconds for timeout, received {type(timeout).__name__}")
    if not timeout > 0:
        raise ValueError(f"expected more than 0 seconds for timeout, received {timeout!r}")


def require_client(client: Any, kind: str) -> Any:
    """Returns the client if it is an open ``httpx.{kind}``."""
    if not isinstance(client, getattr(require_httpx("presize.store"), kind)):
        raise TypeError(f"expected httpx.{kind} for client, received {type(client).__name__}")
    if client.is_closed:
        raise RuntimeError("expected an open client, received one that was closed")
    return client


@contextmanager
def sync_client(client: httpx.Client | None) -> Iterator[httpx.Client]:
    """The given client, which stays open, or a new one."""
    if client is not None:
        yield require_client(client, "Client")
        return
    with new_client() as made:
        yield made


@asynccontextmanager
async def async_client(client: httpx.AsyncClient | None) -> AsyncIterator[httpx.AsyncClient]:
    """Like :func:`sync_client`, for asyncio."""
    if client is not None:
        yield require_client(client, "AsyncClient")
        return
    async with require_httpx("presize.store").AsyncClient(verify=certificates()) as made:
        yield made


def new_client(what: str = "presize.store") -> httpx.Client:
    """A client for the requests of ``what``."""
    client: httpx.Client = require_httpx(what).Client(verify=certificates())
    return client


@cache
def certificates() -> ssl.SSLContext:
    """Loaded once, since that takes longer than everything else about a client."""
    context: ssl.SSLContext = require_httpx("presize.store").create_ssl_context()
    return context
