"""System checks, which ``manage.py check``, ``runserver`` and ``migrate`` run on the setting PRESIZE.

| id | |
| --- | --- |
| presize.E001 | an entry of PRESIZE is wrong or missing; the message is the option's own |
| presize.W001 | the middleware is listed before CsrfViewMiddleware, and cannot handle errors that reading the body there raises |
| presize.W002 | the upload handler is not the first one, so that files pass it by |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from presize.django import conf

_MIDDLEWARE = "presize.django.middleware.PresizeErrorMiddleware"
_CSRF = "django.middleware.csrf.CsrfViewMiddleware"
_HANDLER = "presize.django.uploadhandler.BoundedUploadHandler"


def check_settings(**_: Any) -> list[CheckMessage]:
    """Creates every object that PRESIZE describes, and reports those that fail."""
    parts: list[Callable[[], object]] = [conf.rules, conf.case, conf.on_event, conf.on_confirmed]
    setting = getattr(settings, "PRESIZE", {})
    if isinstance(setting, Mapping) and setting.keys() & {"UPLOADS", "BUCKET", "CREDENTIALS", "POLICY"}:
        parts = [conf.bucket, conf.credentials, conf.policy, *parts] if "BUCKET" in setting else parts
        parts.append(conf.uploads)
    messages = dict.fromkeys(message for part in parts if (message := _mistake(part)) is not None)
    return [Error(message, id="presize.E001") for message in messages]


def check_order(**_: Any) -> list[CheckMessage]:
    """Sees that the middleware and the upload handler stand where they work."""
    found: list[CheckMessage] = []
    middleware: Sequence[str] = settings.MIDDLEWARE
    if _MIDDLEWARE in middleware and _CSRF in middleware[middleware.index(_MIDDLEWARE) :]:
        found.append(CheckWarning(f"{_MIDDLEWARE} must come after {_CSRF}.", id="presize.W001"))
    handlers: Sequence[str] = settings.FILE_UPLOAD_HANDLERS
    if _HANDLER in handlers[1:]:
        found.append(CheckWarning(f"{_HANDLER} must come first in FILE_UPLOAD_HANDLERS.", id="presize.W002"))
    return found


def _mistake(part: Callable[[], object]) -> str | None:
    try:
        part()
    except ImproperlyConfigured as error:
        return str(error)
    return None
