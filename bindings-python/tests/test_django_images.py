"""Images that a Django project is sent: validators, form fields, and bodies that are refused while they are sent."""

from __future__ import annotations

import base64
import io
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.forms.models import modelform_factory
from django.test import Client, RequestFactory, override_settings
from django.utils.datastructures import MultiValueDict
from PIL import Image

from django_project.fixtures import CSRF_TOKEN, Site, asgi_site, database, receive, site
from django_project.forms import AvatarForm, DrawingForm
from django_project.models import Photo
from presize import CheckedImage, ImageError, ImageRules, OptionError
from presize.django.forms import CheckedImageField, DataUriImageField
from presize.django.errors import UploadRefused
from presize.django.uploadhandler import BoundedUploadHandler
from presize.django.validators import ImageValidator

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "site"]


def upload(data: bytes, content_type: str | None = "image/jpeg") -> SimpleUploadedFile:
    """A file as a form gives it."""
    return SimpleUploadedFile("cat.jpg", data, cast(str, content_type))


def files(**given: SimpleUploadedFile) -> MultiValueDict[str, UploadedFile[Any]]:
    """Files as a request has them."""
    return MultiValueDict({name: [file] for name, file in given.items()})


@pytest.fixture
def jpeg(images: Path) -> bytes:
    """A JPEG that is displayed as 24x16 pixels."""
    return (images / "orientation_6.jpg").read_bytes()


# Validators


def test_a_good_file_is_accepted_and_left_where_it_was(jpeg: bytes) -> None:
    file = upload(jpeg)
    file.seek(7)
    ImageValidator()(file)
    assert file.tell() == 7
    on_disk = TemporaryUploadedFile("cat.jpg", "image/jpeg", len(jpeg), None)
    with closing(on_disk):
        on_disk.write(jpeg)
        ImageValidator()(on_disk)
        assert on_disk.tell() == len(jpeg)


