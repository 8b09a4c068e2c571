"""Forms with which a browser uploads by POST: what :meth:`presize.Presigner.post_form` gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["PostForm"]


@dataclass(frozen=True, slots=True)
class PostForm:
    """A form that anybody who holds it may send until it expires, with ``multipart/form-data`` as its encoding and the
    method POST: all ``fields`` in their order, then those that the options leave to the page, and ``file`` as the last one,
    since S3 ignores what comes after it. The fields are as good as a password."""

    url: str
    """Where the form is sent: its ``action``."""
    fields: dict[str, str] = field(repr=False)
    """Names and values, ``key`` first. All of them must be sent as they are."""
    expires_in: int
    """How long it holds, in seconds from the whole second at which it was signed."""
    expires_at: datetime
    """When it ceases to hold: aware, in UTC, a whole second."""
