"""The ledger's connections and its one writer.

All writes of a service go through one thread that commits whatever is waiting as one transaction,
a savepoint for each piece of work: durable (`synchronous=FULL`) and yet fast, because many share a
commit. Commands in other processes use `Ledger.writing()`: one short transaction, same rules.
"""

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Dialect, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import PlainError

T = TypeVar("T")
Work = Callable[[Connection], T]

BATCH: Final = 128  # pieces of work a transaction; a longer one would keep the first of them waiting
BATCH_POSTGRES: Final = 50  # beyond 64 savepoints Postgres spills its subtransaction cache
LOCK_TIMEOUT: Final = 200  # milliseconds a turn waits for a row that another Postgres process holds
LOCK_TRIES: Final = 20  # times such a turn is tried; each but the first has a transaction of its own
LOCK_STATES: Final = (
    "55P03",
    "40P01",
    "40001",
)  # lock not available, deadlock, serialisation: postgresql.org/docs/current/errcodes-appendix.html
# Unique and foreign key violation: two processes met the same person for the first time at once, or one erased them meanwhile.
CLASH_STATES: Final = ("23505", "23503")
STALLED: Final = 5000  # milliseconds a writing transaction may stand still before Postgres ends it
BUSY_PAUSE: Final = 0.01  # seconds before such a turn is tried again
BUSY_TIMEOUT: Final = 5000  # milliseconds another process may hold the write lock
# Pages (4 kB) of SQLite's journal that a commit copies into the file: with its own 1000 a commit now and then took 0.2 s.
JOURNAL: Final = 250


class LedgerError(PlainError):
    """The ledger cannot be written now."""


class BusyError(Exception):
    """Another process works on the same conversation now; this piece of work is tried again by itself."""


class Ledger:
    """The database: SQLite in a file, or Postgres. Made once by the composition root."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        else:
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self.write_engine = self._engine(url, begin="BEGIN IMMEDIATE", size=2)
        self.read_engine = self._engine(url, begin="BEGIN", size=4)

    def _engine(self, url: str, *, begin: str, size: int) -> Engine:
        if not self.is_sqlite:
            # A process that stalls within a transaction must not hold its locks against all others.
            patience = {"options": f"-c idle_in_transaction_session_timeout={STALLED}"} if begin != "BEGIN" else {}
            return create_engine(url, pool_size=size, max_overflow=size, pool_pre_ping=True, connect_args=patience)
        engine = create_engine(url, pool_size=size, max_overflow=2 * size, connect_args={"check_same_thread": False})
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        # The driver's own transaction handling commits behind savepoints' backs, so BEGIN is ours.
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One short transaction, committed at the end of the block, rolled back if it raises."""
        with self.write_engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and writes nothing."""
        with self.read_engine.connect() as connection:
            yield connection

    def fold(self) -> None:
        """What was erased is in no journal any more: on SQLite it is folded into the file and cut to nothing."""
        if self.is_sqlite:
            connection = self.write_engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.close()

    def vacuum(self, tables: Iterable[Table]) -> None:
        """What was erased from these tables is on none of their pages any more. SQLite overwrites it as it is erased."""
        if not self.is_sqlite:
            names = ", ".join(table.name for table in tables)
            # It runs in no transaction.
            with self.read_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM {names}")

    def close(self) -> None:
        """Give all connections back; on SQLite the journal is folded into the file."""
        self.read_engine.dispose()
        self.write_engine.dispose()


def _make_private(_dialect: Dialect, _entry: ConnectionPoolEntry, where: Sequence[str], _options: Any) -> None:
    """A new ledger is readable by its owner only; its journals take that over."""
    make_private(Path(where[0]))


def make_private(path: Path) -> None:
    """The file is there; a new one is empty and readable by its owner only."""
    # One that is there is not even opened: closing it would drop the locks this process's other connections hold on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}",
        "journal_mode=WAL",
        f"wal_autocheckpoint={JOURNAL}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def is_gone(connection: Connection, process: str) -> bool:
    """Whether the process of this name is no more. On Postgres a living one holds an advisory lock of its name; on
    SQLite one process holds the whole ledger, so any other that has claimed something is gone."""
    if connection.dialect.name == "sqlite":
        return True
    wanted = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:process, 0))")
    return bool(connection.execute(wanted, {"process": process}).scalar_one())


def hold(connection: Connection, name: str) -> bool:
    """Whether the transaction now holds `name` alone among all processes, to its end. Always on SQLite: its writer is one."""
    return is_gone(connection, name)


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already; tells whether it was inserted."""
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table).on_conflict_do_nothing()
    # Without the option Postgres' driver gives no count for an INSERT.
    return connection.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount == 1


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    future: Future[Any]


