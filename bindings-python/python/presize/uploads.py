"""Uploads straight into the bucket: a policy says what is accepted, and a ticket is all that the client needs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Unpack, final

from . import _native
from .options import ImageFormat, IssueOptions, UploadPolicyOptions
from .presign import Presigner, _demand
from .rules import Options

if TYPE_CHECKING:
    from .presign import Time

__all__ = ["UploadPolicy", "UploadTicket", "Uploads"]


@final
class UploadPolicy(Options[_native.Policy]):
    """What may be uploaded, and where it goes.

    >>> from presize import UploadPolicy
    >>> UploadPolicy(prefix="avatars", formats=["jpeg", "webp"], max_bytes=2_000_000).expires_in
    300

    - ``prefix``: the start of every key, without a slash at either end; may be nested (``"a/b"``) or empty, at most 512
      bytes. Default: ``"uploads"``.
    - ``formats``: the formats accepted, by the content type that the client declares. Default: jpeg, png, webp, gif.
    - ``max_bytes``: the largest upload, in bytes, 1 to 5368709120. Default: 10485760 (10 MiB).
    - ``min_bytes``: the smallest upload, in bytes, 1 to 5368709120. Default: 1.
    - ``expires_in``: how long a ticket holds, in seconds, 1 to 604800. Default: 300 (5 minutes).
    - ``public_base_url``: where uploads can be read later, for example a CDN: an ``http`` or ``https`` URL without query and
      fragment. Default: unset, so that a ticket has no ``public_url``.

    Error: ``option_invalid``.
    """

    __slots__ = ()

    prefix: str
    formats: tuple[ImageFormat, ...]
    max_bytes: int
    min_bytes: int
    expires_in: int
    public_base_url: str | None

    def __init__(self, **options: Unpack[UploadPolicyOptions]) -> None:
        super().__init__(_native.Policy(dict(options)))


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """One upload that the client may make: a PUT of exactly the size and type asked for, to a key of our choosing. It is as
    good as a password until it expires."""

    method: str
    """``"PUT"``."""
    url: str = field(repr=False)
    """The URL with its signature."""
    headers: dict[str, str]
    """Exactly the headers to send: ``content-type`` and ``content-length``, which a browser sets by itself from the body."""
    key: str
    """The object's key. Keep it: it is the name of the upload from here on."""
    public_url: str | None
    """Where the object can be read later, when the policy has a ``public_base_url``."""
    expires_in: int
    """How long the ticket holds, in seconds from the whole second at which it was issued; shorter than the policy says where
    the credentials expire sooner."""
    expires_at: datetime
    """When it ceases to hold: aware, in UTC, a whole second."""


@final
class Uploads:
    """Issues tickets for uploads under one policy. Make it once and share it.

    >>> from presize import UploadPolicy, Uploads
    >>> uploads = Uploads(presigner, UploadPolicy(max_bytes=20_000_000))
    >>> ticket = uploads.issue(owner="user-7", content_type="image/jpeg", size_bytes=48_211)
    >>> ticket.headers
    {'content-length': '48211', 'content-type': 'image/jpeg'}
    >>> ticket.key.startswith("uploads/user-7/")
    True

    Error: ``option_invalid``, when the policy makes no sense.
    """

    __slots__ = ("_native", "_policy", "_presigner")

    def __init__(self, presigner: Presigner, policy: UploadPolicy | None = None) -> None:
        self._presigner = presigner
        self._policy = UploadPolicy() if policy is None else policy
        _demand("presigner", presigner, Presigner)
        _demand("policy", self._policy, UploadPolicy)
        self._native = _native.Uploads(presigner, self._policy._native)

    def issue(
        self, *, owner: str, content_type: str, size_bytes: int, now: Time = None, **options: Unpack[IssueOptions]
    ) -> UploadTicket:
        """Issues a ticket.

        - ``owner``: who uploads, as your program knows them, never as the client says: 1 to 128 of
          ``A-Z a-z 0-9 - _ . ~ @ + = : |``.
        - ``content_type``: the media type of the file, as the client says.
        - ``size_bytes``: the exact size of the file in bytes, as the client says.
        - ``filename``: the name that the file has with the client, at most 255 bytes. It is never a part of the key.
          Default: unset.

        Errors: ``upload_owner_invalid``, ``upload_format_not_allowed``, ``upload_too_small``, ``upload_too_large``,
        ``option_invalid`` (types; the file's name), ``credentials_expired``, ``signing_failed``.
        """
        request = {"owner": owner, "content_type": content_type, "size_bytes": size_bytes, **options}
        return UploadTicket(*self._native.issue(request, os.urandom(8), now))

    @property
    def policy(self) -> UploadPolicy:
        """The policy."""
        return self._policy

    @property
    def presigner(self) -> Presigner:
        """The presigner, to read what was uploaded."""
        return self._presigner

    def __repr__(self) -> str:
        return f"Uploads({self._presigner!r}, {self._policy!r})"
