"""Views that take images, and views that fail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle
from rest_framework.views import APIView

import presize
from django_project.forms import AvatarForm, DrawingForm
from presize.django.rest_framework import (
    BoundedJSONParser,
    CheckedImageField,
    DataUriImageField,
    DataUriImageListField,
    PresignedUrlView,
)
from presize.django.uploadhandler import bounded_uploads


def _answer(form: forms.Form, name: str) -> JsonResponse:
    if not form.is_valid():
        return JsonResponse(form.errors.get_json_data(), status=422)
    image = form.cleaned_data[name]
    return JsonResponse({"format": image.format, "width": image.width, "height": image.height})


@login_not_required
def avatar(request: HttpRequest) -> JsonResponse:
    """A multipart form."""
    return _answer(AvatarForm(request.POST, request.FILES), "avatar")


@bounded_uploads(max_bytes=20_000)
@login_not_required
def bounded_avatar(request: HttpRequest) -> JsonResponse:
    """A multipart form with a limit of its own."""
    return _answer(AvatarForm(request.POST, request.FILES), "avatar")


@bounded_uploads(max_bytes=20_000)
@csrf_exempt
@login_not_required
def bounded_avatar_exempt(request: HttpRequest) -> JsonResponse:
    """The same, for clients without a cookie."""
    return _answer(AvatarForm(request.POST, request.FILES), "avatar")


@bounded_uploads(max_bytes=20_000)
@login_not_required
async def bounded_avatar_async(request: HttpRequest) -> JsonResponse:
    """The same, asynchronous."""
    return _answer(AvatarForm(request.POST, request.FILES), "avatar")


@method_decorator(bounded_uploads(max_bytes=20_000), name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class BoundedAvatarView(View):
    """The same, class-based."""

    def post(self, request: HttpRequest) -> JsonResponse:
        """A multipart form."""
        return _answer(AvatarForm(request.POST, request.FILES), "avatar")


@method_decorator(login_not_required, name="dispatch")
class AsyncAvatarView(View):
    """The same, class-based and asynchronous; its URL decorates it."""

    async def post(self, request: HttpRequest) -> JsonResponse:
        """A multipart form."""
        return _answer(AvatarForm(request.POST, request.FILES), "avatar")


@login_not_required
def drawing(request: HttpRequest) -> JsonResponse:
    """A form with a data URI."""
    return _answer(DrawingForm(request.POST), "drawing")


@login_not_required
def failing(_: HttpRequest) -> JsonResponse:
    """Raises what presize says of no image."""
    presize.check(b"no image at all")
    return JsonResponse({})


@login_not_required
async def failing_async(request: HttpRequest) -> JsonResponse:
    """The same, asynchronous."""
    return failing(request)


@login_not_required
def broken(_: HttpRequest) -> JsonResponse:
    """Raises what is none of presize's business."""
    raise ZeroDivisionError


class ScopedPresignedUrlView(PresignedUrlView):
    """Ten tickets a minute, by the view's scope."""

    throttle_classes = (ScopedRateThrottle,)


class UserPresignedUrlView(PresignedUrlView):
    """Ten requests a minute, by the user."""

    throttle_classes = (UserRateThrottle,)


class StudioSerializer(serializers.Serializer[Any]):
    """Images of all kinds."""

    photo = CheckedImageField(required=False, max_bytes=20_000)
    drawing = DataUriImageField(required=False, formats=["png", "jpeg"])
    images = DataUriImageListField(required=False, max_images=3, max_total_bytes=30_000, allow_empty=False)


class StudioView(APIView):
    """Takes images as multipart or JSON."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """Answers with the sizes."""
        serializer = StudioSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        images = [*given.get("images", []), *(given[name] for name in ("photo", "drawing") if name in given)]
        return Response([[image.format, image.width, image.height] for image in images])


class BoundedStudioView(StudioView):
    """The same with a bound on its JSON."""

    parser_classes = (BoundedJSONParser,)


class FailingView(APIView):
    """Raises what presize says of no image."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, _: Request) -> Response:
        """Fails."""
        presize.check(b"no image at all")
        return Response()
