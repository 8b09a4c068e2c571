"""What an error carries, wherever it goes: its fields, its cause, and no secret."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from runner import read

import presize
from presize import (
    Bucket,
    CloudFrontKeyPair,
    CloudFrontSigner,
    ConfigError,
    Credentials,
    ImageError,
    ImageRules,
    OptionError,
    Presigner,
    PresizeError,
    Uploads,
    errors,
)

KINDS: list[type[PresizeError]] = [PresizeError, *PresizeError.__subclasses__()]
ENVIRONMENT = {"AWS_REGION": "eu-central-1", "AWS_BUCKET_NAME": "photos", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}
RELOAD = "This could not be done. Please reload the page and try again."
STATUS = {row["code"]: row["http_status"] for row in read("errors.json")["errors"]}


def test_an_error_of_the_core_has_all_fields(images: Path) -> None:
    data = (images / "baseline_420.jpg").read_bytes()
    with pytest.raises(ImageError) as caught:
        presize.check(data, ImageRules(max_width=10))
    error = caught.value
    assert error.code == "image_too_large"
    assert error.http_status == STATUS["image_too_large"]
    assert error.details == {"what": "width", "received": 48, "max": 10}
    assert error.index is None
    assert error.message == str(error) == "expected at most 10 for width, received 48"
    assert error.user_message == "This picture is 48 pixels wide; the limit is 10."
    assert error.user_message_template == "This picture is {received} pixels wide; the limit is {max}."
    assert error.user_message_parameters == {"received": "48", "max": "10"}
    assert error.to_dict() == {
        "code": error.code,
        "message": error.message,
        "user_message": error.user_message,
        "details": error.details,
    }
    assert error.args == (error.message,)


def test_an_error_of_a_list_says_which(images: Path) -> None:
    photo = presize.encode_data_uri(images / "baseline_420.jpg", "jpeg")
    cases: list[tuple[int, Callable[[], object]]] = [
        (1, lambda: presize.decode_data_uris([photo, "data:,"])),
        (2, lambda: presize.transform_many(images / "baseline_420.jpg", [{}, {"width": 1}, {"width": 0}])),
        (3, lambda: _presigner().sign_many("get", ["a", "b", "c", ".."])),
    ]
    for index, call in cases:
        with pytest.raises(PresizeError) as caught:
            call()
        assert caught.value.index == index
        assert caught.value.to_dict()["index"] == index
        assert f" {index}: " in str(caught.value)


def test_an_index_of_zero_is_shown(images: Path) -> None:
    del images
    with pytest.raises(PresizeError) as caught:
        presize.decode_data_uris(["data:,"])
    assert caught.value.to_dict()["index"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_pickled_and_copied_with_its_fields(kind: type[PresizeError]) -> None:
    error = kind("some_code", 418, "a message", {"names": ["a"], "number": 3}, 7, "At most {max}.", {"max": "{10} MB"})
    assert error.user_message == "At most {10} MB."
    copies = [copy.copy(error), copy.deepcopy(error)]
    copies += [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for other in copies:
        assert type(other) is kind
        assert vars(other) == vars(error)
        assert str(other) == str(error)
        assert other.to_dict() == error.to_dict()


def test_details_are_fit_for_json_and_not_shared(images: Path) -> None:
    def refuse() -> dict[str, Any]:
        with pytest.raises(ImageError) as caught:
            presize.check(images / "baseline_420.jpg", ImageRules(formats=["png"]))
        return caught.value.details

    details = refuse()
    assert json.loads(json.dumps(details)) == details == {"detected": "jpeg", "allowed": ["png"]}
    details["allowed"].append("gif")
    assert refuse()["allowed"] == ["png"]
    assert PresizeError("a", 1, "b").details is not PresizeError("a", 1, "b").details


@pytest.mark.parametrize(
    ("error", "code", "message", "details", "words"),
    [
        (
            errors.request_malformed("a JSON object", "a list"),
            "request_malformed",
            "expected a JSON object for the request, received a list",
            {"expected": "a JSON object", "received": "a list"},
            RELOAD,
        ),
        (
            errors.request_too_large(16384),
            "request_too_large",
            "expected at most 16384 bytes for the request, received more",
            {"max_bytes": 16384},
            "This is more than can be sent at once; the limit is 16 KB.",
        ),
        (
            errors.request_unauthenticated(),
            "request_unauthenticated",
            "expected an authenticated user, received none",
            {},
            "Please log in first.",
        ),
        (
            errors.request_type_unsupported("application/json", "no content type"),
            "request_type_unsupported",
            "expected application/json for the content type of the request, received no content type",
            {"expected": "application/json", "received": "no content type"},
            RELOAD,
        ),
        (
            errors.server_busy(2),
            "server_busy",
            "expected a free place for image work, found all taken: try again in 2 seconds",
            {"retry_after_seconds": 2},
            "The server is busy. Please try again in a moment.",
        ),
        (
            errors.server_busy(121),
            "server_busy",
            "expected a free place for image work, found all taken: try again in 121 seconds",
            {"retry_after_seconds": 121},
            "The server is busy. Please try again in 3 minutes.",
        ),
    ],
)
def test_the_errors_of_framework_modules(
    error: PresizeError, code: str, message: str, details: object, words: str
) -> None:
    assert type(error) is presize.UploadError
    assert error.http_status == STATUS[code]
    assert error.to_dict() == {"code": code, "message": message, "user_message": words, "details": details}


def test_an_error_that_a_program_makes_by_itself_has_neutral_words() -> None:
    assert PresizeError("a", 500, "b").user_message == "The server could not do this. Please try again later."


def _sign(sign: Callable[[bytes, str], bytes]) -> object:
    return CloudFrontSigner.with_signer("K2JCJMDEHXQW5F", "rsa", sign).sign_url("https://cdn.example.com/1.jpg")


def test_what_a_signer_raises_is_the_cause() -> None:
    down = ConnectionError("the key service is down")

    def sign(_message: bytes, _hash: str) -> bytes:
        raise down

    with pytest.raises(ConfigError) as caught:
        _sign(sign)
    assert caught.value.code == "signing_failed"
    assert caught.value.__cause__ is down
    assert "down" not in json.dumps(caught.value.to_dict())


def test_a_signer_that_gives_no_bytes_is_a_failure_with_a_cause() -> None:
    text: Any = "a signature as text"
    with pytest.raises(ConfigError) as caught:
        _sign(lambda _message, _hash: text)
    assert caught.value.code == "signing_failed"
    assert str(caught.value.__cause__) == "expected bytes for the signature, received str"
    with pytest.raises(OptionError, match="expected a callable for sign, received int"):
        CloudFrontSigner.with_signer("K2JCJMDEHXQW5F", "rsa", cast(Any, 5))
    prepared = CloudFrontKeyPair("K2JCJMDEHXQW5F", "rsa").prepare_url("https://cdn.example.com/1.jpg")
    with pytest.raises(OptionError, match="expected bytes for signature, received list"):
        prepared.finish(cast(Any, [0] * 256))
    assert prepared.finish(bytearray(256)) == prepared.finish(memoryview(bytes(256)))


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_no_exception_goes_through_a_signer(kind: type[BaseException]) -> None:
    def sign(_message: bytes, _hash: str) -> bytes:
        raise kind

    with pytest.raises(kind):
        _sign(sign)


SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"


def _presigner(**options: Any) -> Presigner:
    return Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", SECRET, **options))


@pytest.mark.parametrize(
    "call",
    [
        lambda: Credentials("AKIDEXAMPLE", f"{SECRET}\n"),
        lambda: Credentials("AKIDEXAMPLE", [SECRET]),  # type: ignore[arg-type]
        lambda: Credentials("AKIDEXAMPLE", f"{SECRET}\ud800"),
        lambda: Credentials("AKIDEXAMPLE", "another", session_token=f"{SECRET}\n"),
        lambda: Credentials("AKIDEXAMPLE", "another", session_token={SECRET: 1}),  # type: ignore[arg-type]
        lambda: Credentials.from_env({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": f"{SECRET} "}),
        lambda: Credentials.from_env({"AWS_SECRET_ACCESS_KEY": SECRET}),
        lambda: Uploads.from_env(environ={"R2_SECRET_ACCESS_KEY": SECRET}),
        lambda: Uploads.from_env(environ={**ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": f"{SECRET} "}),
        lambda: _presigner(expires_at=1).get("a", now=2),
        lambda: _presigner().put("a", sse_customer_key=SECRET),
        lambda: _presigner().put("a", expires_in=0),
        lambda: Uploads(_presigner()).issue(owner="", content_type="image/png", size_bytes=1),
        lambda: CloudFrontSigner("K2JCJMDEHXQW5F", f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"),
        lambda: CloudFrontSigner("K2JCJMDEHXQW5F", SECRET),
        lambda: Bucket.custom(f"https://user:{SECRET}@example.com", "auto", "photos", "path"),
    ],
)
def test_no_error_holds_a_secret(call: Callable[[], object]) -> None:
    with pytest.raises(PresizeError) as caught:
        call()
    shown = repr(caught.value) + str(caught.value) + json.dumps(caught.value.to_dict())
    assert SECRET not in shown
    assert isinstance(caught.value, (OptionError, ConfigError, presize.UploadError))


def test_no_local_variable_keeps_a_secret() -> None:
    odd: Any = {**ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": 7}
    refused: list[Callable[[], Any]] = [
        lambda: Credentials("AKIDEXAMPLE", SECRET + "\n"),
        lambda: Credentials("AKIDEXAMPLE", "secret", session_token=SECRET + "\n"),
        lambda: Credentials.from_env({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET + "\n"}),
        lambda: Uploads.from_env(environ={**ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": SECRET + "\n"}),
        lambda: Uploads.from_env(environ=odd),
        lambda: CloudFrontSigner("K2JCJMDEHXQW5F", SECRET),
    ]
    for call in refused:
        with pytest.raises((ConfigError, TypeError)) as caught:
            call()
        inner = caught.value.__traceback__
        assert inner is not None
        shown = [
            repr(frame.f_locals) for frame, _ in traceback.walk_tb(inner) if "/presize/" in frame.f_code.co_filename
        ]
        assert shown
        assert not any(SECRET in text for text in shown)
