"""Drives a state machine to its end: sends its requests, retries what may pass, and processes the answers in the queues of the
process. Confirmations, resizings and answers to requests for a variant are all driven here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Protocol

from . import _cost, aio
from ._client import require_timeout
from ._fetch_queue import fetch_slot, fetch_slot_async
from ._native import CancelToken
from ._send import Answer, StoreAnswer, send, send_async
from .errors import PresizeError

if TYPE_CHECKING:
    import httpx

    from .exchange import StoreRequest
    from .rules import ImageRules

_FIRST_PAUSE_SECONDS = 0.2


class _Weighed(Protocol):
    def work_pixels(self) -> int: ...


class Machine(Protocol):
    """What hands out requests to a store and consumes the answers. An error of ``next_request`` ends it."""

    @property
    def _native(self) -> _Weighed: ...
    def next_request(self) -> StoreRequest | None: ...
    def answer(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes | bytearray | memoryview
    ) -> None: ...
    def fail(self, reason: str) -> None: ...


class Work:
    """A machine, with its client and its cost for the queues."""

    def __init__(self, machine: Machine, rules: ImageRules, client: str | None = None) -> None:
        self.machine = machine
        self.client = client
        self._rules = rules

    def cost(self, answer: StoreAnswer) -> int:
        """The cost of processing an answer: that of the image in its body, and of what is made besides."""
        return _cost.of_image(answer[2], self._rules) + self.machine._native.work_pixels()


class RetryBudget:
    """The remaining time and attempts of a machine."""

    def __init__(self, timeout: float, retries: int) -> None:
        require_timeout(timeout)
        if isinstance(retries, bool) or not isinstance(retries, int):
            raise TypeError(f"expected a number for retries, received {type(retries).__name__}")
        if retries < 0:
            raise ValueError(f"expected at least 0 for retries, received {retries!r}")
        self._timeout = timeout
        self._retries = retries
        self.begin()

    def begin(self) -> None:
        """Starts the time and the attempts anew."""
        self._deadline = time.monotonic() + self._timeout
        self._attempt = 0

    def left(self) -> float:
        """The remaining time in seconds, at least 0."""
        return max(0.0, self._deadline - time.monotonic())

    def extend(self, seconds: float) -> None:
        """Extends the deadline by time that was spent in the queue."""
        self._deadline += seconds

    def pause(self, answer: Answer) -> float | None:
        """The pause before a retry, in seconds; ``None`` if there is none."""
        pause: float = _FIRST_PAUSE_SECONDS * 2**self._attempt
        if isinstance(answer, str) and self._attempt < self._retries and pause < self.left():
            self._attempt += 1
            return pause
        self._attempt = 0
        return None


# Answers are local variables of small functions only, because error reports show local variables, and an answer may hold an
# image.
def drive(work: Work, client: httpx.Client, budget: RetryBudget) -> None:
    """Drives a machine to its end. Error: ``server_busy``."""
    while (request := _next(work.machine)) is not None:
        if request.method == "GET":
            pause = _fetch(work, client, budget)
        else:
            answer = send(client, request, budget)
            if (pause := budget.pause(answer)) is None:
                budget.extend(_process_in_turn(work, answer))
        if pause is not None:
            time.sleep(pause)


def _process_in_turn(work: Work, answer: Answer) -> float:
    """Processes an answer without an image: at once, unless something is made of an image that is there already. Returns the time
    that it waited in the queue, in seconds."""
    machine = work.machine
    if (work_pixels := machine._native.work_pixels()) == 0:
        _process(machine, answer)
        return 0.0
    return aio.run_here(partial(_process, machine, answer), lambda: work_pixels, work.client)[1]


def _fetch(work: Work, client: httpx.Client, budget: RetryBudget) -> float | None:
    """Fetches an object and processes it. Returns the pause before a retry, in seconds, or ``None``."""
    machine = work.machine
    with fetch_slot(aio.client_name(work.client)) if aio.may_wait() else nullcontext(0.0) as waited:
        budget.extend(waited)
        # Signed only now, because the wait may have been longer than the lifetime of a URL.
        if (request := _next(machine)) is None:
            return None
        answer = send(client, request, budget)
        if (pause := budget.pause(answer)) is not None:
            return pause
        if isinstance(answer, str):
            machine.fail(answer)
            return None
        _, waited = aio.run_here(partial(_process, machine, answer), partial(work.cost, answer), work.client)
        budget.extend(waited)
        return None


async def drive_async(work: Work, client: httpx.AsyncClient, budget: RetryBudget, token: CancelToken) -> None:
    """Like :func:`drive`, for asyncio. Cancelling the task cancels the token."""
    while (request := _next(work.machine)) is not None:
        if request.method == "GET":
            pause = await _fetch_async(work, client, budget, token)
        else:
            answer = await send_async(client, request, budget)
            if (pause := budget.pause(answer)) is None:
                budget.extend(await _process_in_turn_async(work, answer, token))
        if pause is not None:
            await asyncio.sleep(pause)


async def _process_in_turn_async(work: Work, answer: Answer, token: CancelToken) -> float:
    machine = work.machine
    if (work_pixels := machine._native.work_pixels()) == 0:
        # This takes only a moment.
        _process(machine, answer)
        return 0.0
    take = partial(_process, machine, answer)
    return (await aio._run_with(token, take, lambda: work_pixels, work.client))[1]


async def _fetch_async(work: Work, client: httpx.AsyncClient, budget: RetryBudget, token: CancelToken) -> float | None:
    machine = work.machine
    async with fetch_slot_async(aio.client_name(work.client)) as waited:
        budget.extend(waited)
        if (request := _next(machine)) is None:
            return None
        answer = await send_async(client, request, budget)
        if (pause := budget.pause(answer)) is not None:
            return pause
        if isinstance(answer, str):
            machine.fail(answer)
            return None
        process, cost = partial(_process, machine, answer), partial(work.cost, answer)
        _, waited = await aio._run_with(token, process, cost, work.client, size_bytes=len(answer[2]))
        budget.extend(waited)
        return None


def _next(machine: Machine) -> StoreRequest | None:
    try:
        return machine.next_request()
    except PresizeError:
        return None  # `finish` raises it again


def _process(machine: Machine, answer: Answer) -> None:
    if isinstance(answer, str):
        machine.fail(answer)
        return
    try:
        machine.answer(*answer)
    except PresizeError:
        # httpx accepts control characters in headers. That is a mistake of the store, not of an argument.
        machine.fail("an answer whose headers cannot be read")