@pytest.mark.parametrize(
    ("name", "declared", "rules", "code"),
    [
        ("markup.svg", "image/svg+xml", {}, "image_format_not_allowed"),
        ("half_baseline_420.jpg", "image/jpeg", {}, "image_corrupt"),
        ("bomb_150mp.png", "image/png", {}, "image_too_large"),
        ("noise.bin", None, {}, "image_format_unknown"),
        ("empty.bin", "image/png", {}, "image_too_small"),
        ("orientation_6.jpg", "image/png", {}, "image_format_mismatch"),
        ("orientation_6.jpg", "application/octet-stream", {}, "image_format_mismatch"),
        ("orientation_6.jpg", "image/jpeg", {"max_bytes": 100}, "image_too_large"),
        ("orientation_6.jpg", "image/jpeg", {"formats": ["png"]}, "image_format_not_allowed"),
    ],
)
def test_a_bad_file_has_presizes_code(name: str, declared: str | None, rules: Any, code: str, images: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        ImageValidator(**rules)(upload((images / name).read_bytes(), declared))
    error = caught.value
    cause = error.__cause__
    assert isinstance(cause, ImageError)
    assert (error.code, error.params or {}) == (code, cause.details)
    assert error.messages == [str(cause)]


def test_a_message_with_a_percent_sign_stays_as_it_is(jpeg: bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        ImageValidator()(upload(jpeg, "image/100%(code)s"))
    assert caught.value.messages == ["expected image/100%(code)s as declared, received image/jpeg"]


@pytest.mark.parametrize("declared", [None, "", "image/jpeg; q=1", "IMAGE/JPG"])
def test_what_is_not_declared_cannot_differ(declared: str | None, jpeg: bytes) -> None:
    ImageValidator()(upload(jpeg, declared))
    ImageValidator()(ContentFile(jpeg, "cat.jpg"))


def test_rules_of_the_project_and_of_the_field(jpeg: bytes) -> None:
    with override_settings(PRESIZE={"RULES": {"min_width": 1000}}):
        with pytest.raises(ValidationError, match="at least 1000 for width"):
            ImageValidator(formats=["jpeg"])(upload(jpeg))
        ImageValidator(min_width=1)(upload(jpeg))


def test_a_wrong_option_is_found_at_once() -> None:
    for make in (ImageValidator, CheckedImageField, DataUriImageField):
        with pytest.raises(OptionError, match="max_bytes"):
            make(max_bytes=-1)
    with pytest.raises(OptionError, match="max_byte"):
        ImageValidator(max_byte=1)  # type: ignore[call-arg]
    for field in (CheckedImageField, DataUriImageField):
        with pytest.raises(TypeError, match="max_byte"):
            field(max_byte=1)


def test_validators_are_equal_when_their_rules_are() -> None:
    one = ImageValidator(max_bytes=1000, formats=["jpeg"])
    assert one == ImageValidator(formats=["jpeg"], max_bytes=1000)
    assert hash(one) == hash(ImageValidator(formats=["jpeg"], max_bytes=1000))
    assert one != ImageValidator(max_bytes=1000, formats=["jpeg"], check_stored=True)
    assert one != ImageValidator(max_bytes=1001, formats=["jpeg"])
    assert ImageValidator() == ImageValidator(max_bytes=ImageRules().max_bytes)
    assert one != ImageRules(max_bytes=1000)


def test_a_migration_can_be_written_with_a_validator() -> None:
    text, imports = MigrationWriter.serialize(Photo._meta.get_field("image"))
    names: dict[str, Any] = {}
    exec("\n".join(["import presize.django.validators", "from django.db import models", *imports]), names)
    field = eval(text, names)
    assert isinstance(field, models.FileField)
    assert field.validators[-1] == ImageValidator(max_bytes=20_000, formats=["jpeg", "png"])
    assert MigrationWriter.serialize(field)[0] == text


def test_a_model_is_validated_when_it_gets_a_file(jpeg: bytes, images: Path, database: None) -> None:
    photo = Photo(image=upload(jpeg))
    photo.full_clean()
    photo.save()
    with photo.image.open() as stored:
        assert stored.read() == jpeg
    photo.image = upload((images / "markup.svg").read_bytes(), "image/svg+xml")
    with pytest.raises(ValidationError) as caught:
        photo.full_clean()
    assert [error.code for error in caught.value.error_dict["image"]] == ["image_format_not_allowed"]


def test_a_stored_file_is_checked_again_only_on_request(images: Path, database: None) -> None:
    photo = Photo()
    photo.image.save("bad.jpg", ContentFile(b"no image"), save=False)
    photo.full_clean()
    photo.checked_always.save("bad.jpg", ContentFile(b"no image"), save=False)
    # As a row from the database has it.
    photo = Photo(image=photo.image.name, checked_always=photo.checked_always.name)
    assert photo.checked_always.closed
    with pytest.raises(ValidationError, match="no known image format") as caught:
        photo.full_clean()
    assert list(caught.value.error_dict) == ["checked_always"]
    assert photo.checked_always.closed
    photo.checked_always = "nowhere.jpg"
    with pytest.raises(ValidationError) as caught:
        photo.full_clean()
    assert [error.code for error in caught.value.error_dict["checked_always"]] == ["missing"]


def test_a_model_form(jpeg: bytes, images: Path, database: None) -> None:
    form_class = modelform_factory(Photo, fields=["image"])
    form = form_class({}, files(image=upload(jpeg)))
    assert form.is_valid(), form.errors
    with form.save().image.open() as stored:
        assert stored.read() == jpeg
    bad = form_class({}, files(image=upload((images / "half_baseline_420.jpg").read_bytes())))
    assert not bad.is_valid()
    assert bad.errors.get_json_data()["image"][0]["code"] == "image_corrupt"


# Form fields


def test_the_value_of_a_file_field_is_the_checked_image(jpeg: bytes) -> None:
    form = AvatarForm({}, files(avatar=upload(jpeg)))
    assert form.is_valid(), form.errors
    image = form.cleaned_data["avatar"]
    assert isinstance(image, CheckedImage)
    assert (image.bytes, image.format) == (jpeg, "jpeg")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "required"),
        ({"avatar": upload(b"")}, "image_too_small"),
        ({"avatar": upload(b"GIF89a")}, "image_format_mismatch"),
        ({"avatar": "text"}, "invalid"),
    ],
)
def test_a_file_field_refuses(given: Any, code: str) -> None:
    assert AvatarForm({}, given).errors.get_json_data()["avatar"][0]["code"] == code


def test_a_file_field_need_not_be_filled_in() -> None:
    class Form(forms.Form):
        photo = CheckedImageField(required=False)
        drawing = DataUriImageField(required=False)

    form = Form({})
    assert form.is_valid()
    assert form.cleaned_data == {"photo": None, "drawing": None}


