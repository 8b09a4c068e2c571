"""``image_file`` and ``image_files`` on a real server: good forms, bad ones, and ones that are refused half-way."""

import asyncio
import hashlib
import re
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.openapi.models import OpenAPI

from fastapi_app import Served, chunk, head, read_answer, refused, serve, user_id
from presize import CheckedImage, ImageRules, PresizeError, images
from presize.fastapi import image_file, image_files, image_form, install_presize
from presize.fastapi.form import FormFiles

BOUNDARY = "b0undary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
SMALL = ImageRules(formats=["jpeg", "png"], max_bytes=100_000, min_width=20, max_images=3, max_total_bytes=120_000)
LOOSE = ImageRules(allow_type_mismatch=True)
PROFILE = {"avatar": ImageRules(formats=["png"], max_bytes=3000), "사진": SMALL}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shown(image: CheckedImage) -> dict[str, Any]:
    return {"format": image.format, "width": image.width, "size_bytes": len(image.bytes), "sha256": digest(image.bytes)}


def signed_in_user(user: Annotated[str | None, Depends(user_id)]) -> str:
    if user is None:
        raise HTTPException(401, "who are you?")
    return user


def make_app() -> FastAPI:
    app = FastAPI()
    install_presize(app)

    @app.post("/avatar")
    async def avatar(photo: Annotated[CheckedImage, Depends(image_file(SMALL))]) -> dict[str, Any]:
        return shown(photo)

    @app.post("/loose")
    async def loose(photo: Annotated[CheckedImage, Depends(image_file(LOOSE, field="사진"))]) -> dict[str, Any]:
        return shown(photo)

    @app.post("/mine")
    async def mine(
        user: Annotated[str, Depends(signed_in_user)], photo: Annotated[CheckedImage, Depends(image_file(SMALL))]
    ) -> dict[str, Any]:
        return {"user": user, **shown(photo)}

    @app.post("/album/{album}")
    async def album(album: int, photos: Annotated[list[CheckedImage], Depends(image_files(SMALL))]) -> dict[str, Any]:
        return {"album": album, "photos": [shown(photo) for photo in photos]}

    @app.post("/short")
    async def short(photo: Annotated[CheckedImage, Depends(image_file(max_body_bytes=5000))]) -> dict[str, Any]:
        return shown(photo)

    @app.post("/profile")
    async def profile(images: Annotated[dict[str, CheckedImage], Depends(image_form(PROFILE))]) -> dict[str, Any]:
        return {field: shown(image) for field, image in images.items()}

    @app.post("/two")
    async def two(
        one: Annotated[CheckedImage, Depends(image_file(field="one"))],
        other: Annotated[CheckedImage, Depends(image_file(field="other"))],
    ) -> None: ...

    @app.get("/ping")
    async def ping() -> str:
        return "pong"

    return app


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(make_app()) as served:
        yield served


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def jpeg(images: Path) -> bytes:
    return (images / "baseline_420.jpg").read_bytes()


@pytest.fixture(scope="module")
def png(images: Path) -> bytes:
    return (images / "rgb.png").read_bytes()


def part(disposition: str, data: bytes, content_type: str | None = "image/jpeg") -> bytes:
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{kind}\r\n".encode() + data + b"\r\n"


def file(data: bytes, content_type: str | None = "image/jpeg", field: str = "file") -> bytes:
    return part(f'form-data; name="{field}"; filename="cat.jpg"', data, content_type)


END = f"--{BOUNDARY}--\r\n".encode()


def send(client: httpx.Client, path: str, *parts: bytes, end: bytes = END, kind: str | None = None) -> httpx.Response:
    kind = FORM if kind is None else kind
    return client.post(path, content=b"".join(parts) + end, headers={"content-type": kind})


def test_a_form_as_clients_write_it(client: httpx.Client, jpeg: bytes, png: bytes) -> None:
    answer = client.post("/avatar", files={"file": ("cat.jpg", jpeg, "image/jpeg")}, data={"caption": "고양이"})
    assert answer.json() == {"format": "jpeg", "width": 48, "size_bytes": len(jpeg), "sha256": digest(jpeg)}
    answer = client.post("/loose", files={"사진": ("cat.png", png, "application/octet-stream")})
    assert (answer.status_code, answer.json()["format"]) == (200, "png")
    files = [("files", ("a.jpg", jpeg, "image/jpeg")), ("files", ("b.png", png, "image/png"))]
    answer = client.post("/album/7", files=files)
    assert answer.json()["album"] == 7
    assert [photo["format"] for photo in answer.json()["photos"]] == ["jpeg", "png"]


