"""Gatherings as everybody sees them: frozen values, without behaviour beyond what they derive.

Kept are draft, open and cancelled; everything else (full, closed, running, over) follows from the
time and the seats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.languages import to_latin
from bot.messages import Language
from bot.seating import HOLDING, OFFER_HOURS, PartyState

Kind = Literal["go-and-see", "meeting", "presentation", "round-table", "legal-aid-day", "mobile-team"]
KINDS: Final[tuple[Kind, ...]] = ("go-and-see", "meeting", "presentation", "round-table", "legal-aid-day", "mobile-team")
Stored = Literal["draft", "open", "cancelled"]
Phase = Literal["draft", "cancelled", "soon", "open", "full", "closed", "running", "over"]
Why = Literal["closed", "not-open", "cancelled", "over", "too-big", "no-room", "already", "no-seat", "no-offer", "no-more", "unknown"]

# Hours before the beginning at which people are reminded, where a gathering says nothing else.
OFFSETS: Final[Mapping[Kind, tuple[int, ...]]] = dict.fromkeys(KINDS, (168, 24, 3))
# Kinds that cross into Kosovo* by bus: the organiser's list needs everybody's name.
NAMES_NEEDED: Final[frozenset[Kind]] = frozenset({"go-and-see"})
PARTY_LIMIT: Final = 6


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a gathering in one language."""

    title: str
    text: str
    place: str
    bring: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """Where and when people meet or are picked up."""

    id: int
    at: datetime
    name: Mapping[str, str]
    map_url: str = ""

    def named(self, language: Language) -> str:
        return to_latin(self.name["sr"]) if language == "sr-Latn" else self.name[_written(language)]


@dataclass(frozen=True, slots=True)
class Gathering:
    """One gathering. Moments are UTC; `zone` is the wall clock people live by."""

    id: int
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    told: Mapping[str, Told]
    state: Stored = "open"
    zone: str = "Europe/Belgrade"
    topic: str = ""
    municipality: str = ""
    opens_at: datetime | None = None
    capacity: int = 50
    free: int = 50
    waiting: int = 0
    party_limit: int = PARTY_LIMIT
    names_needed: bool = False
    offer_hours: int = OFFER_HOURS
    offsets: tuple[int, ...] = ()
    points: tuple[Point, ...] = ()
    article: str = ""
    form: str = ""
    map_url: str = ""
    revision: int = 0

    def __getitem__(self, language: Language) -> Told:
        """What is said of it in `language`."""
        told = self.told[_written(language)]
        if language != "sr-Latn":
            return told
        return Told(*(to_latin(part) for part in (told.title, told.text, told.place, told.bring)))

    def local(self, moment: datetime) -> datetime:
        """`moment` on the gathering's own wall clock."""
        return moment.astimezone(ZoneInfo(self.zone))

    def phase(self, now: datetime) -> Phase:
        """How it stands at `now`."""
        if self.state != "open":
            return self.state
        if now >= self.ends_at:
            return "over"
        if now >= self.starts_at:
            return "running"
        if now > self.closing():
            return "closed"
        if self.opens_at and now < self.opens_at:
            return "soon"
        return "open" if self.free else "full"

    def closing(self) -> datetime:
        """The last moment people can sign up: never after the first pick-up."""
        return min(self.closes_at, self.begins())

    def cannot_become(self, size: int, *, state: PartyState, before: int, now: datetime) -> tuple[Why, int] | None:
        """Why a party of `before` people cannot have `size` from now on, and the most that are possible; None: it can.

        Fewer may come until the start; more only while people can sign up, and only into free seats.
        """
        most = min(self.party_limit, self.capacity)
        if self.state == "cancelled" or now >= self.starts_at:
            return ("cancelled" if self.state == "cancelled" else "over"), 0
        if not 1 <= size <= most:
            return "too-big", most
        if size > before and self.phase(now) not in ("open", "full"):
            return "no-more", before
        if state in HOLDING and size > before + self.free:
            return "no-room", min(before + self.free, most)
        return None

    def begins(self, point: int | None = None) -> datetime:
        """When a party must be there first: at its meeting point, else at the earliest one, else at the start."""
        mine = [p.at for p in self.points if p.id == point] or [p.at for p in self.points]
        return min([*mine, self.starts_at])


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's own party at a gathering. `position` counts from 1 while it waits; 0 where staff hold it, and for any other state."""

    state: PartyState
    size: int
    position: int = 0
    offered_until: datetime | None = None
    reminders: bool = True
    confirmed: bool = False
    point: int | None = None


Doing = Literal["look", "list", "sign-up", "resize", "leave"]


@dataclass(frozen=True, slots=True)
class Errand:
    """What a person is about to do with a gathering, while we ask for what is still missing.

    `about` is the filter of a list, `most` the largest party possible, `phone` is None until it was asked for.
    """

    doing: Doing
    gathering: int = 0
    about: str = ""
    size: int = 0
    point: int | None = None
    names: str = ""
    phone: str | None = None
    most: int = 0


def _written(language: Language) -> str:
    return language[:2]
