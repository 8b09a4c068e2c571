"""The setting PRESIZE: what is made of it, and what is said of mistakes."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django_project  # noqa: F401 - sets Django up
import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory, override_settings
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

import presize.django
from presize import Bucket, Credentials, ImageRules, OptionError, Presigner, UploadPolicy, Uploads
from presize.django import conf

BUCKET = {"kind": "s3", "region": "ap-northeast-2", "name": "photos"}
KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "very-secret"}


KINDS = "PRESIZE['BUCKET']: expected one of ['s3', 'r2', 'custom', 'access_point'] for kind, received"


def made_by_function() -> Uploads:
    """What a dotted path may name."""
    return Uploads(Presigner(Bucket.s3("eu-central-1", "by-function"), Credentials("key", "secret")))


MADE = made_by_function()


@pytest.mark.parametrize(
    ("bucket", "host"),
    [
        (BUCKET, "photos.s3.ap-northeast-2.amazonaws.com"),
        ({"region": "us-west-2", "name": "photos", "dual_stack": True}, "photos.s3.dualstack.us-west-2.amazonaws.com"),
        ({"kind": "r2", "account": "0" * 32, "name": "photos"}, f"{'0' * 32}.r2.cloudflarestorage.com"),
        (
            {"kind": "custom", "endpoint": "https://s3.example.com", "region": "here", "name": "cats", "style": "path"},
            "s3.example.com",
        ),
        (Bucket.s3("eu-central-1", "given"), "given.s3.eu-central-1.amazonaws.com"),
    ],
)
def test_every_kind_of_bucket(bucket: Any, host: str) -> None:
    with override_settings(PRESIZE={"BUCKET": bucket, "CREDENTIALS": KEYS}):
        assert presize.django.uploads().presigner.get("cat.jpg").url.startswith(f"https://{host}/")
        assert run_checks(tags=["presize"]) == []


@pytest.mark.parametrize("given", [MADE, made_by_function, f"{__name__}.MADE", f"{__name__}.made_by_function"])
def test_uploads_of_the_project(given: Any) -> None:
    with override_settings(PRESIZE={"UPLOADS": given}):
        assert "by-function" in presize.django.uploads().presigner.get("cat.jpg").url
        assert presize.django.uploads() is presize.django.uploads()
        assert run_checks(tags=["presize"]) == []


def test_values_instead_of_dictionaries() -> None:
    given = {
        "BUCKET": BUCKET,
        "CREDENTIALS": Credentials("key", "secret"),
        "POLICY": UploadPolicy(prefix="avatars"),
        "RULES": ImageRules(min_width=100),
    }
    with override_settings(PRESIZE=given):
        assert presize.django.uploads().policy.prefix == "avatars"
        assert presize.django.rules(min_height=50) == ImageRules(min_width=100, min_height=50)
        assert presize.django.rules(min_width=50) == ImageRules(min_width=50)


def test_credentials_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FROMENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    with override_settings(PRESIZE={"BUCKET": BUCKET}):
        assert "FROMENVIRONMENT" in presize.django.uploads().presigner.get("cat.jpg").url


def test_settings_are_read_again_when_they_change() -> None:
    for prefix in ("one", "two"):
        with override_settings(PRESIZE={"BUCKET": BUCKET, "CREDENTIALS": KEYS, "POLICY": {"prefix": prefix}}):
            assert presize.django.uploads().policy.prefix == prefix


@pytest.mark.parametrize(
    "given", [{"BUKET": BUCKET}, {"ON_EVENT": 7}, {"ON_CONFIRMED": 7}, {"POLICY": 7}, {"CASE": "kebab"}]
)
def test_a_report_of_errors_shows_no_keys(given: dict[str, Any]) -> None:
    """Whatever reads the setting, and whatever is wrong with another entry of it."""
    secret = "wJalrXUtnFEMIK7MDENG"
    keys = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": secret}
    with override_settings(PRESIZE={"CREDENTIALS": keys, "BUCKET": BUCKET, **given}):
        for read in (
            conf.uploads,
            conf.bucket,
            conf.credentials,
            conf.policy,
            conf.rules,
            conf.case,
            conf.on_event,
            conf.on_confirmed,
        ):
            try:
                read()
            except ImproperlyConfigured as error:
                report = traceback.TracebackException.from_exception(error, capture_locals=True)
                frames = [
                    frame for frame in report.stack if "presize" in frame.filename and "tests" not in frame.filename
                ]
                assert frames
                assert not any(secret in text for frame in frames for text in (frame.locals or {}).values())


def test_nothing_is_needed_for_validators_alone() -> None:
    with override_settings(PRESIZE={}):
        assert presize.django.rules() == ImageRules()
        assert run_checks(tags=["presize"]) == []
        with pytest.raises(ImproperlyConfigured, match=r"PRESIZE\['BUCKET'\]: expected a dictionary, received nothing"):
            presize.django.uploads()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("text", "PRESIZE: expected a dictionary, received an object of type str"),
        (
            {"BUKET": BUCKET},
            "PRESIZE: expected one of ['UPLOADS', 'BUCKET', 'CREDENTIALS', 'POLICY', 'RULES', 'CASE', 'ON_EVENT', 'ON_CONFIRMED']",
        ),
        ({"POLICY": {}}, "PRESIZE['BUCKET']: expected a dictionary, received nothing"),
        ({"BUCKET": None}, "PRESIZE['BUCKET']: expected a dictionary with the names of options, received None"),
        ({"BUCKET": {"kind": "gcs"}}, KINDS),
        ({"BUCKET": {"kind": []}}, KINDS),
        ({"BUCKET": {"kind": "s3", "name": "photos"}}, "PRESIZE['BUCKET']: expected region, name, missing region"),
        ({"BUCKET": {**BUCKET, "nmae": 1}}, "PRESIZE['BUCKET']: "),
        ({"BUCKET": {**BUCKET, "name": "Not A Bucket"}}, "PRESIZE['BUCKET']: expected a valid bucket, received"),
        ({"BUCKET": BUCKET, "CREDENTIALS": {}}, "PRESIZE['CREDENTIALS']: expected access_key_id, secret_access_key"),
        ({"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": ""}}, "PRESIZE['CREDENTIALS']: expected"),
        ({"BUCKET": BUCKET}, "PRESIZE['CREDENTIALS']: expected credentials in the environment, missing"),
        ({"BUCKET": BUCKET, "POLICY": {"max_bytes": 0}}, "PRESIZE['POLICY']: expected"),
        ({"BUCKET": BUCKET, "POLICY": {"max_byte": 1}}, "PRESIZE['POLICY']: expected"),
        (
            {"BUCKET": BUCKET, "CREDENTIALS": KEYS, "POLICY": {"min_bytes": 9, "max_bytes": 8}},
            "PRESIZE['POLICY']: expected at most max_bytes, which is 8, for min_bytes, received 9",
        ),
        ({"RULES": {"min_width": -1}}, "PRESIZE['RULES']: expected"),
        ({"RULES": 5}, "PRESIZE['RULES']: expected a dictionary with the names of options, received an object"),
        ({"ON_EVENT": 7}, "PRESIZE['ON_EVENT']: expected a function or a dotted path, received an object of type int"),
        (
            {"ON_CONFIRMED": 7},
            "PRESIZE['ON_CONFIRMED']: expected a function or a dotted path, received an object of type int",
        ),
        ({"ON_EVENT": "presize.nothing"}, 'PRESIZE[\'ON_EVENT\']: Module "presize" does not define a "nothing"'),
        ({"CASE": "kebab"}, "PRESIZE['CASE']: expected one of ['snake', 'camel'], received 'kebab'"),
        ({"UPLOADS": 5}, "PRESIZE['UPLOADS']: expected presize.Uploads, a function or a dotted path"),
        ({"UPLOADS": "nowhere.at_all"}, "PRESIZE['UPLOADS']: No module named 'nowhere'"),
        ({"UPLOADS": MADE, "BUCKET": BUCKET}, "PRESIZE['UPLOADS']: expected it alone, received BUCKET as well"),
    ],
)
def test_mistakes(given: Any, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with override_settings(PRESIZE=given):
        found = run_checks(tags=["presize"])
        assert {error.id for error in found} == {"presize.E001"}
        assert any(error.msg.startswith(message) for error in found), found
        assert "very-secret" not in str(found)
        with pytest.raises(ImproperlyConfigured):
            [part() for part in (conf.rules, conf.case, conf.uploads)]


def test_a_mistake_in_options_of_a_field_is_its_own() -> None:
    with override_settings(PRESIZE={}), pytest.raises(OptionError, match="min_width"):
        presize.django.rules(min_width=0)


def test_the_order_of_middleware_and_handlers() -> None:
    middleware = ["presize.django.middleware.PresizeErrorMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    handlers = [
        "django.core.files.uploadhandler.MemoryFileUploadHandler",
        "presize.django.uploadhandler.BoundedUploadHandler",
    ]
    with override_settings(MIDDLEWARE=middleware, FILE_UPLOAD_HANDLERS=handlers):
        assert [found.id for found in run_checks(tags=["presize"])] == ["presize.W001", "presize.W002"]
    with override_settings(MIDDLEWARE=middleware[::-1], FILE_UPLOAD_HANDLERS=handlers[::-1]):
        assert run_checks(tags=["presize"]) == []


def test_the_pages_of_debug_mode_hide_the_keys() -> None:
    with override_settings(PRESIZE={"BUCKET": BUCKET, "CREDENTIALS": KEYS}):
        shown = SafeExceptionReporterFilter().get_safe_settings()["PRESIZE"]
    assert "very-secret" not in str(shown)
    assert shown["BUCKET"]["name"] == "photos"


SECRET = "wJalrXUtnFEMI"
SECRETS = [
    {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": f"{SECRET}\n"}},
    {"BUCKET": BUCKET, "CREDENTIALS": {"access_key_id": f"{SECRET}\n", "secret_access_key": f"{SECRET}\n"}},
    {"BUCKET": BUCKET, "CREDENTIALS": {"secret_access_key": SECRET}},
    {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_acess_key": SECRET}},
    {"BUCKET": BUCKET, "CREDENTIALS": SECRET},
    {"BUCKET": BUCKET | {"secret_access_key": SECRET}, "CREDENTIALS": KEYS},
    {"BUCKET": {"kind": "s3", "secret_access_key": SECRET}},
    {"BUCKET": SECRET},
    {"BUCKET": BUCKET | {"name": "Not A Bucket"}, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}},
    {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}, "POLICY": {"max_bytes": 0}},
    {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}, "NAME": 1},
    {"UPLOADS": 5, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}},
    {"CREDENTIALS": KEYS | {"secret_access_key": SECRET}},
    {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}, "CASE": "kebab"},
    {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}, "RULES": {"max_bytes": -1}},
]


def page_of(part: Callable[[], object], kind: type[Exception]) -> str:
    """What Django shows of the exception, without the settings, which it hides by their names: on the page of DEBUG, or in
    the mail to the admins."""
    with pytest.raises(kind) as caught:
        part()
    reporter = ExceptionReporter(RequestFactory().get("/"), caught.type, caught.value, caught.tb, is_email=True)
    frames = reporter.get_traceback_frames()
    assert frames
    return f"{reporter.get_traceback_text().split('Settings:')[0]}{[frame['vars'] for frame in frames]}{caught.value}"


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("given", SECRETS)
def test_no_page_and_no_mail_shows_a_secret(given: Any, debug: bool) -> None:
    part: Callable[[], object] = conf.uploads
    if given.keys() & {"CASE", "RULES"}:
        part = conf.case if "CASE" in given else conf.rules
    with override_settings(PRESIZE=given, DEBUG=debug):
        assert SECRET not in page_of(part, ImproperlyConfigured)


def test_no_mail_shows_a_secret_where_presize_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no mistake in the settings has all its frames."""

    def fail(_: Credentials, **_keys: str) -> None:
        # A function of somebody else, which hides nothing, must not be what is seen here.
        _keys.clear()
        raise ZeroDivisionError

    monkeypatch.setattr(Credentials, "__init__", fail)
    given = {"BUCKET": BUCKET, "CREDENTIALS": KEYS | {"secret_access_key": SECRET}}
    with override_settings(PRESIZE=given, DEBUG=False):
        assert SECRET not in page_of(conf.uploads, ZeroDivisionError)


def test_the_app_has_a_label_of_its_own() -> None:
    assert apps.get_app_config("presize").name == "presize.django"


FRESH = """
import pkgutil, sys, warnings
warnings.simplefilter("error")
import presize.django
for module in pkgutil.iter_modules(presize.django.__path__, "presize.django."):
    if module.name != "presize.django.rest_framework":
        __import__(module.name)
assert not [name for name in sys.modules if name.startswith("rest_framework")]
"""


def test_nothing_but_its_own_module_imports_rest_framework() -> None:
    package = Path(presize.django.__file__).parents[2]
    subprocess.run([sys.executable, "-c", FRESH], check=True, env={"PYTHONPATH": str(package)})
