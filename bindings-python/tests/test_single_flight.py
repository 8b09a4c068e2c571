"""One confirmation of an upload at a time in a process: who asks for it meanwhile joins it."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

import httpx
import pytest

from fake_store import BAD, KEY, STEPS, FakeStore, fake
from fastapi_app import png_block
from presize import ConfigError, Confirmed, ImageError, PresizeError, UploadEvent, _single_flight, aio, store
from presize._image_queue import Job

# A fixture; pytest finds it by its name here.
__all__ = ["fake"]

T = TypeVar("T")


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Whatever happened, no confirmation is left."""
    yield
    assert _single_flight._runs == {}
    aio.configure()


@pytest.fixture
def held(fake: FakeStore) -> Iterator[threading.Event]:
    """The store answers its first request when this is set."""
    may_go_on = threading.Event()

    def hold(handler: BaseHTTPRequestHandler) -> None:
        may_go_on.wait(60)
        handler.send_response_only(404)
        handler.send_header("content-length", "0")
        handler.end_headers()

    fake.failures = {0: hold}
    yield may_go_on
    may_go_on.set()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(coroutine, 60))


def confirm_async(fake: FakeStore, **options: Any) -> Coroutine[Any, Any, Confirmed]:
    return store.confirm_upload_async(fake.uploads, **{"owner": "user-7", "key": KEY, **options})


def callers() -> int:
    return sum(run.callers for run in _single_flight._runs.values())


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_tasks_join(fake: FakeStore, held: threading.Event) -> None:
    events: list[UploadEvent] = []

    async def main() -> list[Confirmed]:
        tasks = [asyncio.ensure_future(confirm_async(fake, on_event=events.append)) for _ in range(20)]
        await until(lambda: callers() == 20)
        held.set()
        return await asyncio.gather(*tasks)

    confirmed = run(main())
    assert fake.methods() == STEPS
    assert [one.key for one in confirmed] == [KEY] * 20
    # To each caller its own answer and its own event.
    assert len({id(one) for one in confirmed}) == 20
    assert [event.outcome for event in events] == ["confirmed"] * 20


def test_threads_join(fake: FakeStore, held: threading.Event) -> None:
    with ThreadPoolExecutor(10) as pool:
        calls = [pool.submit(store.confirm_upload, fake.uploads, owner="user-7", key=KEY) for _ in range(10)]
        while callers() < 10:
            time.sleep(0.001)
        held.set()
        assert [call.result(60).key for call in calls] == [KEY] * 10
    assert fake.methods() == STEPS


@pytest.mark.parametrize("leader", ["task", "thread"])
def test_tasks_and_threads_join_each_other(fake: FakeStore, held: threading.Event, leader: str) -> None:
    def sync() -> Confirmed:
        return store.confirm_upload(fake.uploads, owner="user-7", key=KEY)

    async def main() -> list[Confirmed]:
        makers: list[Callable[[], Any]] = [lambda: confirm_async(fake), lambda: asyncio.to_thread(sync)]
        calls: list[asyncio.Future[Confirmed]] = []
        for make in makers if leader == "task" else makers[::-1]:
            calls.append(asyncio.ensure_future(make()))
            await until(lambda: callers() == len(calls))
        # An event loop of its own, in another thread.
        calls.append(asyncio.ensure_future(asyncio.to_thread(lambda: run(confirm_async(fake)))))
        await until(lambda: callers() == 3)
        held.set()
        return await asyncio.gather(*calls)

    assert [one.key for one in run(main())] == [KEY] * 3
    assert fake.methods() == STEPS


def test_an_error_is_everybodys_own(fake: FakeStore, held: threading.Event) -> None:
    fake.failures[2] = BAD
    events: list[UploadEvent] = []

    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(confirm_async(fake, on_event=events.append)) for _ in range(5)]
        await until(lambda: callers() == 5)
        held.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    errors = run(main())
    assert [(type(error), error.code) for error in errors] == [(ImageError, "image_corrupt")] * 5
    assert len({id(error) for error in errors}) == 5
    assert [(event.outcome, event.code) for event in events] == [("rejected", "image_corrupt")] * 5
    assert fake.methods() == ["HEAD", "HEAD", "GET", "HEAD", "DELETE"]


