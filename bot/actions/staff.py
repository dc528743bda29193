"""The staff: who they are, the chats they work in, and what those chats are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.actions import linking, outgoing
from bot.actions.linking import Locked, Wrong
from bot.errors import PlainError
from bot.messages import Button, Language, Outgoing
from bot.store.sealing import Vault
from bot.store.tables import (
    address,
    person,
    question,
    question_notice,
    staff,
    staff_chat,
    staff_code,
)
from bot.store.tables import outgoing as outgoing_table
from bot.texts import Texts

Role = Literal["administrator", "coordinator", "editor", "viewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ANSWERING: Final[tuple[Role, ...]] = ("administrator", "coordinator")  # who may read and answer people's questions
WRITING: Final[tuple[Role, ...]] = ("administrator", "coordinator", "editor")  # who may write broadcasts
OWNER: Final = "owner of the machine"
LASTS: Final = timedelta(minutes=15)


class StaffError(PlainError):
    """The staff list does not allow this; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may do what they are about to do; the audit log knows them by `name`."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Linked:
    """This chat is now one of the staff member's."""

    email: str


def add(connection: Connection, email: str, role: Role, now: datetime) -> None:
    """The person with this e-mail is staff with this role; one who was removed is back."""
    values = {"email": email, "role": role, "added_at": now, "removed_at": None}
    try:
        with connection.begin_nested():
            connection.execute(insert(staff), values)
    except IntegrityError:
        connection.execute(update(staff).where(staff.c.email == email).values(values))


def remove(connection: Connection, email: str, now: datetime) -> None:
    """The person is no longer staff, and none of their chats is told anything. Raises StaffError if nobody is."""
    found = _member(connection, email)
    connection.execute(update(staff).where(staff.c.id == found.id).values(removed_at=now))
    for table in (staff_chat, staff_code):
        connection.execute(delete(table).where(table.c.staff_id == found.id))


def acting(connection: Connection, email: str, roles: Sequence[Role], what: str) -> Member:
    """The member with this e-mail, whose role is one of `roles`; `what` is done by these roles (“broadcasts are approved”).

    While there is no staff at all, whoever owns the machine acts as administrator, under the name they give.
    Raises StaffError for an e-mail nobody of the staff has, and for another role.
    """
    members: dict[str, Role] = {
        row.email: row.role for row in connection.execute(select(staff.c.email, staff.c.role).where(staff.c.removed_at.is_(None)))
    }
    email = email.strip().lower()
    if not members:
        return Member(email[:120] or OWNER, "administrator")
    if email not in members:
        told = f"nobody of the staff has the e-mail {email}" if email else f"{what} by the staff only"
        raise StaffError(f"{told}; say who you are with --by EMAIL (`prag staff list` shows everybody)")
    if members[email] not in roles:
        raise StaffError(f"{email} is {members[email]}; {what} by {' and '.join(f'{role}s' for role in roles)}")
    return Member(email, members[email])


def code_for(connection: Connection, vault: Vault, email: str, now: datetime) -> str:
    """A fresh one-time code with which this member links a chat; an earlier one holds no longer."""
    found = _member(connection, email)
    code = linking.fresh()
    connection.execute(delete(staff_code).where(staff_code.c.staff_id == found.id))
    row = {"key": vault.hash("staff", code), "staff_id": found.id, "expires_at": now + LASTS}
    connection.execute(insert(staff_code), row)
    return code


def link(connection: Connection, vault: Vault, *, address_id: int, code: str, now: datetime) -> Linked | Wrong | Locked:
    """The chat that shows the right code is the member's; wrong codes lock as they do for people."""
    wait = linking.locked(connection, vault, address_id, now)
    if wait:
        return Locked(wait)
    key = vault.hash("staff", code)
    found = connection.execute(
        select(staff.c.id, staff.c.email).select_from(staff_code.join(staff)).where(staff_code.c.key == key, staff_code.c.expires_at > now)
    ).first()
    if found is None:
        linking.note_wrong(connection, vault, address_id, now)
        return Wrong()
    connection.execute(delete(staff_code).where(staff_code.c.key == key))
    connection.execute(delete(staff_chat).where(staff_chat.c.address_id == address_id))
    connection.execute(insert(staff_chat), {"address_id": address_id, "staff_id": found.id, "linked_at": now})
    return Linked(found.email)


