"""The engine of many processes: PgQueuer hands out the work, Postgres keeps the one rate and the fences.

Nothing here decides whether a person got a message: a job only says “look at this slice”.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final

import psycopg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.adapters.persistence.queries import Queries, SyncQueries
from pgqueuer.db import PsycopgDriver, SyncDriver
from pgqueuer.models import Job
from psycopg.rows import dict_row
from sqlalchemy import Connection

from bot.engine.base import Handler
from bot.engine.local import AT_ONCE

HEARTBEAT: Final = timedelta(seconds=10)  # a worker silent for so long is taken for dead
IN_HAND: Final = 6  # pieces of work a process may have in hand
SECONDS_BEFORE_AGAIN: Final = 1.0  # pause before the database is tried again
BLOCKS: Final = 50  # a process takes at most a fiftieth of a second's slots at once
# A second may hold LATE more of the rate, then FASTER, and stays within HEADROOM: 1.006 * 1.003 = 1.009.
LATE: Final = 0.006  # seconds a send may start after its slot; half the distance of two slots where that is more
FASTER: Final = 1.003
OWED: Final = 0.25  # seconds of the rate that may be owed; what is beyond was lost to more than a stall
BELL: Final = "prag_outgoing"
_FENCE: Final = 0x70726167  # first half of every advisory lock of ours

_log = structlog.get_logger(__name__)


class _CallerDriver(SyncDriver):
    """PgQueuer's queries on the caller's own connection, so that a job exists exactly when the transaction does."""

    def __init__(self, connection: Connection) -> None:
        self._connection: psycopg.Connection[Any] = connection.connection.dbapi_connection  # type: ignore[assignment]

    def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        cursor = psycopg.RawCursor(self._connection, row_factory=dict_row)
        return cursor.execute(query, args or None).fetchall()


async def install(url: str) -> None:
    """PgQueuer's own tables are there and of its present version."""
    async with await _connect(url) as connection:
        queries = Queries(PsycopgDriver(connection))
        if await queries.schema_is_installed():
            await queries.upgrade()
        else:
            await queries.install()


