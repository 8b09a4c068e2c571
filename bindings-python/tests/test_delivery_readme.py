"""Delivery as the package's page shows it: an application on a real port, and a handler of events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from test_readme import blocks, run

import presize
from fastapi_app import png_of, serve

(APPLICATION,) = (block for block in blocks("bindings-python/README.md") if "variants.from_query" in block)
(HANDLER,) = (block for block in blocks("bindings-python/README.md") if "parse_store_events(event)" in block)
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


def test_the_handler_of_events(capsys: pytest.CaptureFixture[str]) -> None:
    handler: Any = run(HANDLER)["handler"]
    created = {"bucket": {"name": "photos"}, "object": {"key": "my+cat.jpg"}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": created}
    assert handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert capsys.readouterr().out == "photos my cat.jpg\n"