def member_at(connection: Connection, address_id: int) -> str | None:
    """The e-mail of the member who works in this chat and may answer people."""
    email: str | None = connection.execute(
        select(staff.c.email)
        .select_from(staff_chat.join(staff))
        .where(staff_chat.c.address_id == address_id, staff.c.removed_at.is_(None), staff.c.role.in_(ANSWERING))
    ).scalar()
    return email


def tell_of_question(connection: Connection, vault: Vault, texts: Texts, *, code: str, text: str, now: datetime) -> None:
    """Every chat of the staff that may answer is told of the question; a reply to that message answers it."""
    asked: int = connection.execute(select(question.c.id).where(question.c.code == code)).scalar_one()
    for chat in _chats(connection):
        words = texts[chat.language]
        message = Outgoing(words("desk-question", {"code": code, "question": text}), chat.language)
        queued = outgoing.answer_later(connection, chat.address_id, message, now, seal=vault)
        if isinstance(queued, outgoing.Queued):
            connection.execute(insert(question_notice), {"outgoing_id": queued.id, "question_id": asked})


def question_replied_to(connection: Connection, address_id: int, platform_message_id: str) -> str | None:
    """The code of the question that this message told of."""
    code: str | None = connection.execute(
        select(question.c.code)
        .select_from(question_notice.join(question).join(outgoing_table, outgoing_table.c.id == question_notice.c.outgoing_id))
        .where(outgoing_table.c.address_id == address_id, outgoing_table.c.platform_message_id == platform_message_id)
    ).scalar()
    return code


# --- the morning note -----------------------------------------------------------------------------


def without_note(connection: Connection, today: date) -> bool:
    """Whether some chat of the staff has not had today's morning note yet."""
    waiting = (
        select(staff.c.id)
        .select_from(staff.join(staff_chat))
        .where(staff.c.removed_at.is_(None), (staff.c.noted_on.is_(None)) | (staff.c.noted_on < today.isoformat()))
    )
    return connection.execute(waiting.limit(1)).first() is not None


def morning_note(connection: Connection, texts: Texts, today: date, now: datetime) -> int:
    """Each linked member is told once today what waits, what is overdue and what could not be sent; gives their number."""
    counts = _counts(connection, now)
    chats = [chat for chat in _chats(connection) if (chat.noted_on or "") < today.isoformat()]
    for chat in chats:
        words = texts[chat.language]
        message = Outgoing(words("desk-morning", counts), chat.language, (Button(words("button-menu"), "menu"),))
        outgoing.answer_later(connection, chat.address_id, message, now)
    connection.execute(update(staff).where(staff.c.removed_at.is_(None)).values(noted_on=today.isoformat()))
    return len(chats)


def _counts(connection: Connection, now: datetime) -> dict[str, int | str]:
    waiting = select(func.count()).select_from(question).where(question.c.answered_at.is_(None))
    failed = (
        select(func.count())
        .select_from(outgoing_table)
        .where(outgoing_table.c.state == "failed", outgoing_table.c.created_at > now - timedelta(days=1))
    )
    return {
        "waiting": connection.execute(waiting).scalar_one(),
        "overdue": connection.execute(waiting.where(question.c.due_at < now)).scalar_one(),
        "failed": connection.execute(failed).scalar_one(),
    }


@dataclass(frozen=True, slots=True)
class _Chat:
    address_id: int
    language: Language
    noted_on: str | None


def _chats(connection: Connection) -> list[_Chat]:
    rows = connection.execute(
        select(staff_chat.c.address_id, person.c.language, staff.c.noted_on)
        .select_from(
            staff_chat.join(staff).join(address, address.c.id == staff_chat.c.address_id).join(person, person.c.id == address.c.person_id)
        )
        .where(staff.c.removed_at.is_(None), staff.c.role.in_(ANSWERING))
    )
    return [_Chat(row.address_id, row.language, row.noted_on) for row in rows]


def _member(connection: Connection, email: str) -> Row[tuple[object, ...]]:
    found = connection.execute(select(staff).where(staff.c.email == email, staff.c.removed_at.is_(None))).first()
    if found is None:
        raise StaffError(f"nobody of the staff has the e-mail {email}; add them with `prag staff add`")
    return found