class Writer:
    """The one thread that writes. Submitted work runs in order; its result comes only after the commit."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._batch = BATCH if ledger.is_sqlite else BATCH_POSTGRES
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish everything submitted so far, then end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def submit(self, work: Work[T]) -> Future[T]:
        """Queue `work`. The future has its result once it is committed, or its exception, with nothing written."""
        future: Future[T] = Future()
        self._jobs.put(_Job(work, future))
        return future

    async def write(self, work: Work[T]) -> T:
        """Run `work` and wait for its commit. What `work` raises is raised here; nothing of it is then kept."""
        return await asyncio.wrap_future(self.submit(work))

    def _run(self) -> None:
        while True:
            jobs, last = self._next_batch()
            if jobs:
                self._commit(jobs)
            if last:
                return

    def _next_batch(self) -> tuple[list[_Job], bool]:
        first = self._jobs.get()
        if first is None:
            return [], True
        jobs = [first]
        while len(jobs) < self._batch:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _commit(self, jobs: list[_Job], tries: int = LOCK_TRIES) -> None:
        try:
            with self._ledger.writing() as connection:
                if not self._ledger.is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}")
                results = [self._attempt(connection, job.work) for job in jobs]
        except Exception as error:  # noqa: BLE001 - whatever broke the commit, each job must hear of its own fate
            self._after_failed_commit(jobs, error)
            return
        busy = []
        for job, result in zip(jobs, results, strict=True):
            passing = isinstance(result, _Failure) and _is_passing(result.error, first=tries == LOCK_TRIES)
            if passing and tries > 1:
                busy.append(job)
            else:
                _settle(job.future, _Failure(_unwritable(result.error)) if passing else result)
        # Alone, and with the locks of the batch given back, a piece of work gets what it waited for.
        for job in busy:
            time.sleep(BUSY_PAUSE)
            self._commit([job], tries - 1)

    def _attempt(self, connection: Connection, work: Work[Any]) -> Any:
        try:
            with connection.begin_nested():
                return work(connection)
        except DBAPIError as error:
            if error.connection_invalidated or _is_ledger_wide(error):
                raise
            return _Failure(error)
        except Exception as error:  # noqa: BLE001 - one piece of work must not take the batch with it
            return _Failure(error)

    def _after_failed_commit(self, jobs: list[_Job], error: Exception) -> None:
        # Receipts make a second try of each piece of work safe.
        if len(jobs) > 1:
            for job in jobs:
                self._commit([job])
            return
        _settle(jobs[0].future, _Failure(_unwritable(error)))


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception


def _unwritable(cause: Exception) -> LedgerError:
    failed = LedgerError("the ledger cannot be written now")
    failed.__cause__ = cause
    return failed


def _settle(future: Future[Any], result: Any) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, _Failure):
        future.set_exception(result.error)
    else:
        future.set_result(result)


def _is_passing(error: Exception, *, first: bool) -> bool:
    """Whether trying again helps: another process held a row, each waited for the other, or both inserted the same at once."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return isinstance(error, BusyError) or state in LOCK_STATES or (first and state in CLASH_STATES)


def _is_ledger_wide(error: DBAPIError) -> bool:
    """Whether the fault is the database's (disk full, locked, read-only), not the work's."""
    told = str(error.orig).lower()
    return any(word in told for word in ("locked", "disk", "readonly", "full", "i/o"))
