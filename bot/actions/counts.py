"""Counts that outlive their rows: the yearly report does not shrink when people are erased, purged or linked."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Select, Table, select, update

from bot.store.database import insert_new
from bot.store.tables import past_count, person, question, referral, registration, served


def keep(connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
    """These rows of `table` may go: what the yearly report counts of them, and of what hangs on them, is kept as counts."""
    for what, moments in _counted(table, which):
        months = Counter(f"{moment:%Y-%m}" for moment in connection.execute(moments).scalars())
        for month, count in months.items():
            _add(connection, month, what, count)


def _counted(table: Table, which: ColumnElement[bool]) -> Iterator[tuple[str, Select[tuple[object]]]]:
    """The names of bot.store.yearly_reads, and when what they count happened."""
    rows = select(table.c.id).where(which)
    if table is person:
        yield "people", select(person.c.created_at).where(which)
        yield "answers", select(served.c.at).where(served.c.person_id.in_(rows))
        yield from _counted(question, question.c.person_id.in_(rows))
        yield from _counted(registration, registration.c.person_id.in_(rows))
    elif table is question:
        yield "questions", select(question.c.asked_at).where(which)
    elif table is registration:
        yield "referrals", select(referral.c.at).where(referral.c.registration_id.in_(rows))


def _add(connection: Connection, month: str, what: str, count: int) -> None:
    if not insert_new(connection, past_count, {"month": month, "what": what, "count": count}):
        same = (past_count.c.month == month, past_count.c.what == what)
        connection.execute(update(past_count).where(*same).values(count=past_count.c.count + count))
