"""Owners as programs know them, and what routes say of the fields of a request."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

import presize.store
from fake_store import KEY, FakeStore, fake
from fastapi_app import client_of, serve
from presize import OptionError, Presigner, UploadError, UploadEvent, Uploads
from presize.errors import PresizeError
from presize.fastapi import upload_router

__all__ = ["fake"]

ID = uuid.UUID("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6")


class Level(enum.IntEnum):
    ADMIN = 7

    def __str__(self) -> str:
        return "../admin"


class Strange(uuid.UUID):
    def __str__(self) -> str:
        return "../strange"


OWNERS = [
    (7, "7"),
    (0, "0"),
    (2**63, "9223372036854775808"),
    (Level.ADMIN, "7"),
    (ID, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    (Strange(int=7), "00000000-0000-0000-0000-000000000007"),
    ("user-7", "user-7"),
]


def repr_of(owner: Any) -> str:
    """Python refuses to write out long numbers."""
    return repr(owner) if not isinstance(owner, int) or owner < 10**9 else f"{owner.bit_length()} bits"


@pytest.mark.parametrize(("owner", "text"), OWNERS)
def test_numbers_and_uuids_are_owners(fake: FakeStore, owner: Any, text: str) -> None:
    events: list[UploadEvent] = []
    ticket = fake.uploads.issue(owner=owner, content_type="image/png", size_bytes=5, on_event=events.append)
    assert ticket.key.startswith(f"uploads/{text}/")
    assert events[0].owner == text
    assert fake.uploads.confirm(owner=owner, key=ticket.key).next_request() is not None
    assert fake.uploads.confirm(owner=text, key=ticket.key).next_request() is not None
    confirmed = presize.store.confirm_upload(fake.uploads, owner=owner, key=ticket.key)
    assert confirmed.key == ticket.key


@pytest.mark.parametrize("owner", [True, False, -1, 2**300, 10**5000, 7.0, b"user-7", None, ["user-7"]], ids=repr_of)
def test_nothing_else_is_one(fake: FakeStore, owner: Any) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: fake.uploads.issue(owner=owner, content_type="image/png", size_bytes=5),
        lambda: fake.uploads.confirm(owner=owner, key=KEY),
        lambda: presize.store.confirm_upload(fake.uploads, owner=owner, key=KEY),
    ]
    for call in calls:
        with pytest.raises((OptionError, UploadError)) as caught:
            call()
        assert caught.value.http_status == 400
    assert fake.requests == []


@pytest.mark.parametrize(("owner", "text"), OWNERS)
def test_users_of_a_route_are_owners(fake: FakeStore, owner: Any, text: str) -> None:
    app = FastAPI()
    app.include_router(upload_router(fake.uploads, current_user=lambda: owner))
    with client_of(app) as client:
        ticket = client.post("/presigned-url", json={"content_type": "image/png", "file_size": 5}).json()
        assert ticket["key"].startswith(f"uploads/{text}/")
        assert client.post("/confirm", json={"key": ticket["key"]}).json()["key"] == ticket["key"]


@pytest.mark.parametrize("owner", [True, -1, 7.0, b"user-7"])
def test_another_user_is_the_applications_fault(fake: FakeStore, owner: Any) -> None:
    app = FastAPI()
    app.include_router(upload_router(fake.uploads, current_user=lambda: owner))
    # The server closes a connection after a failure.
    with serve(app) as served:
        asked = {"content_type": "image/png", "file_size": 5}
        assert httpx.post(f"{served.url}/presigned-url", json=asked, timeout=60).status_code == 500
        assert httpx.post(f"{served.url}/confirm", json={"key": KEY}, timeout=60).status_code == 500


TICKET_MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"content_type": "image/png", "file_size": 10**9}, "file_size"),
    ({"content_type": "image/png", "file_size": 0}, "file_size"),
    ({"content_type": "image/png", "file_size": "5"}, "file_size"),
    ({"content_type": "text/html", "file_size": 5}, "content_type"),
    ({"content_type": 4, "file_size": 5}, "content_type"),
    ({"content_type": "image/png", "file_size": 5, "filename": 4}, "filename"),
]
CONFIRM_MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"key": 4}, "key"),
    ({"key": "uploads/user-8/1700000000000-0123456789abcdef.png"}, "key"),
    ({"key": "elsewhere/user-7/a.png"}, "key"),
    ({"key": ""}, "key"),
    ({"key": KEY, "original_filename": 4}, "original_filename"),
]


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


@pytest.mark.parametrize("case", ["snake", "camel"])
def test_details_name_the_field_as_the_client_wrote_it(fake: FakeStore, case: Any) -> None:
    app = FastAPI()
    app.include_router(upload_router(fake.uploads, current_user=lambda: "user-7", case=case))
    spell = camel if case == "camel" else str
    with client_of(app) as client:
        for path, mistakes in (("/presigned-url", TICKET_MISTAKES), ("/confirm", CONFIRM_MISTAKES)):
            for body, field in mistakes:
                answer = client.post(path, json={spell(name): value for name, value in body.items()})
                assert answer.status_code < 500, answer.text
                assert answer.json()["error"]["details"]["field"] == spell(field), answer.text


def test_a_confirmation_has_the_time_that_the_route_gives_it(fake: FakeStore) -> None:
    app = FastAPI()
    app.include_router(upload_router(fake.uploads, current_user=lambda: "user-7", timeout=1e-9), prefix="/short")
    app.include_router(upload_router(fake.uploads, current_user=lambda: "user-7", timeout=60), prefix="/long")
    with client_of(app) as client:
        answer = client.post("/short/confirm", json={"key": KEY})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
        assert client.post("/long/confirm", json={"key": KEY}).status_code == 200
    for timeout in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="expected more than 0 seconds for timeout"):
            upload_router(fake.uploads, current_user=lambda: "user-7", timeout=timeout)
    wrong: Any
    for wrong in ("10", None, True):
        with pytest.raises(TypeError, match="expected a number of seconds for timeout, received"):
            upload_router(fake.uploads, current_user=lambda: "user-7", timeout=wrong)


AWS = {
    "AWS_REGION": "eu-central-1",
    "AWS_BUCKET_NAME": "photos",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
}
R2 = {
    "R2_ACCOUNT_ID": "0123456789abcdef0123456789abcdef",
    "R2_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "R2_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
    "R2_BUCKET_NAME": "photos",
}


@pytest.mark.parametrize(
    ("variables", "start"),
    [
        (AWS, "https://photos.s3.eu-central-1.amazonaws.com/a.png?"),
        ({**AWS, "AWS_ENDPOINT_URL": "http://localhost:9000"}, "http://localhost:9000/photos/a.png?"),
        (R2, "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/photos/a.png?"),
        ({**R2, "R2_PUBLIC_URL": "", **AWS}, "https://0123456789abcdef0123456789abcdef.r2"),
    ],
)
def test_a_presigner_from_the_environment(variables: dict[str, str], start: str) -> None:
    presigner = Presigner.from_env(variables)
    uploads = (
        Uploads.from_env(environ={**variables, "R2_PUBLIC_URL": "https://cdn.example.com"})
        if "R2" in str(variables)
        else Uploads.from_env(environ=variables)
    )
    assert presigner.get("a.png", now=1_700_000_000).url.startswith(start)
    # The other way to the same presigner.
    assert presigner.get("a.png", now=1_700_000_000) == uploads.presigner.get("a.png", now=1_700_000_000)
    assert presigner.bucket == uploads.presigner.bucket
    assert repr(presigner.bucket) == repr(uploads.presigner.bucket)
    assert "wJalrXUtnFEMI" not in repr(presigner)


def test_every_variable_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*AWS, *R2, "R2_PUBLIC_URL", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(PresizeError) as caught:
        Presigner.from_env()
    assert caught.value.code == "environment_incomplete"
    assert caught.value.details["missing"] == [*AWS]
    with pytest.raises(PresizeError) as caught:
        Presigner.from_env({"R2_BUCKET_NAME": "photos"})
    assert caught.value.details["missing"] == ["R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"]
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    assert Presigner.from_env().bucket.host == "photos.s3.eu-central-1.amazonaws.com"
