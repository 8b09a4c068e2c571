"""The views that issue tickets and confirm uploads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View

from presize import Uploads, store
from presize._hooks import OnConfirmed, require_hook
from presize._tickets import (
    Case,
    ConfirmationRequest,
    confirmed_body,
    naming_confirm_fields,
    naming_ticket_fields,
    parse_confirmation,
    parse_request,
    ticket_body,
)
from presize.django import conf
from presize.django.errors import answer_errors
from presize.django.hooks import call_hook, call_hook_async
from presize.django.request import owner_of, read_json
from presize.errors import request_unauthenticated
from presize.uploads import OnEvent

if TYPE_CHECKING:
    import httpx

    from presize._owner import Owner


# LoginRequiredMiddleware would redirect to a login page, which is of no use to the script that calls this view.
@method_decorator(login_not_required, name="dispatch")
class PresignedUrlView(View):
    """``POST`` with ``{"filename"?: str, "content_type": str, "file_size": int, "checksum_sha256"?: str}``: a ticket for one
    upload.

    The body is at most 16 KiB; other fields are ignored. Answers 200 with ``{"upload_url", "method", "headers", "key",
    "public_url", "expires_in", "expires_at"}``, the last in seconds since 1970. The client sends the file to
    ``upload_url`` by ``method`` with exactly these ``headers``; if ``if-none-match`` is among them, a 412 to a second attempt
    means that the file has arrived. A policy whose ``method`` is ``"post"`` adds ``fields``: the
    client sends these in a form, and the file as its last field, ``file``. Every refusal is ``{"error": {...}}``:
    ``request_unauthenticated`` 401, ``request_type_unsupported`` 415 (the content type is that of JSON),
    ``request_malformed`` 400, ``request_too_large`` 413, and the errors of ``Uploads.issue``. Other methods: 405.

    The view keeps Django's CSRF protection: a page sends the token of its cookie in the header ``X-CSRFToken``, and
    what CsrfViewMiddleware refuses is answered by ``CSRF_FAILURE_VIEW``, 403. If users are authenticated by a header instead
    of a cookie (a bearer token), use ``csrf_exempt(PresignedUrlView.as_view())``, since no other site can send the header.

    It is synchronous, for WSGI and ASGI alike: it signs in some microseconds and waits for nothing but the database
    that ``request.user`` comes from.

    Attributes, also as arguments of ``as_view``: ``uploads`` (default: ``presize.django.uploads()``), ``case``
    (default: ``PRESIZE["CASE"]``), ``on_event`` (default: ``PRESIZE["ON_EVENT"]``). In the body of a class the last is a
    method; a function there is wrapped in ``staticmethod``.
    """

    http_method_names: Sequence[str] = ("post",)

    uploads: Uploads | None = None
    case: Case | None = None
    on_event: OnEvent | None = None

    @method_decorator(answer_errors)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answers one request."""
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> JsonResponse:
        """Issues a ticket."""
        owner = self.owner(request)
        case = self.case or conf.case()
        arguments = parse_request(read_json(request), case)
        on_event = self.on_event or conf.on_event()
        with naming_ticket_fields(case):
            ticket = (self.uploads or conf.uploads()).issue(owner=owner, on_event=on_event, **arguments)
        # The URL is a permission: no cache may keep it.
        return JsonResponse(ticket_body(ticket, case), headers={"Cache-Control": "no-store"})

    def owner(self, request: HttpRequest) -> Owner:
        """Who uploads, which is a part of the key: the primary key of ``request.user``. Override it for another name.

        A text of 1 to 128 of ``A-Z a-z 0-9 - _ . ~ @ + = : |``, an integer of at least 0 or a UUID; anything else is
        ``upload_owner_invalid``. Never take it from the body. Error: ``request_unauthenticated``.
        """
        return _known(getattr(request, "user", None))


class _Confirm(View):
    """The attributes that both views share."""

    http_method_names: Sequence[str] = ("post",)

    uploads: Uploads | None = None
    case: Case | None = None
    on_event: OnEvent | None = None
    on_confirmed: OnConfirmed | None = None
    timeout: float = 30.0

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """The view as a function."""
        store.require_httpx(f"presize.django.views.{cls.__name__}")
        store.require_timeout(initkwargs.get("timeout", cls.timeout))
        require_hook(initkwargs.get("on_confirmed", cls.on_confirmed))
        return super().as_view(**initkwargs)

    def _parse(self, request: HttpRequest) -> tuple[Case, ConfirmationRequest, Uploads, OnEvent | None]:
        case = self.case or conf.case()
        arguments = parse_confirmation(read_json(request), case)
        return case, arguments, self.uploads or conf.uploads(), self.on_event or conf.on_event()


