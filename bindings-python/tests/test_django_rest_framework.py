"""presize in Django REST framework: throttles, schemes, serializers."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy
from django_project.fixtures import Site, asgi_site, database, site, with_bucket
from django_project.models import Account
from django_project.views import StudioSerializer
from rest_framework import serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import exception_handler as rest_framework_handler

from presize import CheckedImage, OptionError, UploadEvent, Uploads, check
from presize.django.rest_framework import (
    CheckedImageField,
    ConfirmSerializer,
    ConfirmView,
    DataUriImageField,
    DataUriImageListField,
    PresignedUrlSerializer,
    PresignedUrlView,
    exception_handler,
)
from presize.errors import request_too_large

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "site", "with_bucket"]

PNG = {"content_type": "image/png", "file_size": 3}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Nobody has been counted yet."""
    cache.clear()


def data_uri(data: bytes, media_type: str = "image/jpeg") -> str:
    """The data as an oracle writes it."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


@pytest.fixture
def jpeg(images: Path) -> bytes:
    """A JPEG."""
    return (images / "orientation_6.jpg").read_bytes()


# The view


@pytest.mark.parametrize("path", ["/rest/scoped", "/rest/user"])
@pytest.mark.usefixtures("with_bucket")
def test_the_eleventh_request_of_a_minute_is_one_too_many(path: str, site: Site) -> None:
    with site.client("user-7") as client:
        assert [client.post(path, json=PNG).status_code for _ in range(10)] == [200] * 10
        refused = client.post(path, json=PNG)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60
    with site.client("user-8") as client:
        assert client.post(path, json=PNG).status_code == 200


def ask(
    view: type[PresignedUrlView | ConfirmView], body: object, user: str | None = "user-7", **options: Any
) -> Response:
    """The answer of a view to a request in this process."""
    request = APIRequestFactory().post("/", body, format="json")
    if user is not None:
        force_authenticate(request, Account(name=user))
    answer = view.as_view(**options)(request)
    answer.render()
    return answer


def test_a_scheme_is_named_where_there_is_one(uploads: Uploads) -> None:
    class BasicView(PresignedUrlView):
        authentication_classes = (BasicAuthentication,)

    answer = ask(BasicView, PNG, user=None, uploads=uploads)
    assert (answer.status_code, answer.data["error"]["code"]) == (401, "request_unauthenticated")
    assert answer["WWW-Authenticate"] == 'Basic realm="api"'


def test_a_permission_of_the_project_is_refused_in_its_own_words(uploads: Uploads) -> None:
    class Never(BasePermission):
        message = "Not on Sundays."

        def has_permission(self, *_: Any) -> bool:
            return False

    class ClosedView(PresignedUrlView):
        permission_classes = (Never,)

    answer = ask(ClosedView, PNG, uploads=uploads)
    assert (answer.status_code, answer.data) == (403, {"detail": "Not on Sundays."})


def test_the_owner_is_what_the_view_says(uploads: Uploads) -> None:
    class TenantView(PresignedUrlView):
        def owner(self, request: Request) -> str:
            return f"tenant-3:{request.user.pk}"

    assert ask(TenantView, PNG, uploads=uploads).data["key"].startswith("uploads/tenant-3:user-7/")


def test_a_parser_of_the_project(uploads: Uploads) -> None:
    class PlainView(PresignedUrlView):
        parser_classes = (JSONParser,)

    assert ask(PlainView, PNG, uploads=uploads).status_code == 200
    assert ask(PlainView, [PNG], uploads=uploads).data["error"]["code"] == "request_malformed"


def test_events_are_of_what_happened(uploads: Uploads) -> None:
    class Tagged(PresignedUrlSerializer):
        album = serializers.IntegerField()

    class TaggedConfirmation(ConfirmSerializer):
        album = serializers.IntegerField()

    events: list[UploadEvent] = []
    options: Any = {"uploads": uploads, "on_event": events.append}
    # Nobody gets this ticket, and nothing is looked for.
    key = "uploads/user-7/1700000000000-0123456789abcdef.png"
    for answer in (
        ask(PresignedUrlView, PNG, serializer_class=Tagged, **options),
        ask(ConfirmView, {"key": key}, serializer_class=TaggedConfirmation, **options),
    ):
        assert (answer.status_code, list(answer.data)) == (400, ["album"])
    assert events == []
    ask(PresignedUrlView, {**PNG, "content_type": "text/" + "x" * 100}, **options)
    ask(ConfirmView, {"key": f"uploads/user-7/{'x' * 1024}.png"}, **options)
    ask(ConfirmView, {"key": key.replace("7/", "8/")}, **options)
    assert [(event.action, event.outcome, event.code) for event in events] == [
        ("issue", "rejected", "upload_format_not_allowed"),
        ("confirm", "rejected", "upload_key_invalid"),
        ("confirm", "rejected", "upload_owner_mismatch"),
    ]
    assert ask(PresignedUrlView, {**PNG, "album": 7}, serializer_class=Tagged, **options).status_code == 200
    assert events[-1].outcome == "issued"


def test_a_user_without_a_key_owns_nothing(uploads: Uploads) -> None:
    class Nameless(PresignedUrlView):
        def perform_authentication(self, request: Request) -> None:
            request.user.pk = None

    assert ask(Nameless, PNG, uploads=uploads).data["error"]["code"] == "upload_owner_invalid"


def test_a_serializer_can_demand_more(uploads: Uploads) -> None:
    class AlbumSerializer(PresignedUrlSerializer):
        album = serializers.CharField()

    class AlbumView(PresignedUrlView):
        serializer_class = AlbumSerializer

    assert ask(AlbumView, PNG | {"album": "summer"}, uploads=uploads).status_code == 200
    answer = ask(AlbumView, PNG, uploads=uploads)
    assert (answer.status_code, answer.data["album"][0].code) == (400, "required")
    # What the core refuses comes first.
    assert ask(AlbumView, PNG | {"file_size": 0}, uploads=uploads).data["error"]["code"] == "upload_too_small"


def test_the_serializer_alone() -> None:
    assert PresignedUrlSerializer(data=PNG | {"filename": "x" * 255}).is_valid()
    long_name = PresignedUrlSerializer(data=PNG | {"filename": "x" * 256})
    long_type = PresignedUrlSerializer(data=PNG | {"content_type": "x" * 101})
    for serializer, name in ((long_name, "filename"), (long_type, "content_type")):
        assert not serializer.is_valid()
        assert serializer.errors[name][0].code == "max_length"
    empty = PresignedUrlSerializer(data={})
    assert not empty.is_valid()
    assert set(empty.errors) == {"content_type", "file_size"}


def test_a_type_that_is_too_long_for_the_serializer_alone(uploads: Uploads) -> None:
    answer = ask(PresignedUrlView, PNG | {"content_type": "image/png; " + "x" * 100}, uploads=uploads)
    assert (answer.status_code, answer.data["content_type"][0].code) == (400, "max_length")


def test_the_handler_leaves_other_errors_to_rest_framework() -> None:
    answer = exception_handler(request_too_large(7), {})
    assert answer is not None
    assert (answer.status_code, answer.data["error"]["details"]) == (413, {"max_bytes": 7})
    not_found = exception_handler(serializers.ValidationError("no"), {})
    assert not_found is not None
    assert not_found.status_code == 400
    assert exception_handler(ZeroDivisionError(), {}) is None


def test_the_view_answers_so_without_the_handler(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_settings, "EXCEPTION_HANDLER", rest_framework_handler, raising=False)
    assert ask(PresignedUrlView, [1], uploads=uploads).data["error"]["code"] == "request_malformed"


# Fields


@pytest.mark.parametrize("asynchronous", [False, True])
def test_images_of_all_kinds_over_the_wire(asynchronous: bool, jpeg: bytes, site: Site, asgi_site: Site) -> None:
    with (asgi_site if asynchronous else site).client() as client:
        size = check(jpeg)
        expected = [["jpeg", size.width, size.height]]
        sent = client.post("/rest/studio", files={"photo": ("cat.jpg", jpeg, "image/jpeg")})
        assert sent.json() == expected
        sent = client.post("/rest/studio", json={"images": [data_uri(jpeg)] * 2, "drawing": data_uri(jpeg)})
        assert sent.json() == expected * 3
        sent = client.post("/rest/studio", data={"images": [data_uri(jpeg)] * 2})
        assert sent.json() == expected * 2
        large = client.post("/rest/studio", files={"photo": ("cat.jpg", b"x" * 11_000_000, "image/jpeg")})
        assert (large.status_code, large.json()["error"]["code"]) == (413, "request_too_large")


def codes(data: Any) -> Any:
    """The codes of a serializer's errors."""
    serializer = StudioSerializer(data=data)
    assert not serializer.is_valid()
    return serializers.ValidationError(serializer.errors).get_codes()


