"""Broadcasts as they stand: whom a segment reaches and whom not and why, what became of each recipient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from bot import office
from bot.broadcasts import Composition, Target
from bot.messages import Language
from bot.office import Office
from bot.segments import CHANNELS, Segment, from_json
from bot.store.segment_reads import holds, may_contact
from bot.store.tables import (
    address,
    broadcast,
    broadcast_tally,
    broadcast_text,
    gathering,
    outgoing,
    person,
    recipient,
    setting,
    slice_,
)  # fmt: skip

CAP_SPAN: Final = timedelta(days=7)
OVER: Final = ("stopped", "done")
SUCCESS: Final = ("sent", "delivered", "seen")


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast whole. `held`: how many it would have reached when it was due but not approved; else 0."""

    id: int
    name: str
    state: str
    segment: Segment
    composition: Composition
    created_by: str
    approved_by: str
    urgent: str
    wall: str
    zone: str
    start_at: datetime | None
    prepared_to: int
    prepared: bool
    billable: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    held: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides who is left out: the channels we can send on, the languages with a text, the office's cap."""

    channels: tuple[str, ...]
    left_out: tuple[Language, ...]
    cap: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a segment's count; `reason` is empty for those who get it, `billable` how many of them cost money."""

    channel: str
    language: str
    reason: str
    people: int
    billable: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many recipients of a channel are in one state, for one reason."""

    channel: str
    state: str
    reason: str
    people: int


def office_of(connection: Connection) -> Office:
    """The office's settings."""
    rows = connection.execute(select(setting.c.name, setting.c.value))
    return office.read({row.name: row.value for row in rows})


def find(connection: Connection, broadcast_id: int) -> Broadcast | None:
    """The broadcast with this number."""
    row = connection.execute(select(broadcast).where(broadcast.c.id == broadcast_id)).first()
    return _whole(connection, row) if row else None


def all_of(connection: Connection, states: Iterable[str] | None = None) -> list[Broadcast]:
    """All broadcasts, the newest first; only those in these states if asked for."""
    wanted = select(broadcast).order_by(broadcast.c.id.desc())
    if states is not None:
        wanted = wanted.where(broadcast.c.state.in_(list(states)))
    return [_whole(connection, row) for row in connection.execute(wanted).all()]


def _whole(connection: Connection, row: Row[Any]) -> Broadcast:
    kept = connection.execute(select(broadcast_text.c.language, broadcast_text.c.text).where(broadcast_text.c.broadcast_id == row.id))
    texts = {text.language: text.text for text in kept}
    target = msgspec.json.decode(row.button, type=Target) if row.button else None
    composition = Composition(texts, msgspec.json.decode(row.instead, type=dict[str, str]), target)
    return Broadcast(
        row.id, row.name, row.state, from_json(row.segment), composition, row.created_by, row.approved_by, row.urgent, row.wall,
        row.zone, row.start_at, row.prepared_to, row.prepared, row.billable, row.created_at, row.started_at, row.finished_at,
        row.held,
    )  # fmt: skip


# --- whom it reaches ----------------------------------------------------------------------------


def candidates(segment: Segment, rules: Rules, now: datetime, *, between: tuple[int, int] | None = None) -> Select[Any]:
    """Everybody the segment means, each once: address_id, channel, language, reason ("" for who gets it), billable.

    `between`: only people with ids above the first and up to the second.
    """
    wanted = _channels(segment)
    reach = tuple(channel for channel in wanted if channel in rules.channels)
    best = _best_address(wanted, reach, between)
    to = address.alias("recipient_address")
    reason = _reason(to, segment, rules, now - CAP_SPAN)
    costs = _costs(to, now)
    rows = (
        select(
            person.c.id.label("person_id"), to.c.id.label("address_id"), to.c.channel, person.c.language, reason.label("reason"),
            case((and_(reason == "", costs), 1), else_=0).label("billable"),
        )
        .select_from(person.join(best, best.c.person_id == person.c.id).join(to, to.c.id == best.c.address_id))
        .where(*(holds(condition, now) for condition in segment.conditions))
    )  # fmt: skip
    return rows.where(person.c.id > between[0], person.c.id <= between[1]) if between else rows


