"""A validator for the file fields of models, forms and serializers."""

from __future__ import annotations

from typing import Any, BinaryIO, Unpack, cast

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.utils.deconstruct import deconstructible

from presize import CheckedImage, ImageRules, PresizeError, check
from presize.django import conf
from presize.django.errors import validation_error
from presize.options import ImageRulesOptions


@deconstructible(path="presize.django.validators.ImageValidator")
class ImageValidator:
    """Accepts an uploaded file that is one complete image within the rules, and of the type that the client declared.

    >>> from django.db import models
    >>> avatar = models.FileField(validators=[ImageValidator(formats=["jpeg", "png"], min_width=100)])

    Keywords are the options of ``presize.ImageRules``, in place of the project's (``PRESIZE["RULES"]``). A wrong one is
    ``option_invalid`` at once.

    A file that the storage already has is not fetched again each time its row is validated. ``check_stored=True`` does
    so: for rows that are given the name of a file instead of a file, such as the key of a ticket. Default: False.

    The ValidationError has presize's code, and the details as ``params``; ``missing`` is a stored file that is not
    there. The file is left at the position where it was.
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
            raise ValidationError("expected a stored file, received the name of none", code="missing") from error
        finally:
            if was_closed:
                value.close()

    def _check(self, value: File[bytes]) -> None:
        try:
            check_file(value, conf.rules(**self.options))
        except PresizeError as error:
            raise validation_error(error) from error

    def __eq__(self, other: object) -> bool:
        """Equal when the rules are, however they were written."""
        if not isinstance(other, ImageValidator):
            return NotImplemented
        return (self.check_stored, self._rules) == (other.check_stored, other._rules)

    def __hash__(self) -> int:
        return hash((self.check_stored, self._rules))


def check_file(file: File[bytes], rules: ImageRules) -> CheckedImage:
    """Checks a file from its start with ``presize.check``, and puts it back to where it was.

    What the client declared is the ``content_type`` of an UploadedFile; without one nothing is declared.

    Errors: those of ``presize.check``.
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
        return check(cast(BinaryIO, file), rules, declared=declared)
    finally:
        file.seek(position)


def _is_stored(value: FieldFile) -> bool:
    """Whether the storage has the file; Django sets this to False when a new file is assigned."""
    return bool(getattr(value, "_committed", True))
