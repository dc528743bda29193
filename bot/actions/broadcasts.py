"""Broadcasts: written, approved, scheduled, started, paused, resumed, stopped. Every verb is on record.

draft ─▶ scheduled ─▶ preparing ─▶ sending ⇄ paused ─▶ done
                                      └──────────────▶ stopped
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, case, delete, func, insert, select, update

from bot import segments
from bot.actions import audit, deliveries, outgoing, segment_checks
from bot.actions.readers import Reader
from bot.actions.staff import ANSWERING, WRITING, Member, StaffError, acting
from bot.broadcasts import Composition
from bot.composing import compose, fingerprint, left_out, problems
from bot.errors import PlainError
from bot.library import Library
from bot.localtime import Settled, settle, wall_of
from bot.messages import LANGUAGES, Split
from bot.segments import CHANNELS, REGISTERED, Segment
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Broadcast, Rules
from bot.store.tables import address, broadcast, broadcast_tally, broadcast_text, person, recipient, slice_
from bot.texts import Texts

UNBEGUN: Final = ("draft", "scheduled")
RUNNING: Final = ("preparing", "sending")
# Failures that another try would only repeat: the person is not there.
FINAL: Final = ("blocked", "gone")
NAME_LIMIT: Final = 120  # characters, as the ledger holds them
URGENT_LIMIT: Final = 200


class BroadcastError(PlainError):
    """This cannot be done with the broadcast now; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff write of a broadcast."""

    name: str
    composition: Composition
    segment: Segment


@dataclass(frozen=True, slots=True)
class Start:
    """When it is to go: at `wall` on the clocks of `zone`, or at once without one.

    `urgent` is the reason why it cannot wait for a second person, nor for the end of the quiet hours.
    """

    zone: ZoneInfo
    wall: datetime | None = None
    urgent: str = ""


def get(connection: Connection, broadcast_id: int) -> Broadcast:
    """The broadcast. Raises BroadcastError when there is none with this number."""
    found = reads.find(connection, broadcast_id)
    if found is None:
        raise BroadcastError(f"there is no broadcast {broadcast_id}; `prag broadcast list` shows them")
    return found


def create(connection: Connection, wanted: Wanted, library: Library, *, by: str, now: datetime) -> int:
    """A draft exists; gives its number. Raises BroadcastError for what could not be sent."""
    who = _writer(connection, by)
    _check(connection, wanted, library, who)
    row = _values(wanted) | {"state": "draft", "created_by": who.name, "created_at": now}
    number: int = connection.execute(insert(broadcast).returning(broadcast.c.id), row).scalar_one()
    _write_texts(connection, number, wanted.composition)
    audit.note(connection, who=who.name, verb="write", about=f"broadcast {number}", now=now)
    return number


def edit(connection: Connection, broadcast_id: int, wanted: Wanted, library: Library, *, by: str, now: datetime) -> None:
    """The draft says this now; an approval it had is void."""
    who = _writer(connection, by)
    _need(connection, broadcast_id, UNBEGUN, "change")
    _check(connection, wanted, library, who)
    void = {"approved_by": "", "approved_at": None, "created_by": who.name}
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(_values(wanted) | _UNSCHEDULED | void))
    connection.execute(delete(broadcast_text).where(broadcast_text.c.broadcast_id == broadcast_id))
    _write_texts(connection, broadcast_id, wanted.composition)
    audit.note(connection, who=who.name, verb="change", about=f"broadcast {broadcast_id}", now=now)


def discard(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """The draft is gone."""
    who = _writer(connection, by)
    _need(connection, broadcast_id, UNBEGUN, "discard")
    connection.execute(delete(broadcast).where(broadcast.c.id == broadcast_id))
    audit.note(connection, who=who.name, verb="discard", about=f"broadcast {broadcast_id}", now=now)


def approve(connection: Connection, broadcast_id: int, library: Library, *, by: str, now: datetime, seen: str = "") -> None:
    """A second person has read it, namely what has the fingerprint `seen` if they say so.

    Raises BroadcastError when it is the one who wrote it, or when it says something else by now.
    """
    who = acting(connection, by, ANSWERING, "broadcasts are approved")
    found = _need(connection, broadcast_id, UNBEGUN, "approve")
    _require_forms(found.segment, library, who)
    if _same(found.created_by, who.name):
        raise BroadcastError("whoever wrote a broadcast cannot approve it; ask a colleague to read it")
    read = fingerprint(found.composition, found.segment)
    if seen and seen != read:
        raise BroadcastError(f"broadcast {broadcast_id} is no longer what you read: it is {read} now; look at it again with preview")
    values = {"approved_by": who.name, "approved_at": now}
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(values))
    audit.note(connection, who=who.name, verb="approve", about=f"broadcast {broadcast_id}", detail=read, now=now)


def start(connection: Connection, broadcast_id: int, wanted: Start, *, by: str, now: datetime) -> Settled:
    """It goes when it is wanted; gives when that is.

    A broadcast above the office's approval size needs an approval, or a reason why it is urgent.
    """
    who = acting(connection, by, ANSWERING, "broadcasts are started")
    found = _need(connection, broadcast_id, UNBEGUN, "start")
    urgent = _reason(wanted)
    people = 0 if urgent else _unapproved(connection, found, now)
    if people:
        raise BroadcastError(_needs_approval(connection, found, people))
    settled = settle(wanted.wall, wanted.zone) if wanted.wall else Settled(wall_of(now, wanted.zone), now, "none")
    if wanted.wall and settled.at <= now:
        raise BroadcastError(f"{wanted.wall:%Y-%m-%d %H:%M} is over; give a time to come, or leave it away to start at once")
    when = {"start_at": settled.at, "wall": f"{settled.wall:%Y-%m-%dT%H:%M}", "zone": wanted.zone.key}
    values = {"state": "scheduled", "urgent": urgent, "held": 0} | when
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(values))
    verb = "start urgently" if urgent else "start"
    audit.note(connection, who=who.name, verb=verb, about=f"broadcast {broadcast_id}", detail=urgent, now=now)
    return settled


def begin_due(connection: Connection, now: datetime, *, quiet: bool) -> list[int]:
    """Scheduled broadcasts whose time has come are being prepared, in quiet hours only urgent ones; gives their numbers.

    One that would by now reach so many people that it needs an approval, and has none, is a draft again.
    """
    due = [broadcast.c.state == "scheduled", broadcast.c.start_at <= now]
    if quiet:
        due.append(broadcast.c.urgent != "")
    wanted = select(broadcast.c.id).where(*due).order_by(broadcast.c.id)
    numbers = connection.execute(wanted.with_for_update(key_share=True, skip_locked=True)).scalars().all()
    return [number for number in numbers if _begun(connection, get(connection, number), now)]


def _begun(connection: Connection, found: Broadcast, now: datetime) -> bool:
    people = _unapproved(connection, found, now)
    values = _UNSCHEDULED | {"held": people} if people else {"state": "preparing", "started_at": now}
    connection.execute(update(broadcast).where(broadcast.c.id == found.id).values(values))
    if people:
        audit.note(connection, who="prag", verb="hold back", about=f"broadcast {found.id}", detail=f"{people} people", now=now)
    return not people


def pause(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """No new request starts within a second; what is under way ends."""
    who = _writer(connection, by)
    _need(connection, broadcast_id, RUNNING, "pause")
    _set(connection, broadcast_id, "paused", now)
    audit.note(connection, who=who.name, verb="pause", about=f"broadcast {broadcast_id}", now=now)


def resume(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """It goes on where it was paused."""
    who = acting(connection, by, ANSWERING, "broadcasts are resumed")
    found = _need(connection, broadcast_id, ("paused",), "resume")
    _set(connection, broadcast_id, "sending" if found.prepared else "preparing", now)
    audit.note(connection, who=who.name, verb="resume", about=f"broadcast {broadcast_id}", now=now)


def stop(connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None:
    """It is over for good: whoever has not got it or not fetched it, does not get it. A scheduled one is a draft again."""
    who = _writer(connection, by)
    found = _need(connection, broadcast_id, ("scheduled", *RUNNING, "paused"), "stop")
    if found.state == "scheduled":
        connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(_UNSCHEDULED))
    else:
        _set(connection, broadcast_id, "stopped", now)
        deliveries.withdraw(connection, broadcast_id)
    audit.note(connection, who=who.name, verb="stop", about=f"broadcast {broadcast_id}", now=now)


def retry_failed(connection: Connection, broadcast_id: int, *, by: str, now: datetime, unknown: bool = False) -> int:
    """Those it failed for are tried again, with `unknown` also those of whom we do not know; gives how many.

    People who have blocked us or left are not tried.
    """
    who = acting(connection, by, ANSWERING, "broadcasts are sent again")
    _need(connection, broadcast_id, ("done",), "retry")
    states = ("failed", "unknown") if unknown else ("failed",)
    which = (recipient.c.broadcast_id == broadcast_id, recipient.c.state.in_(states), func.coalesce(recipient.c.reason, "").not_in(FINAL))
    span = connection.execute(select(func.min(recipient.c.id), func.max(recipient.c.id)).where(*which)).one()
    if span[0] is None:
        return 0
    # Whoever may have it already may get it twice: that stays on record.
    perhaps = case((recipient.c.state == "unknown", "resent"), else_=recipient.c.reason)
    values = {"state": "waiting", "reason": perhaps, "attempts": 0, "due_at": now}
    again = connection.execute(update(recipient).where(*which).values(values)).rowcount
    touched = (slice_.c.broadcast_id == broadcast_id, slice_.c.hi >= span[0], slice_.c.lo <= span[1])
    connection.execute(update(slice_).where(*touched).values(done=False, due_at=now))
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(state="sending", finished_at=None))
    audit.note(connection, who=who.name, verb="retry", about=f"broadcast {broadcast_id}", detail=f"{again} recipients", now=now)
    return again


def purge(connection: Connection, before: datetime) -> int:
    """Of broadcasts that ended before then only the counts are left; gives how many recipients' rows are gone."""
    gone = 0
    for number in reads.with_recipients(connection, before):
        counts = [asdict(line) | {"broadcast_id": number} for line in reads.tally(connection, number)]
        connection.execute(insert(broadcast_tally), counts)
        connection.execute(delete(slice_).where(slice_.c.broadcast_id == number))
        gone += connection.execute(delete(recipient).where(recipient.c.broadcast_id == number)).rowcount
    return gone


