"""What happened to an upload, as plain data for a program's own log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .options import UploadAction, UploadOutcome

__all__ = ["UploadEvent"]


@dataclass(frozen=True, slots=True)
class UploadEvent:
    """One line for a log. It holds no URL and nothing secret, and each of its texts is of one line.

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
    """What was asked for: ``"issue"`` (a ticket), ``"confirm"``."""
    owner: str
    """Whose upload it is. An owner that is refused is cut to 60 characters; what breaks a line or changes the direction of
    text is escaped, as ``\\u{2028}``."""
    key: str | None
    """The object's key, where it is known, escaped likewise; one that no object can have is cut."""
    bytes: int | None
    """The size of the file, where it is known: that of the request, or of what was uploaded."""
    outcome: UploadOutcome
    """What came of it: ``"issued"``; ``"confirmed"``; ``"rejected"``, where the sender can do something about it;
    ``"failed"``, where nothing is known against the upload."""
    code: str | None
    """The error's code, where there is one."""

    def to_dict(self) -> dict[str, Any]:
        """All fields by name, fit for JSON."""
        return asdict(self)
