"""Images at the edge: a browser, a tiny CloudFront, a handler of Lambda@Edge, and a real store as the origin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from place import noise_png, put
from tiny_cloudfront import TinyCloudFront, tiny_cloudfront

import presize
from fastapi_app import png_of
from presize import EdgeResizer, Presigner, PresizeError, Variants
from presize.aws import edge_handler

VARIANTS = Variants(widths=[200, 900], heights=[150], qualities=[90])
KEY = "edge/my cat+1.png"
URL = "/edge/my%20cat+1.png"


def normalise(path: str, query: str, accept: str | None) -> str:
    """What the viewer-request function does: one spelling of the query for each variant."""
    try:
        return VARIANTS.from_url(f"{path}?{query}", accept).canonical_query
    except PresizeError:
        return query


@pytest.fixture(scope="module")
def objects(presigner: Presigner) -> Presigner:
    put(presigner, KEY, png_of(800, 800))
    put(presigner, "edge/noise.png", noise_png(900, 900))
    put(presigner, "edge/broken.png", png_of(800, 800)[:500])
    return presigner


@pytest.fixture(params=[{}, {"originals": True}], ids=["variants", "originals"])
def distribution(request: pytest.FixtureRequest, objects: Presigner) -> Iterator[TinyCloudFront]:
    resizer = EdgeResizer(VARIANTS, source=objects, **request.param)
    with tiny_cloudfront(objects, edge_handler(resizer), normalise) as served:
        yield served


@pytest.fixture
def browser(distribution: TinyCloudFront) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=distribution.url, trust_env=False, timeout=60) as client:
        yield client


def test_the_first_request_makes_the_image_and_the_second_hits_the_cache(
    distribution: TinyCloudFront, browser: httpx.Client
) -> None:
    distribution.added = [("via", "1.1 origin.example.com"), ("x-amz-meta-owner", "7")]
    first = browser.get(f"{URL}?w=200&h=150&f=jpeg&q=90")
    assert (first.status_code, first.headers["x-cache"]) == (200, "Miss from cloudfront")
    info = presize.inspect(first.content)
    assert (info.format, info.width, info.height) == ("jpeg", 200, 150)
    assert first.headers["content-type"] == "image/jpeg"
    assert first.headers["cache-control"] == "public, max-age=31536000"
    # CloudFront asks the origin again with these.
    assert "etag" in first.headers
    assert first.headers["via"] == "1.1 origin.example.com"
    assert not [name for name in first.headers if name.startswith("x-amz-")]
    # The same variant in another order, spelling and with names that are nobody's.
    second = browser.get(f"{URL}?q=90&utm_source=mail&height=150&format=jpg&width=200")
    assert (second.headers["x-cache"], second.content) == ("Hit from cloudfront", first.content)
    assert len(distribution.events) == 1


def test_head_has_the_headers_and_no_body(distribution: TinyCloudFront, browser: httpx.Client) -> None:
    head = browser.head(f"{URL}?w=200&f=png")
    assert (head.status_code, head.headers["content-type"], head.content) == (200, "image/png", b"")
    got = browser.get(f"{URL}?w=200&f=png")
    assert (got.headers["content-type"], got.headers["x-cache"]) == ("image/png", "Miss from cloudfront")
    assert presize.inspect(got.content).width == 200


def test_a_missing_original_is_the_answer_of_the_origin(distribution: TinyCloudFront, browser: httpx.Client) -> None:
    answer = browser.get("/edge/nothing.png?w=200")
    assert (answer.status_code, b"NoSuchKey" in answer.content) == (404, True)
    assert distribution.events[0]["Records"][0]["cf"]["response"]["status"] == "404"


def test_a_result_above_1_mb(distribution: TinyCloudFront, browser: httpx.Client, request: Any) -> None:
    answer = browser.get("/edge/noise.png?w=900&f=png")
    if "originals" in request.node.callspec.id:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert len(answer.content) > 2_000_000
        return
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "variant_too_large")
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get("/edge/noise.png?w=900&f=png").headers["x-cache"] == "Miss from cloudfront"


def test_a_damaged_original(browser: httpx.Client, request: Any) -> None:
    answer = browser.get("/edge/broken.png?w=200")
    if "originals" in request.node.callspec.id:
        assert (answer.status_code, len(answer.content)) == (200, 500)
        return
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "image_corrupt")
    assert answer.headers["cache-control"] == "public, max-age=10"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [("w=201", 403, "variant_not_allowed"), ("w=0200", 400, "variant_malformed"), ("w=1e3", 400, "variant_malformed")],
)
def test_a_refusal_is_cached_for_seconds(
    distribution: TinyCloudFront, browser: httpx.Client, query: str, status: int, code: str
) -> None:
    for cache in ("Miss from cloudfront", "Hit from cloudfront"):
        answer = browser.get(f"{URL}?{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert answer.headers["x-cache"] == cache
    distribution.seconds = 11
    assert browser.get(f"{URL}?{query}").headers["x-cache"] == "Miss from cloudfront"


def test_the_original_is_shown_only_where_the_options_say_so(browser: httpx.Client, request: Any) -> None:
    answer = browser.get(URL)
    if "originals" in request.node.callspec.id:
        assert (answer.status_code, presize.inspect(answer.content).width) == (200, 800)
    else:
        assert answer.status_code in (400, 403)
