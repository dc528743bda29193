"""Nothing is kept longer than its purpose: what is over time is purged, and a count of it noted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, CursorResult, Delete, Table, Update, and_, delete, insert, or_, select, update

from bot.actions import broadcasts, counts, files, misses
from bot.store.registration_reads import OVER
from bot.store.tables import (
    address,
    conversation,
    dead_letter,
    gathering,
    link_code,
    link_failure,
    outgoing,
    party,
    person,
    purge,
    question,
    receipt,
    registration,
    seat_change,
)  # fmt: skip

DAY: Final = timedelta(days=1)
RUN: Final = "the nightly purge"  # what the purge log calls one run, whatever it purged
CLEARING: Final = "the clearing after it"
_NO_TEXT: Final = {"text": None, "sealed": None, "buttons": "[]"}


@dataclass(frozen=True, slots=True)
class Keep:
    """How long each kind of thing is kept, in days."""

    sensitive: int = 1  # the text of a message that shows somebody's answers, after sending
    messages: int = 30  # the text of any message, after sending
    drafts: int = 30  # a form half filled in, after the person was last seen
    letters: int = 30  # messages nobody could read
    receipts: int = 90  # keyed hashes of messages received
    questions: int = 365  # a question and its answer, after it was answered
    idle: int = 365  # a registration nobody closed, beyond the form's own days
    parties: int = 180  # who had seats, after the gathering
    unknown: int = 180  # a registration for a form that was taken away, where there is no form left to go by
    deliveries: int = 180  # who got a broadcast, after its end; the counts stay
    people: int = 730  # a person not seen for so long who has nothing running with us


def run(connection: Connection, forms: Mapping[str, int], now: datetime, keep: Keep = Keep()) -> dict[str, int]:
    """Everything over its time is gone; gives what was purged, by kind. `forms`: days to keep after the end, by form."""
    found = _drop_shown(connection, now, keep)
    found |= {name: _count(connection, statement) for name, statement in _texts(keep, now)}
    for name, table, which in _given(forms, keep, now):
        counts.keep(connection, table, which)
        found[name] = _count(connection, delete(table).where(which))
    found["recipients of broadcasts"] = broadcasts.purge(connection, now - keep.deliveries * DAY)
    found["unanswered questions"] = misses.purge(connection, now)
    return _noted(connection, found, now)


def shown_to_drop(connection: Connection, now: datetime, keep: Keep = Keep()) -> bool:
    """Whether something is over its time that must not wait for the night: texts that show answers, files."""
    over = select(outgoing.c.id).where(*_sensitive(keep, now)).limit(1)
    return connection.execute(over).first() is not None or files.to_purge(connection, now)


def drop_shown(connection: Connection, now: datetime, keep: Keep = Keep()) -> int:
    """What must not wait for the night is gone; gives how much it was."""
    return sum(_noted(connection, _drop_shown(connection, now, keep), now).values())


def _drop_shown(connection: Connection, now: datetime, keep: Keep) -> dict[str, int]:
    texts = update(outgoing).values(_NO_TEXT).where(*_sensitive(keep, now))
    return {"sensitive texts": _count(connection, texts), "files": files.purge(connection, now)}


def _sensitive(keep: Keep, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return outgoing.c.sensitive, outgoing.c.text.is_not(None), outgoing.c.created_at < now - keep.sensitive * DAY


def _noted(connection: Connection, done: Mapping[str, int], now: datetime) -> dict[str, int]:
    found = {name: count for name, count in done.items() if count}
    if found:
        connection.execute(insert(purge), [{"at": now, "what": name, "count": count} for name, count in found.items()])
    return found


def note_run(connection: Connection, now: datetime) -> None:
    """It is on record that the nightly purge ran now."""
    connection.execute(insert(purge), {"at": now, "what": RUN, "count": 1})


def note_clearing(connection: Connection, now: datetime) -> None:
    """It is on record that journals and old backups were cleared now."""
    connection.execute(insert(purge), {"at": now, "what": CLEARING, "count": 1})


def ran_since(connection: Connection, moment: datetime) -> bool:
    """Whether the nightly purge ran at `moment` or later."""
    return connection.execute(select(purge.c.id).where(purge.c.what == RUN, purge.c.at >= moment).limit(1)).first() is not None


def uncleared(connection: Connection) -> bool:
    """Whether no clearing has followed the last nightly purge."""
    last: str | None = connection.execute(
        select(purge.c.what).where(purge.c.what.in_((RUN, CLEARING))).order_by(purge.c.id.desc()).limit(1)
    ).scalar()
    return last == RUN


def _count(connection: Connection, statement: Delete | Update) -> int:
    result: CursorResult[Any] = connection.execute(statement)
    return result.rowcount


def _texts(keep: Keep, now: datetime) -> Iterator[tuple[str, Delete | Update]]:
    """Each purge of words, and of what the machinery itself keeps, by name."""
    text = update(outgoing).values(_NO_TEXT).where(outgoing.c.text.is_not(None))
    yield "texts", text.where(outgoing.c.created_at < now - keep.messages * DAY)
    unseen = select(address.c.id).join(person).where(person.c.last_seen_at < now - keep.drafts * DAY)
    yield (
        "drafts",
        update(conversation).values(private=None).where(conversation.c.address_id.in_(unseen), conversation.c.private.is_not(None)),
    )
    past = select(gathering.c.id).where(gathering.c.ends_at < now - keep.parties * DAY)
    reasons = update(seat_change).values(reason="").where(seat_change.c.gathering_id.in_(past), seat_change.c.reason != "")
    yield "reasons about seats", reasons
    yield "parties", delete(party).where(party.c.gathering_id.in_(past))
    yield "dead letters", delete(dead_letter).where(dead_letter.c.at < now - keep.letters * DAY)
    yield "receipts", delete(receipt).where(receipt.c.received_at < now - keep.receipts * DAY)
    yield "linking codes", delete(link_code).where(link_code.c.expires_at < now)
    yield "wrong codes", delete(link_failure).where(link_failure.c.at < now - DAY)


def _given(forms: Mapping[str, int], keep: Keep, now: datetime) -> Iterator[tuple[str, Table, ColumnElement[bool]]]:
    """What people gave, then people themselves, by name: the rows that are over their time."""
    yield "questions", question, question.c.answered_at < now - keep.questions * DAY
    for form, days in forms.items():
        yield f"registrations {form}"[:40], registration, and_(registration.c.form == form, _over(days, keep, now))
    strictest = min(forms.values(), default=keep.unknown)
    yield "registrations of forms taken away", registration, and_(registration.c.form.not_in(list(forms)), _over(strictest, keep, now))
    yield "people", person, _idle(keep, now)


def _over(days: int, keep: Keep, now: datetime) -> ColumnElement[bool]:
    ended = and_(registration.c.status.in_(OVER), registration.c.changed_at < now - days * DAY)
    return or_(ended, registration.c.changed_at < now - (days + keep.idle) * DAY)


def _idle(keep: Keep, now: datetime) -> ColumnElement[bool]:
    """People not seen for long who have nothing with us any more: no registration, question or seat."""
    nothing = (~select(table.c.id).where(table.c.person_id == person.c.id).exists() for table in (registration, question, party))
    return and_(person.c.last_seen_at < now - keep.people * DAY, *nothing)
