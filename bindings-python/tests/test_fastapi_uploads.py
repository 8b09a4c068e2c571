"""Tickets of a real server for a real store that verifies signatures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from fastapi_app import serve, signed_in, user_id
from presize import Presigner, Uploads
from presize.fastapi import upload_router


@pytest.fixture(scope="module", params=["snake", "camel"])
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def api(uploads: Uploads, case: Any) -> Iterator[httpx.Client]:
    app = FastAPI()
    app.include_router(upload_router(uploads, current_user=user_id, case=case), prefix="/api/upload")
    with serve(app) as served, httpx.Client(base_url=f"{served.url}/api/upload", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def photo(images: Path) -> bytes:
    return (images / "baseline_420.jpg").read_bytes()


@pytest.fixture
def ticket(api: httpx.Client, photo: bytes, case: str) -> Any:
    content_type, file_size = ("content_type", "file_size") if case == "snake" else ("contentType", "fileSize")
    body = {"filename": "고양이.jpg", content_type: "image/jpeg", file_size: len(photo)}
    answer = api.post("/presigned-url", json=body, headers=signed_in("user-7"))
    assert answer.status_code == 200, answer.text
    ticket = answer.json()
    ticket["url"] = ticket["upload_url" if case == "snake" else "uploadUrl"]
    return ticket


def stored(ticket: Any, presigner: Presigner) -> httpx.Response:
    signed = presigner.get(f"incoming/{ticket['key']}")
    return httpx.get(signed.url, headers=signed.headers, timeout=60)


def test_what_is_uploaded_is_there(ticket: Any, photo: bytes, presigner: Presigner) -> None:
    answer = httpx.request(ticket["method"], ticket["url"], headers=ticket["headers"], content=photo, timeout=60)
    assert answer.status_code == 200, answer.text
    found = stored(ticket, presigner)
    assert found.content == photo
    assert found.headers["content-type"] == "image/jpeg"


def test_another_size_is_refused(ticket: Any, photo: bytes, presigner: Presigner) -> None:
    headers = {"content-type": ticket["headers"]["content-type"]}
    for content in (photo + b"x", photo[:-1], b""):
        assert httpx.put(ticket["url"], headers=headers, content=content, timeout=60).status_code == 403
    assert stored(ticket, presigner).status_code == 404


def test_another_type_is_refused(ticket: Any, photo: bytes, presigner: Presigner) -> None:
    for content_type in ("text/html", "image/svg+xml", "image/jpeg; charset=utf-8"):
        headers = {**ticket["headers"], "content-type": content_type}
        assert httpx.put(ticket["url"], headers=headers, content=photo, timeout=60).status_code == 403
    assert stored(ticket, presigner).status_code == 404


def test_another_key_is_refused(ticket: Any, photo: bytes) -> None:
    url = ticket["url"].replace("/user-7/", "/user-8/")
    assert url != ticket["url"]
    assert httpx.put(url, headers=ticket["headers"], content=photo, timeout=60).status_code == 403
