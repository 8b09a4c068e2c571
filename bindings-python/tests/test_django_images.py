"""Images that a Django project is sent: validators, form fields."""

from __future__ import annotations

import base64
import io
import mimetypes
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
from django.test import override_settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy
from django_project.fixtures import database
from django_project.forms import AvatarForm, DrawingForm
from django_project.models import Photo
from PIL import Image

from presize import CheckedImage, ImageError, ImageRules, OptionError
from presize.django.forms import CheckedImageField, DataUriImageField
from presize.django.validators import ImageValidator

# Fixtures; pytest finds them by their names here.
__all__ = ["database"]


def upload(data: bytes, content_type: str | None = "image/jpeg", name: str = "cat.jpg") -> SimpleUploadedFile:
    """A file as a form gives it."""
    return SimpleUploadedFile(name, data, cast(str, content_type))


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
        ("orientation_6.jpg", "application/x-octet", {}, "image_format_mismatch"),
        ("markup.svg", "application/octet-stream", {}, "image_format_not_allowed"),
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
    assert error.messages == [cause.user_message]


def test_a_message_with_a_percent_sign_stays_as_it_is(jpeg: bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        ImageValidator()(upload(jpeg, "image/100%(code)s"))
    assert caught.value.messages == ["This file is not what it is called. Please save it again, or choose another one."]


@pytest.mark.parametrize(
    "declared",
    [
        None,
        "",
        "image/jpeg; q=1",
        "IMAGE/JPG",
        "application/octet-stream",
        "Binary/Octet-Stream;charset=binary",
        "image/*",
    ],
)
def test_what_is_not_declared_cannot_differ(declared: str | None, jpeg: bytes) -> None:
    ImageValidator()(upload(jpeg, declared))
    ImageValidator()(ContentFile(jpeg, "cat.jpg"))


def test_rules_of_the_project_and_of_the_field(jpeg: bytes) -> None:
    with override_settings(PRESIZE={"RULES": {"min_width": 1000}}):
        with pytest.raises(ValidationError, match="at least 1000 pixels are needed"):
            ImageValidator(formats=["jpeg"])(upload(jpeg))
        ImageValidator(min_width=1)(upload(jpeg))


def test_a_drawing_may_be_wrapped_where_its_field_says_so(jpeg: bytes) -> None:
    wrapped = "data:application/octet-stream;base64," + base64.encodebytes(jpeg).decode().replace("\n", "\r\n")
    assert DataUriImageField(allow_whitespace=True).clean(wrapped).bytes == jpeg
    with pytest.raises(ValidationError) as caught:
        DataUriImageField().clean(wrapped)
    assert caught.value.code == "data_uri_base64_invalid"


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


@pytest.mark.usefixtures("database")
def test_a_model_is_validated_when_it_gets_a_file(jpeg: bytes, images: Path) -> None:
    photo = Photo(image=upload(jpeg))
    photo.full_clean()
    photo.save()
    with photo.image.open() as stored:
        assert stored.read() == jpeg
    photo.image = upload((images / "markup.svg").read_bytes(), "image/svg+xml")
    with pytest.raises(ValidationError) as caught:
        photo.full_clean()
    assert [error.code for error in caught.value.error_dict["image"]] == ["image_format_not_allowed"]


@pytest.mark.usefixtures("database")
def test_a_stored_file_is_checked_again_only_on_request() -> None:
    photo = Photo()
    photo.image.save("bad.jpg", ContentFile(b"no image"), save=False)
    photo.full_clean()
    photo.checked_always.save("bad.jpg", ContentFile(b"no image"), save=False)
    # As a row from the database has it.
    photo = Photo(image=photo.image.name, checked_always=photo.checked_always.name)
    assert photo.checked_always.closed
    with pytest.raises(ValidationError, match="not a picture that can be opened") as caught:
        photo.full_clean()
    assert list(caught.value.error_dict) == ["checked_always"]
    assert photo.checked_always.closed
    photo.checked_always = "nowhere.jpg"
    with pytest.raises(ValidationError) as caught:
        photo.full_clean()
    assert [error.code for error in caught.value.error_dict["checked_always"]] == ["missing"]


@pytest.mark.usefixtures("database")
def test_a_model_form(jpeg: bytes, images: Path) -> None:
    form_class = modelform_factory(Photo, fields=["image"])
    form = form_class({}, files(image=upload(jpeg)))
    assert form.is_valid(), form.errors
    with form.save().image.open() as stored:
        assert stored.read() == jpeg
    bad = form_class({}, files(image=upload((images / "half_baseline_420.jpg").read_bytes())))
    assert not bad.is_valid()
    assert bad.errors.get_json_data()["image"][0]["code"] == "image_corrupt"


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    """The JPEG with a comment before everything else (ITU-T T.81, B.2.4.5)."""
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


NAMES = {
    "jpeg": ["a.jpg", "a.JPEG", "a.jpe", "a.jfif", "a.html.jpg"],
    "png": ["a.png", "고양이.PNG"],
    "webp": ["a.webp"],
    "gif": ["a.gif"],
}
SAMPLES = {"jpeg": "orientation_6.jpg", "png": "rgb.png", "webp": "lossy.webp", "gif": "animated.gif"}


@pytest.mark.parametrize("format", NAMES)
def test_a_name_ends_as_its_format_says(format: str, images: Path) -> None:
    data = (images / SAMPLES[format]).read_bytes()
    for name in NAMES[format]:
        ImageValidator()(upload(data, None, name))
        # What servers make of such a name.
        assert mimetypes.guess_type(name.replace("jfif", "jpg"))[0] == f"image/{format}"
    others = [name for other in NAMES if other != format for name in NAMES[other]]
    for name in [*others, "a.html", "a.svg", "a.jpg.html", "a", "jpg", ".jpg", "a.jpg.", "a.jpg.gz", "a.jpg\xa0"]:
        with pytest.raises(ValidationError, match=r"File extension .* is not allowed") as caught:
            ImageValidator()(upload(data, None, name))
        assert caught.value.code == "invalid_extension"
        assert caught.value.params is not None
        assert f"{format.replace('jpeg', 'jpg')}" in caught.value.params["allowed_extensions"]


@pytest.mark.usefixtures("database")
def test_a_page_in_an_image_is_not_stored_as_a_page(jpeg: bytes) -> None:
    page = with_comment(jpeg, b"<img src=x onerror=alert(document.domain)>")
    form_class = modelform_factory(Photo, fields=["image"])
    form = form_class({}, files(image=upload(page, name="x.html")))
    assert form.errors.get_json_data()["image"][0]["code"] == "invalid_extension"
    # It is an image, as which it does no harm.
    assert form_class({}, files(image=upload(page, name="x.jpg"))).is_valid()
    # A ticket's key, or whatever else names a stored file.
    photo = Photo(image=upload(jpeg))
    photo.checked_always.save("stored.html", ContentFile(page), save=False)
    with pytest.raises(ValidationError) as caught:
        photo.full_clean()
    assert [error.code for error in caught.value.error_dict["checked_always"]] == ["invalid_extension"]


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
        ({"avatar": upload(b"", name="x.html")}, "image_too_small"),
    ],
)
def test_a_file_field_refuses(given: Any, code: str) -> None:
    assert AvatarForm({}, given).errors.get_json_data()["avatar"][0]["code"] == code


