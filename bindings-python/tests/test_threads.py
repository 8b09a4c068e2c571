"""Threads: the interpreter is free while pixels are worked on, and what is shared gives every thread the same."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

import presize
from presize import Bucket, Credentials, Presigner, aio

THREADS, CALLS = 8, 32
NOW = 1_700_000_000


def _photo(width: int, height: int) -> bytes:
    """A JPEG that takes a while: smooth colours with some noise."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.dstack([x * 255 // width, y * 255 // height, (x + y) % 256]) + rng.integers(0, 12, (height, width, 1))
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture(scope="module")
def photo() -> bytes:
    return _photo(1600, 1200)


@pytest.fixture
def no_switching() -> Iterator[None]:
    """No thread is made to give the interpreter up: another one runs only when a call lets go of it."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(interval)


def _another_thread_runs_during(call: Callable[[], object]) -> bool:
    """Whether this thread runs while another is within the call. The call lets go of the interpreter if so, and never
    otherwise; when the call is over before this thread wakes up, it is made again."""
    places: list[str] = []

    def work() -> None:
        places.append("within")
        call()
        places.append("after")

    for _ in range(20):
        places.clear()
        thread = threading.Thread(target=work)
        thread.start()
        seen = list(places)
        thread.join()
        if seen == ["within"]:
            return True
    return False


def _released(photo: bytes) -> dict[str, Callable[[], object]]:
    uri = presize.encode_data_uri(photo, "jpeg")
    pixels = presize.decode(photo)
    return {
        "check": lambda: presize.check(photo),
        "transform": lambda: presize.transform(photo, width=100),
        "transform_many": lambda: presize.transform_many(photo, [{"width": 100}]),
        "decode": lambda: presize.decode(photo),
        "encode": lambda: presize.encode(pixels, format="jpeg"),
        "decode_data_uri": lambda: presize.decode_data_uri(uri),
        "decode_data_uris": lambda: presize.decode_data_uris([uri]),
    }


@pytest.mark.parametrize("name", _released(_photo(8, 8)))
@pytest.mark.usefixtures("no_switching")
def test_the_interpreter_is_released(name: str, photo: bytes) -> None:
    assert _another_thread_runs_during(_released(photo)[name])


@pytest.mark.usefixtures("no_switching")
def test_the_proof_tells_a_call_that_holds_the_interpreter() -> None:
    assert not _another_thread_runs_during(lambda: sum(range(300_000)))
    assert _another_thread_runs_during(lambda: time.sleep(0.01))


@pytest.mark.skipif(aio._processors() < 2, reason="there is one processor")
def test_threads_run_beside_each_other(photo: bytes, record_property: Callable[[str, object], None]) -> None:
    """As a ratio of times. Where other programs take the processors, no threads get far beside each other, nor do those of
    ``hashlib``, which has the interpreter released too: then its ratio is the measure."""

    def transform(width: int) -> bytes:
        return presize.transform(photo, width=width).bytes

    def hash_(number: int) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", b"", number.to_bytes(2), 20_000)

    ratios: list[tuple[float, float]] = []
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(time.sleep, [0.01] * THREADS))
        for attempt in range(8):
            time.sleep(attempt)
            ratio, of_hashes = _ratio(pool, transform), _ratio(pool, hash_)
            ratios.append((round(ratio, 3), round(of_hashes, 3)))
            if ratio < 0.7 or ratio < 1.2 * of_hashes:
                break
    ratio, of_hashes = ratios[-1]
    print(f"{THREADS} threads on {aio._processors()} processors: {ratio} of the time of one; of hashes: {of_hashes}")
    record_property("ratio", ratio)
    assert ratio < 0.7 or ratio < 1.2 * of_hashes, ratios


def _ratio(pool: ThreadPoolExecutor, call: Callable[[int], bytes]) -> float:
    """The time that threads need for many calls, by that of one thread; the results are equal."""
    numbers = range(100, 100 + CALLS)
    begin = time.perf_counter()
    one_by_one = [call(number) for number in numbers]
    middle = time.perf_counter()
    at_once = list(pool.map(call, numbers))
    end = time.perf_counter()
    assert at_once == one_by_one
    return (end - middle) / (middle - begin)


def test_a_presigner_is_shared() -> None:
    """Across the days too, whose signing keys it keeps."""
    presigner = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret"))
    another = Presigner(Bucket.s3("eu-central-1", "photos"), Credentials("AKIDEXAMPLE", "secret"))

    def sign(presigner: Presigner, number: int) -> list[Any]:
        key, now = f"photos/{number}.jpg", NOW + number % 5 * 86_400
        return [
            presigner.get(key, now=now),
            presigner.put(key, content_type="image/jpeg", content_length=number, now=now),
            presigner.post_form(key, max_bytes=1000, now=now),
            *presigner.sign_many("head", [key, f"{key}2"], now=now),
        ]

    expected = [sign(another, number) for number in range(500)]
    start = threading.Barrier(THREADS)
    results: list[list[Any]] = [[] for _ in range(THREADS)]

    def work(mine: list[Any]) -> None:
        start.wait()
        mine.extend(sign(presigner, number) for number in range(500))

    # Often enough that threads meet within a call.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(mine,)) for mine in results]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert all(mine == expected for mine in results)


def test_a_call_is_stopped_from_another_thread(photo: bytes) -> None:
    """However far it is: the file is read by the call itself, which is then in the middle."""
    token, data = presize.CancelToken(), photo

    class File:
        def read(self, _size: int) -> bytes:
            nonlocal data
            # The other thread stops the call while it runs.
            thread = threading.Thread(target=token.cancel)
            thread.start()
            thread.join()
            read, data = data, b""
            return read

    with pytest.raises(presize.ImageError) as caught:
        presize.transform(File(), width=100, cancel_token=token)
    assert (caught.value.code, caught.value.http_status) == ("cancelled", 499)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.usefixtures("no_switching")
def test_the_interpreter_is_released_while_a_path_is_read(tmp_path: Any) -> None:
    """The pipe gives nothing before this thread writes to it: a call that held the interpreter would wait for ever."""
    pipe = tmp_path / "photo.jpg"
    os.mkfifo(pipe)
    data = _photo(8, 8)
    with ThreadPoolExecutor(1) as pool:
        checked = pool.submit(presize.check, pipe)
        with pipe.open("wb") as file:
            file.write(data)
        assert checked.result().bytes == data