def test_a_file_field_has_presizes_codes(images: Path) -> None:
    cut = (images / "cut_95.jpg").read_bytes()
    assert codes({"photo": SimpleUploadedFile("cat.jpg", cut, "image/jpeg")}) == {"photo": ["image_corrupt"]}
    assert codes({"photo": SimpleUploadedFile("cat.png", cut, "image/png")}) == {"photo": ["image_format_mismatch"]}
    assert codes({"photo": SimpleUploadedFile("cat.png", b"", "image/png")}) == {"photo": ["image_too_small"]}
    assert codes({"photo": "text"}) == {"photo": ["invalid"]}


@pytest.mark.parametrize("name", ["x.html", "blob", "x.png"])
def test_a_file_field_refuses_a_name(name: str, jpeg: bytes) -> None:
    assert codes({"photo": SimpleUploadedFile(name, jpeg, "image/jpeg")}) == {"photo": ["invalid_extension"]}


def test_fields_have_other_words_for_errors(jpeg: bytes) -> None:
    class Worded(serializers.Serializer[Any]):
        photo = CheckedImageField(
            max_bytes=1500,
            error_messages={
                "image_too_large": gettext_lazy("{max} bytes at most, please"),
                "invalid_extension": "no {extension}, please",
            },
        )
        drawing = DataUriImageField(error_messages={"data_uri_malformed": "100% wrong"})
        images = DataUriImageListField(error_messages={"data_uri_malformed": "no data URI", "empty": "none"})

    def words(photo: SimpleUploadedFile, drawing: str, images: list[str]) -> Any:
        serializer = Worded(data={"photo": photo, "drawing": drawing, "images": images})
        assert not serializer.is_valid()
        return serializer.errors

    large = SimpleUploadedFile("cat.jpg", jpeg + bytes(1000), "image/jpeg")
    errors = words(large, "cat.jpg", [data_uri(jpeg), "cat.jpg"])
    assert errors == {
        "photo": ["1500 bytes at most, please"],
        "drawing": ["100% wrong"],
        "images": {1: ["no data URI"]},
    }
    assert (errors["photo"][0].code, errors["images"][1][0].code) == ("image_too_large", "data_uri_malformed")
    errors = words(SimpleUploadedFile("x.html", jpeg, "image/jpeg"), data_uri(jpeg), [data_uri(jpeg)])
    assert errors == {"photo": ["no html, please"]}


