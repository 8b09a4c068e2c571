"""The setting PRESIZE: read once, checked as a whole, and what is made of it.

Whatever is wrong with it is an ImproperlyConfigured that names the entry and carries the option's own message. The
system check of this app reports the same (see ``presize.django.checks``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from presize import Bucket, Credentials, ImageRules, Presigner, PresizeError, UploadPolicy, Uploads
from presize._hooks import OnConfirmed
from presize._tickets import Case
from presize.uploads import OnEvent, _require_listener

_Made = TypeVar("_Made")
_P = ParamSpec("_P")

#: The names that PRESIZE may have.
NAMES = ("UPLOADS", "BUCKET", "CREDENTIALS", "POLICY", "RULES", "CASE", "ON_EVENT", "ON_CONFIRMED")

#: What a bucket of each kind cannot do without.
_BUCKET_KINDS: dict[str, tuple[str, ...]] = {
    "s3": ("region", "name"),
    "r2": ("account", "name"),
    "custom": ("endpoint", "region", "name", "style"),
    "access_point": ("arn",),
}


def _without_locals(read: Callable[_P, _Made]) -> Callable[_P, _Made]:
    """A mistake in the setting is raised anew, without the frames that it was found in: error pages and error mails show
    the local variables of all frames, and those have keys in them. Its message says all that there is to say.

    ``sensitive_variables`` hides them where DEBUG is False only; it is there for exceptions that are no such mistake.
    """

    @wraps(read)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _Made:
        try:
            return sensitive_variables()(read)(*args, **kwargs)
        except ImproperlyConfigured as error:
            mistake = str(error)
        raise ImproperlyConfigured(mistake)

    return call


@cache
def uploads() -> Uploads:
    """The project's uploads: ``PRESIZE["UPLOADS"]``, or those of BUCKET, CREDENTIALS and POLICY.

    ``UPLOADS`` is an ``Uploads``, a function without arguments that returns one, or the dotted path of either. Made
    once a process; a project whose credentials are replaced while it runs gives its view ``uploads`` of its own.

    Raises ImproperlyConfigured.
    """
    names = _names()
    if "UPLOADS" in names:
        others = [name for name in ("BUCKET", "CREDENTIALS", "POLICY") if name in names]
        if others:
            raise _improper("UPLOADS", f"expected it alone, received {others[0]} as well")
        return _named_uploads(_presize()["UPLOADS"])
    if "BUCKET" not in names:
        raise _improper("BUCKET", "expected a dictionary, received nothing")
    presigner = _made("BUCKET", Presigner, bucket(), credentials())
    return _made("POLICY", Uploads, presigner, policy())


@_without_locals
def bucket() -> Bucket:
    """``PRESIZE["BUCKET"]``: a ``Bucket``, or ``{"kind": "s3", ...}`` with the arguments of ``Bucket.s3``.

    Kinds: ``s3`` (region, name), ``r2`` (account, name), ``custom`` (endpoint, region, name, style), ``access_point``
    (arn). Default of ``kind``: ``s3``. Raises ImproperlyConfigured.
    """
    setting = _presize().get("BUCKET")
    if isinstance(setting, Bucket):
        return setting
    options = _dictionary("BUCKET", setting)
    kind = options.pop("kind", "s3")
    required = _BUCKET_KINDS.get(kind) if isinstance(kind, str) else None
    if required is None:
        raise _improper("BUCKET", f"expected one of {list(_BUCKET_KINDS)} for kind, received {kind!r}")
    _require("BUCKET", options, required)
    make: Callable[..., Bucket] = getattr(Bucket, str(kind))
    return _made("BUCKET", make, **options)


@_without_locals
def credentials() -> Credentials:
    """``PRESIZE["CREDENTIALS"]``: a ``Credentials`` or its arguments; where it is not set, ``Credentials.from_env()``.

    Raises ImproperlyConfigured.
    """
    setting = _presize().get("CREDENTIALS")
    if isinstance(setting, Credentials):
        return setting
    if setting is None:
        return _made("CREDENTIALS", Credentials.from_env)
    options = _dictionary("CREDENTIALS", setting)
    _require("CREDENTIALS", options, ("access_key_id", "secret_access_key"))
    return _made("CREDENTIALS", Credentials, **options)


@_without_locals
def policy() -> UploadPolicy:
    """``PRESIZE["POLICY"]``: an ``UploadPolicy`` or its options. Default: ``UploadPolicy()``.

    Raises ImproperlyConfigured.
    """
    setting = _presize().get("POLICY", {})
    if isinstance(setting, UploadPolicy):
        return setting
    return _made("POLICY", UploadPolicy, **_dictionary("POLICY", setting))


def rules(**options: Any) -> ImageRules:
    """The project's rules for images, ``PRESIZE["RULES"]``, with these options in place of theirs.

    ``RULES`` is an ``ImageRules`` or its options. Default: ``ImageRules()``.

    Raises ImproperlyConfigured for the setting, ``option_invalid`` for the options given here.
    """
    project = _project_rules()
    return ImageRules(**{**project.given(), **options}) if options else project


@_without_locals
def _project_rules() -> ImageRules:
    setting = _presize().get("RULES", {})
    return setting if isinstance(setting, ImageRules) else _made("RULES", ImageRules, **_dictionary("RULES", setting))


@_without_locals
def case() -> Case:
    """``PRESIZE["CASE"]``: how names are spelt in the JSON of tickets, ``snake`` or ``camel``. Default: ``snake``."""
    setting = _presize().get("CASE", "snake")
    if setting not in ("snake", "camel"):
        raise _improper("CASE", f"expected one of ['snake', 'camel'], received {setting!r}")
    return cast(Case, setting)


def on_event() -> OnEvent | None:
    """``PRESIZE["ON_EVENT"]``: a function that is told of every ticket and confirmation, as a ``presize.UploadEvent``, or its
    dotted path. Default: none.

    Raises ImproperlyConfigured.
    """
    setting = _function("ON_EVENT")
    if setting is not None:
        try:
            _require_listener(setting)
        except TypeError as error:
            raise _improper("ON_EVENT", str(error)) from error
    return cast("OnEvent | None", setting)


def on_confirmed() -> OnConfirmed | None:
    """``PRESIZE["ON_CONFIRMED"]``: a function that is called after each confirmation with the ``presize.Confirmed`` and the
    owner, or its dotted path. Default: none.

    Raises ImproperlyConfigured.
    """
    return cast("OnConfirmed | None", _function("ON_CONFIRMED"))


def _function(name: str) -> object:
    setting = _setting(name)
    if isinstance(setting, str):
        try:
            setting = import_string(setting)
        except ImportError as error:
            raise _improper(name, str(error)) from error
    if setting is not None and not callable(setting):
        raise _improper(name, f"expected a function or a dotted path, received {_kind(setting)}")
    return setting


@_without_locals
def _setting(name: str) -> object:
    return _presize().get(name)


@_without_locals
def _names() -> list[str]:
    """The names in PRESIZE, once it is sure that it has no others."""
    return list(_presize())


@sensitive_variables()
def _presize() -> Mapping[str, Any]:
    setting = getattr(settings, "PRESIZE", {})
    if not isinstance(setting, Mapping):
        raise ImproperlyConfigured(f"PRESIZE: expected a dictionary, received {_kind(setting)}")
    for name in setting:
        if name not in NAMES:
            raise ImproperlyConfigured(f"PRESIZE: expected one of {list(NAMES)} for a name, received {name!r}")
    return setting


def _named_uploads(setting: object) -> Uploads:
    if isinstance(setting, str):
        try:
            setting = import_string(setting)
        except ImportError as error:
            raise _improper("UPLOADS", str(error)) from error
    if not isinstance(setting, Uploads) and callable(setting):
        setting = _made("UPLOADS", setting)
    if not isinstance(setting, Uploads):
        raise _improper("UPLOADS", f"expected presize.Uploads, a function or a dotted path, received {_kind(setting)}")
    return setting


@sensitive_variables()
def _made(name: str, make: Callable[..., _Made], /, *args: Any, **options: Any) -> _Made:
    """Calls ``make``; what presize refuses is a mistake in the setting of this name."""
    try:
        return make(*args, **options)
    except (PresizeError, TypeError) as error:
        raise _improper(name, str(error)) from error


@sensitive_variables()
def _dictionary(name: str, setting: object) -> dict[str, Any]:
    if not isinstance(setting, Mapping) or not all(isinstance(key, str) for key in setting):
        raise _improper(name, f"expected a dictionary with the names of options, received {_kind(setting)}")
    return dict(setting)


@sensitive_variables()
def _require(name: str, options: Mapping[str, object], required: tuple[str, ...]) -> None:
    missing = [option for option in required if option not in options]
    if missing:
        raise _improper(name, f"expected {', '.join(required)}, missing {', '.join(missing)}")


def _improper(name: str, message: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"PRESIZE[{name!r}]: {message}")


def _kind(setting: object) -> str:
    """The type of a setting. Its value may be a secret."""
    return "None" if setting is None else f"an object of type {type(setting).__name__}"


def _forget(*, setting: str, **_: object) -> None:
    if setting == "PRESIZE":
        uploads.cache_clear()


setting_changed.connect(_forget, dispatch_uid="presize.django.conf")
