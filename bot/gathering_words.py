"""How a gathering reads, in chats, notices, calendars and on paper: one wording for all of them."""

from datetime import datetime
from typing import Final

from bot.gatherings import KINDS, Gathering, Mine, Phase, Point
from bot.library import Library
from bot.messages import Button
from bot.texts import Words

_PHASES: Final[dict[Phase, str]] = {
    "draft": "gathering-draft",
    "cancelled": "gathering-cancelled",
    "closed": "gathering-closed",
    "running": "gathering-running",
    "over": "gathering-over",
}


def kind(words: Words, found: Gathering) -> str:
    """What sort of gathering it is."""
    return words(f"gathering-kind-{found.kind}")


def name_of(words: Words, library: Library, about: str, name: str) -> str:
    """The name of a kind, topic or place people follow; empty for one we do not know."""
    if about == "kind":
        return words(f"gathering-kind-{name}") if name in KINDS else ""
    if about == "topic":
        topic = library.topic(name)
        return topic.name[words.language] if topic else ""
    place = library.municipalities.get(name) if about == "place" else None
    return place.name(words.language) if place else ""


def when(words: Words, found: Gathering) -> str:
    """Beginning and end on the gathering's own wall clock."""
    start, end = found.local(found.starts_at), found.local(found.ends_at)
    return f"{words.moment(start)} – {words.hour(end) if start.date() == end.date() else words.moment(end)}"


def seats(words: Words, found: Gathering, now: datetime) -> str:
    """How many seats are free, or why none can be had."""
    phase = found.phase(now)
    if phase == "open":
        return words("gathering-free", {"count": found.free})
    if phase == "full":
        return words("gathering-full", {"count": found.waiting})
    if phase == "soon" and found.opens_at:
        return words("gathering-soon", {"moment": words.moment(found.local(found.opens_at))})
    return words(_PHASES[phase])


def line(words: Words, found: Gathering, now: datetime) -> str:
    """A gathering in a list: title, kind, time, place, seats."""
    told = found[words.language]
    values = {"title": told.title, "kind": kind(words, found), "when": when(words, found), "place": told.place}
    return f"{words('gathering-line', values)}\n{seats(words, found, now)}"


def details(words: Words, found: Gathering, now: datetime, *, mine: bool = False) -> list[str]:
    """All there is to know of a gathering, as paragraphs; who has a place there (`mine`) need not read of free ones."""
    told = found[words.language]
    place = f"[{told.place}]({found.map_url})" if found.map_url else told.place
    parts = [
        f"**{told.title}**\n{kind(words, found)}",
        told.text,
        f"{words('gathering-when', {'when': when(words, found)})}\n{words('gathering-where', {'place': place})}",
    ]
    if found.points:
        parts.append("\n".join([words("gathering-points"), *(f"- {point_line(words, found, p)}" for p in found.points)]))
    if told.bring:
        parts.append(words("gathering-bring", {"things": told.bring}))
    if not mine or found.phase(now) not in ("open", "full"):
        parts.append(_signing_up(words, found, now))
    return [part for part in parts if part]


def _signing_up(words: Words, found: Gathering, now: datetime) -> str:
    lines = [seats(words, found, now)]
    if found.phase(now) in ("open", "full"):
        lines.append(words("gathering-until", {"moment": words.moment(found.local(found.closing()))}))
        lines.append(words("gathering-limit", {"count": found.party_limit}))
    return "\n".join(lines)


def point_line(words: Words, found: Gathering, point: Point) -> str:
    """A meeting point: when, and where."""
    name = point.named(words.language)
    place = f"[{name}]({point.map_url})" if point.map_url else name
    return f"{words.hour(found.local(point.at))} · {place}"


def point_of(found: Gathering, own: Mine) -> Point | None:
    """The meeting point a party chose; the only one where there is just one."""
    if len(found.points) == 1:
        return found.points[0]
    return next((point for point in found.points if point.id == own.point), None)


def standing(words: Words, found: Gathering, own: Mine) -> str:
    """How a person's party stands there, in a sentence."""
    people = words("gathering-people", {"count": own.size})
    match own.state:
        case "seated":
            return words("seat-is-seated", {"people": people})
        case "offered" if own.offered_until:
            until = words.moment(found.local(own.offered_until))
            return words("seat-is-offered", {"people": people, "moment": until})
        case "waiting" if not own.position:
            return words("seat-is-held", {"people": people})
        case "waiting":
            return words("seat-is-waiting", {"people": people, "position": own.position})
        case _:
            return words("seat-is-none")


def meeting(words: Words, found: Gathering, own: Mine) -> str:
    """Where and when this party must be first; empty where the gathering has no meeting points."""
    point = point_of(found, own)
    return words("seat-meet", {"point": point_line(words, found, point)}) if point else ""


def day_of(words: Words, found: Gathering, begins: datetime, now: datetime) -> str:
    """How far away it is in words people use: today, tomorrow, in 7 days."""
    days = (found.local(begins).date() - found.local(now).date()).days
    if days <= 0:
        return words("day-today")
    return words("day-tomorrow") if days == 1 else words("day-in", {"days": days})


def open_button(words: Words, found: Gathering) -> Button:
    """A button that opens the gathering, named by its title and day."""
    start = found.local(found.starts_at)
    return Button(f"{found[words.language].title}, {start.day}. {start.month}.", f"gathering_{found.id}")


def details_button(words: Words, found: Gathering) -> Button:
    """A button that opens the gathering from a notice about it."""
    return Button(words("button-details"), f"gathering_{found.id}")
