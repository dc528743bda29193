"""What happened in a year, as plain counts."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, func, select

from bot.store.tables import broadcast, gathering, past_count, person, question, referral, served


def counts(connection: Connection, year: int, zone: ZoneInfo) -> Counter[str]:
    """How many people, questions, answers, gatherings, referrals and broadcasts there were; those whose rows are gone too."""
    begin, end = (datetime(number, 1, 1, tzinfo=zone).astimezone(UTC) for number in (year, year + 1))

    def count(moment: "Column[datetime]") -> int:
        number: int = connection.execute(select(func.count()).select_from(moment.table).where(moment >= begin, moment < end)).scalar_one()
        return number

    total = Counter(
        {
            "people": count(person.c.created_at),
            "questions": count(question.c.asked_at),
            "answers": count(served.c.at),
            "gatherings": count(gathering.c.starts_at),
            "referrals": count(referral.c.at),
            "broadcasts": count(broadcast.c.started_at),
        }
    )
    total.update(_gone(connection, year))
    return total


def _gone(connection: Connection, year: int) -> Counter[str]:
    rows = select(past_count.c.what, func.sum(past_count.c.count)).where(past_count.c.month.startswith(f"{year}-"))
    return Counter({what: int(count) for what, count in connection.execute(rows.group_by(past_count.c.what))})
