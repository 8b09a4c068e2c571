"""Eight hostile clients, each with a habit of its own, or all with the same one.

    python hostile.py PORT SECONDS FOLDER ADDRESSES [HABIT]

`ADDRESSES` is `apart` (127.0.0.2 to 127.0.0.9, where the system has them) or `same` (127.0.0.1). Every client does its worst
again and again until the time is over. None makes more than twenty requests a second on average: what more of them cost is
the business of a limit on rates, which is the application's. All bodies are made beforehand, so that hardly any processor time
is taken here from those who are attacked.

The last line of the output is JSON: what each habit was answered, and the processor seconds of this process.
"""

from __future__ import annotations

import base64
import contextlib
import json
import random
import resource
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from wire import Connection, form, head, request

JSON_BYTES = 32 * 1024 * 1024
PIECE = 256 * 1024
TIMEOUT_SECONDS = 20.0
# Between two requests of one client.
PAUSE_SECONDS = 0.05
AT_ONCE = 16
CONFIRMATIONS = 30
SLOW_CONNECTIONS = 50
FORMATS = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"GI": "image/gif", b"RI": "image/webp"}


class Client:
    """One hostile client."""

    def __init__(self, port: int, address: str, name: str, folder: Path, until: float) -> None:
        self.port, self.address, self.name, self.until = port, address, name, until
        self.files = {path.name: path.read_bytes() for path in folder.glob("hostile-*")}
        # Those that may stand in a list ten times.
        self.listed = {path.name: path.read_bytes() for path in folder.glob("list-*")}
        self.seen: Counter[str] = Counter()
        self.random = random.Random(name)

    def connect(self) -> Connection:
        time.sleep(PAUSE_SECONDS)
        return Connection(self.port, self.address, TIMEOUT_SECONDS)

    def pictures(self) -> Iterator[tuple[bytes, str]]:
        """The expensive ones for ever, in an order of its own."""
        while True:
            for name in self.random.sample(sorted(self.files), len(self.files)):
                file = self.files[name]
                yield file, FORMATS[file[:2]]

    def is_over(self) -> bool:
        return time.monotonic() > self.until

    def exchange(self, *pieces: bytes) -> None:
        with self.connect() as connection:
            # Whoever is refused early may have an answer all the same.
            with contextlib.suppress(ConnectionError):
                connection.send(*pieces)
            self.read(connection)

    def read(self, connection: Connection) -> None:
        try:
            self.seen[str(connection.answer()[0])] += 1
        except OSError:
            self.seen["broken off"] += 1

    def many(self, messages: list[bytes]) -> None:
        """All of them at once, and then the answers."""
        connections = []
        for message in messages:
            connections.append(Connection(self.port, self.address, TIMEOUT_SECONDS))
            with contextlib.suppress(ConnectionError):
                connections[-1].send(message)
        for connection in connections:
            with connection:
                self.read(connection)
        # As if they had been sent one by one.
        time.sleep(PAUSE_SECONDS * len(messages) / 4)


