"""The queue of image work by itself: jobs that do nothing, started and ended by the test."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from presize import PresizeError, _cost, _image_queue, _native, encode_data_uri, work_pixels
from presize._image_queue import ImageQueue, Job, Limits


class Jobs:
    """A queue, and the names of jobs in the order in which they started or were refused."""

    def __init__(
        self,
        concurrency: int = 2,
        max_waiting: int = 64,
        max_waiting_per_client: int = 16,
        max_waiting_bytes: int = 2**28,
    ) -> None:
        self.queue = ImageQueue(Limits(concurrency, max_waiting, max_waiting_per_client, max_waiting_bytes))
        self.started: list[str] = []
        self.refused: list[str] = []
        self.jobs: dict[str, Job] = {}

    def enter(
        self,
        name: str,
        client: str = "somebody",
        is_heavy: bool = False,
        size_bytes: int = 0,
        is_admitted: bool = False,
    ) -> None:
        self.jobs[name] = Job(
            client,
            is_heavy,
            lambda: self.started.append(name),
            lambda _: self.refused.append(name),
            size_bytes,
            is_admitted,
        )
        self.queue.enter(self.jobs[name])

    def end(self, *names: str) -> None:
        for name in names:
            self.queue.leave(self.jobs[name])

    def new(self) -> list[str]:
        """What has started since it was asked last."""
        started, self.started = self.started, []
        return started


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which goes on as the test says."""
    now = [1000.0]
    # Of the queue alone: event loops in other threads have their own.
    monkeypatch.setattr(_image_queue, "monotonic", lambda: now[0])
    return now


def test_no_more_run_than_there_are_places() -> None:
    jobs = Jobs(concurrency=2)
    for name in "abcd":
        jobs.enter(name)
    assert jobs.new() == ["a", "b"]
    jobs.end("a")
    assert jobs.new() == ["c"]
    jobs.end("a", "a")
    assert jobs.new() == []
    jobs.end("b", "c", "d")
    assert jobs.new() == ["d"]


@pytest.mark.parametrize(("concurrency", "heavy"), [(1, 1), (2, 1), (3, 2), (8, 7)])
def test_heavy_jobs_leave_a_place_to_light_ones(concurrency: int, heavy: int) -> None:
    jobs = Jobs(concurrency)
    for number in range(10):
        jobs.enter(f"heavy {number}", "a", is_heavy=True)
    assert jobs.new() == [f"heavy {number}" for number in range(heavy)]
    jobs.enter("light")
    jobs.enter("second")
    assert jobs.new() == ["light"]
    jobs.end("light")
    assert jobs.new() == ["second"]


def test_light_jobs_do_not_keep_heavy_ones_out(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1)
    jobs.enter("light 0", "a")
    jobs.enter("heavy", "b", is_heavy=True)
    jobs.enter("light 1", "a")
    assert jobs.new() == ["light 0"]
    clock[0] += 1
    jobs.end("light 0")
    # The heavy one's client has used less. The other finds the place that heavy jobs leave.
    assert jobs.new() == ["heavy", "light 1"]


def test_clients_take_turns(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1)
    for number in range(3):
        for client in "abc":
            jobs.enter(f"{client}{number}", client)
    order = []
    while started := jobs.new():
        order += started
        clock[0] += 1
        jobs.end(*started)
    assert [name[0] for name in order] == list("abcabcabc")


def test_who_uses_much_time_waits_for_who_uses_little(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1)
    for number in range(8):
        jobs.enter(f"long {number}", "long")
    assert jobs.new() == ["long 0"]
    for number in range(4):
        jobs.enter(f"short {number}", "short")
    clock[0] += 10
    jobs.end("long 0")
    for number in range(4):
        assert jobs.new() == [f"short {number}"]
        clock[0] += 0.1
        jobs.end(f"short {number}")
    assert jobs.new() == ["long 1"]


