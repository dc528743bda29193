"""Files for one person: fetched once with a token that holds for minutes, or sent with a message. Sealed at rest."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from bot.messages import Attachment
from bot.store.sealing import Vault
from bot.store.tables import file, outgoing

LASTS: Final = timedelta(minutes=15)
SENT_WITHIN: Final = timedelta(days=2)  # a file that goes with a message waits so long for it to be sent


def offer(connection: Connection, vault: Vault, address_id: int, content: Attachment, now: datetime) -> str:
    """The file can be fetched once within LASTS; gives the token, which the ledger does not hold."""
    token = secrets.token_urlsafe(24)
    _keep(connection, vault, address_id, content, now + LASTS, token=vault.hash("file", token))
    return token


def attach(connection: Connection, vault: Vault, address_id: int, outgoing_id: int, content: Attachment, now: datetime) -> None:
    """The file goes out with this message, which is a sealed one."""
    _keep(connection, vault, address_id, content, now + SENT_WITHIN, outgoing_id=outgoing_id)


def _keep(
    connection: Connection, vault: Vault, address_id: int, content: Attachment, until: datetime, *,
    token: str | None = None, outgoing_id: int | None = None,
) -> None:  # fmt: skip
    body = vault.seal(content.content.decode("utf-8"))
    values = {"address_id": address_id, "token": token, "outgoing_id": outgoing_id, "body": body, "expires_at": until}
    connection.execute(insert(file), values | {"name": content.name, "media_type": content.media_type})


def take(connection: Connection, vault: Vault, token: str, now: datetime) -> Attachment | None:
    """The file of this token, which then is gone; None for a wrong, used or old token."""
    key = vault.hash("file", token)
    found = connection.execute(select(file).where(file.c.token == key, file.c.expires_at > now)).first()
    connection.execute(delete(file).where(file.c.token == key))
    return Attachment(found.name, found.media_type, vault.open(found.body).encode()) if found else None


def of_messages(connection: Connection, vault: Vault, rows: Sequence[int]) -> dict[int, Attachment]:
    """The files that go with these messages, by message."""
    found = connection.execute(select(file).where(file.c.outgoing_id.in_(rows)))
    return {row.outgoing_id: Attachment(row.name, row.media_type, vault.open(row.body).encode()) for row in found}


def to_purge(connection: Connection, now: datetime) -> bool:
    """Whether a file is still kept that need not be."""
    return connection.execute(select(file.c.id).where(_done_with(now)).limit(1)).first() is not None


def purge(connection: Connection, now: datetime) -> int:
    """Files nobody fetched in time, and those whose message is out or failed, are gone; gives how many."""
    return connection.execute(delete(file).where(_done_with(now))).rowcount


def _done_with(now: datetime) -> ColumnElement[bool]:
    out = select(outgoing.c.id).where(outgoing.c.id == file.c.outgoing_id, outgoing.c.state.not_in(("waiting", "sending")))
    return or_(file.c.expires_at <= now, out.exists())
