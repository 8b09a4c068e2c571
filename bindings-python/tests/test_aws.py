"""The handlers of ``presize.aws``: the time they have, their client, and what they need."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lambda_events import LambdaContext, api_gateway_v2, s3_event, s3_record, sqs_event
from tiny_bucket import TinyBucket, tiny_bucket

from fastapi_app import png_of
from presize import (
    Bucket,
    Credentials,
    DeliveryError,
    EdgeResizer,
    EventResizer,
    GatewayResizer,
    Presigner,
    Variants,
    aws,
)

PATHS = f"import sys\nsys.path[:] = {sys.path!r}\n"


@pytest.fixture
def buckets() -> Iterator[tuple[TinyBucket, EventResizer, GatewayResizer]]:
    """A bucket with one photo, and resizers of it."""
    results = Presigner(Bucket.s3("us-east-1", "photos-resized"), Credentials("AKIDEXAMPLE", "secret"))
    with tiny_bucket() as (bucket, source):
        bucket.objects["cat.png"] = {"etag": '"7"', "content-type": "image/png"}, png_of(40, 30)
        resizer = EventResizer(source=source, destination=results, widths=[20])
        yield bucket, resizer, GatewayResizer(Variants(widths=[20]), source=source)


def test_without_time_the_message_comes_again(buckets: Any) -> None:
    _, resizer, _ = buckets
    event, ids = sqs_event([s3_event(s3_record("photos", "cat.png"))])
    answer = aws.s3_handler(resizer)(event, LambdaContext(seconds=0))
    assert answer == {"batchItemFailures": [{"itemIdentifier": ids[0]}]}


def test_a_store_that_stalls_is_an_answer_before_lambda_ends_the_call(buckets: Any) -> None:
    bucket, _, resizer = buckets
    seen: list[httpx.Response] = []
    bucket.hold = lambda _: _wait(seen)
    answer = aws.gateway_handler(resizer)(api_gateway_v2("GET", "/cat.png", "w=20", {}), LambdaContext(seconds=1))
    seen.append(httpx.Response(200))
    assert (answer["statusCode"], "store_unavailable" in answer["body"]) == (503, True)


def _wait(seen: list[Any]) -> None:
    import time

    end = time.monotonic() + 30
    while not seen and time.monotonic() < end:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("context", "least", "most"), [(None, 25, 25), (LambdaContext(60), 58.9, 59.1), (LambdaContext(1), 0.79, 0.81)]
)
def test_the_time_that_lambda_gives_is_kept(context: Any, least: float, most: float) -> None:
    assert least <= aws._seconds_left(context) <= most


def test_the_connections_are_those_of_the_call_before(buckets: Any) -> None:
    _, _, resizer = buckets
    handler = aws.gateway_handler(resizer)
    for _ in range(2):
        assert handler(api_gateway_v2("GET", "/cat.png", "w=20", {}), LambdaContext())["statusCode"] == 200
        client = aws._client()
    assert aws._client() is client
    client.close()
    assert not aws._client().is_closed


def test_an_event_of_another_service_is_a_mistake(buckets: Any) -> None:
    _, resizer, gateway = buckets
    edge = EdgeResizer(Variants(widths=[20]), source=Presigner(Bucket.s3("us-east-1", "photos"), Credentials("A", "b")))
    for handler in (aws.s3_handler(resizer), aws.gateway_handler(gateway), aws.edge_handler(edge)):
        with pytest.raises(DeliveryError) as caught:
            handler({"detail": 7}, LambdaContext())
        assert caught.value.code == "event_malformed"


def test_failures_are_logged_without_signatures(buckets: Any, caplog: pytest.LogCaptureFixture) -> None:
    bucket, _, resizer = buckets
    caplog.set_level("INFO")
    handler = aws.gateway_handler(resizer)
    bucket.objects["broken.png"] = {"etag": '"8"'}, png_of(40, 30)[:60]
    for path in ("/nothing.png", "/broken.png"):
        handler(api_gateway_v2("GET", path, "w=20", {}), LambdaContext())
    logged = [
        (record.levelname, record.getMessage().split(":")[0]) for record in caplog.records if record.name == "presize"
    ]
    assert logged == [("INFO", "answered with original_not_found"), ("INFO", "answered with image_corrupt")]
    assert "X-Amz" not in caplog.text


def test_without_httpx_the_module_is_there_and_handlers_say_what_they_need() -> None:
    program = """
sys.modules["httpx"] = None
from presize import Bucket, Credentials, EventResizer, Presigner, aws
presigners = [Presigner(Bucket.s3("us-east-1", name), Credentials("AKIDEXAMPLE", "secret")) for name in ("photos", "others")]
resizer = EventResizer(source=presigners[0], destination=presigners[1], widths=[80])
for make in (aws.s3_handler, aws.edge_handler, aws.gateway_handler):
    try:
        make(resizer)
    except ImportError as error:
        print(error)
"""
    ended = subprocess.run([sys.executable, "-c", PATHS + program], capture_output=True, text=True, check=True)
    names = ["s3_handler", "edge_handler", "gateway_handler"]
    assert ended.stdout.splitlines() == [
        f'presize.aws.{name} needs httpx: pip install "presize[httpx]"' for name in names
    ]
