"""Gatherings made, moved, cancelled: what staff do, checked whole before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select, update

from bot import seating
from bot.actions import gathering_notices, reminders, seats
from bot.actions.gathering_drafts import (
    LANGUAGES,
    Draft,
    GatheringError,
    Meet,
    Times,
    check,
    check_capacity,
    check_place,
    check_times,
    notes,
    offsets,
    times_of,
    zone_of,
)
from bot.actions.gathering_notices import Notice
from bot.entries import Named
from bot.gatherings import NAMES_NEEDED, PARTY_LIMIT, Gathering
from bot.languages import to_cyrillic
from bot.library import Library
from bot.localtime import Settled, settle, wall_of
from bot.seating import ACTIVE
from bot.store import gathering_reads as reads
from bot.store.tables import gathering, gathering_point, gathering_text, party
from bot.texts import Texts

_WALL: Final = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Made:
    """The gathering's id, and a sentence for each thing whoever made or moved it should know."""

    id: int
    notes: tuple[str, ...]


def make(connection: Connection, library: Library, draft: Draft, *, zone: ZoneInfo, now: datetime) -> Made:
    """The gathering is kept, open unless it says it is a draft. Raises GatheringError for what cannot be."""
    zone = zone_of(draft.zone) if draft.zone else zone
    times = times_of(draft, zone)
    check(library, draft, times, now)
    values = {
        "kind": draft.kind, "state": "open" if draft.open else "draft", "topic": draft.topic, "municipality": draft.municipality,
        "zone": str(zone), "capacity": draft.capacity, "party_limit": min(draft.party_limit or PARTY_LIMIT, draft.capacity),
        "names_needed": draft.kind in NAMES_NEEDED if draft.names is None else draft.names, "offer_hours": draft.offer_hours,
        "offsets": " ".join(map(str, offsets(draft))), "article": draft.article, "form": draft.form, "map_url": draft.map,
        "created_at": now, **_columns(times),
    }  # fmt: skip
    name = connection.execute(insert(gathering).returning(gathering.c.id), values).scalar_one()
    connection.execute(insert(gathering_text), [_text(library, draft, language) | {"gathering_id": name} for language in LANGUAGES])
    for point, settled in zip(draft.points, times.points, strict=True):
        connection.execute(insert(gathering_point), _point(library, point) | _point_times(settled) | {"gathering_id": name})
    return Made(name, tuple(notes(times)))


def publish(connection: Connection, gathering_id: int) -> None:
    """A draft is open now. Raises GatheringError where it is not a draft."""
    if _find(connection, gathering_id).state != "draft":
        raise GatheringError(f"gathering {gathering_id} is no draft; `prag gathering show {gathering_id}` tells how it stands")
    connection.execute(update(gathering).where(gathering.c.id == gathering_id).values(state="open"))


def move(
    connection: Connection, texts: Texts, library: Library, gathering_id: int, *, starts: datetime, ends: datetime | None = None,
    place: Named | None = None, map_url: str | None = None, now: datetime,
) -> Made:  # fmt: skip
    """The gathering begins at `starts` (on its wall); everything that hangs on its time moves with it.

    Without `ends` it takes as long as before; a new place without `map_url` has no map. Signing up that has
    begun goes on. Whoever has or wants a seat is told, and their reminders move. Raises GatheringError where
    that cannot be.
    """
    found = _changeable(connection, gathering_id)
    check_place(place, map_url or "")
    zone = ZoneInfo(found.zone)
    shift = starts - wall_of(found.starts_at, zone)
    times = Times(
        settle(starts, zone),
        settle(ends or wall_of(found.ends_at, zone) + shift, zone),
        _opening(found, shift, now),
        settle(wall_of(found.closing(), zone) + shift, zone),
        tuple(settle(wall_of(point.at, zone) + shift, zone) for point in found.points),
    )
    check_times(times, now)
    values = _columns(times) | {"revision": found.revision + 1}
    connection.execute(update(gathering).where(gathering.c.id == gathering_id).values(values))
    for point, settled in zip(found.points, times.points, strict=True):
        connection.execute(update(gathering_point).where(gathering_point.c.id == point.id).values(_point_times(settled)))
    _replace_place(connection, library, gathering_id, place, map_url)
    moved = _find(connection, gathering_id)
    seats.shorten_offers(connection, moved, now)
    reminders.replan(connection, moved, None, now)
    _tell_all(connection, texts, moved, "moved", now)
    return Made(gathering_id, (*notes(times), *_after_move(moved, now, placed=place is not None)))


