"""Reminders: 100,000 inserted, and what a sweep costs that finds nothing to do.

.venv/bin/python -m benchmarks.reminders
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from bot.actions import gatherings, reminders
from bot.actions.gathering_drafts import Draft
from bot.app import LOCALES
from bot.entries import Named
from bot.library import files_below, read
from bot.settings import PACKAGE
from bot.store import gathering_reads as reads
from bot.store.database import Ledger
from bot.store.migrate import migrate
from bot.store.tables import address, party, person, reminder
from bot.texts import Texts

PARTIES: Final = 33_334  # three reminders each
NOW: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)
INSERT_TARGET, IDLE_TARGET = 5.0, 0.010  # seconds
ROUNDS: Final = 200


def main() -> int:
    """Exit code 1 when a target was missed."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(f"sqlite:///{folder}/prag.db")
        migrate(ledger)
        held = measure(ledger)
        ledger.close()
    return 0 if held else 1


def measure(ledger: Ledger) -> bool:
    """Print the figures; gives whether both targets were held."""
    with ledger.writing() as connection:
        gathering = _crowd(connection)
    started = time.perf_counter()
    with ledger.writing() as connection:
        found = reads.find(connection, gathering)
        assert found is not None
        reminders.replan(connection, found, None, NOW)
    inserting = time.perf_counter() - started
    with ledger.reading() as connection:
        rows = connection.execute(select(func.count()).select_from(reminder)).scalar_one()
    idle = [_look(ledger) for _ in range(ROUNDS)]
    texts = Texts.load(LOCALES)
    due = NOW + timedelta(days=24)
    started = time.perf_counter()
    with ledger.writing() as connection:
        sent = reminders.send_due(connection, texts, due)
    sending = time.perf_counter() - started
    median, worst = statistics.median(idle), max(idle)
    print(
        f"{rows} reminders planned and inserted in {inserting:.2f} s ({rows / inserting:,.0f}/s); target < {INSERT_TARGET:.0f} s: {_verdict(held=inserting < INSERT_TARGET)}"
    )
    print(
        f"idle sweep over them: median {median * 1000:.2f} ms, worst of {ROUNDS} {worst * 1000:.2f} ms; target < 10 ms: {_verdict(held=median < IDLE_TARGET)}"
    )
    print(f"{sent} due reminders made into messages in {sending:.2f} s ({sent / sending:,.0f}/s), one transaction")
    return inserting < INSERT_TARGET and median < IDLE_TARGET


def _crowd(connection: Connection) -> Any:
    """One gathering with a seat for everybody."""
    library, _ = read(files_below(PACKAGE / "content"))
    said = Named(sr="Састанак", sq="Takim", en="Meeting")
    starts = datetime.fromisoformat("2026-12-15T18:00")
    draft = Draft("meeting", starts, starts + timedelta(hours=2), PARTIES, said, said, said)
    made = gatherings.make(connection, library, draft, zone=ZoneInfo("Europe/Belgrade"), now=NOW)
    people = [
        {"id": n, "code": f"C{n}", "language": "sr-Latn", "language_chosen": True, "created_at": NOW, "last_seen_at": NOW}
        for n in range(1, PARTIES + 1)
    ]
    connection.execute(insert(person), people)
    connection.execute(
        insert(address), [{"id": n, "person_id": n, "channel": "web", "platform_id": f"p{n}"} for n in range(1, PARTIES + 1)]
    )
    parties = [
        {
            "code": f"P{n}",
            "gathering_id": made.id,
            "person_id": n,
            "address_id": n,
            "number": n,
            "size": 1,
            "state": "seated",
            "signed_up_at": NOW,
        }
        for n in range(1, PARTIES + 1)
    ]
    connection.execute(insert(party), parties)
    return made.id


def _look(ledger: Ledger) -> float:
    started = time.perf_counter()
    with ledger.reading() as connection:
        assert not reminders.due(connection, NOW)
    return time.perf_counter() - started


def _verdict(*, held: bool) -> str:
    return "held" if held else "NOT HELD"


if __name__ == "__main__":
    sys.exit(main())
