"""Forgetting a person: every row of theirs in one transaction, and a proof that tells nobody who it was."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, select, tuple_, update

from bot.actions import counts, people
from bot.actions.conversations import letters_of
from bot.errors import PlainError
from bot.store.database import insert_new
from bot.store.sealing import Vault
from bot.store.tables import address, dead_letter, erasure, former_code, metadata, party, person, seat_change

Reason = Literal["asked", "office", "retention", "restore", "withdrawn"]


class ErasureError(PlainError):
    """Nobody was erased; the sentence says why."""


def forget(connection: Connection, vault: Vault, person_id: int, *, reason: Reason, now: datetime) -> str:
    """Nothing of this person is in the ledger any more; gives the proof's key, empty if there was nobody.

    Every table that holds something of a person hangs on them by a cascading key, so one statement takes it all;
    only the log of seats has words about people in rows of its own, and messages nobody could read are known by the address.
    """
    code = connection.execute(select(person.c.code).where(person.c.id == person_id)).scalar()
    if code is None:
        return ""
    key, others = key_of(vault, code), _other_keys(connection, vault, person_id)
    rows = rows_of(connection, person_id)
    _unsay_reasons(connection, person_id)
    _burn_letters(connection, vault, person_id)
    counts.keep(connection, person, person.c.id == person_id)
    connection.execute(delete(person).where(person.c.id == person_id))
    prove(connection, key, reason=reason, rows=rows, now=now)
    for other in others:
        prove(connection, other, reason=reason, now=now)
    return key


def prove(connection: Connection, key: str, *, reason: Reason, now: datetime, rows: int = 0) -> None:
    """It is on record that what this keyed hash stands for is gone for good."""
    insert_new(connection, erasure, {"key": key, "at": now, "reason": reason, "rows": rows})


def _other_keys(connection: Connection, vault: Vault, person_id: int) -> list[str]:
    """What else a backup may know the person by: codes they had before they linked, and addresses that were another's."""
    former = connection.execute(select(former_code.c.key).where(former_code.c.person_id == person_id)).scalars().all()
    places = connection.execute(select(address).where(address.c.person_id == person_id)).all()
    return [*former, *(_address_key(vault, row) for row in places)]


def _address_key(vault: Vault, row: Row[Any]) -> str:
    """The keyed hash of this row of an address: who comes back to the address later has another row, and stays."""
    return vault.hash("erasure address", str(row.id), row.channel, row.platform_id)


def _unsay_reasons(connection: Connection, person_id: int) -> None:
    """What staff wrote about the person's seats is gone; the steps themselves stay, so that the order can be replayed."""
    mine = select(party.c.gathering_id, party.c.number).where(party.c.person_id == person_id)
    theirs = tuple_(seat_change.c.gathering_id, seat_change.c.number).in_(mine)
    connection.execute(update(seat_change).where(theirs).values(reason=""))


def _burn_letters(connection: Connection, vault: Vault, person_id: int) -> None:
    places = connection.execute(select(address.c.channel, address.c.platform_id).where(address.c.person_id == person_id)).all()
    theirs = [letters_of(vault, row.channel, row.platform_id) for row in places]
    connection.execute(delete(dead_letter).where(dead_letter.c.address.in_(theirs)))


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
    everybody = connection.execute(select(person.c.id, person.c.code)).all()
    known = [row.id for row in everybody if key_of(vault, row.code) in keys]
    for person_id in known:
        forget(connection, vault, person_id, reason="restore", now=now)
    alone = _forget_addresses(connection, vault, keys)
    for person_id in alone:
        forget(connection, vault, person_id, reason="restore", now=now)
    for key in keys:
        prove(connection, key, reason="restore", now=now)
    return len(known) + len(alone)


def _forget_addresses(connection: Connection, vault: Vault, keys: frozenset[str]) -> list[int]:
    """Addresses that were parted from a person and then erased are theirs no more; gives the people who have no other."""
    alone = []
    for row in connection.execute(select(address)).all():
        if _address_key(vault, row) in keys:
            if people.clear_address(connection, row.id):
                connection.execute(delete(address).where(address.c.id == row.id))
            else:
                alone.append(row.person_id)
    return alone
