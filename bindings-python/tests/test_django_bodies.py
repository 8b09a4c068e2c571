"""Bodies that are refused while they are sent, and errors of views, in a Django project on real ports."""

from __future__ import annotations

import base64
import io
import select
import socket
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory, override_settings
from django_project.fixtures import ASGI_MAX_BYTES, CSRF_TOKEN, Site, asgi_site, database, receive, site

from presize.django.errors import UploadRefused
from presize.django.uploadhandler import BoundedUploadHandler

# Fixtures; pytest finds them by their names here.
__all__ = ["asgi_site", "database", "site"]


@pytest.fixture
def jpeg(images: Path) -> bytes:
    """A JPEG."""
    return (images / "orientation_6.jpg").read_bytes()


def multipart(parts: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The media type and the text of a body."""
    boundary = "boundary-of-the-test"
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n"
        % (boundary.encode(), head.encode(), data)
        for head, data in parts
    )
    return f"multipart/form-data; boundary={boundary}", body + b"--%s--\r\n" % boundary.encode()


AVATAR = 'name="avatar"; filename="cat.jpg"'
BOUNDED = ["/avatar", "/bounded", "/bounded-async", "/bounded-exempt", "/bounded-class", "/bounded-class-async"]
LIMITS = {"RULES": {"max_bytes": 10_000, "max_total_bytes": 15_000}}


@pytest.mark.parametrize("path", BOUNDED)
def test_a_multipart_form_over_the_wire(path: str, jpeg: bytes, images: Path, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            answer = client.post(path, files={"avatar": ("cat.jpg", jpeg, "image/jpeg")})
            assert answer.json()["format"] == "jpeg", answer.text
            bad = client.post(path, files={"avatar": ("cat.jpg", (images / "cut_95.jpg").read_bytes(), "image/jpeg")})
            assert [error["code"] for error in bad.json()["avatar"]] == ["image_corrupt"]
            assert client.post(path, data={"a": "b"}).json()["avatar"][0]["code"] == "required"


@pytest.mark.parametrize("path", BOUNDED)
@pytest.mark.parametrize("token", ["in the header", "in the form", "none"])
def test_a_file_that_is_too_large_is_refused(path: str, token: str, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with override_settings(PRESIZE=LIMITS), server.client() as client:
            data = {"csrfmiddlewaretoken": CSRF_TOKEN} if token == "in the form" else {}
            if token != "in the header":
                client.headers.pop("X-CSRFToken")
            answer = client.post(path, data=data, files={"avatar": ("cat.jpg", b"x" * 30_000, "image/jpeg")})
        assert answer.status_code == 413, answer.text
        assert answer.json()["error"]["code"] == "request_too_large"
        assert answer.json()["error"]["details"] == {"max_bytes": 10_000 if path == "/avatar" else 20_000}


@pytest.mark.parametrize("path", BOUNDED)
def test_a_form_without_its_token_is_refused(path: str, jpeg: bytes, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            client.headers.pop("X-CSRFToken")
            answer = client.post(path, files={"avatar": ("cat.jpg", jpeg, "image/jpeg")})
            assert answer.status_code == (200 if path == "/bounded-exempt" else 403)
            data = {"csrfmiddlewaretoken": CSRF_TOKEN}
            answer = client.post(path, data=data, files={"avatar": ("cat.jpg", jpeg, "image/jpeg")})
            assert answer.status_code == 200, answer.text


def test_files_that_are_too_large_together_are_refused(site: Site) -> None:
    files = [("avatar", (f"{number}.jpg", b"x" * 9_000, "image/jpeg")) for number in range(2)]
    with override_settings(PRESIZE=LIMITS), site.client() as client:
        answer = client.post("/avatar", files=files)
    assert (answer.status_code, answer.json()["error"]["details"]) == (413, {"max_bytes": 15_000})


@pytest.mark.parametrize("path", ["/avatar", "/bounded"])
@pytest.mark.parametrize("announced", [1_000_000, 50_000_000])
def test_a_body_is_refused_while_it_is_sent(path: str, announced: int, site: Site) -> None:
    """The answer comes although most of the body is never sent."""
    content_type, body = multipart([(AVATAR, b"x" * 200_000)])
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={CSRF_TOKEN}\r\nX-CSRFToken: {CSRF_TOKEN}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {announced}\r\n\r\n"
    )
    with override_settings(PRESIZE=LIMITS), closing(site.connection()) as connection:
        connection.sendall(head.encode() + body[:150_000])
        status, answer = receive(connection)
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


def test_a_body_that_ends_early_is_no_image(site: Site) -> None:
    content_type, body = multipart([(AVATAR, b"x" * 200)])
    with site.client() as client:
        answer = client.post("/avatar", content=body[:250], headers={"content-type": content_type})
    assert answer.status_code in (400, 422)
    broken = "multipart/form-data"
    with site.client() as client:
        assert client.post("/avatar", content=body, headers={"content-type": broken}).status_code == 400


def endless(connection: socket.socket, head: str, chunk: bytes) -> int:
    """Sends a body until an answer comes; how many bytes of it were sent."""
    connection.sendall(head.encode())
    sent = 0
    while not select.select([connection], [], [], 0)[0]:
        assert sent < 10 * ASGI_MAX_BYTES, "no answer"
        connection.sendall(chunk)
        sent += len(chunk)
    return sent


@pytest.mark.parametrize("path", ["/avatar", "/nowhere"])
def test_under_asgi_a_body_of_any_length_is_refused_while_it_is_sent(path: str, asgi_site: Site) -> None:
    """No length is announced, and the body never ends."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (64_000, b"x" * 64_000)
    with closing(asgi_site.connection()) as connection:
        sent = endless(connection, head, chunk)
        status, answer = receive(connection)
    assert (status, answer["error"]["details"]) == (413, {"max_bytes": ASGI_MAX_BYTES})
    assert sent > ASGI_MAX_BYTES


def test_under_asgi_a_body_that_says_it_is_too_long_is_not_read(asgi_site: Site) -> None:
    head = f"POST /avatar HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {ASGI_MAX_BYTES + 1}\r\n\r\n"
    with closing(asgi_site.connection()) as connection:
        connection.sendall(head.encode())
        status, answer = receive(connection)
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


def test_under_asgi_the_longest_body_is_read(asgi_site: Site) -> None:
    with asgi_site.client() as client:
        answer = client.post("/failing", content=b"x" * ASGI_MAX_BYTES)
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "image_format_unknown")
        assert client.post("/failing", content=b"x" * (ASGI_MAX_BYTES + 1)).status_code == 413


