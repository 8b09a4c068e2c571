"""presize for Django: tickets for uploads, validators, form fields, and a bound on what is read of a multipart body.

Settings (every name in the inner dictionaries is an option of presize, with its default)::

    INSTALLED_APPS = [..., "presize.django"]
    PRESIZE = {
        "BUCKET": {"kind": "s3", "region": "ap-northeast-2", "name": "photos"},   # or r2, custom, access_point
        "CREDENTIALS": {"access_key_id": "...", "secret_access_key": "..."},      # default: the environment
        "POLICY": {"prefix": "uploads", "max_bytes": 5_000_000},                  # what may be uploaded by a ticket
        "RULES": {"min_width": 100},                                              # what an image must be
        "CASE": "snake",                                                          # or "camel"
        "ON_EVENT": "project.uploads.log_event",                                  # a function, called with every event
        "ON_CONFIRMED": "project.uploads.save_photo",                             # called after every confirmation
    }

In place of the first three there may be ``"UPLOADS"``: an ``Uploads``, a function that makes one, or a dotted path.

- ``presize.django.urls``: ``POST presigned-url`` and ``POST confirm``, by ``presize.django.views.PresignedUrlView`` and
  ``ConfirmView``; the latter needs httpx
- ``presize.django.errors``: a PresizeError as ``{"error": {...}}`` with its status
- ``presize.django.middleware``: the same for all views
- ``presize.django.validators``: ``ImageValidator`` for file fields of models and forms
- ``presize.django.forms``: ``CheckedImageField``, ``DataUriImageField``
- ``presize.django.uploadhandler``: refuses a file that is too large while it is being sent
- ``presize.asgi``: the same for all bodies under ASGI
- ``presize.django.rest_framework``: the same for Django REST framework, which nothing else here imports
"""

from presize.django.conf import rules, uploads

__all__ = ["rules", "uploads"]
