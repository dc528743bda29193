"""What people are told of their seats without having asked: each notice made and queued in one place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select

from bot import gathering_words as gw
from bot.actions import outgoing
from bot.gatherings import Gathering, Mine
from bot.messages import Button, Outgoing
from bot.seating import HOLDING
from bot.store import gathering_reads as reads
from bot.store.address_reads import last_spoken
from bot.store.tables import party, person
from bot.texts import Texts, Words

Notice = Literal["offer", "lapsed", "seated", "waiting", "held", "removed", "moved", "cancelled"]
_CHANGES: Final = (("button-change-size", "size"), ("button-leave-seat", "leave"))
_BUTTONS: Final[dict[Notice, tuple[tuple[str, str], ...]]] = {
    "offer": (("button-accept-seat", "accept"), ("button-decline-seat", "leave")),
    "lapsed": (("button-join-waiting", "seat"),),
    "seated": _CHANGES,
    "waiting": _CHANGES,
    "held": _CHANGES,
    "removed": (),
    "moved": (("button-coming", "coming"), ("button-leave-seat", "leave")),
    "cancelled": (),
}

_PARTY: Final = select(party, person.c.language).select_from(party.join(person))


def party_row(connection: Connection, party_id: int) -> Row[Any]:
    """A party with its person's language."""
    return connection.execute(_PARTY.where(party.c.id == party_id)).one()


def active_rows(connection: Connection, gathering_id: int, states: Sequence[str]) -> Sequence[Row[Any]]:
    """The parties of a gathering in these states, by number, with their people's languages."""
    wanted = _PARTY.where(party.c.gathering_id == gathering_id, party.c.state.in_(states)).order_by(party.c.number)
    return connection.execute(wanted).all()


def tell(
    connection: Connection, texts: Texts, found: Gathering, party_id: int, notice: Notice, now: datetime
) -> outgoing.Queued | outgoing.Skipped:
    """The party hears what became of its seats, also after STOP: it concerns a promise we made to them."""
    row = party_row(connection, party_id)
    words = texts[row.language]
    buttons = tuple(Button(words(label), f"{verb}_{found.id}") for label, verb in _BUTTONS[notice])
    text = "\n\n".join([_text(words, found, row, notice), *_standing(connection, words, found, row, notice)])
    message = Outgoing(text, row.language, (*buttons, *_ways_on(words, found, notice)))
    return send(connection, row, message, now, despite_stop=True)


def remind(connection: Connection, texts: Texts, found: Gathering, row: Row[Any], now: datetime) -> outgoing.Queued | outgoing.Skipped:
    """The party is reminded of its seats. The first line tells nothing but the day: others may see the telephone."""
    words = texts[row.language]
    own = Mine(row.state, row.size, point=row.point_id)
    begins = found.begins(row.point_id)
    told = found[words.language]
    parts = [
        words("notice-reminder", {"day": gw.day_of(words, found, begins, now), "when": gw.when(words, found)}),
        f"**{told.title}**\n{words('gathering-where', {'place': told.place})}",
        gw.meeting(words, found, own),
        gw.standing(words, found, own),
        words("gathering-bring", {"things": told.bring}) if told.bring else "",
    ]
    buttons = (
        Button(words("button-coming"), f"coming_{found.id}"),
        Button(words("button-leave-seat"), f"leave_{found.id}"),
        gw.details_button(words, found),
        Button(words("button-reminders-off"), f"remind_{found.id}-off"),
    )
    message = Outgoing("\n\n".join(part for part in parts if part), row.language, buttons)
    return send(connection, row, message, now, despite_stop=row.despite_stop)


def ask_opinion(connection: Connection, texts: Texts, found: Gathering, row: Row[Any], now: datetime) -> outgoing.Queued | outgoing.Skipped:
    """A visitor is asked how it was."""
    words = texts[row.language]
    parts = [words("notice-opinion"), f"**{found[words.language].title}**", words("opinion-useful")]
    buttons = tuple(Button(words(f"opinion-{answer}"), f"opinion_{found.id}-useful-{answer}") for answer in ("yes", "partly", "no"))
    return send(connection, row, Outgoing("\n\n".join(parts), row.language, buttons), now)


def send(
    connection: Connection, row: Row[Any], message: Outgoing, now: datetime, *, despite_stop: bool = False
) -> outgoing.Queued | outgoing.Skipped:
    """Queue a notice to a party, where its person was last answered."""
    to = last_spoken(connection, row.person_id, row.address_id)
    if to is None:
        return outgoing.Skipped("gone")
    return outgoing.notify(connection, to, message, now, lane="reminder", despite_stop=despite_stop)


def _text(words: Words, found: Gathering, row: Row[Any], notice: Notice) -> str:
    told = found[words.language]
    first = _first_line(words, found, row, notice)
    about = f"**{told.title}**\n{gw.when(words, found)}\n{told.place}"
    people = words("gathering-people", {"count": row.size}) if notice == "offer" else ""
    after = words("notice-offer-after") if notice == "offer" else ""
    return "\n\n".join(part for part in (first, f"{about}\n{people}".rstrip(), after) if part)


def _standing(connection: Connection, words: Words, found: Gathering, row: Row[Any], notice: Notice) -> list[str]:
    """Where to be and when, for who has seats or is offered some; after a move also how they stand now."""
    own = reads.mine(connection, found.id, row.person_id) if notice in ("offer", "seated", "moved") else None
    if own is None:
        return []
    parts = [
        gw.meeting(words, found, own) if own.state in HOLDING else "",
        gw.standing(words, found, own) if notice != "offer" else "",
        words("gathering-free-of-charge") if notice != "moved" else "",
    ]
    return [part for part in parts if part]


def _first_line(words: Words, found: Gathering, row: Row[Any], notice: Notice) -> str:
    if notice == "offer":
        return words("notice-offer", {"moment": words.moment(found.local(row.offered_until))})
    if notice == "moved":
        return words("notice-moved", {"when": gw.when(words, found)})
    return words(f"notice-{notice}")


def _ways_on(words: Words, found: Gathering, notice: Notice) -> tuple[Button, ...]:
    if notice == "cancelled":
        return (Button(words("button-gatherings"), "gatherings"),)
    return (gw.details_button(words, found),)
