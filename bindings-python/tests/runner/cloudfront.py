"""The calls of ``cloudfront.json``."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from presize import CloudFrontKeyPair, CloudFrontSigner, SignedCookies, SignedUrl
from presize.cloudfront import PreparedCookies, PreparedUrl

from .inputs import Call, Json, options
from .signing import unix_seconds


def _sign_url(given: Mapping[str, Any]) -> Json:
    """In one step, with a private key in PEM or with a callable that gives a signature made before, or fails."""
    signer, url, now, named = _signer(given), given["url"], given["now"], options(given["options"])
    prepared = signer.key_pair.prepare_url(url, now=now, **named)
    return _show(signer.sign_url(url, now=now, **named), prepared)


def _sign_cookies(given: Mapping[str, Any]) -> Json:
    signer, url, now, named = _signer(given), given["url"], given["now"], options(given["options"])
    prepared = signer.key_pair.prepare_cookies(url, now=now, **named)
    return _show(signer.sign_cookies(url, now=now, **named), prepared)


def _finish_url(given: Mapping[str, Any]) -> Json:
    """In two steps, with a signature made before."""
    pair = CloudFrontKeyPair(given["key_pair_id"], given["key"]["key_type"])
    prepared = pair.prepare_url(given["url"], now=given["now"], **options(given["options"]))
    assert prepared.key_type == pair.key_type
    return _show(prepared.finish(_signature(given)), prepared)


def _finish_cookies(given: Mapping[str, Any]) -> Json:
    pair = CloudFrontKeyPair(given["key_pair_id"], given["key"]["key_type"])
    prepared = pair.prepare_cookies(given["url"], now=given["now"], **options(given["options"]))
    assert prepared.key_type == pair.key_type
    return _show(prepared.finish(_signature(given)), prepared)


def _signer(given: Mapping[str, Any]) -> CloudFrontSigner:
    key, id_ = given["key"], given["key_pair_id"]
    if "pem" in key:
        return CloudFrontSigner(id_, key["pem"])

    def sign(_message: bytes, _hash: str) -> bytes:
        if "signature" not in key:
            raise RuntimeError("no answer")
        return _signature(given)

    return CloudFrontSigner.with_signer(id_, key["key_type"], sign)


def _signature(given: Mapping[str, Any]) -> bytes:
    return base64.b64decode(given["key"]["signature"], validate=True)


def _show(signed: SignedUrl | SignedCookies, prepared: PreparedUrl | PreparedCookies) -> Json:
    shown = {
        "policy": prepared.message.decode("ascii"),
        "hash": prepared.hash,
        "expires_in": signed.expires_in,
        "expires_at": unix_seconds(signed.expires_at),
    }
    if isinstance(signed, SignedUrl):
        return {**shown, "url": signed.url}
    return {**shown, "cookies": [[name, value] for name, value in signed.cookies.items()]}


CALLS: dict[str, Call] = {
    "cloudfront_sign_url": _sign_url,
    "cloudfront_sign_cookies": _sign_cookies,
    "cloudfront_finish_url": _finish_url,
    "cloudfront_finish_cookies": _finish_cookies,
}
