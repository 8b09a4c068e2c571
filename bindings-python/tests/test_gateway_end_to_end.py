"""Images on the first miss: an S3 website that redirects what it does not have, a gateway, a handler of Lambda, a real store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from http_front import FrontRequest
from lambda_events import GATEWAYS
from lambda_front import LambdaFront, lambda_front, website
from place import delete, noise_png, put, read
from tiny_bucket import tiny_bucket

import presize
from fastapi_app import png_of
from presize import GatewayResizer, Presigner, Variants
from presize.aws import gateway_handler

KEY = "blue marble+1.png"
STORED = f"300x300/{KEY}"
PATH = "/300x300/blue%20marble+1.png"
# The same path as redirects have it.
LOCATION = "/300x300/blue%20marble%2B1.png"


@dataclass
class Site:
    """A website, and the function that it redirects to."""

    url: str
    function: LambdaFront


@contextmanager
def serving(kind: str, source: Presigner, results: Presigner) -> Iterator[Site]:
    function_url: list[str] = []
    with website(results, lambda: f"{function_url[0]}/resize?key=") as url:
        resizer = GatewayResizer(
            Variants(sizes=["300x300"]),
            source=source,
            results=results,
            request="key",
            results_url=url,
            errors="message",
        )
        with lambda_front(kind, gateway_handler(resizer)) as function:
            function_url.append(function.url)
            yield Site(url, function)


@pytest.fixture(params=GATEWAYS)
def site(request: pytest.FixtureRequest, presigner: Presigner, results: Presigner) -> Iterator[Site]:
    put(presigner, KEY, png_of(800, 600))
    delete(results, STORED)
    with serving(request.param, presigner, results) as served:
        yield served


def get(url: str, **options: Any) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=60, **options)


def test_the_first_miss_makes_the_image_and_later_requests_never_reach_the_function(
    site: Site, results: Presigner
) -> None:
    first = get(f"{site.url}{PATH}", follow_redirects=True)
    assert [answer.status_code for answer in [*first.history, first]] == [307, 307, 200]
    assert first.history[1].headers["cache-control"] == "no-store"
    assert first.history[1].headers["location"] == f"{site.url}{LOCATION}"
    info = presize.inspect(first.content)
    assert (info.format, info.width, info.height) == ("jpeg", 300, 300)
    stored = read(results, STORED)
    # The type of what is stored is its own, not that of the original.
    assert stored.headers["content-type"] == "image/jpeg"
    assert stored.headers["cache-control"] == "public, max-age=31536000"
    second = get(f"{site.url}{PATH}")
    assert (second.status_code, second.content) == (200, first.content)
    assert len(site.function.events) == 1


def test_a_result_that_is_there_is_not_made_again(site: Site, presigner: Presigner) -> None:
    assert get(f"{site.url}{PATH}", follow_redirects=True).status_code == 200
    # Without its original, the function could not make it.
    delete(presigner, KEY)
    again = get(f"{site.function.url}/resize", params={"key": STORED})
    assert (again.status_code, again.headers["location"]) == (307, f"{site.url}{LOCATION}")


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 400, "Bad Request: Missing key query parameter"),
        ("key=blue_marble.jpg", 400, "Bad Request: Invalid key format"),
        ("key=301x300/blue_marble.jpg", 403, "Forbidden: Resolution not allowed"),
        ("key=300x300/nothing.jpg", 404, "Not Found: Original image not found"),
    ],
)
def test_errors_in_the_words_of_the_functions_before(site: Site, query: str, status: int, message: str) -> None:
    answer = get(f"{site.function.url}/resize?{query}")
    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert answer.headers["cache-control"] == "public, max-age=10"


def test_a_head_request_is_redirected_too(site: Site) -> None:
    answer = httpx.head(f"{site.url}{PATH}", trust_env=False, follow_redirects=True, timeout=60)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/jpeg", b"")


def test_eight_first_misses_at_once_store_one_result() -> None:
    all_have_looked = threading.Barrier(8)

    def hold(request: FrontRequest) -> None:
        if request.method == "HEAD":
            all_have_looked.wait(60)

    with tiny_bucket() as (bucket, results), tiny_bucket() as (originals, source):
        originals.objects[KEY] = {"etag": '"7"', "content-type": "image/png"}, png_of(800, 600)
        bucket.hold = hold
        variants = Variants(sizes=["300x300"])
        url = "https://img.example.com"
        resizer = GatewayResizer(variants, source=source, results=results, request="path", results_url=url)
        with (
            lambda_front("lambda url", gateway_handler(resizer)) as function,
            ThreadPoolExecutor(8) as pool,
        ):
            answers = list(pool.map(lambda _: get(f"{function.url}{PATH}"), range(8)))
        assert [answer.status_code for answer in answers] == [307] * 8, answers[0].text
        assert {answer.headers["location"] for answer in answers} == {f"{url}{LOCATION}"}
        assert bucket.statuses.count(("PUT", 200)) == 1
        assert bucket.statuses.count(("PUT", 412)) == 7
        assert list(bucket.objects) == [STORED]


@pytest.fixture(scope="module")
def photos(presigner: Presigner) -> Presigner:
    put(presigner, "gateway/cat.png", png_of(800, 800))
    put(presigner, "gateway/noise.png", noise_png(1300, 1300))
    return presigner


@pytest.fixture(params=GATEWAYS)
def function(request: pytest.FixtureRequest, photos: Presigner) -> Iterator[LambdaFront]:
    """A function that answers with the images themselves."""
    variants = Variants(widths=[200, 1300], heights=[150])
    resizer = GatewayResizer(variants, source=photos, base_path="/images")
    with lambda_front(request.param, gateway_handler(resizer)) as served:
        yield served


def test_an_image_as_the_body_of_the_answer(function: LambdaFront) -> None:
    answer = get(f"{function.url}/images/gateway/cat.png?w=200&h=150", headers={"accept": "image/webp,*/*"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["vary"] == "Accept"
    info = presize.inspect(answer.content)
    assert (info.format, info.width, info.height) == ("jpeg", 200, 150)
    head = httpx.head(f"{function.url}/images/gateway/cat.png?w=200&h=150", trust_env=False)
    assert (head.status_code, head.headers["content-type"], head.content) == (200, "image/jpeg", b"")


@pytest.mark.parametrize(
    ("path", "status", "code", "cache_control"),
    [
        ("/images/gateway/cat.png?w=201", 403, "variant_not_allowed", "public, max-age=10"),
        ("/images/gateway/cat.png?w=0200", 400, "variant_malformed", "public, max-age=10"),
        ("/images/gateway/nothing.png?w=200", 404, "original_not_found", "public, max-age=10"),
        ("/images/gateway/noise.png?w=1300&f=png", 500, "variant_too_large", "no-store"),
    ],
)
def test_errors_in_the_form_of_presize(
    function: LambdaFront, path: str, status: int, code: str, cache_control: str
) -> None:
    answer = get(f"{function.url}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers["cache-control"] == cache_control


def test_a_name_that_comes_twice_is_refused(function: LambdaFront) -> None:
    answer = get(f"{function.url}/images/gateway/cat.png?w=200&w=201")
    # Without lists, a load balancer passes only the last value on.
    assert answer.status_code == (403 if function.kind == "load balancer" else 400)


def test_a_query_reaches_the_function_as_it_was_sent(function: LambdaFront) -> None:
    answer = get(f"{function.url}/images/gateway/cat%2Epng?w=%32%30%30&fbclid=a%26w%3D4000")
    assert (answer.status_code, presize.inspect(answer.content).width) == (200, 200)
