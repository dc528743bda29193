"""A ledger of the first release gets the newer columns, and processes of that release work beside them."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, select

from bot.actions.codes import new_code
from bot.library import Library
from bot.store.database import Ledger
from bot.store.migrate import _config, migrate
from bot.store.sealing import Vault
from bot.store.tables import party
from bot.texts import Texts
from tests.postgres import migrated, postgres, postgres_ledger
from tests.town import Town

__all__ = ["migrated", "postgres", "postgres_ledger"]


@pytest.fixture(params=["ledger", "postgres_ledger"])
def town(request: pytest.FixtureRequest, texts: Texts, library: Library, vault: Vault) -> Town:
    return Town(request.getfixturevalue(request.param), texts, library, vault)


def to(ledger: Ledger, change: Callable[..., None], revision: str) -> None:
    config = _config()
    with ledger.writing() as connection:
        config.attributes["connection"] = connection
        change(config, revision)


def old_table(connection: Connection) -> Table:
    """Parties as a process of the first release knows them."""
    return Table("party", MetaData(), autoload_with=connection)


def test_parties_are_kept_and_an_older_process_can_still_sign_somebody_up(town: Town):
    g, first, second = town.gathering(capacity=1), town.person(), town.person()
    town.take(g, first)
    to(town.ledger, command.downgrade, "0001")
    with town.ledger.reading() as connection:
        old = old_table(connection)
        row = connection.execute(select(old)).one()
    assert "held" not in old.c
    migrate(town.ledger)
    values = row._asdict() | {
        "person_id": second.person_id,
        "address_id": second.address_id,
        "code": new_code(),
        "number": 2,
        "state": "waiting",
    }
    del values["id"]
    town.do(lambda c: c.execute(insert(old), values))
    with town.ledger.reading() as connection:
        held = select(party.c.number, party.c.held).order_by(party.c.number)
        assert [tuple(row) for row in connection.execute(held)] == [(1, False), (2, False)]
    town.leave(g, first)
    assert town.states(g) == [(1, "left"), (1, "offered")]
