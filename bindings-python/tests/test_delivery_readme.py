"""Delivery as the package's page shows it: an application on a real port, and the handlers of Lambda."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from lambda_events import LambdaContext, api_gateway_v2, origin_response, s3_event, s3_record
from place import put, read
from test_readme import blocks, run

import presize
from fastapi_app import png_of, serve
from presize import Presigner

(APPLICATION,) = (block for block in blocks("bindings-python/README.md") if "variants.from_query" in block)
S3, EDGE, GATEWAY = (block for block in blocks("bindings-python/README.md") if "presize.aws import" in block)
CHROME = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    photos = tmp_path / "originals/photos"
    photos.mkdir(parents=True)
    (photos / "my cat+1.png").write_bytes(png_of(800, 600))
    (photos / "broken.png").write_bytes(png_of(800, 600)[:300])
    monkeypatch.chdir(tmp_path)
    with serve(run(APPLICATION)["app"]) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


def test_an_image_at_the_size_that_is_asked_for(api: httpx.Client) -> None:
    url = "/images/photos/my%20cat+1.png"
    answer = api.get(f"{url}?w=200&h=150&f=png&utm_source=x", headers={"accept": CHROME})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "public, max-age=31536000"
    assert "vary" not in answer.headers
    info = presize.inspect(answer.content)
    assert (info.format, info.width, info.height) == ("png", 200, 150)
    negotiated = api.get(f"{url}?w=200", headers={"accept": CHROME})
    assert (negotiated.headers["content-type"], negotiated.headers["vary"]) == ("image/jpeg", "Accept")


@pytest.mark.parametrize(
    ("url", "status", "code", "cache_control"),
    [
        ("/images/photos/my%20cat+1.png?w=201", 403, "variant_not_allowed", "public, max-age=10"),
        ("/images/private/cat.png?w=200", 403, "variant_not_allowed", "public, max-age=10"),
        ("/images/photos/my%20cat+1.png?w=0200", 400, "variant_malformed", "public, max-age=10"),
        ("/images/photos/%2e%2e%2fsecret?w=200", 400, "variant_malformed", "public, max-age=10"),
        ("/images/photos/broken.png?w=200", 422, "image_corrupt", "public, max-age=10"),
        ("/images/photos/none.png?w=200", 404, None, "public, max-age=10"),
    ],
)
def test_a_refusal_is_cached_for_seconds(
    api: httpx.Client, url: str, status: int, code: str | None, cache_control: str
) -> None:
    answer = api.get(url)
    assert (answer.status_code, answer.headers["cache-control"]) == (status, cache_control)
    assert answer.headers["vary"] == "Accept"
    assert code is None or answer.json()["error"]["code"] == code


@pytest.fixture
def function(s3: Any, presigner: Presigner, results: Presigner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a function, with the store of the tests, and a photo in it."""
    given = {
        "AWS_ENDPOINT_URL": s3.endpoint,
        "AWS_REGION": s3.region,
        "AWS_BUCKET_NAME": s3.bucket,
        "AWS_ACCESS_KEY_ID": s3.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3.secret_access_key,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    put(presigner, "readme/my cat+1.png", png_of(800, 600))


@pytest.mark.usefixtures("function")
def test_the_handler_of_uploads(results: Presigner) -> None:
    handler = run(S3)["handler"]
    assert handler(s3_event(s3_record("photos", "readme/my cat+1.png")), LambdaContext()) == {"batchItemFailures": []}
    stored = [presize.inspect(read(results, f"{width}/readme/my cat+1.png.jpg").content) for width in (80, 500)]
    assert [(info.format, info.width, info.height) for info in stored] == [("jpeg", 80, 60), ("jpeg", 500, 375)]


@pytest.mark.usefixtures("function")
def test_the_handler_of_the_edge() -> None:
    handler = run(EDGE)["handler"]
    domain = "photos.s3.eu-central-1.amazonaws.com"
    event = origin_response("GET", "/photos/cat.jpg", "w=201", [], domain, 200, "OK", [])
    answer = handler(event, LambdaContext())
    assert (answer["status"], "variant_not_allowed" in answer["body"]) == ("403", True)


@pytest.mark.usefixtures("function")
def test_the_handler_of_a_gateway(results: Presigner) -> None:
    handler = run(GATEWAY)["handler"]
    key = "300x300/readme/my cat+1.png"
    answer = handler(api_gateway_v2("GET", "/resize", f"key={quote(key)}", {}), LambdaContext())
    assert answer["statusCode"] == 307
    assert answer["headers"]["location"].endswith(".amazonaws.com/300x300/readme/my%20cat%2B1.png")
    assert presize.inspect(read(results, key).content).width == 300
    refused = handler(api_gateway_v2("GET", "/resize", "key=301x300/cat.jpg", {}), LambdaContext())
    assert json.loads(refused["body"]) == {"message": "Forbidden: Resolution not allowed"}
