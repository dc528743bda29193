"""The recipients of a broadcast as rows: prepared in steps, claimed slice by slice, recorded.

Whoever works on a slice holds a token. Each claim is refused once somebody else holds the slice, so a
worker that was stalled and wakes again sends nothing more. Results are committed before their places
in the window are free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, case, func, insert, literal, select, update

from bot.actions.delivery import Result
from bot.actions.outgoing import in_order
from bot.messages import LANES, Language, Outgoing
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Rules
from bot.store.tables import address, broadcast, outgoing, recipient, slice_

Standing = Literal["go", "halted", "lost"]
UNSENT: Final = ("waiting", "sending")


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of a broadcast somebody works on: its recipients have ids from `lo` to `hi`."""

    id: int
    broadcast_id: int
    channel: str
    lo: int
    hi: int
    token: str


@dataclass(frozen=True, slots=True)
class Due:
    """One recipient this worker is sending to now. `attempts` counts this try too; `parts` have gone already."""

    id: int
    platform_id: str
    language: Language
    attempts: int
    parts: int


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one send, and how many parts of the message have gone in all."""

    result: Result
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """What a worker may do next: send these; none when all of the slice is claimed, or it must not go on."""

    standing: Standing
    due: tuple[Due, ...] = ()
    all_claimed: bool = field(default=False)


# --- preparing ----------------------------------------------------------------------------------


def prepare(
    connection: Connection, broadcast_id: int, rules: Rules, sizes: Mapping[str, int], budget: int, now: datetime, most: int
) -> bool:
    """The next `most` people are rows, in slices of at most `sizes`; True when that was the last of them.

    `budget` is how many messages that cost money may still be planned. Two workers never prepare one
    broadcast at once, and a step that fails leaves nothing.
    """
    wanted = select(broadcast.c.id).where(broadcast.c.id == broadcast_id, broadcast.c.state == "preparing")
    if connection.execute(wanted.with_for_update(skip_locked=True)).first() is None:
        return True
    found = reads.find(connection, broadcast_id)
    assert found is not None
    upto = reads.highest_person(connection, found.prepared_to, most)
    if upto is None:
        connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(state="sending", prepared=True))
        return True
    before = _newest(connection)
    planned = reads.candidates(found.segment, rules, now, between=(found.prepared_to, upto)).subquery()
    connection.execute(insert(recipient).from_select(_COLUMNS, _rows(planned, broadcast_id, now)))
    billable = _within_budget(connection, broadcast_id, before, budget - found.billable)
    connection.execute(
        update(broadcast).where(broadcast.c.id == broadcast_id).values(prepared_to=upto, billable=broadcast.c.billable + billable)
    )
    _cut(connection, broadcast_id, before, sizes, now)
    return False


_COLUMNS: Final = ("broadcast_id", "address_id", "channel", "language", "state", "reason", "attempts", "parts", "due_at", "costs")


def _rows(planned: Any, broadcast_id: int, now: datetime) -> Any:
    state = case((planned.c.reason == "", "waiting"), else_="skipped")
    why = func.nullif(planned.c.reason, "")
    moment = literal(now, recipient.c.due_at.type)
    return select(
        literal(broadcast_id),
        planned.c.address_id,
        planned.c.channel,
        planned.c.language,
        state,
        why,
        literal(0),
        literal(0),
        moment,
        planned.c.billable == 1,
    ).order_by(planned.c.channel, planned.c.person_id)


def _newest(connection: Connection) -> int:
    newest: int = connection.execute(select(func.coalesce(func.max(recipient.c.id), 0))).scalar_one()
    return newest


def _within_budget(connection: Connection, broadcast_id: int, after: int, left: int) -> int:
    """Those who would cost more than is left are skipped; gives how many messages that cost money remain."""
    costs = (
        recipient.c.broadcast_id == broadcast_id, recipient.c.id > after, recipient.c.channel == "viber", recipient.c.costs,
        recipient.c.state == "waiting",
    )  # fmt: skip
    ids = list(connection.execute(select(recipient.c.id).where(*costs).order_by(recipient.c.id)).scalars())
    beyond = ids[max(left, 0) :]
    if beyond:
        connection.execute(_SKIP, [{"row": row, "why": "no_budget"} for row in beyond])
    return len(ids) - len(beyond)


def _cut(connection: Connection, broadcast_id: int, after: int, sizes: Mapping[str, int], now: datetime) -> None:
    """The new rows belong to slices: the last one of their channel while there is room in it, else a new one."""
    for channel, most in sizes.items():
        span = _span(connection, broadcast_id, channel, after)
        if span.size:
            _into_slices(connection, broadcast_id, channel, span, most, now)


def _span(connection: Connection, broadcast_id: int, channel: str, after: int) -> Row[Any]:
    # One channel at a time: over all of them SQLite reads every recipient of the broadcast.
    mine = (
        recipient.c.broadcast_id == broadcast_id, recipient.c.channel == channel, recipient.c.state == "waiting", recipient.c.id > after,
    )  # fmt: skip
    ends = func.min(recipient.c.id).label("lo"), func.max(recipient.c.id).label("hi")
    return connection.execute(select(*ends, func.count().label("size")).where(*mine)).one()


def _into_slices(connection: Connection, broadcast_id: int, channel: str, span: Row[Any], most: int, now: datetime) -> None:
    last = connection.execute(
        select(slice_.c.id, slice_.c.size)
        .where(slice_.c.broadcast_id == broadcast_id, slice_.c.channel == channel)
        .order_by(slice_.c.id.desc())
        .limit(1)
    ).first()
    if last and last.size + span.size <= most:
        connection.execute(update(slice_).where(slice_.c.id == last.id).values(hi=span.hi, size=last.size + span.size))
        return
    values = {"broadcast_id": broadcast_id, "channel": channel, "lo": span.lo, "hi": span.hi, "size": span.size, "due_at": now}
    connection.execute(insert(slice_), values | {"done": False})


# --- sending ------------------------------------------------------------------------------------

_SKIP: Final = update(recipient).where(recipient.c.id == bindparam("row")).values(state="skipped", reason=bindparam("why"), claimed_by=None)
_CLAIM: Final = (
    update(recipient)
    .where(recipient.c.id.in_(bindparam("rows", expanding=True)))
    .values(state="sending", claimed_by=bindparam("token"), attempts=recipient.c.attempts + 1)
)
# Of what was sent, the one thing worth keeping is that it may have been sent twice.
_WHY: Final = case(
    (bindparam("became") == "sent", case((recipient.c.reason == "resent", "resent"))),
    else_=func.coalesce(bindparam("why"), recipient.c.reason),
)
_RECORD: Final = (
    update(recipient)
    .where(recipient.c.id == bindparam("row"), recipient.c.claimed_by == bindparam("token"))
    .values(
        state=bindparam("became"), reason=_WHY, parts=bindparam("gone"), claimed_by=None,
        sent_at=bindparam("at"), platform_message_id=bindparam("theirs"), due_at=bindparam("due"),
        attempts=recipient.c.attempts - bindparam("untried"),
    )
)  # fmt: skip


def take(connection: Connection, slice_id: int, token: str) -> Slice | None:
    """The slice is held by `token`; None when it is done or its broadcast is not being sent.

    What a dead worker was sending is to be sent again, marked as perhaps sent already.
    """
    row = connection.execute(
        select(slice_, broadcast.c.state.label("broadcast_state"))
        .select_from(slice_.join(broadcast))
        .where(slice_.c.id == slice_id)
    ).first()  # fmt: skip
    if row is None or row.done or row.broadcast_state != "sending":
        return None
    connection.execute(update(slice_).where(slice_.c.id == slice_id).values(holder=token))
    taken = Slice(row.id, row.broadcast_id, row.channel, row.lo, row.hi, token)
    orphans = (*_inside(taken), recipient.c.state == "sending")
    connection.execute(update(recipient).where(*orphans).values(state="waiting", reason="resent", claimed_by=None))
    return taken


def exchange(
    connection: Connection, mine: Slice, ready: Select[Any], became: Sequence[Became], *, after: int, most: int, now: datetime, held: bool
) -> Grant:
    """The results are in the ledger, and at most `most` more recipients are claimed: one commit for both.

    `ready` is their query (`broadcast_reads.ready`): whoever it leaves out by now is skipped with the reason.
    """
    record(connection, mine, became, now)
    standing = _standing(connection, mine, held=held)
    if standing != "go" or most <= 0:
        return Grant(standing)
    values = {
        "broadcast": mine.broadcast_id,
        "channel": mine.channel,
        "after": max(after, mine.lo - 1),
        "hi": mine.hi,
        "now": now,
        "since": now - reads.CAP_SPAN,
        "most": most,
    }
    rows = connection.execute(ready, values).all()
    wanted = _affordable(connection, mine, _without_the_unwilling(connection, rows), now)
    if wanted:
        connection.execute(_CLAIM, {"rows": [row.id for row in wanted], "token": mine.token})
    due = tuple(Due(row.id, row.platform_id, row.language, row.attempts + 1, row.parts) for row in wanted)
    return Grant("go", due, len(rows) < most)


def _standing(connection: Connection, mine: Slice, *, held: bool) -> Standing:
    """Whether to go on. On Postgres the slice's row stays locked to the commit, so its holder cannot change meanwhile."""
    wanted = select(slice_.c.holder, broadcast.c.state).select_from(slice_.join(broadcast)).where(slice_.c.id == mine.id)
    row = connection.execute(wanted.with_for_update(of=slice_)).first()
    if row is None or row.holder != mine.token:
        return "lost"
    return "go" if row.state == "sending" and not held else "halted"


