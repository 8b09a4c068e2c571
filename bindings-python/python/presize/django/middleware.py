"""Middleware: a PresizeError that leaves any view is answered as ``{"error": {...}}`` with its status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from presize import aio
from presize._peer import peer_name
from presize.django.errors import error_response, refusal
from presize.django.uploadhandler import refused_upload


class PresizeErrorMiddleware:
    """Turns a PresizeError into a response, and sets the client of the queue of ``presize.aio`` to the address of the
    connection, unless the view sets another one. It has to come after CsrfViewMiddleware in MIDDLEWARE; last is best.

    CsrfViewMiddleware may read the body to find the token of a form, before a view is called. What
    ``presize.django.uploadhandler`` refuses then never reaches a view, and is answered here too.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._call_async(request)
        with aio.naming(_client_of(request)):
            return _answer(request, self._get_response(request))

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        with aio.naming(_client_of(request)):
            return _answer(request, await self._get_response(request))

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Notes that the view is about to be called: from here on its exceptions arrive below."""
        request.META[_VIEW_REACHED] = True

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answers a PresizeError of the view; leaves every other exception alone."""
        error = refusal(exception)
        return None if error is None else error_response(error)


def _client_of(request: HttpRequest) -> str:
    return peer_name(request.META.get("REMOTE_ADDR"))


_VIEW_REACHED = "presize.view_reached"


def _answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    error = refused_upload(request)
    if error is None or _VIEW_REACHED in request.META:
        return response
    return error_response(error)
