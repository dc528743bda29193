"""The ledger itself fails while a broadcast is being sent: it goes on by itself, and what may be double is marked."""

import asyncio
import sqlite3
from collections import Counter

import psycopg
import pytest
from sqlalchemy import select

from bot import clock
from bot.channels.base import SLOW_DOWN, Failed, Limits, Sent
from bot.store.tables import address, recipient
from tests.broadcasts.country import Country, Platform


def attempts(country: Country, number: int) -> dict[str, int]:
    with country.ledger.reading() as connection:
        rows = connection.execute(
            select(address.c.platform_id, recipient.c.attempts)
            .select_from(recipient.join(address, address.c.id == recipient.c.address_id))
            .where(recipient.c.broadcast_id == number)
        )
        return {row.platform_id: row.attempts for row in rows}


def drop_everybody(country: Country) -> None:
    """As when Postgres restarts: every connection ends at once."""
    with psycopg.connect(country.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def limit_pages(country: Country, pages: int) -> None:
    """As when the disk is full: the ledger's file may not grow beyond so many pages."""
    engine = country.ledger.write_engine
    with engine.connect() as one, engine.connect() as other, engine.connect() as third:
        for connection in (one, other, third):
            raw = connection.connection.dbapi_connection
            raw.execute(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize("country", ["postgres"], indirect=True)
async def test_a_database_that_drops_all_connections_delays_it_and_no_more(country: Country):
    country.populate(300)
    platform = Platform(latency=0.02)
    number = country.start()
    async with country.sending(platform, rate=100):
        for seen in (60, 120, 200):
            await country.until(lambda seen=seen: len(platform.got) > seen)
            drop_everybody(country)
            country.ledger.read_engine.dispose()
        await country.done(number, 120)
    copies = Counter(parcel.address for parcel in platform.got)
    tried = attempts(country, number)
    assert len(copies) == 300
    assert all(tried[chat] > 1 for chat, count in copies.items() if count > 1)


def drop_the_locks(country: Country) -> int:
    """As when a firewall ends one idle connection: only the one that holds this process's locks. Gives how many."""
    with psycopg.connect(country.url, autocommit=True) as connection:
        held = "SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
        return len(connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({held}) AS holders").fetchall())


@pytest.mark.parametrize("country", ["postgres"], indirect=True)
async def test_when_only_the_connection_with_the_locks_dies_it_goes_on_too(country: Country):
    country.populate(150)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=50):
        await country.until(lambda: len(platform.got) > 20)
        assert drop_the_locks(country) == 1
        await country.done(number)
    assert len({parcel.address for parcel in platform.got}) == 150


async def test_an_error_nobody_thought_of_delays_it_and_no_more(country: Country):
    country.populate(10)
    platform = Platform()
    async with country.sending(platform):
        rename(country, "slice", "gone")
        number = country.start()
        await asyncio.sleep(2)
        assert platform.got == []
        rename(country, "gone", "slice")
        await country.done(number)
    assert len(platform.got) == 10


def rename(country: Country, old: str, new: str) -> None:
    with country.ledger.writing() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


@pytest.mark.parametrize("country", ["sqlite"], indirect=True)
async def test_a_full_disk_stops_it_and_room_lets_it_go_on(country: Country):
    country.populate(600)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=200):
        await country.until(lambda: len(platform.got) > 100)
        with sqlite3.connect(str(country.ledger.write_engine.url.database)) as ledger:
            pages = ledger.execute("PRAGMA page_count").fetchone()[0]
        ledger.close()
        limit_pages(country, pages)
        await asyncio.sleep(2)
        limit_pages(country, 1_000_000_000)
        await country.done(number)
    assert len({parcel.address for parcel in platform.got}) == 600
    assert country.progress(number) == {"sent": 600}


async def test_viber_that_has_had_enough_of_us_for_now_gets_everything_later(country: Country):
    """Its status 12, for whole requests of several hundred people."""
    country.populate(400, "viber", session_expires_at=clock.now().replace(year=2100))
    enough = True
    platform = Platform(
        "viber",
        limits=Limits(7000, 24, 60, together=300),
        answer=lambda p: Failed(SLOW_DOWN, retry_after=0.5) if enough else Sent(p.address),
    )
    number = country.start()
    async with country.sending(platform, rate=20):
        await country.until(lambda: len(platform.got) > 300)
        await asyncio.sleep(1)
        enough = False
        await country.done(number)
    assert len(platform.requests) < 30
    assert country.progress(number) == {"sent": 400}


async def test_a_storm_of_slow_downs_pauses_the_channel_and_loses_nothing(country: Country):
    country.populate(200)
    storm = True
    platform = Platform(answer=lambda parcel: Failed(SLOW_DOWN, retry_after=0.5, everyone=True) if storm else Sent(parcel.address))
    number = country.start()
    async with country.sending(platform, rate=200):
        await country.until(lambda: len(platform.got) > 5)
        await asyncio.sleep(2)
        during = len(platform.got)
        storm = False
        await country.done(number)
    assert during < 100  # 2.5 seconds at 200/s would have been 500
    assert country.progress(number) == {"sent": 200}
