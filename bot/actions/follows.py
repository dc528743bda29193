"""What people follow, and telling them of new gatherings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from bot import gathering_words as gw
from bot.actions import outgoing
from bot.gatherings import Gathering
from bot.localtime import Quiet
from bot.messages import Button, Outgoing
from bot.store import gathering_reads as reads
from bot.store.address_reads import last_spoken
from bot.store.broadcast_reads import office_of
from bot.store.database import insert_new
from bot.store.tables import follow, gathering, party, person
from bot.texts import Texts, Words

SLICE: Final = 200  # people told in one transaction


def start(connection: Connection, person_id: int, about: str, name: str, now: datetime) -> None:
    """The person hears of new gatherings of this kind, topic or place."""
    insert_new(connection, follow, {"person_id": person_id, "about": about, "name": name, "since": now})


def end(connection: Connection, person_id: int, about: str, name: str) -> None:
    """The person no longer hears of them."""
    connection.execute(delete(follow).where(follow.c.person_id == person_id, follow.c.about == about, follow.c.name == name))


def of(connection: Connection, person_id: int) -> list[tuple[str, str]]:
    """What the person follows, as (about, name)."""
    rows = connection.execute(
        select(follow.c.about, follow.c.name).where(follow.c.person_id == person_id).order_by(follow.c.since, follow.c.name)
    )
    return [(row.about, row.name) for row in rows]


def unannounced(connection: Connection, now: datetime) -> list[int]:
    """The open gatherings not everybody was told of yet, outside their quiet hours."""
    new = (gathering.c.state == "open", or_(gathering.c.announced_at.is_(None), gathering.c.announced_to.is_not(None)))
    rows = connection.execute(select(gathering.c.id, gathering.c.zone).where(*new).order_by(gathering.c.id)).all()
    quiet = office_of(connection).quiet if rows else Quiet()
    return [row.id for row in rows if not quiet.holds(now, ZoneInfo(row.zone))]


def announce(connection: Connection, texts: Texts, gathering_id: int, now: datetime) -> int:
    """The next SLICE of those who follow its kind, topic or place have heard of this gathering, once; gives how many.

    Who was the last is kept with the messages, so that a stop in between tells nobody twice. One that is
    over or closed by now is only marked.
    """
    row = connection.execute(
        select(gathering.c.announced_at, gathering.c.announced_to).where(gathering.c.id == gathering_id).with_for_update()
    ).one()
    if row.announced_at is not None and row.announced_to is None:
        return 0
    found = reads.find(connection, gathering_id)
    assert found is not None
    coming = found.phase(now) in ("soon", "open", "full")
    some = _followers(connection, found, row.announced_to or 0) if coming else []
    last = some[-1].id if len(some) == SLICE else None
    begun = {"announced_at": row.announced_at or now, "announced_to": last}
    connection.execute(update(gathering).where(gathering.c.id == gathering_id).values(begun))
    return _tell(connection, texts, found, some, now)


def _tell(connection: Connection, texts: Texts, found: Gathering, some: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> int:
    told = 0
    for row in some:
        to = last_spoken(connection, row.id)
        message = _message(texts[row.language], found, now)
        if to is not None:
            told += isinstance(outgoing.notify(connection, to, message, now, lane="broadcast"), outgoing.Queued)
    return told


def _followers(connection: Connection, found: Gathering, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most SLICE of its followers, in the order of their ids, from the one after `after`."""
    matches = [("kind", found.kind), ("topic", found.topic), ("place", found.municipality)]
    wanted = or_(*(and_(follow.c.about == about, follow.c.name == name) for about, name in matches if name))
    there = select(party.c.person_id).where(party.c.gathering_id == found.id)
    return connection.execute(
        select(person.c.id, person.c.language)
        .select_from(person.join(follow))
        .where(wanted, person.c.id > after, person.c.stopped_at.is_(None), person.c.id.not_in(there))
        .group_by(person.c.id, person.c.language)
        .order_by(person.c.id)
        .limit(SLICE)
    ).all()


def _message(words: Words, found: Gathering, now: datetime) -> Outgoing:
    parts = [
        words("notice-new", {"when": gw.when(words, found)}),
        gw.line(words, found, now),
        words("gathering-free-of-charge"),
        words("notice-new-why"),
    ]
    buttons = (gw.details_button(words, found), Button(words("button-follows"), "follows"))
    return Outgoing("\n\n".join(parts), words.language, buttons)
