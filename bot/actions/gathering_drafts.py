"""A gathering as staff write it, its times settled, and all that is checked before anything is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Column, String

from bot.entries import Named
from bot.errors import PlainError
from bot.gatherings import KINDS, OFFSETS, Kind
from bot.library import Library
from bot.localtime import Settled, settle
from bot.seating import OFFER_HOURS
from bot.store.tables import gathering, gathering_point, gathering_text

LANGUAGES: Final = ("sr", "sq", "en")
_MOST_SEATS: Final = 100_000
_MOST_HOURS: Final = 2000
_MOST_REMINDERS: Final = 10


class GatheringError(PlainError):
    """The gathering cannot be as asked; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Meet:
    """A meeting or pick-up point: a time on the wall, a name in three languages."""

    at: datetime
    name: Named
    map: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A gathering as staff write it. Times are on the wall of the gathering's zone, naive.

    What is left out follows from the kind: party size, reminders, whether names are needed. Without
    `closes` people can sign up until the first pick-up, else the start.
    """

    kind: Kind
    starts: datetime
    ends: datetime
    capacity: int
    title: Named
    text: Named
    place: Named
    bring: Named | None = None
    zone: str = ""
    topic: str = ""
    municipality: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    party_limit: int | None = None
    names: bool | None = None
    offer_hours: int = OFFER_HOURS
    reminders: tuple[int, ...] | None = None
    article: str = ""
    form: str = ""
    map: str = ""
    points: tuple[Meet, ...] = ()
    open: bool = True


@dataclass(frozen=True, slots=True)
class Times:
    """The draft's times as they stand on the wall, with their moments."""

    starts: Settled
    ends: Settled
    opens: Settled | None
    closes: Settled
    points: tuple[Settled, ...]

    def named(self) -> Iterator[tuple[str, Settled]]:
        """Each time with what staff call it."""
        yield "start", self.starts
        yield "end", self.ends
        if self.opens:
            yield "beginning of signing up", self.opens
        yield "end of signing up", self.closes
        for point in self.points:
            yield "meeting point", point


def times_of(draft: Draft, zone: ZoneInfo) -> Times:
    """All times of the draft in `zone`. Raises GatheringError for one with an offset of its own."""
    walls = [draft.starts, draft.ends, draft.opens, draft.closes, *(point.at for point in draft.points)]
    if any(wall is not None and wall.tzinfo is not None for wall in walls):
        raise GatheringError(f"write times as they stand on the wall clock in {zone}, without an offset")
    return Times(
        settle(draft.starts, zone),
        settle(draft.ends, zone),
        settle(draft.opens, zone) if draft.opens else None,
        settle(draft.closes or min([draft.starts, *(point.at for point in draft.points)]), zone),
        tuple(settle(point.at, zone) for point in draft.points),
    )


def notes(times: Times) -> Iterator[str]:
    """A sentence for each time the clock change had a say in."""
    for name, settled in times.named():
        if settled.change == "gap":
            yield f"{name}: the clock skips that hour on this day; taken as {settled.wall:%Y-%m-%d %H:%M}"
        elif settled.change == "overlap":
            yield f"{name}: {settled.wall:%Y-%m-%d %H:%M} comes twice on this day; the first (summer time) was taken"


def check(library: Library, draft: Draft, times: Times, now: datetime) -> None:
    """Raise GatheringError for the first thing about the draft that cannot be."""
    check_times(times, now)
    _check_numbers(draft)
    _check_names(library, draft)
    for language in LANGUAGES:
        for what, said in (("title", draft.title), ("text", draft.text), ("place", draft.place)):
            if not getattr(said, language).strip():
                raise GatheringError(f"the {what} in {language} is empty; write it in all three languages")
    _check_told(draft)


