"""Go-and-see visits: pick-up points, names kept sealed, the roster, and being asked afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.actions import opinions
from bot.actions.gathering_drafts import Draft, Meet
from bot.actions.seats import Denied
from bot.store import gathering_reads as reads
from bot.store.tables import gathering, party
from tests.town import DRAFT, Town, named, wall

VISIT: Draft = replace(
    DRAFT,
    kind="go-and-see",
    starts=datetime(2026, 12, 12, 9, 0),
    ends=datetime(2026, 12, 12, 18, 0),
    title=named("Посета селу", "Vizitë në fshat", "Visit to the village"),
    municipality="prizren",
    closes=datetime(2026, 12, 11, 18, 0),
    points=(
        Meet(datetime(2026, 12, 12, 5, 30), named("Врање, аутобуска станица", "Vranjë", "Vranje, bus station")),
        Meet(datetime(2026, 12, 12, 6, 15), named("Бујановац, општина", "Bujanoc", "Bujanovac, municipality")),
    ),
)


def test_names_and_telephones_are_kept_sealed_and_open_only_with_the_keys(town: Town):
    g, met = town.gathering(VISIT), town.person()
    town.take(g, met, 2, names="Ана Анић, Петар Петровић", phone="+381 60 123 4567")
    with town.ledger.reading() as connection:
        row = connection.execute(select(party)).one()
    assert "Анић".encode() not in row.names
    assert town.vault.open(row.names) == "Ана Анић, Петар Петровић"
    assert town.vault.open(row.phone) == "+381 60 123 4567"


def test_a_party_of_another_size_has_other_names_on_the_list(town: Town):
    g, met = town.gathering(VISIT), town.person()
    town.take(g, met, 2, names="Ана Анић, Петар Петровић")
    town.resize(g, met, 3, names="Ана Анић, Петар Петровић, Ева Евић")
    with town.ledger.reading() as connection:
        row = connection.execute(select(party)).one()
    assert (row.size, town.vault.open(row.names)) == (3, "Ана Анић, Петар Петровић, Ева Евић")


def test_the_roster_is_in_the_order_of_the_pick_up_with_who_waits_last(town: Town):
    g = town.gathering(VISIT, capacity=4)
    first, second = (point.id for point in town.found(g).points)
    for size, point in ((2, second), (1, first), (2, first), (1, second)):
        town.take(g, town.person(), size, point=point)
    with town.ledger.reading() as connection:
        rows = [(row.point_id, row.size, row.state) for row in reads.roster(connection, g)]
    assert rows == [(first, 1, "seated"), (second, 2, "seated"), (second, 1, "seated"), (first, 2, "waiting")]


def test_names_and_telephones_are_gone_a_week_after_the_visit(town: Town):
    g, met = town.gathering(VISIT), town.person()
    town.take(g, met, names="Ана Анић", phone="060123456")
    town.now = wall("2026-12-19T17:00")
    assert not town.do(lambda c: opinions.names_to_drop(c, town.now))
    town.now = wall("2026-12-19T18:01")
    assert town.do(lambda c: opinions.drop_names(c, town.now)) == 1
    with town.ledger.reading() as connection:
        row = connection.execute(select(party)).one()
    assert (row.names, row.phone) == (None, None)


def asked(town: Town) -> list[int]:
    with town.ledger.reading() as connection:
        found = opinions.to_ask(connection, town.now)
    town.do(lambda c: opinions.ask(c, town.texts, found, town.now))
    return found


def test_visitors_are_asked_once_when_they_are_home_and_awake_and_meetings_never(town: Town):
    visit, meeting, met, other = town.gathering(VISIT), town.gathering(), town.person("en"), town.person("en")
    town.take(visit, met)
    town.take(meeting, other)
    town.now = wall("2026-12-12T19:00")
    assert asked(town) == []
    town.now = wall("2026-12-12T20:30")
    assert len(asked(town)) == 1
    assert asked(town) == []
    assert "How was it?" in town.told(met)[-1]
    assert town.told(other) == []


def test_who_did_not_come_is_not_asked(town: Town):
    visit, met = town.gathering(VISIT), town.person()
    town.take(visit, met)
    town.do(lambda c: c.execute(party.update().values(attended=0)))
    town.now = wall("2026-12-13T10:00")
    assert asked(town) == []


def test_opinions_are_counted_once_for_each_party_and_question_without_names(town: Town):
    visit, met, stranger = town.gathering(VISIT), town.person(), town.person()
    town.take(visit, met)

    def count(person: int, question: str, answer: str) -> bool:
        found = town.found(visit)
        return bool(town.do(lambda c: opinions.count(c, found, person_id=person, question=question, answer=answer, now=town.now)))

    assert not count(met.person_id, "useful", "yes"), "the visit is still to come"
    town.now = wall("2026-12-13T10:00")
    assert count(met.person_id, "useful", "yes")
    assert not count(met.person_id, "useful", "no")
    assert count(met.person_id, "safe", "partly")
    assert not count(stranger.person_id, "useful", "yes")
    assert not count(met.person_id, "forged", "yes")
    with town.ledger.reading() as connection:
        assert reads.opinions(connection, visit) == {("safe", "partly"): 1, ("useful", "yes"): 1}


def test_nobody_signs_up_after_the_first_bus_has_left(town: Town):
    g = town.gathering(VISIT, closes=None)
    assert town.found(g).closes_at == wall("2026-12-12T05:30")
    town.now = wall("2026-12-12T05:30:01")
    assert town.take(g, town.person()) == Denied("closed")


def test_a_sign_up_time_kept_from_before_ends_with_the_first_bus_too(town: Town):
    g = town.gathering(VISIT)
    town.do(lambda c: c.execute(gathering.update().values(closes_at=wall("2026-12-12T09:00"))))
    town.now = wall("2026-12-12T08:30")
    assert town.take(g, town.person()) == Denied("closed")
    town.now = wall("2026-12-10T08:30")
    town.move(g, "2026-12-13T09:00")
    assert town.found(g).closes_at == wall("2026-12-13T05:30")


def test_a_visit_is_over_only_when_everybody_is_back(town: Town):
    g = town.gathering(VISIT)
    assert town.found(g).begins() == wall("2026-12-12T05:30")
    assert town.found(g).phase(wall("2026-12-12T17:59")) == "running"
    assert town.found(g).phase(town.now + timedelta(days=40)) == "over"
