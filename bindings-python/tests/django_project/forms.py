"""Forms with images."""

from django import forms

from presize.django.forms import CheckedImageField, DataUriImageField


class AvatarForm(forms.Form):
    """A file."""

    avatar = CheckedImageField(min_width=10)


class DrawingForm(forms.Form):
    """A data URI."""

    drawing = DataUriImageField(formats=["png", "jpeg"])
