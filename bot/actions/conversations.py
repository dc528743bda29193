"""Receipts and the state of conversations."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from bot.store.database import insert_new
from bot.store.tables import conversation, dead_letter, receipt

_UPDATE = (
    update(conversation)
    .where(conversation.c.address_id == bindparam("address"))
    .values(state=bindparam("new_state"), private=bindparam("new_private"))
)
_INSERT = insert(conversation)


def claim(connection: Connection, channel: str, key: str, now: datetime) -> bool:
    """Note that this platform message was received; False when it was received before."""
    return insert_new(connection, receipt, {"channel": channel, "key": key, "received_at": now})


def keep_state(connection: Connection, address_id: int, state: str, private: bytes | None, *, new: bool) -> None:
    """The conversation stands at `state` from now on."""
    if new:
        connection.execute(_INSERT, {"address_id": address_id, "state": state, "private": private})
    else:
        connection.execute(_UPDATE, {"address": address_id, "new_state": state, "new_private": private})


def bury(connection: Connection, channel: str, sealed: bytes, reason: str, now: datetime) -> None:
    """Keep what could not be understood, sealed, so that somebody can look at it."""
    connection.execute(insert(dead_letter), {"channel": channel, "body": sealed, "reason": reason[:80], "at": now})