def test_a_data_uri_field_has_presizes_codes(images: Path) -> None:
    webp = data_uri((images / "lossy.webp").read_bytes(), "image/webp")
    assert codes({"drawing": "cat.jpg"}) == {"drawing": ["data_uri_malformed"]}
    assert codes({"drawing": webp}) == {"drawing": ["image_format_not_allowed"]}
    assert codes({"drawing": 5}) == {"drawing": ["option_invalid"]}
    assert codes({"drawing": None}) == {"drawing": ["null"]}


def test_a_list_names_the_image_that_is_wrong(jpeg: bytes) -> None:
    good = data_uri(jpeg)
    assert codes({"images": [good, "data:image/jpeg;base64,/9j/4AA!"]}) == {"images": {1: ["data_uri_base64_invalid"]}}
    assert codes({"images": [good, 5]}) == {"images": {1: ["option_invalid"]}}
    assert codes({"images": []}) == {"images": ["empty"]}
    assert codes({"images": good}) == {"images": ["not_a_list"]}
    # Found before anything is decoded: these are not even base64.
    assert codes({"images": ["data:image/jpeg;base64,!"] * 4}) == {"images": ["data_uri_count_exceeded"]}
    assert codes({"images": [f"data:image/jpeg;base64,{'!' * 16_000}"] * 3}) == {"images": ["data_uri_total_too_large"]}


def test_an_image_is_shown_as_its_data_uri(jpeg: bytes) -> None:
    serializer = StudioSerializer({"drawing": check(jpeg), "images": [check(jpeg), data_uri(jpeg)]})
    assert serializer.data["drawing"] == data_uri(jpeg)
    assert serializer.data["images"] == [data_uri(jpeg)] * 2


def test_the_value_of_a_field_is_the_checked_image(jpeg: bytes) -> None:
    serializer = StudioSerializer(data={"drawing": data_uri(jpeg)})
    assert serializer.is_valid(), serializer.errors
    image = serializer.validated_data["drawing"]
    assert isinstance(image, CheckedImage)
    assert image.bytes == jpeg


def test_a_wrong_option_is_found_at_once() -> None:
    for field in (CheckedImageField, DataUriImageField, DataUriImageListField):
        with pytest.raises(OptionError, match="max_bytes"):
            field(max_bytes=-1)
        with pytest.raises(TypeError, match="max_byte"):
            field(max_byte=1)
