"""What the outbox writes: which rows are being sent by whom, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from bot import clock
from bot.actions import files
from bot.messages import LANES, Attachment, Button, Lane, Language
from bot.store.database import hold, is_gone
from bot.store.envelope import disclose
from bot.store.sealing import SealError, Vault
from bot.store.tables import address, outgoing, recipient

State = Literal["waiting", "sent", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this process is sending now. `attempts` counts this try too."""

    id: int
    address_id: int
    platform_id: str
    lane: Lane
    text: str
    language: Language
    buttons: tuple[Button, ...]
    replaces: str | None
    attempts: int
    sealed: bytes | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one send. `wait` is how long a waiting one rests; `moved_to` the chat's new id."""

    id: int
    state: State
    reason: str | None = None
    platform_message_id: str | None = None
    wait: timedelta = timedelta()
    unreachable: bool = False
    moved_to: str | None = None


_decode_buttons: Final = msgspec.json.Decoder(tuple[Button, ...]).decode
_other = outgoing.alias("other")
_UNDER_WAY: Final = select(_other.c.address_id).where(_other.c.channel == bindparam("channel"), _other.c.state == "sending")
_READY: Final = (
    select(
        outgoing.c.id, outgoing.c.address_id, outgoing.c.lane, outgoing.c.text, outgoing.c.language, outgoing.c.buttons,
        outgoing.c.replaces, outgoing.c.attempts, outgoing.c.sealed, address.c.platform_id,
    )
    .select_from(outgoing.join(address))
    .where(
        outgoing.c.channel == bindparam("channel"),
        outgoing.c.state == "waiting",
        outgoing.c.due_at <= bindparam("now"),
        outgoing.c.text.is_not(None),
        outgoing.c.address_id.not_in(bindparam("busy", expanding=True)),
        outgoing.c.address_id.not_in(_UNDER_WAY),
    )
    .order_by(outgoing.c.lane, outgoing.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=outgoing, skip_locked=True)
)  # fmt: skip
_CLAIM: Final = (
    update(outgoing)
    .where(outgoing.c.id.in_(bindparam("rows", expanding=True)), outgoing.c.state == "waiting")
    .values(state="sending", claimed_by=bindparam("process"), attempts=outgoing.c.attempts + 1)
)
_SENT: Final = (
    update(outgoing)
    .where(outgoing.c.id == bindparam("row"))
    .values(state="sent", sent_at=bindparam("at"), platform_message_id=bindparam("theirs"), claimed_by=None)
)


def claim(connection: Connection, *, channel: str, process: str, most: int, busy: frozenset[int], now: datetime) -> list[Claimed] | None:
    """At most `most` rows that are due, now claimed by `process`: the oldest of each chat that is not busy.

    None when another process claims on this channel at this very moment: two at once could each take a
    message of one chat.
    """
    if not hold(connection, f"claims {channel}"):
        return None
    found = connection.execute(_READY, {"channel": channel, "now": now, "busy": list(busy), "most": most}).all()
    first: dict[int, Claimed] = {}
    for row in found:
        if row.address_id not in first:
            first[row.address_id] = Claimed(
                row.id, row.address_id, row.platform_id, LANES[row.lane], row.text, row.language,
                _decode_buttons(row.buttons), row.replaces, row.attempts + 1, row.sealed,
            )  # fmt: skip
    claimed = list(first.values())
    if claimed:
        connection.execute(_CLAIM, {"rows": [one.id for one in claimed], "process": process})
    return claimed


def complete(connection: Connection, vault: Vault, rows: Sequence[Claimed]) -> list[Claimed]:
    """These claimed rows as they are to be sent: sealed texts opened, files added.

    One that no data key opens has failed, and keeps no other back.
    """
    found = []
    for row in rows:
        try:
            found.append(_opened(connection, vault, row))
        except SealError:
            record(connection, results=[Result(row.id, "failed", reason="key missing")], now=clock.now())
    return found


def _opened(connection: Connection, vault: Vault, row: Claimed) -> Claimed:
    if row.sealed is None:  # and so without a file
        return row
    content = disclose(vault, row.sealed)
    attachment = files.of_messages(connection, vault, [row.id]).get(row.id)
    return replace(row, text=content.text, buttons=content.buttons, sealed=None, attachment=attachment)


def record(connection: Connection, *, results: list[Result], now: datetime) -> None:
    """The results are in the ledger. A row erased meanwhile stays erased."""
    sent = [{"row": r.id, "at": now, "theirs": r.platform_message_id} for r in results if r.state == "sent"]
    if sent:
        connection.execute(_SENT, sent)
    for result in results:
        if result.state != "sent":
            _record_failure(connection, result, now)


def _record_failure(connection: Connection, result: Result, now: datetime) -> None:
    connection.execute(
        update(outgoing)
        .where(outgoing.c.id == result.id)
        .values(state=result.state, reason=result.reason, due_at=now + result.wait, claimed_by=None)
    )
    where = select(outgoing.c.address_id).where(outgoing.c.id == result.id).scalar_subquery()
    if result.unreachable:
        connection.execute(update(address).where(address.c.id == where).values(blocked_at=now))
    if result.moved_to is not None:
        connection.execute(update(address).where(address.c.id == where).values(platform_id=result.moved_to))


# What a platform tells of a message it has: each only overrides what comes before it.
_LATER: Final = {"delivered": ("sent", "sending"), "seen": ("sent", "sending", "delivered"), "failed": ("sent", "sending")}


def confirm(connection: Connection, *, channel: str, platform_id: str, message: str, state: str) -> None:
    """The platform told that its `message` to this address was delivered, seen, or failed after all."""
    where = select(address.c.id).where(address.c.channel == channel, address.c.platform_id == platform_id).scalar_subquery()
    for table in (outgoing, recipient):
        mine = (table.c.address_id == where, table.c.platform_message_id == message, table.c.state.in_(_LATER[state]))
        connection.execute(update(table).where(*mine).values(state=state))


def orphaned(connection: Connection, *, channel: str, process: str) -> frozenset[str]:
    """The processes that have claimed messages of this channel and are no more."""
    claimed = (outgoing.c.channel == channel, outgoing.c.state == "sending", outgoing.c.claimed_by != process)
    names = connection.execute(select(outgoing.c.claimed_by).where(*claimed).distinct()).scalars().all()
    return frozenset(name for name in names if is_gone(connection, name))


def release(connection: Connection, *, channel: str, processes: frozenset[str]) -> int:
    """What these dead processes were sending waits again, marked as perhaps sent already; gives how much it was."""
    theirs = (outgoing.c.channel == channel, outgoing.c.state == "sending", outgoing.c.claimed_by.in_(processes))
    return connection.execute(update(outgoing).where(*theirs).values(state="waiting", reason="resent")).rowcount


def waiting(connection: Connection, channel: str) -> int:
    """How many messages wait to be sent on this channel."""
    return connection.execute(
        select(func.count()).where(outgoing.c.channel == channel, outgoing.c.state.in_(("waiting", "sending")))
    ).scalar_one()