def request_of_a_form(pieces: list[bytes] | None = None) -> Request:
    """A request as a server gives it, whose body comes in these pieces."""
    left = [] if pieces is None else [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]

    async def receive() -> Any:
        return left.pop(0) if left else {"type": "http.request", "body": b"", "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", FORM.encode())]}, receive)


def test_a_file_that_is_checked_is_not_kept_twice(jpeg: bytes) -> None:
    """While the last of them is checked there is one copy of each, and the bodies of the parser are gone."""
    large = jpeg + bytes(4_000_000)
    form = b"".join(file(large, field="files") for _ in range(5)) + END
    pieces = [form[start : start + 65_536] for start in range(0, len(form), 65_536)]
    del form
    tracemalloc.start()
    try:
        images = asyncio.run(image_files()(request_of_a_form(pieces)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [len(image.bytes) for image in images] == [len(large)] * 5
    # Five files, one that is copied, and what the arrays have in reserve; ten files if none were given back.
    assert most < 8 * len(large)


def test_images_in_several_fields(client: httpx.Client, jpeg: bytes, png: bytes) -> None:
    avatar, cover = file(png, "image/png", "avatar"), file(jpeg, field="사진")
    for parts in ([avatar, cover], [NOTE, cover, file(b"x", field="other"), avatar]):
        answer = send(client, "/profile", *parts)
        assert answer.status_code == 200, answer.text
        assert answer.json()["avatar"]["sha256"] == digest(png)
        assert answer.json()["사진"]["sha256"] == digest(jpeg)
        assert list(answer.json()) == ["avatar", "사진"]


def test_several_fields_have_rules_of_their_own(client: httpx.Client, jpeg: bytes, png: bytes) -> None:
    avatar, cover = file(png, "image/png", "avatar"), file(jpeg, field="사진")
    for parts, expected, message in (
        ([cover], (400, "request_malformed"), "expected a file in the field avatar for the request, received none"),
        ([avatar], (400, "request_malformed"), "expected a file in the field 사진 for the request, received none"),
        ([avatar, cover, avatar], (400, "request_malformed"), "expected one file in the field avatar"),
        ([file(jpeg, field="avatar"), cover], (415, "image_format_not_allowed"), "avatar: expected"),
        ([avatar, file(jpeg[:300], field="사진")], (422, "image_corrupt"), "사진: expected"),
        ([file(png + bytes(3000), "image/png", "avatar"), cover], (413, "image_too_large"), "avatar: expected"),
    ):
        answer = send(client, "/profile", *parts)
        assert refused(answer) == expected
        error = answer.json()["error"]
        assert error["message"].startswith(message), error
        if expected[0] != 400:
            assert error["details"]["field"] == message.split(":")[0]
    # What is large for one field is not for the other.
    large = send(client, "/profile", avatar, file(jpeg + bytes(50_000), field="사진"))
    assert large.status_code == 200


def test_a_large_file_in_one_of_several_fields_is_refused_as_it_comes(served: Served, png: bytes) -> None:
    with served.connect() as connection:
        connection.sendall(head("/profile", None, FORM) + chunk(file(png + bytes(4000), "image/png", "avatar")))
        answer = read_answer(connection)
    error = answer.json()["error"]
    assert (refused(answer), error["details"]["field"]) == ((413, "image_too_large"), "avatar")
    # How much more there is nobody knows.
    most = error["details"]["max"]
    assert error["message"] == f"avatar: expected at most {most} for bytes, received more than {most}"
    assert error["details"]["received"] == most + 1
    assert error["user_message"].startswith("This file is larger than ")


def test_a_body_that_is_read_twice_says_so(jpeg: bytes) -> None:
    """It is the mistake of whoever wrote the route, hence a 500 and a line that names the rule."""

    async def request() -> None:
        transport = httpx.ASGITransport(make_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            files = [(field, ("cat.jpg", jpeg, "image/jpeg")) for field in ("one", "other", "file")]
            await client.post("/two", files=files)

    with pytest.raises(RuntimeError, match=r"expected one reader of a request's body.* there is image_form"):
        asyncio.run(request())


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: image_file(max_body_bytes="5"), ValueError, "bytes for max_body_bytes, received '5'"),  # type: ignore[arg-type]
        (lambda: image_files(max_body_bytes=-1), ValueError, "bytes for max_body_bytes, received -1"),
        (lambda: image_form({"a": None}, max_body_bytes=True), ValueError, "bytes for max_body_bytes, received True"),
        (lambda: image_file(field=5), TypeError, "name of a field, received 5"),  # type: ignore[arg-type]
        (lambda: image_files(field=""), TypeError, "name of a field, received ''"),
        (lambda: image_file({"max_bytes": 5}), TypeError, "ImageRules for rules, received dict"),  # type: ignore[arg-type]
        (lambda: image_form({"a": 5}), TypeError, "ImageRules for rules, received int"),  # type: ignore[dict-item]
        (lambda: image_form({}), TypeError, "rules of each field by its name, received {}"),
        (lambda: image_form(["a"]), TypeError, "rules of each field by its name, received"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_refused_at_once(make: Callable[[], object], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=f"expected .*{message}"):
        make()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 100_000])
def test_pieces_may_end_anywhere(size: int) -> None:
    """The parser alone, since a server joins what comes fast."""
    pictures = [b"", b"\r", b"\r\n", b"\r\n--b0undarx", b"--b0undary", b"\n--b0undary--", bytes(range(256)) * 9]
    whole = b"".join(file(data, field=f"no {index % 2}") for index, data in enumerate(pictures)) + END
    form = FormFiles(request_of_a_form(), ["no 0"], lambda _files: None)
    for start in range(0, len(whole), size):
        form.write(whole[start : start + size])
    assert [bytes(each.data) for each in form.finish()] == pictures[::2]
    assert {each.declared for each in form.files} == {"image/jpeg"}


@pytest.mark.parametrize("end", [END, f"--{BOUNDARY}--".encode(), END + b"an epilogue\r\n"])
def test_ends_of_a_form(client: httpx.Client, jpeg: bytes, end: bytes) -> None:
    assert send(client, "/avatar", file(jpeg), end=end).status_code == 200


def test_data_that_looks_like_a_boundary(client: httpx.Client, images: Path) -> None:
    png = (images / "rgb.png").read_bytes()
    # What follows the end of a picture is not looked at, unless it makes it another file as well.
    data = png + b"\r\n--b0undarx\r\n\r\n--b0undar" + b"\r" * 50 + b"\r\n-" * 50
    answer = send(client, "/avatar", file(data, "image/png"))
    assert answer.json()["sha256"] == digest(data)


def test_other_parts_are_read_over(client: httpx.Client, jpeg: bytes) -> None:
    others = [
        part('form-data; name="file"', b"text, not a file", None),
        part('form-data; name="other"; filename="x.jpg"', b"no image"),
        part('form-data; name="csrf"', b"t0ken", None),
        part('form-data; name="file"; filename=""', b"", "application/octet-stream"),
    ]
    assert send(client, "/avatar", *others[:3], file(jpeg), others[2]).status_code == 200
    assert send(client, "/album/1", *others, file(jpeg, field="files")).status_code == 200


@pytest.mark.parametrize(
    ("parts", "received"),
    [
        ([], "none"),
        ([part('form-data; name="other"; filename="x"', b"x")], "none"),
        ([part('form-data; name="file"', b"x")], "none"),
        ([part('form-data; name="file"; filename=""', b"", "application/octet-stream")], "none"),
        ([part('attachment; name="file"; filename="x"', b"x")], "none"),
        ([part('form-data; filename="x"', b"x")], "none"),
        ([file(b"x"), file(b"x")], "more"),
    ],
)
def test_forms_without_one_file(client: httpx.Client, parts: list[bytes], received: str) -> None:
    answer = send(client, "/avatar", *parts)
    assert refused(answer) == (400, "request_malformed")
    assert answer.json()["error"]["details"]["received"] == received
    assert "in the field file" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/json", "multipart/mixed; boundary=b0undary", "application/x-www-form-urlencoded"],
)
def test_another_type_of_body(client: httpx.Client, jpeg: bytes, kind: str) -> None:
    answer = send(client, "/avatar", file(jpeg), kind=kind)
    assert refused(answer) == (400, "request_malformed")
    assert answer.json()["error"]["details"]["expected"] == "multipart/form-data"


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        f"multipart/form-data; boundary={'x' * 71}",
        f"multipart/form-data; boundary={'x' * 5000}",
    ],
)
def test_no_usable_boundary(client: httpx.Client, jpeg: bytes, kind: str) -> None:
    assert refused(send(client, "/avatar", file(jpeg), kind=kind)) == (400, "request_malformed")