def json_of_structure(client: Client) -> None:
    """32 MB of JSON that a parser makes millions of objects of."""
    bodies = {
        "lists": (b'{"images":[', b"[],"),
        "texts": (b'{"images":[', b'"",'),
        "objects": (b'{"images":[', b"{},"),
        "depth": (b"", b"["),
        "numbers": (b'{"images":[', b"1,"),
        "white space": (b'{"images":[', b" "),
        "one text": (b'{"images":["data:image/png;base64,', b"A"),
        "escapes": (b'{"images":["', b"\\u0041"),
    }
    while not client.is_over():
        for start, repeated in bodies.values():
            piece = repeated * (PIECE // len(repeated))
            for path in ("/api/generate", "/api/notes"):
                pieces = [start] + [piece] * (JSON_BYTES // len(piece))
                client.exchange(head("POST", path, sum(map(len, pieces))), *pieces)
                if client.is_over():
                    return


def lists_of_pictures(client: Client) -> None:
    """Ten expensive pictures in a list, four lists at once."""
    bodies = []
    for name in client.random.sample(sorted(client.listed), len(client.listed)):
        file = client.listed[name]
        texts = [f"data:{FORMATS[file[:2]]};base64,{base64.b64encode(file).decode()}"] * 10
        bodies.append(json.dumps({"images": texts}).encode())
    while not client.is_over():
        for body in bodies:
            client.many([request("POST", path, body) for path in ("/api/generate", "/api/notes") * 2])
            if client.is_over():
                return


def pictures(client: Client) -> None:
    """The slowest pictures that are accepted, one after the other."""
    for file, media_type in client.pictures():
        client.exchange(form("/api/avatar", file, media_type))
        if client.is_over():
            return


def pictures_at_once(client: Client) -> None:
    """The same, sixteen at a time."""
    forms = (form("/api/avatar", file, media_type) for file, media_type in client.pictures())
    while not client.is_over():
        client.many([next(forms) for _ in range(AT_ONCE)])


def leave_early(client: Client) -> None:
    """Uploads that close the connection in the middle, or after the last byte."""
    for number, (file, media_type) in enumerate(client.pictures()):
        message = form("/api/avatar", file, media_type)
        with client.connect() as connection:
            connection.send(message if number % 2 == 0 else message[: len(message) // 2])
            client.seen["left"] += 1
        if client.is_over():
            return


def confirm_at_once(client: Client) -> None:
    """Thirty confirmations of one upload at once, of the most expensive pictures."""
    for file, media_type in client.pictures():
        ask = json.dumps({"contentType": media_type, "fileSize": len(file)}).encode()
        with client.connect() as connection:
            connection.send(request("POST", "/api/upload/presigned-url", ask, user=client.name))
            status, answer = connection.answer()
        client.seen[str(status)] += 1
        if status == 200:
            ticket = json.loads(answer)
            put = urllib.request.Request(ticket["uploadUrl"], data=file, headers=ticket["headers"], method="PUT")
            with urllib.request.urlopen(put, timeout=TIMEOUT_SECONDS):
                pass
            text = json.dumps({"key": ticket["key"]}).encode()
            client.many([request("POST", "/api/upload/confirm", text, user=client.name)] * CONFIRMATIONS)
        if client.is_over():
            return


def send_slowly(client: Client) -> None:
    """Fifty connections that stay open: half a head, or a body that comes byte by byte."""
    form_head = b"multipart/form-data; boundary=x"
    starts = [
        b"POST /api/avatar HTTP/1.1\r\nhost: localhost\r\n",
        head("POST", "/api/avatar", 1_000_000, form_head.decode()) + b"--x\r\n",
        head("POST", "/api/generate", 1_000_000) + b'{"images":["',
        head("POST", "/api/upload/confirm", 1_000, user=client.name) + b'{"key":"',
    ]
    while not client.is_over():
        connections = []
        for number in range(SLOW_CONNECTIONS):
            connections.append(client.connect())
            connections[-1].send(starts[number % len(starts)])
        ends = min(client.until, time.monotonic() + 5)
        while time.monotonic() < ends:
            time.sleep(0.1)
            for connection in connections[1::5]:
                try:
                    connection.send(b"a")
                except OSError:
                    client.seen["broken off"] += 1
        for connection in connections:
            client.seen["left"] += 1
            connection.close()


def wrong_types(client: Client) -> None:
    """JSON that is sent as text, broken forms, and pictures cut short: what is refused, and how fast that is."""
    cut = [file[: 2 * len(file) // 3] for file in client.files.values()]
    files = [form("/api/avatar", file, FORMATS[file[:2]]) for file in cut if len(file) > 100]
    text = b'{"images":[' + b'"",' * (JSON_BYTES // 3)
    while not client.is_over():
        for path in ("/api/generate", "/api/notes", "/api/upload/confirm"):
            for content_type in ("text/plain", "application/json; charset=utf-16"):
                client.exchange(request("POST", path, text, content_type, client.name))
        client.many([client.random.choice(files) for _ in range(AT_ONCE)])


HABITS: dict[str, Callable[[Client], None]] = {
    habit.__name__: habit
    for habit in (
        json_of_structure,
        lists_of_pictures,
        pictures,
        pictures_at_once,
        leave_early,
        confirm_at_once,
        send_slowly,
        wrong_types,
    )
}


def attack(habit: Callable[[Client], None], client: Client) -> None:
    """One client until the time is over, whatever the server does to it."""
    while not client.is_over():
        try:
            habit(client)
        except OSError as error:
            client.seen[f"no connection: {type(error).__name__}"] += 1
            time.sleep(PAUSE_SECONDS)


def main() -> None:
    port, seconds, folder, addresses = sys.argv[1:5]
    habits = [HABITS[sys.argv[5]]] * len(HABITS) if len(sys.argv) > 5 else list(HABITS.values())
    until = time.monotonic() + float(seconds)
    clients, threads = [], []
    for number, habit in enumerate(habits):
        address = f"127.0.0.{number + 2}" if addresses == "apart" else "127.0.0.1"
        clients.append(Client(int(port), address, f"hostile-{number}", Path(folder), until))
        threads.append(threading.Thread(target=attack, args=(habit, clients[-1]), daemon=True))
        threads[-1].start()
    for thread in threads:
        # Answers that are still pending then do not count.
        thread.join(max(0.0, until + TIMEOUT_SECONDS - time.monotonic()))
    used = resource.getrusage(resource.RUSAGE_SELF)
    answers = [[habit.__name__, dict(client.seen)] for habit, client in zip(habits, clients, strict=True)]
    print(json.dumps({"answers": answers, "cpu_seconds": used.ru_utime + used.ru_stime}))


if __name__ == "__main__":
    main()