def ready(segment: Segment, rules: Rules) -> Select[Any]:
    """The next recipients of a slice, each with what keeps them from getting it by now ("" for nothing), and whether
    it costs money now and did so when it was planned.

    To be bound: broadcast, channel, after, hi, most, now (a moment), since (when the cap's span began).
    """
    now, since = (bindparam(name, type_=recipient.c.due_at.type) for name in ("now", "since"))
    return (
        select(
            recipient.c.id, recipient.c.language, recipient.c.attempts, recipient.c.parts, recipient.c.address_id, recipient.c.costs,
            address.c.platform_id, _reason(address, segment, rules, since).label("left_out"), _costs(address, now).label("costs_now"),
        )
        .select_from(recipient.join(address).join(person))
        .where(
            recipient.c.broadcast_id == bindparam("broadcast"), recipient.c.channel == bindparam("channel"),
            recipient.c.state == "waiting", recipient.c.id > bindparam("after"), recipient.c.id <= bindparam("hi"),
            recipient.c.due_at <= now,
        )
        .order_by(recipient.c.id)
        .limit(bindparam("most"))
    )  # fmt: skip


def _costs(to: Any, now: Any) -> ColumnElement[bool]:
    """Viber takes money for what is sent outside a session. https://developers.viber.com/docs/api/rest-bot-api/"""
    return and_(to.c.channel == "viber", or_(to.c.session_expires_at.is_(None), to.c.session_expires_at <= now))


def _best_address(wanted: Sequence[str], reach: Sequence[str], between: tuple[int, int] | None) -> Subquery:
    """One address for each person: the newest we can send to, else the newest at all. One pass, not a look for each person."""
    works = case((and_(address.c.blocked_at.is_(None), address.c.channel.in_(reach)), address.c.id))
    chosen = func.coalesce(func.max(works), func.max(address.c.id)).label("address_id")
    # "lower": SQLite would else go through all addresses of the channel instead of those of these people.
    found = select(address.c.person_id, chosen).where(func.lower(address.c.channel).in_(wanted)).group_by(address.c.person_id)
    if between:
        found = found.where(address.c.person_id > between[0], address.c.person_id <= between[1])
    return found.subquery()


def count(connection: Connection, segment: Segment, rules: Rules, now: datetime) -> list[Counted]:
    """Whom the segment means now, by channel, language and the reason for being left out."""
    found = candidates(segment, rules, now).subquery()
    keys = (found.c.channel, found.c.language, found.c.reason)
    rows = connection.execute(
        select(*keys, func.count().label("people"), func.sum(found.c.billable).label("billable")).group_by(*keys).order_by(*keys)
    )
    return [Counted(row.channel, row.language, row.reason, row.people, int(row.billable or 0)) for row in rows]


def _channels(segment: Segment) -> tuple[str, ...]:
    wanted: tuple[str, ...] = CHANNELS
    for condition in segment.of("channel"):
        wanted = tuple(channel for channel in wanted if (channel in condition.values) != condition.unless)
    return wanted


def _reason(to: Any, segment: Segment, rules: Rules, since: Any) -> ColumnElement[str]:
    """Why a person gets nothing; the first reason that holds. The cap counts from `since`."""
    had = (
        select(func.count())
        .select_from(recipient.join(address))
        .where(address.c.person_id == person.c.id, or_(recipient.c.sent_at > since, recipient.c.state == "sending"))
        .correlate(person)
        .scalar_subquery()
    )
    return case(
        (person.c.stopped_at.is_not(None), "stopped"),
        (to.c.channel.not_in(rules.channels), "no_channel"),
        (to.c.blocked_at.is_not(None), "blocked"),
        (not_(may_contact(segment)), "no_consent"),
        (person.c.language.in_(rules.left_out), "no_language"),
        (had >= rules.cap if rules.cap else false(), "cap"),
        else_=literal(""),
    )


def has_gathering(connection: Connection, gathering_id: int) -> bool:
    """Whether there is such a gathering."""
    return connection.execute(select(gathering.c.id).where(gathering.c.id == gathering_id)).first() is not None


def highest_person(connection: Connection, after: int, most: int) -> int | None:
    """The id of the `most`-th person after `after`, or of the last one; None when there is none."""
    ids = select(person.c.id).where(person.c.id > after).order_by(person.c.id).limit(most).subquery()
    return connection.execute(select(func.max(ids.c.id))).scalar()


