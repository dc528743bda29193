"""The writer: everything submitted is committed once, a failing piece takes nothing with it."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select, text

from bot.store.database import Ledger, LedgerError, Writer, insert_new
from bot.store.migrate import migrate
from bot.store.tables import receipt

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def note(key: str):
    def work(connection: Connection) -> str:
        insert_new(connection, receipt, {"channel": "web", "key": key, "received_at": NOW})
        return key

    return work


def keys(ledger: Ledger) -> set[str]:
    with ledger.reading() as connection:
        return set(connection.execute(select(receipt.c.key)).scalars())


async def test_what_is_written_is_there_when_write_returns(ledger: Ledger, writer: Writer):
    assert await writer.write(note("a")) == "a"
    assert keys(ledger) == {"a"}


async def test_a_failing_piece_leaves_nothing_and_its_neighbours_stay(ledger: Ledger, writer: Writer):
    def half_then_break(connection: Connection) -> None:
        note("half")(connection)
        raise ValueError("broken")

    held = threading.Event()
    blocker = writer.submit(lambda _connection: held.wait(5))  # so that the next three share one transaction
    futures = [writer.submit(note("before")), writer.submit(half_then_break), writer.submit(note("after"))]
    held.set()
    assert blocker.result(5)
    with pytest.raises(ValueError, match="broken"):
        futures[1].result(5)
    assert futures[0].result(5) == "before"
    assert futures[2].result(5) == "after"
    assert keys(ledger) == {"before", "after"}


async def test_many_waiting_pieces_share_one_transaction(ledger: Ledger, writer: Writer):
    commits: list[int] = []
    event.listen(ledger.write_engine, "commit", lambda _connection: commits.append(1))
    held = threading.Event()
    writer.submit(lambda _connection: held.wait(5))
    futures = [writer.submit(note(str(number))) for number in range(100)]
    held.set()
    for future in futures:
        future.result(5)
    assert len(keys(ledger)) == 100
    assert len(commits) <= 2


async def test_a_rolled_back_batch_leaves_nothing_behind(ledger: Ledger):
    with pytest.raises(RuntimeError), ledger.writing() as connection:
        with connection.begin_nested():
            note("in a released savepoint")(connection)
        raise RuntimeError
    assert keys(ledger) == set()


async def test_when_a_commit_fails_every_piece_is_tried_by_itself(ledger: Ledger, writer: Writer):
    def break_the_commit(connection: Connection) -> None:
        # A deferred foreign key is only checked at the commit, so this breaks the whole batch's.
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection.execute(text("INSERT INTO conversation(address_id, state) VALUES (999, '{}')"))

    held = threading.Event()
    writer.submit(lambda _connection: held.wait(5))
    good, bad = writer.submit(note("good")), writer.submit(break_the_commit)
    held.set()
    assert good.result(5) == "good"
    with pytest.raises(LedgerError):
        bad.result(5)
    assert keys(ledger) == {"good"}


async def test_stopping_finishes_what_was_submitted(ledger: Ledger):
    writer = Writer(ledger)
    writer.start()
    futures = [writer.submit(note(str(number))) for number in range(50)]
    writer.stop()
    assert all(future.done() for future in futures)
    assert len(keys(ledger)) == 50


def test_the_same_key_is_inserted_once(ledger: Ledger):
    row = {"channel": "web", "key": "x", "received_at": NOW}
    with ledger.writing() as connection:
        assert insert_new(connection, receipt, row)
        assert not insert_new(connection, receipt, row)


def test_a_moment_without_a_zone_does_not_go_in(ledger: Ledger):
    with pytest.raises(Exception, match="time zone"), ledger.writing() as connection:
        insert_new(connection, receipt, {"channel": "web", "key": "x", "received_at": datetime(2026, 1, 1)})


def test_sqlite_survives_a_power_cut_and_forgets_what_is_deleted(ledger: Ledger):
    with ledger.writing() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_a_command_writes_while_the_service_writes(ledger: Ledger, writer: Writer, tmp_path: Path):
    other = Ledger(f"sqlite:///{tmp_path}/prag.db")
    futures = [writer.submit(note(f"service {number}")) for number in range(200)]
    for number in range(20):
        with other.writing() as connection:
            note(f"command {number}")(connection)
    for future in futures:
        future.result(10)
    with other.reading() as connection:
        assert connection.execute(select(func.count()).select_from(receipt)).scalar() == 220
    other.close()


def test_another_process_that_closes_the_ledger_leaves_the_journal_to_us(tmp_path: Path):
    path = tmp_path / "prag.db"
    ours, second = Ledger(f"sqlite:///{path}"), Ledger(f"sqlite:///{path}")
    migrate(ours)
    with ours.reading() as connection, second.reading() as another:
        for one in (connection, another):
            one.exec_driver_sql("SELECT count(*) FROM person").all()
        look = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('SELECT count(*) FROM person').fetchall(); c.close()"
        subprocess.run([sys.executable, "-c", look], check=True, timeout=30)
        assert path.with_name("prag.db-wal").exists()
    for ledger in (ours, second):
        ledger.close()
