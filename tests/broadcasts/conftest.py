"""Every test here runs on both databases, each with its own engine and rate."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from bot.engine.pgqueuer import PgQueuerEngine, PostgresRate, install
from bot.library import Library
from bot.store.database import Ledger, Writer
from bot.store.migrate import migrate
from bot.texts import Texts
from tests.broadcasts.country import Country
from tests.postgres import database, postgres

__all__ = ["country", "postgres"]


@pytest.fixture(params=["sqlite", "postgres"])
def country(request: pytest.FixtureRequest, texts: Texts, library: Library) -> Iterator[Country]:
    if request.param == "sqlite":
        ledger, writer = request.getfixturevalue("ledger"), request.getfixturevalue("writer")
        yield Country(ledger, writer, texts, library).awake()
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield from on_postgres(url, texts, library)


def on_postgres(url: str, texts: Texts, library: Library) -> Iterator[Country]:
    ledger = Ledger(url)
    migrate(ledger)
    asyncio.run(install(url))
    writer = Writer(ledger)
    writer.start()
    yield Country(
        ledger, writer, texts, library, url=url,
        engine=lambda: PgQueuerEngine(url, str(uuid4())), rate=lambda channel, rate: PostgresRate(url, channel, rate),
    ).awake()  # fmt: skip
    writer.stop()
    ledger.close()
