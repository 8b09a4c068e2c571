"""An avatar, whose file comes through the server."""

from django.contrib.auth.models import User
from django.db import models

from presize.django.validators import ImageValidator


class Avatar(models.Model):
    """The avatar of a user: JPEG or PNG, at least 100 pixels wide and high."""

    user: models.OneToOneField[User, User] = models.OneToOneField(User, on_delete=models.CASCADE)
    image = models.FileField(
        upload_to="avatars", validators=[ImageValidator(formats=["jpeg", "png"], min_width=100, min_height=100)]
    )