def send_test(
    connection: Connection, broadcast_id: int, code: str, texts: Texts, library: Library, split: Split, *, by: str, now: datetime
) -> int:
    """The broadcast as its readers get it is on its way to one person, in every language; gives how many messages.

    `code` is the person's public code (chat: *My data*). Raises BroadcastError for a code nobody has.
    """
    who = _writer(connection, by)
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
    audit.note(connection, who=who.name, verb="test", about=f"broadcast {broadcast_id}", now=now)
    return len(parts)


def require_right(connection: Connection, found: Broadcast, library: Library, *, by: str) -> None:
    """Whoever asks may know whom this broadcast is for. Raises StaffError otherwise.

    Only where registrations decide whom it is for does it matter who asks.
    """
    if any(found.segment.of(field) for field in REGISTERED):
        _require_forms(found.segment, library, acting(connection, by, ANSWERING, "registrations are read"))


def exporter(connection: Connection, found: Broadcast, library: Library, *, by: str) -> Member:
    """The member who may have the list of this broadcast's recipients. Raises StaffError for anybody else."""
    who = acting(connection, by, ANSWERING, "lists of recipients are read")
    _require_forms(found.segment, library, who)
    return who


def rules_of(connection: Connection, found: Broadcast, channels: Sequence[str]) -> Rules:
    """What decides who is left out of this broadcast. The cap does not hold an urgent one back."""
    cap = 0 if found.urgent else reads.office_of(connection).broadcast_cap
    return rules_for(found.composition, channels, cap)


