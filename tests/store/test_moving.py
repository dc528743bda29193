"""`prag move`: every row arrives, with its id, and new ones get ids above; a target that is in use is left alone."""

from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot import clock
from bot.actions import broadcasts, outgoing, people, questions
from bot.library import Library
from bot.messages import Outgoing
from bot.moving import move
from bot.store.database import Ledger, LedgerError, Writer
from bot.store.sealing import Vault
from bot.store.tables import conversation, metadata, person
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
    return ledger


def rows_of(ledger: Ledger, name: str) -> list[tuple[object, ...]]:
    table = metadata.tables[name]
    with ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


def test_every_row_of_every_table_is_the_same_afterwards(full: Ledger, postgres_ledger: Ledger):
    total = move(full, postgres_ledger, lambda _name, _count: None)
    counted = 0
    for name in metadata.tables:
        mine = rows_of(full, name)
        assert mine == rows_of(postgres_ledger, name), name
        counted += len(mine)
    assert total == counted > 9000


def test_new_rows_get_ids_above_the_moved_ones(full: Ledger, postgres_ledger: Ledger, library: Library):
    move(full, postgres_ledger, lambda _name, _count: None)
    with postgres_ledger.writing() as connection:
        highest = connection.execute(select(func.max(person.c.id))).scalar_one()
        people.meet(connection, "telegram", "78", now=clock.now(), language="en")
        assert connection.execute(select(func.max(person.c.id))).scalar_one() == highest + 1
        assert broadcasts.get(connection, 1).name == "News"


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
