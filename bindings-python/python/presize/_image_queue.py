"""ImageQueue: a fair queue with priorities. It decides which jobs run at the same time, how many wait, and which one is next.

An example with ``concurrency`` 2. Client A sends three large images (heavy, 1 s each), client B a small one (light, 5 ms)::

    event              running    waiting       used        why
    A sends 3          A1         A2 A3                     heavy jobs take at most concurrency - 1 slots
    B sends 1          A1 B1      A2 A3                     the last slot is for light jobs
    B1 ends            A1         A2 A3         B 5 ms
    C sends a large    A1         A2 A3 C1
    A1 ends            C1         A2 A3         A 1 s       of the waiting clients, C has used the least time
    C1 ends            A2         A3            C 1 s       only A is waiting

A client that sends much delays its own jobs. The next client is the one that has used the least time, which is round robin if
all jobs take equally long. A new or returning client starts with the used time of the client that was served last, so that
nobody saves up time by staying away. (Start-time fair queueing: P. Goyal, H. Vin, H. Cheng, SIGCOMM 1996.)

The client ``""`` is the program itself, for example a script or a worker. It takes turns like any other client. The number of
its waiting jobs is not limited, only their bytes.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from time import monotonic

from .errors import PresizeError, server_busy

# A client without jobs is remembered while it has used more time than the client that was served last. This bounds their number.
_MAX_REMEMBERED_CLIENTS = 1024
_LONGEST_RETRY_SECONDS = 60


@dataclass(frozen=True)
class Limits:
    """The number of jobs that run at the same time, and the number and bytes of those that wait."""

    concurrency: int
    max_waiting: int
    max_waiting_per_client: int
    max_waiting_bytes: int


class Job:
    """A job in one of the states ``waiting``, ``running`` and ``ended``. ``start`` is called when the job gets a slot,
    ``refuse`` when it is dropped from the queue in favour of another client's job."""

    __slots__ = (
        "client",
        "is_admitted",
        "is_heavy",
        "queued_at",
        "refuse",
        "size_bytes",
        "start",
        "started_at",
        "state",
    )

    def __init__(
        self,
        client: str,
        is_heavy: bool,
        start: Callable[[], object],
        refuse: Callable[[PresizeError], object],
        size_bytes: int = 0,
        is_admitted: bool = False,
    ) -> None:
        """``size_bytes`` stay in memory while the job waits. ``is_admitted`` marks a job of a request that has passed the limit
        of its client already."""
        self.client = client
        self.is_admitted = is_admitted
        self.size_bytes = size_bytes
        self.is_heavy = is_heavy
        self.start = start
        self.refuse = refuse
        self.state = "waiting"
        self.queued_at = self.started_at = monotonic()

    @property
    def waited_seconds(self) -> float:
        """The time from entering the queue to the start."""
        return self.started_at - self.queued_at


@dataclass
class _Client:
    used_seconds: float
    is_named: bool
    running: int = 0
    # Waiting jobs that count towards ``max_waiting_per_client``.
    unadmitted: int = 0
    waiting_bytes: int = 0
    light: deque[Job] = field(default_factory=deque)
    heavy: deque[Job] = field(default_factory=deque)

    def waiting(self) -> int:
        return len(self.light) + len(self.heavy)

    def counted(self) -> int:
        """The number of waiting jobs that count towards ``max_waiting``."""
        return self.waiting() if self.is_named else 0

    def queue(self, is_heavy: bool) -> deque[Job]:
        return self.heavy if is_heavy else self.light


