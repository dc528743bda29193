"""Who is meant by a segment, who of them does not get it, and why."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot import clock, segments
from bot.actions import content, follows, people
from bot.segments import SegmentError
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Rules
from bot.store.tables import address
from tests.broadcasts.country import Country, register

SECOND = timedelta(seconds=1)
EVERYWHERE = Rules(("telegram", "viber", "web"), (), 0)


def counted(country: Country, *conditions: str, rules: Rules = EVERYWHERE) -> dict[str, int]:
    """People by the reason they get nothing ("" for those who get it)."""
    found: dict[str, int] = {}
    with country.ledger.reading() as connection:
        for line in reads.count(connection, segments.parse(conditions), rules, clock.now()):
            found[line.reason] = found.get(line.reason, 0) + line.people
    return found


def test_everybody_is_meant_once_at_their_newest_address_that_works(country: Country):
    country.populate(10, "telegram")
    with country.ledger.writing() as connection:
        connection.execute(insert(address), {"id": 100, "person_id": 1, "channel": "web", "platform_id": "w1"})
        connection.execute(insert(address), {"id": 101, "person_id": 1, "channel": "web", "platform_id": "w2", "blocked_at": clock.now()})
    assert counted(country) == {"": 10}
    with country.ledger.reading() as connection:
        rows = connection.execute(reads.candidates(segments.parse(()), EVERYWHERE, clock.now())).all()
    assert {row.address_id for row in rows if row.person_id == 1} == {100}


def test_whoever_does_not_get_it_is_counted_with_the_first_reason(country: Country):
    country.populate(6, "telegram", languages=("en",))
    country.populate(2, "viber", languages=("sq",))
    with country.ledger.writing() as connection:
        people.stop(connection, 1, clock.now())
        people.block(connection, "telegram", "telegram-1", clock.now())
        people.block(connection, "telegram", "telegram-2", clock.now())
    assert counted(country, rules=Rules(("telegram",), (), 0)) == {"": 4, "stopped": 1, "blocked": 1, "no_channel": 2}
    assert counted(country, rules=Rules(("telegram", "viber"), ("sq",), 0)) == {"": 4, "stopped": 1, "blocked": 1, "no_language": 2}


@pytest.mark.parametrize(
    ("condition", "number"),
    [("language=en", 2), ("language!=en,sq", 4), ("channel=viber", 0), ("channel!=viber", 8), ("active=1", 8), ("idle=1", 0)],
)
def test_conditions_on_the_person(country: Country, condition: str, number: int):
    country.populate(8)
    assert counted(country, condition).get("", 0) == number


def test_followers_of_a_topic(country: Country):
    country.populate(3)
    with country.ledger.writing() as connection:
        follows.start(connection, 2, "topic", "housing", clock.now())
    assert counted(country, "topic=housing") == {"": 1}
    assert counted(country, "topic!=housing") == {"": 2}


def test_registrations_only_with_the_consent_to_be_contacted(country: Country):
    country.populate(5)
    register(country, 1, "grant", origin="pec")
    register(country, 2, "grant", status="accepted", contact=False)
    register(country, 3, "legal-aid")
    assert counted(country, "form=grant") == {"": 1, "no_consent": 1}
    assert counted(country, "form=grant:accepted") == {"no_consent": 1}
    assert counted(country, "origin=pec,gnjilane") == {"": 1}
    assert counted(country, "form!=grant") == {"": 3}


def test_exactly_those_who_read_the_old_text(country: Country):
    country.populate(3)
    files = {"topics/legal-aid/en.md": "old"}
    with country.ledger.writing() as connection:
        content.publish(connection, files, clock.now())
    with country.ledger.writing() as connection:
        content.serve(connection, 1, "legal-aid", "old", clock.now())
        content.serve(connection, 2, "vaccines", "old", clock.now())
    assert counted(country, "read=legal-aid") == {}
    with country.ledger.writing() as connection:
        content.edit(connection, "topics/legal-aid/en.md", "new", clock.now() + SECOND)
    assert counted(country, "read=legal-aid") == {"": 1}
    with country.ledger.writing() as connection:
        content.serve(connection, 3, "legal-aid", "new", clock.now() + 2 * SECOND)
    assert counted(country, "read=legal-aid") == {"": 1}


def test_a_segment_survives_being_kept():
    meant = segments.parse(["language=sq,en", "channel!=web", "read=legal-aid@41", "gathering=12:seated"])
    assert segments.from_json(segments.to_json(meant)) == meant


@pytest.mark.parametrize(
    "typed", ["language=de", "colour=red", "active=soon", "gathering=x", "language", "form=", "read=a b", "topic=x';--"]
)
def test_what_is_not_a_condition_is_refused(typed: str):
    with pytest.raises(SegmentError):
        segments.parse([typed])


def test_viber_messages_outside_a_session_are_counted_as_costing(country: Country):
    country.populate(2, "viber")
    country.populate(3, "viber", session_expires_at=clock.now().replace(year=2100))
    with country.ledger.reading() as connection:
        lines = reads.count(connection, segments.parse(()), EVERYWHERE, clock.now())
    assert sum(line.billable for line in lines) == 2
