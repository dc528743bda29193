"""Two transactions at one broadcast on Postgres: the second waits for the first, and sees what it did."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot import clock
from bot.actions import broadcasts, deliveries
from bot.actions.broadcasts import BroadcastError, Start
from bot.library import Library
from bot.store.database import Ledger, Writer
from bot.store.tables import broadcast
from bot.texts import Texts
from tests.broadcasts.country import ZONE, Country
from tests.broadcasts.test_control import wanted
from tests.postgres import migrated, postgres, postgres_ledger

__all__ = ["migrated", "postgres", "postgres_ledger"]

BLOCKED = 0.3  # seconds after which a transaction that has not ended waits for a lock


@pytest.fixture
def country(postgres_ledger: Ledger, texts: Texts, library: Library) -> Country:
    return Country(postgres_ledger, Writer(postgres_ledger), texts, library)


@pytest.fixture
def beside(country: Country) -> Iterator[Callable[..., Future[Any]]]:
    """Does a verb in a transaction of its own, beside the test's."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda verb, number, **more: pool.submit(country.act, verb, number, **more)


async def waits(future: Future[Any]) -> bool:
    await asyncio.sleep(BLOCKED)
    return not future.done()


async def test_what_is_beginning_cannot_be_changed_any_more(country: Country, beside: Callable[..., Future[Any]]):
    number = country.start()
    with country.ledger.writing() as connection:
        assert broadcasts.begin_due(connection, clock.now(), quiet=False) == [number]
        edited = beside(broadcasts.edit, number, wanted=wanted(), library=country.library)
        assert await waits(edited)
    with pytest.raises(BroadcastError, match="is preparing"):
        edited.result(10)
    assert country.state(number) == "preparing"


async def test_what_is_being_changed_does_not_begin(country: Country):
    number = country.start()
    now = clock.now() + timedelta(seconds=1)
    with country.ledger.writing() as connection:
        broadcasts.discard(connection, number, by="ana", now=now)
        with country.ledger.writing() as other:
            assert broadcasts.begin_due(other, now, quiet=False) == []


async def test_what_is_ending_cannot_be_paused_any_more(country: Country, beside: Callable[..., Future[Any]]):
    number = country.start()
    country.change(broadcast, number, state="sending", prepared=True)
    with country.ledger.writing() as connection:
        assert deliveries.finish(connection, number, clock.now())
        paused = beside(broadcasts.pause, number)
        assert await waits(paused)
    with pytest.raises(BroadcastError, match="is done"):
        paused.result(10)
    assert country.state(number) == "done"


async def test_two_who_start_it_at_once_start_it_once(country: Country, beside: Callable[..., Future[Any]]):
    number = country.write()
    with country.ledger.writing() as connection:
        broadcasts.start(connection, number, Start(ZONE), by="ana", now=clock.now())
        broadcasts.begin_due(connection, clock.now() + timedelta(seconds=1), quiet=False)
        again = beside(broadcasts.start, number, wanted=Start(ZONE))
        assert await waits(again)
    with pytest.raises(BroadcastError, match="is preparing"):
        again.result(10)
