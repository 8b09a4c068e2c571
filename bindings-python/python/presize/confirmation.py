"""ConfirmationRequest an upload: what was sent is looked at, and only what was looked at is served.

Nothing here sends anything. :mod:`presize.store` carries a confirmation out with httpx.
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
    """A request that your program sends to the store. The URL is as good as a password, and does not belong in a log."""

    method: str
    """The method."""
    url: str = field(repr=False)
    """The URL with its signature. No redirect is to be followed."""
    headers: dict[str, str]
    """Exactly the headers to send, besides ``Host``; ``content-length`` is among them where there is a body."""
    body: bytes = field(repr=False)
    """The body of a PUT; empty for all others."""
    max_body_bytes: int
    """The most bytes of the answer's body to read; what comes after them is left unread."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A smaller picture of an upload, written beside it."""

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
    """An upload that was checked and is at its final key."""

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
    """What EXIF said of the upload as it arrived: to be kept in a database, because the object itself is stored without it by
    default. Of an upload that was confirmed before, what the object at the final key says. ``None`` where that is nothing."""
    bytes: int
    """The size of the object at the final key, in bytes."""
    etag: str
    """The entity tag of the object at the final key, as the store gave it, without quotes."""
    variants: tuple[Variant, ...]
    """The smaller pictures beside it, in the order of the policy's ``variant_widths``."""


@final
class Confirmation:
    """The confirmation of one upload: it hands out requests, your HTTP client sends them, and it takes the answers.
    :meth:`presize.Uploads.confirm` begins one; :func:`presize.store.confirm_upload` does all of this::

        confirmation = uploads.confirm(owner=user_id, key=key)
        while (request := confirmation.next_request()) is not None:
            answer = send(request)  # your HTTP client; where it gives up: confirmation.fail("why")
            confirmation.answer(answer.status, answer.headers, answer.body)
        confirmed = confirmation.finish()

    What is wrong with the upload (codes of status 4xx) has it deleted; where the store refuses or fails (5xx), or the call is
    cancelled, nothing is deleted, and the upload can be confirmed later. A confirmation that is begun again gives the same
    result: the object at the final key is the mark of its end.
    """

    __slots__ = ("_key", "_native")

    _native: _native.Confirmation
    _key: str

    def __init__(self) -> None:
        raise TypeError("use Uploads.confirm")

    def next_request(self, now: Time = None) -> StoreRequest | None:
        """The next request to send, signed as of ``now``, which holds for 5 minutes; ``None`` at the end. TicketRequest again before
        the answer, for another attempt, it is the same request with a new signature.

        An error is the end too: ``credentials_expired``, ``signing_failed``, ``header_invalid`` (metadata of the policy),
        ``cancelled``.
        """
        return self._native.next_request(now, StoreRequest)

    def answer(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes | bytearray | memoryview
    ) -> None:
        """Takes the store's answer to the request that was handed out last: status, headers by name or in pairs, and the
        body as it was sent, not decompressed. Images are checked and pictures are made here, with the interpreter released.

        What is wrong becomes a step or the error of :meth:`finish`. An answer to nothing is ignored.
        """
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        self._native.answer(status, list(pairs), body)

    def fail(self, reason: str) -> None:
        """Says that there is no answer to be had, and why: no connection, or no end of errors. The error of :meth:`finish` is
        ``store_unavailable`` then, unless the outcome was known already. URLs in the reason lose their queries."""
        self._native.fail(reason)

    def finish(self) -> Confirmed:
        """What became of the upload; the same however often it is called.

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
        """What happened, for a log. Before the end it is ``"failed"``."""
        return UploadEvent(**self._native.event(now))

    def __repr__(self) -> str:
        # A report of errors also shows one that is half made.
        return f"Confirmation({getattr(self, '_key', None)!r})"

    def __reduce__(self) -> str:
        raise TypeError("a confirmation holds credentials and is not pickled: begin it anew")


def _wrap(native: _native.Confirmation, key: str) -> Confirmation:
    confirmation = object.__new__(Confirmation)
    confirmation._key = key
    confirmation._native = native
    return confirmation
