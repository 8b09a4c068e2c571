"""The driver of ``presize._drive`` with a machine that says how it is driven."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx
import pytest

from fastapi_app import png_of
from presize import CancelToken, ConfigError, ImageRules, StoreRequest, _fetch_queue, aio
from presize._drive import Machine, RetryBudget, Work, drive, drive_async
from presize._image_queue import Job

URL = "https://photos.example.com/cat.jpg?X-Amz-Signature=0123456789"
PHOTO = png_of(40, 30)


class FakeMachine:
    """Asks with these methods, one after the other. Whatever is answered, the next one follows."""

    def __init__(self, *methods: str, work_pixels: int = 0) -> None:
        self.methods = list(methods)
        self.weight = work_pixels
        # What the driver has said, and whether it had a slot for image work then.
        self.told: list[tuple[int | str, bool]] = []

    @property
    def _native(self) -> FakeMachine:
        return self

    def work_pixels(self) -> int:
        return self.weight

    def next_request(self) -> StoreRequest | None:
        if not self.methods:
            return None
        if self.methods[0] == "error":
            raise ConfigError("signing_failed", 500, "expected a time that can be signed")
        return StoreRequest(self.methods[0], URL, {"x-sent": "1"}, b"", 1_000_000)

    def answer(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes | bytearray | memoryview
    ) -> None:
        assert body in (b"", PHOTO)
        assert dict(headers).get("content-length", "0") == str(len(body))
        self._go_on(status)

    def fail(self, reason: str) -> None:
        self._go_on(reason)

    def _go_on(self, told: int | str) -> None:
        self.methods.pop(0)
        self.told.append((told, getattr(aio._thread, "has_slot", False)))


class MemoryStore:
    """Answers from memory, and sees how many fetches are running."""

    def __init__(self, answers: Mapping[int, int] | None = None) -> None:
        self.answers = dict(answers or {})
        self.seen: list[tuple[str, int]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        status = self.answers.get(len(self.seen), 200)
        self.seen.append((request.method, _fetch_queue._queue._running))
        assert set(request.headers) - {"content-length"} == {"host", "x-sent"}
        if status == 0:
            raise httpx.ConnectError(f"nobody answers at {URL}")
        return httpx.Response(status, content=PHOTO if request.method == "GET" else b"")


Run = Callable[..., None]


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Both drivers."""

    def run(machine: Machine, store: MemoryStore, retries: int = 3) -> None:
        work, budget = Work(machine, ImageRules()), RetryBudget(60, retries)

        async def run_async() -> None:
            async with httpx.AsyncClient(transport=httpx.MockTransport(store)) as client:
                await drive_async(work, client, budget, CancelToken())

        if request.param == "async":
            asyncio.run(run_async())
        else:
            with httpx.Client(transport=httpx.MockTransport(store)) as client:
                drive(work, client, budget)
        assert _fetch_queue._queue._running == 0

    return run


def test_every_request_is_sent_and_a_fetch_has_a_place(run: Run) -> None:
    machine, store = FakeMachine("HEAD", "GET", "PUT"), MemoryStore()
    run(machine, store)
    assert store.seen == [("HEAD", 0), ("GET", 1), ("PUT", 0)]
    assert machine.told == [(200, False), (200, True), (200, False)]


def test_an_answer_after_which_images_are_made_waits_for_a_slot(run: Run) -> None:
    machine = FakeMachine("HEAD", work_pixels=1)
    run(machine, MemoryStore())
    assert machine.told == [(200, True)]


def test_heavy_work_is_heavy_in_the_queue(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[bool] = []
    enter = aio._queue.enter

    def watched(job: Job) -> None:
        entered.append(job.is_heavy)
        enter(job)

    monkeypatch.setattr(aio._queue, "enter", watched)
    # What is made of an image counts as well as its decoding.
    run(FakeMachine("GET", work_pixels=aio._heavy_pixels), MemoryStore())
    assert entered == [False, True]


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("failure", [500, 503, 429, 0])
def test_what_may_pass_is_tried_again(run: Run, method: str, failure: int) -> None:
    machine, store = FakeMachine(method), MemoryStore({0: failure})
    run(machine, store)
    assert [told for told, _ in machine.told] == [200]
    assert len(store.seen) == 2


@pytest.mark.parametrize("status", [301, 403, 404, 412, 501])
def test_other_answers_are_the_machines(run: Run, status: int) -> None:
    machine = FakeMachine("GET", "PUT")
    run(machine, MemoryStore({0: status, 1: status}))
    assert [told for told, _ in machine.told] == [status, status]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_the_reason_of_a_failure_has_no_signature(run: Run, method: str) -> None:
    machine = FakeMachine(method)
    run(machine, MemoryStore({0: 0}), retries=0)
    ((reason, _),) = machine.told
    assert reason == "ConnectError: nobody answers at https://photos.example.com/cat.jpg?..."


def test_an_error_of_the_machine_ends_it(run: Run) -> None:
    machine: Any = FakeMachine("HEAD", "error")
    store = MemoryStore()
    run(machine, store)
    assert len(store.seen) == 1
    assert machine.methods == ["error"]
