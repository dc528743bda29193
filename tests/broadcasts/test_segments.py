"""Who is meant by a segment, who of them does not get it, and why."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot import clock, segments
from bot.actions import content, follows, people
from bot.actions.broadcasts import BroadcastError
from bot.carry_out import Scene, carry_out
from bot.dialogue.effects import Serve
from bot.library import digest
from bot.messages import Language
from bot.segments import SegmentError
from bot.settings import PACKAGE
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Rules
from bot.store.reads import versions_of
from bot.store.sealing import Vault
from bot.store.tables import address, gathering
from tests.broadcasts.country import ZONE, Country, register

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


def published(country: Country, path: str, body: str) -> int:
    """The number of the version that says `body`."""
    with country.ledger.writing() as connection:
        content.edit(connection, path, body, clock.now())
        return versions_of(connection, path.split("/")[1])[0].id


def shown(country: Country, number: int, text: str) -> None:
    with country.ledger.writing() as connection:
        content.serve(connection, number, "legal-aid", digest([text]), clock.now())


def test_exactly_those_who_read_the_old_text(country: Country):
    country.populate(4)
    english, albanian = "topics/legal-aid/en.md", "topics/legal-aid/sq.md"
    published(country, english, "old")
    published(country, albanian, "i vjetër")
    shown(country, 1, "old")
    shown(country, 2, "i vjetër")
    with country.ledger.writing() as connection:
        content.serve(connection, 3, "vaccination", digest(["old"]), clock.now())
    assert counted(country, "read=legal-aid") == {}
    second = published(country, english, "new")
    assert counted(country, "read=legal-aid") == {"": 1}
    shown(country, 4, "new")
    assert counted(country, "read=legal-aid") == {"": 1}
    assert counted(country, "read!=legal-aid") == {"": 3}
    published(country, "topics/legal-aid/meta.toml", "another date")
    assert counted(country, "read=legal-aid") == {"": 1}
    third = published(country, english, "newest")
    assert counted(country, "read=legal-aid") == {"": 2}
    assert counted(country, f"read=legal-aid@{second}") == {"": 1}
    assert counted(country, f"read=legal-aid@{third}") == {"": 2}
    published(country, english, "new")  # taken back: whoever read this one has read what stands
    assert counted(country, "read=legal-aid") == {"": 1}


@pytest.mark.parametrize(("language", "file"), [("sr-Latn", "sr"), ("sr-Cyrl", "sr"), ("sq", "sq"), ("en", "en")])
def test_what_is_shown_is_kept_by_the_file_it_stands_in(country: Country, vault: Vault, language: Language, file: str):
    text = (PACKAGE / "content" / "topics" / "legal-aid" / f"{file}.md").read_text("utf-8")
    number = published(country, f"topics/legal-aid/{file}.md", text)
    with country.ledger.writing() as connection:
        met = people.meet(connection, "web", "a", now=clock.now(), language=language)
        carry_out(Serve("legal-aid"), Scene(connection, vault, country.texts, country.library, met, "web", clock.now(), ZONE), language)
    assert counted(country, "read=legal-aid") == {}
    published(country, f"topics/legal-aid/{file}.md", "another text")
    assert counted(country, "read=legal-aid") == {"": 1}
    assert counted(country, f"read=legal-aid@{number}") == {}


def test_who_read_it_before_texts_had_marks_is_known_by_the_time(country: Country):
    country.populate(2)
    published(country, "topics/legal-aid/en.md", "old")
    with country.ledger.writing() as connection:
        content.serve(connection, 1, "legal-aid", "of-whole-article", clock.now() - SECOND)
        content.serve(connection, 2, "legal-aid", "of-whole-article", clock.now() + SECOND)
    assert counted(country, "read=legal-aid") == {"": 1}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("form!=grnat", "there is no form “grnat”; did you mean grant?"),
        ("form!=grant:acepted", "did you mean accepted?"),
        ("topic!=housin", "there is no topic, place or kind of gathering people follow “housin”"),
        ("topic=go-and-sea", "did you mean go-and-see?"),
        ("origin!=pec", "there is no municipality “pec”; did you mean peja?"),
        ("residence=prizren", "no form asks for residence"),
        ("gathering!=12", "there is no gathering 12"),
        ("read=legal-ade", "did you mean legal-aid?"),
        ("read=legal-aid@999999", "has no version 999999"),
    ],
)
def test_a_name_that_does_not_exist_is_refused_with_the_nearest_right_one(country: Country, condition: str, told: str):
    published(country, "topics/legal-aid/en.md", "text")
    with pytest.raises(BroadcastError) as caught:
        country.write(condition)
    assert told in str(caught.value)


def test_a_state_nobody_can_have_at_a_gathering_is_refused(country: Country):
    row = dict.fromkeys(("starts_at", "ends_at", "closes_at", "created_at"), clock.now()) | dict.fromkeys(
        ("starts_wall", "ends_wall", "offsets"), ""
    )
    row |= {"kind": "meeting", "state": "open", "zone": "UTC", "capacity": 1, "party_limit": 1, "names_needed": False, "offer_hours": 1}
    with country.ledger.writing() as connection:
        number = connection.execute(insert(gathering).returning(gathering.c.id), row).scalar_one()
    with pytest.raises(BroadcastError, match="“seted”; did you mean seated"):
        country.write(f"gathering!={number}:seted")
    assert country.write(f"gathering!={number}:seated")


def test_a_segment_survives_being_kept():
    meant = segments.parse(["language=sq,en", "channel!=web", "read=legal-aid@41", "gathering=12:seated"])
    assert segments.from_json(segments.to_json(meant)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "language=de",
        "active=30,60",
        "idle!=1,2",
        "colour=red",
        "active=soon",
        "gathering=x",
        "language",
        "form=",
        "read=a b",
        "topic=x';--",
    ],
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
