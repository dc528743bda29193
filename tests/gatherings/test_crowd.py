"""Two hundred parties at once, in two processes: nobody is seated beyond the capacity, and the order is that of the rules."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Row

from bot import seating
from bot.actions import gatherings
from bot.actions.gathering_drafts import Draft
from bot.library import Library
from bot.seating import Party
from bot.store import gathering_reads as reads
from bot.store.database import Ledger
from bot.store.migrate import migrate
from tests.gatherings.crowd import NOW, crowd
from tests.postgres import database, postgres
from tests.town import BELGRADE, DRAFT

SEATS = 50
ROOT = Path(__file__).parents[2]

__all__ = ["postgres"]


def replay(changes: list[Row]) -> dict[int, Party]:
    """The parties after each change as it was written down; every step is checked against the rules."""
    parties: dict[int, Party] = {}
    for change in changes:
        before = parties.get(change.number)
        held = change.state == "waiting" and (bool(change.by) or (before is not None and before.held))
        new = Party(change.number, change.number, change.size, change.state, held=held)
        if before is None:
            there = [*parties.values(), Party(change.number, change.number, change.size, "waiting")]
            fits = change.number in [p.number for p in seating.next_in(SEATS, there)]
            assert (change.state == "seated") == fits, change
        elif change.state == "offered" and before.state == "waiting":
            assert seating.next_in(SEATS, list(parties.values()))[0].number == change.number, change
        parties[change.number] = new
        assert seating.taken(parties.values()) <= SEATS, change
    return parties


def check(ledger: Ledger, gathering: int, people: int) -> None:
    with ledger.reading() as connection:
        changes = reads.changes(connection, gathering)
        there = reads.parties(connection, gathering)
    assert len({change.number for change in changes}) == people
    assert any(change.state == "offered" for change in changes)
    assert {"left", "lapsed", "removed", "waiting", "seated"} <= {change.state for change in changes}
    assert any(change.by for change in changes)
    replayed = replay(list(changes))
    wanted = [(p.number, p.size, p.state) for p in replayed.values() if p.state in seating.ACTIVE]
    assert [(p.number, p.size, p.state) for p in there] == sorted(wanted)
    assert seating.next_in(SEATS, there) == []
    assert seating.taken(there) > SEATS - 6


def prepare(url: str, library: Library) -> int:
    ledger = Ledger(url)
    migrate(ledger)
    with ledger.writing() as connection:
        made = gatherings.make(connection, library, draft(), zone=BELGRADE, now=NOW)
    ledger.close()
    return made.id


def draft() -> Draft:
    return Draft(
        kind=DRAFT.kind, starts=DRAFT.starts, ends=DRAFT.ends, capacity=SEATS, title=DRAFT.title, text=DRAFT.text, place=DRAFT.place
    )


def together(url: str, gathering: int, seed: int) -> None:
    """A hundred parties from this process, a hundred from another, at the same time."""
    command = [sys.executable, "-m", "tests.gatherings.crowd", url, str(gathering), "100", "200", str(seed + 1)]
    other = subprocess.Popen(command, cwd=ROOT)
    crowd(url, gathering, range(100), seed)
    assert other.wait(120) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_on_sqlite(tmp_path: Path, library: Library, seed: int):
    url = f"sqlite:///{tmp_path}/prag.db"
    gathering = prepare(url, library)
    together(url, gathering, seed)
    check(Ledger(url), gathering, 200)


@pytest.mark.parametrize("seed", [1, 2])
def test_on_postgres(postgres: str, library: Library, seed: int):
    with database(postgres) as url:
        gathering = prepare(url, library)
        together(url, gathering, seed)
        ledger = Ledger(url)
        check(ledger, gathering, 200)
        ledger.close()
