"""The table of avatars, as `manage.py makemigrations` writes it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import photos.models
import presize.django.validators


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Avatar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "image",
                    models.FileField(
                        upload_to=photos.models.avatar_name,
                        validators=[
                            presize.django.validators.ImageValidator(
                                formats=["jpeg", "png"], min_height=100, min_width=100
                            )
                        ],
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
        )
    ]
