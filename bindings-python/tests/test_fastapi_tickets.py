"""``upload_router`` on a real server: the cases that all frameworks share, and bodies that come slowly."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Header, HTTPException
from starlette.types import Receive, Scope, Send

from fastapi_app import Served, read_answer, serve, signed_in, user_id
from framework_cases import CASES, body_of, check_answer, name_of, prepare
from presize import Bucket, Credentials, Presigner, UploadPolicy, Uploads
from presize.fastapi import upload_router


@pytest.fixture(scope="module")
def served(presigner: Presigner) -> Iterator[Served]:
    """One server for all cases: a header says which policy."""

    @cache
    def app_with(policy: str) -> FastAPI:
        uploads = Uploads(presigner, UploadPolicy(**json.loads(policy)))
        app = FastAPI()
        app.include_router(upload_router(uploads, current_user=user_id), prefix="/snake")
        app.include_router(upload_router(uploads, current_user=user_id, case="camel"), prefix="/camel")
        return app

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        policy = dict(scope["headers"]).get(b"x-policy", b"{}").decode()
        await app_with(policy)(scope, receive, send)

    with serve(dispatch) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_cases_of_all_frameworks(client: httpx.Client, case: dict[str, Any], presigner: Presigner) -> None:
    case = prepare(case, presigner)
    request = case["request"]
    headers = {**request["headers"], **signed_in(case["user"]), "x-policy": json.dumps(case["policy"])}
    answer = client.request(request["method"], request["path"], headers=headers, content=body_of(request))
    check_answer(case, answer)
    assert answer.headers["content-type"] == "application/json"


def post(client: httpx.Client, body: object, user: str | None = "user-7", path: str = "/snake") -> httpx.Response:
    return client.post(f"{path}/presigned-url", json=body, headers=signed_in(user))


@pytest.mark.parametrize("case", ["snake", "camel"])
def test_an_answer_has_these_names_and_types_and_no_others(
    client: httpx.Client, case: str, presigner: Presigner, s3: Any
) -> None:
    body = {
        "snake": {"content_type": "image/jpeg", "file_size": 7},
        "camel": {"contentType": "image/jpeg", "fileSize": 7},
    }
    before = int(time.time())
    answer = post(client, body[case], path=f"/{case}")
    assert answer.headers["cache-control"] == "no-store"
    ticket = answer.json()
    after = int(time.time())
    names = {
        "snake": ["upload_url", "method", "headers", "key", "public_url", "expires_in", "expires_at"],
        "camel": ["uploadUrl", "method", "headers", "key", "publicUrl", "expiresIn", "expiresAt"],
    }
    assert list(ticket) == names[case]
    url, method, headers, key, public_url, expires_in, expires_at = ticket.values()
    assert key.startswith("uploads/user-7/")
    assert url.startswith(f"{s3.endpoint}/{presigner.bucket.name}/incoming/{key}?")
    assert (method, public_url, expires_in) == ("PUT", None, 300)
    assert headers == {"content-type": "image/jpeg", "content-length": "7"}
    assert type(expires_at) is int
    assert before + 300 <= expires_at <= after + 300


def test_every_ticket_has_a_key_of_its_own(client: httpx.Client) -> None:
    body = {"content_type": "image/jpeg", "file_size": 7}
    assert len({post(client, body).json()["key"] for _ in range(20)}) == 20


def test_bytes_that_are_no_utf_8_are_no_json(client: httpx.Client) -> None:
    for content in (b'{"content_type":"\xff"}', '{"content_type":"image/jpeg","file_size":1}'.encode("utf-16")):
        headers = {"content-type": "application/json", **signed_in("user-7")}
        answer = client.post("/snake/presigned-url", content=content, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "request_malformed")


def test_a_chunked_body_is_refused_while_it_streams(served: Served) -> None:
    head = 'POST /snake/presigned-url HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nx-user: "user-7"\r\n'
    with served.connect() as connection:
        connection.sendall(f"{head}content-type: application/json\r\n\r\n".encode())
        for _ in range(17):
            connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        # The body has no end, and yet there is an answer.
        answer = read_answer(connection)
    assert answer.status == 413
    assert answer.json()["error"]["code"] == "request_too_large"


@pytest.mark.parametrize(("user", "status"), [('x-user: "user-7"', 413), ("x-other: none", 401)])
def test_an_announced_body_is_refused_before_it_is_sent(served: Served, user: str, status: int) -> None:
    head = f"POST /snake/presigned-url HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n{user}\r\n"
    with served.connect() as connection:
        connection.sendall(f"{head}content-type: application/json\r\n\r\n".encode())
        assert read_answer(connection).status == status


def test_a_client_that_goes_away_is_no_failure(
    served: Served, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    head = 'POST /snake/presigned-url HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nx-user: "user-7"\r\n\r\n{'
    with served.connect() as connection:
        connection.sendall(head.encode())
        time.sleep(0.1)
    time.sleep(0.1)
    assert post(client, {"content_type": "image/jpeg", "file_size": 7}).status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def app_for(current_user: Any, **options: Any) -> FastAPI:
    presigner = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret"))
    app = FastAPI()
    app.include_router(upload_router(Uploads(presigner), current_user=current_user, **options))
    return app


def test_current_user_may_be_any_dependency() -> None:
    async def from_token(authorization: Annotated[str | None, Header()] = None) -> str:
        if authorization != "Bearer good":
            raise HTTPException(401, "Invalid token", {"www-authenticate": "Bearer"})
        return "user-9"

    with serve(app_for(from_token)) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        body = {"content_type": "image/png", "file_size": 1}
        refused = client.post("/presigned-url", json=body)
        assert (refused.status_code, refused.json()) == (401, {"detail": "Invalid token"})
        answer = client.post("/presigned-url", json=body, headers={"authorization": "Bearer good"})
        assert answer.json()["key"].startswith("uploads/user-9/")


def test_a_user_that_is_no_owner_is_the_applications_fault() -> None:
    with serve(app_for(lambda: 7.5)) as served:
        answer = httpx.post(
            f"{served.url}/presigned-url", json={"content_type": "image/png", "file_size": 1}, timeout=60
        )
        assert answer.status_code == 500


def test_a_failure_of_ours_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    over = datetime.now(UTC) - timedelta(hours=1)
    presigner = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret", expires_at=over))
    app = FastAPI()
    app.include_router(upload_router(Uploads(presigner), current_user=lambda: "user-7"))
    with serve(app) as served:
        answer = httpx.post(
            f"{served.url}/presigned-url", json={"content_type": "image/png", "file_size": 1}, timeout=60
        )
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "credentials_expired")
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["presize.fastapi"]


def test_a_case_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match='expected "snake" or "camel"'):
        app_for(lambda: "user-7", case="kebab")


@pytest.mark.parametrize("case", ["snake", "camel"])
def test_openapi_shows_request_answer_and_errors(case: str) -> None:
    document = app_for(user_id, case=case).openapi()
    operation = document["paths"]["/presigned-url"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    size = {"snake": "file_size", "camel": "fileSize"}[case]
    assert schema["properties"][size]["examples"] == [48211]
    assert size in schema["required"]
    assert "filename" not in schema["required"]
    assert operation["requestBody"]["required"] is True
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    answer = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
    assert {"snake": "upload_url", "camel": "uploadUrl"}[case] in answer["properties"]
    assert set(operation["responses"]) == {"200", "400", "401", "413", "415", "422"}
    for status in ("400", "401", "413", "415", "422"):
        shown = operation["responses"][status]["content"]["application/json"]["schema"]
        assert shown == {"$ref": "#/components/schemas/PresizeErrorAnswer"}
    error = document["components"]["schemas"]["PresizeErrorBody"]
    assert set(error["properties"]) == {"code", "message", "user_message", "details", "index"}


@pytest.mark.parametrize("case", ["snake", "camel"])
def test_openapi_shows_confirmations(case: str) -> None:
    document = app_for(user_id, case=case).openapi()
    operation = document["paths"]["/confirm"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    name = {"snake": "original_filename", "camel": "originalFilename"}[case]
    checksum = {"snake": "checksum_sha256", "camel": "checksumSha256"}[case]
    assert set(schema["properties"]) == {"key", name, checksum}
    assert schema["required"] == ["key"]
    assert all(shown["examples"] for shown in schema["properties"].values())
    schemas = document["components"]["schemas"]

    def of(shown: Any) -> Any:
        return schemas[shown["$ref"].rsplit("/", 1)[1]]

    answer = of(operation["responses"]["200"]["content"]["application/json"]["schema"])
    address = {"snake": "public_url", "camel": "publicUrl"}[case]
    names = ["success", "key", address, "format", "width", "height", "bytes", "etag", "variants"]
    assert list(answer["properties"]) == names
    assert sorted(answer["required"]) == sorted(names)
    variant = of(answer["properties"]["variants"]["items"])
    assert list(variant["properties"]) == ["key", address, "format", "width", "height"]
    statuses = {"400", "401", "403", "404", "409", "413", "415", "422", "502", "503"}
    assert set(operation["responses"]) == {"200", *statuses}


def test_a_router_may_be_without_confirmations() -> None:
    assert list(app_for(user_id, confirm=False).openapi()["paths"]) == ["/presigned-url"]


def test_wrong_arguments_are_refused_at_once(uploads: Uploads) -> None:
    with pytest.raises(TypeError, match=r"expected presize\.Uploads for uploads, received NoneType"):
        upload_router(None, current_user=user_id)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected a dependency for current_user, received NoneType"):
        upload_router(uploads, current_user=None)  # type: ignore[arg-type]
