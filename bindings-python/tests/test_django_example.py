"""The example project, as its README starts it, with a real bucket."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

import presize

FOLDER = Path(__file__).resolve().parents[2] / "examples/python/django_upload"
PASSWORD = "a-password-for-one-test"


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """What the example sees: this package, and no variables of others."""
    package = str(Path(presize.__file__).parents[1])
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    folders = {"DATABASE": str(tmp_path / "db.sqlite3"), "MEDIA_ROOT": str(tmp_path)}
    return {**kept, **folders, **more, "PYTHONPATH": package}


@pytest.fixture
def address(tmp_path: Path, s3: Any) -> Iterator[str]:
    """The address of the example, with one user."""
    variables = environment(
        tmp_path,
        R2_ACCOUNT_ID="0" * 32,
        R2_ACCESS_KEY_ID=s3.access_key_id,
        R2_SECRET_ACCESS_KEY=s3.secret_access_key,
        R2_BUCKET_NAME=s3.bucket,
        S3_ENDPOINT=s3.endpoint,
        S3_REGION=s3.region,
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    manage = [sys.executable, "-W", "error", "-B", "manage.py"]
    for command in (
        ["check", "--fail-level", "WARNING"],
        ["makemigrations", "--check", "--dry-run"],
        ["migrate", "--verbosity", "0"],
        ["createsuperuser", "--noinput", "--username", "kim", "--email", "kim@example.com"],
    ):
        done = subprocess.run([*manage, *command], cwd=FOLDER, env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr + done.stdout
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=FOLDER, env=variables, stdout=quiet, stderr=quiet) as server:
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Waits until somebody listens."""
    for _ in range(600):
        assert server.poll() is None, "the example ended"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the example did not start")


def jpeg(width: int, height: int) -> bytes:
    """A JPEG that presize has not made."""
    file = io.BytesIO()
    Image.effect_noise((width, height), 50).save(file, "JPEG")
    return file.getvalue()


def form_token(page: str) -> str:
    """The token of a form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page
    return found[1]


def test_the_example(address: str, tmp_path: Path) -> None:
    with httpx.Client(base_url=address, follow_redirects=True, trust_env=False, timeout=60) as browser:
        assert browser.post("/api/upload/presigned-url", json={}).status_code == 401
        login = browser.get("/")
        assert login.url.path == "/login"
        fields = {"csrfmiddlewaretoken": form_token(login.text), "username": "kim", "password": PASSWORD}
        page = browser.post("/login?next=/", data=fields)
        assert page.url.path == "/"
        token = form_token(page.text)

        photo = jpeg(640, 480)
        asked = {"filename": "고양이.jpg", "content_type": "image/jpeg", "file_size": len(photo)}
        ticket = browser.post("/api/upload/presigned-url", json=asked, headers={"X-CSRFToken": token}).json()
        with httpx.Client(trust_env=False, timeout=60) as bucket:
            stored = bucket.request(ticket["method"], ticket["upload_url"], headers=ticket["headers"], content=photo)
        assert stored.status_code == 200, stored.text
        confirming = {"key": ticket["key"], "original_filename": "고양이.jpg"}
        assert browser.post("/api/upload/confirm", json=confirming).status_code == 403
        confirmed = browser.post("/api/upload/confirm", json=confirming, headers={"X-CSRFToken": token})
        assert (confirmed.status_code, confirmed.json()["width"], confirmed.json()["height"]) == (200, 640, 480)

        def send(data: bytes, name: str = "cat.jpg") -> httpx.Response:
            files = {"image": (name, data, "image/jpeg")}
            return browser.post("/", data={"csrfmiddlewaretoken": token}, files=files)

        assert send(photo).status_code == 200
        # A browser would take a page for a page, whatever else it is.
        page_too = photo[:2] + b"\xff\xfe\x00\x1b<b onclick=alert(1)>no</b" + photo[2:]
        assert send(page_too, "cat.html").status_code == 422
        assert send(page_too, "../Me & you.JPEG").status_code == 200
        names = [path.name for path in (tmp_path / "avatars").iterdir()]
        assert len(names) == 2
        assert all(re.fullmatch(r"[0-9a-f]{32}\.jpeg", name) for name in names), names
        for bad, words in ((photo[:-500], "damaged"), (jpeg(50, 50), "at least 100 pixels are needed")):
            refused = send(bad)
            assert refused.status_code == 422
            assert words in refused.text
        large = send(photo + bytes(6_000_000))
        assert (large.status_code, large.json()["error"]["code"]) == (413, "request_too_large")

        statuses = [
            browser.post("/api/upload/presigned-url", json=asked, headers={"X-CSRFToken": token}).status_code
            for _ in range(10)
        ]
        assert statuses == [200] * 9 + [429]


def test_what_is_missing_is_named_at_the_start(tmp_path: Path) -> None:
    variables = environment(tmp_path, R2_ACCOUNT_ID="0" * 32)
    command = [sys.executable, "-B", "manage.py", "check"]
    done = subprocess.run(command, cwd=FOLDER, env=variables, capture_output=True, text=True)
    assert done.returncode != 0
    assert "missing R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY, R2_BUCKET_NAME" in done.stderr
