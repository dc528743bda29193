"""Forgetting a person: every row of theirs in one transaction, and a proof that tells nobody who it was."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, select, tuple_, update

from bot.errors import PlainError
from bot.store.database import insert_new
from bot.store.sealing import Vault
from bot.store.tables import address, erasure, metadata, party, person, seat_change

Reason = Literal["asked", "office", "retention", "restore"]


class ErasureError(PlainError):
    """Nobody was erased; the sentence says why."""


def forget(connection: Connection, vault: Vault, person_id: int, *, reason: Reason, now: datetime) -> str:
    """Nothing of this person is in the ledger any more; gives the proof's key, empty if there was nobody.

    Every table that holds something of a person hangs on them by a cascading key, so one statement takes it all;
    only the log of seats has words about people in rows of its own.
    """
    code = connection.execute(select(person.c.code).where(person.c.id == person_id)).scalar()
    if code is None:
        return ""
    rows = rows_of(connection, person_id)
    _unsay_reasons(connection, person_id)
    connection.execute(delete(person).where(person.c.id == person_id))
    key = key_of(vault, code)
    insert_new(connection, erasure, {"key": key, "at": now, "reason": reason, "rows": rows})
    return key


def _unsay_reasons(connection: Connection, person_id: int) -> None:
    """What staff wrote about the person's seats is gone; the steps themselves stay, so that the order can be replayed."""
    mine = select(party.c.gathering_id, party.c.number).where(party.c.person_id == person_id)
    theirs = tuple_(seat_change.c.gathering_id, seat_change.c.number).in_(mine)
    connection.execute(update(seat_change).where(theirs).values(reason=""))


def forget_code(connection: Connection, vault: Vault, code: str, now: datetime) -> str:
    """The person with this code is forgotten at the office's hand. Raises ErasureError for an unknown code."""
    person_id = connection.execute(select(person.c.id).where(person.c.code == code)).scalar()
    if person_id is None:
        raise ErasureError(f"there is no person with the code {code}; the code stands in the person's settings")
    return forget(connection, vault, person_id, reason="office", now=now)


def key_of(vault: Vault, code: str) -> str:
    """The keyed hash a person's erasure is known by."""
    return vault.hash("erasure", code)


def rows_of(connection: Connection, person_id: int) -> int:
    """How many rows hang on this person directly or by an address of theirs, their own included."""
    places = select(address.c.id).where(address.c.person_id == person_id)
    total = 1
    for table in metadata.tables.values():
        if "person_id" in table.c:
            total += connection.execute(select(func.count()).select_from(table).where(table.c.person_id == person_id)).scalar_one()
        elif "address_id" in table.c:
            total += connection.execute(select(func.count()).select_from(table).where(table.c.address_id.in_(places))).scalar_one()
    return total


def forget_again(connection: Connection, vault: Vault, keys: frozenset[str], now: datetime) -> int:
    """Whoever of these was erased before is erased again (after a backup was restored); gives how many."""
    people = connection.execute(select(person.c.id, person.c.code)).all()
    known = [row.id for row in people if key_of(vault, row.code) in keys]
    for person_id in known:
        forget(connection, vault, person_id, reason="restore", now=now)
    for key in keys:
        insert_new(connection, erasure, {"key": key, "at": now, "reason": "restore", "rows": 0})
    return len(known)
