"""A Django project on real ports with more to do than there are places, with clients that leave, and with too much JSON."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings
from django_project.fixtures import CSRF_TOKEN, Site, asgi_site, database, receive, site

from fake_store import KEY, FakeStore, fake
from presize import PresizeError, _single_flight, aio, encode_data_uri
from presize.django import rest_framework
from presize.django.middleware import PresizeErrorMiddleware

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "fake", "site"]


@pytest.fixture(params=["wsgi", "asgi"])
def server(request: pytest.FixtureRequest) -> Site:
    """The project under WSGI and ASGI."""
    found: Site = request.getfixturevalue("site" if request.param == "wsgi" else "asgi_site")
    return found


@pytest.fixture
def with_fake(fake: FakeStore) -> Iterator[FakeStore]:
    """PRESIZE with uploads into the store that the test controls."""
    with override_settings(PRESIZE={"UPLOADS": fake.uploads}):
        yield fake


@pytest.fixture(autouse=True)
def one_place() -> Iterator[None]:
    """One call at a time, and nobody waits."""
    aio._reset_after_fork()
    aio.configure(concurrency=1, max_waiting=0)
    yield
    aio.configure()


@pytest.fixture
def photo(images: Path) -> bytes:
    return (images / "orientation_6.jpg").read_bytes()


def until(condition: Callable[[], object]) -> None:
    """Waits for what another thread does; a minute is more than it needs."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def test_a_full_server_says_when_to_try_again(
    server: Site, with_fake: FakeStore, photo: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    uri = encode_data_uri(photo, "jpeg")
    requests: dict[str, Any] = {
        "/snake/confirm": {"json": {"key": KEY}},
        "/async/snake/confirm": {"json": {"key": KEY}},
        "/rest/confirm": {"json": {"key": KEY}},
        "/avatar": {"files": {"avatar": ("a.jpg", photo, "image/jpeg")}},
        "/drawing": {"data": {"drawing": uri}},
        "/rest/studio": {"json": {"images": [uri]}},
    }
    with server.client("user-7") as client, aio._queue.slot("another client", is_heavy=False):
        for path, request in requests.items():
            answer = client.post(path, **request)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "server_busy"), path
            seconds = answer.headers["retry-after"]
            assert answer.json()["error"]["details"] == {"retry_after_seconds": int(seconds)}
            assert 1 <= int(seconds) <= 60
        assert (
            client.post("/snake/presigned-url", json={"content_type": "image/png", "file_size": 3}).status_code == 200
        )
    with server.client("user-7") as client:
        for path, request in requests.items():
            answer = client.post(path, **request)
            assert (answer.status_code, "error" in answer.json()) in ((200, False), (422, False)), answer.text
    assert not [record for record in caplog.records if record.name == "presize.django"]


