"""What image bytes may come in, and how much of it is read."""

from __future__ import annotations

import array
import asyncio
import io
import mmap
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.datastructures import UploadFile

import presize
from presize import ImageError, ImageRules, OptionError, aio

EXPECTED = "bytes, a path or a file open for reading bytes"


@pytest.fixture(scope="module")
def path(images: Path) -> Path:
    return images / "baseline_420.jpg"


@pytest.fixture(scope="module")
def photo(path: Path) -> bytes:
    return path.read_bytes()


class Stingy(io.RawIOBase):
    """A raw file that gives a few bytes at a time, as it may, and counts what was asked of it."""

    def __init__(self, data: bytes, step: int = 7) -> None:
        self.left, self.step, self.given = io.BytesIO(data), step, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self.left.read(min(self.step, len(buffer)))
        buffer[: len(read)] = read
        self.given += len(read)
        return len(read)


class _Bytes(bytes):
    pass


class _PathLike:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)


BUFFERS: dict[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "subclass of bytes": _Bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "memoryview of a bytearray": lambda data: memoryview(bytearray(data)),
    "slice": lambda data: memoryview(b"before" + data + b"after")[6:-5],
    "every other byte": lambda data: memoryview(bytes(b for byte in data for b in (byte, 0)))[::2],
    "reversed": lambda data: memoryview(data[::-1])[::-1],
    "cast to characters and back": lambda data: memoryview(data).cast("c").cast("B"),
    "cast to two dimensions": lambda data: memoryview(data).cast("B", (1, len(data))),
    "array": lambda data: array.array("B", data),
    "numpy array": lambda data: np.frombuffer(data, np.uint8),
    "numpy array, reversed": lambda data: np.frombuffer(data[::-1], np.uint8)[::-1],
    "numpy array, columns first": lambda data: np.asfortranarray(np.frombuffer(data, np.uint8).reshape(1, -1)),
    "BytesIO": io.BytesIO,
    "buffered reader": lambda data: io.BufferedReader(Stingy(data)),
    "raw file that gives little": Stingy,
}


@pytest.mark.parametrize("kind", BUFFERS)
def test_bytes_of_every_kind_are_the_same_image(kind: str, photo: bytes) -> None:
    make = BUFFERS[kind]
    assert presize.check(make(photo)).bytes == photo
    assert type(presize.check(make(photo)).bytes) in (bytes, _Bytes)
    assert presize.inspect(make(photo)) == presize.inspect(photo)
    assert presize.transform(make(photo), width=8) == presize.transform(photo, width=8)
    assert presize.transform_many(make(photo), [{"width": 8}]) == [presize.transform(photo, width=8)]
    assert presize.decode(make(photo)) == presize.decode(photo)
    assert presize.encode_data_uri(make(photo), "jpeg") == presize.encode_data_uri(photo, "jpeg")


def test_bytes_come_back_as_the_same_object(photo: bytes) -> None:
    assert presize.check(photo).bytes is photo
    assert presize.check(memoryview(photo)).bytes is photo
    assert presize.check(memoryview(photo)[:]).bytes is photo
    # A view of a part, or of what can be written to, is copied.
    assert presize.check(memoryview(photo + b"\0")[:-1]).bytes is not photo
    written = bytearray(photo)
    checked = presize.check(written)
    written[:] = bytes(len(written))
    assert checked.bytes == photo


def test_paths_and_open_files(path: Path, photo: bytes) -> None:
    assert presize.check(path).bytes == photo
    assert presize.check(_PathLike(path)).bytes == photo
    with path.open("rb") as file:
        assert presize.check(file).bytes == photo
        assert not file.closed
    with path.open("rb", buffering=0) as raw:
        assert presize.check(raw).bytes == photo
    with tempfile.SpooledTemporaryFile() as spooled:
        spooled.write(photo)
        spooled.seek(0)
        assert presize.check(spooled).bytes == photo
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data: Any = mapped
        assert presize.check(data).bytes == photo


def test_a_file_is_read_from_where_it_stands(photo: bytes) -> None:
    file = io.BytesIO(b"before" + photo)
    file.seek(6)
    assert presize.check(file).bytes == photo
    assert file.read() == b""


def test_what_the_system_says_of_a_path_is_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        presize.check(tmp_path / "none.jpg")
    with pytest.raises(IsADirectoryError):
        presize.check(tmp_path)
    with pytest.raises(ImageError) as caught:
        empty = tmp_path / "empty.jpg"
        empty.touch()
        presize.check(empty)
    assert caught.value.code == "image_too_small"