class PgQueuerEngine:
    """Work spread over all processes on one Postgres. `process` is this one's name in claims."""

    def __init__(self, url: str, process: str, heartbeat: timedelta = HEARTBEAT) -> None:
        self._url = url
        self._process = process
        self._heartbeat = heartbeat
        self._handlers: dict[str, Handler] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: Counter[str] = Counter()
        self._locks = _Locks(url, process)
        self._heard: Callable[[str], None] = lambda _channel: None

    def on(self, job: str, handler: Handler) -> None:
        """Work named `job` is done by `handler` in this process."""
        self._handlers[job] = handler

    def kick(self, connection: Connection, job: str, numbers: Sequence[int]) -> None:
        """Queue the numbers that are not queued, in the caller's transaction."""
        count = len(numbers)
        SyncQueries(_CallerDriver(connection)).enqueue(
            [job] * count, [str(number).encode() for number in numbers], [0] * count,
            dedupe_key=[f"{job} {number}" for number in numbers], on_conflict="skip",
        )  # fmt: skip

    @asynccontextmanager
    async def fence(self, number: int) -> AsyncIterator[bool]:
        """Whether this process alone works on `number` now. A worker that stalls keeps its lock until its connection ends."""
        held = await self._locks.take(number)
        try:
            yield held
        finally:
            if held:
                await self._locks.give(number)

    def listen(self, heard: Callable[[str], None]) -> None:
        """`heard` is told the channel when any process has queued something for it. Before `run`."""
        self._heard = heard

    async def ring(self, channel: str) -> None:
        """Whoever sends on this channel, in any process, looks at once. Nothing is lost if nobody hears it."""
        with suppress(psycopg.Error):
            await self._locks.notify(channel)

    async def run(self) -> None:
        """Work until cancelled, coming back whenever the database does; what is under way then gets to its end."""
        try:
            while True:
                await self._until_trouble()
                await asyncio.sleep(SECONDS_BEFORE_AGAIN)
        finally:
            await self._locks.close()

    async def _until_trouble(self) -> None:
        try:
            await self._locks.open()
        except psycopg.Error as error:
            _log.error("the engine cannot start yet", error=type(error).__name__)
            return
        serving = [asyncio.create_task(work) for work in (self._serve(), self._hear(), self._locks.watch())]
        try:
            await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*self._tasks, *serving):
                task.cancel()
            for outcome in await asyncio.gather(*self._tasks, *serving, return_exceptions=True):
                if isinstance(outcome, Exception):
                    _log.error("the engine broke off and starts again", error=type(outcome).__name__)

    async def _serve(self) -> None:
        if not self._handlers:
            await asyncio.Event().wait()  # a process that only receives: its locks and its bell are all it needs
        async with await _connect(self._url) as connection:
            queuer = PgQueuer(PsycopgDriver(connection))
            for job, handler in self._handlers.items():
                self._register(queuer, job, handler)
            await queuer.run(
                dequeue_timeout=timedelta(seconds=1), batch_size=1, max_concurrent_tasks=IN_HAND, heartbeat_timeout=self._heartbeat,
                shutdown_on_listener_failure=True,
            )  # fmt: skip

    def _register(self, queuer: PgQueuer, job: str, handler: Handler) -> None:
        @queuer.entrypoint(job)
        async def work(kicked: Job) -> None:
            if self._running[job] >= AT_ONCE:
                return  # others may have it: the sweep kicks it again
            task = asyncio.create_task(self._work(job, handler, int(kicked.payload or b"0")))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.wait([task])  # its end is its own affair: the engine stops it, not PgQueuer

    async def _work(self, job: str, handler: Handler, number: int) -> None:
        self._running[job] += 1
        try:
            await handler(number)
        except Exception as error:  # noqa: BLE001 - the sweep kicks it again; the others must go on
            _log.error("work broke off and will be tried again", job=job, error=type(error).__name__)
        finally:
            self._running[job] -= 1

    async def _hear(self) -> None:
        async with await _connect(self._url) as connection:
            await connection.execute(f"LISTEN {BELL}")
            async for note in connection.notifies():
                self._heard(note.payload)


class _Locks:
    """This process's advisory locks, all in one session: they end with it, however the process ends."""

    def __init__(self, url: str, process: str) -> None:
        self._url = url
        self._process = process
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._held: set[int] = set()

    async def open(self) -> None:
        """There is a session, and everybody can see that this process is alive."""
        await self.close()
        self._connection = await _connect(self._url)
        await self._connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (self._process,))

    async def close(self) -> None:
        self._held.clear()
        if self._connection is not None:
            with suppress(psycopg.Error):
                await self._connection.close()
        self._connection = None

    async def watch(self) -> None:
        """Goes on while the session lives; raises psycopg.Error when it has ended, and all our locks with it."""
        while self._connection is not None:
            await self._connection.execute("SELECT 1")
            await asyncio.sleep(SECONDS_BEFORE_AGAIN)

    async def take(self, number: int) -> bool:
        """Whether the lock is now ours. A session may take a lock twice, so what we hold already is refused here."""
        if number in self._held or self._connection is None:
            return False
        self._held.add(number)
        cursor = await self._connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_FENCE, number))
        row = await cursor.fetchone()
        if not row or not row[0]:
            self._held.discard(number)
            return False
        return True

    async def give(self, number: int) -> None:
        self._held.discard(number)
        if self._connection is not None:
            with suppress(psycopg.Error):
                await self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_FENCE, number))

    async def notify(self, channel: str) -> None:
        if self._connection is not None:
            await self._connection.execute("SELECT pg_notify(%s, %s)", (BELL, channel))


