"""What a Django project tells its users, in their language; and checked images that it stores."""

from __future__ import annotations

import base64
import gettext
import io
import json
import pickle
import re
import shutil
import string
import subprocess
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import override_settings
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django_project.fixtures import Site, asgi_site, database, site
from django_project.forms import AvatarForm, DrawingForm
from django_project.models import Portrait
from django_project.views import StudioSerializer
from rest_framework import serializers
from runner import read

import presize.django
from presize import CheckedImage, PresizeError, check
from presize.django.errors import user_message
from presize.django.files import CheckedImageFile
from presize.django.forms import CheckedImageField, DataUriImageField
from presize.django.rest_framework import CheckedImageField as CheckedImageSerializerField

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "site"]

LOCALE = Path(presize.django.__file__).parent / "locale"
TEMPLATES = sorted({template for row in read("errors.json")["errors"] for template in row["user_messages"]})


@pytest.fixture
def png(images: Path) -> bytes:
    return (images / "rgb.png").read_bytes()


def upload(data: bytes, content_type: str = "image/png", name: str = "cat.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def files(**given: SimpleUploadedFile) -> MultiValueDict[str, UploadedFile[Any]]:
    return MultiValueDict({name: [file] for name, file in given.items()})


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_message_is_translated(language: str) -> None:
    assert len(TEMPLATES) > 30
    with (LOCALE / language / "LC_MESSAGES/django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    del catalogue[""]
    assert sorted(catalogue) == TEMPLATES
    for template, translated in catalogue.items():
        assert names_in(translated) == names_in(template), template
        if language == "ko":
            assert re.search("[가-힣]", translated), template
        else:
            assert translated == template


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_is_shipped_is_what_the_source_says(language: str, tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("GNU gettext is missing: apt-get install gettext")
    folder = LOCALE / language / "LC_MESSAGES"
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", f"--output-file={made}", folder / "django.po"], check=True)
    assert made.read_bytes() == (folder / "django.mo").read_bytes()


def test_a_form_speaks_the_language_of_the_request(png: bytes) -> None:
    def words() -> list[str]:
        avatar = AvatarForm({}, files(avatar=upload(png[:100])))
        drawing = DrawingForm({"drawing": "data:image/gif;base64,R0lGODlh"})
        return [
            form.errors.get_json_data()[name][0]["message"] for form, name in ((avatar, "avatar"), (drawing, "drawing"))
        ]

    assert words() == [
        "This picture is damaged or incomplete. Please choose another one.",
        "GIF files are not accepted. Please choose one of these: PNG, JPEG.",
    ]
    with translation.override("ko"):
        assert words() == [
            "사진이 손상되었거나 완전하지 않습니다. 다른 사진을 선택해 주세요.",
            "GIF 파일은 사용할 수 없습니다. 사용할 수 있는 형식: PNG, JPEG.",
        ]
    with translation.override("fr"):
        assert words()[0].startswith("This picture is damaged")


def test_a_serializer_speaks_it_too(png: bytes) -> None:
    def words() -> list[str]:
        serializer = StudioSerializer(data={"photo": upload(png[:100]), "images": ["no"]})
        assert not serializer.is_valid()
        return [str(serializer.errors["photo"][0]), str(serializer.errors["images"][0][0])]

    assert words()[0] == "This picture is damaged or incomplete. Please choose another one."
    with translation.override("ko"):
        assert words() == [
            "사진이 손상되었거나 완전하지 않습니다. 다른 사진을 선택해 주세요.",
            "사진이 제대로 전송되지 않았습니다. 다시 선택해 주세요.",
        ]


def test_a_project_may_have_other_words(png: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    if shutil.which("msgfmt") is None:
        pytest.skip("GNU gettext is missing: apt-get install gettext")
    source = folder / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "This file is larger than {max}."\nmsgstr "Ce fichier dépasse {max}."\n'
    )
    subprocess.run(["msgfmt", f"--output-file={folder / 'django.mo'}", source], check=True)
    with override_settings(LOCALE_PATHS=[tmp_path]), translation.override("fr"):
        with pytest.raises(PresizeError) as caught:
            check(png, presize.ImageRules(max_bytes=100))
        assert user_message(caught.value) == "Ce fichier dépasse 0.1 KB."


@pytest.mark.parametrize("asynchronous", [False, True])
def test_answers_are_in_the_language_of_the_request(asynchronous: bool, site: Site, asgi_site: Site) -> None:
    middleware = ["django.middleware.locale.LocaleMiddleware", "presize.django.middleware.PresizeErrorMiddleware"]
    with (
        override_settings(MIDDLEWARE=middleware, USE_I18N=True),
        translation.override("ko"),
    ):
        error = presize.errors.request_too_large(16_384)
        answer = json.loads(presize.django.errors.error_response(error).content)["error"]
        assert answer["user_message"] == "한 번에 보낼 수 있는 크기를 넘었습니다(최대 16 KB)."
        assert answer["message"] == "expected at most 16384 bytes for the request, received more"


# Checked images as files


def test_a_checked_image_is_a_file_too(png: bytes) -> None:
    image = check(png)
    file = CheckedImageFile(image, "cat.png")
    assert isinstance(file, CheckedImage)
    assert (file.bytes, file.info, file.format, file.name, file.size) == (png, image.info, "png", "cat.png", len(png))
    assert file.content_type == "image/png"
    assert file == image
    assert file == CheckedImageFile(image, "dog.png")
    assert hash(file) == hash(image)
    assert b"".join(file.chunks(100)) == png
    file.close()
    with file.open() as opened:
        assert opened.read() == png
    assert pickle.loads(pickle.dumps(file)) == file
    assert repr(file) == repr(image)
    assert bool(file)
    with pytest.raises(FrozenInstanceError):
        file.bytes = b""  # type: ignore[misc]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("kind", ["picture", "plain"])
def test_a_model_form_stores_a_checked_image(png: bytes, kind: str) -> None:
    class Form(forms.ModelForm):  # type: ignore[type-arg]
        picture = CheckedImageField(required=False, formats=["png"])
        plain = CheckedImageField(required=False, formats=["png"])

        class Meta:
            model = Portrait
            fields = ["title", "picture", "plain"]

    form = Form({"title": "cat"}, files(**{kind: upload(png)}))
    assert form.is_valid(), form.errors
    assert isinstance(form.cleaned_data[kind], CheckedImage)
    row = form.save()
    row.refresh_from_db()
    stored = getattr(row, kind)
    assert re.fullmatch(r"cat(_\w+)?\.png", stored.name)
    with stored.open() as opened:
        assert opened.read() == png
    if kind == "picture":
        assert (row.width, stored.width, stored.height) == (48, 48, 36)

    # Nothing new is sent: what there was stays.
    again = Form({"title": "dog"}, files(), instance=row)
    assert again.is_valid(), again.errors
    row = again.save()
    row.refresh_from_db()
    assert (row.title, getattr(row, kind).name) == ("dog", stored.name)

    bad = Form({"title": "cat"}, files(**{kind: upload(png[:100])}))
    assert bad.errors.get_json_data()[kind][0]["code"] == "image_corrupt"
    cleared = Form({"title": "dog", f"{kind}-clear": "on"}, files(), instance=row)
    assert cleared.is_valid(), cleared.errors
    assert not getattr(cleared.save(), kind)


@pytest.mark.usefixtures("database")
def test_a_model_form_stores_a_data_uri(png: bytes) -> None:
    class Form(forms.ModelForm):  # type: ignore[type-arg]
        plain = DataUriImageField()

        class Meta:
            model = Portrait
            fields = ["title", "plain"]

    form = Form({"title": "x", "plain": f"data:image/png;base64,{base64.b64encode(png).decode()}"})
    assert form.is_valid(), form.errors
    row = form.save()
    row.refresh_from_db()
    assert re.fullmatch(r"image(_\w+)?\.png", row.plain.name)
    with row.plain.open() as opened:
        assert opened.read() == png


@pytest.mark.usefixtures("database")
def test_a_model_serializer_stores_a_checked_image(png: bytes) -> None:
    class PortraitSerializer(serializers.ModelSerializer[Portrait]):
        picture = CheckedImageSerializerField()

        class Meta:
            model = Portrait
            fields = ("title", "picture")

    serializer = PortraitSerializer(data={"title": "x", "picture": upload(png)})
    assert serializer.is_valid(), serializer.errors
    row = serializer.save()
    row.refresh_from_db()
    with row.picture.open() as opened:
        assert opened.read() == png
    assert io.BytesIO(serializer.validated_data["picture"].bytes).read() == png


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("kind", ["multipart", "form"])
def test_a_form_beyond_djangos_memory_is_answered_in_json(
    asynchronous: bool, kind: str, site: Site, asgi_site: Site
) -> None:
    """3 MB of data URIs in fields, where Django takes 2.5 MiB: its own answer is a page, 400."""
    uri = "data:image/png;base64," + "A" * 1_000_000
    with (asgi_site if asynchronous else site).client() as client:
        fields = [("images", uri)] * 3
        if kind == "multipart":
            answer = client.post("/rest/studio", files=[(name, (None, value)) for name, value in fields])
        else:
            answer = client.post("/rest/studio", data={"images": [uri] * 3})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/json")
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("request_too_large", {"max_bytes": 2_621_440})
