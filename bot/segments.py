"""Whom a broadcast is for: a flat list of conditions, all of which must hold. Pure.

Typed as `language=sq,en`, `channel!=web`, `active=30`; kept as JSON.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from bot.errors import PlainError
from bot.messages import LANGUAGES

Field = Literal["language", "channel", "origin", "residence", "topic", "form", "gathering", "active", "idle", "read"]
CHANNELS: Final = ("telegram", "viber", "web")
REGISTERED: Final[tuple[Field, ...]] = ("origin", "residence", "form")  # what somebody's registrations decide

# Every field, and how it is typed.
FIELDS: Final[Mapping[Field, str]] = {
    "language": "language=sq,en",
    "channel": "channel=telegram",
    "origin": "origin=peja (municipality people come from, as they wrote in a form)",
    "residence": "residence=peja (municipality people live in; only where a form of yours asks for it with counts_as = “residence”)",
    "topic": "topic=support (what people follow: topics, places, kinds of gathering)",
    "form": "form=grant or form=grant:accepted (a registration and its status)",
    "gathering": "gathering=12 or gathering=12:seated (a place at a gathering)",
    "active": "active=30 (wrote in the last 30 days)",
    "idle": "idle=90 (has not written for 90 days)",
    "read": "read=legal-aid or read=legal-aid@41 (was shown a text of the article that its newest version, or version 41, has replaced)",
}
_TYPED: Final = re.compile(r"\s*([a-z]+)\s*(!?=)\s*(\S.*?)\s*")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WITH_STATE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(?::[a-z-]{1,20})?")
_VERSION: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(?:@\d{1,12})?")
_DAYS: Final = re.compile(r"\d{1,4}")
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "form": _WITH_STATE, "gathering": re.compile(r"\d{1,12}(?::[a-z-]{1,20})?"), "active": _DAYS, "idle": _DAYS, "read": _VERSION,
}  # fmt: skip


class SegmentError(PlainError):
    """A condition cannot be understood; the sentence says how it is written."""


class Condition(msgspec.Struct, frozen=True):
    """One condition: the field has one of `values`, or, with `unless`, none of them."""

    field: Field
    values: tuple[str, ...]
    unless: bool = False

    def __str__(self) -> str:
        return f"{self.field}{'!=' if self.unless else '='}{','.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Segment:
    """The people for whom all conditions hold; everybody, when there are none."""

    conditions: tuple[Condition, ...] = ()

    def of(self, field: Field) -> tuple[Condition, ...]:
        return tuple(c for c in self.conditions if c.field == field)

    def __str__(self) -> str:
        return ", ".join(map(str, self.conditions)) or "everybody"


_decode: Final = msgspec.json.Decoder(tuple[Condition, ...]).decode
_encode: Final = msgspec.json.Encoder().encode


def parse(typed: Iterable[str]) -> Segment:
    """The segment typed as conditions. Raises SegmentError for one that is not understood."""
    return Segment(tuple(_condition(one) for one in typed))


def to_json(segment: Segment) -> str:
    return _encode(segment.conditions).decode()


def from_json(kept: str) -> Segment:
    return Segment(_decode(kept))


def _condition(typed: str) -> Condition:
    found = _TYPED.fullmatch(typed)
    field = next((name for name in FIELDS if found and name == found[1]), None)
    if found is None or field is None:
        raise SegmentError(f"“{typed}” is not a condition; conditions are {'; '.join(FIELDS.values())}")
    values = tuple(value.strip() for value in found[3].split(",") if value.strip())
    _check(field, values)
    return Condition(field, values, unless=found[2] == "!=")


def _check(field: Field, values: Sequence[str]) -> None:
    allowed = {"language": LANGUAGES, "channel": CHANNELS}.get(field)
    if allowed:
        wrong = [value for value in values if value not in allowed]
    else:
        wrong = [value for value in values if not _SHAPES.get(field, _NAME).fullmatch(value)]
    if field in ("active", "idle") and len(values) > 1:
        raise SegmentError(f"{field} takes one number of days, not {len(values)}: “{','.join(values)}”")
    if wrong or not values:
        told = f"one of {', '.join(allowed)}" if allowed else f"written as {FIELDS[field]}"
        raise SegmentError(f"“{','.join(wrong)}” does not fit the condition {field}; it is {told}")