class PostgresRate:
    """The rate of all processes together, in sends a second: one row hands out blocks of slots in a transaction of its own.

    Whoever is too late for a slot leaves it, because a late one would bunch with those of others; what was
    left is made up for by slots that follow each other a little faster.
    """

    def __init__(self, url: str, channel: str, rate: float) -> None:
        self._url = url
        self._channel = channel
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._step = 1.0 / rate
        self._block = max(1, round(rate / BLOCKS))
        self._late = max(LATE, self._step / 2)
        self._slots: deque[float] = deque()
        self._left = 0
        self._fetching: asyncio.Task[None] | None = None

    async def slot(self, waiting: int) -> None:
        """Returns when one send may start, which is at a slot of our own. Waits for the database to come back."""
        loop = asyncio.get_running_loop()
        while True:
            at = await self._next(waiting)
            await asyncio.sleep(max(0.0, at - loop.time()))
            if loop.time() - at <= self._late:
                return
            self._left += 1

    async def _next(self, waiting: int) -> float:
        """Our next slot. The block after this one is fetched while there are still some left."""
        while True:
            if len(self._slots) <= self._block // 2 and waiting > len(self._slots) and self._fetching is None:
                self._fetching = asyncio.create_task(self._fetch(min(waiting, self._block)))
            if self._slots:
                return self._slots.popleft()
            assert self._fetching is not None
            await asyncio.shield(self._fetching)

    async def _fetch(self, count: int) -> None:
        left, self._left = self._left, 0
        try:
            values = {"channel": self._channel, "count": count, "step": self._step, "left": left}
            wait, step = await self._persist(_RESERVE, values | {"faster": FASTER, "most": OWED / self._step})
            start = asyncio.get_running_loop().time() + wait
            self._slots.extend(start + number * step for number in range(count))
        finally:
            self._fetching = None

    async def push(self, seconds: float) -> None:
        """No slot before `seconds` from now, in any process that asks from now on."""
        self._slots.clear()
        await self._persist(_PUSH, {"channel": self._channel, "seconds": seconds})

    async def _persist(self, query: str, values: dict[str, object]) -> tuple[float, float]:
        while True:
            try:
                if self._connection is None:
                    self._connection = await _connect(self._url)
                    await self._connection.execute(_BEGIN, {"channel": self._channel})
                row = await (await self._connection.execute(query, values)).fetchone()
                assert row is not None
                return float(row[0]), float(row[1])
            except psycopg.Error as error:
                _log.error("the rate cannot be read; sending waits", channel=self._channel, error=type(error).__name__)
                await self.close()
                await asyncio.sleep(SECONDS_BEFORE_AGAIN)

    async def close(self) -> None:
        """The connection is given back."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                await self._connection.close()
            self._connection = None


_NOW: Final = "extract(epoch FROM clock_timestamp())::double precision"
_BEGIN: Final = "INSERT INTO channel_rate (channel, next_at) VALUES (%(channel)s, 0) ON CONFLICT DO NOTHING"
# Slots that were left are owed; while any are, slots follow each other FASTER and each pays a part of one back.
_RESERVE: Final = f"""
    WITH held AS (SELECT next_at, least(owed + %(left)s, %(most)s) AS owed FROM channel_rate WHERE channel = %(channel)s FOR UPDATE),
    block AS (
        SELECT greatest(next_at, {_NOW}) AS start, owed,
               CASE WHEN owed > 0 THEN %(step)s / %(faster)s ELSE %(step)s END AS step
        FROM held
    )
    UPDATE channel_rate SET
        next_at = block.start + %(count)s * block.step,
        owed = greatest(0, block.owed - %(count)s * (1 - 1 / %(faster)s))
    FROM block WHERE channel = %(channel)s
    RETURNING block.start - {_NOW}, block.step
"""  # noqa: S608 - constants of ours
_PUSH: Final = f"""
    UPDATE channel_rate SET next_at = greatest(next_at, {_NOW} + %(seconds)s) WHERE channel = %(channel)s RETURNING 0, 0
"""  # noqa: S608 - constants of ours


async def _connect(url: str) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)
