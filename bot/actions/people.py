"""People and their addresses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from bot.actions.codes import new_code
from bot.messages import Language
from bot.store.tables import address, conversation, person, staff_chat

# `last_seen_at` is a day-sized fact: writing it at every message would only cost.
_SEEN_STEP: Final = timedelta(hours=6)

_FIND = (
    select(
        address.c.id.label("address_id"),
        address.c.person_id,
        address.c.blocked_at,
        address.c.session_expires_at,
        staff_chat.c.staff_id,
        person.c.code,
        person.c.language,
        person.c.language_chosen,
        person.c.stopped_at,
        person.c.last_seen_at,
        conversation.c.state,
        conversation.c.private,
    )
    .select_from(
        address.join(person)
        .outerjoin(conversation, conversation.c.address_id == address.c.id)
        .outerjoin(staff_chat, staff_chat.c.address_id == address.c.id)
    )
    .where(address.c.channel == bindparam("channel"), address.c.platform_id == bindparam("platform_id"))
)


@dataclass(frozen=True, slots=True)
class Met:
    """A person as found by one of their addresses, with where their conversation stands."""

    address_id: int
    person_id: int
    code: str
    language: Language
    language_chosen: bool
    stopped: bool
    known: bool
    state: str | None
    private: bytes | None
    session_expires_at: datetime | None = None
    at_desk: bool = False


def meet(connection: Connection, channel: str, platform_id: str, *, now: datetime, language: Language) -> Met:
    """The person at this address; a new one, speaking `language`, if nobody was."""
    row = connection.execute(_FIND, {"channel": channel, "platform_id": platform_id}).first()
    if row is None:
        return _welcome(connection, channel, platform_id, now=now, language=language)
    if now - row.last_seen_at > _SEEN_STEP:
        connection.execute(update(person).where(person.c.id == row.person_id).values(last_seen_at=now))
    if row.blocked_at is not None:
        unblock(connection, row.address_id)
    return Met(
        row.address_id, row.person_id, row.code, row.language, row.language_chosen, row.stopped_at is not None,
        True, row.state, row.private, row.session_expires_at, row.staff_id is not None,
    )  # fmt: skip


def _welcome(connection: Connection, channel: str, platform_id: str, *, now: datetime, language: Language) -> Met:
    code = new_code()
    values = {"code": code, "language": language, "language_chosen": False, "created_at": now, "last_seen_at": now}
    person_id = connection.execute(insert(person).returning(person.c.id), values).scalar_one()
    place = {"person_id": person_id, "channel": channel, "platform_id": platform_id}
    address_id = connection.execute(insert(address).returning(address.c.id), place).scalar_one()
    return Met(address_id, person_id, code, language, False, False, False, None, None)


def hold(connection: Connection, person_id: int) -> None:
    """Nothing else is begun or sent for this person, from another address of theirs, until the transaction ends."""
    connection.execute(select(person.c.id).where(person.c.id == person_id).with_for_update(key_share=True))


def set_language(connection: Connection, person_id: int, language: Language, *, chosen: bool) -> None:
    """The person is answered in `language` from now on."""
    connection.execute(update(person).where(person.c.id == person_id).values(language=language, language_chosen=chosen))


def stop(connection: Connection, person_id: int, now: datetime) -> None:
    """The person gets no notices from now on."""
    connection.execute(update(person).where(person.c.id == person_id).values(stopped_at=now))


def start(connection: Connection, person_id: int) -> None:
    """The person gets notices again."""
    connection.execute(update(person).where(person.c.id == person_id).values(stopped_at=None))


def block(connection: Connection, channel: str, platform_id: str, now: datetime) -> None:
    """The person blocked us at this address or left it: nothing is sent there until they come back."""
    connection.execute(update(address).where(*_at(channel, platform_id)).values(blocked_at=now))


def unblock(connection: Connection, address_id: int) -> None:
    """The person is back at this address."""
    connection.execute(update(address).where(address.c.id == address_id).values(blocked_at=None))


def welcome_back(connection: Connection, channel: str, platform_id: str) -> None:
    """The person let us in again at this address; nothing happens for an address nobody has."""
    connection.execute(update(address).where(*_at(channel, platform_id)).values(blocked_at=None))


def keep_session(connection: Connection, address_id: int, until: datetime) -> None:
    """Messages to this address cost nothing `until` then."""
    connection.execute(update(address).where(address.c.id == address_id).values(session_expires_at=until))


def _at(channel: str, platform_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return address.c.channel == channel, address.c.platform_id == platform_id