class ImageQueue:
    """Assigns slots to jobs. It has no threads of its own: ``start`` of a job submits it to a pool, or wakes its thread.

    Heavy jobs take at most ``max(1, concurrency - 1)`` slots. A light job never waits for heavy jobs alone: if every running
    job is heavy, it gets one extra slot. All methods are thread-safe.
    """

    def __init__(self, limits: Limits) -> None:
        self._lock = threading.Lock()
        self._limits = limits
        self._clients: dict[str, _Client] = {}
        self._running = self._running_heavy = self._waiting = self._counted = self._waiting_bytes = 0
        # The used time of the client that was served last: the virtual time of fair queueing.
        self._served_seconds = 0.0
        self._mean_seconds = 0.1

    def limit(self, limits: Limits) -> None:
        """Replaces the limits. Running and waiting jobs stay."""
        with self._lock:
            self._limits = limits
            started = self._take_startable()
        _start(started)

    def enter(self, job: Job) -> None:
        """Starts a job or queues it.

        Error: ``server_busy`` if a limit is exceeded: jobs of this client, jobs of all clients, or their bytes. If another client
        has more waiting than this one, that client's last job is dropped instead. For the client ``""`` only bytes count;
        admitted jobs do not count towards the limit of their client.
        """
        with self._lock:
            client = self._client(job.client)
            client.queue(job.is_heavy).append(job)
            self._count_waiting(job, 1)
            started = self._take_startable()
            dropped = []
            # A large job may need the bytes of several small ones.
            while job.state == "waiting" and (one := self._overflowing(job, client)) is not None:
                self._drop(one)
                dropped.append(one)
            refusal = server_busy(self._retry_after_seconds()) if dropped else None
        _start(started)
        for one in dropped:
            assert refusal is not None
            if one is job:
                raise refusal
            one.refuse(refusal)

    def leave(self, job: Job) -> None:
        """Ends a job: frees its slot or removes it from the queue. Idempotent."""
        with self._lock:
            if job.state == "waiting":
                self._drop(job)
            elif job.state == "running":
                self._end(job)
            started = self._take_startable()
        _start(started)

    @contextmanager
    def slot(
        self,
        client: str,
        is_heavy: bool,
        size_bytes: int = 0,
        *,
        poll: Callable[[], object] | None = None,
        poll_seconds: float | None = None,
    ) -> Iterator[Job]:
        """Blocks the calling thread until there is a slot for its work. Meanwhile ``poll`` is called every ``poll_seconds``.
        Error: ``server_busy``."""
        decided = threading.Event()
        refusals: list[PresizeError] = []

        def refuse(error: PresizeError) -> None:
            refusals.append(error)
            decided.set()

        job = Job(client, is_heavy, decided.set, refuse, size_bytes)
        try:
            self.enter(job)
            while not decided.wait(poll_seconds):
                if poll is not None:
                    poll()
            if refusals:
                raise refusals[0]
            yield job
        finally:
            self.leave(job)

    # The methods below expect the lock to be held.

    def _client(self, name: str) -> _Client:
        if (client := self._clients.get(name)) is None:
            if len(self._clients) >= _MAX_REMEMBERED_CLIENTS:
                self._forget_idle_clients()
            client = self._clients[name] = _Client(self._served_seconds, is_named=name != "")
        if not client.running and not client.waiting():
            client.used_seconds = max(client.used_seconds, self._served_seconds)
        return client

    def _forget_idle_clients(self) -> None:
        for name, client in list(self._clients.items()):
            if not client.running and not client.waiting():
                del self._clients[name]

    def _take_startable(self) -> list[Job]:
        """Marks every job that can start now as running, and returns them."""
        started = []
        while (job := self._next()) is not None:
            client = self._clients[job.client]
            client.queue(job.is_heavy).popleft()
            client.running += 1
            self._count_waiting(job, -1)
            self._running += 1
            self._running_heavy += job.is_heavy
            self._served_seconds = max(self._served_seconds, client.used_seconds)
            job.state, job.started_at = "running", monotonic()
            started.append(job)
        return started

    def _next(self) -> Job | None:
        if not self._waiting:
            return None
        is_free = self._running < self._limits.concurrency
        heavy_slots = max(1, self._limits.concurrency - 1)
        found: tuple[float, bool, Job] | None = None
        for client in self._clients.values():
            for is_heavy in (False, True):
                queue = client.queue(is_heavy)
                may_start = (
                    is_free and self._running_heavy < heavy_slots
                    if is_heavy
                    else is_free or self._running == self._running_heavy
                )
                if queue and may_start and (found is None or (client.used_seconds, is_heavy) < found[:2]):
                    found = client.used_seconds, is_heavy, queue[0]
        return None if found is None else found[2]

    def _overflowing(self, job: Job, client: _Client) -> Job | None:
        """The job to drop now that ``job`` waits; ``None`` if no limit is exceeded."""
        if client.is_named and not job.is_admitted and client.unadmitted > self._limits.max_waiting_per_client:
            return job
        measure: Callable[[_Client], int]
        if client.is_named and self._counted > self._limits.max_waiting:
            measure = _Client.counted
        # A single job may wait, whatever its size.
        elif self._waiting > 1 and self._waiting_bytes > self._limits.max_waiting_bytes:
            measure = attrgetter("waiting_bytes")
        else:
            return None
        longest = max(self._clients.values(), key=measure)
        if measure(longest) <= measure(client):
            return job
        return max((queue[-1] for queue in (longest.light, longest.heavy) if queue), key=lambda job: job.queued_at)

    def _drop(self, job: Job) -> None:
        self._clients[job.client].queue(job.is_heavy).remove(job)
        self._count_waiting(job, -1)
        job.state = "ended"

    def _count_waiting(self, job: Job, sign: int) -> None:
        client = self._clients[job.client]
        self._waiting += sign
        self._counted += sign * client.is_named
        self._waiting_bytes += sign * job.size_bytes
        client.waiting_bytes += sign * job.size_bytes
        client.unadmitted += sign * (not job.is_admitted)

    def _end(self, job: Job) -> None:
        job.state = "ended"
        client = self._clients[job.client]
        seconds = monotonic() - job.started_at
        client.running -= 1
        client.used_seconds += seconds
        self._running -= 1
        self._running_heavy -= job.is_heavy
        self._mean_seconds += (seconds - self._mean_seconds) / 16
        if not client.running and not client.waiting() and client.used_seconds <= self._served_seconds:
            del self._clients[job.client]

    def _retry_after_seconds(self) -> int:
        """The time to an empty queue at the mean duration of recent jobs."""
        seconds = math.ceil(self._waiting * self._mean_seconds / self._limits.concurrency)
        return max(1, min(seconds, _LONGEST_RETRY_SECONDS))


def _start(jobs: list[Job]) -> None:
    for job in jobs:
        job.start()
