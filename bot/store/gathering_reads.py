"""Queries about gatherings and their parties: small values, nothing written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, case, func, select

from bot.gatherings import Gathering, Mine, Point, Told
from bot.seating import ACTIVE, HOLDING, Party, position
from bot.store.tables import (
    address,
    gathering,
    gathering_point,
    gathering_text,
    opinion,
    party,
    person,
    seat_change,
)

MOST: Final = 200  # gatherings one list reads

_held = func.coalesce(func.sum(case((party.c.state.in_(HOLDING), party.c.size), else_=0)), 0).label("held")
_queue = func.coalesce(func.sum(case((party.c.state == "waiting", 1), else_=0)), 0).label("queue")


def find(connection: Connection, gathering_id: int) -> Gathering | None:
    """The gathering with this id."""
    return next(iter(_load(connection, select(gathering).where(gathering.c.id == gathering_id))), None)


def every(connection: Connection, since: datetime | None = None) -> list[Gathering]:
    """All gatherings in the order of their beginning, also drafts and cancelled ones; only those not over at `since`."""
    wanted = select(gathering).order_by(gathering.c.starts_at, gathering.c.id)
    return _load(connection, wanted.where(gathering.c.ends_at > since) if since else wanted)


def upcoming(connection: Connection, now: datetime, about: str = "", name: str = "") -> list[Gathering]:
    """The announced gatherings that are not over, soonest first; with `about` only of that kind, topic or place."""
    wanted = (
        select(gathering)
        .where(gathering.c.state == "open", gathering.c.ends_at > now)
        .order_by(gathering.c.starts_at, gathering.c.id)
        .limit(MOST)
    )
    column = {"kind": gathering.c.kind, "topic": gathering.c.topic, "place": gathering.c.municipality}.get(about)
    return _load(connection, wanted if column is None else wanted.where(column == name))


def parties(connection: Connection, gathering_id: int) -> list[Party]:
    """The parties that have or want a seat, by their numbers."""
    rows = connection.execute(
        select(party.c.id, party.c.number, party.c.size, party.c.state, party.c.offered_until, party.c.held)
        .where(party.c.gathering_id == gathering_id, party.c.state.in_(ACTIVE))
        .order_by(party.c.number)
    )
    return [Party(*row) for row in rows]


def mine(connection: Connection, gathering_id: int, person_id: int) -> Mine | None:
    """The person's own party at this gathering, whatever became of it."""
    row = connection.execute(select(party).where(party.c.gathering_id == gathering_id, party.c.person_id == person_id)).first()
    return _mine(connection, row) if row else None


def seats_of(connection: Connection, person_id: int, now: datetime) -> list[tuple[Gathering, Mine]]:
    """The seats, offers and waiting places a person has at gatherings that are not over."""
    rows = {
        row.gathering_id: row for row in connection.execute(select(party).where(party.c.person_id == person_id, party.c.state.in_(ACTIVE)))
    }
    if not rows:
        return []
    wanted = select(gathering).where(gathering.c.id.in_(rows), gathering.c.ends_at > now).order_by(gathering.c.starts_at)
    return [(found, _mine(connection, rows[found.id])) for found in _load(connection, wanted)]


def fillable(connection: Connection, now: datetime) -> list[int]:
    """The gatherings with seats to hand out or offers to take back at `now`. One query, no lock."""
    smallest = func.min(case((and_(party.c.state == "waiting", party.c.held.is_(False)), party.c.size)))
    ended = func.max(case((and_(party.c.state == "offered", party.c.offered_until < now), 1), else_=0))
    rows = connection.execute(
        select(gathering.c.id)
        .join(party)
        .where(gathering.c.state == "open", gathering.c.starts_at > now, party.c.state.in_(ACTIVE))
        .group_by(gathering.c.id, gathering.c.capacity)
        .having((gathering.c.capacity - _held.element >= smallest) | (ended == 1))
        .order_by(gathering.c.id)
    )
    return list(rows.scalars())