class Reads:
    """A file whose ``read`` gives what it is told to, or raises it."""

    def __init__(self, gives: Any) -> None:
        self.gives = gives

    def read(self, _size: int) -> Any:
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives


def test_what_a_file_raises_goes_through() -> None:
    for error in (OSError("the connection is gone"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught:
            presize.check(Reads(error))
        assert caught.value is error


REFUSED: dict[str, tuple[Any, str]] = {
    "str": ("cat.jpg", "str: text is decoded by decode_data_uri, a path is a pathlib.Path"),
    "None": (None, "NoneType"),
    "int": (3, "int"),
    "list": ([255, 216, 255], "list"),
    "array of wider items": (array.array("I", [1, 2]), "array"),
    "numpy array of floats": (np.zeros(4), "ndarray"),
    "text file": (io.StringIO("GIF89a"), "a file that reads str"),
    "file that reads None": (Reads(None), "a file that reads NoneType"),
    "file that reads a bytearray": (Reads(bytearray(1)), "a file that reads bytearray"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_has_no_bytes_is_refused(kind: str) -> None:
    data, received = REFUSED[kind]
    calls: list[Callable[[], object]] = [
        lambda: presize.inspect(data),
        lambda: presize.check(data),
        lambda: presize.transform(data, width=8),
        lambda: presize.transform_many(data, []),
        lambda: presize.decode(data),
    ]
    for call in calls:
        with pytest.raises(OptionError) as caught:
            call()
        assert caught.value.details == {"name": "data", "expected": EXPECTED, "received": received}


def test_a_coroutine_is_refused_and_left_to_its_owner() -> None:
    async def read() -> bytes:
        return b""

    data: Any = read()
    with pytest.raises(OptionError, match="received coroutine"):
        presize.check(data)
    # Nobody has begun it: its owner can still await it.
    assert asyncio.run(data) == b""


def test_a_file_whose_read_is_a_coroutine_is_refused() -> None:
    async def read() -> bytes:
        return b""

    begun: Any = read()
    with pytest.raises(OptionError, match="received a file that is read asynchronously: pass its bytes"):
        presize.check(Reads(begun))
    # It is closed: nothing warns of a coroutine that was never awaited.
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        begun.send(None)


@pytest.mark.filterwarnings("error")
def test_an_upload_file_is_refused_with_what_to_pass_instead(photo: bytes) -> None:
    upload: Any = UploadFile(io.BytesIO(photo), filename="cat.jpg")
    with pytest.raises(OptionError) as caught:
        asyncio.run(aio.check(upload))
    assert str(caught.value) == (
        f"expected {EXPECTED} for data, received a file that is read asynchronously: pass its bytes, or the file that it wraps "
        "(UploadFile.file)"
    )
    upload.file.seek(0)
    # The advice works.
    assert asyncio.run(aio.check(upload.file)).width == 48
    assert asyncio.run(aio.check(photo)).width == 48


LIMIT = 1000


@pytest.mark.parametrize("step", [7, LIMIT, 10 * LIMIT])
def test_a_file_is_read_to_one_byte_beyond_the_limit(step: int) -> None:
    file = Stingy(bytes(10 * LIMIT), step)
    with pytest.raises(ImageError) as caught:
        presize.check(file, ImageRules(max_bytes=LIMIT))
    assert file.given == LIMIT + 1
    assert caught.value.code == "image_too_large"
    assert caught.value.details == {"what": "bytes", "received": LIMIT + 1, "max": LIMIT}


def test_a_path_that_says_it_is_too_large_is_not_read(tmp_path: Path) -> None:
    sparse = tmp_path / "sparse.jpg"
    with sparse.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ImageError) as caught:
        presize.check(sparse, ImageRules(max_bytes=LIMIT))
    assert caught.value.details == {"what": "bytes", "received": 1 << 40, "max": LIMIT}


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no /dev/zero")
def test_an_endless_path_is_read_to_one_byte_beyond_the_limit() -> None:
    """Its size is said to be 0."""
    with pytest.raises(ImageError) as caught:
        presize.transform(Path("/dev/zero"), rules=ImageRules(max_bytes=LIMIT))
    assert caught.value.details == {"what": "bytes", "received": LIMIT + 1, "max": LIMIT}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_an_open_pipe_is_read_to_its_end(photo: bytes) -> None:
    reader, writer = os.pipe()
    with open(reader, "rb", buffering=0) as pipe:
        with open(writer, "wb") as other:
            other.write(photo)
        assert presize.check(pipe).bytes == photo


def test_a_file_that_lies_about_its_size_is_believed_its_bytes(photo: bytes) -> None:
    class Lies(io.BytesIO):
        size = 3

        def __len__(self) -> int:
            return 3

        def seek(self, *_: Any) -> int:
            raise AssertionError("nobody needs to seek")

        tell = seek

    assert presize.check(Lies(photo)).bytes == photo
    with pytest.raises(ImageError):
        presize.check(Lies(photo), ImageRules(max_bytes=len(photo) - 1))
    assert presize.check(Lies(photo), ImageRules(max_bytes=len(photo))).bytes == photo


def test_a_buffer_beyond_the_limit_is_refused_as_a_file_is(photo: bytes) -> None:
    rules = ImageRules(max_bytes=len(photo) - 1)
    for data in (photo, bytearray(photo), memoryview(photo)[:], io.BytesIO(photo)):
        with pytest.raises(ImageError) as caught:
            presize.check(data, rules)
        assert caught.value.details == {"what": "bytes", "received": len(photo), "max": len(photo) - 1}


def test_inspect_reads_the_start_of_a_file_of_any_size(tmp_path: Path, path: Path, photo: bytes) -> None:
    """It tells the size of a picture that ``check`` would refuse."""
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.write(photo)
        file.truncate(1 << 30)
    with large.open("rb") as file:
        assert presize.inspect(file) == presize.inspect(path)
        assert file.tell() <= 16 << 20
    assert presize.inspect(large) == presize.inspect(path)


def test_a_buffer_that_is_too_long_is_not_copied() -> None:
    """The process may have no more memory than the buffer itself takes."""
    program = (
        "import mmap, resource, presize\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "for call in (presize.check, presize.transform, presize.inspect):\n"
        "    try:\n"
        "        call(mmap.mmap(-1, 2 << 30))\n"
        "    except presize.ImageError as error:\n"
        "        print(error.code, error.details.get('received'))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines() == ["image_too_large 2147483648"] * 2 + ["image_format_unknown None"], ended.stderr


def test_a_small_file_takes_little_memory(path: Path) -> None:
    tracemalloc.start()
    with path.open("rb") as file:
        presize.check(file, ImageRules(max_bytes=4_294_967_295))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 1_000_000


def test_a_list_is_taken_as_it_is() -> None:
    """Whatever a class derived from it makes of walking through it."""

    class Endless(list[str]):
        def __iter__(self) -> Any:
            raise RuntimeError("again and again")

    formats: Any = Endless(["jpeg"])
    assert ImageRules(formats=formats).formats == ("jpeg",)


def test_what_a_mapping_raises_goes_through(presigner_alone: presize.Presigner) -> None:
    class Broken(Mapping[str, str]):
        def __getitem__(self, name: str) -> str:
            raise ZeroDivisionError

        def __iter__(self) -> Any:
            return iter(["a"])

        def __len__(self) -> int:
            return 1

    with pytest.raises(ZeroDivisionError):
        presigner_alone.put("k", metadata=Broken())


@pytest.fixture
def presigner_alone() -> presize.Presigner:
    return presize.Presigner(presize.Bucket.s3("eu-central-1", "photos"), presize.Credentials("AKIDEXAMPLE", "secret"))


@pytest.mark.parametrize(
    "odd", [2**32, 2**53, 2**53 + 1, 2**63, 2**64 - 1, 10**400, -(10**400), True, 300.0, 0.5, None, "300", ...]
)
def test_both_ways_to_sign_judge_alike(odd: Any, presigner_alone: presize.Presigner) -> None:
    """The usual options take a shorter way through the extension than the others."""
    get, put = presigner_alone.get, presigner_alone.put
    answers = [
        judged(lambda: get("k", expires_in=odd, now=1)),
        judged(lambda: get("k", expires_in=odd, requester_pays=False, now=1)),
        judged(lambda: put("k", expires_in=odd, now=1)),
        judged(lambda: put("k", expires_in=odd, requester_pays=False, now=1)),
    ]
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    for name in ("content_type", "content_length", "metadata"):
        options: Any = {name: odd}
        shorter, longer = partial(put, "k", now=1, **options), partial(put, "k", now=1, requester_pays=False, **options)
        assert judged(shorter) == judged(longer)


def judged(call: Callable[[], presize.PresignedRequest]) -> tuple[str, str]:
    try:
        return "signed", call().url
    except presize.PresizeError as error:
        return error.code, str(error)


def test_half_a_surrogate_pair_is_said_to_be_one(presigner_alone: presize.Presigner) -> None:
    with pytest.raises(
        presize.OptionError, match="expected a string for key, received a string with half a surrogate pair"
    ):
        presigner_alone.get("\ud800")
