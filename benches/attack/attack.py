"""A bystander's latency while eight hostile clients do their worst.

    python attack.py --files FOLDER --s3-server PROGRAM [--node FOLDER] [--seconds N] [--habit NAME] [--only fastapi|express]

`cargo xtask bench attack` makes the files and starts this with the environment that has the packages. Each application is
started three times, in a process of its own: for the bystander alone, with hostile clients of other addresses, and with
hostile clients of the bystander's own address. Hostile clients and bystander are a process each. Everything ends by itself.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Process = subprocess.Popen[str]

HERE = Path(__file__).resolve().parent
# The hostile clients begin before the bystander, and end after it.
LEAD_SECONDS = 3
TRAIL_SECONDS = 3


@contextlib.contextmanager
def started(command: list[str], environment: dict[str, str], folder: Path = HERE) -> Iterator[Process]:
    """A process that is gone afterwards. What it logs is shown only where it ends before its time."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll():
                log.seek(0)
                print(log.read().decode(errors="replace")[-4000:], file=sys.stderr)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def store(program: str) -> Iterator[dict[str, str]]:
    """The embedded S3 server, as the variables that an application reads."""
    with started([program, "photos"], {}) as server:
        assert server.stdout is not None
        said = json.loads(server.stdout.readline())
        yield {
            "AWS_REGION": said["region"],
            "AWS_BUCKET_NAME": said["bucket"],
            "AWS_ENDPOINT_URL": said["endpoint"],
            "AWS_ACCESS_KEY_ID": said["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": said["secret_access_key"],
        }


@contextlib.contextmanager
def fastapi_app(_node: Path, environment: dict[str, str]) -> Iterator[tuple[int, Process]]:
    """The port and the process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "fastapi_app:app", "--port", str(port), "--log-level", "critical"]
    with started(command, environment) as process:
        await_port(port)
        yield port, process


@contextlib.contextmanager
def express_app(node: Path, environment: dict[str, str]) -> Iterator[tuple[int, Process]]:
    """As above, in a folder as `npm install` would make it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE / "express_app.mjs", folder)
        (folder / "node_modules").mkdir()
        for package, installed in (("presize", "presize"), ("express", "express5")):
            (folder / "node_modules" / package).symlink_to(node.resolve() / "node_modules" / installed)
        with started(["node", "express_app.mjs"], environment, folder) as process:
            assert process.stdout is not None
            yield int(process.stdout.readline()), process


def await_port(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the application did not start")


APPS = {"fastapi": fastapi_app, "express": express_app}


def run(arguments: argparse.Namespace, app: str, addresses: str | None) -> dict[str, Any]:
    """One phase: what bystander and hostile clients say of it, and what it cost the application."""
    seconds = arguments.seconds
    with store(arguments.s3_server) as environment, APPS[app](arguments.node, environment) as (port, process):
        client = [sys.executable, "bystander.py", str(port), str(seconds), arguments.files, "127.0.0.1"]
        with contextlib.ExitStack() as stack:
            hostile = None
            if addresses is not None:
                time_of_all = seconds + LEAD_SECONDS + TRAIL_SECONDS
                command = [sys.executable, "hostile.py", str(port), str(time_of_all), arguments.files, addresses]
                hostile = stack.enter_context(started(command + ([arguments.habit] if arguments.habit else []), {}))
                time.sleep(LEAD_SECONDS)
            bystander = stack.enter_context(started(client, {}))
            said: dict[str, Any] = json.loads(bystander.communicate()[0].splitlines()[-1])
            if hostile is not None:
                said["hostile"] = json.loads(hostile.communicate()[0].splitlines()[-1])
        if process.poll() is not None:
            raise SystemExit(f"{app} did not survive it")
        said["cpu_seconds"], said["peak_megabytes"] = usage(process.pid)
    return said


def usage(pid: int) -> tuple[float, float]:
    """Processor seconds and the peak of resident memory, where the system tells (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    except OSError:
        return 0.0, 0.0
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK"), int(status["VmHWM"].split()[0]) / 1000


def sorted_times(said: dict[str, Any], kind: str) -> list[float]:
    """Those of all requests but the ones that were refused for want of a place: a failure too counts by its time."""
    return sorted(seconds for of, seconds, status in said["results"] if of == kind and status != 503) or [float("nan")]


def percentile(times: list[float], part: float) -> float:
    return times[min(len(times) - 1, int(part * len(times)))]


def rows(app: str, phase: str, said: dict[str, Any]) -> Iterator[str]:
    for kind in ("health", "photo", "confirm"):
        results = [result for result in said["results"] if result[0] == kind]
        times = sorted_times(said, kind)
        statuses = Counter(status for *_, status in results)
        busy = statuses.pop(503, 0)
        answered = statuses.pop(200, 0)
        figures = [f"{1000 * percentile(times, part):.0f}" for part in (0.5, 0.9, 0.99)]
        figures += [f"{1000 * times[-1]:.0f}", str(answered), str(busy), str(sum(statuses.values()))]
        yield f"| {app} | {phase} | {kind} | {' | '.join(figures)} |"


HEADS = """\
| application | hostile clients | request | p50, ms | p90 | p99 | max | answered | 503 | others |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""

PHASES = {"none": None, "of other addresses": "apart", "of the same address": "same"}

# Of small requests, with hostile clients of other addresses.
GOAL_MILLISECONDS = 250
GOALS = """\
| goal, p99 in ms | wanted | reached | met |
| --- | ---: | ---: | --- |"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", required=True)
    parser.add_argument("--s3-server", required=True)
    parser.add_argument("--node", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--habit")
    parser.add_argument("--only", choices=sorted(APPS))
    parser.add_argument("--phase", choices=sorted(PHASES), action="append")
    arguments = parser.parse_args()
    # What was started ends with this, also where this is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    apps = [app for app in APPS if arguments.only in (None, app) and (app != "express" or arguments.node is not None)]
    print(HEADS, flush=True)
    notes, goals = [], []
    for app in apps:
        for phase, addresses in PHASES.items():
            if arguments.phase and phase not in arguments.phase:
                continue
            said = run(arguments, app, addresses)
            print("\n".join(rows(app, phase, said)), flush=True)
            if addresses == "apart" and arguments.habit is None:
                reached = [1000 * percentile(sorted_times(said, kind), 0.99) for kind in ("health", "photo")]
                is_met = "yes" if max(reached) <= GOAL_MILLISECONDS else "no"
                goals.append(f"| {app} | at most {GOAL_MILLISECONDS} | {max(reached):.0f} | {is_met} |")
            late = sorted(said["late"])
            note = f"{app}, {phase}: {said['cpu_seconds']:.1f} s of processor time, {said['peak_megabytes']:.0f} MB at most"
            note += f"; requests began late by {1000 * percentile(late, 0.99):.0f} ms at p99, {1000 * late[-1]:.0f} ms at most"
            if "hostile" in said:
                note += f"; the hostile clients took {said['hostile']['cpu_seconds']:.1f} s themselves"
                print(json.dumps(said["hostile"]["answers"]), file=sys.stderr, flush=True)
            notes.append(f"- {note}.")
    print("\n" + "\n".join(notes))
    if goals:
        print("\n" + "\n".join([GOALS, *goals]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
