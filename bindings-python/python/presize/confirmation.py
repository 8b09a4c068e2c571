"""Confirmation: the state machine that validates an upload and promotes it to its final key.

It sends nothing itself. :mod:`presize.store` drives a confirmation with httpx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from . import _native
from .events import UploadEvent
from .exchange import StoreExchange
from .images import ExifSummary
from .options import ImageFormat

if TYPE_CHECKING:
    from .presign import Time

__all__ = ["Confirmation", "Confirmed", "Variant"]


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
class Confirmation(StoreExchange[_native.Confirmation]):
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

    __slots__ = ("_key",)

    _key: str

    def __init__(self) -> None:
        raise TypeError("use Uploads.confirm")

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


def _wrap(native: _native.Confirmation, key: str) -> Confirmation:
    confirmation = object.__new__(Confirmation)
    confirmation._key = key
    confirmation._native = native
    return confirmation
