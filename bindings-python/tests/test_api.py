"""Holds the names, options, defaults and words of the package against ``api.json``, which all languages share."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import pytest
from runner import read

import presize
from presize import (
    Bucket,
    Credentials,
    ImageRules,
    OptionError,
    Presigner,
    UploadPolicy,
    Uploads,
    VariantPolicy,
    errors,
    options,
)

API = read("api.json")
ERRORS = read("errors.json")["errors"]

# Types of the core that have no class here, with what stands in their place.
AS_KEYWORDS = {
    "BucketOptions": "keywords of Bucket.s3 and its like",
    "CloudFrontOptions": "keywords of sign_url and its like",
    "ConfirmRequest": "keywords of Uploads.confirm",
    "EdgeOptions": "keywords of EdgeResizer",
    "EventResizePolicy": "keywords of EventResizer",
    "GatewayOptions": "keywords of GatewayResizer",
    "JsonLimits": "keywords of JsonScanner",
    "PlaceholderOptions": "keywords of placeholder",
    "PostFormOptions": "keywords of Presigner.post_form",
    "SrcsetOptions": "keywords of Variants.srcset",
    "StoreAnswer": "arguments of Confirmation.answer",
    "Transform": "keywords of transform, dictionaries for transform_many",
    "UploadRequest": "keywords of Uploads.issue",
}
RENAMED = {"Error": "PresizeError"}

# Names that Python has beyond those of the core.
OF_PYTHON = {
    "CancelToken": "in JavaScript it is an AbortSignal",
    "ConfigError": "one class for each family of errors",
    "DataUriError": "one class for each family of errors",
    "DeliveryError": "one class for each family of errors",
    "ImageError": "one class for each family of errors",
    "OptionError": "one class for each family of errors",
    "UploadError": "one class for each family of errors",
    "explain": "in Rust it is a method of Transform",
    "__version__": "as packages have",
}

# Where a table's options are in Python: a dictionary's keys, and keywords that the function has beside them.
TABLES: dict[str, tuple[type, set[str]]] = {
    "BucketOptions": (options.BucketOptions, set()),
    "CloudFrontOptions": (options.CloudFrontOptions, set()),
    "ConfirmRequest": (options.ConfirmOptions, {"owner", "key"}),
    "EdgeOptions": (options.EdgeOptions, set()),
    "EventResizePolicy": (options.EventResizePolicyOptions, set()),
    "GatewayOptions": (options.GatewayOptions, set()),
    "ImageRules": (options.ImageRulesOptions, set()),
    "JsonLimits": (options.JsonLimitsOptions, set()),
    "PlaceholderOptions": (options.PlaceholderOptions, set()),
    "PostFormOptions": (options.PostFormOptions, {"max_bytes"}),
    "SignOptions": (options.SignOptions, set()),
    "SrcsetOptions": (options.SrcsetOptions, set()),
    "Transform": (options.TransformOptions, set()),
    "UploadPolicy": (options.UploadPolicyOptions, set()),
    "UploadRequest": (options.IssueOptions, {"owner", "content_type", "size_bytes"}),
    "VariantPolicy": (options.VariantPolicyOptions, set()),
}
OWNERS: dict[str, Any] = {
    "ConfirmRequest": Uploads.confirm,
    "PostFormOptions": Presigner.post_form,
    "UploadRequest": Uploads.issue,
}
NO_TABLES = {"StoreAnswer"}

# Values that are known to the type checker because the core takes no others.
# Types that Python has for what is a text or a number in the core, or a part of them.
NARROWER = {
    "if_none_match": Literal["*"],
    "success_action_status": Literal[200, 201, 204],
    "owner": str | int | UUID,
}


@pytest.mark.parametrize("name", API["functions"])
def test_a_function_is_there(name: str) -> None:
    assert name in presize.__all__
    assert callable(getattr(presize, name))


@pytest.mark.parametrize("name", API["types"])
def test_a_type_is_there_or_its_options_are_keywords(name: str) -> None:
    if name in AS_KEYWORDS:
        assert not hasattr(presize, name), "no exception any more"
        assert name in TABLES or name in NO_TABLES
    else:
        assert isinstance(getattr(presize, RENAMED.get(name, name)), type)
        assert RENAMED.get(name, name) in presize.__all__


def test_no_name_is_of_python_alone_without_a_reason() -> None:
    shared = {RENAMED.get(name, name) for name in [*API["functions"], *API["types"]]} - AS_KEYWORDS.keys()
    assert set(presize.__all__) == shared | OF_PYTHON.keys()
    assert len(presize.__all__) == len(set(presize.__all__))


@pytest.mark.parametrize("name", API["enums"])
def test_the_words_of_an_enum_are_those_of_its_literal(name: str) -> None:
    assert list(get_args(getattr(options, name))) == API["enums"][name]


def test_every_table_has_a_place() -> None:
    assert TABLES.keys() == API["options"].keys()


@pytest.mark.parametrize("table", TABLES)
def test_the_options_of_a_table_are_keywords_of_the_same_kind(table: str) -> None:
    keys, beside = TABLES[table]
    hints = dict(_hints(keys))
    for name in beside:
        hints[name] = _hints(OWNERS[table])[name]
    assert hints.keys() == API["options"][table].keys()
    for name, row in API["options"][table].items():
        assert hints[name] == NARROWER.get(name, _given(row)), name


def _given(row: dict[str, Any]) -> Any:
    """The type of an option: among formats it has one more word than its value."""
    if "jpeg" not in row.get("words", ()):
        return _hint(row)
    words: Any = Literal[tuple(row["words"])]
    words |= Literal["jpg"]
    return Sequence[words] if row["kind"] == "enum_list" else words


def _hint(row: dict[str, Any]) -> Any:
    match row["kind"]:
        case "integer":
            return int
        case "boolean":
            return bool
        case "text" | "color":
            return str
        case "text_map":
            return Mapping[str, str]
        case "enum":
            return Literal[tuple(row["words"])]
        case "enum_list":
            return Sequence[Literal[tuple(row["words"])]]  # type: ignore[misc]
        case "integer_list":
            return Sequence[int]
        case "text_list":
            return Sequence[str]
        case "presets":
            return Mapping[str, options.TransformOptions]
    raise AssertionError(f"an option of an unknown kind: {row['kind']}")


@pytest.mark.parametrize("kind", [ImageRules, UploadPolicy, VariantPolicy], ids=lambda kind: kind.__name__)
def test_a_value_shows_the_defaults_of_its_table(kind: type[ImageRules | UploadPolicy | VariantPolicy]) -> None:
    rows = API["options"][kind.__name__]
    shown = {name: getattr(kind(), name) for name in rows}
    assert shown == {name: _as_shown(row["default"]) for name, row in rows.items()}
    hints = _hints(kind)
    attributes = {name: hint for name, hint in hints.items() if not name.startswith("_")}
    assert attributes.keys() == rows.keys()
    for name, row in rows.items():
        if name == "signing_keys":
            assert attributes[name] is type(None), "a secret is never shown"
            continue
        words: Any = Literal[tuple(row.get("words", ()))]
        read: dict[str, Any] = {
            "enum_list": tuple[words, ...],
            "integer_list": tuple[int, ...],
            "text_list": tuple[str, ...],
            "presets": Mapping[str, Mapping[str, Any]],
        }
        expected = read.get(row["kind"]) or _hint(row)
        assert attributes[name] == (expected | None if row["default"] is None else expected), name


def _as_shown(default: Any) -> Any:
    return tuple(default) if isinstance(default, list) else default


OPERATIONS = {
    "get": options.GetOptions,
    "head": options.GetOptions,
    "put": options.PutOptions,
    "delete": options.DeleteOptions,
    "copy-object": options.CopyOptions,
    "create-multipart-upload": options.CreateMultipartUploadOptions,
    "upload-part": options.UploadPartOptions,
    "complete-multipart-upload": options.CompleteMultipartUploadOptions,
    "abort-multipart-upload": options.RequestOptions,
    "list-parts": options.ListPartsOptions,
}
NOT_OPTIONS = {"self", "key", "now", "options"}


def _hints(thing: Any) -> dict[str, Any]:
    """The types of a class or a function. Most of their names are known to type checkers alone."""
    names = {**vars(typing), **vars(presize.options), "Mapping": Mapping, "Sequence": Sequence, "datetime": datetime}
    return typing.get_type_hints(
        thing,
        localns={
            **names,
            "CancelToken": presize.CancelToken,
            "PostForm": presize.PostForm,
            "Time": "datetime | float | None",
            "Owner": str | int | UUID,
        },
    )


def _method(operation: str) -> Any:
    return getattr(Presigner, "copy" if operation == "copy-object" else operation.replace("-", "_"))


@pytest.mark.parametrize("operation", API["enums"]["Operation"])
def test_the_lifetime_of_every_request_has_the_default_of_the_table(operation: str) -> None:
    default = inspect.signature(_method(operation)).parameters["expires_in"].default
    assert default == API["options"]["SignOptions"]["expires_in"]["default"]


# A value that the core takes for each option, and what must be given with it.
PLAUSIBLE: dict[str, Any] = {
    "acl": "private",
    "cache_control": "no-store",
    "checksum_algorithm": "crc32",
    "checksum_crc32": "AAAAAA==",
    "checksum_crc32c": "AAAAAA==",
    "checksum_crc64nvme": "AAAAAAAAAAA=",
    "checksum_sha256": "A" * 43 + "=",
    "content_disposition": "inline",
    "content_encoding": "gzip",
    "content_language": "ko",
    "content_length": 1,
    "content_md5": "A" * 22 + "==",
    "content_type": "image/png",
    "copy_source": "photos/a",
    "copy_source_if_match": '"abc"',
    "copy_source_version_id": "abc",
    "expected_bucket_owner": "111122223333",
    "expires_in": 60,
    "if_match": '"abc"',
    "if_none_match": "*",
    "max_parts": 10,
    "metadata": {"a": "b"},
    "metadata_directive": "replace",
    "part_number": 1,
    "part_number_marker": 1,
    "requester_pays": True,
    "response_cache_control": "no-store",
    "response_content_disposition": "inline",
    "response_content_encoding": "gzip",
    "response_content_language": "ko",
    "response_content_type": "image/png",
    "response_expires": "Thu, 01 Dec 1994 16:00:00 GMT",
    "server_side_encryption": "AES256",
    "sse_bucket_key_enabled": True,
    "sse_customer_key": "A" * 43 + "=",
    "sse_kms_encryption_context": "e30=",
    "sse_kms_key_id": "alias/a",
    "storage_class": "STANDARD_IA",
    "tagging": {"a": "b"},
    "upload_id": "abc",
    "version_id": "abc",
}
WITH_KMS = {"sse_kms_key_id", "sse_kms_encryption_context", "sse_bucket_key_enabled"}


@pytest.mark.parametrize("operation", API["enums"]["Operation"])
def test_the_core_takes_exactly_the_options_that_a_method_names(operation: str) -> None:
    assert PLAUSIBLE.keys() == API["options"]["SignOptions"].keys()
    presigner = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret"))
    signature = inspect.signature(_method(operation))
    named = {*signature.parameters, *_hints(OPERATIONS[operation])} - NOT_OPTIONS
    assert get_args(_hints(_method(operation))["options"]) == (OPERATIONS[operation],)
    required = {
        name: PLAUSIBLE[name]
        for name, parameter in signature.parameters.items()
        if name not in NOT_OPTIONS and parameter.default is parameter.empty
    }
    for name, value in PLAUSIBLE.items():
        given = {**required, name: value}
        if name in WITH_KMS and "server_side_encryption" in named:
            given["server_side_encryption"] = "aws:kms"
        if "metadata_directive" in named and name != "metadata_directive":
            given["metadata_directive"] = "replace"
        if name in named:
            presigner.request(_operation(operation), "a", **given)
        else:
            with pytest.raises(OptionError, match="operation") as caught:
                presigner.request(_operation(operation), "a", **given)
            assert caught.value.details["name"] == name


def _operation(name: str) -> options.Operation:
    operation: Any = name
    return operation  # type: ignore[no-any-return]


FAMILIES = {
    "option": (presize.OptionError, True),
    "data_uri": (presize.DataUriError, True),
    "image": (presize.ImageError, True),
    "upload": (presize.UploadError, True),
    "delivery": (presize.DeliveryError, True),
    "config": (presize.ConfigError, False),
}


@pytest.mark.parametrize("row", ERRORS, ids=[row["code"] for row in ERRORS])
def test_a_code_is_raised_as_the_class_of_its_family(row: dict[str, Any]) -> None:
    kind, is_value_error = FAMILIES[row["family"]]
    error = errors._from_native(row["family"], row["code"], row["http_status"], "message", {}, None)
    assert type(error) is kind
    assert isinstance(error, presize.PresizeError)
    assert isinstance(error, ValueError) is is_value_error


def test_there_is_a_class_for_each_family_and_no_other() -> None:
    assert FAMILIES.keys() == {row["family"] for row in ERRORS} == errors._FAMILIES.keys()
    assert {kind for kind, _ in FAMILIES.values()} == set(presize.PresizeError.__subclasses__())


def test_what_is_narrower_for_the_type_checker_is_refused_by_the_core() -> None:
    presigner = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret"))
    etag: Any = '"abc"'
    status: Any = 202
    with pytest.raises(OptionError, match="if_none_match"):
        presigner.put("a", if_none_match=etag)
    with pytest.raises(OptionError, match="success_action_status"):
        presigner.post_form("a", max_bytes=1, success_action_status=status)


def test_literals_are_all_held_against_the_core() -> None:
    literals = {name for name, value in vars(options).items() if get_origin(value) is Literal}
    assert literals == API["enums"].keys()