def rules_for(composition: Composition, channels: Sequence[str], cap: int) -> Rules:
    """What decides who is left out of a broadcast with these texts."""
    return Rules(tuple(channels), left_out(composition), cap)


def _check(connection: Connection, wanted: Wanted, library: Library, who: Member) -> None:
    _require_forms(wanted.segment, library, who)
    wrong = problems(wanted.composition, library) + segment_checks.faults(connection, wanted.segment, library)
    if not 0 < len(wanted.name.strip()) <= NAME_LIMIT:
        wrong.append(f"the name must have 1 to {NAME_LIMIT} characters, and has {len(wanted.name.strip())}")
    target = wanted.composition.target
    if target and target.kind == "gathering" and not (target.name.isdecimal() and reads.has_gathering(connection, int(target.name))):
        wrong.append(f"there is no gathering {target.name}; `prag gathering list` shows them")
    if wrong:
        raise BroadcastError("; ".join(wrong))


def _writer(connection: Connection, by: str) -> Member:
    return acting(connection, by, WRITING, "broadcasts are written")


def _reason(wanted: Start) -> str:
    reason = wanted.urgent.strip()
    if wanted.urgent and not reason:
        raise BroadcastError("the reason for the urgency is empty; write why it cannot wait for a second person")
    if len(reason) > URGENT_LIMIT:
        raise BroadcastError(f"the reason for the urgency has {len(reason)} characters; at most {URGENT_LIMIT} are kept, so shorten it")
    return reason


