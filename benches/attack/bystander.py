"""The bystander: asks for a little, at fixed times, whether the answer before has come or not, and says how long each took.

    python bystander.py PORT SECONDS FOLDER ADDRESS

A request every 50 ms: in turns the health route and a photo of a megapixel that becomes a thumbnail, and every two seconds
the confirmation of an upload of its own. The time is from the start of the connection to the last byte of the answer. How much
later than planned a request began is counted too: then it was this process that waited for a processor.

The last line of the output is JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.request
from pathlib import Path

from wire import Connection, form, request

EVERY_SECONDS = 0.05
CONFIRM_EVERY = 40
TIMEOUT_SECONDS = 30.0


class Bystander:
    def __init__(self, port: int, photo: bytes, address: str) -> None:
        self._port, self._photo, self._address = port, photo, address
        self._health = b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        self._form = form("/api/avatar", photo, "image/jpeg")
        self.results: list[tuple[str, float, int]] = []
        self.late: list[float] = []

    def ask(self, kind: str, planned: float) -> None:
        self.late.append(time.monotonic() - planned)
        if kind == "confirm":
            key = self._upload()
            if key is None:
                return
            text = json.dumps({"key": key}).encode()
            self._measure(kind, request("POST", "/api/upload/confirm", text, user="bystander"))
        else:
            self._measure(kind, self._health if kind == "health" else self._form)

    def _measure(self, kind: str, message: bytes) -> None:
        started = time.monotonic()
        try:
            with Connection(self._port, self._address, TIMEOUT_SECONDS) as connection:
                connection.send(message)
                status, _ = connection.answer()
        except OSError:
            status = 0
        self.results.append((kind, time.monotonic() - started, status))

    def _upload(self) -> str | None:
        """Where the photo was put; what that takes is the store's."""
        ask = json.dumps({"contentType": "image/jpeg", "fileSize": len(self._photo)}).encode()
        try:
            with Connection(self._port, self._address, TIMEOUT_SECONDS) as connection:
                connection.send(request("POST", "/api/upload/presigned-url", ask, user="bystander"))
                status, answer = connection.answer()
            if status != 200:
                self.results.append(("confirm", 0.0, status))
                return None
            ticket = json.loads(answer)
            put = urllib.request.Request(ticket["uploadUrl"], data=self._photo, headers=ticket["headers"], method="PUT")
            with urllib.request.urlopen(put, timeout=TIMEOUT_SECONDS):
                return str(ticket["key"])
        except OSError:
            self.results.append(("confirm", 0.0, 0))
            return None


def main() -> None:
    port, seconds, folder, address = sys.argv[1:]
    bystander = Bystander(int(port), (Path(folder) / "bystander.jpg").read_bytes(), address)
    started = time.monotonic()
    threads = []
    for number in range(int(float(seconds) / EVERY_SECONDS)):
        planned = started + number * EVERY_SECONDS
        time.sleep(max(0.0, planned - time.monotonic()))
        kinds = ["health" if number % 2 == 0 else "photo"]
        if number % CONFIRM_EVERY == CONFIRM_EVERY // 2:
            kinds.append("confirm")
        for kind in kinds:
            threads.append(threading.Thread(target=bystander.ask, args=(kind, planned), daemon=True))
            threads[-1].start()
    for thread in threads:
        thread.join(2 * TIMEOUT_SECONDS)
    print(json.dumps({"results": bystander.results, "late": bystander.late}))


if __name__ == "__main__":
    main()
