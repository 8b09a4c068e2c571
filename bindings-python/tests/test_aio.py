"""``presize.aio``: the same results, on a pool that is bounded, with the event loop free."""

from __future__ import annotations

import asyncio
import contextvars
import os
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

import presize
from presize import DataUriError, ImageError, ImageRules, OptionError, PresizeError, aio, images
from presize._image_queue import Job

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """In an event loop that shows what is forgotten, and within a minute."""
    return asyncio.run(asyncio.wait_for(coroutine, 60), debug=True)


@pytest.fixture(autouse=True)
def two_places() -> Iterator[None]:
    """As many places on every machine."""
    aio.configure(concurrency=2)
    yield
    aio.configure()


@pytest.fixture(scope="module")
def photo(images: Path) -> bytes:
    return (images / "orientation_6.jpg").read_bytes()


class Gate:
    """A file that is read when the gate opens, and counts those that wait."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.opened = threading.Event()
        self.waiting = 0
        self.most = 0
        self._lock = threading.Lock()

    def file(self) -> _File:
        return _File(self)

    def wait(self) -> None:
        with self._lock:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        self.opened.wait(60)
        with self._lock:
            self.waiting -= 1


class _File:
    def __init__(self, gate: Gate) -> None:
        self.gate, self.is_read = gate, False

    def read(self, _size: int) -> bytes:
        if self.is_read:
            return b""
        self.is_read = True
        self.gate.wait()
        return self.gate.data


async def _until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_results_are_those_of_the_calls_themselves(photo: bytes) -> None:
    uri = presize.encode_data_uri(photo, "jpeg")
    rules = ImageRules(max_bytes=50_000)
    pixels = presize.decode(photo, width=10)

    async def main() -> None:
        assert await aio.check(photo, rules, declared="image/jpeg") == presize.check(photo)
        assert await aio.transform(photo, rules=rules, width=8) == presize.transform(photo, width=8)
        assert await aio.transform_many(photo, [{"width": 8}, {}]) == presize.transform_many(photo, [{"width": 8}, {}])
        assert await aio.decode(photo, width=10) == pixels
        assert await aio.encode(pixels, format="png") == presize.encode(pixels, format="png")
        assert await aio.decode_data_uri(uri) == presize.decode_data_uri(uri)
        assert await aio.decode_data_uris([uri, uri], rules) == presize.decode_data_uris([uri, uri])

    run(main())
    assert {name for name in aio.__all__ if not hasattr(presize, name)} == {
        "configure",
        "name_client",
        "render_variant",
    }


def test_the_event_loop_is_not_held_up(photo: bytes) -> None:
    gate = Gate(photo)

    async def main() -> int:
        ticks = 0
        call = asyncio.ensure_future(aio.transform(gate.file(), width=8))
        await _until(lambda: gate.waiting)
        for _ in range(100):
            await asyncio.sleep(0)
            ticks += 1
        assert not call.done()
        gate.opened.set()
        assert await call == presize.transform(photo, width=8)
        return ticks

    assert run(main()) == 100


def test_the_event_loop_ticks_while_pixels_are_worked_on(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (images / "large.jpg").read_bytes()
    sizes: Any = [{"width": 2000 - number, "fit": "fill", "height": 2000, "enlarge": True} for number in range(4)]

    begun, ended = threading.Event(), threading.Event()
    transform_many = presize.transform_many

    def watched(*arguments: Any, **options: Any) -> list[presize.EncodedImage]:
        begun.set()
        try:
            return transform_many(*arguments, **options)
        finally:
            ended.set()

    monkeypatch.setattr("presize.images.transform_many", watched)

    async def main() -> None:
        call = asyncio.ensure_future(aio.transform_many(data, sizes))
        await _until(begun.is_set)
        await asyncio.sleep(0)
        assert not ended.is_set()
        await call

    run(main())


def test_errors_carry_their_fields_through_await(photo: bytes) -> None:
    async def fails(coroutine: Coroutine[Any, Any, object]) -> Any:
        with pytest.raises(presize.PresizeError) as caught:
            await coroutine
        return caught.value

    async def main() -> None:
        error = await fails(aio.check(photo, ImageRules(max_width=10)))
        assert type(error) is ImageError
        assert (error.code, error.http_status) == ("image_too_large", 413)
        assert error.details == {"what": "width", "received": 36, "max": 10}
        error = await fails(aio.transform_many(photo, [{}, {"width": 0}]))
        assert type(error) is OptionError
        assert (error.code, error.index) == ("option_invalid", 1)
        error = await fails(aio.decode_data_uris(["data:,"]))
        assert type(error) is DataUriError
        assert (error.code, error.index) == ("data_uri_malformed", 0)
        missing: Any = None
        assert (await fails(aio.decode(missing))).details["name"] == "data"

    run(main())


def test_the_pool_is_bounded(photo: bytes) -> None:
    gate, bound = Gate(photo), 2

    async def main() -> None:
        calls = [asyncio.ensure_future(aio.check(gate.file())) for _ in range(4 * bound)]
        await _until(lambda: gate.waiting == bound)
        await asyncio.sleep(0.05)
        assert gate.waiting == bound
        gate.opened.set()
        assert len(await asyncio.gather(*calls)) == 4 * bound

    before = set(threading.enumerate())
    run(main())
    assert gate.most == bound
    # One more is for the light call that finds all places taken by heavy ones.
    assert len(set(threading.enumerate()) - before) <= bound + 1


def test_a_call_that_is_cancelled_before_a_thread_takes_it_never_runs(photo: bytes) -> None:
    gate, late = Gate(photo), Gate(photo)

    async def main() -> None:
        running = [asyncio.ensure_future(aio.check(gate.file())) for _ in range(2)]
        await _until(lambda: gate.waiting == len(running))
        queued = [asyncio.ensure_future(aio.check(late.file())) for _ in range(3)]
        await asyncio.sleep(0.01)
        for call in queued:
            call.cancel()
        assert all(
            isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*queued, return_exceptions=True)
        )
        gate.opened.set()
        await asyncio.gather(*running)
        # The pool is first in, first out: what comes after them has passed them.
        await asyncio.gather(*(aio.check(photo) for _ in running))

    run(main())
    assert late.most == 0


def test_a_call_that_runs_is_stopped_when_its_task_is_cancelled(photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, ends, ended = Gate(photo), list[str](), threading.Event()
    transform = images.transform

    def watched(*arguments: Any, **options: Any) -> presize.EncodedImage:
        try:
            return transform(*arguments, **options)
        except presize.PresizeError as error:
            ends.append(error.code)
            raise
        finally:
            ended.set()

    monkeypatch.setattr(images, "transform", watched)

    async def main() -> None:
        call = asyncio.ensure_future(aio.transform(gate.file(), width=8))
        await _until(lambda: gate.waiting)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        # The task does not wait for the thread.
        assert gate.waiting == 1
        gate.opened.set()
        await _until(ended.is_set)

    run(main())
    assert ends == ["cancelled"]


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[presize.CancelToken]:
    """The token of each call, in their order."""
    made: list[presize.CancelToken] = []

    def make() -> presize.CancelToken:
        made.append(presize.CancelToken())
        return made[-1]

    monkeypatch.setattr(aio, "CancelToken", make)
    return made


def test_a_timeout_stops_a_call(photo: bytes, tokens: list[presize.CancelToken]) -> None:
    gate = Gate(photo)

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(aio.check(gate.file()), 0.01)
        gate.opened.set()
        assert (await aio.check(photo)).bytes is photo

    run(main())
    assert [token.is_cancelled for token in tokens] == [True, False]


def test_a_coroutine_that_is_closed_stops_its_call(photo: bytes, tokens: list[presize.CancelToken]) -> None:
    gate = Gate(photo)

    async def main() -> None:
        call = aio.check(gate.file())
        call.send(None)
        call.close()
        gate.opened.set()

    run(main())
    assert [token.is_cancelled for token in tokens] == [True]


def test_a_call_knows_what_its_task_knows(photo: bytes) -> None:
    tenant = contextvars.ContextVar("tenant", default="none")
    seen = []

    class File:
        def read(self, size: int) -> bytes:
            seen.append(tenant.get())
            return b""

    async def main() -> None:
        tenant.set("acme")
        with pytest.raises(presize.ImageError):
            await aio.check(File())

    run(main())
    assert seen == ["acme"]


def test_event_loops_share_the_pool(photo: bytes) -> None:
    for _ in range(3):
        assert run(aio.transform(photo, width=8)) == presize.transform(photo, width=8)
    threads = [threading.Thread(target=lambda: run(aio.check(photo))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


FORKED = """
import asyncio, os, sys
from pathlib import Path
from presize import aio