def _check_numbers(draft: Draft) -> None:
    check_capacity(draft.capacity)
    if draft.party_limit is not None and not 1 <= draft.party_limit <= draft.capacity:
        raise GatheringError(f"a party can have from 1 to {draft.capacity} people here, not {draft.party_limit}")
    if not all(1 <= hours <= _MOST_HOURS for hours in (draft.offer_hours, *offsets(draft))):
        raise GatheringError(f"offers and reminders are given in whole hours, from 1 to {_MOST_HOURS}")
    if len(offsets(draft)) > _MOST_REMINDERS:
        raise GatheringError(f"at most {_MOST_REMINDERS} reminders can be given")


def _check_names(library: Library, draft: Draft) -> None:
    known: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("topic", draft.topic, {topic.id: topic for topic in library.topics}),
        ("municipality", draft.municipality, library.municipalities),
        ("article", draft.article, library.articles),
        ("form", draft.form, library.forms),
        ("kind", draft.kind, dict.fromkeys(KINDS)),
    )
    for what, name, there in known:
        if name and name not in there:
            raise GatheringError(f"there is no {what} “{name}”; use one of {', '.join(sorted(there))}")


def check_capacity(capacity: int) -> None:
    """Raise GatheringError unless a gathering can have so many seats."""
    if not 1 <= capacity <= _MOST_SEATS:
        raise GatheringError(f"a gathering needs at least one seat and has {_MOST_SEATS} at most; to end it use `prag gathering cancel`")


def _check_told(draft: Draft) -> None:
    for what, said, column in (("title", draft.title, gathering_text.c.title), ("bring", draft.bring, gathering_text.c.bring)):
        _check_length(what, said, column)
    check_place(draft.place, draft.map)
    for point in draft.points:
        _check_length("name of a meeting point", point.name, gathering_point.c.name_sr)
        _check_map(point.map)


def check_place(place: Named | None, map_url: str) -> None:
    """Raise GatheringError for a place that is too long or a map that is no link."""
    _check_length("place", place, gathering_text.c.place)
    _check_map(map_url)


def _check_map(address: str) -> None:
    if address and not address.startswith(("https://", "http://")):
        raise GatheringError(f"a map is a link that begins with https://, not “{address[:40]}”")
    if len(address) > _length(gathering.c.map_url):
        raise GatheringError(f"a map's link can have {_length(gathering.c.map_url)} characters, not {len(address)}; use a shorter one")


def _check_length(what: str, said: Named | None, column: Column[str]) -> None:
    for language in LANGUAGES if said else ():
        written = len(getattr(said, language).strip())
        if written > _length(column):
            raise GatheringError(f"the {what} in {language} can have {_length(column)} characters, not {written}; say it more briefly")


def _length(column: Column[str]) -> int:
    assert isinstance(column.type, String)
    assert column.type.length is not None
    return column.type.length


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name. Raises GatheringError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise GatheringError(f"there is no time zone “{name[:40]}”; write it like Europe/Belgrade") from error


def check_times(times: Times, now: datetime) -> None:
    """Raise GatheringError for times that do not follow one another, or have passed."""
    if times.ends.at <= times.starts.at:
        raise GatheringError(
            f"it ends {times.ends.wall:%Y-%m-%d %H:%M}, not after its start {times.starts.wall:%Y-%m-%d %H:%M}; mend one of them"
        )
    if times.starts.at <= now:
        raise GatheringError(f"its start, {times.starts.wall:%Y-%m-%d %H:%M}, has passed; give a later one")
    first = min([times.starts, *times.points], key=lambda settled: settled.at)
    if times.closes.at > first.at:
        raise GatheringError(f"signing up ends after people must be there, {first.wall:%Y-%m-%d %H:%M}; let it end before")
    if times.opens and times.opens.at >= times.closes.at:
        raise GatheringError("signing up begins after it has ended; mend opens or closes")
    if any(point.at > times.ends.at for point in times.points):
        raise GatheringError("a meeting point lies after the end; mend its time")


def offsets(draft: Draft) -> tuple[int, ...]:
    """Hours before the beginning at which people are reminded, the longest first."""
    wanted = OFFSETS[draft.kind] if draft.reminders is None else draft.reminders
    return tuple(sorted(set(wanted), reverse=True))
