"""Tickets from a Django project on a real port, and uploads with them to a real S3 server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connections
from django.test import RequestFactory, override_settings
from django_project.fixtures import CSRF_TOKEN, Site, asgi_site, database, receive, site, with_bucket
from django_project.models import Account

from framework_cases import CASES, body_of, check_answer, name_of, prepare
from presize import Bucket, Credentials, Presigner, UploadPolicy, Uploads
from presize.django.views import PresignedUrlView

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "site", "with_bucket"]

TICKET, REST = "/snake/presigned-url", "/rest/presigned-url"
JSON = {"content-type": "application/json"}


@pytest.fixture(params=["wsgi", "asgi"])
def server(request: pytest.FixtureRequest) -> Site:
    """The project under WSGI and ASGI."""
    found: Site = request.getfixturevalue("site" if request.param == "wsgi" else "asgi_site")
    return found


def ask(case: dict[str, Any], path: str, server: Site, presigner: Presigner) -> None:
    """Asks what a vector asks and sees that the answer is the vector's."""
    asked = (case := prepare(case, presigner))["request"]
    uploads = Uploads(presigner, UploadPolicy(**case["policy"]))
    with override_settings(PRESIZE={"UPLOADS": uploads}), server.client(case["user"]) as client:
        answer = client.request(asked["method"], path, headers=asked["headers"], content=body_of(asked) or b"")
    check_answer(case, answer)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_vector(case: dict[str, Any], server: Site, presigner: Presigner) -> None:
    ask(case, case["request"]["path"], server, presigner)


# The views of REST framework have the one case that their serializers have.
@pytest.mark.parametrize("case", [case for case in CASES if "/snake/" in case["request"]["path"]], ids=name_of)
def test_vector_with_rest_framework(case: dict[str, Any], server: Site, presigner: Presigner) -> None:
    ask(case, case["request"]["path"].replace("/snake/", "/rest/"), server, presigner)


@pytest.mark.parametrize("case", [case for case in CASES if "/confirm" in case["request"]["path"]], ids=name_of)
def test_vector_with_the_asynchronous_view(case: dict[str, Any], server: Site, presigner: Presigner) -> None:
    ask(case, "/async" + case["request"]["path"], server, presigner)


