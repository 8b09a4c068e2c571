"""The calls of ``edge.json`` and ``gateway.json``: every request that an answer makes to the store, and what the function
returns."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import presize
from presize import Answering, EdgeResizer, GatewayResizer, Variants

from .exchange import drive
from .inputs import Call, Json, options, rules
from .signing import read_presigner


def _edge(given: Mapping[str, Any]) -> Json:
    source, variants = read_presigner(given["source"]), Variants(**options(given["policy"]))
    resizer = EdgeResizer(variants, source=source, rules=rules(given), **options(given["options"]))
    return _run(resizer.answer(given["event"], given["now"]), given)


def _gateway(given: Mapping[str, Any]) -> Json:
    source, variants = read_presigner(given["source"]), Variants(**options(given["policy"]))
    results = read_presigner(given["results"]) if "results" in given else None
    resizer = GatewayResizer(variants, source=source, results=results, rules=rules(given), **options(given["options"]))
    return _run(resizer.answer(given["event"], given["now"]), given)


def _run(answering: Answering, given: Mapping[str, Any]) -> Json:
    requests, (error, returned) = drive(answering, given, lambda: _show(answering))
    assert error is None, "an error is an answer"
    reason = answering.error
    return {"requests": requests, "returned": returned, "code": None if reason is None else reason.code}


def _show(answering: Answering) -> Json:
    """What the function returns. A body in base64 is told as the picture that it is, JSON as what it says."""
    returned = answering.finish()
    headers = returned.get("headers", returned.get("multiValueHeaders"))
    shown = {**returned, "members": sorted(returned), "header_names": None if headers is None else sorted(headers)}
    if isinstance(body := returned.get("body"), str):
        is_base64 = returned.get("bodyEncoding") == "base64" or returned.get("isBase64Encoded") is True
        shown["body"] = _picture(body) if is_base64 else _plain(body)
    return shown


def _picture(body: str) -> Json:
    info = presize.inspect(base64.b64decode(body, validate=True))
    assert not info.has_exif and not info.has_icc_profile
    return {"format": info.format, "width": info.width, "height": info.height}


def _plain(body: str) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return body


CALLS: dict[str, Call] = {"answer_edge": _edge, "answer_gateway": _gateway}
