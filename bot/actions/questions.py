"""What people ask the staff: kept sealed, answered through the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from bot.actions import audit, outgoing
from bot.actions.codes import new_code
from bot.errors import PlainError
from bot.messages import Button, Language, Outgoing
from bot.store.sealing import Vault
from bot.store.tables import question
from bot.texts import Texts

LONGEST: Final = 3500  # characters of an answer: one message on every channel


class QuestionError(PlainError):
    """The question cannot be answered; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    code: str
    due: datetime


def ask(
    connection: Connection,
    vault: Vault,
    *,
    person_id: int,
    address_id: int,
    text: str,
    language: Language,
    now: datetime,
    working_days: int,
) -> Asked:
    """The question is in the inbox, to be answered in `working_days` (Monday to Friday)."""
    asked = Asked(new_code(), working_days_later(now, working_days))
    connection.execute(
        insert(question),
        {
            "code": asked.code,
            "person_id": person_id,
            "address_id": address_id,
            "text": vault.seal(text),
            "language": language,
            "asked_at": now,
            "due_at": asked.due,
        },
    )
    return asked


def answer(
    connection: Connection, vault: Vault, texts: Texts, *, code: str, text: str, by: str, now: datetime
) -> outgoing.Queued | outgoing.Skipped:
    """The person gets the answer where they asked; it is audited. Raises QuestionError for an unknown code or a second answer."""
    found = _find(connection, code)
    if len(text) > LONGEST:
        raise QuestionError(f"the answer has {len(text)} characters; keep it under {LONGEST} so that it is one message everywhere")
    if found.answered_at is not None:
        raise QuestionError(f"question {code} was answered already, by {found.answered_by}")
    connection.execute(update(question).where(question.c.id == found.id).values(answer=vault.seal(text), answered_at=now, answered_by=by))
    audit.note(connection, who=by, verb="question answered", about=audit.blind(vault, code), now=now)
    words = texts[found.language]
    message = Outgoing(
        text=words("staff-answer", {"code": code, "answer": text}),
        language=found.language,
        buttons=(Button(words("button-staff"), "staff_new"), Button(words("button-menu"), "menu")),
    )
    return outgoing.answer_later(connection, found.address_id, message, now, seal=vault)


def open_one(connection: Connection, vault: Vault, code: str, *, by: str, now: datetime) -> Row[Any]:
    """The question for staff to read, and a line in the audit log. Raises QuestionError for an unknown code."""
    found = _find(connection, code)
    audit.note(connection, who=by, verb="question read", about=audit.blind(vault, code), now=now)
    return found


def open_all(connection: Connection, *, answered: bool | None, by: str, now: datetime) -> Sequence[Row[Any]]:
    """The inbox for staff to read, oldest first, and a line in the audit log; only open or only answered ones if asked for."""
    statement = select(question).order_by(question.c.asked_at)
    if answered is not None:
        statement = statement.where(question.c.answered_at.is_not(None) if answered else question.c.answered_at.is_(None))
    rows = connection.execute(statement).all()
    audit.note(connection, who=by, verb="questions listed", about="questions", now=now, detail=str(len(rows)))
    return rows


def _find(connection: Connection, code: str) -> Row[Any]:
    found = connection.execute(select(question).where(question.c.code == code)).first()
    if found is None:
        raise QuestionError(f"there is no question {code}; `prag questions list` shows them")
    return found


def working_days_later(moment: datetime, days: int) -> datetime:
    """The same time of day `days` working days later."""
    while days > 0:
        moment += timedelta(days=1)
        days -= moment.isoweekday() <= 5
    return moment
