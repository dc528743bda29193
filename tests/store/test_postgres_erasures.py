"""Erasing on Postgres: a restored dump brings nobody back, and no page keeps what was deleted."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select

from bot import backups, clock
from bot.actions import codes, conversations, erasure, misses, people
from bot.actions.conversations import Letter, letters_of
from bot.backups import PROOFS, clear
from bot.jobs import Clockwork, proving
from bot.measures import Measures
from bot.store.database import Ledger, Writer
from bot.store.migrate import migrate
from bot.store.sealing import Vault
from bot.store.tables import dead_letter, metadata, miss, person, registration
from tests.postgres import PROGRAMS, database, migrated, postgres, postgres_ledger
from tests.scale_out import Cluster

_ = migrated, postgres, postgres_ledger  # fixtures


@pytest.fixture
def cluster(postgres: str, tmp_path: Path) -> Iterator[Cluster]:
    with database(postgres) as address:
        made = Ledger(address)
        migrate(made)
        made.close()
        yield Cluster(tmp_path, address)


def tool(name: str, *words: str) -> None:
    done = subprocess.run([PROGRAMS / name, *words], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def codes_in(ledger: Ledger) -> list[str]:
    with ledger.reading() as connection:
        return sorted(connection.execute(select(person.c.code)).scalars())


def test_as_the_guide_says_a_restored_dump_brings_nobody_back(cluster: Cluster) -> None:
    vault = Vault(cluster.settings["PRAG_SECRET_KEY"], (cluster.key,))
    ledger = Ledger(cluster.database)
    with ledger.writing() as connection:
        leaving = people.meet(connection, "telegram", "7001", now=clock.now(), language="sq")
        staying = people.meet(connection, "telegram", "7002", now=clock.now(), language="sq")
        row = {"code": codes.new_code(), "form": "complaint", "form_hash": "", "family": False, "language": "sq", "status": "received"}
        connection.execute(insert(registration), row | {"created_at": clock.now(), "changed_at": clock.now()})
    dump = str(cluster.folder / "prag.dump")
    tool("pg_dump", "--format=custom", f"--file={dump}", cluster.database)
    with ledger.writing() as connection:
        erasure.forget(connection, vault, leaving.person_id, reason="asked", now=clock.now())
    ledger.close()
    assert "stand in var/erasures" in cluster.command("backup", "--erasures").stdout
    with psycopg.connect(cluster.database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    tool("pg_restore", "--dbname", cluster.database, dump)
    assert codes_in(ledger) == sorted([leaving.code, staying.code])
    ledger.close()
    assert cluster.command("migrate").returncode == 0
    assert "1 people who had been erased were erased again" in cluster.command("restore", "--erasures").stdout
    assert codes_in(ledger) == [staying.code]
    ledger.close()


async def test_every_worker_soon_has_the_proof_whichever_process_erased(postgres_ledger: Ledger, vault: Vault, tmp_path: Path) -> None:
    writer = Writer(postgres_ledger)
    writer.start()
    with postgres_ledger.writing() as connection:
        met = people.meet(connection, "viber", "7001", now=clock.now(), language="sq")
        key = erasure.forget(connection, vault, met.person_id, reason="asked", now=clock.now())
    clockwork = Clockwork(postgres_ledger, writer, [worker_sweep(postgres_ledger, tmp_path)], Measures())
    assert await clockwork.run(clockwork.sweeps[0]) == 1
    assert key in (tmp_path / PROOFS).read_text("ascii").split()
    assert await clockwork.run(clockwork.sweeps[0]) == 0
    writer.stop()


def worker_sweep(ledger: Ledger, folder: Path):
    return proving(lambda connection: backups.unkept(connection, folder), lambda: backups.keep_proofs(ledger, folder))


def test_what_hangs_on_nobody_else_goes_with_the_person(postgres_ledger: Ledger, vault: Vault) -> None:
    now = clock.now()
    with postgres_ledger.writing() as connection:
        leaving, staying = (people.meet(connection, "viber", name, now=now, language="sq") for name in ("7001", "7002"))
        for met, text in ((leaving, "vetëm unë"), (leaving, "vetëm unë"), (leaving, "të dy"), (staying, "të dy")):
            misses.note(connection, vault, person_id=met.person_id, text=text, language="sq", article=None, now=now)
        for name in ("7001", "7002"):
            letter = Letter("viber", vault.seal(name), "not a callback", now, letters_of(vault, "viber", name))
            conversations.bury(connection, letter)
        erasure.forget(connection, vault, leaving.person_id, reason="asked", now=now)
        assert [vault.open(row.sample) for row in connection.execute(select(miss))] == ["të dy"]
        assert [vault.open(row.body) for row in connection.execute(select(dead_letter))] == ["7002"]


def test_the_clearing_vacuums_every_table(postgres_ledger: Ledger, tmp_path: Path) -> None:
    clear(postgres_ledger, tmp_path, clock.now())
    names = {table.name for table in metadata.sorted_tables}
    until = time.monotonic() + 10
    while names and time.monotonic() < until:
        time.sleep(0.1)
        with postgres_ledger.reading() as connection:
            done = connection.exec_driver_sql("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL").scalars()
            names -= set(done)
    assert not names
