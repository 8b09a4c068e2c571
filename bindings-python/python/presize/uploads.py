"""Uploads directly into the bucket. A policy says what is accepted, a ticket authorises one client to send one file, and a
confirmation validates what has arrived before it is served."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, Unpack, final

from . import _native
from ._owner import owner_text
from .bucket import Bucket, bucket_of
from .confirmation import Confirmation, _wrap
from .credentials import Variables
from .events import UploadEvent
from .options import (
    ConfirmOptions,
    ImageFormat,
    IssueOptions,
    Originals,
    OutputFormat,
    Promote,
    UploadMethod,
    UploadPolicyOptions,
    Verify,
)
from .presign import Presigner, _require
from .rules import ImageRules, Options

if TYPE_CHECKING:
    from ._native import CancelToken
    from ._owner import Owner
    from .presign import Time

__all__ = ["UploadPolicy", "UploadTicket", "Uploads"]

OnEvent: TypeAlias = Callable[[UploadEvent], None]
"""A function that is called with each event. An ``async def`` is a ``TypeError``. What it raises is logged under ``presize``,
and the upload goes on: it does not fail because its log does."""


@final
class UploadPolicy(Options[_native.Policy]):
    """What may be uploaded, and where it goes.

    A client uploads to ``{incoming_prefix}/{key}``. The confirmation checks what arrived, and only then promotes it to its final
    ``key``.

    >>> from presize import UploadPolicy
    >>> UploadPolicy(prefix="avatars", formats=["jpeg", "webp"], max_bytes=2_000_000).expires_in
    300

    - ``prefix``: the start of every key, without a slash at either end; may be nested (``"a/b"``) or empty, at most 512
      bytes. Default: ``"uploads"``.
    - ``incoming_prefix``: the start of the keys of uploads that are not confirmed yet, of the same form as ``prefix``;
      neither may be the other or the start of it. What is never confirmed stays there: let a lifecycle rule of the
      bucket delete it. Empty: uploads go straight to their keys, and are served unchecked until they are confirmed,
      which checks them in place and deletes what is bad; and again afterwards, because the ticket can be used until it
      expires to replace what was confirmed. Default: ``"incoming"``.
    - ``key_template``: the form of a key, at most 256 bytes of ``A-Z a-z 0-9 - _ . ~ /`` with ``{prefix}``,
      ``{owner}``, ``{unix_ms}`` (the time of the ticket), ``{hex16}`` (16 random hexadecimal digits), ``{uuid}`` (a
      random UUID), ``{year}``, ``{month}``, ``{day}`` (of 4, 2 and 2 digits, in UTC) and ``{ext}`` (``.jpg``). It
      starts with ``{prefix}/``, which falls away with an empty prefix; ``{owner}`` is once a whole segment; ``{ext}``
      is the end; ``{hex16}`` or ``{uuid}`` is in it; no segment is empty, ``.`` or ``..``; no digit comes right after
      ``{unix_ms}``. Default: ``"{prefix}/{owner}/{unix_ms}-{hex16}{ext}"``.
    - ``method``: how a client uploads. ``"put"``: a PUT of exactly the size and the type asked for. ``"post"``: a POST
      form, which bounds the size. R2 and access points have none: ``post_form_unsupported``. Default: ``"put"``.
    - ``formats``: the formats accepted, by the content type that the client declares; only formats that this build
      decodes, because no other can be confirmed. Words: ``"jpeg"`` (or ``"jpg"``), ``"png"``, ``"webp"``, ``"gif"``,
      ``"heic"``, ``"heif"``, ``"avif"``. Default: jpeg, png, webp, gif.
    - ``max_bytes``: the largest upload, in bytes; a single PUT of S3 takes 5 GiB. Range: 1 to 5368709120 (5 GiB).
      Default: 10485760 (10 MiB).
    - ``min_bytes``: the smallest upload, in bytes. Range: 1 to 5368709120 (5 GiB). Default: 1.
    - ``expires_in``: how long a ticket holds, in seconds. Range: 1 to 604800. Default: 300 (5 minutes).
    - ``public_base_url``: where uploads can be read later, for example a CDN before the bucket: an ``http`` or
      ``https`` URL without query and fragment, with a path of ``A-Z a-z 0-9 - _ . ~ /``. Default: unset, so that a
      ticket has no ``public_url``.
    - ``verify``: how an upload is checked before it is confirmed. ``"full"``: the whole file is fetched, checked
      against all rules and decoded to its end. ``"head"``: the first 256 KiB of the file are fetched and its header
      read: less is transferred, and damage further on is not found. The whole file, up to ``max_bytes``, where the
      header comes later. Default: ``"full"``.
    - ``min_width``: the smallest width as displayed, in pixels. Range: 1 to 65535. Default: 1.
    - ``min_height``: the smallest height as displayed, in pixels. Range: 1 to 65535. Default: 1.
    - ``max_width``: the largest width as displayed, in pixels. Range: 1 to 65535. Default: 16384.
    - ``max_height``: the largest height as displayed, in pixels. Range: 1 to 65535. Default: 16384.
    - ``max_pixels``: the most pixels of one picture. Range: 1 to 4294836225. Default: 64000000.
    - ``max_frames``: the most frames of an animation. Range: 1 to 1000000. Default: 1000.
    - ``max_frame_pixels``: the most pixels of all frames of an animation together. Range: 1 to 10^12.
      Default: 64000000.
    - ``max_work_pixels``: the most work of checking an upload, in weighted pixels as :func:`presize.work_pixels` counts
      them. Range: 1 to 10^12. Default: 256000000.
    - ``max_memory_bytes``: the most memory that decoding and transforming may take, in bytes, as counted from the
      header: every picture of ``max_pixels`` is within the default, whatever its format and kind. Range: 1048576
      (1 MiB) to 17179869184 (16 GiB). Default: 402653184 (384 MiB).
    - ``cache_control``: ``Cache-Control`` of a confirmed object and its variants. Default: unset.
    - ``metadata``: the metadata of a confirmed object, names with values, as in :meth:`presize.Presigner.put`.
      Default: none.
    - ``record_origin``: add the metadata ``original-filename``, ``uploaded-by`` and ``upload-timestamp`` (RFC 3339) to
      a confirmed object. Default: ``False``.
    - ``originals``: what is stored at the final key. ``"reencoded"`` goes only with an incoming prefix and with
      ``verify`` of ``"full"``. Unless it is ``"as_is"``, the whole file is fetched, also with ``verify`` of ``"head"``.
      ``"stripped"``: the file without what is not needed to show it, as :func:`presize.strip_metadata` leaves it: no
      pixel is touched, and its GPS position, all other EXIF, XMP, IPTC, comments and thumbnails are gone, and so are
      further pictures and films in the file: the gain map of an HDR photo, the film of a motion photo. ``"as_is"``: the
      file as it was uploaded, with its GPS position and all it says of its owner. ``"reencoded"``: the picture decoded
      and encoded again, upright and without metadata: a still JPEG, a still PNG, a still lossless WebP. Animations and
      lossy WebP, of which that would make files many times as large, are stripped. Default: ``"stripped"``.
    - ``promote``: how a checked upload gets to its final key. With ``"write"``, and on a store that is neither S3 nor
      R2, the whole file is fetched, also with ``verify`` of ``"head"``. ``"auto"``: as ``"copy"`` on S3, access points
      among it, and R2, which document every condition; as ``"write"`` elsewhere. ``"copy"``: the store copies it,
      unless something in the file has to be changed. On a store that ignores the condition on the source, what the
      client has uploaded since the check is at the final key until the copy is compared. ``"write"``: the bytes that
      were checked are written themselves. Default: ``"auto"``.
    - ``create_only``: whether a ticket's PUT creates an object and never replaces one: ``if-none-match: *`` is signed,
      and is among the headers to send, which the bucket's CORS rule must allow. A store that answers it with 412 has
      the upload already: confirm it. Not with ``method`` of ``"post"``. Default: unset, which is ``True`` for a PUT to
      S3 or R2, and ``False`` elsewhere.
    - ``variant_widths``: the widths of smaller pictures that are stored along with a confirmed one, in pixels: at most
      10, none twice; only with ``verify`` of ``"full"``. Their keys have ``/{width}.jpg`` instead of the extension:
      ``1-ab/320.jpg`` for ``1-ab.png``; none is made larger than the picture. Range: 1 to 16384. Default: none.
    - ``variant_format``: the format of the variants; a ``"webp"`` is lossy. Words: ``"jpeg"`` (or ``"jpg"``),
      ``"png"``, ``"webp"``. Default: ``"jpeg"``.
    - ``variant_quality``: the quality of variants in a lossy format. Range: 1 to 100. Default: 80.

    Error: ``option_invalid``.
    """

    __slots__ = ()

    # generated: begin UploadPolicy
    prefix: str
    incoming_prefix: str
    key_template: str
    method: UploadMethod
    formats: tuple[ImageFormat, ...]
    max_bytes: int
    min_bytes: int
    expires_in: int
    public_base_url: str | None
    verify: Verify
    min_width: int
    min_height: int
    max_width: int
    max_height: int
    max_pixels: int
    max_frames: int
    max_frame_pixels: int
    max_work_pixels: int
    max_memory_bytes: int
    cache_control: str | None
    metadata: Mapping[str, str]
    record_origin: bool
    originals: Originals
    promote: Promote
    create_only: bool | None
    variant_widths: tuple[int, ...]
    variant_format: OutputFormat
    variant_quality: int
    # generated: end

    def __init__(self, **options: Unpack[UploadPolicyOptions]) -> None:
        super().__init__(_native.Policy(dict(options)))

    def rules(self) -> ImageRules:
        """The rules that an upload is checked against when it is confirmed.

        >>> UploadPolicy(max_bytes=2_000_000, min_width=100).rules()
        ImageRules(max_bytes=2000000, min_width=100)
        """
        rules = object.__new__(ImageRules)
        Options.__init__(rules, self._native.rules())
        return rules


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """Authorises a client to make one upload, to a key that the policy chooses: a PUT of exactly the requested size and type,
    or a POST form. It is as good as a password until it expires."""

    method: str
    """``"PUT"``; ``"POST"`` with a policy whose ``method`` is ``"post"``."""
    url: str = field(repr=False)
    """The URL: with its signature for a PUT, the form's ``action`` for a POST."""
    headers: dict[str, str]
    """Exactly the headers to send: ``content-type`` and ``content-length``, which a browser sets by itself from the body;
    ``if-none-match: *`` with a policy that is ``create_only``, ``x-amz-checksum-sha256`` if the request has a checksum, and
    ``cache-control`` if the policy has one and uploads go directly to their final keys. The bucket's CORS rule must allow them.
    Empty for a POST."""
    fields: dict[str, str] = field(repr=False)
    """The fields of the form, in the order in which to send them as ``multipart/form-data``, before the field ``file``. Empty
    for a PUT."""
    key: str
    """The object's key once the upload is confirmed. Keep it: it identifies the upload."""
    public_url: str | None
    """Where the object can be read later, when the policy has a ``public_base_url``."""
    expires_in: int
    """The lifetime in seconds, from the second at which it was issued; shorter than that of the policy if the credentials expire
    sooner."""
    expires_at: datetime
    """The time of expiry: aware, in UTC, a whole second."""