def roster(connection: Connection, gathering_id: int) -> Sequence[Row[Any]]:
    """The parties of a gathering in the order people are picked up, then as they signed up; waiting ones last."""
    return connection.execute(
        select(
            party,
            person.c.code.label("person_code"),
            person.c.language,
            address.c.channel,
            gathering_point.c.name_sr.label("point_name"),
            gathering_point.c.at.label("point_at"),
        )
        .select_from(party.join(person).join(address, address.c.id == party.c.address_id).outerjoin(gathering_point))
        .where(party.c.gathering_id == gathering_id, party.c.state.in_(ACTIVE))
        .order_by(party.c.state == "waiting", gathering_point.c.at.is_(None), gathering_point.c.at, party.c.number)
    ).all()


def changes(connection: Connection, gathering_id: int) -> Sequence[Row[Any]]:
    """Everything that happened to the seats of a gathering, in order."""
    return connection.execute(select(seat_change).where(seat_change.c.gathering_id == gathering_id).order_by(seat_change.c.id)).all()


def opinions(connection: Connection, gathering_id: int) -> dict[tuple[str, str], int]:
    """How often each answer to each question was given after this gathering."""
    columns = (opinion.c.question, opinion.c.answer, opinion.c.count)
    rows = connection.execute(select(*columns).where(opinion.c.gathering_id == gathering_id))
    return {(question, answer): count for question, answer, count in rows}


def opinions_by_kind(connection: Connection) -> dict[tuple[str, str, str], int]:
    """How often each answer to each question was given after gatherings of each kind: (kind, question, answer)."""
    key = (gathering.c.kind, opinion.c.question, opinion.c.answer)
    rows = connection.execute(select(*key, func.sum(opinion.c.count)).select_from(opinion.join(gathering)).group_by(*key).order_by(*key))
    return {(kind, question, answer): int(count) for kind, question, answer, count in rows}


def _load(connection: Connection, wanted: Select[Any]) -> list[Gathering]:
    rows = connection.execute(wanted).all()
    ids = [row.id for row in rows]
    told, points, seats = _told(connection, ids), _points(connection, ids), _seats(connection, ids)
    return [_gathering(row, told[row.id], tuple(points[row.id]), *seats.get(row.id, (0, 0))) for row in rows]


def _told(connection: Connection, ids: Iterable[int]) -> Mapping[int, dict[str, Told]]:
    found: dict[int, dict[str, Told]] = defaultdict(dict)
    for row in connection.execute(select(gathering_text).where(gathering_text.c.gathering_id.in_(ids))):
        found[row.gathering_id][row.language] = Told(row.title, row.text, row.place, row.bring)
    return found


def _points(connection: Connection, ids: Iterable[int]) -> Mapping[int, list[Point]]:
    found: dict[int, list[Point]] = defaultdict(list)
    wanted = select(gathering_point).where(gathering_point.c.gathering_id.in_(ids)).order_by(gathering_point.c.at, gathering_point.c.id)
    for row in connection.execute(wanted):
        name = {"sr": row.name_sr, "sq": row.name_sq, "en": row.name_en}
        found[row.gathering_id].append(Point(row.id, row.at, name, row.map_url))
    return found


def _seats(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    rows = connection.execute(
        select(party.c.gathering_id, _held, _queue).where(party.c.gathering_id.in_(ids)).group_by(party.c.gathering_id)
    )
    return {name: (held, queue) for name, held, queue in rows}


def _gathering(row: Row[Any], told: Mapping[str, Told], points: tuple[Point, ...], held: int, queue: int) -> Gathering:
    return Gathering(
        id=row.id, kind=row.kind, state=row.state, topic=row.topic, municipality=row.municipality, zone=row.zone,
        starts_at=row.starts_at, ends_at=row.ends_at, opens_at=row.opens_at, closes_at=row.closes_at,
        capacity=row.capacity, party_limit=row.party_limit, names_needed=row.names_needed, offer_hours=row.offer_hours,
        free=max(0, row.capacity - held), waiting=queue, revision=row.revision, article=row.article, form=row.form,
        map_url=row.map_url, offsets=tuple(int(part) for part in row.offsets.split()), told=told, points=points,
    )  # fmt: skip


def _mine(connection: Connection, row: Row[Any]) -> Mine:
    own = Party(row.id, row.number, row.size, row.state, held=row.held)
    place = position(own, parties(connection, row.gathering_id)) if row.state == "waiting" else 0
    return Mine(
        state=row.state, size=row.size, position=place, offered_until=row.offered_until, reminders=row.reminders,
        confirmed=row.confirmed_at is not None, point=row.point_id,
    )  # fmt: skip