def _without_the_unwilling(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    """Those who still may get it; the others are skipped with the reason."""
    refused = [{"row": row.id, "why": row.left_out} for row in rows if row.left_out]
    if refused:
        connection.execute(_SKIP, refused)
    return [row for row in rows if not row.left_out]


def _affordable(connection: Connection, mine: Slice, rows: list[Row[*tuple[Any, ...]]], now: datetime) -> list[Row[*tuple[Any, ...]]]:
    """Those whose message is free, planned for, or still within the budget although their session ended meanwhile."""
    newly = [row.id for row in rows if row.costs_now and not row.costs]
    if not newly:
        return rows
    left = max(reads.office_of(connection).viber_budget - reads.billable_this_month(connection, now), 0)
    connection.execute(update(recipient).where(recipient.c.id.in_(newly[:left])).values(costs=True))
    more = {"billable": broadcast.c.billable + len(newly[:left])}
    connection.execute(update(broadcast).where(broadcast.c.id == mine.broadcast_id).values(more))
    if newly[left:]:
        connection.execute(_SKIP, [{"row": row, "why": "no_budget"} for row in newly[left:]])
    beyond = set(newly[left:])
    return [row for row in rows if row.id not in beyond]


def record(connection: Connection, mine: Slice, became: Sequence[Became], now: datetime) -> None:
    """The results are in the ledger. What was erased meanwhile stays so; what another worker took over is theirs."""
    if not became:
        return
    connection.execute(_RECORD, [_recorded(one, mine.token, now) for one in became])
    for one in became:
        where = select(recipient.c.address_id).where(recipient.c.id == one.result.id).scalar_subquery()
        if one.result.unreachable:
            connection.execute(update(address).where(address.c.id == where).values(blocked_at=now))
        if one.result.moved_to is not None:
            connection.execute(update(address).where(address.c.id == where).values(platform_id=one.result.moved_to))


def _recorded(one: Became, token: str, now: datetime) -> dict[str, Any]:
    result = one.result
    return {
        "row": result.id, "token": token, "became": result.state, "why": result.reason, "gone": one.parts,
        "at": now if result.state == "sent" else None, "theirs": result.platform_message_id, "due": now + result.wait,
        "untried": 1 if result.state == "waiting" and result.reason is None else 0,
    }  # fmt: skip


def hand_to_chats(
    connection: Connection, mine: Slice, ready: Select[Any], messages: Mapping[Language, Sequence[Outgoing]], *, most: int, now: datetime,
    held: bool,
) -> Grant:  # fmt: skip
    """At most `most` recipients have the message among those their chat fetches: claimed, queued and recorded at once."""
    grant = exchange(connection, mine, ready, (), after=0, most=most, now=now, held=held)
    if not grant.due:
        return grant
    wanted = select(recipient.c.id, recipient.c.address_id).where(recipient.c.id.in_([due.id for due in grant.due]))
    to = {row.id: row.address_id for row in connection.execute(wanted)}
    in_order(connection, list(to.values()))
    queued = [_queued(to[due.id], mine.channel, part, now) for due in grant.due for part in messages[due.language]]
    numbers = list(connection.execute(insert(outgoing).returning(outgoing.c.id, sort_by_parameter_order=True), queued).scalars())
    fetched = iter(numbers)
    done = []
    for due in grant.due:
        *_, last = [next(fetched) for _ in messages[due.language]]
        done.append({"row": due.id, "fetched": last, "gone": len(messages[due.language]), "at": now})
    connection.execute(_HANDED, done)
    return grant


_HANDED: Final = (
    update(recipient)
    .where(recipient.c.id == bindparam("row"))
    .values(state="sent", sent_at=bindparam("at"), outgoing_id=bindparam("fetched"), parts=bindparam("gone"), claimed_by=None)
)


def _queued(address_id: int, channel: str, part: Outgoing, now: datetime) -> dict[str, Any]:
    return {
        "address_id": address_id, "channel": channel, "lane": LANES.index("broadcast"), "text": part.text, "language": part.language,
        "buttons": msgspec.json.encode(part.buttons).decode(), "created_at": now, "due_at": now, "state": "waiting", "attempts": 0,
    }  # fmt: skip


def close(connection: Connection, mine: Slice, became: Sequence[Became], now: datetime) -> None:
    """The last results are in the ledger; the slice is done, or due again when the next of its rows is."""
    record(connection, mine, became, now)
    next_due = connection.execute(select(func.min(recipient.c.due_at)).where(*_inside(mine), recipient.c.state.in_(UNSENT))).scalar()
    values = {"done": True} if next_due is None else {"due_at": next_due}
    connection.execute(update(slice_).where(slice_.c.id == mine.id, slice_.c.holder == mine.token).values(holder=None, **values))


def withdraw(connection: Connection, broadcast_id: int) -> int:
    """What chats have not fetched yet is taken back; gives how many. What was sent by request cannot be."""
    mine = select(recipient.c.outgoing_id).where(recipient.c.broadcast_id == broadcast_id, recipient.c.outgoing_id.is_not(None))
    unread = (outgoing.c.id.in_(mine), outgoing.c.state == "waiting")
    connection.execute(update(outgoing).where(*unread).values(text=None, state="failed", reason="withdrawn"))
    taken = select(outgoing.c.id).where(outgoing.c.id == recipient.c.outgoing_id, outgoing.c.reason == "withdrawn").exists()
    theirs = (recipient.c.broadcast_id == broadcast_id, recipient.c.state == "sent", taken)
    return connection.execute(update(recipient).where(*theirs).values(state="skipped", reason="withdrawn", sent_at=None)).rowcount


def finish(connection: Connection, broadcast_id: int, now: datetime) -> bool:
    """The broadcast is done if nothing of it is left to send; tells whether it is."""
    left = select(slice_.c.id).where(slice_.c.broadcast_id == broadcast_id, slice_.c.done.is_(False)).exists()
    over = (broadcast.c.id == broadcast_id, broadcast.c.state == "sending", ~left)
    return connection.execute(update(broadcast).where(*over).values(state="done", finished_at=now)).rowcount == 1


def _inside(mine: Slice) -> tuple[Any, ...]:
    return (
        recipient.c.broadcast_id == mine.broadcast_id, recipient.c.channel == mine.channel,
        recipient.c.id >= mine.lo, recipient.c.id <= mine.hi,
    )  # fmt: skip
