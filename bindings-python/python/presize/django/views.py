"""The view that issues tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View

from presize import Uploads
from presize._tickets import Case, parse_request, show_ticket
from presize.django import conf
from presize.django.errors import answer_errors
from presize.django.request import owner_of, read_body
from presize.errors import request_unauthenticated


# LoginRequiredMiddleware would send who is not logged in to a page; the client of this view is a program.
@method_decorator(login_not_required, name="dispatch")
class PresignedUrlView(View):
    """``POST`` with ``{"filename"?: str, "content_type": str, "file_size": int}``: a ticket for one upload.

    The body is at most 16 KiB; other fields are ignored. Answers 200 with ``{"upload_url", "method", "headers", "key",
    "public_url", "expires_in", "expires_at"}``, the last in seconds since 1970. The client sends the file to
    ``upload_url`` by ``method`` with exactly these ``headers``. Every refusal is ``{"error": {...}}``:
    ``request_unauthenticated`` 401, ``request_malformed`` 400, ``request_too_large`` 413, and the errors of
    ``Uploads.issue``. Other methods: 405.

    The view keeps Django's CSRF protection: a page sends the token of its cookie in the header ``X-CSRFToken``, and
    what CsrfViewMiddleware refuses is answered by ``CSRF_FAILURE_VIEW``, 403. Where users are known by a header instead
    of a cookie (a bearer token), ``csrf_exempt(PresignedUrlView.as_view())`` is right, since no other site can send it.

    It is synchronous, for WSGI and ASGI alike: it signs in some microseconds and waits for nothing but the database
    that ``request.user`` comes from.

    Attributes, also as arguments of ``as_view``: ``uploads`` (default: ``presize.django.uploads()``), ``case``
    (default: ``PRESIZE["CASE"]``).
    """

    http_method_names: Sequence[str] = ("post",)

    uploads: Uploads | None = None
    case: Case | None = None

    @method_decorator(answer_errors)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answers one request."""
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *_: Any, **__: Any) -> JsonResponse:
        """Issues a ticket."""
        owner = self.owner(request)
        case = self.case or conf.case()
        asked = parse_request(read_body(request), case)
        ticket = (self.uploads or conf.uploads()).issue(owner=owner, **asked)
        # The URL is a permission: no cache may keep it.
        return JsonResponse(show_ticket(ticket, case), headers={"Cache-Control": "no-store"})

    def owner(self, request: HttpRequest) -> str:
        """Who uploads, which is a part of the key: the primary key of ``request.user``. Override it for another name.

        1 to 128 of ``A-Z a-z 0-9 - _ . ~ @ + = : |``; anything else is ``upload_owner_invalid``. Never take it from the
        body. Error: ``request_unauthenticated``.
        """
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            raise request_unauthenticated()
        return owner_of(user)
