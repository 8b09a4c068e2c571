"""What presize gives and takes are values: equal when they are the same, shown without their secrets, never changed."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from runner import VECTORS

import presize
from presize import (
    Bucket,
    CancelToken,
    CloudFrontKeyPair,
    CloudFrontSigner,
    CompletedPart,
    ConfigError,
    Credentials,
    ImageRules,
    OptionError,
    PixelImage,
    PresignedRequest,
    Presigner,
    UploadPolicy,
    Uploads,
    VariantPolicy,
)

SECRET, TOKEN = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEXAMPLETOKEN"
NOW = 1_700_000_000
PHOTO = VECTORS / "images" / "orientation_6.jpg"
PAIR = CloudFrontKeyPair("K2JCJMDEHXQW5F", "rsa")
ARN = "arn:aws:s3:us-east-1:123456789012:accesspoint/pictures"


def _credentials() -> Credentials:
    return Credentials("AKIDEXAMPLE", SECRET, session_token=TOKEN)


def _presigner() -> Presigner:
    return Presigner(Bucket.s3("eu-central-1", "photos"), _credentials())


def _signer() -> CloudFrontSigner:
    return CloudFrontSigner.with_signer("K2JCJMDEHXQW5F", "rsa", lambda _message, _hash: bytes(256))


def _request() -> PresignedRequest:
    return _presigner().put("cats/1.jpg", content_type="image/jpeg", now=NOW)


# Two calls make equal values; the second of a pair makes another one.
VALUES: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "ImageRules": (lambda: ImageRules(max_bytes=5), lambda: ImageRules(max_bytes=6)),
    "ImageRules, formats": (lambda: ImageRules(formats=["png"]), ImageRules),
    "UploadPolicy": (lambda: UploadPolicy(prefix="a"), UploadPolicy),
    "Bucket.s3": (lambda: Bucket.s3("eu-central-1", "photos"), lambda: Bucket.s3("eu-central-1", "others")),
    "Bucket.s3, options": (
        lambda: Bucket.s3("eu-central-1", "photos", dual_stack=True, fips=True),
        lambda: Bucket.s3("eu-central-1", "photos", dual_stack=True),
    ),
    "Bucket.r2": (lambda: Bucket.r2("0" * 32, "photos", jurisdiction="eu"), lambda: Bucket.r2("0" * 32, "photos")),
    "Bucket.custom": (
        lambda: Bucket.custom("http://localhost:9000", "auto", "photos", "path", public_endpoint="https://a.example"),
        lambda: Bucket.custom("http://localhost:9000", "auto", "photos", "path"),
    ),
    "Bucket.internal": (
        lambda: Bucket.custom("http://127.0.0.1", "auto", "photos", "path", public_endpoint="https://a.ex").internal(),
        lambda: Bucket.custom("http://127.0.0.1", "auto", "photos", "path", public_endpoint="https://a.ex"),
    ),
    "Bucket.access_point": (
        lambda: Bucket.access_point(ARN),
        lambda: Bucket.access_point(ARN, dual_stack=True),
    ),
    "ImageInfo": (lambda: presize.inspect(PHOTO), lambda: presize.inspect(VECTORS / "images" / "gray.png")),
    "CheckedImage": (lambda: presize.check(PHOTO), lambda: presize.check(VECTORS / "images" / "gray.png")),
    "EncodedImage": (lambda: presize.transform(PHOTO, width=8), lambda: presize.transform(PHOTO, width=9)),
    "PixelImage": (lambda: presize.decode(PHOTO, width=8), lambda: presize.decode(PHOTO, width=9)),
    "CompletedPart": (lambda: CompletedPart(1, "a"), lambda: CompletedPart(1, "a", "crc32", "AAAAAA==")),
    "PresignedRequest": (_request, lambda: _presigner().put("cats/1.jpg", content_type="image/png", now=NOW)),
    "PostForm": (
        lambda: _presigner().post_form("a", max_bytes=5, now=NOW),
        lambda: _presigner().post_form("a", max_bytes=6, now=NOW),
    ),
    "SignedUrl": (
        lambda: PAIR.prepare_url("https://cdn.example.com/1.jpg", now=NOW).finish(bytes(256)),
        lambda: PAIR.prepare_url("https://cdn.example.com/2.jpg", now=NOW).finish(bytes(256)),
    ),
    "SignedCookies": (
        lambda: PAIR.prepare_cookies("https://cdn.example.com/*", now=NOW).finish(bytes(256)),
        lambda: PAIR.prepare_cookies("https://cdn.example.com/*", now=NOW + 1).finish(bytes(256)),
    ),
}
# They hold a dictionary, and none of them is a key of another one.
NOT_HASHED = {"PresignedRequest", "PostForm", "SignedCookies"}


@pytest.mark.parametrize("name", VALUES)
def test_equal_values_are_equal_and_others_are_not(name: str) -> None:
    make, make_other = VALUES[name]
    value, same, other = make(), make(), make_other()
    assert value == same
    assert value != other
    assert value != "a string"
    if name in NOT_HASHED:
        with pytest.raises(TypeError, match="unhashable"):
            hash(value)
    else:
        assert hash(value) == hash(same)
        assert len({value, same, other}) == 2


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_pickled_and_copied(name: str) -> None:
    value = VALUES[name][0]()
    copies = [copy.copy(value), copy.deepcopy(value)]
    copies += [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for other in copies:
        assert type(other) is type(value)
        assert other == value
        assert repr(other) == repr(value)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_not_changed(name: str) -> None:
    value = VALUES[name][0]()
    before = pickle.dumps(value)
    fields = [field for field in dir(value) if not field.startswith("_") and not callable(getattr(value, field))]
    assert fields
    for field in [*fields, "another"]:
        with pytest.raises((AttributeError, TypeError)):
            setattr(value, field, 1)
    for field in fields:
        with pytest.raises((AttributeError, TypeError)):
            delattr(value, field)
    assert pickle.dumps(value) == before


def test_headers_of_a_request_are_a_copy() -> None:
    request = _request()
    request.headers["content-type"] = "text/html"
    assert request.headers == {"content-type": "image/jpeg"}


def _ticket() -> presize.UploadTicket:
    return Uploads(_presigner()).issue(owner="user-7", content_type="image/png", size_bytes=5, now=NOW)


SHOWN: dict[str, tuple[Callable[[], Any], str]] = {
    "Credentials": (_credentials, "Credentials('AKIDEXAMPLE')"),
    "Presigner": (_presigner, "Presigner(Bucket(name='photos', region='eu-central-1', host='photos.s3."),
    "Uploads": (lambda: Uploads(_presigner()), "Uploads(Presigner(Bucket(name='photos', "),
    "PresignedRequest": (
        _request,
        "PresignedRequest(method='PUT', url='https://photos.s3.eu-central-1.amazonaws.com/cats",
    ),
    "PostForm": (lambda: _presigner().post_form("a", max_bytes=5, now=NOW), "PostForm(url='https://photos.s3."),
    "UploadTicket": (_ticket, "UploadTicket(method='PUT', headers={'content-length': '5', "),
    "CloudFrontSigner": (_signer, "CloudFrontSigner('K2JCJMDEHXQW5F')"),
    "SignedUrl": (VALUES["SignedUrl"][0], "SignedUrl(expires_in=900, "),
    "SignedCookies": (VALUES["SignedCookies"][0], "SignedCookies(expires_in=900, "),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_holds_no_secret(name: str) -> None:
    make, start = SHOWN[name]
    shown = repr(make())
    assert shown.startswith(start)
    assert str(make()).split("uploads/")[0] == shown.split("uploads/")[0]
    for secret in (SECRET, TOKEN, "X-Amz", "Signature", "Key-Pair-Id", "policy"):
        assert secret not in shown


def test_what_is_shown_is_short_and_tells_what_it_is() -> None:
    assert repr(ImageRules(max_bytes=5, formats=["png"])) == "ImageRules(formats=('png',), max_bytes=5)"
    assert repr(ImageRules()) == "ImageRules()"
    assert repr(UploadPolicy(prefix="a")) == "UploadPolicy(prefix='a')"
    assert repr(presize.check(PHOTO)) == f"CheckedImage(jpeg, 36x48, {PHOTO.stat().st_size} bytes)"
    assert repr(PixelImage(bytes(12), 2, 2, 3)) == "PixelImage(2x2, 3 channels)"


@pytest.mark.parametrize("make", [_credentials, _presigner, _signer, lambda: Uploads(_presigner())])
def test_what_holds_a_secret_is_not_pickled(make: Callable[[], Any]) -> None:
    for call in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="pickle"):
            call(make())


def test_credentials_are_not_compared_by_their_secret() -> None:
    """So that nobody finds out a secret by comparing, and none is hashed."""
    assert _credentials() != _credentials()


def test_rules_show_all_of_their_options() -> None:
    rules = ImageRules(max_bytes=5)
    assert rules.max_bytes == 5
    assert "max_bytes" in dir(rules)
    assert rules.given() == {"max_bytes": 5}
    assert ImageRules(max_bytes=ImageRules().max_bytes) == ImageRules()
    with pytest.raises(AttributeError, match="'ImageRules' object has no attribute 'max_byte'"):
        rules.max_byte  # type: ignore[attr-defined]  # noqa: B018
    different: object = UploadPolicy()
    assert ImageRules() != different


def test_a_policy_that_makes_no_sense_is_refused_by_uploads() -> None:
    for policy in (UploadPolicy(min_bytes=10, max_bytes=5), UploadPolicy(formats=[]), UploadPolicy(prefix="/")):
        with pytest.raises(OptionError):
            Uploads(_presigner(), policy)


def test_times_are_aware_and_can_be_given_as_such() -> None:
    now = datetime.fromtimestamp(NOW, UTC)
    assert _request().expires_at == now + timedelta(seconds=900)
    assert _request().expires_at.tzinfo is UTC
    presigner = _presigner()
    elsewhere = now.astimezone(tz=None)
    assert presigner.get("a", now=now) == presigner.get("a", now=elsewhere) == presigner.get("a", now=float(NOW))
    before = datetime.now(UTC)
    expires_at = presigner.get("a", expires_in=60).expires_at
    assert before + timedelta(seconds=58) < expires_at <= datetime.now(UTC) + timedelta(seconds=60)


@pytest.mark.parametrize("now", [datetime(2026, 1, 1), "now", True, [1]])
def test_what_is_no_time_is_refused(now: Any) -> None:
    for call in (
        lambda: _presigner().get("a", now=now),
        lambda: _presigner().sign_many("get", ["a"], now=now),
        lambda: _presigner().post_form("a", max_bytes=1, now=now),
        lambda: Uploads(_presigner()).issue(owner="a", content_type="image/png", size_bytes=1, now=now),
        lambda: PAIR.prepare_url("https://cdn.example.com/1.jpg", now=now),
        lambda: Credentials("AKIDEXAMPLE", SECRET, expires_at=now),
    ):
        with pytest.raises(OptionError, match="an aware datetime or seconds since 1970"):
            call()


OUTSIDE: list[Any] = [
    float("nan"),
    float("inf"),
    float("-inf"),
    1e300,
    10**400,
    -1,
    -0.5,
    253_402_300_800,
    8_640_000_000_000,
]
OUTSIDE += [datetime(1969, 12, 31, tzinfo=UTC), datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))]
OUTSIDE += [datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), 253_402_300_799]


@pytest.mark.parametrize("now", OUTSIDE)
def test_a_time_outside_of_the_years_that_can_be_signed_is_one_error(now: Any) -> None:
    """Also where the end of what is signed is, for which Python has no datetime."""
    url = "https://cdn.example.com/1.jpg"
    for call in (
        lambda: _presigner().get("a", now=now),
        lambda: _presigner().sign_many("get", ["a"], now=now),
        lambda: _presigner().post_form("a", max_bytes=1, now=now),
        lambda: Uploads(_presigner()).issue(owner="a", content_type="image/png", size_bytes=1, now=now),
        lambda: PAIR.prepare_url(url, now=now),
        lambda: PAIR.prepare_cookies(url, now=now),
    ):
        with pytest.raises(ConfigError) as caught:
            call()
        assert caught.value.code == "signing_failed"
        assert str(caught.value) == f"signing failed: {caught.value.details['reason']}"
        assert caught.value.details["reason"] == "the time, or the end of what is signed, is not between 1970 and 9999"


def test_a_time_that_is_refused_says_why() -> None:
    with pytest.raises(OptionError, match="received a datetime without a time zone"):
        _presigner().get("a", now=datetime(2026, 1, 1))
    for expires_at, received in (
        (datetime(1969, 1, 1, tzinfo=UTC), "a datetime that is not since 1970"),
        (float("nan"), "a number that is no time"),
    ):
        with pytest.raises(OptionError, match=f"received {received}"):
            Credentials("AKIDEXAMPLE", SECRET, expires_at=expires_at)


def test_a_request_is_made_of_parts_that_it_can_show() -> None:
    """As a test of a program may make one."""
    request = PresignedRequest("PUT", "https://a.example/b?c", {"Content-Type": "image/png"}, 60, NOW + 60)
    assert request.headers == {"content-type": "image/png"}
    assert request.expires_at == datetime.fromtimestamp(NOW + 60, UTC)
    for method, headers, expires_at in (
        ("P T", {}, NOW),
        ("PUT", {"a b": "c"}, NOW),
        ("PUT", {"a": "b\n"}, NOW),
        ("PUT", {"a": "\u00e9"}, NOW),
        ("PUT", {}, -5),
    ):
        with pytest.raises(OptionError):
            PresignedRequest(method, "https://a.example/b", headers, 60, expires_at)


NONE: Any = None
WITH_NONE: dict[str, tuple[str, Callable[[], object]]] = {
    "rules": ("max_bytes", lambda: ImageRules(max_bytes=NONE)),
    "rules with a default of none": ("max_data_uri_bytes", lambda: ImageRules(max_data_uri_bytes=NONE)),
    "policy": ("public_base_url", lambda: UploadPolicy(public_base_url=NONE)),
    "bucket": ("fips", lambda: Bucket.s3("eu-central-1", "photos", fips=NONE)),
    "transform": ("width", lambda: presize.transform(PHOTO, width=NONE)),
    "transform_many": ("format", lambda: presize.transform_many(PHOTO, [{"format": NONE}])),
    "decode": ("height", lambda: presize.decode(PHOTO, height=NONE)),
    "encode": ("quality", lambda: presize.encode(PixelImage(bytes(1), 1, 1, 1), format="jpeg", quality=NONE)),
    "get": ("expires_in", lambda: _presigner().get("a", expires_in=NONE)),
    "get, by name": ("version_id", lambda: _presigner().get("a", version_id=NONE)),
    "put": ("content_type", lambda: _presigner().put("a", content_type=NONE)),
    "put, metadata": ("metadata", lambda: _presigner().put("a", metadata=NONE)),
    "put, by name": ("content_length", lambda: _presigner().put("a", content_length=NONE, cache_control="no-store")),
    "part": ("upload_id", lambda: _presigner().upload_part("a", NONE, 1)),
    "number of a part": ("part_number", lambda: _presigner().upload_part("a", "b", NONE)),
    "form": ("max_bytes", lambda: _presigner().post_form("a", max_bytes=NONE)),
    "issue": ("size_bytes", lambda: Uploads(_presigner()).issue(owner="a", content_type="image/png", size_bytes=NONE)),
    "file name": (
        "filename",
        lambda: Uploads(_presigner()).issue(owner="a", content_type="image/png", size_bytes=1, filename=NONE),
    ),
    "cloudfront": ("ip_range", lambda: PAIR.prepare_url("https://cdn.example.com/1.jpg", ip_range=NONE)),
}


@pytest.mark.parametrize("name", WITH_NONE)
def test_none_is_no_value_of_an_option(name: str) -> None:
    option, call = WITH_NONE[name]
    with pytest.raises(OptionError, match=f"for {option}, received null") as caught:
        call()
    assert caught.value.code == "option_invalid"
    assert caught.value.details["name"] == option


def test_rules_are_rules() -> None:
    rules: Any = {"max_bytes": 1}
    with pytest.raises(TypeError, match=r"rules must be presize\.ImageRules or None, not dict"):
        presize.check(PHOTO, rules)


def test_pixels_and_numpy() -> None:
    pixels = presize.decode(PHOTO)
    array: Any = np.asarray(pixels)
    assert array.shape == (48, 36, 3) == pixels.view().shape
    assert array.dtype == np.uint8
    assert not array.flags.writeable
    assert np.asarray(pixels.view()).tobytes() == array.tobytes() == pixels.bytes
    assert PixelImage.from_buffer(array) == pixels
    assert PixelImage.from_buffer(array[::-1, ::-1]).bytes == array[::-1, ::-1].tobytes()
    assert PixelImage.from_buffer(array[:, :, 0]) == PixelImage(array[:, :, 0].tobytes(), 36, 48, 1)
    wrong: list[Any] = [array.astype(np.uint16), array[0, 0], array[None]]
    for buffer in wrong:
        with pytest.raises(ValueError, match="expected uint8 in 2 or 3 dimensions"):
            PixelImage.from_buffer(buffer)


def test_a_token_stops_what_has_it() -> None:
    token = CancelToken()
    stopped = token.is_cancelled
    assert not stopped
    assert presize.check(PHOTO, cancel_token=token) == presize.check(PHOTO)
    token.cancel()
    token.cancel()
    stopped = token.is_cancelled
    assert stopped
    for call in (
        lambda: presize.check(PHOTO, cancel_token=token),
        lambda: presize.transform(PHOTO, cancel_token=token),
        lambda: presize.transform_many(PHOTO, [{}], cancel_token=token),
        lambda: presize.decode(PHOTO, cancel_token=token),
        lambda: presize.encode(PixelImage(bytes(1), 1, 1, 1), format="png", cancel_token=token),
        lambda: presize.decode_data_uri(presize.encode_data_uri(PHOTO, "jpeg"), cancel_token=token),
        lambda: presize.decode_data_uris([presize.encode_data_uri(PHOTO, "jpeg")], cancel_token=token),
    ):
        with pytest.raises(presize.ImageError) as caught:
            call()
        assert (caught.value.code, caught.value.index) == ("cancelled", None)


def test_all_dataclasses_are_frozen() -> None:
    named = [getattr(presize, name) for name in presize.__all__]
    kinds = [kind for kind in named if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
    assert len(kinds) == 25
    for kind in kinds:
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__dict__" not in dir(kind)


@pytest.mark.parametrize("kind", [ImageRules, UploadPolicy, VariantPolicy])
def test_what_was_refused_can_be_shown(kind: Any) -> None:
    """Reports of errors show the objects on the way."""
    half_made = object.__new__(kind)
    assert repr(half_made) == f"{kind.__name__}(...)"
