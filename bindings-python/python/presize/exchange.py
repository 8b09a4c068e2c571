"""Exchanges with a store: state machines that hand out requests and take the answers. They send nothing themselves.

A confirmation, a resizing and the answering of a request are exchanges. :mod:`presize.store` drives each of them with httpx.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from .presign import Time

__all__ = ["StoreExchange", "StoreRequest"]


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """A request of a :class:`StoreExchange`, which your application sends to the store. The URL is as good as a password, and
    does not belong in a log."""

    method: str
    """The method."""
    url: str = field(repr=False)
    """The URL with its signature. Do not follow redirects."""
    headers: dict[str, str]
    """Exactly the headers to send, besides ``Host``; ``content-length`` is among them if there is a body."""
    body: bytes = field(repr=False)
    """The body of a PUT; empty for other methods."""
    max_body_bytes: int
    """The number of bytes of the response body after which to stop reading."""


class _Native(Protocol):
    def next_request(self, now: Any, make: Callable[..., StoreRequest]) -> StoreRequest | None: ...
    def work_pixels(self) -> int: ...
    def answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes | bytearray | memoryview) -> None: ...
    def fail(self, reason: str) -> None: ...


_NativeExchange = TypeVar("_NativeExchange", bound=_Native)


class StoreExchange(Generic[_NativeExchange]):
    """What a :class:`presize.Confirmation`, a :class:`presize.Resizing` and a :class:`presize.Answering` share: it returns requests,
    your HTTP client sends them, and it takes the answers."""

    __slots__ = ("_native",)

    _native: _NativeExchange

    def next_request(self, now: Time = None) -> StoreRequest | None:
        """The next request to send, signed at ``now`` and valid for 5 minutes; ``None`` at the end. Called again before the
        answer, for a retry, it returns the same request with a new signature.

        An error ends the exchange: ``credentials_expired``, ``signing_failed``, ``header_invalid`` (metadata of a policy),
        ``cancelled``.
        """
        return self._native.next_request(now, StoreRequest)

    def answer(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes | bytearray | memoryview
    ) -> None:
        """Processes the store's answer to the last request: status, headers by name or in pairs, and the body as it was sent, not
        decompressed. Images are checked and made here, with the interpreter released.

        A problem leads to another request or to the error of ``finish``. An answer without a request is ignored.
        """
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        self._native.answer(status, list(pairs), body)

    def fail(self, reason: str) -> None:
        """Reports that no answer could be obtained, and why. The error of ``finish`` is then ``store_unavailable``, unless the
        outcome is decided already. URLs in the reason lose their queries."""
        self._native.fail(reason)

    def __reduce__(self) -> str:
        raise TypeError("an exchange with a store holds credentials and is not pickled: begin it anew")