NOTE = b'--b0undary\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'


@pytest.mark.parametrize(
    ("before", "end", "reason"),
    [
        (b"no form", END, "breaks off"),
        (b"--other\r\n\r\n", END, "breaks off"),
        (b"", b"", "without its end"),
        (b"", END[:-4], "without its end"),
        (b"", file(b"half", field="other")[:-2], "without its end"),
        (b"--b0undary\r\nbad header\r\n\r\nx\r\n", END, "breaks off"),
        (b"--b0undary\r\n" + b"x" * 9000 + b": y\r\n\r\nx\r\n", END, "(8192 bytes|breaks off)"),
        (b"--b0undary\r\nx: " + b"y" * 9000 + b"\r\n\r\nx\r\n", END, "(8192 bytes|breaks off)"),
        (b"--b0undary\r\n" + b"X-A: y\r\n" * 3000 + b"\r\nx\r\n", END, "(8192 bytes|breaks off)"),
        (NOTE * 1000, END, "more than 1000 parts"),
    ],
)
def test_forms_that_are_none(client: httpx.Client, jpeg: bytes, before: bytes, end: bytes, reason: str) -> None:
    """Each has a good file, which alone would be taken."""
    answer = send(client, "/avatar", before, file(jpeg), end=end)
    assert refused(answer) == (400, "request_malformed")
    assert re.search(reason, answer.json()["error"]["details"]["received"]), answer.text


