"""The calls of ``delivery.json``, ``delivery_headers.json`` and ``placeholder.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import presize
from presize import ImageRules, PresizeError, RequestedVariant, VariantPolicy, Variants

from .inputs import Call, Json, data, options, rules


def _policy(given: Mapping[str, Any]) -> Json:
    policy = VariantPolicy(**options(given["policy"]))
    variants = Variants(policy)
    assert variants.policy is policy
    return {"policy": {name: _plain(getattr(policy, name)) for name in VariantPolicy.__annotations__}}


def _plain(value: Any) -> Json:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _variants(given: Mapping[str, Any]) -> Variants:
    return Variants(**options(given["policy"]))


def _from_query(given: Mapping[str, Any]) -> Json:
    return _show(_queried(given))


def _queried(given: Mapping[str, Any]) -> RequestedVariant:
    return _variants(given).from_query(given["key"], given["query"], given.get("accept"), given["now"])


def _from_url(given: Mapping[str, Any]) -> Json:
    return _show(_variants(given).from_url(given["url"], given.get("accept"), given["now"]))


def _from_path(given: Mapping[str, Any]) -> Json:
    return _show(_variants(given).from_path(given["path"], given.get("accept")))


def _from_preset(given: Mapping[str, Any]) -> Json:
    return _show(_variants(given).from_preset(given["preset"], given["key"], given.get("accept")))


def _show(variant: RequestedVariant) -> Json:
    for has_alpha in (False, True):
        output = variant.output_format(has_alpha)
        assert variant.transform_for(has_alpha) == {**variant.transform, "format": output}
        assert variant.headers(has_alpha)["content-type"] == f"image/{output}"
    return {
        "key": variant.key,
        "format": variant.format,
        "canonical_query": variant.canonical_query,
        "cache_key": variant.cache_key,
        "store_key": variant.store_key,
        "cache_control": variant.cache_control,
        "varies": variant.varies,
        # What is unset is left out, so that the options are keywords of `transform`.
        "transform": {"width": None, "height": None, "format": None, **variant.transform},
        "headers": variant.headers(),
        "headers_with_alpha": variant.headers(has_alpha=True),
        "entity_tag": variant.entity_tag('"original"'),
    }


def _sign(given: Mapping[str, Any]) -> Json:
    return {"query": _variants(given).sign(given["key"], given["query"], given.get("expires_in"), given["now"])}


def _srcset(given: Mapping[str, Any]) -> Json:
    made = _variants(given).srcset(given["key"], given["width"], given["height"], **options(given.get("options")))
    return {
        "src": made.src,
        "srcset": made.srcset,
        "sizes": made.sizes,
        "width": made.width,
        "height": made.height,
    }


def _render(given: Mapping[str, Any]) -> Json:
    rendered = _queried(given).render(data(given["image"]))
    image = rendered.image
    assert rendered.headers["content-type"] == image.media_type
    return {"format": image.format, "width": image.width, "height": image.height, "headers": rendered.headers}


def _error_headers(given: Mapping[str, Any]) -> Json:
    error: PresizeError | int
    if "http_status" in given:
        error = given["http_status"]
    else:
        with pytest.raises(PresizeError) as caught:
            _queried(given)
        error = caught.value
    return {"headers": _variants(given).error_headers(error)}


def _not_modified(given: Mapping[str, Any]) -> Json:
    variant, original, tags = _queried(given), given["original"], given["if_none_match"]
    if not tags:
        assert variant.not_modified(original, None) is None
    return {"headers": variant.not_modified(original, tags)}


def _placeholder(given: Mapping[str, Any]) -> Json:
    made = presize.placeholder(data(given["image"]), rules(given), **options(given.get("options")))
    shown = {
        "width": made.width,
        "height": made.height,
        "thumbhash": made.thumbhash_base64,
        "average_color": made.average_color,
        "dominant_color": made.dominant_color,
        "data_uri": made.data_uri,
    }
    if made.data_uri is not None:
        tiny = presize.decode_data_uri(made.data_uri, ImageRules(min_width=1, min_height=1))
        start = "data:image/jpeg;base64,/9j/" if tiny.format == "jpeg" else "data:image/png;base64,iVBORw0KGgo"
        shown["data_uri_starts"] = made.data_uri[: len(start)]
        shown["data_uri_size"] = [tiny.width, tiny.height]
    return shown


CALLS: dict[str, Call] = {
    "variant_policy": _policy,
    "variant_from_query": _from_query,
    "variant_from_url": _from_url,
    "variant_from_path": _from_path,
    "variant_from_preset": _from_preset,
    "sign_variant": _sign,
    "srcset": _srcset,
    "render_variant": _render,
    "variant_error_headers": _error_headers,
    "variant_not_modified": _not_modified,
    "placeholder": _placeholder,
}
