"""What happened in a year, as plain counts."""

from datetime import datetime

from sqlalchemy import Column, Connection, func, select

from bot.store.tables import broadcast, gathering, person, question, referral, served


def counts(connection: Connection, begin: datetime, end: datetime) -> dict[str, int]:
    """How many people, questions, answers, gatherings, referrals and broadcasts there were from `begin` to `end`."""

    def count(moment: "Column[datetime]") -> int:
        number: int = connection.execute(select(func.count()).select_from(moment.table).where(moment >= begin, moment < end)).scalar_one()
        return number

    return {
        "people": count(person.c.created_at),
        "questions": count(question.c.asked_at),
        "answers": count(served.c.at),
        "gatherings": count(gathering.c.starts_at),
        "referrals": count(referral.c.at),
        "broadcasts": count(broadcast.c.started_at),
    }
