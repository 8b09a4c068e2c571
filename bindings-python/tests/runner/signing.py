"""The calls of ``presign.json``, ``sign_options.json`` and ``post_form.json``."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import presize
from presize import Bucket, CompletedPart, Credentials, PresignedRequest, Presigner

from .inputs import Call, Json, options, outcome

_REQUIRED = {
    "copy-object": {"copy_source"},
    "upload-part": {"upload_id", "part_number"},
    "complete-multipart-upload": {"upload_id"},
    "abort-multipart-upload": {"upload_id"},
    "list-parts": {"upload_id"},
}


def _presign(given: Mapping[str, Any]) -> Json:
    """With every stage, and held against the public ways to the same request."""
    presigner = read_presigner(given)
    operation, key, now = given["operation"], given["key"], given["now"]
    named = options(given["options"])

    def explained() -> Json:
        request, canonical_request, string_to_sign, signature = presigner._explain(operation, key, named, now)
        stages = {
            "canonical_request": canonical_request,
            "string_to_sign": string_to_sign,
            "signature": signature,
        }
        return _show(request), stages

    by_stages = outcome(explained)
    shown = (by_stages[0], by_stages[1][0]) if by_stages[0] == "ok" else by_stages
    assert outcome(lambda: _show(presigner.request(operation, key, now=now, **named))) == shown
    # An upload id and a number that a method requires can only be left out of `request`.
    if _REQUIRED.get(operation, set()) <= named.keys():
        method = getattr(presigner, operation.replace("-", "_").removesuffix("_object"))
        assert outcome(lambda: _show(method(key, now=now, **named))) == shown
    request, stages = explained()
    return {**request, **stages}


def _show(request: PresignedRequest) -> Json:
    _only_what_is_signed(request)
    return {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "expires_in": request.expires_in,
        "expires_at": unix_seconds(request.expires_at),
    }


def _only_what_is_signed(request: PresignedRequest) -> None:
    """The headers that the client is told of are those that are signed, neither more nor fewer."""
    signed = parse_qs(urlsplit(request.url).query)["X-Amz-SignedHeaders"][0].split(";")
    assert sorted(signed) == sorted([*request.headers, "host"])


def _sign_many(given: Mapping[str, Any]) -> Json:
    named = options(given["options"])
    signed = read_presigner(given).sign_many(given["operation"], given["keys"], now=given["now"], **named)
    return {"requests": [{"url": request.url, "headers": request.headers} for request in signed]}


def _content_disposition(given: Mapping[str, Any]) -> Json:
    return {"value": presize.content_disposition(given["disposition"], given["filename"])}


def _complete_multipart_body(given: Mapping[str, Any]) -> Json:
    return {"body": presize.complete_multipart_body([_part(part) for part in given["parts"]])}


def _part(part: Mapping[str, Any]) -> CompletedPart:
    if "checksum" in part:
        checksum = part["checksum"]
        return CompletedPart(part["part_number"], part["etag"], checksum["algorithm"], checksum["value"])
    return CompletedPart(part["part_number"], part["etag"])


def _parse_upload_id(given: Mapping[str, Any]) -> Json:
    return {"upload_id": presize.parse_upload_id(given["answer"])}


def _post_form(given: Mapping[str, Any]) -> Json:
    form = read_presigner(given).post_form(given["key"], now=given["now"], **options(given["options"]))
    return {
        "url": form.url,
        "fields": [[name, value] for name, value in form.fields.items()],
        "policy": base64.b64decode(form.fields["policy"]).decode(),
        "expires_in": form.expires_in,
        "expires_at": unix_seconds(form.expires_at),
    }


def read_presigner(given: Mapping[str, Any]) -> Presigner:
    return Presigner(_bucket(given["bucket"]), _credentials(given["credentials"]))


def _bucket(given: Mapping[str, Any]) -> Bucket:
    named = options(given.get("options"))
    match given["kind"]:
        case "s3":
            bucket = Bucket.s3(given["region"], given["name"], **named)
        case "access_point":
            bucket = Bucket.access_point(given["arn"], **named)
        case "r2":
            bucket = Bucket.r2(given["account"], given["name"], **named)
        case "custom":
            bucket = Bucket.custom(given["endpoint"], given["region"], given["name"], given["style"], **named)
        case other:
            raise AssertionError(f"unknown kind of bucket {other}")
    return bucket.internal() if given.get("internal") is True else bucket


def _credentials(given: Mapping[str, Any]) -> Credentials:
    if "vars" in given:
        return Credentials.from_env(given["vars"])
    temporary = {name: given[name] for name in ("session_token", "expires_at") if name in given}
    return Credentials(given["access_key_id"], given["secret_access_key"], **temporary)


def unix_seconds(time: datetime) -> int:
    """Seconds since 1970 of a time that is aware and whole."""
    assert time.utcoffset() == timedelta(0), "in UTC"
    assert time.microsecond == 0
    return int(time.timestamp())


CALLS: dict[str, Call] = {
    "presign": _presign,
    "sign_many": _sign_many,
    "content_disposition": _content_disposition,
    "complete_multipart_body": _complete_multipart_body,
    "parse_upload_id": _parse_upload_id,
    "post_form": _post_form,
}
