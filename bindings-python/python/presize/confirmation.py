"""Confirmation: the state machine that validates an upload and promotes it to its final key.

It sends nothing itself. :mod:`presize.store` drives a confirmation with httpx.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, final

from . import _native
from .events import UploadEvent
from .images import ExifSummary
from .options import ImageFormat

if TYPE_CHECKING:
    from .presign import Time

__all__ = ["Confirmation", "Confirmed", "StoreRequest", "Variant"]


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """A request of a :class:`Confirmation`, which your application sends to the store. The URL is as good as a password, and
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


@dataclass(frozen=True, slots=True)
class Variant:
    """A smaller version of an uploaded image, stored next to it."""

    key: str
    """The object's key."""
    public_url: str | None
    """Where it can be read, when the policy has a ``public_base_url``."""
    format: ImageFormat
    """The format: the policy's ``variant_format``."""
    width: int
    """Width in pixels: at most the width in its key."""
    height: int
    """Height in pixels."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmed upload: it was checked, and is at its final key."""

    key: str
    """The object's key, that of the ticket."""
    public_url: str | None
    """Where it can be read, when the policy has a ``public_base_url``."""
    format: ImageFormat
    """The format, by its bytes."""
    width: int
    """Width in pixels, as displayed."""
    height: int
    """Height in pixels, as displayed."""
    exif: ExifSummary | None
    """The EXIF fields of the upload as it arrived. Keep them in a database: by default the object is stored without them. For
    an upload that was confirmed before, those of the object at the final key. ``None`` if there are none."""
    bytes: int
    """The size of the object at the final key, in bytes."""
    etag: str
    """The entity tag of the object at the final key, as the store returned it, without quotes."""
    variants: tuple[Variant, ...]
    """The smaller versions of the image, in the order of the policy's ``variant_widths``."""


@final
class Confirmation:
    """The confirmation of one upload, as a state machine: it returns requests, your HTTP client sends them, and it takes the
    answers. :meth:`presize.Uploads.confirm` begins one. :func:`presize.store.confirm_upload` does all of this::

        confirmation = uploads.confirm(owner=user_id, key=key)
        while (request := confirmation.next_request()) is not None:
            answer = send(request)  # your HTTP client; if it gives up: confirmation.fail("why")
            confirmation.answer(answer.status, answer.headers, answer.body)
        confirmed = confirmation.finish()

    An upload that is refused (status 4xx) is deleted. If the store refuses or fails (5xx), or the call is cancelled, nothing is
    deleted, and the upload can be confirmed later. Confirming is idempotent: the object at the final key marks the end.
    """

    __slots__ = ("_key", "_native")

    _native: _native.Confirmation
    _key: str

    def __init__(self) -> None:
        raise TypeError("use Uploads.confirm")

    def next_request(self, now: Time = None) -> StoreRequest | None:
        """The next request to send, signed at ``now`` and valid for 5 minutes; ``None`` at the end. Called again before the
        answer, for a retry, it returns the same request with a new signature.

        An error ends the confirmation: ``credentials_expired``, ``signing_failed``, ``header_invalid`` (metadata of the policy),
        ``cancelled``.
        """
        return self._native.next_request(now, StoreRequest)

    def answer(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes | bytearray | memoryview
    ) -> None:
        """Processes the store's answer to the last request: status, headers by name or in pairs, and the body as it was sent, not
        decompressed. Images are checked and variants are made here, with the interpreter released.

        A problem leads to another request or to the error of :meth:`finish`. An answer without a request is ignored.
        """
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        self._native.answer(status, list(pairs), body)

    def fail(self, reason: str) -> None:
        """Reports that no answer could be obtained, and why. The error of :meth:`finish` is then ``store_unavailable``, unless
        the outcome is decided already. URLs in the reason lose their queries."""
        self._native.fail(reason)

    def finish(self) -> Confirmed:
        """The outcome of the confirmation. Every call has the same result.

        Errors: ``upload_not_found``, ``upload_replaced``, ``upload_too_large``, ``upload_too_small``,
        ``upload_size_mismatch``, ``upload_checksum_mismatch``, ``image_format_mismatch`` and all others of
        :func:`presize.check`, :func:`presize.strip_metadata` and :func:`presize.transform_many`, ``bucket_not_found``,
        ``store_refused``, ``store_response_invalid``, ``store_unavailable`` (also before the end), and those of
        :meth:`next_request`.
        """
        *_, exif, _, _, variants = done = self._native.finish()
        summary = None if exif is None else ExifSummary(*exif)
        return Confirmed(*done[:5], summary, *done[6:8], tuple(Variant(*variant) for variant in variants))

    def event(self, now: Time = None) -> UploadEvent:
        """The event of this confirmation, for a log. Before the end its outcome is ``"failed"``."""
        return UploadEvent(**self._native.event(now))

    def __repr__(self) -> str:
        # An error report may show an instance that is not initialised.
        return f"Confirmation({getattr(self, '_key', None)!r})"

    def __reduce__(self) -> str:
        raise TypeError("a confirmation holds credentials and is not pickled: begin it anew")


def _wrap(native: _native.Confirmation, key: str) -> Confirmation:
    confirmation = object.__new__(Confirmation)
    confirmation._key = key
    confirmation._native = native
    return confirmation
