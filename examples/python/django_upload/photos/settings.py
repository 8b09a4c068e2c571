"""What differs from `django-admin startproject` is below the line."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

FOLDER = Path(__file__).parent.parent

# For trying it on this computer. A site that others reach has DEBUG = False and a key of its own.
DEBUG = True
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "for-trying-it")
ROOT_URLCONF = "photos.urls"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", FOLDER / "db.sqlite3"),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", FOLDER / "media")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "page"

# ---------------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "presize.django",
    "photos",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "presize.django.middleware.PresizeErrorMiddleware",
]

# Files are refused while they are being sent, as soon as they are too large.
FILE_UPLOAD_HANDLERS = [
    "presize.django.uploadhandler.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"presize_upload": "10/min", "presize_confirm": "20/min"},
    "EXCEPTION_HANDLER": "presize.django.rest_framework.exception_handler",
}

_NEEDED = ("R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME")
if _missing := [name for name in _NEEDED if not os.environ.get(name)]:
    raise ImproperlyConfigured(f"expected the bucket in the environment, missing {', '.join(_missing)}")

_bucket = {"kind": "r2", "account": os.environ["R2_ACCOUNT_ID"], "name": os.environ["R2_BUCKET_NAME"]}
if "S3_ENDPOINT" in os.environ:
    # Another server that speaks S3, such as one on this computer.
    _bucket = {
        "kind": "custom",
        "endpoint": os.environ["S3_ENDPOINT"],
        "region": os.environ.get("S3_REGION", "us-east-1"),
        "name": os.environ["R2_BUCKET_NAME"],
        "style": "path",
    }
# What a ticket allows: 10 MiB of JPEG, PNG, WebP or GIF within five minutes, since nothing else is said.
_policy = {"prefix": "uploads"}
if "R2_PUBLIC_URL" in os.environ:
    _policy["public_base_url"] = os.environ["R2_PUBLIC_URL"]

PRESIZE = {
    "BUCKET": _bucket,
    "CREDENTIALS": {
        "access_key_id": os.environ["R2_ACCESS_KEY_ID"],
        "secret_access_key": os.environ["R2_SECRET_ACCESS_KEY"],
    },
    "POLICY": _policy,
    # What an image that comes through this server must be.
    "RULES": {"max_bytes": 5_000_000},
}