def cancel(connection: Connection, texts: Texts, gathering_id: int, now: datetime) -> int:
    """The gathering is cancelled; each party hears it once, no reminder goes. Gives how many parties there were."""
    found = _changeable(connection, gathering_id)
    values = {"state": "cancelled", "revision": found.revision + 1}
    connection.execute(update(gathering).where(gathering.c.id == gathering_id).values(values))
    cancelled = _find(connection, gathering_id)
    reminders.replan(connection, cancelled, None, now)
    return _tell_all(connection, texts, cancelled, "cancelled", now)


def set_capacity(
    connection: Connection, texts: Texts, gathering_id: int, capacity: int, now: datetime, *, override: bool, by: str, reason: str
) -> int:
    """The gathering has `capacity` seats; new ones are offered to who waits. Gives how many parties lost theirs.

    Below the seats taken: GatheringError with the list, or, with `override`, the last parties go back to
    the waiting list and are told.
    """
    found = _changeable(connection, gathering_id)
    check_capacity(capacity)
    losing = seating.beyond(capacity, reads.parties(connection, gathering_id))
    if losing and not override:
        codes = dict(connection.execute(select(party.c.id, party.c.code).where(party.c.gathering_id == gathering_id)).all())
        told = ", ".join(f"{codes[one.id]} ({one.size})" for one in losing)
        raise GatheringError(
            f"{found.capacity - found.free} seats are taken; with {capacity} these parties would lose theirs: {told}. "
            "Add --override and --reason to move them to the waiting list and tell them"
        )
    values = {"capacity": capacity, "party_limit": min(found.party_limit, capacity)}
    connection.execute(update(gathering).where(gathering.c.id == gathering_id).values(values))
    changed = _find(connection, gathering_id)
    seats.move_to_waiting(connection, texts, changed, losing, now, by=by, reason=reason)
    seats.fill(connection, texts, _find(connection, gathering_id), now)
    return len(losing)


def out_of_step(connection: Connection, now: datetime) -> list[int]:
    """The coming gatherings whose moments no longer are what their walls say: the rules of their zone have changed."""
    rows = connection.execute(select(gathering).where(gathering.c.ends_at > now, gathering.c.state != "cancelled"))
    return [row.id for row in rows if _settled(row, "starts") != row.starts_at or _settled(row, "ends") != row.ends_at]


def resettle(connection: Connection, now: datetime) -> int:
    """Moments follow the walls again, and reminders the moments. Gives how many gatherings moved."""
    names = out_of_step(connection, now)
    for row in connection.execute(select(gathering).where(gathering.c.id.in_(names))).all():
        connection.execute(update(gathering).where(gathering.c.id == row.id).values(_moments(row)))
        for point in connection.execute(select(gathering_point).where(gathering_point.c.gathering_id == row.id)).all():
            at = settle(datetime.fromisoformat(point.wall), ZoneInfo(row.zone)).at
            connection.execute(update(gathering_point).where(gathering_point.c.id == point.id).values(at=at))
        reminders.replan(connection, _find(connection, row.id), None, now)
    return len(names)


def _moments(row: Row[Any]) -> dict[str, datetime | None]:
    """Start and end as their walls say; signing up keeps its distance from the start."""
    starts = _settled(row, "starts")
    shift = starts - row.starts_at
    opens = row.opens_at + shift if row.opens_at else None
    return {"starts_at": starts, "ends_at": _settled(row, "ends"), "opens_at": opens, "closes_at": row.closes_at + shift}


