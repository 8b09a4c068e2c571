"""A user whose primary key is a name, and a row with a photo."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from presize.django.validators import ImageValidator


class Account(AbstractBaseUser):
    """A user; the key is what the vectors call the user."""

    name: models.CharField[str, str] = models.CharField(max_length=200, primary_key=True)

    USERNAME_FIELD = "name"


class Portrait(models.Model):
    """A row whose files come from forms."""

    title: models.CharField[str, str] = models.CharField(max_length=20)
    width: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)
    picture = models.ImageField(blank=True, width_field="width")
    plain = models.FileField(blank=True)


class Photo(models.Model):
    """A photo of at most 20,000 bytes."""

    image = models.FileField(validators=[ImageValidator(max_bytes=20_000, formats=["jpeg", "png"])])
    checked_always = models.FileField(blank=True, validators=[ImageValidator(check_stored=True)])
