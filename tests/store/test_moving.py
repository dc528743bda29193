"""`prag move`: every row arrives, with its id, and new ones get ids above; a target that is in use is left alone."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Double, Integer, LargeBinary, String, func, insert, select, update

from bot import clock
from bot.actions import broadcasts, outgoing, people, questions
from bot.library import Library
from bot.messages import Outgoing
from bot.moving import TABLES, move
from bot.store import database
from bot.store.database import Ledger, LedgerError, Writer
from bot.store.sealing import Vault
from bot.store.tables import Moment, broadcast, conversation, metadata, person
from bot.texts import Texts
from tests.broadcasts.country import Country
from tests.postgres import migrated, postgres, postgres_ledger
from tests.service import Service

__all__ = ["migrated", "postgres", "postgres_ledger"]


@pytest.fixture
def full(ledger: Ledger, writer: Writer, vault: Vault, texts: Texts, library: Library) -> Ledger:
    """A ledger with something in it: people, a sealed draft, messages, a question, a broadcast."""
    country = Country(ledger, writer, texts, library)
    country.populate(4500, "web")
    country.start()
    now = clock.now()
    with ledger.writing() as connection:
        met = people.meet(connection, "telegram", "77", now=now, language="sq")
        connection.execute(conversation.insert().values(address_id=met.address_id, state="{}", private=vault.seal("нешто")))
        outgoing.reply(connection, met.address_id, "telegram", Outgoing("Përshëndetje ñ ж", "sq"), now)
        questions.ask(
            connection, vault, person_id=met.person_id, address_id=met.address_id, text="Kur?", language="sq", now=now, working_days=3
        )
        connection.execute(update(person).where(person.c.id == 1).values(stopped_at=now))
        for table in TABLES:
            if connection.execute(select(func.count()).select_from(table)).scalar_one() == 0:
                connection.execute(insert(table), {column.name: value_for(connection, column, now) for column in table.columns})
    return ledger


def value_for(connection: Connection, column: Column[Any], now: datetime) -> Any:
    """Something that fits the column, and for a foreign key the key of a row that is there."""
    for key in column.foreign_keys:
        return connection.execute(select(func.min(key.column))).scalar_one()
    match column.type:
        case Moment():
            return now
        case Boolean():
            return True
        case Double():
            return 1763751600.123456
        case LargeBinary():
            return b"\x00\xff sealed"
        case Integer():
            return 7
        case String(length=length):
            return "ђëж"[:length]
    raise AssertionError(f"{column} has a type this test does not know")


def rows_of(ledger: Ledger, name: str) -> list[tuple[object, ...]]:
    table = metadata.tables[name]
    with ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


def test_every_row_of_every_table_is_the_same_afterwards(full: Ledger, postgres_ledger: Ledger):
    total = move(full, postgres_ledger, lambda _name, _count: None)
    counted = 0
    for name in {table.name for table in TABLES}:
        mine = rows_of(full, name)
        assert mine, f"{name} has no row here, so nothing shows that it is moved"
        assert mine == rows_of(postgres_ledger, name), name
        counted += len(mine)
    assert total == counted > 9000


def test_only_what_the_migrations_fill_is_not_moved():
    assert set(metadata.tables) - {table.name for table in TABLES} == {"compatibility"}


def test_new_rows_get_ids_above_the_moved_ones(full: Ledger, postgres_ledger: Ledger, library: Library):
    move(full, postgres_ledger, lambda _name, _count: None)
    with postgres_ledger.writing() as connection:
        highest = connection.execute(select(func.max(person.c.id))).scalar_one()
        people.meet(connection, "telegram", "78", now=clock.now(), language="en")
        assert connection.execute(select(func.max(person.c.id))).scalar_one() == highest + 1
        assert broadcasts.get(connection, 1).name == "News"


def test_moving_outlasts_the_patience_with_transactions_that_stand_still(
    full: Ledger, postgres_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "STALLED", 200)
    url = postgres_ledger.write_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    impatient = Ledger(url)
    waits = iter([0.5])
    move(full, impatient, lambda _name, _count: time.sleep(next(waits, 0)))
    impatient.close()
    assert len(rows_of(postgres_ledger, "person")) == 4501


def test_a_text_without_room_is_told_before_anything_is_copied(full: Ledger, postgres_ledger: Ledger):
    with full.writing() as connection:
        connection.execute(update(broadcast).values(name="ђ" * 121))
    with pytest.raises(LedgerError, match=r"no room for broadcast\.name of row 1 \(121 of 120 characters\)"):
        move(full, postgres_ledger, lambda _name, _count: None)
    assert rows_of(postgres_ledger, "person") == []


def test_a_target_in_use_is_left_alone(full: Ledger, postgres_ledger: Ledger):
    with postgres_ledger.writing() as connection:
        people.meet(connection, "telegram", "1", now=clock.now(), language="en")
    with pytest.raises(LedgerError, match="not empty"):
        move(full, postgres_ledger, lambda _name, _count: None)
    assert len(rows_of(postgres_ledger, "person")) == 1


def test_the_command_refuses_while_the_service_runs(tmp_path: Path):
    service = Service(tmp_path).start()
    done = service.command("move", "postgresql://nobody@127.0.0.1/nothing")
    service.stop()
    assert (done.returncode, "stop it first" in done.stderr) == (1, True)