@pytest.mark.parametrize("leaves", [0, 1, 2])
def test_who_leaves_takes_nothing_from_the_others(fake: FakeStore, held: threading.Event, leaves: int) -> None:
    async def main() -> None:
        tasks = [asyncio.ensure_future(confirm_async(fake)) for _ in range(3)]
        await until(lambda: callers() == 3)
        tasks[leaves].cancel()
        await asyncio.wait([tasks[leaves]])
        held.set()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(end, Confirmed) for end in ends] == [index != leaves for index in range(3)]

    run(main())
    assert fake.methods() == STEPS


def test_when_all_have_left_it_stops(fake: FakeStore, held: threading.Event) -> None:
    events: list[UploadEvent] = []

    async def main() -> None:
        tasks = [asyncio.ensure_future(confirm_async(fake, on_event=events.append)) for _ in range(3)]
        await until(lambda: callers() == 3 and fake.requests)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert _single_flight._runs == {}
        held.set()
        # It can be confirmed later.
        assert (await confirm_async(fake)).key == KEY

    run(main())
    assert events == []
    assert fake.methods() == ["HEAD", *STEPS]


def test_who_waits_goes_on_where_another_event_loop_ends(fake: FakeStore, held: threading.Event) -> None:
    joined = threading.Event()

    async def leads() -> None:
        leader = asyncio.ensure_future(confirm_async(fake))
        await until(lambda: callers() == 2)
        joined.set()
        # The loop ends around it.
        assert not leader.done()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, leads())
        while not callers():
            time.sleep(0.001)
        second = pool.submit(run, confirm_async(fake))
        assert joined.wait(60)
        first.result(60)
        held.set()
        assert second.result(60).key == KEY
    # The first may have asked the store already.
    assert fake.methods()[-len(STEPS) :] == STEPS


@pytest.mark.parametrize("joiner", ["task", "thread"])
def test_who_has_more_time_is_not_held_to_the_time_of_another(
    fake: FakeStore, held: threading.Event, joiner: str
) -> None:
    def sync() -> Confirmed:
        return store.confirm_upload(fake.uploads, owner="user-7", key=KEY, timeout=40)

    async def main() -> None:
        impatient = asyncio.ensure_future(confirm_async(fake, timeout=1.5, retries=0))
        await until(lambda: callers() == 1 and fake.requests)
        patient = asyncio.ensure_future(
            confirm_async(fake, timeout=40) if joiner == "task" else asyncio.to_thread(sync)
        )
        with pytest.raises(PresizeError) as caught:
            await impatient
        assert caught.value.code == "store_unavailable"
        # The other one has begun after that, and no sooner.
        await until(lambda: len(fake.requests) > 1)
        held.set()
        assert (await patient).key == KEY

    run(main())
    assert fake.methods() == ["HEAD", *STEPS]


def test_who_has_less_time_does_not_lose_it_to_another(fake: FakeStore, held: threading.Event) -> None:
    async def main() -> None:
        first = asyncio.ensure_future(confirm_async(fake))
        await until(lambda: callers() == 1 and fake.requests)
        second = asyncio.ensure_future(confirm_async(fake, timeout=1.5, retries=0))
        await asyncio.sleep(1.8)
        # It waits, and is no caller of the first.
        assert (callers(), len(fake.requests)) == (1, 1)
        held.set()
        assert [(await each).key for each in (first, second)] == [KEY] * 2

    run(main())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("asks", ["the same", "something else"])