@pytest.mark.parametrize("name", ["x.html", "blob", "x.png"])
def test_a_file_field_refuses_a_name(name: str, jpeg: bytes) -> None:
    errors = AvatarForm({}, files(avatar=upload(jpeg, name=name))).errors
    assert errors.get_json_data()["avatar"][0]["code"] == "invalid_extension"


def test_fields_have_other_words_for_errors(jpeg: bytes) -> None:
    class Form(forms.Form):
        photo = CheckedImageField(
            max_bytes=1500,
            error_messages={
                "image_too_large": gettext_lazy("%(max)s bytes at most, please"),
                "invalid_extension": "no %(extension)s, please",
            },
        )
        drawing = DataUriImageField(error_messages={"data_uri_malformed": "100%% wrong"})
        required = DataUriImageField(error_messages={"required": "draw something"})

    def words(file: SimpleUploadedFile, text: str) -> list[Any]:
        found = Form({"drawing": text}, files(photo=file)).errors.get_json_data()
        return [(name, error["code"], error["message"]) for name, errors in found.items() for error in errors]

    assert words(upload(jpeg + bytes(1000)), "cat.jpg") == [
        ("photo", "image_too_large", "1500 bytes at most, please"),
        ("drawing", "data_uri_malformed", "100% wrong"),
        ("required", "required", "draw something"),
    ]
    assert words(upload(jpeg, name="x.html"), data_uri(jpeg))[0] == ("photo", "invalid_extension", "no html, please")
    # Others stay as they are.
    message = words(upload(jpeg[:500]), "data:image/png;base64,!")
    assert message[0][2].startswith("This picture is damaged")


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