def test_nobody_saves_up_time(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1)
    jobs.enter("a0", "a")
    for number in range(1, 4):
        jobs.enter(f"a{number}", "a")
    for number in range(3):
        clock[0] += 100
        jobs.end(f"a{number}")
    # B comes after 300 seconds of A: it is as far as A was when it was served last, and not 300 seconds ahead.
    for number in range(3):
        jobs.enter(f"b{number}", "b")
    order = []
    jobs.new()
    clock[0] += 100
    jobs.end("a3")
    for number in range(4, 7):
        jobs.enter(f"a{number}", "a")
    while started := jobs.new():
        order += started
        clock[0] += 100
        jobs.end(*started)
    assert order == ["b0", "a4", "b1", "a5", "b2", "a6"]


def test_waiting_is_bounded_for_each_client() -> None:
    jobs = Jobs(concurrency=1, max_waiting_per_client=2)
    for number in range(3):
        jobs.enter(f"a{number}", "a")
    with pytest.raises(PresizeError) as caught:
        jobs.enter("a3", "a")
    assert (caught.value.code, caught.value.http_status) == ("server_busy", 503)
    assert caught.value.details["retry_after_seconds"] >= 1
    jobs.enter("b0", "b")
    assert jobs.refused == []


def test_a_full_queue_takes_from_who_has_most() -> None:
    jobs = Jobs(concurrency=1, max_waiting=4)
    jobs.enter("running")
    for name in ("a0", "a1", "a2", "b0"):
        jobs.enter(name, name[0])
    jobs.enter("c0", "c")
    assert jobs.refused == ["a2"]
    # A and C have two each now: who comes last is one too many.
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("c1", "c")
    assert jobs.refused == ["a2"]


def test_a_full_queue_of_equals_takes_nobody() -> None:
    jobs = Jobs(concurrency=1, max_waiting=2)
    for name in ("running", "a", "b"):
        jobs.enter(name, name)
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("c", "c")
    jobs.end("running")
    assert jobs.new() == ["running", "a"]


def test_waiting_bytes_are_bounded() -> None:
    jobs = Jobs(concurrency=1, max_waiting_bytes=100)
    jobs.enter("running", "a", size_bytes=10_000)
    jobs.enter("alone", "a", size_bytes=101)
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("with it", "a", size_bytes=1)
    jobs.end("alone")
    for name in ("a0", "a1", "a2"):
        jobs.enter(name, "a", size_bytes=30)
    # The client with the most bytes makes room, with as many jobs as that takes.
    jobs.enter("b", "b", size_bytes=45)
    assert jobs.refused == ["a2", "a1"]
    # What has left the queue is counted no more, whether it ran or not.
    jobs.end("b", "a0", "running")
    for name, size_bytes in (("c", 10_000), ("d", 60), ("e", 40)):
        jobs.enter(name, name, size_bytes=size_bytes)
    assert jobs.new() == ["running", "c"]
    assert jobs.refused == ["a2", "a1"]


def test_the_program_itself_is_bounded_by_bytes_alone() -> None:
    jobs = Jobs(concurrency=1, max_waiting=2, max_waiting_per_client=1, max_waiting_bytes=100)
    for number in range(51):
        jobs.enter(str(number), "", size_bytes=2)
    # It takes no place of those that clients wait in, and loses none to them.
    jobs.enter("a", "a")
    jobs.enter("b", "b")
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("c", "c")
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("one byte too many", "", size_bytes=1)
    assert jobs.refused == []
    # With the most bytes of all it makes room for others.
    jobs.end("b")
    jobs.enter("d", "d", size_bytes=4)
    assert jobs.refused == ["50", "49"]


def test_jobs_of_an_admitted_request_are_free_of_their_clients_limit() -> None:
    jobs = Jobs(concurrency=1, max_waiting=10, max_waiting_per_client=2)
    jobs.enter("running", "a")
    for number in range(8):
        jobs.enter(str(number), "a", is_admitted=True)
    # The next request of the client finds its own two places.
    jobs.enter("b0", "a")
    jobs.enter("b1", "a")
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("b2", "a")
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("8", "a", is_admitted=True)
    # The client with the most makes room, whatever its jobs are.
    jobs.enter("c", "c")
    assert jobs.refused == ["b1"]


def test_no_waiting_at_all() -> None:
    jobs = Jobs(concurrency=1, max_waiting=0)
    jobs.enter("a")
    with pytest.raises(PresizeError, match="try again in"):
        jobs.enter("b")