def billable_this_month(connection: Connection, now: datetime) -> int:
    """Messages outside a session that this calendar month's broadcasts have planned or sent."""
    month = datetime(now.year, now.month, 1, tzinfo=UTC)
    total = connection.execute(select(func.coalesce(func.sum(broadcast.c.billable), 0)).where(broadcast.c.started_at >= month)).scalar_one()
    return int(total)


# --- what became of it --------------------------------------------------------------------------


# What a chat has fetched counts as delivered.
_REACHED: Final = case((and_(recipient.c.state == "sent", outgoing.c.state == "sent"), "delivered"), else_=recipient.c.state)


def tally(connection: Connection, broadcast_id: int) -> list[Tally]:
    """The recipients by channel, state and reason: those there are, or else the counts of those that were purged."""
    why = func.coalesce(recipient.c.reason, "")
    keys = (recipient.c.channel, _REACHED, why)
    rows = connection.execute(
        select(recipient.c.channel, _REACHED.label("state"), why.label("reason"), func.count().label("people"))
        .select_from(recipient.outerjoin(outgoing, outgoing.c.id == recipient.c.outgoing_id))
        .where(recipient.c.broadcast_id == broadcast_id)
        .group_by(*keys)
        .order_by(*keys)
    ).all()
    return [Tally(row.channel, row.state, row.reason, row.people) for row in rows] or _kept(connection, broadcast_id)


def _kept(connection: Connection, broadcast_id: int) -> list[Tally]:
    mine = broadcast_tally
    order = (mine.c.channel, mine.c.state, mine.c.reason)
    rows = connection.execute(select(*order, mine.c.people).where(mine.c.broadcast_id == broadcast_id).order_by(*order))
    return [Tally(row.channel, row.state, row.reason, row.people) for row in rows]


def with_recipients(connection: Connection, before: datetime) -> list[int]:
    """The broadcasts that ended before then and still have a row for each recipient."""
    has = select(recipient.c.id).where(recipient.c.broadcast_id == broadcast.c.id).exists()
    over = (broadcast.c.state.in_(OVER), broadcast.c.finished_at < before)
    return list(connection.execute(select(broadcast.c.id).where(*over, has).order_by(broadcast.c.id)).scalars())


def progress(connection: Connection, broadcast_id: int) -> dict[tuple[str, str], int]:
    """How many recipients of each channel are in each state. One pass over an index."""
    keys = (recipient.c.channel, recipient.c.state)
    rows = connection.execute(select(*keys, func.count().label("people")).where(recipient.c.broadcast_id == broadcast_id).group_by(*keys))
    return {(row.channel, row.state): row.people for row in rows}


def sent_since(connection: Connection, broadcast_id: int, moment: datetime) -> int:
    """How many have got it since then."""
    recent = (recipient.c.broadcast_id == broadcast_id, recipient.c.sent_at > moment)
    return connection.execute(select(func.count()).select_from(recipient).where(*recent)).scalar_one()


def report(connection: Connection, broadcast_id: int, after: int, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most `most` recipients with ids above `after`: the person's code, and what became of it."""
    return connection.execute(
        select(
            recipient.c.id, person.c.code, recipient.c.channel, recipient.c.language, _REACHED.label("state"),
            func.coalesce(recipient.c.reason, "").label("reason"), recipient.c.attempts, recipient.c.sent_at,
        )
        .select_from(recipient.join(address).join(person).outerjoin(outgoing, outgoing.c.id == recipient.c.outgoing_id))
        .where(recipient.c.broadcast_id == broadcast_id, recipient.c.id > after)
        .order_by(recipient.c.id)
        .limit(most)
    ).all()  # fmt: skip


def unfinished_slices(connection: Connection, broadcast_id: int, now: datetime, most: int) -> list[tuple[int, str]]:
    """The next slices with something to send now, as (id, channel), at most `most` of each channel."""
    found: list[tuple[int, str]] = []
    for channel in CHANNELS:
        rows = connection.execute(
            select(slice_.c.id)
            .where(slice_.c.broadcast_id == broadcast_id, slice_.c.done.is_(False), slice_.c.channel == channel, slice_.c.due_at <= now)
            .order_by(slice_.c.id)
            .limit(most)
        )
        found += [(row.id, channel) for row in rows]
    return found
