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
    CreatedObject,
    Credentials,
    DeliveryError,
    EdgeResizer,
    EventResizer,
    GatewayResizer,
    Presigner,
    Resized,
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
    ("context", "least", "most"),
    [(None, float("inf"), float("inf")), (LambdaContext(60), 58.9, 59.1), (LambdaContext(1), 0.79, 0.81)],
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


def test_the_application_is_told_of_results_and_errors(buckets: Any, caplog: pytest.LogCaptureFixture) -> None:
    bucket, resizer, gateway = buckets
    bucket.objects["broken.png"] = {"etag": '"8"'}, png_of(40, 30)[:60]
    resized: list[tuple[Any, ...]] = []
    errors: list[tuple[Any, ...]] = []

    def on_resized(one: Resized, created: CreatedObject) -> None:
        resized.append((one.skipped, created.key))
        raise OSError("the database is away")

    def on_error(*told: Any) -> None:
        errors.append(told)
        raise OSError("and so is the log")

    handler = aws.s3_handler(resizer, on_resized=on_resized, on_error=on_error)
    event, ids = sqs_event([s3_event(s3_record("photos", key)) for key in ("broken.png", "nothing.png")])
    assert handler(event, LambdaContext()) == {"batchItemFailures": [{"itemIdentifier": ids[1]}]}
    assert resized == [("missing", "nothing.png")]
    assert [(str(error), created.key) for error, created in errors][1:] == [("the database is away", "nothing.png")]
    assert (errors[0][0].code, errors[0][1].key) == ("image_corrupt", "broken.png")
    errors.clear()
    key = "tab\u2028le.png"
    one_more = s3_event(s3_record("photos", key))
    with pytest.raises(OSError, match="database"):
        aws.s3_handler(resizer, on_resized=on_resized)(one_more, LambdaContext())
    (failed,) = [record for record in caplog.records if record.getMessage().startswith("could not resize")]
    assert (failed.getMessage(), failed.levelname) == (r"could not resize 'tab\u2028le.png'", "ERROR")
    assert failed.exc_info is not None
    caplog.clear()
    answer = aws.gateway_handler(gateway, on_error=on_error)(api_gateway_v2("GET", "/nothing.png", "w=20", {}))
    assert answer["statusCode"] == 404
    assert [error.code for (error,) in errors] == ["original_not_found"]
    logged = {record.getMessage() for record in caplog.records if record.name == "presize"}
    assert logged == {"on_error failed"}


def test_a_wrong_argument_is_refused_when_the_function_starts(buckets: Any) -> None:
    _, resizer, gateway = buckets

    async def later(*_: object) -> None: ...

    makers: list[Any] = [
        lambda: aws.s3_handler(gateway),
        lambda: aws.edge_handler(gateway),
        lambda: aws.gateway_handler(resizer),
        lambda: aws.s3_handler(resizer, on_error=later),
        lambda: aws.s3_handler(resizer, on_resized=7),  # type: ignore[arg-type]
        lambda: aws.gateway_handler(gateway, on_error=later),
        lambda: aws.gateway_handler(gateway, client=7),  # type: ignore[arg-type]
        lambda: aws.gateway_handler(gateway, timeout=0),
        lambda: aws.gateway_handler(gateway, retries=-1),
        lambda: aws.gateway_handler(gateway, retries=1.5),  # type: ignore[arg-type]
        lambda: aws.gateway_handler(gateway, retries=True),
    ]
    for make in makers:
        with pytest.raises((TypeError, ValueError)):
            make()


def test_a_client_of_ones_own(buckets: Any) -> None:
    _, _, gateway = buckets
    transport = httpx.MockTransport(lambda _: httpx.Response(404, content=b"<Error><Code>NoSuchKey</Code></Error>"))
    with httpx.Client(transport=transport) as client:
        answer = aws.gateway_handler(gateway, client=client)(api_gateway_v2("GET", "/cat.png", "w=20", {}))
    assert answer["statusCode"] == 404