def test_a_job_that_leaves_the_queue_makes_room(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1, max_waiting_per_client=1)
    jobs.enter("a")
    jobs.enter("b")
    jobs.end("b")
    jobs.enter("c")
    clock[0] += 1
    jobs.end("a")
    assert jobs.new() == ["a", "c"]
    assert jobs.jobs["c"].waited_seconds == 1


def test_when_to_try_again_follows_the_queue(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1, max_waiting_per_client=10)
    for number in range(40):
        jobs.enter(f"slow {number}", "a")
        clock[0] += 3
        jobs.end(f"slow {number}")
    for number in range(11):
        jobs.enter(str(number), "a")
    with pytest.raises(PresizeError) as caught:
        jobs.enter("one too many", "a")
    assert 20 <= caught.value.details["retry_after_seconds"] <= 40


def test_other_limits_hold_at_once() -> None:
    jobs = Jobs(concurrency=1)
    for name in "abc":
        jobs.enter(name)
    jobs.queue.limit(Limits(3, 64, 16, 2**28))
    assert jobs.new() == ["a", "b", "c"]


def test_clients_who_are_gone_are_forgotten(clock: list[float]) -> None:
    jobs = Jobs(concurrency=1)
    for number in range(5000):
        jobs.enter(str(number), f"client {number}")
        clock[0] += 1
        jobs.end(str(number))
    assert len(jobs.queue._clients) <= 1024


def test_a_thread_waits_for_its_place() -> None:
    queue = ImageQueue(Limits(1, 64, 16, 2**28))
    order: list[str] = []
    waits = threading.Event()

    def other() -> None:
        waits.set()
        with queue.slot("b", is_heavy=True):
            order.append("b")

    thread = threading.Thread(target=other)
    with queue.slot("a", is_heavy=True):
        thread.start()
        assert waits.wait(60)
        order.append("a")
    thread.join(60)
    assert order == ["a", "b"]


def test_a_thread_is_refused_too() -> None:
    queue = ImageQueue(Limits(1, 0, 0, 2**28))
    with (
        queue.slot("a", is_heavy=False),
        pytest.raises(PresizeError, match="try again in"),
        queue.slot("b", is_heavy=False),
    ):
        raise AssertionError("no place")
    with queue.slot("b", is_heavy=False) as job:
        assert job.waited_seconds < 60


def work_of_json(text: str, most: int = 2**63) -> int:
    body = _native.JsonBody(0, {})
    body.push(text.encode())
    return _native.work_of_json(body.finish(), most)


def test_the_pictures_of_a_body_are_found_however_they_are_written(images: Any) -> None:
    photo = (images / "large.jpg").read_bytes()
    work = work_pixels(photo)
    uri = encode_data_uri(photo, "jpeg")
    base64 = uri.partition(",")[2]
    assert work > 1000
    bodies = [
        f'{{"a": "{uri}"}}',
        f'"{uri.upper()[:5]}{uri[5:]}"',
        f'["{base64}"]',
        f'["{base64.replace("/", chr(92) + "/")}"]',
        '["' + "".join(f"\\u{ord(sign):04x}" for sign in uri[:40]) + uri[40:] + '"]',
        f'{{"a\\\\": "\\"", "b\\"": "{uri}"}}',
        f'["{uri.replace("/", "%2F")}"]',
        f'[1, "", "x", "{uri}"',
        # White space, which some rules allow: in JSON line breaks are escapes.
        f'["{uri[:100]}\\r\\n{uri[100:200]}\\u000a{uri[200:300]} \\t{uri[300:]}\\n"]',
        f'["\\n {base64}"]',
        f'["\\u0020\\u000D%0a%20{base64}"]',
    ]
    for body in bodies:
        assert work_of_json(body) in (work, 0 if body[-1] != "]" else work), body[:60]
    assert work_of_json(f'["{uri}", "{uri}"]') == 2 * work
    assert work_of_json('["data:", "no picture", "iVBOR", "\\', 1) == 0
    with pytest.raises(PresizeError, match=f"at most {work} for total_work_pixels"):
        work_of_json(f'["{uri}", "{uri}"]', work)
    assert _cost.of_data_uris([uri, "data:image/png;base64,AAAA", uri], None) == 2 * work
    wrong: Any = [uri, 7]
    assert _cost.of_data_uris(wrong, None) == 0
