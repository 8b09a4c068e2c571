"""Settings of the project. Tests put the bucket into PRESIZE by `override_settings`."""

import atexit
import tempfile
from pathlib import Path

_FOLDER = tempfile.TemporaryDirectory()
atexit.register(_FOLDER.cleanup)

SECRET_KEY = "only-for-these-tests"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "django_project.urls"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "presize.django",
    "django_project",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "presize.django.middleware.PresizeErrorMiddleware",
]
FILE_UPLOAD_HANDLERS = [
    "presize.django.uploadhandler.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# A file, since the server's threads have connections of their own.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(_FOLDER.name) / "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = Path(_FOLDER.name) / "media"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]

AUTH_USER_MODEL = "django_project.Account"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

PRESIZE: dict[str, object] = {}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_THROTTLE_RATES": {"presize_upload": "10/min", "user": "10/min"},
    "EXCEPTION_HANDLER": "presize.django.rest_framework.exception_handler",
}