@method_decorator(login_not_required, name="dispatch")
class ConfirmView(_Confirm):
    """``POST`` with ``{"key": str, "original_filename"?: str, "checksum_sha256"?: str}``, the key of a ticket: the upload is
    confirmed.

    The body is at most 16 KiB; other fields are ignored. The response is 200 with ``{"success": true,
    "key", "public_url", "format", "width", "height", "bytes", "etag", "variants": [{"key", "public_url", "format", "width",
    "height"}]}``. Every refusal is ``{"error": {...}}``: ``request_unauthenticated`` 401,
    ``request_type_unsupported`` 415, ``request_malformed`` 400, ``request_too_large`` 413, ``server_busy`` 503 with
    ``Retry-After``, and the errors of ``presize.store.confirm_upload``. Other methods: 405.

    CSRF and owners are as with ``PresignedUrlView``. It is for WSGI and ASGI alike, and occupies a thread until it is done,
    even if the client has disconnected, since Django cannot stop a thread. Its image waits in the queue of ``presize.aio``,
    like those of all other views. ``as_view`` needs httpx (``ImportError`` without it).

    Attributes, also as arguments of ``as_view``: ``uploads`` (default: ``presize.django.uploads()``), ``case`` (default:
    ``PRESIZE["CASE"]``), ``on_event`` (default: ``PRESIZE["ON_EVENT"]``; as with ``PresignedUrlView``), ``on_confirmed``
    (default: ``PRESIZE["ON_CONFIRMED"]``; called after each confirmation with the ``presize.Confirmed``, ``exif`` included, and
    the owner as text; an ``async def`` is awaited; what it raises is handled as if the view had raised it; a client may confirm
    an upload again, and it is called again; in a subclass it is a method, with ``self`` first), ``client`` (of httpx; default: one that is made for each confirmation),
    ``timeout`` (for the whole confirmation, in seconds: see ``presize.store.confirm_upload``; default: 30).
    """

    client: httpx.Client | None = None

    @method_decorator(answer_errors)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answers one request."""
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> JsonResponse:
        """Confirms an upload."""
        owner = self.owner(request)
        case, arguments, uploads, on_event = self._parse(request)
        with naming_confirm_fields(case):
            confirmed = store.confirm_upload(
                uploads, owner=owner, client=self.client, timeout=self.timeout, on_event=on_event, **arguments
            )
        call_hook(self.on_confirmed or conf.on_confirmed(), confirmed, owner)
        return JsonResponse(confirmed_body(confirmed, case))

    def owner(self, request: HttpRequest) -> Owner:
        """Who uploaded: see ``PresignedUrlView``. It must be the same."""
        return _known(getattr(request, "user", None))


@method_decorator(login_not_required, name="dispatch")
class AsyncConfirmView(_Confirm):
    """``ConfirmView`` for ASGI, which confirms many uploads at the same time without a thread for each. ``owner`` is
    asynchronous, and ``client`` an ``AsyncClient``. Django cancels it when the client disconnects, and the confirmation with
    it, unless other requests share it."""

    client: httpx.AsyncClient | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """The view as a function, without a transaction: with ``ATOMIC_REQUESTS`` Django refuses views that are asynchronous."""
        view = super().as_view(**initkwargs)
        for alias in connections:
            transaction.non_atomic_requests(using=alias)(view)
        return view

    @method_decorator(answer_errors)
    async def post(self, request: HttpRequest, *_: Any, **__: Any) -> JsonResponse:
        """Confirms an upload."""
        owner = await self.owner(request)
        case, arguments, uploads, on_event = self._parse(request)
        with naming_confirm_fields(case):
            confirmed = await store.confirm_upload_async(
                uploads, owner=owner, client=self.client, timeout=self.timeout, on_event=on_event, **arguments
            )
        await call_hook_async(self.on_confirmed or conf.on_confirmed(), confirmed, owner)
        return JsonResponse(confirmed_body(confirmed, case))

    async def owner(self, request: HttpRequest) -> Owner:
        """Who uploaded: see ``PresignedUrlView``. It must be the same."""
        find = getattr(request, "auser", None)
        return _known(None if find is None else await find())


def _known(user: Any) -> str:
    if user is None or not user.is_authenticated:
        raise request_unauthenticated()
    return owner_of(user)
