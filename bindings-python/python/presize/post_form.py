"""Forms with which a browser uploads by POST, as :meth:`presize.Presigner.post_form` returns them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["PostForm"]


@dataclass(frozen=True, slots=True)
class PostForm:
    """A form that anybody who holds it may send until it expires, with ``multipart/form-data`` as its encoding and the
    method POST: all ``fields`` in their order, then those that the options leave to the page, and ``file`` as the last one,
    since S3 ignores fields after it. The fields are as good as a password."""

    url: str
    """The ``action`` of the form."""
    fields: dict[str, str] = field(repr=False)
    """Names and values, ``key`` first. All of them must be sent as they are."""
    expires_in: int
    """The lifetime in seconds, from the second at which it was signed."""
    expires_at: datetime
    """The time of expiry: aware, in UTC, a whole second."""
