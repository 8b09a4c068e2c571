"""Images that are made on upload: an event of S3, a handler of Lambda, and what is then in the other bucket of a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from http_front import FrontRequest
from lambda_events import LambdaContext, eventbridge_event, s3_event, s3_record, sns_event, sqs_event
from place import delete, put, read
from tiny_bucket import gate

import presize
from fastapi_app import png_of
from presize import Bucket, ConfigError, CreatedObject, Credentials, EventResizer, ImageError, Presigner, store
from presize.aws import s3_handler

KEY = "trips/my photo+1.png"
PHOTO = png_of(800, 600)


@pytest.fixture
def resizer(presigner: Presigner, results: Presigner) -> Iterator[EventResizer]:
    """The whole system: widths of 80 and 500, JPEG 80, in another bucket."""
    yield EventResizer(source=presigner, destination=results, widths=[80, 500], key="{width}/{key}.jpg")
    for width in (80, 500):
        delete(results, f"{width}/{KEY}.jpg")


def stored(results: Presigner, width: int) -> httpx.Response:
    answer = read(results, f"{width}/{KEY}.jpg")
    assert answer.status_code == 200, answer.text
    return answer


SHAPES: dict[str, Callable[[str, str], Any]] = {
    "s3": lambda bucket, etag: s3_event(s3_record(bucket, KEY, etag=etag)),
    "sns": lambda bucket, etag: sns_event(s3_event(s3_record(bucket, KEY, etag=etag))),
    "sqs": lambda bucket, etag: sqs_event([s3_event(s3_record(bucket, KEY, etag=etag))])[0],
    "eventbridge": lambda bucket, etag: eventbridge_event(bucket, KEY, etag=etag),
    "sqs of sns": lambda bucket, etag: sqs_event(
        [sns_event(s3_event(s3_record(bucket, KEY, etag=etag)))["Records"][0]["Sns"]]
    )[0],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_upload_is_there_in_two_widths(
    shape: str, resizer: EventResizer, presigner: Presigner, results: Presigner
) -> None:
    etag = put(presigner, KEY, PHOTO)
    handler = s3_handler(resizer)
    assert handler(SHAPES[shape]("photos", etag), LambdaContext()) == {"batchItemFailures": []}
    for width, height in [(80, 60), (500, 375)]:
        answer = stored(results, width)
        info = presize.inspect(answer.content)
        assert (info.format, info.width, info.height) == ("jpeg", width, height)
        assert answer.headers["content-type"] == "image/jpeg"
        assert etag in answer.headers["x-amz-meta-presize-resized-from"]


def test_an_event_that_comes_twice_changes_nothing(
    resizer: EventResizer, presigner: Presigner, results: Presigner
) -> None:
    created = CreatedObject("photos", KEY, entity_tag=put(presigner, KEY, PHOTO), sequencer="0055AED6DCD90281E5")
    first, second = store.resize_object(resizer, created), store.resize_object(resizer, created)
    assert [(one.key, one.width, one.height, one.is_new) for one in first.outputs] == [
        (f"80/{KEY}.jpg", 80, 60, True),
        (f"500/{KEY}.jpg", 500, 375, True),
    ]
    assert [one.is_new for one in second.outputs] == [False, False]
    assert [one.bytes for one in first.outputs] == [len(stored(results, width).content) for width in (80, 500)]


def test_results_follow_an_original_that_is_replaced(
    resizer: EventResizer, presigner: Presigner, results: Presigner
) -> None:
    old = CreatedObject("photos", KEY, entity_tag=put(presigner, KEY, PHOTO), sequencer="0055AED6DCD90281E5")
    store.resize_object(resizer, old)
    etag = put(presigner, KEY, png_of(600, 600))
    new = CreatedObject("photos", KEY, entity_tag=etag, sequencer="0055AED6DCD90281E6")
    assert [one.is_new for one in store.resize_object(resizer, new).outputs] == [True, True]
    assert presize.inspect(stored(results, 80).content).height == 80
    # The event of the old one comes late, or once more.
    assert store.resize_object(resizer, old).skipped == "superseded"
    assert presize.inspect(stored(results, 80).content).height == 80


@pytest.mark.parametrize(
    ("bucket", "key", "skipped"), [("others", KEY, "other_bucket"), ("photos", "trips/nothing.png", "missing")]
)
def test_what_is_skipped_is_done_with(resizer: EventResizer, bucket: str, key: str, skipped: str) -> None:
    resized = store.resize_object(resizer, CreatedObject(bucket, key))
    assert (resized.skipped, resized.outputs) == (skipped, ())
    assert s3_handler(resizer)(s3_event(s3_record(bucket, key))) == {"batchItemFailures": []}


def test_results_in_the_bucket_of_the_originals_are_no_originals(presigner: Presigner) -> None:
    with pytest.raises(ConfigError) as caught:
        EventResizer(source=presigner, destination=presigner, widths=[80])
    assert caught.value.code == "resize_loop"
    resizer = EventResizer(
        source=presigner, destination=presigner, widths=[80], prefix="originals", key="small/{width}/{key}{ext}"
    )
    put(presigner, "originals/a.png", PHOTO)
    (result,) = store.resize_object(resizer, CreatedObject("photos", "originals/a.png")).outputs
    assert result.key == "small/80/originals/a.png.jpg"
    assert store.resize_object(resizer, CreatedObject("photos", result.key)).skipped == "other_prefix"
    # A result is known by its metadata too, wherever somebody has copied it.
    everything = EventResizer(
        source=presigner, destination=Presigner(Bucket.s3("us-east-1", "others"), _keys()), widths=[80]
    )
    assert store.resize_object(everything, CreatedObject("photos", result.key)).skipped == "own_result"


def _keys() -> Credentials:
    return Credentials("AKIDEXAMPLE", "secret")


def test_a_task_does_the_same(resizer: EventResizer, presigner: Presigner, results: Presigner) -> None:
    created = CreatedObject("photos", KEY, entity_tag=put(presigner, KEY, PHOTO))

    async def many() -> list[bool]:
        resized = await asyncio.gather(*(store.resize_object_async(resizer, created) for _ in range(4)))
        return [all(one.key.endswith(f"{KEY}.jpg") for one in each.outputs) for each in resized]

    assert asyncio.run(many()) == [True] * 4
    assert presize.inspect(stored(results, 500).content).height == 375


@pytest.fixture
def unsteady(s3: Any, results: Presigner) -> Iterator[EventResizer]:
    """The originals are read through a gate that answers 503 for some of them."""

    def refuse(request: FrontRequest) -> int | None:
        return 503 if "unsteady" in request.path else None

    with gate(s3.endpoint, refuse) as url:
        bucket = Bucket.custom(url, s3.region, s3.bucket, "path")
        source = Presigner(bucket, Credentials(s3.access_key_id, s3.secret_access_key))
        yield EventResizer(source=source, destination=results, widths=[80], key="batch/{width}/{key}.jpg")


def test_of_a_batch_only_what_may_pass_comes_again(
    unsteady: EventResizer, presigner: Presigner, results: Presigner, caplog: pytest.LogCaptureFixture
) -> None:
    contents = {"a.png": PHOTO, "broken.png": PHOTO[:1000], "unsteady.png": PHOTO, "z.png": PHOTO}
    tags = {key: put(presigner, f"batch/{key}", content) for key, content in contents.items()}
    records = [s3_record("photos", f"batch/{key}", etag=etag) for key, etag in tags.items()]
    event, ids = sqs_event([s3_event(record) for record in records])
    answer = s3_handler(unsteady)(event, LambdaContext())
    assert answer == {"batchItemFailures": [{"itemIdentifier": ids[2]}]}
    found = [read(results, f"batch/80/batch/{key}.jpg").status_code for key in tags]
    assert found == [200, 404, 404, 200]
    logged = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "presize"]
    assert [(level, "image_corrupt" in line, "store_unavailable" in line) for level, line in logged] == [
        ("WARNING", True, False),
        ("ERROR", False, True),
    ]
    assert "X-Amz" not in caplog.text


def test_without_a_queue_the_call_fails_so_that_it_comes_again(
    unsteady: EventResizer, presigner: Presigner, results: Presigner
) -> None:
    put(presigner, "batch/later.png", PHOTO)
    event = s3_event(*(s3_record("photos", f"batch/{key}") for key in ("unsteady.png", "later.png")))
    with pytest.raises(ConfigError) as caught:
        s3_handler(unsteady)(event, LambdaContext())
    assert (caught.value.code, caught.value.is_worth_retry) == ("store_unavailable", True)
    # The others are done first.
    assert read(results, "batch/80/batch/later.png.jpg").status_code == 200
    put(presigner, "batch/broken.png", PHOTO[:1000])
    with pytest.raises(ImageError) as broken:
        store.resize_object(unsteady, CreatedObject("photos", "batch/broken.png"))
    assert (broken.value.code, broken.value.is_worth_retry) == ("image_corrupt", False)
    assert s3_handler(unsteady)(s3_event(s3_record("photos", "batch/broken.png"))) == {"batchItemFailures": []}
