"""Broadcasts: written, approved, scheduled, started, paused, resumed, stopped. Every verb is on record.

draft ─▶ scheduled ─▶ preparing ─▶ sending ⇄ paused ─▶ done
                                      └──────────────▶ stopped
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from bot import segments
from bot.actions import audit, deliveries, outgoing
from bot.broadcasts import Composition
from bot.composing import compose, left_out, problems
from bot.errors import PlainError
from bot.library import Library
from bot.localtime import Settled, settle, wall_of
from bot.messages import LANGUAGES, Split
from bot.segments import Segment
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Broadcast, Rules
from bot.store.tables import address, broadcast, broadcast_text, person, recipient, slice_
from bot.texts import Texts

UNWRITTEN: Final = ("draft", "scheduled")
RUNNING: Final = ("preparing", "sending")
# Failures that another try would only repeat: the person is not there.
FINAL: Final = ("blocked", "gone")


class BroadcastError(PlainError):
    """This cannot be done with the broadcast now; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff write of a broadcast."""

    name: str
    composition: Composition
    segment: Segment


def get(connection: Connection, broadcast_id: int) -> Broadcast:
    """The broadcast. Raises BroadcastError when there is none with this number."""
    found = reads.find(connection, broadcast_id)
    if found is None:
        raise BroadcastError(f"there is no broadcast {broadcast_id}; `prag broadcast list` shows them")
    return found


def create(connection: Connection, wanted: Wanted, library: Library, *, by: str, now: datetime) -> int:
    """A draft exists; gives its number. Raises BroadcastError for what could not be sent."""
    _check(connection, wanted.composition, library)
    row = _values(wanted) | {"state": "draft", "created_by": by, "created_at": now}
    number: int = connection.execute(insert(broadcast).returning(broadcast.c.id), row).scalar_one()
    _write_texts(connection, number, wanted.composition)
    audit.note(connection, who=by, verb="write", about=f"broadcast {number}", now=now)
    return number


def edit(connection: Connection, broadcast_id: int, wanted: Wanted, library: Library, *, by: str, now: datetime) -> None:
    """The draft says this now; an approval it had is void."""
    _need(get(connection, broadcast_id), UNWRITTEN, "change")
    _check(connection, wanted.composition, library)
    void = {
        "state": "draft",
        "approved_by": "",
        "approved_at": None,
        "urgent": "",
        "start_at": None,
        "wall": "",
        "zone": "",
        "created_by": by,
    }
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(**_values(wanted), **void))
    connection.execute(delete(broadcast_text).where(broadcast_text.c.broadcast_id == broadcast_id))
    _write_texts(connection, broadcast_id, wanted.composition)
    audit.note(connection, who=by, verb="change", about=f"broadcast {broadcast_id}", now=now)


def discard(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """The draft is gone."""
    _need(get(connection, broadcast_id), UNWRITTEN, "discard")
    connection.execute(delete(broadcast).where(broadcast.c.id == broadcast_id))
    audit.note(connection, who=by, verb="discard", about=f"broadcast {broadcast_id}", now=now)


def approve(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """A second person has read it. Raises BroadcastError when it is the one who wrote it."""
    found = _need(get(connection, broadcast_id), UNWRITTEN, "approve")
    if _same(found.created_by, by):
        raise BroadcastError("whoever wrote a broadcast cannot approve it; ask a colleague to read it")
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(approved_by=by, approved_at=now))
    audit.note(connection, who=by, verb="approve", about=f"broadcast {broadcast_id}", now=now)


def start(
    connection: Connection,
    broadcast_id: int,
    rules: Rules,
    *,
    by: str,
    now: datetime,
    wall: datetime | None,
    zone: ZoneInfo,
    urgent: str = "",
) -> Settled:
    """It goes at `wall` on the clocks of `zone`, or at once without one; gives when that is.

    A broadcast above the office's approval size needs an approval, or `urgent`: the reason why it cannot
    wait for a second person, nor for the end of the quiet hours.
    """
    found = _need(get(connection, broadcast_id), UNWRITTEN, "start")
    _check_approved(connection, found, rules, urgent, now)
    settled = settle(wall, zone) if wall else Settled(wall_of(now, zone), now, "none")
    if wall and settled.at <= now:
        raise BroadcastError(f"{wall:%Y-%m-%d %H:%M} is over; give a time to come, or leave it away to start at once")
    connection.execute(
        update(broadcast)
        .where(broadcast.c.id == broadcast_id)
        .values(state="scheduled", start_at=settled.at, wall=f"{settled.wall:%Y-%m-%dT%H:%M}", zone=zone.key, urgent=urgent)
    )
    verb = "start urgently" if urgent else "start"
    audit.note(connection, who=by, verb=verb, about=f"broadcast {broadcast_id}", detail=urgent, now=now)
    return settled


def begin_due(connection: Connection, now: datetime, *, quiet: bool) -> list[int]:
    """Scheduled broadcasts whose time has come are being prepared, in quiet hours only urgent ones; gives their numbers."""
    due = [broadcast.c.state == "scheduled", broadcast.c.start_at <= now]
    if quiet:
        due.append(broadcast.c.urgent != "")
    rows = connection.execute(update(broadcast).where(*due).values(state="preparing", started_at=now).returning(broadcast.c.id))
    return [row.id for row in rows]


def pause(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """No new request starts within a second; what is under way ends."""
    _need(get(connection, broadcast_id), RUNNING, "pause")
    _set(connection, broadcast_id, "paused", now)
    audit.note(connection, who=by, verb="pause", about=f"broadcast {broadcast_id}", now=now)


def resume(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """It goes on where it was paused."""
    found = _need(get(connection, broadcast_id), ("paused",), "resume")
    _set(connection, broadcast_id, "sending" if found.prepared else "preparing", now)
    audit.note(connection, who=by, verb="resume", about=f"broadcast {broadcast_id}", now=now)


def stop(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """It is over for good: whoever has not got it or not fetched it, does not get it. A scheduled one is a draft again."""
    found = _need(get(connection, broadcast_id), ("scheduled", *RUNNING, "paused"), "stop")
    if found.state == "scheduled":
        connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(state="draft", start_at=None, wall="", urgent=""))
    else:
        _set(connection, broadcast_id, "stopped", now)
        deliveries.withdraw(connection, broadcast_id)
    audit.note(connection, who=by, verb="stop", about=f"broadcast {broadcast_id}", now=now)


def retry_failed(connection: Connection, broadcast_id: int, *, by: str, now: datetime, unknown: bool = False) -> int:
    """Those it failed for are tried again, with `unknown` also those of whom we do not know; gives how many.

    People who have blocked us or left are not tried.
    """
    _need(get(connection, broadcast_id), ("done",), "retry")
    states = ("failed", "unknown") if unknown else ("failed",)
    which = (recipient.c.broadcast_id == broadcast_id, recipient.c.state.in_(states), func.coalesce(recipient.c.reason, "").not_in(FINAL))
    span = connection.execute(select(func.min(recipient.c.id), func.max(recipient.c.id)).where(*which)).one()
    if span[0] is None:
        return 0
    again = connection.execute(update(recipient).where(*which).values(state="waiting", attempts=0, due_at=now)).rowcount
    touched = (slice_.c.broadcast_id == broadcast_id, slice_.c.hi >= span[0], slice_.c.lo <= span[1])
    connection.execute(update(slice_).where(*touched).values(done=False, due_at=now))
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(state="sending", finished_at=None))
    audit.note(connection, who=by, verb="retry", about=f"broadcast {broadcast_id}", detail=f"{again} recipients", now=now)
    return again


def send_test(
    connection: Connection, broadcast_id: int, code: str, texts: Texts, library: Library, split: Split, *, by: str, now: datetime
) -> int:
    """The broadcast as its readers get it is on its way to one person, in every language; gives how many messages.

    `code` is the person's public code (chat: *My data*). Raises BroadcastError for a code nobody has.
    """
    found = get(connection, broadcast_id)
    to = connection.execute(
        select(address.c.id, address.c.channel).select_from(address.join(person)).where(person.c.code == code, address.c.blocked_at.is_(None))
        .order_by(address.c.id.desc())
    ).first()  # fmt: skip
    if to is None:
        raise BroadcastError(f"nobody who can be reached has the code {code}; the chat shows it under My data")
    messages = [message for language in LANGUAGES if (message := compose(found.composition, texts, library, language))]
    parts = [part for message in messages for part in split(to.channel, message)]
    for part in parts:
        outgoing.reply(connection, to.id, to.channel, part, now)
    audit.note(connection, who=by, verb="test", about=f"broadcast {broadcast_id}", now=now)
    return len(parts)


def rules_of(connection: Connection, found: Broadcast, channels: Sequence[str]) -> Rules:
    """What decides who is left out of this broadcast. The cap does not hold an urgent one back."""
    cap = 0 if found.urgent else reads.office_of(connection).broadcast_cap
    return rules_for(found.composition, channels, cap)


def rules_for(composition: Composition, channels: Sequence[str], cap: int) -> Rules:
    """What decides who is left out of a broadcast with these texts."""
    return Rules(tuple(channels), left_out(composition), cap)


def _check(connection: Connection, composition: Composition, library: Library) -> None:
    wrong = problems(composition, library)
    target = composition.target
    if target and target.kind == "gathering" and not (target.name.isdecimal() and reads.has_gathering(connection, int(target.name))):
        wrong.append(f"there is no gathering {target.name}; `prag gathering list` shows them")
    if wrong:
        raise BroadcastError("; ".join(wrong))


def _check_approved(connection: Connection, found: Broadcast, rules: Rules, urgent: str, now: datetime) -> None:
    if found.approved_by or urgent:
        return
    size = reads.office_of(connection).approval_size
    people = sum(line.people for line in reads.count(connection, found.segment, rules, now) if not line.reason)
    if people >= size:
        raise BroadcastError(
            f"it would reach {people} people, and from {size} on a second person must approve it: "
            f"prag broadcast approve {found.id} --by NAME (or start it with --urgent and the reason)"
        )


def _need(found: Broadcast, states: Sequence[str], verb: str) -> Broadcast:
    if found.state not in states:
        raise BroadcastError(f"broadcast {found.id} is {found.state}; one can {verb} it only while it is {' or '.join(states)}")
    return found


def _set(connection: Connection, broadcast_id: int, state: str, now: datetime) -> None:
    values: dict[str, Any] = {"state": state} | ({"finished_at": now} if state in reads.OVER else {})
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(values))


def _values(wanted: Wanted) -> dict[str, str]:
    composition = wanted.composition
    return {
        "name": wanted.name,
        "segment": segments.to_json(wanted.segment),
        "button": msgspec.json.encode(composition.target).decode() if composition.target else "",
        "instead": msgspec.json.encode(dict(composition.instead)).decode(),
    }


def _write_texts(connection: Connection, broadcast_id: int, composition: Composition) -> None:
    rows = [{"broadcast_id": broadcast_id, "language": language, "text": text} for language, text in composition.texts.items()]
    connection.execute(insert(broadcast_text), rows)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