class Stream(io.BytesIO):
    """A body that notes how much of it is read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.usefixtures("database")
def test_no_more_than_a_chunk_past_the_limit_is_read() -> None:
    content_type, body = multipart([(AVATAR, b"x" * 5_000_000)])
    request = RequestFactory().post("/avatar", body, content_type=content_type)
    stream = Stream(body)
    request._stream = stream
    with override_settings(PRESIZE={"RULES": {"max_bytes": 1_000_000}}), pytest.raises(UploadRefused) as caught:
        assert request.FILES
    assert caught.value.error.code == "request_too_large"
    assert 1_000_000 < stream.taken <= 1_000_000 + 2 * 65_536
    # What Django does next, so that the body is not read again.
    cast(Any, request)._mark_post_parse_error()
    assert not request.FILES


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    content_type, body = multipart([(AVATAR, b"x" * 100_000), (AVATAR, b"x" * 300_000)])
    request = RequestFactory().post("/avatar", body, content_type=content_type)
    limits = {"RULES": {"max_bytes": 200_000}}
    settings = {"FILE_UPLOAD_TEMP_DIR": str(tmp_path), "FILE_UPLOAD_MAX_MEMORY_SIZE": 0}
    with override_settings(PRESIZE=limits, **settings), pytest.raises(UploadRefused):
        assert request.FILES
    assert list(tmp_path.iterdir()) == []


def test_the_handler_counts_what_base64_stands_for() -> None:
    content_type, body = multipart([(AVATAR, b"")])
    encoded = base64.b64encode(b"x" * 9_999)
    body = body.replace(b"Content-Type: image/jpeg\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded)
    for max_bytes, is_refused in ((9_999, False), (9_998, True)):
        request = RequestFactory().post("/avatar", body, content_type=content_type)
        with override_settings(PRESIZE={"RULES": {"max_bytes": max_bytes}}):
            if is_refused:
                with pytest.raises(UploadRefused):
                    assert request.FILES
            else:
                assert cast(Any, request.FILES["avatar"]).read() == b"x" * 9_999


def test_a_handler_without_a_request() -> None:
    handler = BoundedUploadHandler(max_bytes=10)
    assert handler.receive_data_chunk(b"x" * 10, 0) == b"x" * 10
    assert handler.file_complete(10) is None
    with pytest.raises(UploadRefused, match="at most 10 bytes"):
        handler.receive_data_chunk(b"x", 10)


# Errors of views


@pytest.mark.parametrize("path", ["/failing", "/failing-async", "/rest/failing"])
def test_the_error_of_any_view_is_answered(path: str, site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "image_format_unknown")


def test_other_errors_are_left_alone(site: Site, asgi_site: Site) -> None:
    for server in (site, asgi_site):
        with server.client() as client:
            assert client.get("/broken").status_code == 500


def test_without_the_middleware_a_refused_body_is_a_bad_request() -> None:
    middleware = ["django.middleware.csrf.CsrfViewMiddleware"]
    with override_settings(MIDDLEWARE=middleware, PRESIZE=LIMITS):
        client = Client(enforce_csrf_checks=True)
        client.handler.load_middleware()
        client.cookies["csrftoken"] = CSRF_TOKEN
        file = SimpleUploadedFile("cat.jpg", b"x" * 30_000)
        answer = client.post("/avatar", {"avatar": file}, headers={"X-CSRFToken": CSRF_TOKEN})
    assert answer.status_code == 400
