"""Confirmations of many uploads at once: few of them are in memory."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fake_store import KEY, STEPS, Answer, FakeStore, fake
from presize import Confirmed, PresizeError, UploadEvent, _fetch_queue, _single_flight, aio, store
from presize._image_queue import ImageQueue, Limits

# A fixture; pytest finds it by its name here.
__all__ = ["fake"]

DRIVERS = pytest.mark.parametrize("driver", ["task", "thread"])


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Whatever happened, all places are free."""
    yield
    assert (_fetch_queue._queue._running, _fetch_queue._queue._waiting) == (0, 0)


@pytest.fixture
def one_slot(monkeypatch: pytest.MonkeyPatch) -> ImageQueue:
    queue = ImageQueue(Limits(1, 64, 16, 0))
    monkeypatch.setattr(_fetch_queue, "_queue", queue)
    return queue


def confirm(fake: FakeStore, driver: str, **options: Any) -> Confirmed:
    given = {"owner": "user-7", "key": KEY, **options}
    if driver == "thread":
        return store.confirm_upload(fake.uploads, **given)
    return asyncio.run(asyncio.wait_for(store.confirm_upload_async(fake.uploads, **given), 60))


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


class Fetches:
    """Counts the GETs that the store has not answered yet, and answers none before it may."""

    def __init__(self, fake: FakeStore) -> None:
        self.lock = threading.Lock()
        self.may_end = threading.Event()
        self.running = self.most = self.all = 0
        self.good = fake.good
        fake.good = self.answer  # type: ignore[method-assign]

    def answer(self, method: str, path: str) -> Answer:
        if method != "GET":
            return self.good(method, path)
        with self.lock:
            self.all += 1
            self.running += 1
            self.most = max(self.most, self.running)
        self.may_end.wait(60)
        try:
            return self.good(method, path)
        finally:
            with self.lock:
                self.running -= 1


@DRIVERS
def test_no_more_than_eight_uploads_are_fetched_at_once(fake: FakeStore, driver: str) -> None:
    fetches = Fetches(fake)
    names = [
        (f"user-{number % 4}", f"uploads/user-{number % 4}/1700000000000-{number:016x}.png") for number in range(40)
    ]

    async def tasks() -> list[Confirmed]:
        calls = (store.confirm_upload_async(fake.uploads, owner=owner, key=key) for owner, key in names)
        return await asyncio.gather(*calls)

    def threads() -> list[Confirmed]:
        with ThreadPoolExecutor(40) as pool:
            return list(pool.map(lambda name: store.confirm_upload(fake.uploads, owner=name[0], key=name[1]), names))

    with ThreadPoolExecutor(1) as pool:
        call = pool.submit((lambda: asyncio.run(tasks())) if driver == "task" else threads)
        until(lambda: _fetch_queue._queue._waiting == 32 and fetches.running == 8)
        assert fetches.all == 8
        fetches.may_end.set()
        assert [confirmed.key for confirmed in call.result(60)] == [key for _, key in names]
    assert (fetches.all, fetches.most) == (40, 8)


@DRIVERS
def test_a_full_queue_refuses_before_anything_is_fetched(fake: FakeStore, driver: str, one_slot: ImageQueue) -> None:
    one_slot.limit(Limits(1, 0, 0, 0))
    events: list[UploadEvent] = []
    with one_slot.slot("owner user-8", is_heavy=False), pytest.raises(PresizeError) as caught:
        confirm(fake, driver, on_event=events.append)
    assert (caught.value.code, caught.value.http_status) == ("server_busy", 503)
    assert [(event.outcome, event.code) for event in events] == [("failed", "server_busy")]
    assert fake.methods() == ["HEAD", "HEAD"]
    assert confirm(fake, driver).key == KEY


@DRIVERS
def test_the_wait_is_not_of_the_confirmations_time(fake: FakeStore, driver: str, one_slot: ImageQueue) -> None:
    with ThreadPoolExecutor(1) as pool:
        with one_slot.slot("owner user-8", is_heavy=False):
            call = pool.submit(confirm, fake, driver, timeout=1.5, retries=0)
            until(lambda: one_slot._waiting == 1)
            time.sleep(1.8)
        assert call.result(60).key == KEY
    assert fake.methods() == STEPS


@DRIVERS
def test_another_attempt_takes_the_place_again(fake: FakeStore, driver: str, one_slot: ImageQueue) -> None:
    fake.failures = {2: (503, {}, b""), 3: (503, {}, b"")}
    assert confirm(fake, driver).key == KEY
    assert fake.methods() == ["HEAD", "HEAD", "GET", "GET", *STEPS[2:]]


def test_a_task_that_is_cancelled_leaves_the_queue(fake: FakeStore, one_slot: ImageQueue) -> None:
    async def main() -> None:
        task = asyncio.ensure_future(store.confirm_upload_async(fake.uploads, owner="user-7", key=KEY))
        while not one_slot._waiting:
            await asyncio.sleep(0.002)
        task.cancel()
        await asyncio.wait([task])
        while one_slot._waiting:
            await asyncio.sleep(0.002)

    with one_slot.slot("owner user-8", is_heavy=False):
        asyncio.run(asyncio.wait_for(main(), 60))
    assert fake.methods() == ["HEAD", "HEAD"]


def test_what_others_wait_for_does_not_wait_for_them(fake: FakeStore, one_slot: ImageQueue) -> None:
    """A thread with a place for image work, and one with an event loop."""

    def sync() -> Confirmed:
        return store.confirm_upload(fake.uploads, owner="user-7", key=KEY)

    async def main() -> None:
        assert (await aio._run(lambda _: sync(), lambda: 0)).key == KEY
        fake.written.clear()
        assert sync().key == KEY

    with one_slot.slot("owner user-8", is_heavy=False):
        asyncio.run(asyncio.wait_for(main(), 60))
    assert fake.methods() == STEPS * 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("other", ["entering", "waiting task", "waiting thread"])
def test_a_loop_that_is_closed_during_a_fetch_gives_its_place_back(
    fake: FakeStore, one_slot: ImageQueue, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its task never ends, and is kept as the confirmation that others may join."""
    monkeypatch.setattr(_fetch_queue, "_POLL_SECONDS", 0.05)
    fetches = Fetches(fake)
    closed = asyncio.new_event_loop()
    task = closed.create_task(store.confirm_upload_async(fake.uploads, owner="user-7", key=KEY, timeout=120))

    async def fetching() -> None:
        while not fetches.running:
            await asyncio.sleep(0.002)

    closed.run_until_complete(fetching())
    assert one_slot._running == 1

    def next_one() -> str:
        if other == "waiting task":

            async def place() -> str:
                async with _fetch_queue.fetch_slot_async("user-8"):
                    return "fetched"

            return asyncio.run(asyncio.wait_for(place(), 60))
        with _fetch_queue.fetch_slot("user-8"):
            return "fetched"

    with ThreadPoolExecutor(1) as pool:
        if other == "entering":
            closed.close()
        call = pool.submit(next_one)
        if other != "entering":
            until(lambda: one_slot._waiting == 1)
            closed.close()
        assert call.result(60) == "fetched"
    fetches.may_end.set()
    until(lambda: not fetches.running)
    assert one_slot._running == 0
    # What the next confirmation of this upload would do.
    _single_flight._runs.clear()
    assert not task.done()
    del task
    gc.collect()
