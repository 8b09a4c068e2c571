"""The example for FastAPI, as it stands in the folder of examples."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fastapi_app import png_of, serve
from presize import encode_data_uri, inspect

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/python/fastapi_upload/main.py"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    given = {"AWS_REGION": "eu-central-1", "AWS_BUCKET_NAME": "photos", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}
    for name, value in {**given, "AWS_SECRET_ACCESS_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)
    with serve(runpy.run_path(str(EXAMPLE))["app"]) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


def test_the_example_does_what_its_readme_says(api: httpx.Client, images: Path) -> None:
    photo = images / "baseline_420.jpg"

    body = {"content_type": "image/jpeg", "file_size": photo.stat().st_size}
    assert api.post("/api/upload/presigned-url", json=body).status_code == 401
    ticket = api.post("/api/upload/presigned-url", json=body, headers={"x-user": "user-7"})
    assert ticket.json()["upload_url"].startswith(
        "https://photos.s3.eu-central-1.amazonaws.com/incoming/uploads/user-7/"
    )

    small = api.post("/api/avatar", files={"file": ("cat.png", png_of(200, 150), "image/png")})
    assert small.headers["content-type"] == "image/jpeg"
    assert (inspect(small.content).width, inspect(small.content).height) == (80, 80)
    refused = api.post("/api/avatar", files={"file": ("cat.jpg", png_of(200, 150), "image/jpeg")})
    assert (refused.status_code, refused.json()["error"]["code"]) == (415, "image_format_mismatch")

    uri = encode_data_uri(photo, "jpeg")
    assert api.post("/api/albums", json={"photos": [uri, uri]}).json() == ["jpeg 48x36", "jpeg 48x36"]
    refused = api.post("/api/albums", json={"photos": [uri, uri[:200]]})
    assert refused.status_code == 422
    assert refused.json()["error"]["details"]["fields"] == ["photos.1"]

    documents = api.get("/openapi.json").json()["paths"]
    assert all("requestBody" in documents[path]["post"] for path in documents)
    assert len(documents) == 4
