"""UploadEvent: what happened to an upload, as plain data for the application's own log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .options import UploadAction, UploadOutcome

__all__ = ["UploadEvent"]


@dataclass(frozen=True, slots=True)
class UploadEvent:
    """An entry for a log. It contains no URL and no secret, and no line breaks.

    >>> from presize import UploadError, UploadEvent, Uploads
    >>> events: list[UploadEvent] = []
    >>> try:
    ...     Uploads(presigner).issue(owner="user-7", content_type="text/html", size_bytes=7, on_event=events.append)
    ... except UploadError:
    ...     print(events[0].outcome, events[0].code)
    rejected upload_format_not_allowed
    """

    timestamp: str | None
    """When it happened: RFC 3339, in UTC, a whole second. ``None`` for a time before 1970 or after 9999."""
    action: UploadAction
    """The operation: ``"issue"`` (a ticket) or ``"confirm"``."""
    owner: str
    """The owner of the upload. A refused owner is cut to 60 characters; line breaks and characters that change the direction of
    text are escaped, such as ``\\u{2028}``."""
    key: str | None
    """The object's key, where it is known, escaped likewise; one that no object can have is cut."""
    bytes: int | None
    """The size of the file, where it is known: that of the request, or of what was uploaded."""
    outcome: UploadOutcome
    """The outcome: ``"issued"``; ``"confirmed"``; ``"rejected"``, if the upload or the request was refused; ``"failed"``, if
    something else went wrong."""
    code: str | None
    """The error's code, where there is one."""

    def to_dict(self) -> dict[str, Any]:
        """All fields by name, fit for JSON."""
        return asdict(self)
