"""A Django project that uses everything of `presize.django`. Importing it sets Django up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_project.settings")
django.setup()
