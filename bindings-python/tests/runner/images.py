"""The calls ``inspect``, ``work_pixels``, ``check``, ``check_totals``, ``strip``, ``transform``, ``transform_many`` and
``explain``."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import presize

from . import pixel_grid
from .inputs import Call, Json, data, options, rules


def _inspect(given: Mapping[str, Any]) -> Json:
    return dataclasses.asdict(presize.inspect(data(given)))


def _work_pixels(given: Mapping[str, Any]) -> Json:
    return {"work_pixels": presize.work_pixels(data(given), rules(given))}


def _check_totals(given: Mapping[str, Any]) -> Json:
    presize.check_totals([data(file) for file in given["files"]], rules(given))
    return {}


def _check(given: Mapping[str, Any]) -> Json:
    bytes_ = data(given)
    checked = presize.check(bytes_, rules(given), declared=given.get("declared"))
    assert checked.bytes is bytes_
    info = checked.info
    assert (checked.format, checked.width, checked.height) == (info.format, info.width, info.height)
    return dataclasses.asdict(info) | {"is_complete": checked.is_complete}


def _strip(given: Mapping[str, Any]) -> Json:
    bytes_ = data(given)
    stripped = presize.strip_metadata(bytes_, rules(given))
    assert (stripped.bytes is bytes_) == (stripped.bytes == bytes_), "no copy where nothing has changed"
    return {
        "format": stripped.format,
        "bytes": len(stripped.bytes),
        "sha256": hashlib.sha256(stripped.bytes).hexdigest(),
        "hex": stripped.bytes.hex(),
        "base64": base64.b64encode(stripped.bytes).decode(),
        "removed": [dataclasses.asdict(removed) for removed in stripped.removed],
    }


def _transform(given: Mapping[str, Any]) -> Json:
    return pixel_grid.read(presize.transform(data(given), rules=rules(given), **options(given.get("options"))))


def _transform_many(given: Mapping[str, Any]) -> Json:
    transforms: Any = [options(transform) for transform in given["transforms"]]
    images = presize.transform_many(data(given), transforms, rules=rules(given))
    return {"images": [pixel_grid.read(image) for image in images]}


def _explain(given: Mapping[str, Any]) -> Json:
    return dataclasses.asdict(presize.explain(data(given), rules=rules(given), **options(given.get("options"))))


CALLS: dict[str, Call] = {
    "inspect": _inspect,
    "work_pixels": _work_pixels,
    "check": _check,
    "check_totals": _check_totals,
    "strip": _strip,
    "transform": _transform,
    "transform_many": _transform_many,
    "explain": _explain,
}
