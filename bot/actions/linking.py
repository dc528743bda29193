"""One person at several addresses: a one-time code shown at one and typed at another."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.actions import counts, erasure, people, seats
from bot.actions.codes import ALPHABET, new_code
from bot.store.sealing import Vault
from bot.store.tables import address, former_code, link_code, link_failure, metadata, person

LASTS: Final = timedelta(minutes=10)
LENGTH: Final = 8  # characters: 20 ** 8 codes
WRONG: Final = 5  # wrong codes from one address within WINDOW, and they wait
WRONG_ALL: Final = 60  # wrong codes of everybody within WINDOW, and all wait: somebody is guessing
WINDOW: Final = timedelta(minutes=30)
# Tables with at most one row a person for each of these: a second one would break the key.
_UNIQUE: Final = {"follow": ("about", "name")}


@dataclass(frozen=True, slots=True)
class Joined:
    """Both addresses are one person's."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The code is wrong, used or too old."""


@dataclass(frozen=True, slots=True)
class Locked:
    """No code is taken for this long."""

    wait: timedelta


def make(connection: Connection, vault: Vault, person_id: int, now: datetime) -> str:
    """A fresh code that joins to this person; earlier ones of theirs hold no longer."""
    code = fresh()
    connection.execute(delete(link_code).where(link_code.c.person_id == person_id))
    connection.execute(insert(link_code), {"key": vault.hash("link", code), "person_id": person_id, "expires_at": now + LASTS})
    return code


def redeem(
    connection: Connection, vault: Vault, *, person_id: int, address_id: int, code: str, now: datetime
) -> Joined | Wrong | Locked:  # fmt: skip
    """The typing person becomes the one who was shown the code, with all they have; or why not."""
    wait = locked(connection, vault, address_id, now)
    if wait:
        return Locked(wait)
    key = vault.hash("link", code)
    target = connection.execute(select(link_code.c.person_id).where(link_code.c.key == key, link_code.c.expires_at > now)).scalar()
    if target is None or target == person_id:
        note_wrong(connection, vault, address_id, now)
        return Wrong()
    connection.execute(delete(link_code).where(link_code.c.key == key))
    _merge(connection, vault, person_id, target, now)
    return Joined()


def note_wrong(connection: Connection, vault: Vault, address_id: int, now: datetime) -> None:
    """A wrong code came from this address; many of them lock, whoever is forgotten meanwhile."""
    connection.execute(insert(link_failure), {"key": _from(connection, vault, address_id), "at": now})


def _from(connection: Connection, vault: Vault, address_id: int) -> str:
    """A keyed hash of the address: the same for whoever is met there after being forgotten."""
    row = connection.execute(select(address.c.channel, address.c.platform_id).where(address.c.id == address_id)).one()
    return vault.hash("wrong code", row.channel, row.platform_id)


def fresh() -> str:
    """A one-time code nobody can guess while wrong ones lock."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def locked(connection: Connection, vault: Vault, address_id: int, now: datetime) -> timedelta | None:
    """How long until codes are taken again from this address, if too many were wrong."""
    recent = select(func.count(), func.min(link_failure.c.at)).where(link_failure.c.at > now - WINDOW)
    for statement, most in ((recent.where(link_failure.c.key == _from(connection, vault, address_id)), WRONG), (recent, WRONG_ALL)):
        count, first = connection.execute(statement).one()
        if count >= most:
            wait: timedelta = first + WINDOW - now
            return wait
    return None


def _merge(connection: Connection, vault: Vault, old: int, new: int, now: datetime) -> None:
    """All rows of person `old` are `new`'s, and `old` is gone. Where both have the one there can be, `new`'s stays.

    Two registrations of both for the same stay two: the office may be at work on either, and the person withdraws one.
    """
    seats.join(connection, old, new, now)
    _keep_stop(connection, old, new)
    for table in metadata.tables.values():
        if "person_id" not in table.c or table.name in ("link_code", "link_failure"):
            continue
        mine = table.c.person_id == old
        for names in filter(None, [_UNIQUE.get(table.name)]):
            taken = table.alias()
            both = select(taken.c.person_id).where(taken.c.person_id == new, *(taken.c[name] == table.c[name] for name in names))
            mine = mine & ~both.exists()
        connection.execute(update(table).where(mine).values(person_id=new))
    counts.keep(connection, person, person.c.id == old)
    gone = connection.execute(delete(person).where(person.c.id == old).returning(person.c.code)).scalar_one()
    connection.execute(insert(former_code), {"key": erasure.key_of(vault, gone), "person_id": new})


def _keep_stop(connection: Connection, old: int, new: int) -> None:
    """Whoever said STOP at one of the addresses is written to at neither."""
    stopped = connection.execute(select(person.c.stopped_at).where(person.c.id == old)).scalar_one()
    if stopped is not None:
        connection.execute(update(person).where(person.c.id == new, person.c.stopped_at.is_(None)).values(stopped_at=stopped))


def part(connection: Connection, address_id: int, now: datetime) -> bool:
    """This address is a new, empty person's from now on, and what was there stays with the others; False where there are none."""
    if not people.clear_address(connection, address_id):
        return False
    values = select(person.c.language, person.c.language_chosen).select_from(person.join(address)).where(address.c.id == address_id)
    language, chosen = connection.execute(values).one()
    row = {"code": new_code(), "language": language, "language_chosen": chosen, "created_at": now, "last_seen_at": now}
    made = connection.execute(insert(person).returning(person.c.id), row).scalar_one()
    connection.execute(update(address).where(address.c.id == address_id).values(person_id=made))
    return True
