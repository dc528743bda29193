"""Nothing is kept longer than its purpose: what is over time is purged, and a count of it noted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Delete, Update, and_, delete, insert, or_, select, update

from bot.actions import broadcasts, files, misses
from bot.store.registration_reads import OVER
from bot.store.tables import (
    address,
    conversation,
    dead_letter,
    link_code,
    link_failure,
    outgoing,
    party,
    person,
    purge,
    question,
    receipt,
    registration,
)  # fmt: skip

DAY: Final = timedelta(days=1)
RUN: Final = "the nightly purge"  # what the purge log calls one run, whatever it purged
CLEARING: Final = "the clearing after it"


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
    deliveries: int = 180  # who got a broadcast, after its end; the counts stay
    people: int = 730  # a person not seen for so long who has nothing running with us


def run(connection: Connection, forms: Mapping[str, int], now: datetime, keep: Keep = Keep()) -> dict[str, int]:
    """Everything over its time is gone; gives what was purged, by kind. `forms`: days to keep after the end, by form."""
    done = {name: _count(connection, statement) for name, statement in _statements(forms, keep, now)}
    done["recipients of broadcasts"] = broadcasts.purge(connection, now - keep.deliveries * DAY)
    done["files"] = files.purge(connection, now)
    done["unanswered questions"] = misses.purge(connection, now)
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


def _statements(forms: Mapping[str, int], keep: Keep, now: datetime) -> Iterator[tuple[str, Delete | Update]]:
    """Each purge by name: texts first, then what people gave, then people themselves."""
    text = update(outgoing).values(text=None, sealed=None, buttons="[]").where(outgoing.c.text.is_not(None))
    yield "sensitive texts", text.where(outgoing.c.sensitive, outgoing.c.created_at < now - keep.sensitive * DAY)
    yield "texts", text.where(outgoing.c.created_at < now - keep.messages * DAY)
    unseen = select(address.c.id).join(person).where(person.c.last_seen_at < now - keep.drafts * DAY)
    yield (
        "drafts",
        update(conversation).values(private=None).where(conversation.c.address_id.in_(unseen), conversation.c.private.is_not(None)),
    )
    yield "dead letters", delete(dead_letter).where(dead_letter.c.at < now - keep.letters * DAY)
    yield "receipts", delete(receipt).where(receipt.c.received_at < now - keep.receipts * DAY)
    yield "questions", delete(question).where(question.c.answered_at < now - keep.questions * DAY)
    yield "linking codes", delete(link_code).where(link_code.c.expires_at < now)
    yield "wrong codes", delete(link_failure).where(link_failure.c.at < now - DAY)
    for form, days in forms.items():
        over = and_(registration.c.status.in_(OVER), registration.c.changed_at < now - days * DAY)
        forgotten = registration.c.changed_at < now - (days + keep.idle) * DAY
        yield f"registrations {form}"[:40], delete(registration).where(registration.c.form == form, or_(over, forgotten))
    yield "people", _people(keep, now)


def _people(keep: Keep, now: datetime) -> Delete:
    """People not seen for long who have nothing with us any more: no registration, question or seat."""
    nothing = (~select(table.c.id).where(table.c.person_id == person.c.id).exists() for table in (registration, question, party))
    return delete(person).where(person.c.last_seen_at < now - keep.people * DAY, *nothing)
