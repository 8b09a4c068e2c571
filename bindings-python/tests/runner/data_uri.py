"""The calls ``decode_data_uri``, ``decode_data_uris`` and ``encode_data_uri``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import presize
from presize import CheckedImage

from .inputs import Call, Json, data, rules


def _decode_one(given: Mapping[str, Any]) -> Json:
    return _show(presize.decode_data_uri(given["text"], rules(given)))


def _decode_many(given: Mapping[str, Any]) -> Json:
    return [_show(image) for image in presize.decode_data_uris(given["texts"], rules(given))]


def _encode(given: Mapping[str, Any]) -> Json:
    return {"text": presize.encode_data_uri(data(given), given["format"])}


def _show(image: CheckedImage) -> Json:
    return {
        "format": image.format,
        "width": image.width,
        "height": image.height,
        "size_bytes": len(image.bytes),
        "text": image.to_data_uri(),
    }


CALLS: dict[str, Call] = {
    "decode_data_uri": _decode_one,
    "decode_data_uris": _decode_many,
    "encode_data_uri": _encode,
}
