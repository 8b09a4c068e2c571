"""What reports of errors show of local variables: none of presize's own holds a presigned URL, a token, a secret or a
customer's key in its ``repr``.

Where a call has no secret among its arguments, it is made to fail at every one of its lines.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from lambda_events import api_gateway_v2
from runner import read

import presize
from presize import (
    Bucket,
    CloudFrontKeyPair,
    CloudFrontSigner,
    CreatedObject,
    Credentials,
    EventResizer,
    GatewayResizer,
    Presigner,
    PresizeError,
    UploadEvent,
    UploadPolicy,
    Uploads,
    Variants,
    _drive,
    _tickets,
    store,
)
from presize.fastapi import upload_router

PACKAGE = str(Path(presize.__file__).parent)
# Where calls are stopped: not where locks are held, which nothing would let go.
FILES = {
    str(Path(PACKAGE, name))
    for name in (
        "_client.py",
        "_drive.py",
        "_send.py",
        "_tickets.py",
        "answers.py",
        "cloudfront.py",
        "confirmation.py",
        "credentials.py",
        "exchange.py",
        "fastapi/confirm.py",
        "fastapi/tickets.py",
        "presign.py",
        "resize.py",
        "store.py",
        "uploads.py",
    )
}
SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLESECRET"
TOKEN = "FwoGZXIvYXdzEBYaDEXAMPLETOKEN"
CUSTOMER_KEY = base64.b64encode(bytes(range(32))).decode()
PEM = next(case for case in read("cloudfront.json")["cases"] if "pem" in case["input"].get("key", {}))["input"]["key"][
    "pem"
]
LINE_OF_PEM = PEM.splitlines()[2]
# The last is what a signed cookie and the policy of a form begin with.
MARKS = (SECRET, TOKEN, CUSTOMER_KEY, LINE_OF_PEM, "X-Amz-Signature", "X-Amz-Credential", "Signature=", "eyJ")

PRESIGNER = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", SECRET, session_token=TOKEN))
UPLOADS = Uploads(PRESIGNER)
FORMS = Uploads(PRESIGNER, UploadPolicy(method="post"))
SIGNER = CloudFrontSigner("K2JCJMDEHXQW5F", PEM)
PAIR = CloudFrontKeyPair("K2JCJMDEHXQW5F", "rsa")
URL = "https://cdn.example.com/1.jpg"
KEY = "uploads/user-7/1700000000000-0123456789abcdef.jpg"
ASKED: dict[str, Any] = {"owner": "user-7", "content_type": "image/jpeg", "size_bytes": 5}


class Stopped(BaseException):
    """No error that presize would take for one of a store or of a listener."""


def shown(error: BaseException) -> Iterator[tuple[str, str]]:
    """The variables of presize's own frames, of this error and of those that led to it: where, and what is shown."""
    reports = [traceback.TracebackException.from_exception(error, capture_locals=True)]
    while reports:
        report = reports.pop()
        reports += [more for more in (report.__cause__, report.__context__) if more is not None]
        for frame in report.stack:
            if frame.filename.startswith(PACKAGE):
                for name, text in (frame.locals or {}).items():
                    yield f"{Path(frame.filename).name}, {frame.name}, line {frame.lineno}: {name}", text


def holds_nothing(error: BaseException) -> int:
    """Asserts it, and gives the number of variables that there were."""
    variables = list(shown(error))
    assert [(place, text[:300]) for place, text in variables if any(mark in text for mark in MARKS)] == []
    return len(variables)