def test_who_waits_goes_on_where_another_event_loop_is_stopped(
    fake: FakeStore, held: threading.Event, asks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_single_flight, "_POLL_SECONDS", 0.01)
    waits = threading.Semaphore(0)
    look = _single_flight._check_loop

    def looks(*arguments: Any) -> None:
        look(*arguments)
        waits.release()

    monkeypatch.setattr(_single_flight, "_check_loop", looks)
    options: Any = {} if asks == "the same" else {"retries": 1}
    loop = asyncio.new_event_loop()
    leader = loop.create_task(confirm_async(fake))
    loop.run_until_complete(until(lambda: fake.requests))
    first = next(iter(_single_flight._runs.values()))
    with ThreadPoolExecutor(2) as pool:
        calls = [
            pool.submit(run, confirm_async(fake, **options)),
            pool.submit(store.confirm_upload, fake.uploads, owner="user-7", key=KEY, **options),
        ]
        while first.callers < 3 and asks == "the same":
            time.sleep(0.001)
        for _ in range(10):
            assert waits.acquire(timeout=60)
        assert len(fake.requests) == 1
        # It ends with a task in it that nobody has cancelled.
        loop.close()
        held.set()
        assert [call.result(60).key for call in calls] == [KEY] * 2
    assert not leader.done()
    del leader, first
    gc.collect()


def test_what_is_asked_for_differently_is_another_confirmation(fake: FakeStore, held: threading.Event) -> None:
    held.set()
    other = "uploads/user-7/1700000000000-fedcba9876543210.png"

    async def main() -> None:
        await asyncio.gather(
            confirm_async(fake),
            confirm_async(fake, filename="cat.png"),
            confirm_async(fake, content_type="image/png"),
            confirm_async(fake, key=other),
        )

    run(main())
    assert fake.methods().count("HEAD") >= 4


def test_a_call_that_blocks_the_loop_does_not_wait_for_the_loop(fake: FakeStore) -> None:
    async def main() -> None:
        task = asyncio.ensure_future(confirm_async(fake))
        await until(callers)
        # Nobody should, but it must not last for ever.
        assert store.confirm_upload(fake.uploads, owner="user-7", key=KEY).key == KEY
        assert (await task).key == KEY

    run(main())


def test_a_mistake_of_one_caller_is_not_everybodys(fake: FakeStore, held: threading.Event) -> None:
    async def main() -> None:
        client: Any = httpx.Client()
        with pytest.raises(TypeError, match="AsyncClient"):
            await confirm_async(fake, client=client)
        client.close()
        task = asyncio.ensure_future(confirm_async(fake))
        await until(callers)
        with pytest.raises(PresizeError):
            await confirm_async(fake, owner="user-8")
        with pytest.raises(PresizeError):
            await confirm_async(fake, key=[])
        held.set()
        await task

    run(main())
    assert fake.methods() == STEPS


def test_waiting_in_the_queue_is_not_of_the_confirmations_time(fake: FakeStore) -> None:
    """A stranger's upload is not given up because others have the processors."""
    aio.configure(concurrency=1)
    busy, may_end = threading.Event(), threading.Event()

    def occupy(_: Any) -> None:
        busy.set()
        may_end.wait(60)

    async def main() -> Confirmed:
        # It fails where the store is asked again after the wait: the rest of 1.5 s is what was left before.
        other = asyncio.ensure_future(aio._run(occupy, lambda: 0, "another client"))
        await until(busy.is_set)
        task = asyncio.ensure_future(confirm_async(fake, timeout=1.5, retries=0))
        await until(lambda: aio._queue._waiting == 1)
        await asyncio.sleep(1.8)
        may_end.set()
        await other
        return await task

    assert run(main()).key == KEY
    assert fake.methods() == STEPS


def test_a_thread_has_its_time_back_too(fake: FakeStore) -> None:
    aio.configure(concurrency=1)
    with ThreadPoolExecutor(1) as pool:
        with aio._queue.slot("another client", is_heavy=False):
            call = pool.submit(store.confirm_upload, fake.uploads, owner="user-7", key=KEY, timeout=1.5, retries=0)
            while not aio._queue._waiting:
                time.sleep(0.001)
            time.sleep(1.8)
        assert call.result(60).key == KEY