def test_a_file_field_tells_the_browser_what_it_takes() -> None:
    class Form(forms.Form):
        photo = CheckedImageField(formats=["jpeg", "png"])
        any_photo = CheckedImageField(widget=forms.FileInput(attrs={"accept": "image/*"}))

    page = str(Form())
    assert 'accept="image/jpeg,image/png"' in page
    assert 'accept="image/*"' in page


def data_uri(data: bytes, media_type: str = "image/jpeg") -> str:
    """The data as an oracle writes it."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def test_the_value_of_a_data_uri_field_is_the_checked_image(jpeg: bytes) -> None:
    form = DrawingForm({"drawing": data_uri(jpeg)})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["drawing"].bytes == jpeg
    assert not DrawingForm({"drawing": data_uri(jpeg)}, initial={"drawing": form.cleaned_data["drawing"]}).has_changed()
    assert DrawingForm({"drawing": data_uri(jpeg)}).has_changed()
    assert data_uri(jpeg) in str(DrawingForm(initial={"drawing": form.cleaned_data["drawing"]}))
    assert DrawingForm.base_fields["drawing"].clean(form.cleaned_data["drawing"]) is form.cleaned_data["drawing"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("cat.jpg", "data_uri_malformed"),
        ("data:image/jpeg;base64,/9j/4AA!", "data_uri_base64_invalid"),
        (data_uri(b"GIF89a", "image/gif"), "image_format_not_allowed"),
        (5, "option_invalid"),
    ],
)
def test_a_data_uri_field_refuses(text: Any, code: str) -> None:
    error = DrawingForm({"drawing": text}).errors.as_data()["drawing"][0]
    assert error.code == code


def test_djangos_own_image_field_with_a_validator(jpeg: bytes) -> None:
    class Form(forms.Form):
        photo = forms.ImageField(validators=[ImageValidator()])

    several = io.BytesIO()
    picture = Image.new("RGB", (20, 10))
    picture.save(several, "MPO", save_all=True, append_images=[picture])
    # As Pillow has it; to everybody else it is a JPEG.
    assert Image.open(several).format == "MPO"
    for data in (jpeg, several.getvalue()):
        form = Form({}, files(photo=upload(data)))
        assert form.is_valid(), form.errors


# The upload handler, in a project that has it in its settings and in views that have their own


def multipart(parts: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The media type and the text of a body."""
    boundary = "boundary-of-the-test"
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n"
        % (boundary.encode(), head.encode(), data)
        for head, data in parts
    )
    return f"multipart/form-data; boundary={boundary}", body + b"--%s--\r\n" % boundary.encode()


AVATAR = 'name="avatar"; filename="cat.jpg"'
LIMITS = {"RULES": {"max_bytes": 10_000, "max_total_bytes": 15_000}}


