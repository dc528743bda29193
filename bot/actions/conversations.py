"""Receipts and the state of conversations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.store.database import BusyError, insert_new
from bot.store.sealing import Vault
from bot.store.tables import address, conversation, dead_letter, receipt

_UPDATE = (
    update(conversation)
    .where(conversation.c.address_id == bindparam("address"))
    .values(state=bindparam("new_state"), private=bindparam("new_private"))
)
_INSERT = insert(conversation)
_THERE = (
    select(conversation.c.address_id)
    .select_from(conversation.join(address))
    .where(address.c.channel == bindparam("channel"), address.c.platform_id == bindparam("platform_id"))
)
_TAKE = _THERE.with_for_update(of=conversation, skip_locked=True)


def claim(connection: Connection, channel: str, key: str, now: datetime) -> bool:
    """Note that this platform message was received; False when it was received before."""
    return insert_new(connection, receipt, {"channel": channel, "key": key, "received_at": now})


def take(connection: Connection, channel: str, platform_id: str) -> None:
    """Nobody else turns this conversation until the transaction ends. Raises BusyError when another process does now.

    Before the conversation is read: what is read then is what stays.
    """
    if connection.dialect.name == "sqlite":
        return  # its one writer is one process
    here = {"channel": channel, "platform_id": platform_id}
    if connection.execute(_TAKE, here).first() is None and connection.execute(_THERE, here).first() is not None:
        raise BusyError


def keep_state(connection: Connection, address_id: int, state: str, private: bytes | None, *, new: bool) -> None:
    """The conversation stands at `state` from now on."""
    if new:
        connection.execute(_INSERT, {"address_id": address_id, "state": state, "private": private})
    else:
        connection.execute(_UPDATE, {"address": address_id, "new_state": state, "new_private": private})


@dataclass(frozen=True, slots=True)
class Letter:
    """What could not be understood, sealed. `address`: what `letters_of` gives for the address it came from."""

    channel: str
    body: bytes
    reason: str
    at: datetime
    address: str | None


def letters_of(vault: Vault, channel: str, platform_id: str) -> str:
    """The keyed hash by which the dead letters from an address are found."""
    return vault.hash("dead letter", channel, platform_id)


def bury(connection: Connection, letter: Letter) -> None:
    """The letter is kept, so that somebody can look at it."""
    row = {"channel": letter.channel, "body": letter.body, "reason": letter.reason[:80], "at": letter.at, "address": letter.address}
    connection.execute(insert(dead_letter), row)
