"""``presize.store`` against stores that fail, stall, and answer what they should not."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from fake_store import ETAG, KEY, PHOTO, STEPS, Answer, FakeStore, fake
from presize import (
    Bucket,
    ConfigError,
    Confirmed,
    Credentials,
    OptionError,
    Presigner,
    UploadError,
    UploadEvent,
    Uploads,
    _client,
    store,
)

# A fixture; pytest finds it by its name here.
__all__ = ["fake"]


@pytest.fixture(params=["sync", "async"])
def confirm(request: pytest.FixtureRequest) -> Callable[..., Confirmed]:
    """Both drivers."""

    def run(uploads: Uploads, **options: Any) -> Confirmed:
        given = {"owner": "user-7", "key": KEY, **options}
        if request.param == "sync":
            return store.confirm_upload(uploads, **given)
        return asyncio.run(store.confirm_upload_async(uploads, **given))

    return run


BUSY: Answer = (503, {}, b"<Error><Code>SlowDown</Code></Error>")


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def break_off(handler: BaseHTTPRequestHandler) -> None:
    """Announces more than it sends."""
    handler.send_response_only(200)
    for name, value in {"etag": ETAG, "content-type": "image/png", "content-length": str(len(PHOTO))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(PHOTO[:100])
    handler.close_connection = True


def test_the_requests_are_those_of_the_confirmation_and_no_others(fake: FakeStore, confirm: Any) -> None:
    events: list[UploadEvent] = []
    confirmed = confirm(fake.uploads, on_event=events.append)
    assert (confirmed.key, confirmed.width, confirmed.height, confirmed.format) == (KEY, 40, 30, "png")
    assert confirmed.etag == ETAG.strip('"')
    assert fake.methods() == STEPS
    for method, _, headers in fake.requests:
        headers.pop("host")
        assert headers.pop("content-length", "0") == str(len(PHOTO) if method == "PUT" else 0)
        expected = {
            "GET": {"if-match"},
            "PUT": {"content-type", "if-none-match", "x-amz-meta-presize-confirmed"},
        }
        assert set(headers) == expected.get(method, set())
    (event,) = events
    assert (event.outcome, event.code, event.key, event.bytes) == ("confirmed", None, KEY, len(PHOTO))


@pytest.mark.parametrize("failure", [BUSY, (429, {}, b""), (500, {}, b""), hang_up], ids=str)
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_what_may_pass_is_tried_again(fake: FakeStore, confirm: Any, failure: Any, step: int) -> None:
    fake.failures = {step: failure}
    start = time.monotonic()
    assert confirm(fake.uploads).key == KEY
    assert time.monotonic() - start >= 0.2
    assert fake.methods() == STEPS[: step + 1] + STEPS[step:]


def test_a_body_that_breaks_off_is_tried_again(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {2: break_off}
    assert confirm(fake.uploads).key == KEY
    assert fake.methods() == ["HEAD", "HEAD", "GET", *STEPS[2:]]


def test_there_is_an_end_of_trying(fake: FakeStore, confirm: Any) -> None:
    fake.failures = dict.fromkeys(range(9), BUSY)
    events: list[UploadEvent] = []
    with pytest.raises(ConfigError, match="the store answered 503") as caught:
        confirm(fake.uploads, retries=2, on_event=events.append)
    assert caught.value.code == "store_unavailable"
    assert fake.methods() == ["HEAD"] * 3
    assert [(event.outcome, event.code) for event in events] == [("failed", "store_unavailable")]


def test_a_request_that_the_store_does_not_know_is_not_tried_again(fake: FakeStore, confirm: Any) -> None:
    """A store that has no conditions says 501 to one: it is asked without."""
    fake.failures = {4: (501, {}, _document("NotImplemented"))}
    assert confirm(fake.uploads).key == KEY
    asked, again = (headers for method, _, headers in fake.requests if method == "PUT")
    assert "if-none-match" in asked
    assert "if-none-match" not in again


def test_no_retries_are_none(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {0: BUSY}
    with pytest.raises(ConfigError):
        confirm(fake.uploads, retries=0)
    assert fake.methods() == ["HEAD"]


def test_the_incoming_object_may_stay_once_the_upload_is_confirmed(fake: FakeStore, confirm: Any) -> None:
    good = fake.good
    fake.good = lambda method, path: BUSY if method == "DELETE" else good(method, path)  # type: ignore[method-assign]
    assert confirm(fake.uploads, retries=1).key == KEY
    assert fake.methods() == [*STEPS, "DELETE"]


def test_what_the_store_refuses_is_not_tried_again(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {1: (403, {}, b"")}
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads)
    assert (caught.value.code, caught.value.details["operation"]) == ("store_refused", "head")
    # The third asks for the final key again: 403 can also mean that another confirmation was quicker. The last asks why.
    assert fake.methods() == ["HEAD", "HEAD", "HEAD", "GET"]


def _document(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>AKIDEXAMPLE</Message></Error>".encode()


def test_a_refusal_says_what_to_look_at(fake: FakeStore, confirm: Any) -> None:
    for seconds, hint in [(0, "s3:ListBucket"), (1260, "the clock here is 2[01] minutes behind that of the store")]:
        headers = {"date": formatdate(time.time() + seconds, usegmt=True)}
        fake.requests.clear()
        fake.failures = {1: (403, headers, b""), 3: (403, headers, _document("AccessDenied"))}
        with pytest.raises(ConfigError, match=hint) as caught:
            confirm(fake.uploads)
        assert (caught.value.code, caught.value.http_status) == ("store_refused", 502)
        assert (caught.value.details["status"], caught.value.details["code"]) == (403, "AccessDenied")
        assert "AKIDEXAMPLE" not in str(caught.value.to_dict())
        assert caught.value.user_message == "The server could not do this. Please try again later."


def test_a_bucket_that_does_not_exist_is_no_missing_upload(fake: FakeStore, confirm: Any) -> None:
    missing = (404, dict[str, str](), b"")
    fake.failures = {0: missing, 1: missing, 2: missing, 3: (404, {}, _document("NoSuchBucket"))}
    with pytest.raises(ConfigError, match="expected the bucket photos in the store") as caught:
        confirm(fake.uploads)
    assert (caught.value.code, caught.value.http_status) == ("bucket_not_found", 500)
    fake.requests.clear()
    fake.failures[3] = (404, {}, _document("NoSuchKey"))
    with pytest.raises(UploadError) as gone:
        confirm(fake.uploads)
    assert gone.value.code == "upload_not_found"


def test_the_region_of_the_bucket_is_named(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {0: (301, {"x-amz-bucket-region": "eu-west-1"}, b"")}
    with pytest.raises(
        ConfigError, match="the bucket is in the region eu-west-1, and requests are signed for us-east-1"
    ):
        confirm(fake.uploads)
    assert fake.methods() == ["HEAD"]


def test_a_store_that_is_overloaded_says_so(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {2: (503, {}, _document("SlowDown"))}
    with pytest.raises(ConfigError, match=r"the store answered 503 \(SlowDown\)$") as caught:
        confirm(fake.uploads, retries=0)
    assert (caught.value.code, caught.value.http_status) == ("store_unavailable", 503)


def test_no_redirect_is_followed(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {1: (307, {"location": "/elsewhere"}, b"")}
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads)
    assert (caught.value.code, caught.value.details["status"]) == ("store_refused", 307)
    assert len(fake.requests) == 2


def test_nobody_at_the_address(confirm: Any) -> None:
    bucket = Bucket.custom("http://127.0.0.1:9", "us-east-1", "photos", "path")
    with pytest.raises(ConfigError, match="ConnectError") as caught:
        confirm(Uploads(Presigner(bucket, Credentials("AKIDEXAMPLE", "secret"))), key=KEY, retries=1)
    assert caught.value.code == "store_unavailable"
    assert "X-Amz" not in str(caught.value)


def test_a_store_that_stalls_has_until_the_time_is_over(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {0: lambda _: time.sleep(3)}
    start = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads, timeout=0.5)
    assert caught.value.code == "store_unavailable"
    assert time.monotonic() - start < 2


def test_a_body_that_drips_has_until_the_time_is_over(fake: FakeStore, confirm: Any) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        for name, value in {"etag": ETAG, "content-type": "image/png", "content-length": str(len(PHOTO))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        for at in range(40):
            handler.wfile.write(PHOTO[at : at + 1])
            handler.wfile.flush()
            time.sleep(0.05)

    fake.failures = {2: drip}
    start = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads, timeout=0.6)
    assert caught.value.code == "store_unavailable"
    assert time.monotonic() - start < 1.8


def test_no_more_is_read_than_the_confirmation_needs(fake: FakeStore, confirm: Any) -> None:
    sent = 0

    def flood(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response_only(200)
        for name, value in {"etag": ETAG, "content-type": "image/png", "connection": "close"}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.close_connection = True
        for _ in range(4000):
            handler.wfile.write(bytes(65_536))
            sent += 65_536

    fake.failures = {2: flood}
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads)
    assert caught.value.code == "store_response_invalid"
    assert sent < 30_000_000  # what the buffers of the system take


def test_a_client_of_ones_own_gives_its_connections_and_nothing_else(
    fake: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    hooked: list[str] = []

    def sign(request: httpx.Request) -> None:
        request.headers["authorization"] = "Bearer 7"

    def refuse(response: httpx.Response) -> None:
        hooked.append(str(response.url))
        response.read()
        response.raise_for_status()

    async def sign_async(request: httpx.Request) -> None:
        sign(request)

    async def refuse_async(response: httpx.Response) -> None:
        hooked.append(str(response.url))
        await response.aread()
        response.raise_for_status()

    caplog.set_level("DEBUG")
    good = fake.good

    def with_cookies(method: str, path: str) -> Answer:
        status, headers, body = good(method, path)
        return status, {**headers, "set-cookie": "a=of-the-store"}, body

    fake.good = with_cookies  # type: ignore[method-assign]
    options: Any = {"headers": {"x-secret": "1"}, "cookies": {"a": "b"}, "params": {"c": "d"}, "auth": ("e", "f")}
    options |= {"base_url": "http://127.0.0.1:9/elsewhere", "follow_redirects": True}
    with httpx.Client(**options, event_hooks={"request": [sign], "response": [refuse]}) as client:
        store.confirm_upload(fake.uploads, owner="user-7", key=KEY, client=client)
        assert (client.is_closed, dict(client.cookies)) == (False, {"a": "b"})

    async def run() -> None:
        hooks: Any = {"request": [sign_async], "response": [refuse_async]}
        async with httpx.AsyncClient(**options, event_hooks=hooks) as client:
            await store.confirm_upload_async(fake.uploads, owner="user-7", key=KEY, client=client)
            assert (client.is_closed, dict(client.cookies)) == (False, {"a": "b"})

    fake.written.clear()
    asyncio.run(run())
    assert fake.methods() == STEPS * 2
    for _, _, headers in fake.requests:
        assert not {"x-secret", "cookie", "authorization", "user-agent", "accept-encoding"} & headers.keys()
    assert hooked == []
    assert not [record for record in caplog.records if "X-Amz-" in record.getMessage()]


def test_a_client_may_answer_from_memory(fake: FakeStore) -> None:
    """As clients do in the tests of an application."""
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        path = request.url.path.removeprefix("/photos/")
        fake.sent[path] = dict(request.headers)
        status, headers, body = fake.good(request.method, path)
        return httpx.Response(status, headers=headers, content=b"" if request.method == "HEAD" else body)

    transport = httpx.MockTransport(answer)
    with httpx.Client(transport=transport) as client:
        assert store.confirm_upload(fake.uploads, owner="user-7", key=KEY, client=client).width == 40

    async def run() -> None:
        async with httpx.AsyncClient(mounts={"http://": transport}) as client:
            confirmed = await store.confirm_upload_async(fake.uploads, owner="user-7", key=KEY, client=client)
            assert confirmed.width == 40

    fake.written.clear()
    asyncio.run(run())
    assert methods == STEPS * 2
    assert fake.requests == []


def test_a_client_of_another_kind_is_refused(fake: FakeStore) -> None:
    from presize.fastapi import upload_router

    closed = httpx.Client()
    closed.close()
    waiting: Any = httpx.AsyncClient()
    given: Any = {"owner": "user-7", "key": KEY}
    with pytest.raises(TypeError, match=r"expected httpx\.Client for client, received AsyncClient"):
        store.confirm_upload(fake.uploads, **given, client=waiting)
    with pytest.raises(RuntimeError, match="expected an open client"):
        store.confirm_upload(fake.uploads, **given, client=closed)
    with httpx.Client() as client:
        wrong: Any = client
        with pytest.raises(TypeError, match=r"expected httpx\.AsyncClient for client, received Client"):
            asyncio.run(store.confirm_upload_async(fake.uploads, **given, client=wrong))
        with pytest.raises(TypeError, match=r"expected httpx\.AsyncClient for client, received Client"):
            upload_router(fake.uploads, current_user=lambda: "user-7", client=wrong)
    assert fake.requests == []
    asyncio.run(waiting.aclose())


def test_no_log_and_no_error_has_a_signature(fake: FakeStore, confirm: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    confirm(fake.uploads)
    fake.failures = dict.fromkeys(range(20), BUSY)
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads, retries=0)
    assert caught.value.__context__ is None
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert not [record for record in caplog.records if "X-Amz-" in record.getMessage()]


def test_no_local_variable_of_a_report_is_the_upload(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {2: (200, {"etag": ETAG, "content-type": "image/png"}, PHOTO + b"more")}
    with pytest.raises(ConfigError) as caught:
        confirm(fake.uploads)
    assert caught.value.code == "store_response_invalid"
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    ours = [repr(frame.f_locals) for frame in frames if "/presize/" in frame.f_code.co_filename]
    assert ours
    assert not any("IHDR" in text or "X-Amz-" in text for text in ours)


def test_headers_that_cannot_be_read_are_the_stores_mistake(fake: FakeStore, confirm: Any) -> None:
    fake.failures = {0: (404, {"x-odd": "a\x01b"}, b"")}
    events: list[UploadEvent] = []
    with pytest.raises(ConfigError, match="headers") as caught:
        confirm(fake.uploads, on_event=events.append)
    assert caught.value.code == "store_unavailable"
    assert [(event.outcome, event.code) for event in events] == [("failed", "store_unavailable")]
    assert fake.methods() == ["HEAD"]


def test_there_may_be_no_limit_of_time(fake: FakeStore, confirm: Any) -> None:
    assert confirm(fake.uploads, timeout=float("inf")).key == KEY


def test_a_refusal_before_any_request_is_told_too(fake: FakeStore, confirm: Any) -> None:
    events: list[UploadEvent] = []
    with pytest.raises(UploadError) as caught:
        confirm(fake.uploads, owner="user-8", on_event=events.append)
    assert caught.value.code == "upload_owner_mismatch"
    with pytest.raises(OptionError):
        confirm(fake.uploads, key=7, on_event=events.append)
    told = [(event.owner, event.outcome, event.code) for event in events]
    assert told == [("user-8", "rejected", "upload_owner_mismatch"), ("user-7", "rejected", "option_invalid")]
    assert json.loads(json.dumps(events[0].to_dict()))["action"] == "confirm"
    assert fake.requests == []


def test_an_asynchronous_listener_is_a_mistake(fake: FakeStore, confirm: Any) -> None:
    events: list[UploadEvent] = []

    async def listen(event: UploadEvent) -> None:
        events.append(event)

    listener: Any = listen
    calls: list[Callable[[], object]] = [
        lambda: confirm(fake.uploads, on_event=listener),
        lambda: confirm(fake.uploads, owner="user-8", on_event=listener),
        lambda: fake.uploads.issue(owner="user-7", content_type="image/png", size_bytes=7, on_event=listener),
    ]
    for call in calls:
        with pytest.raises(TypeError, match="for on_event, received one that is asynchronous"):
            call()
    assert events == []


def test_a_listener_that_fails_changes_nothing(fake: FakeStore, confirm: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def later() -> None: ...

    def fail(event: UploadEvent) -> None:
        raise ZeroDivisionError(event.outcome)

    returns_a_coroutine: Any = lambda _: later()  # noqa: E731
    for listener in (fail, returns_a_coroutine):
        fake.written.clear()
        assert confirm(fake.uploads, on_event=listener).key == KEY
        ticket = fake.uploads.issue(owner="user-7", content_type="image/png", size_bytes=7, on_event=listener)
        assert ticket.key.startswith("uploads/user-7/")
        with pytest.raises(UploadError):
            confirm(fake.uploads, owner="user-8", on_event=listener)
    told = [
        (record.name, record.getMessage().rpartition(" ")[2], record.exc_info is not None) for record in caplog.records
    ]
    assert [line for line in told if line[0] == "presize"] == [
        ("presize", "confirmed", True),
        ("presize", "issued", True),
        ("presize", "rejected", True),
    ] * 2


def test_a_task_that_is_cancelled_takes_the_confirmation_with_it(fake: FakeStore) -> None:
    arrived = threading.Event()

    def stall(_: BaseHTTPRequestHandler) -> None:
        arrived.set()
        time.sleep(2)

    fake.failures = {1: stall}
    events: list[UploadEvent] = []

    async def run() -> float:
        call = store.confirm_upload_async(fake.uploads, owner="user-7", key=KEY, on_event=events.append)
        task = asyncio.create_task(call)
        await asyncio.to_thread(arrived.wait, 5)
        start = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - start

    assert asyncio.run(run()) < 1
    assert fake.methods() == ["HEAD", "HEAD"]
    assert events == []


@pytest.mark.parametrize(
    ("option", "value"), [("timeout", 0), ("timeout", -1), ("timeout", float("nan")), ("retries", -1)]
)
def test_impatience_is_refused(fake: FakeStore, confirm: Any, option: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"for {option}"):
        confirm(fake.uploads, **{option: value})
    assert fake.requests == []


def test_what_needs_httpx_says_so(fake: FakeStore, confirm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import django_project  # noqa: F401 - its settings are looked at by what comes next

    from presize.django.rest_framework import ConfirmView as RestConfirmView
    from presize.django.views import AsyncConfirmView, ConfirmView
    from presize.fastapi import upload_router

    _client.certificates.cache_clear()
    monkeypatch.setitem(sys.modules, "httpx", None)
    makers: list[Callable[[], object]] = [
        lambda: confirm(fake.uploads),
        lambda: upload_router(fake.uploads, current_user=lambda: "user-7"),
        ConfirmView.as_view,
        AsyncConfirmView.as_view,
        RestConfirmView.as_view,
    ]
    for make in makers:
        with pytest.raises(ImportError, match=r'needs httpx: pip install "presize\[httpx\]"'):
            make()
    paths = [route.path for route in upload_router(fake.uploads, current_user=lambda: "", confirm=False).routes]  # type: ignore[attr-defined]
    assert paths == ["/presigned-url"]