def test_forms_just_within_the_limits(client: httpx.Client, jpeg: bytes) -> None:
    assert send(client, "/avatar", NOTE * 999, file(jpeg)).status_code == 200
    assert send(client, "/avatar", b"--b0undary\r\nx: " + b"y" * 4000 + b"\r\n\r\nx\r\n", file(jpeg)).status_code == 200


def test_headers_of_a_part_are_counted_by_presize() -> None:
    """Whatever the parser's own limit is in the version that is installed."""
    form = FormFiles(request_of_a_form(), ["file"], lambda _files: None)
    form._add_header(b"x" * 4096, 0, 4096)
    form._add_value(b"y" * 4096, 0, 4096)
    with pytest.raises(PresizeError, match="8192 bytes of headers"):
        form._add_value(b"z", 0, 1)


def test_an_empty_body_is_no_form(client: httpx.Client) -> None:
    assert refused(send(client, "/avatar", b"", end=b"")) == (400, "request_malformed")


def test_the_declared_type_counts(client: httpx.Client, jpeg: bytes) -> None:
    answer = send(client, "/avatar", file(jpeg, "image/png"))
    assert refused(answer) == (415, "image_format_mismatch")
    assert answer.json()["error"]["details"] == {"declared": "image/png", "detected": "image/jpeg"}
    assert send(client, "/avatar", file(jpeg, "image/pjpeg")).status_code == 200
    assert send(client, "/avatar", file(jpeg, None)).status_code == 200
    # Headers that say nothing declare nothing.
    for nothing in (" ", "\t"):
        assert send(client, "/avatar", file(jpeg, nothing)).status_code == 200
    for open_type in (
        "application/octet-stream",
        "Application/Octet-Stream; charset=binary",
        "binary/octet-stream",
        "image/*",
    ):
        answer = send(client, "/avatar", file(jpeg, open_type))
        assert (answer.status_code, answer.json()["format"]) == (200, "jpeg"), open_type
    answer = send(client, "/avatar", file(jpeg, "application/x-octet"))
    assert refused(answer) == (415, "image_format_mismatch")
    assert send(client, "/loose", file(jpeg, "image/png", field="사진")).status_code == 200


