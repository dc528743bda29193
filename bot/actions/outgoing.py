"""Messages to people as rows: the only door out.

`reply` answers what the person just did and always goes. `notify` is for everything we send first,
and says why when it does not send.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from bot.messages import LANES, Lane, Outgoing
from bot.store.envelope import enclose
from bot.store.sealing import Vault
from bot.store.tables import address, conversation, outgoing, person

Reason = Literal["stopped", "blocked", "gone"]
_encode_buttons: Final = msgspec.json.Encoder().encode
_INSERT: Final = insert(outgoing).returning(outgoing.c.id)
FETCHING: Final = ("web", "terminal")  # channels whose chats fetch their messages
_IN_ORDER: Final = (
    select(conversation.c.address_id)
    .where(conversation.c.address_id.in_(bindparam("addresses", expanding=True)))
    .order_by(conversation.c.address_id)
    .with_for_update()
)
_SENT: Final = (
    update(outgoing).where(outgoing.c.id == bindparam("row"), outgoing.c.state == "waiting").values(state="sent", sent_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Queued:
    """The message is a row, with this id, and will go."""

    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """The message does not go, and why."""

    reason: Reason


def reply(
    connection: Connection, address_id: int, channel: str, message: Outgoing, now: datetime, *, sensitive: Vault | None = None
) -> int:
    """Queue the answer to something the person did; gives its row.

    One that shows their own answers is `sensitive`: sealed by that vault, and gone a day after sending.
    """
    return _queue(connection, address_id, channel, message, now, lane="reply", seal=sensitive, sensitive=sensitive is not None)


def answer_later(
    connection: Connection, address_id: int, message: Outgoing, now: datetime, *, seal: Vault | None = None
) -> Queued | Skipped:
    """Queue a staff answer to the person's own question: STOP does not hold it back, a blocked bot does.

    With `seal` it rests sealed by that vault.
    """
    where = connection.execute(select(address.c.channel, address.c.blocked_at).where(address.c.id == address_id)).first()
    if where is None:
        return Skipped("gone")
    if where.blocked_at is not None:
        return Skipped("blocked")
    return Queued(_queue(connection, address_id, where.channel, message, now, lane="reply", seal=seal))


def notify(
    connection: Connection,
    address_id: int,
    message: Outgoing,
    now: datetime,
    *,
    lane: Lane,
    despite_stop: bool = False,
    due: datetime | None = None,
) -> Queued | Skipped:
    """Queue something we send first, unless the person does not want it or cannot get it.

    `despite_stop`: the person asked for just this one, or it changes a seat they hold. It goes out at `due`, or at once;
    a chat that fetches its messages shows it when it is opened.
    """
    found = connection.execute(
        select(address.c.channel, address.c.blocked_at, person.c.stopped_at)
        .select_from(address.join(person))
        .where(address.c.id == address_id)
    ).first()
    if found is None:
        return Skipped("gone")
    if found.stopped_at is not None and not despite_stop:
        return Skipped("stopped")
    if found.blocked_at is not None:
        return Skipped("blocked")
    return Queued(_queue(connection, address_id, found.channel, message, now, lane=lane, due=due))


def in_order(connection: Connection, addresses: Sequence[int]) -> None:
    """From here to the commit nobody else queues messages for these addresses.

    A chat that fetches by growing id would never see a lower one that is committed after a higher one.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_IN_ORDER, {"addresses": list(addresses)})


def mark_sent(connection: Connection, rows: list[int], now: datetime) -> None:
    """These messages were handed over."""
    connection.execute(_SENT, [{"row": row, "at": now} for row in rows])


def _queue(
    connection: Connection, address_id: int, channel: str, message: Outgoing, now: datetime, *,
    lane: Lane, seal: Vault | None = None, sensitive: bool = False, due: datetime | None = None,
) -> int:  # fmt: skip
    if channel in FETCHING:
        in_order(connection, [address_id])
    row: int = connection.execute(
        _INSERT,
        {
            "address_id": address_id,
            "channel": channel,
            "lane": LANES.index(lane),
            "text": "" if seal else message.text,
            "language": message.language,
            "buttons": "[]" if seal else _encode_buttons(message.buttons).decode(),
            "sealed": enclose(seal, message) if seal else None,
            "created_at": now,
            "due_at": due or now,
            "state": "waiting",
            "attempts": 0,
            "replaces": message.replaces,
            "sensitive": sensitive,
        },
    ).scalar_one()
    return row