@pytest.mark.usefixtures("with_bucket")
def test_the_asynchronous_view_has_no_transaction(asgi_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django refuses to give one to a coroutine."""
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    with asgi_site.client("user-7") as client:
        answer = client.post("/async/snake/confirm", json={"key": "uploads/user-8/1700000000000-0123456789abcdef.png"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "upload_owner_mismatch")


@pytest.mark.parametrize("path", [TICKET, REST])
def test_a_ticket_is_all_that_an_upload_needs(path: str, site: Site, with_bucket: Uploads, images: Path) -> None:
    photo = (images / "orientation_6.jpg").read_bytes()
    asked = {"filename": "고양이.jpg", "content_type": "image/jpeg", "file_size": len(photo)}
    with site.client("user-7") as client:
        answer = client.post(path, json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    ticket = answer.json()
    assert ticket["key"].startswith("uploads/user-7/")
    assert abs(ticket["expires_at"] - ticket["expires_in"] - time.time()) < 5
    with httpx.Client(trust_env=False, timeout=60) as client:

        def send(data: bytes, **other: str) -> int:
            headers = {**ticket["headers"], **{name.replace("_", "-"): value for name, value in other.items()}}
            return client.request(ticket["method"], ticket["upload_url"], headers=headers, content=data).status_code

        assert send(photo, content_type="image/png") == 403
        assert send(photo, content_type="text/html") == 403
        assert send(photo[:-1], content_length=str(len(photo) - 1)) == 403
        assert send(photo) == 200
        for key, found in ((ticket["key"], 404), (f"incoming/{ticket['key']}", 200)):
            read = with_bucket.presigner.get(key)
            stored = client.get(read.url, headers=read.headers)
            assert stored.status_code == found
        assert stored.content == photo


def test_settings_say_where_to_upload_to(s3: Any, site: Site) -> None:
    presize = {
        "BUCKET": {"kind": "custom", "endpoint": s3.endpoint, "region": s3.region, "name": s3.bucket, "style": "path"},
        "CREDENTIALS": {"access_key_id": s3.access_key_id, "secret_access_key": s3.secret_access_key},
        "POLICY": {"prefix": "avatars", "public_base_url": "https://cdn.example.com/"},
        "CASE": "camel",
    }
    with (
        override_settings(PRESIZE=presize),
        site.client("user-7") as client,
        httpx.Client(trust_env=False, timeout=60) as browser,
    ):
        ticket = client.post(TICKET, json={"contentType": "image/png", "fileSize": 3}).json()
        assert set(ticket) == {"uploadUrl", "method", "headers", "key", "publicUrl", "expiresIn", "expiresAt"}
        assert ticket["publicUrl"] == f"https://cdn.example.com/{ticket['key']}"
        assert browser.put(ticket["uploadUrl"], headers=ticket["headers"], content=b"abc").status_code == 200


@pytest.mark.usefixtures("with_bucket")
def test_a_view_has_a_case_of_its_own(site: Site) -> None:
    with site.client("user-7") as client:
        ticket = client.post("/camel/presigned-url", json={"contentType": "image/png", "fileSize": 3}).json()
        assert "uploadUrl" in ticket
        refused = client.post("/camel/presigned-url", json={"contentType": "image/png"}).json()["error"]
        assert refused["details"] == {"expected": "contentType and fileSize", "received": "no fileSize"}


def test_the_owner_is_what_the_view_says(presigner: Presigner) -> None:
    class EmailView(PresignedUrlView):
        def owner(self, request: Any) -> str:
            return f"{super().owner(request)}@example.com"

    request = RequestFactory().post("/", {"content_type": "image/png", "file_size": 3}, content_type="application/json")
    request.user = Account(name="kim")
    answer: Any = EmailView.as_view(uploads=Uploads(presigner))(request)
    assert answer.status_code == 200
    assert json.loads(answer.content)["key"].startswith("uploads/kim@example.com/")


@pytest.mark.usefixtures("with_bucket")
def test_an_owner_that_no_key_can_have_is_refused(site: Site) -> None:
    with site.client("kim/../lee") as client:
        answer = client.post(TICKET, json={"content_type": "image/png", "file_size": 3})
    assert answer.json()["error"]["code"] == "upload_owner_invalid"


@pytest.mark.usefixtures("with_bucket")
def test_a_forged_request_is_refused_by_django(site: Site) -> None:
    with site.client("user-7") as client:
        client.headers.pop("X-CSRFToken")
        # What a form of another site can send: its own text, as one of the types that need no permission.
        text = json.dumps({"content_type": "image/png", "file_size": 3})
        for path in (TICKET, REST):
            assert client.post(path, content=text, headers={"content-type": "text/plain"}).status_code == 403


@pytest.mark.usefixtures("with_bucket")
def test_only_post(site: Site) -> None:
    with site.client() as client:
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = client.request(method, TICKET)
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


# What no vector can hold, since vectors are text.
ODD_BODIES = {
    "not UTF-8": (b'{"content_type": "\xff", "file_size": 3}', "request_malformed"),
    "UTF-16": ('{"content_type": "image/png", "file_size": 3}'.encode("utf-16"), "request_malformed"),
    "a byte order mark": (b'\xef\xbb\xbf{"content_type": "image/png", "file_size": 3}', "request_malformed"),
}


@pytest.mark.parametrize("path", [TICKET, REST])
@pytest.mark.parametrize("name", ODD_BODIES)
@pytest.mark.usefixtures("with_bucket")
def test_an_odd_body_has_a_code(name: str, path: str, server: Site) -> None:
    body, code = ODD_BODIES[name]
    with server.client("user-7") as client:
        answer = client.post(path, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def chunks(size: int) -> Iterator[bytes]:
    """A body whose length nobody announces."""
    yield b'{"content_type": "image/png", "file_size": 3'
    for _ in range(size // 1000):
        yield b" " * 1000
    yield b"}"


@pytest.mark.parametrize("path", [TICKET, REST])
@pytest.mark.usefixtures("with_bucket")
def test_a_body_in_chunks(path: str, asgi_site: Site) -> None:
    with asgi_site.client("user-7") as client:
        assert client.post(path, content=chunks(10_000), headers=JSON).status_code == 200
        refused = client.post(path, content=chunks(1_000_000), headers=JSON)
    assert refused.status_code == 413
    assert refused.json()["error"]["details"] == {"max_bytes": 16_384}


@pytest.mark.parametrize("path", [TICKET, REST])
@pytest.mark.usefixtures("with_bucket")
def test_a_body_is_refused_before_it_has_arrived(path: str, site: Site) -> None:
    with site.client("user-7") as client:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nX-CSRFToken: {CSRF_TOKEN}\r\n"
        "Content-Type: application/json\r\nContent-Length: 50000000\r\n\r\n"
    )
    with closing(site.connection()) as connection:
        connection.sendall(head.encode() + b'{"content_type"')
        status, answer = receive(connection)
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


class Endless:
    """A body that says nothing of its length and never ends."""

    def __init__(self) -> None:
        self.META: dict[str, Any] = {}
        self.read_bytes = 0

    def read(self, size: int, /) -> bytes:
        part = b" " * min(size, 1000)
        self.read_bytes += len(part)
        return part


def test_no_more_than_the_limit_is_read() -> None:
    from presize import UploadError
    from presize.django.request import read_body

    endless = Endless()
    with pytest.raises(UploadError, match="at most 16384 bytes"):
        read_body(endless)
    assert endless.read_bytes == 16_385


def test_what_fails_on_our_side_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    credentials = Credentials("key", "secret", session_token="token", expires_at=1_000_000_000)
    expired = Uploads(Presigner(Bucket.s3("eu-central-1", "photos"), credentials))
    with override_settings(PRESIZE={"UPLOADS": expired}), site.client("user-7") as client:
        for path in (TICKET, REST):
            answer = client.post(path, json={"content_type": "image/png", "file_size": 3})
            assert (answer.status_code, answer.json()["error"]["code"]) == (500, "credentials_expired")
    assert [record.exc_info is not None for record in caplog.records if record.name == "presize.django"] == [True, True]