photo = Path(sys.argv[1]).read_bytes()
asyncio.run(aio.check(photo))
child = os.fork()
if child == 0:
    asyncio.run(asyncio.wait_for(aio.check(photo), 20))
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_process_has_a_pool_of_its_own(images: Path) -> None:
    """Web servers fork their workers, and the threads of a pool stay behind."""
    path = images / "orientation_6.jpg"
    # From 3.12 on Python warns of every fork beside threads.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED, str(path)]
    subprocess.run(command, check=True, timeout=60)


def test_a_light_call_passes_heavy_ones(photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(photo)
    monkeypatch.setattr(aio, "_heavy_pixels", presize.work_pixels(photo) - 1)
    monkeypatch.setattr(images, "check", lambda *_, **__: gate.wait())
    small = presize.encode(presize.PixelImage(bytes(3), 1, 1, 3), format="png").bytes

    async def main() -> None:
        heavy = [asyncio.ensure_future(aio.check(photo)) for _ in range(4)]
        await _until(lambda: gate.waiting == 1)
        # All places that heavy calls may have are taken, and there is one for this.
        assert (await aio.transform(small, width=1)).width == 1
        await asyncio.sleep(0.05)
        assert (gate.waiting, gate.most) == (1, 1)
        gate.opened.set()
        await asyncio.gather(*heavy)

    run(main())
    assert gate.most == 1


def test_a_jpeg_without_an_end_is_not_stripped_as_a_light_call(photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is decoded, to find out where its data ends."""
    heavy: list[bool] = []
    job = Job

    def made(client: str, is_heavy: bool, *others: Any) -> Job:
        heavy.append(is_heavy)
        return job(client, is_heavy, *others)

    monkeypatch.setattr(aio, "Job", made)
    monkeypatch.setattr(aio, "_heavy_pixels", presize.work_pixels(photo) - 1)
    assert photo.endswith(b"\xff\xd9")

    async def main() -> None:
        await aio.strip_metadata(photo)
        assert heavy == [False]
        # An end that stands in a comment is none.
        comment = b"\xff\xfe\0\4\xff\xd9"
        assert (await aio.strip_metadata(photo[:-2] + comment)).bytes.endswith(b"\xff\xd9")
        assert heavy == [False, False, True]

    run(main())


def test_what_comes_out_counts_too(photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small picture that is made large is as heavy as a large one."""
    heavy: list[bool] = []
    job = Job

    def made(client: str, is_heavy: bool, *others: Any) -> Job:
        heavy.append(is_heavy)
        return job(client, is_heavy, *others)

    monkeypatch.setattr(aio, "Job", made)
    monkeypatch.setattr(images, "transform", lambda *_, **__: None)
    monkeypatch.setattr(images, "transform_many", lambda *_, **__: None)
    monkeypatch.setattr(images, "encode", lambda *_, **__: None)
    large: Any = {"width": 4000, "height": 4000, "enlarge": True}
    pixels = presize.decode(photo)

    async def main() -> None:
        await aio.transform(photo, width=8)
        assert heavy == [False]
        await aio.transform(photo, **large)
        await aio.transform_many(photo, [{"width": 8}, large])
        await aio.encode(pixels, format="png", **large)
        assert heavy == [False, *[False, True] * 3]
        await aio.encode(pixels, format="png")
        assert heavy[-1] is False

    run(main())


def test_the_queue_is_full_at_some_point(photo: bytes) -> None:
    gate = Gate(photo)
    aio.configure(concurrency=1, max_waiting=5, max_waiting_per_client=3)

    async def named(name: str) -> presize.CheckedImage:
        aio.name_client(name)
        return await aio.check(gate.file())

    async def main() -> None:
        calls = [asyncio.ensure_future(named("a")) for _ in range(4)]
        await _until(lambda: gate.waiting == 1)
        with pytest.raises(presize.PresizeError) as caught:
            await named("a")
        assert (caught.value.code, caught.value.http_status) == ("server_busy", 503)
        calls += [asyncio.ensure_future(named("b")) for _ in range(2)]
        await asyncio.sleep(0)
        # A has three waiting, B two: a third client takes a place of A's.
        calls.append(asyncio.ensure_future(named("c")))
        await asyncio.wait([calls[3]])
        gate.opened.set()
        ends = await asyncio.gather(*calls, return_exceptions=True)
        busy = [index for index, end in enumerate(ends) if isinstance(end, presize.PresizeError)]
        assert busy == [3]
        # And it is empty again.
        await asyncio.gather(*(named("a") for _ in range(4)))

    run(main())


def test_a_script_may_start_hundreds_at_once(photo: bytes, images: Path) -> None:
    aio.configure(concurrency=2, heavy_pixels=1)
    path = images / "orientation_6.jpg"

    async def main() -> None:
        sources: list[Any] = [photo, path] * 100
        results = await asyncio.gather(*(aio.transform(source, width=8) for source in sources))
        assert [result.width for result in results] == [8] * 200

    run(main())


def test_forms_of_nobody_known_are_bounded() -> None:
    aio.configure(concurrency=1, max_waiting=0)
    with aio._queue.slot("another client", is_heavy=False), pytest.raises(presize.PresizeError) as caught:
        aio.run_here(lambda: None, lambda: 0)
    assert caught.value.code == "server_busy"


def test_a_call_that_leaves_the_queue_makes_room(photo: bytes) -> None:
    gate = Gate(photo)
    aio.configure(concurrency=1, max_waiting_per_client=1)

    async def main() -> None:
        aio.name_client("a")
        running = asyncio.ensure_future(aio.check(gate.file()))
        await _until(lambda: gate.waiting == 1)
        for _ in range(5):
            waiting = asyncio.ensure_future(aio.check(photo))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
        waiting = asyncio.ensure_future(aio.check(photo))
        await asyncio.sleep(0)
        gate.opened.set()
        await asyncio.gather(running, waiting)

    run(main())


def test_a_thread_takes_a_place_of_the_queue(photo: bytes) -> None:
    gate, order = Gate(photo), list[str]()
    aio.configure(concurrency=1)

    def sync() -> None:
        aio.run_here(lambda: order.append("sync"), lambda: 0)

    async def main() -> None:
        running = asyncio.ensure_future(aio.check(gate.file()))
        await _until(lambda: gate.waiting == 1)
        thread = asyncio.ensure_future(asyncio.to_thread(sync))
        await asyncio.sleep(0.05)
        order.append("opened")
        gate.opened.set()
        await asyncio.gather(running, thread)
        # A place within a place would wait for itself, and so would an event loop.
        await aio._run(lambda _: sync(), lambda: 0)
        sync()

    run(main())
    assert order == ["opened", "sync", "sync", "sync"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("concurrency", 0),
        ("concurrency", 257),
        ("concurrency", True),
        ("concurrency", 2.5),
        ("max_waiting", -1),
        ("max_waiting", "1"),
        ("max_waiting_per_client", 10_001),
        ("max_waiting_per_client", None),
        ("max_waiting_bytes", -1),
        ("max_waiting_bytes", 2**40 + 1),
        ("heavy_pixels", 0),
    ],
)
def test_a_wrong_limit_is_refused(option: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"for {option}, received"):
        aio.configure(**{option: value})
    assert aio._limits.concurrency == 2


def test_a_limit_without_a_fraction_is_a_whole_number() -> None:
    aio.configure(concurrency=3.0)  # type: ignore[arg-type]
    assert repr(aio._limits.concurrency) == "3"


def test_a_client_has_a_name() -> None:
    name: Any = 7
    with pytest.raises(TypeError, match="expected a str for name"):
        aio.name_client(name)


def test_what_a_call_costs_is_found_in_a_place() -> None:
    """A thread of a server that finds out what a picture costs works too; a full queue refuses it before."""
    order: list[str] = []

    def cost(pixels: int) -> int:
        order.append(f"cost {aio._thread.has_slot} {aio._queue._running_heavy}")
        return pixels

    def call() -> None:
        order.append(f"call {aio._thread.has_slot} {aio._queue._running_heavy}")

    for pixels in (1, 10**9):
        aio.run_here(call, lambda pixels=pixels: cost(pixels))  # type: ignore[misc]
    assert order == ["cost True 0", "call True 0", "cost True 0", "call True 1"]

    aio.configure(concurrency=1, max_waiting=0)
    try:
        with aio._queue.slot("other", is_heavy=False), pytest.raises(PresizeError, match="try again in"):
            aio.run_here(call, lambda: cost(1))
    finally:
        aio.configure()
    assert len(order) == 4
