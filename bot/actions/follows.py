"""What people follow, and telling them of new gatherings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from bot import gathering_words as gw
from bot.actions import outgoing
from bot.gatherings import Gathering
from bot.messages import Button, Outgoing
from bot.store import gathering_reads as reads
from bot.store.address_reads import last_spoken
from bot.store.broadcast_reads import office_of
from bot.store.database import insert_new
from bot.store.tables import follow, gathering, party, person
from bot.texts import Texts, Words


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
    """The open gatherings nobody was told of yet, outside their quiet hours."""
    new = (gathering.c.state == "open", gathering.c.announced_at.is_(None))
    rows = connection.execute(select(gathering.c.id, gathering.c.zone).where(*new).order_by(gathering.c.id))
    return [row.id for row in rows if not office_of(connection).quiet.holds(now, ZoneInfo(row.zone))]


def announce(connection: Connection, texts: Texts, gathering_id: int, now: datetime) -> int:
    """Everybody who follows its kind, topic or place has heard of this gathering, once; gives how many.

    One that is over or closed by now is only marked.
    """
    claimed = connection.execute(
        update(gathering).where(gathering.c.id == gathering_id, gathering.c.announced_at.is_(None)).values(announced_at=now)
    )
    found = reads.find(connection, gathering_id)
    if claimed.rowcount == 0 or found is None or found.phase(now) not in ("soon", "open", "full"):
        return 0
    told = 0
    for row in _followers(connection, found):
        to = last_spoken(connection, row.id)
        message = _message(texts[row.language], found, now)
        if to is not None:
            told += isinstance(outgoing.notify(connection, to, message, now, lane="broadcast"), outgoing.Queued)
    return told


def _followers(connection: Connection, found: Gathering) -> Iterable[Row[*tuple[Any, ...]]]:
    matches = [("kind", found.kind), ("topic", found.topic), ("place", found.municipality)]
    wanted = or_(*(and_(follow.c.about == about, follow.c.name == name) for about, name in matches if name))
    there = select(party.c.person_id).where(party.c.gathering_id == found.id)
    return connection.execute(
        select(person.c.id, person.c.language)
        .select_from(person.join(follow))
        .where(wanted, person.c.stopped_at.is_(None), person.c.id.not_in(there))
        .group_by(person.c.id, person.c.language)
        .order_by(person.c.id)
    ).all()


def _message(words: Words, found: Gathering, now: datetime) -> Outgoing:
    parts = [words("notice-new", {"when": gw.when(words, found)}), gw.line(words, found, now), words("notice-new-why")]
    buttons = (gw.details_button(words, found), Button(words("button-follows"), "follows"))
    return Outgoing("\n\n".join(parts), words.language, buttons)