def test_a_full_queue_leaves_the_upload_for_later(fake: FakeStore) -> None:
    aio.configure(concurrency=1, max_waiting=0)
    events: list[UploadEvent] = []
    with aio._queue.slot("another client", is_heavy=False):
        with pytest.raises(PresizeError) as caught:
            store.confirm_upload(fake.uploads, owner="user-7", key=KEY, on_event=events.append)
        with pytest.raises(PresizeError) as other:
            run(confirm_async(fake, on_event=events.append))
    for error in (caught.value, other.value):
        assert (error.code, error.http_status) == ("server_busy", 503)
    assert [(event.outcome, event.code) for event in events] == [("failed", "server_busy")] * 2
    assert fake.methods() == ["HEAD", "HEAD", "GET"] * 2
    assert store.confirm_upload(fake.uploads, owner="user-7", key=KEY).key == KEY


def test_the_owner_is_the_client_in_the_queue(fake: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clients: list[str] = []
    job = Job

    def made(client: str, *others: Any) -> Job:
        clients.append(client)
        return job(client, *others)

    monkeypatch.setattr(aio, "Job", made)
    run(confirm_async(fake))
    assert clients == ["owner user-7"]


def test_a_failure_of_the_client_reaches_everybody(fake: FakeStore, held: threading.Event) -> None:
    """What is no error of a store or of an upload is nobody's to hide."""

    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await until(lambda: callers() == 2)
            raise ZeroDivisionError

    async def main() -> None:
        async with httpx.AsyncClient(transport=Broken()) as client:
            calls = (confirm_async(fake, client=client) for _ in range(2))
            ends = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(end) for end in ends] == [ZeroDivisionError] * 2

    run(main())


def test_a_store_that_fails_fails_for_all(fake: FakeStore, held: threading.Event) -> None:
    fake.failures[1] = (403, {}, b"")

    async def main() -> None:
        tasks = [asyncio.ensure_future(confirm_async(fake)) for _ in range(3)]
        await until(lambda: callers() == 3)
        held.set()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(end) for end in ends] == [ConfigError] * 3

    run(main())


def noise_of(width: int, height: int) -> bytes:
    """A PNG that no compression makes smaller."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    data = zlib.compress(rows, 0)
    return b"\x89PNG\r\n\x1a\n" + png_block(b"IHDR", header) + png_block(b"IDAT", data) + png_block(b"IEND", b"")


HUNDRED = """
import asyncio, resource, sys
from presize import Bucket, Credentials, Presigner, UploadPolicy, Uploads, _client, store

endpoint, key, driver = sys.argv[1:]
bucket = Bucket.custom(endpoint, "us-east-1", "photos", "path")
uploads = Uploads(Presigner(bucket, Credentials("AKIDEXAMPLE", "secret")), UploadPolicy(max_bytes=20_000_000))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def tasks():
    return await asyncio.gather(*(store.confirm_upload_async(uploads, owner="user-7", key=key) for _ in range(100)))

def threads():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(100) as pool:
        return list(pool.map(lambda _: store.confirm_upload(uploads, owner="user-7", key=key), range(100)))

store.require_httpx("this")
_client.certificates()
before = peak()
confirmed = asyncio.run(tasks()) if driver == "tasks" else threads()
assert len({one.etag for one in confirmed}) == 1
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB on Linux")
@pytest.mark.parametrize("driver", ["tasks", "threads"])
def test_a_hundred_confirmations_take_the_memory_of_one(fake: FakeStore, driver: str) -> None:
    fake.photo = noise_of(1900, 1800)
    assert len(fake.photo) > 10_000_000
    command = [sys.executable, "-c", HUNDRED, fake.endpoint, KEY, driver]
    grown = subprocess.run(command, check=True, timeout=120, capture_output=True, text=True).stdout
    assert int(grown) < 200
    assert fake.methods().count("GET") < 10