def test_bad_images(client: httpx.Client, images: Path, jpeg: bytes) -> None:
    for name, expected in {
        "half_baseline_420.jpg": (422, "image_corrupt"),
        "bomb_150mp.png": (413, "image_too_large"),
        "animated.gif": (415, "image_format_not_allowed"),
    }.items():
        kind = f"image/{name.rsplit('.', 1)[1].replace('jpg', 'jpeg')}"
        assert refused(send(client, "/avatar", file((images / name).read_bytes(), kind))) == expected
    assert refused(send(client, "/avatar", file(b"<svg xmlns='x'/>", "image/svg+xml"))) == (
        415,
        "image_format_not_allowed",
    )
    assert refused(send(client, "/avatar", file(b"text", "image/jpeg"))) == (415, "image_format_unknown")
    # An empty file that has a name was chosen, and is an image that is too small.
    assert refused(send(client, "/avatar", file(b""))) == (422, "image_too_small")
    answer = send(client, "/album/1", *(file(data, field="files") for data in (jpeg, jpeg, jpeg[:300])))
    assert refused(answer) == (422, "image_corrupt")
    assert answer.json()["error"]["index"] == 2
    assert answer.json()["error"]["message"].startswith("image 2: ")
    assert "index" not in send(client, "/avatar", file(jpeg[:300])).json()["error"]


def test_limits_of_a_list(client: httpx.Client, jpeg: bytes) -> None:
    answer = send(client, "/album/1", *[file(jpeg, field="files")] * 4)
    assert refused(answer) == (400, "request_malformed")
    assert answer.json()["error"]["details"]["expected"] == "at most 3 files in the field files"
    half = jpeg + bytes(60_000)
    answer = send(client, "/album/1", *[file(half, field="files")] * 2)
    assert refused(answer) == (413, "request_too_large")
    assert answer.json()["error"]["details"] == {"max_bytes": 120_000}
    answer = send(client, "/album/1", file(jpeg, field="files"), file(bytes(100_001), field="files"))
    assert (refused(answer), answer.json()["error"]["index"]) == ((413, "image_too_large"), 1)
    assert refused(send(client, "/album/1")) == (400, "request_malformed")


def test_limit_of_the_body(client: httpx.Client, jpeg: bytes) -> None:
    assert send(client, "/short", file(jpeg)).status_code == 200
    answer = send(client, "/short", part('form-data; name="note"', bytes(5000), None), file(jpeg))
    assert refused(answer) == (413, "request_too_large")
    # A file of exactly the rules' size fits, with the form around it.
    exact = jpeg + bytes(100_000 - len(jpeg))
    assert send(client, "/avatar", file(exact)).json()["size_bytes"] == 100_000
    assert refused(send(client, "/avatar", file(exact + b"\0"))) == (413, "image_too_large")


def test_a_file_is_refused_as_soon_as_it_is_too_long(served: Served, jpeg: bytes) -> None:
    with served.connect() as connection:
        connection.sendall(head("/avatar", None, FORM) + chunk(file(jpeg)[:-2]))
        for _ in range(25):
            connection.sendall(chunk(bytes(4096)))
        assert refused(read_answer(connection)) == (413, "image_too_large")


def test_a_list_is_refused_as_soon_as_it_is_too_long(served: Served, jpeg: bytes) -> None:
    half = file(jpeg + bytes(60_000), field="files")
    with served.connect() as connection:
        connection.sendall(head("/album/1", None, FORM) + chunk(half) + chunk(half[:-1000]))
        assert refused(read_answer(connection)) == (413, "request_too_large")


