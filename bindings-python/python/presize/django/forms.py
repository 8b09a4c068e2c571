"""Form fields whose value is a ``CheckedImage``. It is a file of Django's too, so that a ModelForm stores it.

Where a model's FileField is filled by other ways than forms, it has an ``ImageValidator`` as well, or instead.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.forms.boundfield import BoundField

from presize import CheckedImage, PresizeError
from presize.django import conf
from presize.django.errors import reworded, validation_error
from presize.django.files import CheckedImageFile
from presize.django.rule_options import split
from presize.django.validators import check_file, check_name, decode_text


class CheckedImageField(forms.FileField):
    """A file of a multipart form that is one complete image within the rules, under a name that ends as names of its
    format do. Its value is a ``CheckedImage``.

    >>> class AvatarForm(forms.Form):
    ...     avatar = CheckedImageField(max_bytes=2_000_000, formats=["jpeg", "png"], help_text="JPEG or PNG")

    In a ModelForm it stands for a FileField or an ImageField of the model, which stores the bytes as they came, under the name
    that the client gave.

    Keywords are those of ``django.forms.FileField`` and the options of ``presize.ImageRules``, in place of the
    project's (``PRESIZE["RULES"]``). Errors have presize's codes, its ``user_message`` in the language of the request, and the
    details as ``params``, in addition to Django's own for a missing file, a long name and a wrong extension (``invalid_extension``).
    ``error_messages`` may have other words for each of them.

    Each field holds its own image to the rules; what the images of a form are together is not added up. A form with many of
    them has a smaller ``max_work_pixels`` for each, or a view that calls ``presize.check_totals`` first.

    A script names what it sends from a canvas: ``form.append("avatar", blob, "avatar.png")``; its name is ``blob`` otherwise.
    """

    def __init__(self, **options: Any) -> None:
        self.rule_options, options = split(options)
        # An empty file is one that is too small, as everywhere else in presize.
        options.setdefault("allow_empty_file", True)
        super().__init__(**options)

    def to_python(self, data: File[Any] | None) -> Any:
        """Checks the file."""
        file = super().to_python(data)
        if file is None:
            return None
        try:
            image = check_file(file, conf.rules(**self.rule_options))
            check_name(file, image)
        except PresizeError as error:
            raise reworded(validation_error(error), self.error_messages) from error
        except ValidationError as error:
            raise reworded(error, self.error_messages) from None
        return CheckedImageFile(image, str(file.name))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Lets the browser offer files of the accepted types only."""
        if isinstance(self.widget, forms.FileInput):
            formats = conf.rules(**self.rule_options).formats
            self.widget.attrs.setdefault("accept", ",".join(f"image/{name}" for name in formats))
        return super().get_bound_field(form, field_name)


class DataUriImageField(forms.Field):
    """Text that is a data URI with one complete image within the rules. Its value is a ``CheckedImage``.

    >>> class DrawingForm(forms.Form):
    ...     drawing = DataUriImageField(formats=["png"], max_data_uri_bytes=1_000_000)

    Keywords are those of ``django.forms.Field`` and the options of ``presize.ImageRules``, in place of the project's
    (``PRESIZE["RULES"]``). Errors have presize's codes, its ``user_message`` in the language of the request, and the details as
    ``params``; ``error_messages`` may have other words for them. In a ModelForm the image is stored as ``image`` with the
    extension of its format.

    Django takes at most ``DATA_UPLOAD_MAX_MEMORY_SIZE`` (2.5 MiB by default) of form fields; photos need more.
    """

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        self.rule_options, options = split(options)
        super().__init__(**options)

    def to_python(self, value: Any) -> CheckedImage | None:
        """Decodes and checks the image."""
        if value in self.empty_values:
            return None
        if isinstance(value, CheckedImage):
            return value
        try:
            image = decode_text(value, conf.rules(**self.rule_options))
        except PresizeError as error:
            raise reworded(validation_error(error), self.error_messages) from error
        return CheckedImageFile(image, f"image{image.extension}")

    def prepare_value(self, value: Any) -> Any:
        """Shows an image as its data URI."""
        return value.to_data_uri() if isinstance(value, CheckedImage) else value

    def has_changed(self, initial: Any | None, data: Any | None) -> bool:
        """Compares texts, without decoding any."""
        return not self.disabled and (self.prepare_value(initial) or "") != (data or "")
