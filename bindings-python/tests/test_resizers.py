"""Resizers as objects: what they take, what they show, and how they end early."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from lambda_events import api_gateway_v2, origin_response

from fastapi_app import png_of
from presize import (
    Answering,
    Bucket,
    CancelToken,
    ConfigError,
    CreatedObject,
    Credentials,
    EdgeResizer,
    EventResizer,
    GatewayResizer,
    ImageRules,
    OptionError,
    Presigner,
    PresizeError,
    Resizing,
    Variants,
    store,
)

SECRET = "wJalrXUtnFEMI/K7MDENG"
PHOTOS = Presigner(Bucket.s3("us-east-1", "photos"), Credentials("AKIDEXAMPLE", SECRET))
RESIZED = Presigner(Bucket.s3("us-east-1", "photos-resized"), Credentials("AKIDEXAMPLE", SECRET))
VARIANTS = Variants(widths=[20])
CREATED = CreatedObject("photos", "cat.png", entity_tag="7")

RESIZER = EventResizer(source=PHOTOS, destination=RESIZED, widths=[20], rules=ImageRules(max_bytes=1000))
EDGE = EdgeResizer(VARIANTS, source=PHOTOS, originals=True)
GATEWAY = GatewayResizer(VARIANTS, source=PHOTOS, results=RESIZED, results_url="https://img.example.com")
EDGE_EVENT = origin_response("GET", "/cat.png", "w=20", [], "photos.s3.amazonaws.com", 200, "OK", [("etag", '"7"')])
GATEWAY_EVENT = api_gateway_v2("GET", "/cat.png", "w=20", {"host": "api.example.com"})

BEGIN: dict[str, Callable[..., Resizing | Answering]] = {
    "resize": lambda **options: RESIZER.resize(CREATED, **options),
    "edge": lambda **options: EDGE.answer(EDGE_EVENT, **options),
    "gateway": lambda **options: GATEWAY.answer(GATEWAY_EVENT, **options),
}


def test_they_show_their_options_and_no_secrets() -> None:
    assert "widths=(20,)" in repr(RESIZER)
    assert repr(EDGE) == "EdgeResizer(originals=True)"
    assert "results_url='https://img.example.com'" in repr(GATEWAY)
    assert RESIZER.rules == ImageRules(max_bytes=1000)
    assert EDGE.rules == GATEWAY.rules == ImageRules()
    for shown in [RESIZER, EDGE, GATEWAY, *(begin() for begin in BEGIN.values())]:
        assert SECRET not in repr(shown)
        assert "X-Amz" not in repr(shown)


@pytest.mark.parametrize("holder", [RESIZER, EDGE, GATEWAY, *(begin() for begin in BEGIN.values())], ids=repr)
def test_what_holds_credentials_is_not_pickled(holder: object) -> None:
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds credentials"):
            write(holder)


def test_options_cannot_be_changed_afterwards() -> None:
    for options in (RESIZER.policy, EDGE.options, GATEWAY.options):
        changeable: Any = options
        with pytest.raises(TypeError):
            changeable["widths"] = [4000]


def test_a_wrong_argument_is_refused() -> None:
    wrong: Any = "photos"
    makers: list[Callable[[], object]] = [
        lambda: EventResizer(source=wrong, destination=RESIZED, widths=[20]),
        lambda: EventResizer(source=PHOTOS, destination=wrong, widths=[20]),
        lambda: EventResizer(source=PHOTOS, destination=RESIZED, widths=[20], rules=wrong),
        lambda: EdgeResizer(wrong, source=PHOTOS),
        lambda: EdgeResizer(VARIANTS, source=wrong),
        lambda: GatewayResizer(VARIANTS, source=PHOTOS, results=wrong),
        lambda: GatewayResizer(VARIANTS, source=PHOTOS, rules=wrong),
        lambda: RESIZER.resize(wrong),
        lambda: store.resize_object(wrong, CREATED),
        lambda: store.resize_object(EDGE, CREATED),  # type: ignore[arg-type]
        lambda: store.answer_event(wrong, EDGE_EVENT),
        lambda: store.answer_event(RESIZER, EDGE_EVENT),  # type: ignore[arg-type]
        lambda: asyncio.run(store.resize_object_async(wrong, CREATED)),
        lambda: asyncio.run(store.answer_event_async(wrong, EDGE_EVENT)),
        Resizing,
        Answering,
    ]
    for make in makers:
        with pytest.raises(TypeError):
            make()
    options: Any = {"wdths": [20]}
    option_makers: list[Callable[[], object]] = [
        lambda: EventResizer(source=PHOTOS, destination=RESIZED, **options),
        lambda: EventResizer(source=PHOTOS, destination=RESIZED),
        lambda: EdgeResizer(VARIANTS, source=PHOTOS, **options),
        lambda: GatewayResizer(VARIANTS, source=PHOTOS, **options),
        lambda: GatewayResizer(VARIANTS, source=PHOTOS, results=RESIZED),
        lambda: RESIZER.resize(CreatedObject("photos", 7)),  # type: ignore[arg-type]
        lambda: EDGE.answer(7),  # type: ignore[arg-type]
    ]
    for make in option_makers:
        with pytest.raises(OptionError):
            make()


@pytest.mark.parametrize(("resizer", "event"), [(EDGE, EDGE_EVENT), (GATEWAY, GATEWAY_EVENT)])
def test_an_event_is_a_dictionary_or_its_json(resizer: EdgeResizer | GatewayResizer, event: dict[str, Any]) -> None:
    text = json.dumps(event)
    asked = [
        resizer.answer(form).next_request(1_700_000_000)
        for form in (event, text, text.encode(), bytearray(text, "utf-8"))
    ]
    assert len({request.url for request in asked if request}) == 1
    others: list[Any] = ["{", b"\xff", "{}", {"Records": []}]
    for broken in others:
        with pytest.raises(PresizeError) as caught:
            resizer.answer(broken)
        assert caught.value.code == "event_malformed"


@pytest.mark.parametrize("name", BEGIN)
def test_a_token_stops_it(name: str) -> None:
    token = CancelToken()
    exchange = BEGIN[name](cancel_token=token)
    assert exchange.next_request() is not None
    token.cancel()
    if isinstance(exchange, Resizing):
        with pytest.raises(PresizeError) as caught:
            exchange.next_request()
        assert (caught.value.code, caught.value.is_worth_retry) == ("cancelled", True)
        return
    assert exchange.next_request() is None
    assert exchange.error is not None
    assert exchange.error.code == "cancelled"


def test_before_the_end_it_is_not_done() -> None:
    with pytest.raises(ConfigError) as caught:
        RESIZER.resize(CREATED).finish()
    assert (caught.value.code, caught.value.is_worth_retry) == ("store_unavailable", True)
    answering = GATEWAY.answer(GATEWAY_EVENT)
    before = answering.error
    assert before is None
    assert answering.finish()["statusCode"] == 503
    assert getattr(answering.error, "code", None) == "store_unavailable"


def test_an_answer_is_driven_by_hand() -> None:
    answering = GatewayResizer(VARIANTS, source=PHOTOS).answer(GATEWAY_EVENT)
    photo = png_of(40, 30)
    request = answering.next_request()
    assert request is not None
    assert (request.method, request.url.split("?")[0]) == ("GET", "https://photos.s3.us-east-1.amazonaws.com/cat.png")
    answering.answer(200, {"etag": '"7"', "content-length": str(len(photo))}, photo)
    assert answering.next_request() is None
    assert answering.error is None
    answer = answering.finish()
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "image/jpeg")
    assert answering.finish() == answer


def test_errors_keep_whether_they_are_worth_a_retry() -> None:
    with pytest.raises(ConfigError) as caught:
        RESIZER.resize(CREATED).finish()
    for error in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert (error.code, error.is_worth_retry) == ("store_unavailable", True)
    large = RESIZER.resize(CreatedObject("photos", "cat.png", size_bytes=1001))
    with pytest.raises(PresizeError) as refused:
        large.next_request()
    assert (refused.value.code, refused.value.is_worth_retry) == ("image_too_large", False)
