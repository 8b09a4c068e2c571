"""The whole life of an upload over real HTTP: a ticket from FastAPI or Django, a file sent to a real store, a confirmation, and
what is then where. With ``PRESIZE_GARAGE`` also against an S3 server of another make."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import override_settings
from django_project.fixtures import Site, asgi_site, database, site
from fastapi import FastAPI

from fastapi_app import png_of, serve, signed_in, user_id
from presize import (
    Bucket,
    ConfigError,
    Confirmed,
    Credentials,
    Presigner,
    PresizeError,
    UploadError,
    UploadEvent,
    UploadPolicy,
    Uploads,
    UploadTicket,
    store,
    strip_metadata,
    transform,
)
from presize.fastapi import upload_router

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "site"]

SERVERS = ["s3", "garage"] if os.environ.get("PRESIZE_GARAGE") else ["s3"]


@dataclass
class Place:
    """A bucket on a real server."""

    presigner: Presigner

    def uploads(self, **policy: Any) -> Uploads:
        return Uploads(self.presigner, UploadPolicy(**policy))

    def read(self, key: str) -> httpx.Response:
        signed = self.presigner.get(key)
        return httpx.get(signed.url, headers=signed.headers, trust_env=False)

    def has(self, key: str) -> bool:
        status = self.read(key).status_code
        assert status in (200, 404)
        return status == 200


@pytest.fixture(scope="module", params=SERVERS)
def place(request: pytest.FixtureRequest) -> Place:
    server = request.getfixturevalue(request.param)
    bucket = Bucket.custom(server.endpoint, server.region, server.bucket, "path")
    return Place(Presigner(bucket, Credentials(server.access_key_id, server.secret_access_key)))


@pytest.fixture(scope="module")
def photo(images: Path) -> bytes:
    return (images / "orientation_6.jpg").read_bytes()


def put(ticket: UploadTicket, content: bytes) -> None:
    sent = httpx.request(ticket.method, ticket.url, headers=ticket.headers, content=content, trust_env=False)
    assert sent.status_code == 200, sent.text


def issue(uploads: Uploads, content: bytes, content_type: str = "image/jpeg") -> UploadTicket:
    ticket = uploads.issue(owner="user-7", content_type=content_type, size_bytes=len(content))
    put(ticket, content)
    return ticket


@dataclass
class Hook:
    """``on_confirmed``: what it was called with, and what it raises next."""

    kind: str
    calls: list[tuple[Confirmed, str]] = field(default_factory=list)
    failure: Exception | None = None

    def function(self) -> Callable[[Confirmed, str], Any]:
        def hook(confirmed: Confirmed, owner: str) -> None:
            with suppress(RuntimeError):
                assert asyncio.get_running_loop() is None, "a function that may block is called on a thread"
            self.call(confirmed, owner)

        async def async_hook(confirmed: Confirmed, owner: str) -> None:
            await asyncio.sleep(0)
            self.call(confirmed, owner)

        if self.kind == "lambda":
            return lambda confirmed, owner: async_hook(confirmed, owner)
        return async_hook if self.kind == "async def" else hook

    def call(self, confirmed: Confirmed, owner: str) -> None:
        self.calls.append((confirmed, owner))
        if self.failure is not None:
            raise self.failure


@pytest.fixture(params=["def", "async def", "lambda"])
def hook(request: pytest.FixtureRequest) -> Hook:
    return Hook(kind=request.param)


@dataclass
class Api:
    """An application that a browser talks to."""

    client: httpx.Client
    paths: tuple[str, str]
    events: list[UploadEvent]
    hook: Hook

    def upload(self, content: bytes, content_type: str = "image/jpeg") -> Any:
        """A ticket, and the file sent with it, as a browser does it."""
        asked = {"content_type": content_type, "file_size": len(content)}
        answer = self.client.post(self.paths[0], json=asked)
        assert answer.status_code == 200, answer.text
        ticket = answer.json()
        to = ticket["upload_url"]
        if "fields" in ticket:
            sent = httpx.post(to, data=ticket["fields"], files={"file": ("a", content)}, trust_env=False)
        else:
            sent = httpx.put(to, headers=ticket["headers"], content=content, trust_env=False)
        assert sent.is_success, sent.text
        return ticket

    def confirm(self, key: str) -> httpx.Response:
        # A server closes the connection after an exception, which a client that uses it again may learn too late.
        headers = {"connection": "close"}
        return self.client.post(self.paths[1], json={"key": key, "original_filename": "고양이.jpg"}, headers=headers)


@pytest.fixture(params=["fastapi", "django", "django rest", "django async"])
def api(request: pytest.FixtureRequest, place: Place, hook: Hook) -> Iterator[Api]:
    policy: dict[str, Any] = {"variant_widths": [16], "record_origin": True, "cache_control": "public, max-age=60"}
    uploads, events = place.uploads(**policy), list[UploadEvent]()
    if request.param == "fastapi":
        app = FastAPI()
        router = upload_router(uploads, current_user=user_id, on_event=events.append, on_confirmed=hook.function())
        app.include_router(router)
        with serve(app) as served, httpx.Client(base_url=served.url, headers=signed_in("user-7")) as client:
            yield Api(client, ("/presigned-url", "/confirm"), events, hook)
        return
    paths = {
        "django": ("site", "/snake/presigned-url", "/snake/confirm"),
        "django rest": ("site", "/rest/presigned-url", "/rest/confirm"),
        "django async": ("asgi_site", "/snake/presigned-url", "/async/snake/confirm"),
    }
    name, *both = paths[request.param]
    found: Site = request.getfixturevalue(name)
    settings = {"UPLOADS": uploads, "ON_EVENT": events.append, "ON_CONFIRMED": hook.function()}
    with override_settings(PRESIZE=settings), found.client("user-7") as client:
        yield Api(client, (both[0], both[1]), events, hook)


def test_a_good_upload_gets_to_its_key(api: Api, place: Place, photo: bytes) -> None:
    # Without its EXIF, but for the orientation.
    stripped = strip_metadata(photo).bytes
    key = api.upload(photo)["key"]
    assert not place.has(key)
    assert place.has(f"incoming/{key}")
    answer = api.confirm(key)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["format"], shown["width"], shown["height"], shown["bytes"]) == ("jpeg", 36, 48, len(stripped))
    stored = place.read(key)
    assert stored.content == stripped
    assert stored.headers["content-type"] == "image/jpeg"
    assert stored.headers["cache-control"] == "public, max-age=60"
    assert stored.headers["x-amz-meta-uploaded-by"] == "user-7"
    assert stored.headers["etag"] == f'"{shown["etag"]}"'
    (variant,) = shown["variants"]
    assert place.read(variant["key"]).content[:2] == b"\xff\xd8"
    assert not place.has(f"incoming/{key}")
    again = api.confirm(key)
    assert (again.status_code, again.json()) == (200, shown)
    told = [(event.action, event.owner, event.key, event.outcome, event.code) for event in api.events]
    confirmed = ("confirm", "user-7", key, "confirmed", None)
    assert told == [("issue", "user-7", key, "issued", None), confirmed, confirmed]
    assert [(call.key, call.etag, owner) for call, owner in api.hook.calls] == [(key, shown["etag"], "user-7")] * 2


@pytest.mark.filterwarnings("ignore")
def test_a_failure_of_on_confirmed_is_that_of_the_application(api: Api, photo: bytes) -> None:
    key = api.upload(photo)["key"]
    api.hook.failure = RuntimeError("the database is down")
    assert api.confirm(key).status_code == 500
    api.hook.failure = PresizeError("album_full", 409, "expected an album with room")
    refused = api.confirm(key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "album_full")
    api.hook.failure = None
    assert api.confirm(key).json()["key"] == key
    assert [call.key for call, _ in api.hook.calls] == [key] * 3


def test_a_hostile_upload_gets_nowhere(api: Api, place: Place, photo: bytes) -> None:
    hostile = {
        "image_format_not_allowed": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "image_format_unknown": b"any bytes will do",
        "image_format_mismatch": png_of(20, 20),
        "image_corrupt": photo[: len(photo) // 2],
    }
    for code, content in hostile.items():
        key = api.upload(content)["key"]
        answer = api.confirm(key)
        assert answer.json()["error"]["code"] == code
        assert not api.hook.calls
        assert (api.events[-1].outcome, api.events[-1].code, api.events[-1].bytes) == ("rejected", code, len(content))
        assert not place.has(key)
        assert not place.has(f"incoming/{key}")
        gone = api.confirm(key)
        assert (gone.status_code, gone.json()["error"]["code"]) == (404, "upload_not_found")


def test_an_upload_is_confirmed_by_its_owner_only(place: Place, photo: bytes) -> None:
    uploads = place.uploads()
    ticket = issue(uploads, photo)
    with pytest.raises(UploadError) as caught:
        store.confirm_upload(uploads, owner="user-8", key=ticket.key)
    assert (caught.value.code, caught.value.http_status) == ("upload_owner_mismatch", 403)
    assert place.has(f"incoming/{ticket.key}")
    promised: list[tuple[dict[str, Any], str]] = [
        ({"size_bytes": 7}, "upload_size_mismatch"),
        ({"content_type": "image/png"}, "image_format_mismatch"),
    ]
    for options, code in promised:
        ticket = issue(uploads, photo)
        with pytest.raises(ValueError) as refused:
            store.confirm_upload(uploads, owner="user-7", key=ticket.key, **options)
        assert getattr(refused.value, "code", None) == code
        assert not place.has(f"incoming/{ticket.key}")


def replaces(ticket: UploadTicket, content: bytes, moment: str) -> Any:
    """What a transport calls first: replaces the upload right before a request."""

    def hook(request: httpx.Request) -> None:
        is_copy = "x-amz-copy-source" in request.headers
        if moment == ("COPY" if is_copy else request.method):
            put(ticket, content)

    return hook


@pytest.mark.parametrize("moment", ["GET", "COPY"])
@pytest.mark.parametrize("driver", ["sync", "async"])
def test_a_replaced_upload_gets_nowhere(place: Place, photo: bytes, moment: str, driver: str) -> None:
    uploads = place.uploads(variant_widths=[16], promote="copy", originals="as_is")
    ticket = issue(uploads, photo)
    hook = replaces(ticket, photo[:-3] + b"\x00" + photo[-2:], moment)

    class Transport(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            hook(request)
            return super().handle_request(request)

    class AsyncTransport(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            hook(request)
            return await super().handle_async_request(request)

    async def run() -> None:
        async with httpx.AsyncClient(transport=AsyncTransport()) as client:
            await store.confirm_upload_async(uploads, owner="user-7", key=ticket.key, client=client)

    with pytest.raises(UploadError) as caught:
        if driver == "async":
            asyncio.run(run())
        else:
            with httpx.Client(transport=Transport()) as client:
                store.confirm_upload(uploads, owner="user-7", key=ticket.key, client=client)
    assert caught.value.code == "upload_replaced"
    for key in (ticket.key, f"incoming/{ticket.key}", ticket.key.replace(".jpg", "/16.jpg")):
        assert not place.has(key), key


def test_an_upload_that_is_replaced_once_it_was_checked_changes_nothing(place: Place, photo: bytes) -> None:
    uploads = place.uploads()
    ticket = issue(uploads, photo)
    hook = replaces(ticket, bytes(len(photo)), "PUT")

    class Transport(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            hook(request)
            return super().handle_request(request)

    with httpx.Client(transport=Transport()) as client:
        store.confirm_upload(uploads, owner="user-7", key=ticket.key, client=client)
    assert place.read(ticket.key).content == strip_metadata(photo).bytes


def test_a_checksum_is_held_to(place: Place, photo: bytes) -> None:
    def checksum(content: bytes) -> str:
        return base64.b64encode(hashlib.sha256(content).digest()).decode()

    uploads, other = place.uploads(), photo[:-3] + b"\x00" + photo[-2:]
    asked: dict[str, Any] = {"owner": "user-7", "content_type": "image/jpeg", "size_bytes": len(photo)}
    ticket = uploads.issue(**asked, checksum_sha256=checksum(photo))
    sent = httpx.put(ticket.url, headers=ticket.headers, content=other, trust_env=False)
    assert sent.status_code == 400
    put(ticket, photo)
    store.confirm_upload(uploads, owner="user-7", key=ticket.key, checksum_sha256=checksum(photo))
    with pytest.raises(UploadError) as caught:
        store.confirm_upload(uploads, owner="user-7", key=issue(uploads, photo).key, checksum_sha256=checksum(other))
    assert (caught.value.code, caught.value.http_status) == ("upload_checksum_mismatch", 422)


def test_a_picture_is_encoded_anew_where_the_policy_says_so(place: Place, photo: bytes) -> None:
    uploads = place.uploads(originals="reencoded", formats=["jpeg", "png"])
    ticket = issue(uploads, photo)
    confirmed = store.confirm_upload(uploads, owner="user-7", key=ticket.key)
    stored = place.read(ticket.key).content
    assert len(stored) == confirmed.bytes
    assert stored != photo
    assert b"Exif" in photo
    assert b"Exif" not in stored


def test_the_credentials_decide(place: Place, photo: bytes) -> None:
    uploads = place.uploads()
    ticket = issue(uploads, photo)
    stranger = Presigner(place.presigner.bucket, Credentials("GK" + "0" * 24, "0" * 64))
    with pytest.raises(ConfigError) as caught:
        store.confirm_upload(Uploads(stranger), owner="user-7", key=ticket.key)
    assert caught.value.code == "store_refused"
    assert place.has(f"incoming/{ticket.key}")


def test_a_crowd(place: Place, photo: bytes) -> None:
    """Of 60 uploads at a time a third is hostile: every good one is at its key, and nothing else is left."""
    uploads = place.uploads(prefix="crowd")
    events: list[UploadEvent] = []
    app = FastAPI()
    app.include_router(upload_router(uploads, current_user=user_id, on_event=events.append))
    small = transform(photo, width=12).bytes

    def one(index: int) -> tuple[str, int, bytes]:
        content = [photo, small, photo[:-200]][index % 3]
        ticket = browser.upload(content)
        return ticket["key"], browser.confirm(ticket["key"]).status_code, content

    with serve(app) as served, httpx.Client(base_url=served.url, headers=signed_in("user-7"), timeout=60) as client:
        browser = Api(client, ("/presigned-url", "/confirm"), events, Hook(kind="def"))
        with ThreadPoolExecutor(16) as pool:
            results = list(pool.map(one, range(60)))
    assert [status for _, status, _ in results] == [200, 200, 422] * 20
    for key, status, content in results:
        stored = place.read(key)
        assert (stored.content == strip_metadata(content).bytes) if status == 200 else (stored.status_code == 404)
        assert not place.has(f"incoming/{key}")
    outcomes = [event.outcome for event in events if event.action == "confirm"]
    assert (outcomes.count("confirmed"), outcomes.count("rejected")) == (40, 20)
