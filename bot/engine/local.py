"""The engine of one process: its work is a queue in memory, its rate a number in memory."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.engine.base import HEADROOM, Handler

CATCH_UP: Final = 0.1  # seconds a loop that woke late may make up for
BURST: Final = 0.015  # seconds whose sends may start at once after a stall; then FASTER than the rate until it is made up for
FASTER: Final = 1.5
# After a rest connections are opened, and what left in time arrives together: slots stand so much further apart for a second.
SETTLING: Final = 1.1
UNEVEN: Final = 0.014  # seconds by which requests may bunch on their way to the platform
# Of one kind of work so much goes on at once: the next piece begins while the last answers of one come in.
AT_ONCE: Final = 2

_log = structlog.get_logger(__name__)


class LocalEngine:
    """Work in this one process. Nothing is kept: after a restart the sweep kicks what is unfinished."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._queues: dict[str, asyncio.Queue[int]] = {}
        self._known: set[tuple[str, int]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def on(self, job: str, handler: Handler) -> None:
        """Work named `job` is done by `handler`."""
        self._handlers[job] = handler
        self._queues[job] = asyncio.Queue()

    def kick(self, _connection: Connection, job: str, numbers: Sequence[int]) -> None:
        """Queue the numbers that are not queued or under way. From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._enqueue, job, tuple(numbers))

    @asynccontextmanager
    async def fence(self, _number: int) -> AsyncIterator[bool]:
        """Nobody else is there: one process holds the ledger, and it never works on one number twice at once."""
        yield True

    def listen(self, heard: Callable[[str], None]) -> None:
        """There are no other processes to hear from."""

    async def ring(self, channel: str) -> None:
        """There are no other processes to tell."""

    async def run(self) -> None:
        """Work until cancelled; what is under way then gets to its end."""
        self._loop = asyncio.get_running_loop()
        workers = [asyncio.create_task(self._work(job)) for job in self._handlers for _ in range(AT_ONCE)]
        try:
            await asyncio.wait(workers)
        finally:
            self._loop = None
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def _enqueue(self, job: str, numbers: Sequence[int]) -> None:
        for number in numbers:
            if (job, number) not in self._known:
                self._known.add((job, number))
                self._queues[job].put_nowait(number)

    async def _work(self, job: str) -> None:
        while True:
            number = await self._queues[job].get()
            try:
                await self._handlers[job](number)
            except Exception as error:  # noqa: BLE001 - the sweep kicks it again; the others must go on
                _log.error("work broke off and will be tried again", job=job, error=type(error).__name__)
            finally:
                self._known.discard((job, number))


class _Span:
    """At most `most` sends within `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._started: deque[float] = deque(maxlen=most)
        self._seconds = seconds

    def note(self, now: float) -> None:
        self._started.append(now)

    def opens(self) -> float:
        full = len(self._started) == self._started.maxlen
        return self._started[0] + self._seconds if full else 0.0


class LocalRate:
    """The rate of one process, in sends a second: it knows when each send started.

    A loop that woke late makes up for it little by little: no BURST and no second holds more than HEADROOM allows.
    """

    def __init__(self, rate: float) -> None:
        self._step = 1.0 / rate
        self._next = 0.0
        self._began = 0.0
        self._second = _Span(math.ceil(rate * HEADROOM), 1.0 + UNEVEN)
        burst = max(1, round(rate * BURST))
        self._burst = _Span(burst, burst * self._step / FASTER)

    async def slot(self, waiting: int) -> None:  # noqa: ARG002 - there is nobody to share with
        """Returns when one send may start."""
        loop = asyncio.get_running_loop()
        while (wait := self._opens() - loop.time()) > 0:  # noqa: ASYNC110 - a “slow down” may push it back meanwhile
            await asyncio.sleep(wait)
        now = loop.time()
        if self._next < now - 1.0:
            self._began = now
        self._second.note(now)
        self._burst.note(now)
        step = self._step * SETTLING if now < self._began + 1.0 else self._step
        self._next = max(self._next, now - CATCH_UP) + step

    def _opens(self) -> float:
        return max(self._next, self._second.opens(), self._burst.opens())

    async def push(self, seconds: float) -> None:
        """No slot before `seconds` from now."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)
