"""An avatar, whose file comes through the server."""

from django.conf import settings
from django.db import models

from presize.django.validators import ImageValidator


class Avatar(models.Model):
    """The avatar of a user: JPEG or PNG, at least 100 pixels wide and high."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    image = models.FileField(
        upload_to="avatars", validators=[ImageValidator(formats=["jpeg", "png"], min_width=100, min_height=100)]
    )
