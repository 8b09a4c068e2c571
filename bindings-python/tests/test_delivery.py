"""Delivery in Python: what the package adds to the calls that the suite of all languages holds."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import pickle
import threading
import traceback
from collections import ChainMap
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import presize
from presize import (
    CancelToken,
    ConfigError,
    DeliveryError,
    ImageRules,
    OptionError,
    PresizeError,
    RequestedVariant,
    VariantPolicy,
    Variants,
    aio,
)

SECRET = "a secret that nobody may see, 32 bytes"
CHROME = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"


def variants(**options: Any) -> Variants:
    return Variants(**{"widths": [20, 30], "heights": [20], **options})


def test_a_policy_or_its_options() -> None:
    policy = VariantPolicy(widths=[20])
    assert Variants(policy).policy is policy
    assert Variants(widths=[20]).policy == policy
    with pytest.raises(TypeError, match="received both"):
        Variants(policy, widths=[20])
    other: Any = {"widths": [20]}
    with pytest.raises(TypeError, match="not dict"):
        Variants(other)
    with pytest.raises(ConfigError) as caught:
        Variants()
    assert (caught.value.code, caught.value.http_status) == ("variant_policy_open", 500)


def test_a_policy_is_a_value() -> None:
    presets: Any = {"avatar": {"width": 96, "format": "jpeg"}, "card": {"width": 400}}
    policy = VariantPolicy(widths=[20], presets=presets)
    assert policy == VariantPolicy(widths=(20,), presets=MappingProxyType(presets))
    assert hash(policy) == hash(VariantPolicy(widths=[20], presets=ChainMap(presets)))
    assert policy != VariantPolicy(widths=[20])
    assert policy.presets["avatar"] == {"width": 96, "format": "jpeg"}
    inside: Any = policy.presets["avatar"]
    with pytest.raises(TypeError):
        inside["width"] = 5000
    assert repr(VariantPolicy(widths=[20])) == "VariantPolicy(widths=(20,))"
    for other in (
        pickle.loads(pickle.dumps(policy)),
        copy.deepcopy(policy),
        pickle.loads(pickle.dumps(Variants(policy))).policy,
    ):
        assert other == policy


def test_presets_are_bounded_and_refused_with_their_place() -> None:
    endless: dict[str, Any] = {}
    endless["avatar"] = endless
    for presets, name in [
        (endless, "presets.avatar.avatar"),
        ({"avatar": {"width": {"a": {}}}}, "presets.avatar.width"),
        ({"avatar": {"width": 0}}, "presets.avatar.width"),
        ({"avatar": {"crop": True}}, "presets.avatar.crop"),
        ({1: {}}, "presets"),
        ({"avatar": {1: 2}}, "presets"),
    ]:
        given: Any = presets
        with pytest.raises(OptionError) as caught:
            Variants(presets=given)
        assert caught.value.details["name"] == name


def test_signing_keys_are_never_shown() -> None:
    signed = VariantPolicy(signing_keys=[SECRET])
    assert signed.signing_keys is None
    assert signed != VariantPolicy()
    assert signed == VariantPolicy(signing_keys=[SECRET])
    assert SECRET not in repr(signed) + repr(Variants(signed))
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(signed)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Variants(signed))
    refused: list[dict[str, Any]] = [
        {"signing_keys": SECRET},
        {"signing_keys": [SECRET, "short"]},
        {"signing_keys": [SECRET, 1]},
        {"signing_keys": [SECRET], "widht": 3},
        {"signing_keys": [SECRET], "quality": 0},
        {"signing_keys": [SECRET], "formats": []},
    ]
    for options in refused:
        for make in (VariantPolicy, Variants):
            try:
                made: Any = make(**options)
            except OptionError as error:
                text = "".join(traceback.format_exception(error)) + str(error.to_dict())
                frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
                own = [frame for frame in frames if "/presize/" in frame.f_code.co_filename]
                assert SECRET not in text.replace(__file__, "")
                assert own
                assert not any(SECRET in repr(frame.f_locals) for frame in own)
            else:
                assert make is VariantPolicy, f"accepted: {made!r}"


def test_what_is_asked_for_is_text() -> None:
    made = variants()
    calls: list[Any] = [
        lambda: made.from_query(b"a", "w=20"),  # type: ignore[arg-type]
        lambda: made.from_query("a", b"w=20"),  # type: ignore[arg-type]
        lambda: made.from_query("a", None),  # type: ignore[arg-type]
        lambda: made.from_query("a", "w=20", b"*/*"),  # type: ignore[arg-type]
        lambda: made.from_query("a", "w=20", now="today"),  # type: ignore[arg-type]
        lambda: made.from_query("\ud800", "w=20"),
        lambda: made.from_url(Path("a")),  # type: ignore[arg-type]
        lambda: made.from_path(1),  # type: ignore[arg-type]
        lambda: made.from_preset("avatar", 1),  # type: ignore[arg-type]
        lambda: made.sign("a", "w=20", expires_in=-1),
        lambda: made.sign("a", "w=20", expires_in=1.5),  # type: ignore[arg-type]
        lambda: made.srcset("a", 10.5, 10),  # type: ignore[arg-type]
        lambda: made.srcset("a", 10, True, widht=3),  # type: ignore[call-arg]
        lambda: made.error_headers("404"),  # type: ignore[arg-type]
        lambda: made.error_headers(True),
        lambda: made.from_query("a", "w=20").headers(has_alpha=1),  # type: ignore[arg-type]
        lambda: made.from_query("a", "w=20").entity_tag(b""),  # type: ignore[arg-type]
        lambda: made.from_query("a", "w=20").not_modified(None, "*"),  # type: ignore[arg-type]
        lambda: made.from_query("a", "w=20").not_modified('"a"', b"*"),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(OptionError):
            call()


def test_a_variant_is_a_value() -> None:
    made = variants(formats=["webp", "jpeg", "png"], presets={"icon": {"width": 16, "lossless": True}})
    variant = made.from_query("a b.jpg", "preset=icon", CHROME)
    assert variant == made.from_url("/a%20b.jpg?preset=icon", CHROME)
    assert hash(variant) == hash(copy.deepcopy(variant))
    assert variant != made.from_query("a b.jpg", "preset=icon")
    assert repr(variant) == "RequestedVariant('v1/a%20b.jpg?f=webp&preset=icon')"
    with pytest.raises(TypeError, match="from_query"):
        RequestedVariant()
    with pytest.raises(TypeError, match="canonical query"):
        pickle.dumps(variant)
    with pytest.raises(AttributeError):
        variant.key = "b"  # type: ignore[misc]


def test_the_options_of_a_variant_are_keywords_of_transform(images: Path) -> None:
    data = (images / "rgba.png").read_bytes()
    variant = variants().from_query("a", "w=20&h=20&fit=cover")
    rendered = variant.render(data)
    assert rendered.image == presize.transform(data, **variant.transform_for(has_alpha=True))
    assert rendered.headers == variant.headers(has_alpha=True)
    assert (rendered.image.format, rendered.headers["vary"]) == ("png", "Accept")
    with pytest.raises(PresizeError, match="at most 2 for width"):
        variant.render(data, ImageRules(max_width=2))
    token = CancelToken()
    token.cancel()
    for call in (
        lambda: variant.render(data, cancel_token=token),
        lambda: presize.placeholder(data, cancel_token=token),
    ):
        with pytest.raises(PresizeError) as caught:
            call()
        assert caught.value.code == "cancelled"


def test_variants_and_placeholders_are_made_in_the_queue(images: Path) -> None:
    path = images / "rgba.png"
    variant = variants().from_query("a", "w=20")
    threads = set[int]()

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            threads.add(threading.get_ident())
            return super().read(size)

    async def make() -> tuple[presize.RenderedVariant, presize.Placeholder]:
        return await aio.render_variant(variant, Counted(path.read_bytes())), await aio.placeholder(path, data_uri=True)

    rendered, made = asyncio.run(make())
    assert rendered == variant.render(path)
    assert made == presize.placeholder(path, data_uri=True)
    assert threads
    assert threading.get_ident() not in threads
    with pytest.raises(PresizeError) as caught:
        asyncio.run(aio.placeholder(b"no image"))
    assert caught.value.code == "image_format_unknown"


def test_errors_are_cached_for_seconds() -> None:
    made = variants(error_max_age_seconds=5)
    with pytest.raises(DeliveryError) as caught:
        made.from_query("a", "w=21")
    assert isinstance(caught.value, ValueError)
    assert (caught.value.code, caught.value.http_status) == ("variant_not_allowed", 403)
    refused = {"cache-control": "public, max-age=5", "vary": "Accept"}
    assert made.error_headers(caught.value) == made.error_headers(404) == refused
    failed = {"cache-control": "no-store", "vary": "Accept"}
    assert made.error_headers(presize.errors.server_busy(2)) == made.error_headers(502) == failed


def test_the_function_of_cloudfront_has_the_policy_as_data() -> None:
    secret = "a secret that nobody may see, 32 bytes"
    made = variants(
        key_prefixes=["it's</script>", "\u2028\U0001f600"], signing_keys=[secret], presets={"__proto__": {"width": 7}}
    )
    code = made.cloudfront_function(origin_path="/originals")
    assert code.isascii()
    assert len(code) <= 10_000
    assert "</" not in code
    assert "secret" not in code
    [line] = [line for line in code.splitlines() if line.startswith("var policy=")]
    policy = json.loads(line.removeprefix("var policy=").removesuffix(";"))
    assert policy["keyPrefixes"] == ["it's</script>", "\u2028\U0001f600"]
    assert (policy["originPath"], policy["signed"], policy["presets"]) == ("originals/", True, [{"name": "__proto__"}])
    for origin_path in ["/a/../b", "%ff", 7, None]:
        with pytest.raises(PresizeError) as caught:
            made.cloudfront_function(origin_path=origin_path)  # type: ignore[arg-type]
        assert caught.value.code == "option_invalid"
        assert caught.value.details["name"] == "origin_path"
    large = presize.Variants(presets={f"preset-{number}": {"width": 9} for number in range(300)})
    with pytest.raises(PresizeError, match="at most 10000 bytes for policy, received one of") as caught:
        large.cloudfront_function()
    assert caught.value.code == "option_invalid"


EVENT = {
    "Records": [
        {
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "photos"}, "object": {"key": "my+cat.jpg", "size": 1}},
        }
    ]
}


def test_an_event_is_text_bytes_or_what_lambda_made_of_it() -> None:
    text = json.dumps(EVENT)
    expected = presize.parse_store_events(EVENT)
    assert [each.key for each in expected.objects] == ["my cat.jpg"]
    for event in (text, text.encode(), bytearray(text.encode()), MappingProxyType(EVENT)):
        assert presize.parse_store_events(event) == expected
    for broken in (b"\xff", "\ud800", {}, {"Records": "x"}):
        with pytest.raises(DeliveryError) as caught:
            presize.parse_store_events(broken)
        assert caught.value.code == "event_malformed"
    for other in (None, 1, [EVENT], memoryview(b"{}")):
        given: Any = other
        with pytest.raises(OptionError):
            presize.parse_store_events(given)


class Number(int):
    pass


class Text(str):
    pass


def created(key: Any = "a.jpg", **more: Any) -> dict[str, Any]:
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    return record | {"s3": {"bucket": {"name": "photos"}, "object": {"key": key} | more}}


def test_a_dictionary_is_read_as_its_json_would_be() -> None:
    for more in ({}, {"size": 2**64 - 1}, {"size": 2**64}, {"size": -1}, {"size": 1.0}, {"size": True}, {"size": "1"}):
        event: dict[str, Any] = {"Records": [created(**more), {}, None, 7, {"eventSource": 1}, {"s3": []}]}
        assert presize.parse_store_events(event) == presize.parse_store_events(json.dumps(event))
    for key in ("", "%ff", None, 1, ["a"], {"a": "b"}, "a" * 2000):
        event = {"Records": [created(key)]}
        assert presize.parse_store_events(event) == presize.parse_store_events(json.dumps(event))
    queued = {"Records": [{"eventSource": "aws:sqs", "messageId": "m", "body": json.dumps(EVENT)}]}
    assert presize.parse_store_events(queued) == presize.parse_store_events(json.dumps(queued))


def test_a_dictionary_may_hold_what_json_does_not() -> None:
    odd = {7: 8, "requestParameters": datetime.now(UTC), "userIdentity": "\ud800", b"s3": 1}
    events = presize.parse_store_events({"Records": (created(Text("a.jpg"), size=Number(5)) | odd,)})
    assert [(each.key, each.size_bytes) for each in events.objects] == [("a.jpg", 5)]


def test_a_dictionary_is_bounded_as_its_json_is() -> None:
    circle: dict[str, Any] = {"Type": "Notification"}
    circle["detail"] = circle["object"] = circle
    nested: Any = []
    for _ in range(200):
        nested = [nested]
    for event in (
        {"Records": [created("\ud800")]},
        {"Records": [created()] * 10_001},
        {"Records": [{"eventSource": "aws:sqs", "body": "x" * 9_000_000}]},
        {"Records": nested},
        circle,
    ):
        with pytest.raises(DeliveryError) as caught:
            presize.parse_store_events(event)
        assert caught.value.code == "event_malformed"


def test_failed_messages_are_a_list_of_ids() -> None:
    for ids in ("a-1", {"a-1"}, [1], None, [b"a"]):
        given: Any = ids
        with pytest.raises(OptionError) as caught:
            presize.sqs_batch_response(given)
        assert caught.value.details["name"] == "failed_message_ids"
