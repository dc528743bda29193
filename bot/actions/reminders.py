"""Reminders as rows: planned when a seat is taken, moved with the gathering, sent exactly once.

A row is `waiting` (due at a moment in UTC), `sent`, or `skipped` with the reason. The sweep turns rows
into messages in one transaction, so a reminder and its being sent are one fact.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.actions import gathering_notices, outgoing
from bot.gatherings import Gathering
from bot.localtime import Quiet
from bot.reminding import TOGETHER, Planned, Reason, plan, postponed
from bot.seating import ACTIVE
from bot.store import gathering_reads as reads
from bot.store.broadcast_reads import office_of
from bot.store.tables import gathering, party, person, reminder
from bot.texts import Texts

BATCH: Final = 500  # reminders one transaction handles; more wait for the next look
_HOUR: Final = timedelta(hours=1)

_SETTLE: Final = (
    update(reminder)
    .where(reminder.c.id == bindparam("row"), reminder.c.state != "sent")
    .values(state=bindparam("new_state"), reason=bindparam("new_reason"), due_at=bindparam("new_due"))
)


def replan(connection: Connection, found: Gathering, parties: Iterable[int] | None, now: datetime) -> None:
    """The reminders of these parties (None: of all) are as the gathering and their seats now demand.

    What was sent stays sent; everything else is planned anew or skipped with the reason.
    """
    quiet = office_of(connection).quiet
    concerned = [party.c.gathering_id == found.id]
    if parties is not None:
        concerned.append(party.c.id.in_(list(parties)))
    rows = connection.execute(select(party).where(*concerned)).all()
    there = connection.execute(select(reminder).join(party).where(*concerned))
    known: dict[int, list[Row[Any]]] = defaultdict(list)
    for one in there:
        known[one.party_id].append(one)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for row in rows:
        planned = {one.offset: one for one in _planned(found, row, now, quiet)}
        have = {one.hours_before for one in known[row.id]}
        fresh += [_fresh(row.id, one) for offset, one in planned.items() if offset not in have]
        reason = _why_none(found, row)
        changed += [_changed(one, planned.get(one.hours_before), reason) for one in known[row.id] if one.state != "sent"]
    if fresh:
        connection.execute(insert(reminder), fresh)
    if changed:
        connection.execute(_SETTLE, changed)


def due(connection: Connection, now: datetime) -> bool:
    """Whether any reminder waits to be sent. One indexed look."""
    return connection.execute(select(reminder.c.id).where(*_due(now)).limit(1)).first() is not None


def send_due(connection: Connection, texts: Texts, now: datetime) -> int:
    """At most BATCH due reminders have become messages or are skipped with the reason; gives how many were handled."""
    quiet = office_of(connection).quiet
    first = select(reminder.c.id, reminder.c.party_id).where(*_due(now)).order_by(reminder.c.due_at).limit(BATCH)
    taken = {row.party_id for row in connection.execute(first.with_for_update(skip_locked=True))}
    if not taken:
        return 0
    rows = _of_parties(connection, taken, now + TOGETHER)
    gatherings = {name: reads.find(connection, name) for name in {row.gathering_id for row in rows}}
    by_party: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_party[row.party_id].append(row)
    handled = 0
    for mine in by_party.values():
        found = gatherings[mine[0].gathering_id]
        assert found is not None
        handled += _send_one(connection, texts, found, mine, now, quiet)
    return handled


def switch(connection: Connection, found: Gathering, person_id: int, now: datetime, *, on: bool) -> bool:
    """The person is reminded of this gathering, or is not; False where they have no place there."""
    mine = (party.c.gathering_id == found.id, party.c.person_id == person_id, party.c.state.in_(ACTIVE))
    row = connection.execute(update(party).where(*mine).values(reminders=on, despite_stop=on).returning(party.c.id)).first()
    if row:
        replan(connection, found, [row.id], now)
    return row is not None


def keep_despite_stop(connection: Connection, person_id: int, now: datetime) -> int:
    """The reminders of the seats a person now has go even after STOP; gives for how many gatherings."""
    coming = select(gathering.c.id).where(gathering.c.ends_at > now)
    mine = (party.c.person_id == person_id, party.c.state.in_(ACTIVE), party.c.gathering_id.in_(coming))
    return connection.execute(update(party).where(*mine).values(despite_stop=True)).rowcount


def stop(connection: Connection, person_id: int) -> None:
    """STOP: no reminder of this person goes any more, whatever they kept before."""
    connection.execute(update(party).where(party.c.person_id == person_id).values(despite_stop=False))


def _planned(found: Gathering, row: Row[Any], now: datetime, quiet: Quiet) -> Sequence[Planned]:
    if _why_none(found, row):
        return ()
    return plan(found.begins(row.point_id), ZoneInfo(found.zone), found.offsets, quiet, now)


def _why_none(found: Gathering, row: Row[Any]) -> Reason:
    if found.state != "open":
        return "cancelled"
    if row.state != "seated":
        return "left"
    return "" if row.reminders else "off"


def _fresh(party_id: int, one: Planned) -> dict[str, Any]:
    state = "skipped" if one.reason else "waiting"
    return {"party_id": party_id, "hours_before": one.offset, "due_at": one.due_at, "state": state, "reason": one.reason}


def _changed(there: Row[Any], one: Planned | None, reason: Reason) -> dict[str, Any]:
    why = one.reason if one else reason or "off"
    return {
        "row": there.id,
        "new_state": "skipped" if why else "waiting",
        "new_reason": why,
        "new_due": one.due_at if one else there.due_at,
    }


def _due(now: datetime) -> tuple[Any, ...]:
    return reminder.c.state == "waiting", reminder.c.due_at <= now


def _of_parties(connection: Connection, parties: Iterable[int], until: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """The waiting reminders of these parties due by `until`, the last one of each party first."""
    return connection.execute(
        select(
            reminder.c.id.label("reminder_id"), reminder.c.due_at, reminder.c.party_id, party.c.gathering_id, party.c.person_id,
            party.c.address_id, party.c.size, party.c.state, party.c.point_id, party.c.despite_stop, person.c.language,
        )
        .select_from(reminder.join(party).join(person))
        .where(reminder.c.party_id.in_(list(parties)), reminder.c.state == "waiting", reminder.c.due_at <= until)
        .order_by(reminder.c.party_id, reminder.c.due_at.desc())
    ).all()  # fmt: skip


def _send_one(connection: Connection, texts: Texts, found: Gathering, mine: list[Row[Any]], now: datetime, quiet: Quiet) -> int:
    """Of a party's reminders that are due, the last one goes if it is still of use; the others never do."""
    ahead = [row for row in mine if row.due_at > now]
    overdue = [row for row in mine if row.due_at <= now]
    if not overdue:
        return 0
    last, *older = overdue
    for row in older:
        _settle(connection, row, "newer", now)
    begins = found.begins(last.point_id)
    if now >= begins:
        _settle(connection, last, "over", now)
    elif ahead and now - last.due_at > _HOUR:
        _settle(connection, last, "together", now)
    else:
        morning = postponed(begins, ZoneInfo(found.zone), quiet, now)
        if morning:
            connection.execute(update(reminder).where(reminder.c.id == last.reminder_id).values(due_at=morning))
        else:
            result = gathering_notices.remind(connection, texts, found, last, now)
            _settle(connection, last, result.reason if isinstance(result, outgoing.Skipped) else "", now)
    return len(overdue)


def _settle(connection: Connection, row: Row[Any], reason: str, now: datetime) -> None:
    values = {"state": "skipped" if reason else "sent", "reason": reason, "done_at": now}
    connection.execute(update(reminder).where(reminder.c.id == row.reminder_id).values(values))