def test_an_announced_length_is_refused_at_once(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(head("/avatar", 10_000_000, FORM))
        assert refused(read_answer(connection)) == (413, "request_too_large")


def test_a_client_that_asks_first_sends_nothing(served: Served) -> None:
    """RFC 9110, section 10.1.1: the answer comes instead of ``100 Continue``."""
    for path, length, status in (("/avatar", 10_000_000, 413), ("/mine", 1000, 401)):
        with served.connect() as connection:
            expecting = head(path, length, FORM).replace(b"\r\n\r\n", b"\r\nexpect: 100-continue\r\n\r\n")
            connection.sendall(expecting)
            assert read_answer(connection).status == status


def test_who_asks_is_known_before_anything_is_read(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(head("/mine", 90_000, FORM))
        assert read_answer(connection).status == 401


def test_a_client_that_goes_on_sending_gets_its_answer(served: Served, jpeg: bytes) -> None:
    whole = file(jpeg + bytes(20_000_000)) + END
    with served.connect() as connection:
        connection.sendall(head("/avatar", len(whole), FORM))
        # All of it, although the answer is there after the first line.
        connection.sendall(whole)
        assert refused(read_answer(connection)) == (413, "request_too_large")
        # The server has read it to its end: the next request is understood.
        connection.sendall(b"GET /ping HTTP/1.1\r\nhost: x\r\n\r\n")
        assert read_answer(connection).json() == "pong"


def test_a_client_that_breaks_off_is_no_failure(
    served: Served, client: httpx.Client, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for body in (file(jpeg)[:500], b"", file(jpeg)):
        with served.connect() as connection:
            connection.sendall(head("/avatar", 50_000, FORM) + body)
            time.sleep(0.05)
    time.sleep(0.1)
    assert send(client, "/avatar", file(jpeg)).status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_slow_client(served: Served, jpeg: bytes) -> None:
    whole = file(jpeg) + END
    with served.connect() as connection:
        connection.sendall(head("/avatar", len(whole), FORM))
        for start in range(0, len(whole), 50):
            connection.sendall(whole[start : start + 50])
            time.sleep(0.002)
        answer = read_answer(connection)
    assert (answer.status, answer.json()["size_bytes"]) == (200, len(jpeg))


def test_pixels_do_not_hold_up_the_event_loop(
    served: Served, client: httpx.Client, png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    check = images.check

    def slow(*arguments: Any, **options: Any) -> CheckedImage:
        begun.set()
        assert may_end.wait(60)
        return check(*arguments, **options)

    monkeypatch.setattr(images, "check", slow)
    with ThreadPoolExecutor(1) as pool, httpx.Client(base_url=served.url, timeout=60) as other:
        heavy = pool.submit(lambda: other.post("/loose", files={"사진": ("x.png", png, "image/png")}))
        assert begun.wait(60)
        assert client.get("/ping").json() == "pong"
        may_end.set()
        assert heavy.result().json()["width"] == 48


def test_openapi_shows_the_forms() -> None:
    app = make_app()
    document = app.openapi()
    assert app.openapi() == document
    OpenAPI.model_validate(document)
    avatar = document["paths"]["/avatar"]["post"]
    form = avatar["requestBody"]["content"]["multipart/form-data"]
    assert form["schema"]["required"] == ["file"]
    shown_file = form["schema"]["properties"]["file"]
    assert (shown_file["type"], shown_file["format"]) == ("string", "binary")
    assert "jpeg, png; 20x1 to 16384x16384 pixels; at most 100000 bytes" in shown_file["description"]
    assert form["encoding"]["file"]["contentType"] == "image/jpeg, image/png"
    assert set(avatar["responses"]) == {"200", "400", "413", "415", "422", "503"}
    error = avatar["responses"]["413"]["content"]["application/json"]["schema"]["$ref"]
    assert error == "#/components/schemas/PresizeErrorAnswer"
    assert {"PresizeErrorAnswer", "PresizeErrorBody"} <= set(document["components"]["schemas"])
    profile = document["paths"]["/profile"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert profile["schema"]["required"] == list(profile["schema"]["properties"]) == ["avatar", "사진"]
    assert "at most 3000 bytes" in profile["schema"]["properties"]["avatar"]["description"]
    assert {field: shown["contentType"] for field, shown in profile["encoding"].items()} == {
        "avatar": "image/png",
        "사진": "image/jpeg, image/png",
    }
    files = document["paths"]["/album/{album}"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert (files["properties"]["files"]["type"], files["properties"]["files"]["maxItems"]) == ("array", 3)
    # FastAPI's own 422 for the path's parameter has the shape of all others.
    album = document["paths"]["/album/{album}"]["post"]["responses"]
    assert album["422"]["content"]["application/json"]["schema"]["$ref"].endswith("PresizeErrorAnswer")
    assert "requestBody" not in document["paths"]["/ping"]["get"]


TOTALS = {
    "/pixels": image_files(ImageRules(max_total_pixels=6912)),
    "/work": image_files(ImageRules(max_total_work_pixels=12516)),
    "/form": image_form({"one": ImageRules(max_total_pixels=6912), "other": ImageRules(max_total_work_pixels=12516)}),
    "/own": image_form({"one": ImageRules(max_pixels=6912, formats=["jpeg"]), "other": ImageRules(max_icc_bytes=0)}),
}


@pytest.fixture(scope="module")
def totals() -> Iterator[httpx.Client]:
    """Routes that take together no more than ``baseline_420.jpg`` and ``animated.gif`` are."""
    app = FastAPI()
    install_presize(app)
    for path, dependency in TOTALS.items():

        @app.post(path)
        async def read(images: Annotated[Any, Depends(dependency)]) -> int:
            return len(images)

    with serve(app) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "fields", "what", "most"),
    [
        ("/pixels", ["files"] * 3, "total_pixels", 6912),
        ("/work", ["files"] * 3, "total_work_pixels", 12516),
        ("/form", ["one", "other"], "total_pixels", 6912),
    ],
)
def test_images_together_are_bounded_before_any_is_decoded(
    totals: httpx.Client, images: Path, path: str, fields: list[str], what: str, most: int
) -> None:
    jpeg, gif = (images / "baseline_420.jpg").read_bytes(), (images / "animated.gif").read_bytes()
    fits = send(totals, path, *map(file, [jpeg, gif], ["image/jpeg", "image/gif"], fields))
    assert fits.status_code == 200, fits.text
    # Nothing is found wrong with the first, since its pixels, which break off, are not looked at.
    broken = jpeg[:-200]
    others = [gif, jpeg] if len(fields) == 3 else [(images / "large.jpg").read_bytes()]
    answer = send(
        totals, path, *(file(data, None, field) for data, field in zip([broken, *others], fields, strict=True))
    )
    assert refused(answer) == (413, "image_too_large"), answer.text
    error = answer.json()["error"]
    assert "index" not in error
    assert (error["details"]["what"], error["details"]["max"]) == (what, most)
    assert error["message"].startswith(f"expected at most {most} for {what}, received ")


def test_a_file_without_a_header_is_refused_before_any_is_decoded(totals: httpx.Client, images: Path) -> None:
    jpeg, headless = (images / "baseline_420.jpg").read_bytes(), (images / "no_width.png").read_bytes()
    answer = send(totals, "/pixels", file(jpeg[:-200], field="files"), file(headless, "image/png", "files"))
    assert (refused(answer), answer.json()["error"]["index"]) == ((422, "image_corrupt"), 1)
    # It says what a check of its own says.
    answer = send(totals, "/pixels", file(jpeg[:-200], field="files"), file(headless, "image/jpeg", "files"))
    assert (refused(answer), answer.json()["error"]["index"]) == ((415, "image_format_mismatch"), 1)
    assert answer.json()["error"]["message"].startswith("image 1: expected image/jpeg as declared")
    answer = send(totals, "/form", file(jpeg[:-200], field="one"), file(headless, "image/png", "other"))
    assert (refused(answer), answer.json()["error"]["details"]["field"]) == ((422, "image_corrupt"), "other")


def test_each_field_is_held_to_its_own_rules_all_the_same(totals: httpx.Client, images: Path) -> None:
    jpeg, gif = (images / "baseline_420.jpg").read_bytes(), (images / "animated.gif").read_bytes()
    large = (images / "large.jpg").read_bytes()
    assert send(totals, "/own", file(jpeg, field="one"), file(large, field="other")).status_code == 200
    answer = send(totals, "/own", file(large, field="one"), file(jpeg, field="other"))
    assert (refused(answer), answer.json()["error"]["details"]["what"]) == ((413, "image_too_large"), "pixels")
    answer = send(totals, "/own", file(gif, "image/gif", "one"), file(jpeg, field="other"))
    assert refused(answer) == (415, "image_format_not_allowed")
