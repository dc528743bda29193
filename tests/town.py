"""A small town: a ledger, gatherings made by staff, people who sign up, and a clock the tests set."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.actions import gatherings, people, reminders, seats
from bot.actions.gathering_drafts import Draft
from bot.actions.people import Met
from bot.actions.seats import Denied, Wish
from bot.entries import Named
from bot.gatherings import Gathering, Mine
from bot.library import Library
from bot.localtime import settle
from bot.messages import Language
from bot.store import gathering_reads as reads
from bot.store.database import Ledger
from bot.store.sealing import Vault
from bot.store.tables import address, outgoing, party, reminder
from bot.texts import Texts

BELGRADE = ZoneInfo("Europe/Belgrade")


def wall(text: str) -> datetime:
    """The moment the wall clock in Belgrade shows `text`; the first where it comes twice."""
    return settle(datetime.fromisoformat(text), BELGRADE).at


def named(sr: str, sq: str = "Takimi", en: str = "Meeting") -> Named:
    return Named(sr=sr, sq=sq, en=en)


DRAFT = Draft(
    kind="meeting",
    starts=datetime(2026, 12, 5, 18, 0),
    ends=datetime(2026, 12, 5, 20, 0),
    capacity=10,
    title=named("Састанак о повратку", "Takim për kthimin", "Meeting about return"),
    text=named("Разговор са правником.", "Bisedë me jurist.", "A talk with a lawyer."),
    place=named("Дом културе, Врање", "Shtëpia e kulturës, Vranjë", "House of culture, Vranje"),
    topic="return",
)


@dataclass
class Town:
    """`now` is the town's clock; every action happens at it."""

    ledger: Ledger
    texts: Texts
    library: Library
    vault: Vault
    now: datetime = field(default_factory=lambda: wall("2026-11-21T10:00"))
    step: timedelta = timedelta(minutes=10)
    _people: int = 0

    def gathering(self, draft: Draft = DRAFT, **changes: Any) -> int:
        with self.ledger.writing() as connection:
            return gatherings.make(connection, self.library, replace(draft, **changes), zone=BELGRADE, now=self.now).id

    def person(self, language: Language = "sr-Latn") -> Met:
        self._people += 1
        with self.ledger.writing() as connection:
            return people.meet(connection, "web", f"person-{self._people}", now=self.now, language=language)

    def take(self, gathering: int, met: Met, size: int = 1, **wish: Any) -> Mine | Denied:
        return self.do(
            lambda connection: seats.take(
                connection, self.vault, gathering_id=gathering, person_id=met.person_id, address_id=met.address_id,
                wish=Wish(size, **wish), now=self.now,
            )
        )  # fmt: skip

    def accept(self, gathering: int, met: Met) -> Mine | Denied:
        return self.do(lambda c: seats.accept(c, self.texts, gathering_id=gathering, person_id=met.person_id, now=self.now))

    def resize(self, gathering: int, met: Met, size: int, names: str = "") -> Mine | Denied:
        wish = Wish(size, names=names)
        return self.do(
            lambda c: seats.resize(c, self.vault, self.texts, gathering_id=gathering, person_id=met.person_id, wish=wish, now=self.now)
        )

    def leave(self, gathering: int, met: Met) -> Mine | Denied:
        return self.do(lambda c: seats.leave(c, self.texts, gathering_id=gathering, person_id=met.person_id, now=self.now))

    def turn_over(self, gathering: int) -> int:
        return self.do(lambda c: seats.turn_over(c, self.texts, gathering, self.now))

    def move(self, gathering: int, starts: str, **changes: Any) -> Any:
        at = datetime.fromisoformat(starts)
        return self.do(lambda c: gatherings.move(c, self.texts, self.library, gathering, starts=at, now=self.now, **changes))

    def cancel(self, gathering: int) -> int:
        return self.do(lambda c: gatherings.cancel(c, self.texts, gathering, self.now))

    def do(self, work: Callable[[Any], Any]) -> Any:
        with self.ledger.writing() as connection:
            return work(connection)

    def found(self, gathering: int) -> Gathering:
        with self.ledger.reading() as connection:
            found = reads.find(connection, gathering)
        assert found is not None
        return found

    def mine(self, gathering: int, met: Met) -> Mine | None:
        with self.ledger.reading() as connection:
            return reads.mine(connection, gathering, met.person_id)

    def states(self, gathering: int) -> list[tuple[int, str]]:
        """Each party's size and state, in the order of their numbers."""
        with self.ledger.reading() as connection:
            rows = connection.execute(select(party).where(party.c.gathering_id == gathering).order_by(party.c.number))
            return [(row.size, row.state) for row in rows]

    def told(self, met: Met) -> list[str]:
        """Everything this person was sent, oldest first."""
        with self.ledger.reading() as connection:
            rows = connection.execute(
                select(outgoing.c.text).join(address).where(address.c.person_id == met.person_id).order_by(outgoing.c.id)
            )
            return list(rows.scalars())

    def reminders(self, gathering: int) -> dict[int, tuple[str, str]]:
        """State and reason of a gathering's reminders by hours before, of its one party."""
        with self.ledger.reading() as connection:
            rows = connection.execute(select(reminder).join(party).where(party.c.gathering_id == gathering)).all()
        return {row.hours_before: (row.state, row.reason) for row in rows}

    def sweep(self) -> int:
        """One look of the reminders' sweep at the town's time."""
        with self.ledger.reading() as connection:
            due = reminders.due(connection, self.now)
        return self.do(lambda c: reminders.send_due(c, self.texts, self.now)) if due else 0

    def live(self, until: str, step: timedelta | None = None) -> None:
        """Time passes until the wall shows `until`, with the sweep looking all the while."""
        end = wall(until)
        while self.now < end:
            self.now = min(end, self.now + (step or self.step))
            self.sweep()
