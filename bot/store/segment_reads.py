"""The conditions of a segment in SQL: each on one row of `person`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from bot.segments import REGISTERED, Condition, Segment
from bot.store.reads import is_text_of
from bot.store.tables import consent, content_version, follow, party, person, registration, served

CONTACT: Final = "contact"  # the purpose of the consent to be contacted about a registration
_DAY: Final = timedelta(days=1)


def holds(condition: Condition, now: datetime) -> ColumnElement[bool]:
    """Whether the condition holds for a row of `person`."""
    means = _means(condition, now)
    return not_(means) if condition.unless else means


def _means(condition: Condition, now: datetime) -> ColumnElement[bool]:
    values = condition.values
    match condition.field:
        case "language":
            return person.c.language.in_(values)
        case "channel":
            # The address is chosen among these channels; who has none of them is not a candidate.
            return false() if condition.unless else true()
        case "topic":
            return exists().where(follow.c.person_id == person.c.id, follow.c.name.in_(values))
        case "gathering":
            return or_(*(_has_place(value) for value in values))
        case "active":
            return person.c.last_seen_at > now - int(values[0]) * _DAY
        case "idle":
            return person.c.last_seen_at <= now - int(values[0]) * _DAY
        case "read":
            return or_(*(_has_read(value) for value in values))
        case "origin" | "residence" | "form":
            return _registered(condition.field, values)


def _has_place(value: str) -> ColumnElement[bool]:
    name, _, state = value.partition(":")
    mine = exists().where(party.c.person_id == person.c.id, party.c.gathering_id == int(name))
    return mine.where(party.c.state == state) if state else mine


def _has_read(value: str) -> ColumnElement[bool]:
    """Was shown a text of the article that its newest version in the same language has replaced, or the version named."""
    article, _, version = value.partition("@")
    old, new = content_version.alias("old"), content_version.alias("new")
    newest = select(func.max(content_version.c.id)).where(is_text_of(content_version, article)).group_by(content_version.c.path)
    replacing = new.c.id == int(version) if version else new.c.id.in_(newest)
    both = and_(old.c.path == new.c.path, old.c.id < new.c.id, old.c.hash != new.c.hash)
    replaced = select(old.c.hash).select_from(old.join(new, both)).where(is_text_of(new, article), replacing)
    # Who read it when only whole articles had a mark is known by the time.
    marks = select(content_version.c.hash).where(is_text_of(content_version, article))
    published = select(func.max(new.c.published_at)).where(is_text_of(new, article), replacing).scalar_subquery()
    before = and_(served.c.hash.not_in(marks), served.c.at < published)
    return exists().where(served.c.person_id == person.c.id, served.c.article == article, or_(served.c.hash.in_(replaced), before))


def _registered(field: str, values: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(registration.c.person_id == person.c.id, registration.c.status != "withdrawn", _about(field, values))


def _about(field: str, values: Sequence[str]) -> ColumnElement[bool]:
    """Which registrations a condition speaks of."""
    if field in ("origin", "residence"):
        return registration.c[field].in_(values)
    pairs = [value.partition(":") for value in values]
    return or_(*(and_(registration.c.form == form, registration.c.status == status if status else true()) for form, _, status in pairs))


def may_contact(segment: Segment) -> ColumnElement[bool]:
    """Whoever is meant because of a registration has agreed to be contacted about it."""
    asked = [c for c in segment.conditions if c.field in REGISTERED and not c.unless]
    agreed = exists().where(
        registration.c.person_id == person.c.id, consent.c.registration_id == registration.c.id,
        consent.c.purpose == CONTACT, consent.c.withdrawn_at.is_(None),
    )  # fmt: skip
    return and_(true(), *(agreed.where(_about(c.field, c.values)) for c in asked))