def confirming(server: Site, path: str) -> bytes:
    body = json.dumps({"key": KEY}).encode()
    with server.client("user-7") as client:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nX-CSRFToken: {CSRF_TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_a_confirmation_ends_when_all_its_clients_have_left(asgi_site: Site, with_fake: FakeStore) -> None:
    may_go_on = threading.Event()
    with_fake.failures = {1: lambda _: may_go_on.wait(60)}  # type: ignore[dict-item]
    request = confirming(asgi_site, "/async/snake/confirm")
    connections = [asgi_site.connection() for _ in range(2)]
    for number, connection in enumerate(connections, 1):
        connection.sendall(request)
        until(lambda number=number: sum(run.callers for run in _single_flight._runs.values()) == number)  # type: ignore[misc]
    until(lambda: len(with_fake.requests) == 2)
    connections[0].close()
    until(lambda: sum(run.callers for run in _single_flight._runs.values()) == 1)
    connections[1].close()
    until(lambda: not _single_flight._runs)
    may_go_on.set()
    assert with_fake.methods() == ["HEAD", "HEAD"]
    with closing(asgi_site.connection()) as connection:
        connection.sendall(request)
        assert receive(connection)[0] == 200


@pytest.mark.parametrize("path", ["/snake/confirm", "/rest/confirm", "/async/snake/confirm"])
def test_confirmations_of_one_upload_are_one(server: Site, with_fake: FakeStore, path: str) -> None:
    may_go_on = threading.Event()
    good = with_fake.good

    def hold(method: str, path: str) -> Any:
        may_go_on.wait(60)
        return good(method, path)

    with_fake.good = hold  # type: ignore[method-assign]
    request = confirming(server, path)
    connections = [server.connection() for _ in range(3)]
    for connection in connections:
        connection.sendall(request)
    until(lambda: sum(run.callers for run in _single_flight._runs.values()) == 3)
    may_go_on.set()
    for connection in connections:
        assert receive(connection)[0] == 200
        connection.close()
    assert with_fake.methods().count("GET") == 1


def test_the_middleware_names_the_client_for_its_request_alone() -> None:
    seen: list[str] = []

    def view(_: Any) -> Any:
        seen.append(aio.client_name())

    middleware = PresizeErrorMiddleware(view)
    for address in ("192.0.2.1", "2001:db8::1"):
        middleware(RequestFactory().get("/", REMOTE_ADDR=address))
    assert seen == ["peer 192.0.2.1", "peer 2001:db8::/64"]
    assert aio.client_name() == ""


ATTACKS = {
    "lists": b"[" + b"[]," * 60_000,
    "depth": b"[" * 200_000,
    "UTF-16": ("[" + "[]," * 60_000).encode("utf-16"),
    "UTF-7": b"+AFs-" * 50_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_json_of_rest_framework_has_bounds(server: Site, name: str) -> None:
    aio.configure()
    for content_type in ("application/json", f"application/json; charset={name.lower()}"):
        with server.client() as client:
            answer = client.post("/rest/bounded-studio", content=ATTACKS[name], headers={"content-type": content_type})
        assert (answer.status_code, answer.json().get("error", {}).get("code")) in (
            (400, "request_malformed"),
            # Each byte of it is a character, and not the one that the client means.
            (400, None) if name == "UTF-7" else (400, "request_malformed"),
            # Under ASGI ``BodyLimit`` stands before it, and takes JSON in UTF-8 alone.
            (415, "request_type_unsupported") if "charset" in content_type else (400, "request_malformed"),
        )


def test_a_body_for_rest_framework_is_bounded(server: Site, photo: bytes) -> None:
    aio.configure()
    uri = encode_data_uri(photo, "jpeg")
    with server.client() as client:
        answer = client.post("/rest/bounded-studio", json={"images": [uri] * 2})
        assert len(answer.json()) == 2, answer.text
        with override_settings(PRESIZE={"RULES": {"max_total_bytes": 1000, "max_bytes": 1000}}):
            answer = client.post(
                "/rest/bounded-studio", content=b" " * 70_000, headers={"content-type": "application/json"}
            )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")
    assert answer.json()["error"]["details"] == {"max_bytes": 1333 + 65_536}


def test_a_body_for_rest_framework_may_be_longer_than_those_that_django_keeps(server: Site, photo: bytes) -> None:
    aio.configure()
    body = {"images": [encode_data_uri(photo, "jpeg")], "note": "a" * 3_000_000}
    assert len(body["note"]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    with server.client() as client:
        answer = client.post("/rest/bounded-studio", json=body)
    assert (answer.status_code, len(answer.json())) == (200, 1), answer.text


def test_no_more_is_read_than_the_bound() -> None:
    class Endless:
        read_bytes = 0

        def read(self, size: int) -> bytes:
            self.read_bytes += min(size, 1000)
            return b" " * min(size, 1000)

    class Parser(rest_framework.BoundedJSONParser):
        max_bytes = 5000

    endless = Endless()
    with pytest.raises(PresizeError, match="at most 5000 bytes"):
        Parser().parse(endless)
    assert endless.read_bytes == 5001
