"""Who may write, approve and start a broadcast, and what an approval holds for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot import clock, segments
from bot.actions import broadcasts, retention, staff
from bot.actions.broadcasts import BroadcastError, Start, Wanted
from bot.actions.staff import OWNER, StaffError
from bot.broadcasts import Composition
from bot.composing import fingerprint
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Broadcast
from bot.store.tables import audit, broadcast, recipient
from tests.broadcasts.country import TEXTS, ZONE, Country

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANA, BORIS, EDA, VERA = "ana@example.org", "boris@example.org", "eda@example.org", "vera@example.org"


def wanted(*conditions: str, name: str = "News", **texts: str) -> Wanted:
    return Wanted(name, Composition(TEXTS | texts, {}), segments.parse(conditions))


def found(country: Country, number: int) -> Broadcast:
    with country.ledger.reading() as connection:
        return broadcasts.get(connection, number)


def audited(country: Country) -> list[tuple[str, str, str]]:
    with country.ledger.reading() as connection:
        rows = connection.execute(select(audit.c.who, audit.c.verb, audit.c.detail).order_by(audit.c.id))
        return [(row.who, row.verb, row.detail) for row in rows]


@pytest.fixture
def did(country: Country) -> Callable[..., Any]:
    """Does a verb as somebody, at some time."""

    def do(verb: Callable[..., Any], *arguments: Any, by: str, at: datetime | None = None, **more: Any) -> Any:
        with country.ledger.writing() as connection:
            return verb(connection, *arguments, by=by, now=at or clock.now(), **more)

    return do


@pytest.fixture
def office(country: Country) -> Country:
    """An office with staff, ten people who talk to it, and a second person wanted from five recipients on."""
    country.populate(10)
    country.set("approval_size", "5")
    with country.ledger.writing() as connection:
        roles = {ANA: "coordinator", BORIS: "administrator", EDA: "editor", VERA: "viewer"}
        for email, role in roles.items():
            staff.add(connection, email, role, clock.now())
    return country


def test_each_role_does_its_part(office: Country, did: Callable[..., Any]):
    for who in ("", "ana", VERA):
        with pytest.raises(StaffError, match="--by EMAIL|broadcasts are written by"):
            did(broadcasts.create, wanted(), office.library, by=who)
    number = did(broadcasts.create, wanted(), office.library, by=EDA)
    for verb, more in ((broadcasts.approve, (office.library,)), (broadcasts.start, (Start(ZONE),))):
        with pytest.raises(StaffError, match="eda@example.org is editor"):
            did(verb, number, *more, by=EDA)
    did(broadcasts.approve, number, office.library, by="Boris@example.org ")
    did(broadcasts.start, number, Start(ZONE), by=ANA)
    assert found(office, number).approved_by == BORIS
    assert [(who, verb) for who, verb, _ in audited(office)] == [(EDA, "write"), (BORIS, "approve"), (ANA, "start")]


def test_nobody_approves_their_own_words_under_another_name(office: Country, did: Callable[..., Any]):
    number = did(broadcasts.create, wanted(), office.library, by=ANA)
    with pytest.raises(StaffError, match="nobody of the staff"):
        did(broadcasts.approve, number, office.library, by="ana")
    with pytest.raises(BroadcastError, match="cannot approve it"):
        did(broadcasts.approve, number, office.library, by=ANA.upper())


def test_without_staff_the_owner_of_the_machine_acts_and_another_name_approves(country: Country, did: Callable[..., Any]):
    number = did(broadcasts.create, wanted(), country.library, by="")
    assert found(country, number).created_by == OWNER
    with pytest.raises(BroadcastError, match="cannot approve it"):
        did(broadcasts.approve, number, country.library, by="")
    did(broadcasts.approve, number, country.library, by="boris")
    assert found(country, number).approved_by == "boris"


def test_an_approval_is_for_what_was_read(office: Country, did: Callable[..., Any]):
    number = did(broadcasts.create, wanted(), office.library, by=ANA)
    before = found(office, number)
    read = fingerprint(before.composition, before.segment)
    did(broadcasts.edit, number, wanted(en="The office burns."), office.library, by=ANA)
    with pytest.raises(BroadcastError, match="no longer what you read"):
        did(broadcasts.approve, number, office.library, by=BORIS, seen=read)
    after = found(office, number)
    did(broadcasts.approve, number, office.library, by=BORIS, seen=fingerprint(after.composition, after.segment))
    assert found(office, number).approved_by == BORIS


def test_whatever_is_read_changes_the_fingerprint():
    seen = {
        fingerprint(one.composition, one.segment) for one in (wanted(), wanted(en="Other."), wanted("language=en"), wanted("language!=en"))
    }
    assert len(seen) == 4


def test_an_edit_voids_the_approval_and_the_time(office: Country, did: Callable[..., Any]):
    number = did(broadcasts.create, wanted(), office.library, by=ANA)
    did(broadcasts.approve, number, office.library, by=BORIS)
    did(broadcasts.start, number, Start(ZONE, datetime(2100, 1, 1, 9)), by=ANA)
    did(broadcasts.edit, number, wanted("language=en,sq,sr-Latn"), office.library, by=EDA)
    edited = found(office, number)
    assert (edited.state, edited.approved_by, edited.start_at, edited.created_by) == ("draft", "", None, EDA)
    with pytest.raises(BroadcastError, match="it would reach 7 people, and from 5 on"):
        did(broadcasts.start, number, Start(ZONE), by=ANA)


def test_a_draft_can_be_thrown_away_until_it_begins(country: Country, did: Callable[..., Any]):
    number = country.write()
    did(broadcasts.discard, number, by="ana")
    with pytest.raises(BroadcastError, match="there is no broadcast"):
        found(country, number)
    begun = country.start()
    with country.ledger.writing() as connection:
        broadcasts.begin_due(connection, clock.now(), quiet=False)
    with pytest.raises(BroadcastError, match="only while it is draft or scheduled"):
        did(broadcasts.discard, begun, by="ana")


@pytest.mark.parametrize("urgent", [" ", "\t\n"])
def test_an_empty_reason_is_no_urgency(office: Country, did: Callable[..., Any], urgent: str):
    number = did(broadcasts.create, wanted(), office.library, by=ANA)
    with pytest.raises(BroadcastError, match="write why"):
        did(broadcasts.start, number, Start(ZONE, urgent=urgent), by=ANA)
    assert office.state(number) == "draft"


def test_what_is_too_long_for_the_ledger_is_told(country: Country, did: Callable[..., Any]):
    with pytest.raises(BroadcastError, match="1 to 120 characters, and has 121"):
        did(broadcasts.create, wanted(name="n" * 121), country.library, by="ana")
    number = did(broadcasts.create, wanted(name="n" * 120), country.library, by="a" * 300)
    with pytest.raises(BroadcastError, match="has 201 characters"):
        did(broadcasts.start, number, Start(ZONE, urgent="u" * 201), by="ana")
    did(broadcasts.start, number, Start(ZONE, urgent="u" * 200), by="ana")
    assert found(country, number).urgent == "u" * 200


def test_what_has_grown_since_it_was_scheduled_is_held_back(country: Country, did: Callable[..., Any]):
    country.set("approval_size", "5")
    country.populate(3)
    number = country.write()
    start_at = clock.local(clock.now() + HOUR, ZONE).replace(tzinfo=None, second=0, microsecond=0)
    did(broadcasts.start, number, Start(ZONE, start_at), by="ana")
    country.populate(4, "viber")
    later = clock.now() + 2 * HOUR
    with country.ledger.writing() as connection:
        assert broadcasts.begin_due(connection, later, quiet=False) == []
    held = found(country, number)
    assert (held.state, held.held, held.start_at) == ("draft", 7, None)
    assert audited(country)[-1] == ("prag", "hold back", "7 people")
    did(broadcasts.approve, number, country.library, by="boris")
    did(broadcasts.start, number, Start(ZONE), by="ana")
    with country.ledger.writing() as connection:
        assert broadcasts.begin_due(connection, later, quiet=False) == [number]
    assert found(country, number).held == 0


def test_complaints_are_for_administrators_here_too(office: Country, did: Callable[..., Any]):
    for condition in ("form=complaint", "form!=complaint:received", "form=grant,complaint"):
        with pytest.raises(StaffError, match="read by administrators only"):
            did(broadcasts.create, wanted(condition), office.library, by=ANA)
    for condition in ("form=grant", "origin=pec"):
        with pytest.raises(StaffError, match="eda@example.org is editor"):
            did(broadcasts.create, wanted(condition), office.library, by=EDA)
    number = did(broadcasts.create, wanted("form=complaint"), office.library, by=BORIS)
    mine = did(broadcasts.create, wanted("form=grant"), office.library, by=ANA)
    complaint = found(office, number)
    with office.ledger.reading() as connection:
        broadcasts.require_right(connection, found(office, mine), office.library, by=ANA)
        broadcasts.require_right(connection, complaint, office.library, by=BORIS)
        assert broadcasts.exporter(connection, complaint, office.library, by=BORIS).name == BORIS
        for asked in (broadcasts.require_right, broadcasts.exporter):
            with pytest.raises(StaffError):
                asked(connection, complaint, office.library, by=ANA)
            with pytest.raises(StaffError):
                asked(connection, complaint, office.library, by="")
    with pytest.raises(StaffError, match="read by administrators only"):
        did(broadcasts.edit, mine, wanted("form=complaint"), office.library, by=ANA)
    with pytest.raises(StaffError, match="read by administrators only"):
        did(broadcasts.approve, number, office.library, by=ANA)


def test_trying_again_marks_those_who_may_have_it_already(country: Country):
    country.populate(2)
    number = country.start()
    row = {"broadcast_id": number, "channel": "telegram", "language": "en", "due_at": clock.now()}
    with country.ledger.writing() as connection:
        lost = [row | {"address_id": 1, "state": "failed", "reason": "unavailable"}, row | {"address_id": 2, "state": "unknown"}]
        for values in lost:
            connection.execute(insert(recipient), values)
    country.change(broadcast, number, state="done")
    assert country.act(broadcasts.retry_failed, number, unknown=True) == 2
    with country.ledger.reading() as connection:
        rows = connection.execute(select(recipient.c.state, recipient.c.reason).order_by(recipient.c.address_id))
        assert [tuple(row) for row in rows] == [("waiting", "unavailable"), ("waiting", "resent")]


def test_long_after_its_end_only_counts_are_left(country: Country):
    country.populate(3)
    people_of = country.start()
    with country.ledger.writing() as connection:
        broadcasts.begin_due(connection, clock.now(), quiet=False)
        row = {"broadcast_id": people_of, "channel": "telegram", "language": "en", "due_at": clock.now()}
        states = [("sent", None), ("sent", None), ("failed", "blocked")]
        rows = [row | {"address_id": n, "state": state, "reason": why} for n, (state, why) in enumerate(states, 1)]
        connection.execute(insert(recipient), rows)
    ended = clock.now()
    country.change(broadcast, people_of, state="done", finished_at=ended)
    with country.ledger.writing() as connection:
        before = reads.tally(connection, people_of)
        assert "recipients of broadcasts" not in retention.run(connection, {}, ended + 179 * DAY)
        assert retention.run(connection, {}, ended + 181 * DAY)["recipients of broadcasts"] == 3
        assert connection.execute(select(recipient.c.id)).all() == []
        assert reads.tally(connection, people_of) == before
        assert "recipients of broadcasts" not in retention.run(connection, {}, ended + 182 * DAY)


def test_lists_of_recipients_are_not_for_everybody_who_writes(office: Country, did: Callable[..., Any]):
    number = did(broadcasts.create, wanted(), office.library, by=EDA)
    with office.ledger.reading() as connection, pytest.raises(StaffError, match="lists of recipients"):
        broadcasts.exporter(connection, found(office, number), office.library, by=EDA)
