"""A validator for the file fields of models, forms and serializers."""

from __future__ import annotations

from functools import partial
from typing import Any, BinaryIO, Unpack, cast

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import FileExtensionValidator
from django.db.models.fields.files import FieldFile
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext

from presize import (
    CheckedImage,
    ImageRules,
    PresizeError,
    _cost,
    aio,
    check,
    decode_data_uri,
    decode_data_uris,
)
from presize.django import conf
from presize.django.errors import validation_error
from presize.images import read
from presize.options import ImageFormat, ImageRulesOptions

#: How the names of files of a format end. What a web server sends a file as goes by its name, not by its bytes.
_EXTENSIONS: dict[ImageFormat, list[str]] = {
    "jpeg": ["jpg", "jpeg", "jpe", "jfif"],
    "png": ["png"],
    "webp": ["webp"],
    "gif": ["gif"],
}


@deconstructible(path="presize.django.validators.ImageValidator")
class ImageValidator:
    """Accepts an uploaded file that is one complete image within the rules, of the type that the client declared, and
    under a name that ends as names of its format do.

    >>> from django.db import models
    >>> avatar = models.FileField(validators=[ImageValidator(formats=["jpeg", "png"], min_width=100)])

    Keywords are the options of ``presize.ImageRules``, in place of the project's (``PRESIZE["RULES"]``). A wrong one is
    ``option_invalid`` at once.

    A file that the storage already has is not fetched again each time its row is validated. ``check_stored=True`` does
    so: for rows that are given the name of a file instead of a file, such as the key of a ticket. Default: False.

    The ValidationError has presize's code and ``user_message`` in the language of the request, and the details as ``params``;
    ``missing`` is a stored file that is not there, ``invalid_extension`` (of Django's FileExtensionValidator) a name that does
    not fit or has no extension. The file is left at the position where it was.

    A complete image may have HTML in a comment. That is harmless while it is served as an image, and a page of your site
    once it is served as ``text/html``; ``allow_polyglots=False`` finds some of what browsers guess a type by, and is no
    defence against a wrong type that a server states. Storages keep the client's name, and servers go by its extension,
    hence the rule for names. Send files of users with ``X-Content-Type-Options: nosniff``, best from a host of their own.
    """

    def __init__(self, *, check_stored: bool = False, **rules: Unpack[ImageRulesOptions]) -> None:
        self.check_stored = check_stored
        self.options = rules
        self._rules = ImageRules(**rules)

    def __call__(self, value: Any) -> None:
        if isinstance(value, FieldFile):
            if value and (self.check_stored or not _is_stored(value)):
                self._check_field(value)
        else:
            self._check(value)

    def _check_field(self, value: FieldFile) -> None:
        was_closed = value.closed
        try:
            if was_closed:
                value.open("rb")
            self._check(value)
        except FileNotFoundError as error:
            # The words for an upload that is not there.
            words = gettext("The uploaded picture was not found. Please upload it again.")
            raise ValidationError(words, code="missing") from error
        finally:
            if was_closed:
                value.close()

    def _check(self, value: File[bytes]) -> None:
        try:
            image = check_file(value, conf.rules(**self.options))
        except PresizeError as error:
            raise validation_error(error) from error
        check_name(value, image)

    def __eq__(self, other: object) -> bool:
        """Equal when the rules are, however they were written."""
        if not isinstance(other, ImageValidator):
            return NotImplemented
        return (self.check_stored, self._rules) == (other.check_stored, other._rules)

    def __hash__(self) -> int:
        return hash((self.check_stored, self._rules))


def check_file(file: File[bytes], rules: ImageRules) -> CheckedImage:
    """Checks a file from its start with ``presize.check``, in the queue of ``presize.aio``, and puts it back to where it was.

    What the client declared is the ``content_type`` of an UploadedFile; without one, or with ``application/octet-stream`` and
    its like, nothing is declared.

    Errors: those of ``presize.check``; ``server_busy``.
    """
    opened = file.file if isinstance(file, FieldFile) else file
    declared = getattr(opened, "content_type", None) or None
    if hasattr(opened, "image"):
        # Django's own ImageField puts Pillow's opinion in the place of what was declared, and Pillow calls a JPEG with
        # more than one picture, as cameras write it, "image/mpo".
        declared = None
    position = file.tell()
    file.seek(0)
    try:
        data = read(cast(BinaryIO, file), rules)
    finally:
        file.seek(position)
    image, _ = aio.run_here(partial(check, data, rules, declared=declared), partial(_cost.of_image, data, rules))
    return image


def decode_text(text: Any, rules: ImageRules) -> CheckedImage:
    """``presize.decode_data_uri`` in the queue. Errors: those; ``server_busy``."""
    image, _ = aio.run_here(partial(decode_data_uri, text, rules), partial(_cost.of_data_uris, [text], rules))
    return image


def decode_texts(texts: list[Any], rules: ImageRules) -> list[CheckedImage]:
    """``presize.decode_data_uris`` in the queue. Errors: those; ``server_busy``."""
    decoded, _ = aio.run_here(partial(decode_data_uris, texts, rules), partial(_cost.of_data_uris, texts, rules))
    return decoded


def check_name(file: File[bytes], image: CheckedImage) -> None:
    """Refuses a name that does not end as those of the image's format do. A file without a name has none to refuse.

    Error: a ValidationError, ``invalid_extension``.
    """
    if file.name:
        FileExtensionValidator(_EXTENSIONS[image.format])(file)


def _is_stored(value: FieldFile) -> bool:
    """Whether the storage has the file; Django sets this to False when a new file is assigned."""
    return bool(getattr(value, "_committed", True))