def _settled(row: Row[Any], which: str) -> datetime:
    return settle(datetime.fromisoformat(getattr(row, f"{which}_wall")), ZoneInfo(row.zone)).at


# --- times --------------------------------------------------------------------------------------


def _opening(found: Gathering, shift: timedelta, now: datetime) -> Settled | None:
    """When signing up begins after a move; at once where it had begun."""
    if found.opens_at is None or found.opens_at <= now:
        return None
    zone = ZoneInfo(found.zone)
    return settle(wall_of(found.opens_at, zone) + shift, zone)


def _after_move(moved: Gathering, now: datetime, *, placed: bool) -> Iterator[str]:
    if moved.phase(now) == "closed":
        yield f"signing up ended with the move, at {moved.local(moved.closing()):%Y-%m-%d %H:%M}; who waits is still offered freed seats"
    if placed and moved.points:
        yield "the meeting points are where they were; people were told the times. If a point is wrong, cancel and make a new gathering"


def _columns(times: Times) -> dict[str, Any]:
    return {
        "starts_wall": times.starts.wall.strftime(_WALL), "ends_wall": times.ends.wall.strftime(_WALL),
        "starts_at": times.starts.at, "ends_at": times.ends.at,
        "opens_at": times.opens.at if times.opens else None, "closes_at": times.closes.at,
    }  # fmt: skip


def _point_times(settled: Settled) -> dict[str, Any]:
    return {"wall": settled.wall.strftime(_WALL), "at": settled.at}


# --- one gathering ------------------------------------------------------------------------------


def _find(connection: Connection, gathering_id: int) -> Gathering:
    found = seats.lock(connection, gathering_id)
    if found is None:
        raise GatheringError(f"there is no gathering {gathering_id}; `prag gathering list` shows them")
    return found


def _changeable(connection: Connection, gathering_id: int) -> Gathering:
    found = _find(connection, gathering_id)
    if found.state == "cancelled":
        raise GatheringError(f"gathering {gathering_id} was cancelled; make a new one")
    return found


# --- texts and notices --------------------------------------------------------------------------


def _text(library: Library, draft: Draft, language: str) -> dict[str, str]:
    def said(named: Named | None) -> str:
        return _written(library, named, language) if named else ""

    return {
        "language": language, "title": said(draft.title), "text": said(draft.text), "place": said(draft.place), "bring": said(draft.bring),
    }  # fmt: skip


def _written(library: Library, named: Named, language: str) -> str:
    """The text in one language; Serbian typed in Latin is kept in Cyrillic."""
    text = str(getattr(named, language)).strip()
    return to_cyrillic(text, library.latin_names) if language == "sr" else text


def _point(library: Library, point: Meet) -> dict[str, Any]:
    names = {f"name_{language}": _written(library, point.name, language) for language in LANGUAGES}
    return {**names, "map_url": point.map}


def _replace_place(connection: Connection, library: Library, gathering_id: int, place: Named | None, map_url: str | None) -> None:
    """The new place with its map; an old map never stands beside a new place."""
    for language in LANGUAGES if place else ():
        assert place is not None
        mine = (gathering_text.c.gathering_id == gathering_id, gathering_text.c.language == language)
        connection.execute(update(gathering_text).where(*mine).values(place=_written(library, place, language)))
    if place or map_url is not None:
        connection.execute(update(gathering).where(gathering.c.id == gathering_id).values(map_url=map_url or ""))


def _tell_all(connection: Connection, texts: Texts, found: Gathering, notice: Notice, now: datetime) -> int:
    rows = gathering_notices.active_rows(connection, found.id, ACTIVE)
    for row in rows:
        gathering_notices.tell(connection, texts, found, row.id, notice, now)
    return len(rows)