def fail_at_every_line(call: Callable[[], object]) -> None:
    """Runs the call again and again, and stops it each time a line further on in presize's code.

    On a thread of its own: what a trace function raises between a coroutine's handlers can stay with the thread as the error
    that is being handled, and would be the context of every later one.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_fail_at_every_line, call).result()


def _fail_at_every_line(call: Callable[[], object]) -> None:
    lines = 0
    stop_at = -1

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            lines += 1
            if lines - 1 == stop_at:
                raise Stopped
        return trace

    def run_here() -> BaseException | None:
        nonlocal lines
        lines = 0
        sys.settrace(trace)
        try:
            call()
        except (Stopped, PresizeError) as error:
            return error
        finally:
            sys.settrace(None)
        return None

    def run() -> BaseException | None:
        # What a trace function raises within a handler stays the context of all later errors of its thread, in CPython 3.11.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run_here).result()

    run()
    count = lines
    assert count > 0, "no line of presize's"
    seen = 0
    while (stop_at := stop_at + 1) < count:
        error = run()
        if error is not None:
            seen += holds_nothing(error)
    assert seen > 0, "no variable was looked at"


def stop(event: UploadEvent) -> None:
    raise Stopped


CALLS: dict[str, Callable[[], object]] = {
    "get": lambda: PRESIGNER.get("a"),
    "get with options": lambda: PRESIGNER.get("a", response_content_type="image/png"),
    "put": lambda: PRESIGNER.put("a", content_type="image/png", metadata={"a": "b"}),
    "head": lambda: PRESIGNER.head("a"),
    "copy": lambda: PRESIGNER.copy("a", "photos/b"),
    "upload_part": lambda: PRESIGNER.upload_part("a", "id", 1),
    "sign_many": lambda: PRESIGNER.sign_many("get", ["a", "b"]),
    "post_form": lambda: PRESIGNER.post_form("a", max_bytes=5),
    "issue": lambda: UPLOADS.issue(**ASKED),
    "issue a form": lambda: FORMS.issue(**ASKED),
    "a ticket as JSON": lambda: _tickets.ticket_body(UPLOADS.issue(**ASKED), "camel"),
    "a form as JSON": lambda: _tickets.ticket_body(FORMS.issue(**ASKED), "snake"),
    "next_request": lambda: UPLOADS.confirm(owner="user-7", key=KEY).next_request(),
    "sign_url": lambda: SIGNER.sign_url(URL),
    "sign_cookies": lambda: SIGNER.sign_cookies(URL),
    "finish a URL": lambda: PAIR.prepare_url(URL).finish(bytes(256)),
    "finish cookies": lambda: PAIR.prepare_cookies(URL).finish(bytes(256)),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_fails_anywhere_shows_nothing(name: str) -> None:
    fail_at_every_line(CALLS[name])


BAD: dict[str, Any] = {"nonsense": 1}
WITH_KEY: dict[str, Any] = {"sse_customer_key": CUSTOMER_KEY, **BAD}


class Wall(Mapping[str, str]):
    """An environment that shows everything that it has, and that cannot be read."""

    def __getitem__(self, name: str) -> str:
        raise Stopped

    def __iter__(self) -> Iterator[str]:
        raise Stopped

    def __len__(self) -> int:
        raise Stopped

    def __repr__(self) -> str:
        return SECRET


def _raising_signer(message: bytes, hash: str) -> bytes:
    raise Stopped


REFUSED: dict[str, Callable[[], object]] = {
    "credentials": lambda: Credentials("", SECRET, session_token=TOKEN),
    "credentials' secret": lambda: Credentials("AKIDEXAMPLE", f"{SECRET}\n", session_token=TOKEN),
    "credentials' token": lambda: Credentials("AKIDEXAMPLE", SECRET, session_token=f"{TOKEN}\n"),
    "credentials' end": lambda: Credentials("AKIDEXAMPLE", SECRET, expires_at=float("nan")),
    "credentials of another type": lambda: Credentials("AKIDEXAMPLE", [SECRET]),  # type: ignore[arg-type]
    "credentials from variables": lambda: Credentials.from_env({"AWS_SECRET_ACCESS_KEY": SECRET}),
    "credentials from a wall": lambda: Credentials.from_env(Wall()),
    "uploads from variables": lambda: Uploads.from_env(environ={"R2_SECRET_ACCESS_KEY": SECRET}),
    "uploads from a wall": lambda: Uploads.from_env(environ=Wall()),
    "a private key": lambda: CloudFrontSigner("", PEM),
    "a damaged private key": lambda: CloudFrontSigner("K2JCJMDEHXQW5F", PEM.replace("-----END", "-----AND")),
    "a key pair": lambda: CloudFrontKeyPair("", "rsa"),
    "a bucket": lambda: Bucket.s3("nowhere", "photos"),
    "a signer that raises": lambda: CloudFrontSigner.with_signer("K", "rsa", _raising_signer).sign_url(URL),
    "get": lambda: PRESIGNER.get("a", **WITH_KEY),
    "head": lambda: PRESIGNER.head("a", **WITH_KEY),
    "put": lambda: PRESIGNER.put("a", **WITH_KEY),
    "put of another key": lambda: PRESIGNER.put("a", sse_customer_key=f"{CUSTOMER_KEY}="),
    "copy": lambda: PRESIGNER.copy("a", "photos/b", **WITH_KEY),
    "delete": lambda: PRESIGNER.delete("a", **WITH_KEY),
    "create": lambda: PRESIGNER.create_multipart_upload("a", **WITH_KEY),
    "upload_part": lambda: PRESIGNER.upload_part("a", "id", 1, **WITH_KEY),
    "complete": lambda: PRESIGNER.complete_multipart_upload("a", "id", **WITH_KEY),
    "abort": lambda: PRESIGNER.abort_multipart_upload("a", "id", **WITH_KEY),
    "list_parts": lambda: PRESIGNER.list_parts("a", "id", **WITH_KEY),
    "request": lambda: PRESIGNER.request("put", "a", **WITH_KEY),
    "sign_many": lambda: PRESIGNER.sign_many("put", ["a", "/../"], sse_customer_key=CUSTOMER_KEY),
    "a listener": lambda: UPLOADS.issue(**ASKED, on_event=stop),
    "a listener of a form": lambda: FORMS.issue(**ASKED, on_event=stop),
    "issue": lambda: UPLOADS.issue(**{**ASKED, **BAD}),
    "confirm": lambda: UPLOADS.confirm(owner="user-8", key=KEY),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_shows_nothing(name: str) -> None:
    with pytest.raises((PresizeError, Stopped)) as caught:
        REFUSED[name]()
    assert holds_nothing(caught.value) > 0
    assert not any(mark in f"{caught.value} {caught.value!r}" for mark in MARKS)


def _raises(request: httpx.Request) -> httpx.Response:
    raise Stopped


def _fails(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(f"no way to {request.url}")


def _is_broken(request: httpx.Request) -> httpx.Response:
    raise httpx.InvalidURL(f"no URL: {request.method}")


STORES = {
    "raises": _raises,
    "fails": _fails,
    "is broken": _is_broken,
    "has nothing": lambda request: httpx.Response(404),
    "is overloaded": lambda request: httpx.Response(503),
}


@pytest.mark.parametrize("name", STORES)
def test_a_confirmation_that_fails_anywhere_shows_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_drive, "_FIRST_PAUSE_SECONDS", 0)
    given: dict[str, Any] = {"owner": "user-7", "key": KEY, "retries": 1}

    def confirm() -> None:
        with httpx.Client(transport=httpx.MockTransport(STORES[name])) as client:
            store.confirm_upload(UPLOADS, client=client, **given)

    async def confirm_async() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(STORES[name])) as client:
            await store.confirm_upload_async(UPLOADS, client=client, **given)

    fail_at_every_line(seen(confirm))
    fail_at_every_line(seen(lambda: asyncio.run(confirm_async())))


def seen(call: Callable[[], object]) -> Callable[[], object]:
    """The call, with an error of httpx that presize does not expect."""

    def run() -> None:
        try:
            call()
        except httpx.InvalidURL as error:
            holds_nothing(error)

    return run


@pytest.mark.parametrize("name", STORES)
def test_resizers_that_fail_anywhere_show_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_drive, "_FIRST_PAUSE_SECONDS", 0)
    results = Presigner(
        Bucket.s3("eu-central-1", "photos-resized"), Credentials("AKIDEXAMPLE", SECRET, session_token=TOKEN)
    )
    resizer = EventResizer(source=PRESIGNER, destination=results, widths=[80])
    gateway = GatewayResizer(Variants(widths=[80]), source=PRESIGNER)
    created, event = CreatedObject("photos", "cat.jpg"), api_gateway_v2("GET", "/cat.jpg", "w=80", {})

    def run() -> None:
        with httpx.Client(transport=httpx.MockTransport(STORES[name])) as client:
            store.answer_event(gateway, event, client=client, retries=1)
            store.resize_object(resizer, created, client=client, retries=1)

    fail_at_every_line(seen(run))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/presigned-url", {"content_type": "image/jpeg", "file_size": 5}),
        ("/confirm", {"key": KEY}),
    ],
)
@pytest.mark.parametrize("uploads", [UPLOADS, FORMS], ids=["put", "post"])
def test_a_route_that_fails_anywhere_shows_nothing(path: str, body: dict[str, Any], uploads: Uploads) -> None:
    fake = httpx.AsyncClient(transport=httpx.MockTransport(STORES["has nothing"]))
    app = FastAPI()
    app.include_router(upload_router(uploads, current_user=lambda: "user-7", client=fake))

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
            await client.post(path, json=body)

    fail_at_every_line(lambda: asyncio.run(ask()))