@final
class Uploads:
    """Issues tickets for uploads under one policy, and confirms uploads. Create one instance and share it.

    >>> from presize import UploadPolicy, Uploads
    >>> uploads = Uploads(presigner, UploadPolicy(max_bytes=20_000_000))
    >>> ticket = uploads.issue(owner="user-7", content_type="image/jpeg", size_bytes=48_211)
    >>> ticket.headers
    {'content-length': '48211', 'content-type': 'image/jpeg', 'if-none-match': '*'}
    >>> ticket.key.startswith("uploads/user-7/")
    True

    Errors: ``option_invalid``, for a contradictory policy; ``post_form_unsupported``, when it asks for POST forms and the
    bucket takes none.
    """

    __slots__ = ("_native", "_policy", "_presigner")

    _native: _native.Uploads
    _policy: UploadPolicy
    _presigner: Presigner

    def __init__(self, presigner: Presigner, policy: UploadPolicy | None = None) -> None:
        self._presigner = presigner
        self._policy = UploadPolicy() if policy is None else policy
        _require("presigner", presigner, Presigner)
        _require("policy", self._policy, UploadPolicy)
        self._native = _native.Uploads(presigner, self._policy._native)

    @classmethod
    def from_env(cls, policy: UploadPolicy | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Uploads into the bucket that environment variables describe, by default those of ``os.environ``. An empty variable
        counts as unset.

        >>> uploads = Uploads.from_env(environ={
        ...     "AWS_REGION": "eu-central-1", "AWS_BUCKET_NAME": "photos",
        ...     "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
        ... })
        >>> uploads.presigner.bucket.host
        'photos.s3.eu-central-1.amazonaws.com'

        For R2, where any of them is set: ``R2_ACCOUNT_ID``, ``R2_ACCESS_KEY_ID``, ``R2_SECRET_ACCESS_KEY``,
        ``R2_BUCKET_NAME`` and ``R2_PUBLIC_URL``, all five; the last one becomes the policy's ``public_base_url``, and is needed
        only where that is unset.

        Otherwise, for S3: ``AWS_REGION`` (or ``AWS_DEFAULT_REGION``), ``AWS_BUCKET_NAME``, ``AWS_ACCESS_KEY_ID`` and
        ``AWS_SECRET_ACCESS_KEY``, and if set ``AWS_SESSION_TOKEN`` and ``AWS_CREDENTIAL_EXPIRATION``;
        ``AWS_ENDPOINT_URL_S3`` or ``AWS_ENDPOINT_URL``, the address of another server that speaks S3, in path style;
        ``AWS_PUBLIC_URL``, for a ``public_base_url`` that is unset.

        Errors: ``environment_incomplete``, whose details name every variable that is missing; ``credentials_invalid``,
        ``bucket_invalid``, and those of the class.
        """
        initial = UploadPolicy() if policy is None else policy
        _require("policy", initial, UploadPolicy)
        variables = Variables(environ)
        # Error reports show arguments, and this one holds secrets.
        del environ
        made = _native.Uploads.from_vars(initial._native, variables)
        policy = object.__new__(UploadPolicy)
        Options.__init__(policy, made.policy)
        uploads = object.__new__(cls)
        uploads._native = made
        uploads._policy = policy
        uploads._presigner = Presigner._of_uploads(made, Bucket._wrap(made.bucket, bucket_of(variables)))
        return uploads

    def issue(
        self,
        *,
        owner: Owner,
        content_type: str,
        size_bytes: int = 0,
        now: Time = None,
        on_event: OnEvent | None = None,
        **options: Unpack[IssueOptions],
    ) -> UploadTicket:
        """Issues a ticket.

        - ``owner``: who uploads, as your program knows them (never as the client says): 1 to 128 of
          ``A-Z a-z 0-9 - _ . ~ @ + = : |``. An integer of at least 0 stands for its decimal digits, a ``uuid.UUID`` for
          its text.
        - ``content_type``: the media type of the file. One that leaves the format open (empty,
          ``application/octet-stream``, ``image/*``) is enough where the policy has one format, and refused elsewhere:
          the ticket signs a type.
        - ``size_bytes``: the exact size of the file, in bytes; 0, with a policy whose ``method`` is ``"post"``, for a
          file of any size within the policy's bounds. Default: 0, which is refused with any other policy.
        - ``filename``: the name that the file has with the client, at most 255 bytes. It is never a part of the key.
          Default: unset.
        - ``checksum_sha256``: the SHA-256 of the file, 32 bytes in base64, as S3 has it: signed, so that a store that
          reads it refuses other bytes; only with a policy whose ``method`` is ``"put"``. Default: unset.

        ``on_event`` is told what happened, a refusal too. Default: nobody.

        Errors: ``upload_owner_invalid``, ``upload_format_not_allowed``, ``upload_too_small``, ``upload_too_large``,
        ``option_invalid`` (types; the file's name; the checksum), ``credentials_expired``, ``signing_failed``.
        """
        request = {"owner": owner_text(owner), "content_type": content_type, "size_bytes": size_bytes, **options}
        return UploadTicket(*self._native.issue(request, os.urandom(16), now, _event_callback(on_event)))

    def confirm(
        self,
        *,
        owner: Owner,
        key: str,
        now: Time = None,
        cancel_token: CancelToken | None = None,
        **options: Unpack[ConfirmOptions],
    ) -> Confirmation:
        """Begins a confirmation, without I/O: see :class:`Confirmation`. :mod:`presize.store` does all of it. A refused request
        has no effect.

        - ``owner``: who confirms, as your program knows them (never as the client says): the owner that the ticket was
          issued for.
        - ``key``: the key of the ticket.
        - ``filename``: the name that the file has with the client, at most 255 bytes: kept with the object where the
          policy says ``record_origin``. Default: unset.
        - ``size_bytes``: the size that was promised, in bytes, where your program remembers it: an upload of another
          size is refused. Default: unset, so that any size within the policy is accepted.
        - ``content_type``: the media type that was promised, where your program remembers it: an upload of another type
          is refused. One that leaves the format open promises nothing. Default: unset; the type is that of the key's
          extension in any case.
        - ``checksum_sha256``: the SHA-256 that was promised, 32 bytes in base64, where your program remembers it: an
          upload with other bytes is refused. It is that of the file as it was uploaded. The whole file is fetched for
          it, whatever the policy's ``verify`` says. Default: unset.

        ``cancel_token`` stops it. Default: none.

        Errors: ``upload_owner_invalid``, ``upload_owner_mismatch``, ``upload_prefix_mismatch``, ``upload_key_unknown``,
        ``upload_key_invalid``, ``option_invalid`` (types; the file's name; the checksum), ``signing_failed``.
        """
        return self._confirm({"owner": owner_text(owner), "key": key, **options}, now, cancel_token, None)

    def _confirm(
        self, request: dict[str, Any], now: Time, cancel_token: CancelToken | None, on_event: OnEvent | None
    ) -> Confirmation:
        """Like :meth:`confirm`, with ``on_event`` called if the request is refused."""
        return _wrap(self._native.confirm(request, now, cancel_token, _event_callback(on_event)), request["key"])

    @property
    def policy(self) -> UploadPolicy:
        """The policy."""
        return self._policy

    @property
    def presigner(self) -> Presigner:
        """The presigner, for example to sign URLs at which uploads can be read."""
        return self._presigner

    def __repr__(self) -> str:
        # An error report may show an instance that is not initialised.
        parts = getattr(self, "_presigner", None), getattr(self, "_policy", None)
        return f"Uploads({parts[0]!r}, {parts[1]!r})"


def _event_callback(on_event: OnEvent | None) -> Callable[[dict[str, Any]], None] | None:
    if on_event is None:
        return None
    _require_listener(on_event)
    return lambda fields: _notify(on_event, UploadEvent(**fields))


def _require_listener(listener: object, name: str = "on_event") -> None:
    """Refuses a coroutine function, which no code would await, before the call has any effect."""
    from inspect import iscoroutinefunction

    if iscoroutinefunction(listener) or iscoroutinefunction(getattr(listener, "__call__", None)):  # noqa: B004
        raise TypeError(f"expected a function for {name}, received one that is asynchronous")
    if not callable(listener):
        raise TypeError(f"expected a function for {name}, received {type(listener).__name__}")


def _notify(on_event: Callable[[UploadEvent], object], event: UploadEvent) -> None:
    from logging import getLogger

    try:
        returned = on_event(event)
        if isinstance(returned, CoroutineType):
            returned.close()
            raise TypeError("expected a function for on_event, received one that is asynchronous")
    except Exception:
        getLogger("presize").exception("on_event failed for the outcome %s", event.outcome)
