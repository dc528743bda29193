"""A million recipients: how long the writer is held at most, what it takes in memory, whether the count is honest."""

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, text

from bot import clock, segments
from bot.actions import broadcasts
from bot.actions.broadcasts import Start, Wanted
from bot.app import LOCALES
from bot.broadcasts import Composition
from bot.library import files_below, read
from bot.settings import PACKAGE
from bot.store.database import Ledger, Writer
from bot.store.migrate import migrate
from bot.texts import Texts
from tests.broadcasts.country import ZONE, Country, Platform

PEOPLE = 1_000_000


class TimedWriter(Writer):
    """Knows how long the longest transaction took, from its beginning to its commit."""

    longest = 0.0

    def _commit(self, jobs: list[Any], *more: Any) -> None:
        began = time.perf_counter()
        super()._commit(jobs, *more)
        self.longest = max(self.longest, time.perf_counter() - began)


def prove(folder: Path) -> str:
    return asyncio.run(_prove(folder))


async def _prove(folder: Path) -> str:
    ledger = Ledger(f"sqlite:///{folder}/prag.db")
    migrate(ledger)
    with ledger.writing() as connection:
        _populate(connection)
    writer = TimedWriter(ledger)
    writer.start()
    library, _ = read(files_below(PACKAGE / "content"))
    country = Country(ledger, writer, Texts.load(LOCALES), library)
    number = _begin(country)
    gc.collect()
    gc.freeze()  # as the service does
    me = psutil.Process()
    before = me.memory_info().rss
    began = time.monotonic()
    async with country.sending(Platform(latency=0.05), rate=980):
        await country.until(lambda: country.state(number) == "sending", 600)
        took = time.monotonic() - began
        prepared, held = me.memory_info().rss, writer.longest
        writer.longest = 0.0
        await asyncio.sleep(30)
        sending, counts = me.memory_info().rss, country.progress(number)
    writer.stop()
    ledger.close()
    mb = 1 / 2**20
    return (
        f"| {PEOPLE} | {took:.0f} s | {held * 1000:.0f} ms | {writer.longest * 1000:.0f} ms | {(prepared - before) * mb:.0f} MB "
        f"| {(sending - prepared) * mb:.0f} MB | {sum(counts.values())} rows, {counts.get('sent', 0)} sent |"
    )


def _populate(connection: Connection) -> None:
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE})"
    connection.execute(
        text(
            f"{numbers} INSERT INTO person (code, language, language_chosen, created_at, last_seen_at) SELECT 'T' || i, 'sr-Latn', 1, 0, 0 FROM n"
        )
    )
    connection.execute(text("INSERT INTO address (person_id, channel, platform_id) SELECT id, 'telegram', CAST(id AS TEXT) FROM person"))


def _begin(country: Country) -> int:
    wanted = Wanted("News", Composition({"sr": "Вести.", "sq": "Lajme.", "en": "News."}, {}), segments.parse(()))
    with country.ledger.writing() as connection:
        number = broadcasts.create(connection, wanted, country.library, by="ana", now=clock.now())
        broadcasts.start(connection, number, Start(ZONE, urgent="a proof"), by="ana", now=clock.now())
    return number