@pytest.mark.parametrize("path", ["/avatar", "/bounded", "/bounded-async"])
def test_a_multipart_form_over_the_wire(path: str, jpeg: bytes, images: Path, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            answer = client.post(path, files={"avatar": ("cat.jpg", jpeg, "image/jpeg")})
            assert answer.json()["format"] == "jpeg", answer.text
            bad = client.post(path, files={"avatar": ("cat.jpg", (images / "cut_95.jpg").read_bytes(), "image/jpeg")})
            assert [error["code"] for error in bad.json()["avatar"]] == ["image_corrupt"]
            assert client.post(path, data={"a": "b"}).json()["avatar"][0]["code"] == "required"


@pytest.mark.parametrize("path", ["/avatar", "/bounded", "/bounded-async"])
@pytest.mark.parametrize("token", ["in the header", "in the form", "none"])
def test_a_file_that_is_too_large_is_refused(path: str, token: str, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with override_settings(PRESIZE=LIMITS), server.client() as client:
            data = {"csrfmiddlewaretoken": CSRF_TOKEN} if token == "in the form" else {}
            if token != "in the header":
                client.headers.pop("X-CSRFToken")
            answer = client.post(path, data=data, files={"avatar": ("cat.jpg", b"x" * 30_000, "image/jpeg")})
        assert answer.status_code == 413, answer.text
        assert answer.json()["error"]["code"] == "request_too_large"
        assert answer.json()["error"]["details"] == {"max_bytes": 10_000 if path == "/avatar" else 20_000}


def test_files_that_are_too_large_together_are_refused(site: Site) -> None:
    files = [("avatar", (f"{number}.jpg", b"x" * 9_000, "image/jpeg")) for number in range(2)]
    with override_settings(PRESIZE=LIMITS), site.client() as client:
        answer = client.post("/avatar", files=files)
    assert (answer.status_code, answer.json()["error"]["details"]) == (413, {"max_bytes": 15_000})


@pytest.mark.parametrize("path", ["/avatar", "/bounded"])
@pytest.mark.parametrize("announced", [1_000_000, 50_000_000])
def test_a_body_is_refused_while_it_is_sent(path: str, announced: int, site: Site) -> None:
    """The answer comes although most of the body is never sent."""
    content_type, body = multipart([(AVATAR, b"x" * 200_000)])
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={CSRF_TOKEN}\r\nX-CSRFToken: {CSRF_TOKEN}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {announced}\r\n\r\n"
    )
    with override_settings(PRESIZE=LIMITS), closing(site.connection()) as connection:
        connection.sendall(head.encode() + body[:150_000])
        status, answer = receive(connection)
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


def test_a_body_that_ends_early_is_no_image(site: Site) -> None:
    content_type, body = multipart([(AVATAR, b"x" * 200)])
    with site.client() as client:
        answer = client.post("/avatar", content=body[:250], headers={"content-type": content_type})
    assert answer.status_code in (400, 422)
    broken = "multipart/form-data"
    with site.client() as client:
        assert client.post("/avatar", content=body, headers={"content-type": broken}).status_code == 400


class Stream(io.BytesIO):
    """A body that notes how much of it is read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_no_more_than_a_chunk_past_the_limit_is_read(database: None) -> None:
    content_type, body = multipart([(AVATAR, b"x" * 5_000_000)])
    request = RequestFactory().post("/avatar", body, content_type=content_type)
    stream = Stream(body)
    request._stream = stream
    with override_settings(PRESIZE={"RULES": {"max_bytes": 1_000_000}}), pytest.raises(UploadRefused) as caught:
        assert request.FILES
    assert caught.value.error.code == "request_too_large"
    assert 1_000_000 < stream.taken <= 1_000_000 + 2 * 65_536
    # What Django does next, so that the body is not read again.
    cast(Any, request)._mark_post_parse_error()
    assert not request.FILES


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    content_type, body = multipart([(AVATAR, b"x" * 100_000), (AVATAR, b"x" * 300_000)])
    request = RequestFactory().post("/avatar", body, content_type=content_type)
    limits = {"RULES": {"max_bytes": 200_000}}
    settings = {"FILE_UPLOAD_TEMP_DIR": str(tmp_path), "FILE_UPLOAD_MAX_MEMORY_SIZE": 0}
    with override_settings(PRESIZE=limits, **settings), pytest.raises(UploadRefused):
        assert request.FILES
    assert list(tmp_path.iterdir()) == []


def test_the_handler_counts_what_base64_stands_for() -> None:
    content_type, body = multipart([(AVATAR, b"")])
    encoded = base64.b64encode(b"x" * 9_999)
    body = body.replace(b"Content-Type: image/jpeg\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded)
    for max_bytes, is_refused in ((9_999, False), (9_998, True)):
        request = RequestFactory().post("/avatar", body, content_type=content_type)
        with override_settings(PRESIZE={"RULES": {"max_bytes": max_bytes}}):
            if is_refused:
                with pytest.raises(UploadRefused):
                    assert request.FILES
            else:
                assert cast(Any, request.FILES["avatar"]).read() == b"x" * 9_999


def test_a_handler_without_a_request() -> None:
    handler = BoundedUploadHandler(max_bytes=10)
    assert handler.receive_data_chunk(b"x" * 10, 0) == b"x" * 10
    assert handler.file_complete(10) is None
    with pytest.raises(UploadRefused, match="at most 10 bytes"):
        handler.receive_data_chunk(b"x", 10)


# Errors of views


@pytest.mark.parametrize("path", ["/failing", "/failing-async", "/rest/failing"])
def test_the_error_of_any_view_is_answered(path: str, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "image_format_unknown")


def test_other_errors_are_left_alone(site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            assert client.get("/broken").status_code == 500


def test_without_the_middleware_a_refused_body_is_a_bad_request() -> None:
    middleware = ["django.middleware.csrf.CsrfViewMiddleware"]
    with override_settings(MIDDLEWARE=middleware, PRESIZE=LIMITS):
        client = Client(enforce_csrf_checks=True)
        client.handler.load_middleware()
        client.cookies["csrftoken"] = CSRF_TOKEN
        answer = client.post("/avatar", {"avatar": upload(b"x" * 30_000)}, headers={"X-CSRFToken": CSRF_TOKEN})
    assert answer.status_code == 400
