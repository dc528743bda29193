"""After a go-and-see visit: three short questions, answers kept as counts without names; and tidying up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, or_, select, update

from bot.actions import gathering_notices
from bot.gatherings import Gathering
from bot.localtime import Quiet
from bot.store import gathering_reads as reads
from bot.store.broadcast_reads import office_of
from bot.store.database import insert_new
from bot.store.tables import gathering, opinion, party, person
from bot.texts import Texts

QUESTIONS: Final = ("useful", "safe", "again")
ANSWERS: Final = ("yes", "partly", "no")
_SOON: Final = timedelta(hours=2)  # people are let come home first
_TOO_LATE: Final = timedelta(days=7)
KEPT: Final = timedelta(days=7)  # names and telephones, after the end


def to_ask(connection: Connection, now: datetime) -> list[int]:
    """The visitors' parties to be asked now: seated, home again, not asked before, outside quiet hours."""
    rows = connection.execute(
        select(party.c.id, gathering.c.zone)
        .select_from(party.join(gathering))
        .where(
            gathering.c.kind == "go-and-see",
            gathering.c.state == "open",
            gathering.c.ends_at <= now - _SOON,
            gathering.c.ends_at > now - _TOO_LATE,
            party.c.state == "seated",
            or_(party.c.attended.is_(None), party.c.attended > 0),
            party.c.opinion_asked_at.is_(None),
        )
        .limit(200)
    ).all()
    quiet = office_of(connection).quiet if rows else Quiet()
    return [row.id for row in rows if not quiet.holds(now, ZoneInfo(row.zone))]


def ask(connection: Connection, texts: Texts, parties: Sequence[int], now: datetime) -> int:
    """Each of these parties was asked once; gives how many."""
    free = (party.c.id.in_(list(parties)), party.c.opinion_asked_at.is_(None))
    wanted = select(party, person.c.language).select_from(party.join(person)).where(*free)
    rows: Sequence[Row[Any]] = connection.execute(wanted.with_for_update(of=party, skip_locked=True)).all()
    for row in rows:
        found = reads.find(connection, row.gathering_id)
        assert found is not None
        gathering_notices.ask_opinion(connection, texts, found, row, now)
        connection.execute(update(party).where(party.c.id == row.id).values(opinion_asked_at=now))
    return len(rows)


def count(connection: Connection, found: Gathering, *, person_id: int, question: str, answer: str, now: datetime) -> bool:
    """Count one answer of somebody who was there; False where it is not theirs to give, or they are done."""
    if question not in QUESTIONS or answer not in ANSWERS or now < found.ends_at:
        return False
    mine = (party.c.gathering_id == found.id, party.c.person_id == person_id, party.c.state == "seated")
    row = connection.execute(select(party.c.id, party.c.opinions).where(*mine).with_for_update()).first()
    if row is None or question in row.opinions.split():
        return False
    connection.execute(update(party).where(party.c.id == row.id).values(opinions=f"{row.opinions} {question}".strip()))
    key = {"gathering_id": found.id, "question": question, "answer": answer}
    if not insert_new(connection, opinion, key | {"count": 1}):
        same = [opinion.c[name] == value for name, value in key.items()]
        connection.execute(update(opinion).where(*same).values(count=opinion.c.count + 1))
    return True


def next_question(question: str) -> str:
    """The question after this one, empty after the last."""
    after = QUESTIONS[QUESTIONS.index(question) + 1 :]
    return after[0] if after else ""


def names_to_drop(connection: Connection, now: datetime) -> bool:
    """Whether names or telephones of a gathering long over are still kept."""
    return connection.execute(select(party.c.id).where(*_old_names(now)).limit(1)).first() is not None


def drop_names(connection: Connection, now: datetime) -> int:
    """Names and telephones of gatherings over for a week are gone; gives for how many parties."""
    return connection.execute(update(party).where(*_old_names(now)).values(names=None, phone=None)).rowcount


def _old_names(now: datetime) -> tuple[Any, ...]:
    over = select(gathering.c.id).where(gathering.c.ends_at < now - KEPT)
    return or_(party.c.names.is_not(None), party.c.phone.is_not(None)), party.c.gathering_id.in_(over)
