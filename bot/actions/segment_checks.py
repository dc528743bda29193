"""Whether everything a segment names exists. A misspelt name in an exclusion would else exclude nobody."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final, Literal, get_args

from sqlalchemy import Connection

from bot.actions.registrations import STATUSES
from bot.gatherings import KINDS
from bot.languages import fold
from bot.library import Library
from bot.seating import PartyState
from bot.segments import Condition, Segment
from bot.store import broadcast_reads as reads
from bot.store.reads import versions_of

PLACES: Final[tuple[PartyState, ...]] = get_args(PartyState)
SHOWN: Final = 12  # names told where none is near


def faults(connection: Connection, segment: Segment, library: Library) -> list[str]:
    """What the segment names and there is not, a sentence each with the nearest right name; empty when all is there."""
    found = [_fault(connection, condition, value, library) for condition in segment.conditions for value in condition.values]
    return [fault for fault in dict.fromkeys(found) if fault]


def _fault(connection: Connection, condition: Condition, value: str, library: Library) -> str:
    match condition.field:
        case "topic":
            names = (*(topic.id for topic in library.topics), *library.municipalities, *KINDS)
            return _unknown("topic, place or kind of gathering people follow", value, names)
        case "origin" | "residence":
            return _place(condition.field, value, library)
        case "form":
            name, _, status = value.partition(":")
            return _unknown("form", name, library.forms) or _unknown("status of a registration", status or STATUSES[0], STATUSES)
        case "gathering":
            return _gathering(connection, value)
        case "read":
            return _article(connection, value, library)
        case "language" | "channel" | "active" | "idle":
            return ""


def _place(field: Literal["origin", "residence"], value: str, library: Library) -> str:
    if not any(form.counted(field) for form in library.forms.values()):
        return f"no form asks for {field}, so nobody has one; leave this condition away"
    names = {
        fold(name): place.id
        for place in library.municipalities.values()
        for name in (place.id, place.sr, place.sq, *place.shown.split("/"), *place.also)
    }
    return "" if value in library.municipalities else _told("municipality", value, library.municipalities, names)


def _gathering(connection: Connection, value: str) -> str:
    number, _, state = value.partition(":")
    if not reads.has_gathering(connection, int(number)):
        return f"there is no gathering {number}; `prag gathering list` shows them"
    return _unknown("state of a place at a gathering", state or PLACES[0], PLACES)


def _article(connection: Connection, value: str, library: Library) -> str:
    name, _, number = value.partition("@")
    versions = versions_of(connection, name)
    if not versions:
        return _unknown("article", name, library.articles)
    if number and int(number) not in {version.id for version in versions}:
        return f"the article {name} has no version {number}; `prag content versions {name}` shows them"
    return ""


def _unknown(what: str, value: str, names: Iterable[str]) -> str:
    known = tuple(names)
    return "" if value in known else _told(what, value, known, {name: name for name in known})


def _told(what: str, value: str, known: Iterable[str], spellings: Mapping[str, str]) -> str:
    near = get_close_matches(value, spellings, 1) or get_close_matches(fold(value), spellings, 1)
    if near:
        return f"there is no {what} “{value}”; did you mean {spellings[near[0]]}?"
    names = sorted(known)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"there is no {what} “{value}”; there are {', '.join(names[:SHOWN])}{more}"
