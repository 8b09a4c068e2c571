"""An avatar, whose file comes through the server."""

from uuid import uuid4

from django.contrib.auth.models import User
from django.db import models

from presize import inspect
from presize.django.validators import ImageValidator


def avatar_name(avatar: "Avatar", _name: str) -> str:
    """A name by content: nothing of what the client called its file reaches the storage."""
    avatar.image.seek(0)
    return f"avatars/{uuid4().hex}.{inspect(avatar.image).format}"


class Avatar(models.Model):
    """The avatar of a user: JPEG or PNG, at least 100 pixels wide and high."""

    user: models.OneToOneField[User, User] = models.OneToOneField(User, on_delete=models.CASCADE)
    image = models.FileField(
        upload_to=avatar_name, validators=[ImageValidator(formats=["jpeg", "png"], min_width=100, min_height=100)]
    )