def _unapproved(connection: Connection, found: Broadcast, now: datetime) -> int:
    """How many it would reach if that is so many that it needs an approval it does not have; else 0.

    On all channels: whoever counts may have other settings than whoever sends.
    """
    if found.approved_by or found.urgent:
        return 0
    counted = reads.count(connection, found.segment, rules_of(connection, found, CHANNELS), now)
    people = sum(line.people for line in counted if not line.reason)
    return people if people >= reads.office_of(connection).approval_size else 0


def _needs_approval(connection: Connection, found: Broadcast, people: int) -> str:
    return (
        f"it would reach {people} people, and from {reads.office_of(connection).approval_size} on a second person must approve it: "
        f"prag broadcast approve {found.id} --by EMAIL (or start it with --urgent and the reason)"
    )


def _need(connection: Connection, broadcast_id: int, states: Sequence[str], verb: str) -> Broadcast:
    """The broadcast, which nobody else changes before the transaction ends; it must be in one of the states."""
    # Locked before it is read: what another transaction has just committed is seen.
    connection.execute(select(broadcast.c.id).where(broadcast.c.id == broadcast_id).with_for_update(key_share=True))
    found = get(connection, broadcast_id)
    if found.state not in states:
        raise BroadcastError(f"broadcast {found.id} is {found.state}; one can {verb} it only while it is {' or '.join(states)}")
    return found


_UNSCHEDULED: Final[dict[str, Any]] = {"state": "draft", "urgent": "", "start_at": None, "wall": "", "zone": "", "held": 0}


def _set(connection: Connection, broadcast_id: int, state: str, now: datetime) -> None:
    values: dict[str, Any] = {"state": state} | ({"finished_at": now} if state in reads.OVER else {})
    connection.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(values))


def _values(wanted: Wanted) -> dict[str, str]:
    composition = wanted.composition
    return {
        "name": wanted.name.strip(),
        "segment": segments.to_json(wanted.segment),
        "button": msgspec.json.encode(composition.target).decode() if composition.target else "",
        "instead": msgspec.json.encode(dict(composition.instead)).decode(),
    }


def _write_texts(connection: Connection, broadcast_id: int, composition: Composition) -> None:
    rows = [{"broadcast_id": broadcast_id, "language": language, "text": text} for language, text in composition.texts.items()]
    connection.execute(insert(broadcast_text), rows)


def _require_forms(segment: Segment, library: Library, who: Member) -> None:
    """Raise StaffError when the segment speaks of registrations that are not for this member to read."""
    if who.role not in ANSWERING and any(segment.of(field) for field in REGISTERED):
        raise StaffError(f"{who.name} is {who.role}; whom a registration makes a broadcast for is read by {' and '.join(ANSWERING)} only")
    reader = Reader(who.name, who.role)
    for name in sorted({value.partition(":")[0] for condition in segment.of("form") for value in condition.values}):
        reader.require(library.forms.get(name), name)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
