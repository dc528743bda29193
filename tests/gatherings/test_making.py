"""Gatherings as staff make and change them: what is refused, what is told, what the clock does to them."""

from datetime import datetime, timedelta

import pytest

from bot.actions import follows, gatherings, people
from bot.actions.gathering_drafts import Draft, GatheringError, Meet
from bot.entries import Named
from bot.gatherings import Mine
from bot.store.tables import gathering
from tests.gatherings.test_visits import VISIT
from tests.town import BELGRADE, DRAFT, Town, named, wall


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": datetime(2026, 12, 5, 17)}, "ends 2026-12-05 17:00, not after its start 2026-12-05 18:00"),
        ({"ends": datetime(2026, 12, 5, 18)}, "not after its start"),
        ({"starts": datetime(2026, 11, 20, 18)}, "its start, 2026-11-20 18:00, has passed"),
        ({"capacity": 0}, "at least one seat"),
        ({"party_limit": 11}, "from 1 to 10 people here, not 11"),
        ({"closes": datetime(2026, 12, 5, 19)}, "signing up ends after people must be there, 2026-12-05 18:00"),
        (
            {"closes": datetime(2026, 12, 5, 17), "points": (Meet(datetime(2026, 12, 5, 15, 30), named("Врање")),)},
            "signing up ends after people must be there, 2026-12-05 15:30",
        ),
        ({"opens": datetime(2026, 12, 5, 19)}, "signing up begins after it has ended"),
        ({"topic": "weather"}, "there is no topic “weather”; use one of"),
        ({"municipality": "atlantis"}, "there is no municipality “atlantis”"),
        ({"article": "nothing"}, "there is no article “nothing”"),
        ({"form": "no-such-form"}, "there is no form “no-such-form”; use one of"),
        ({"title": named("x" * 161)}, "the title in sr can have 160 characters, not 161; say it more briefly"),
        ({"place": named("Врање", "y" * 201)}, "the place in sq can have 200 characters, not 201"),
        ({"bring": named("x", "y", "z" * 401)}, "the bring in en can have 400 characters, not 401"),
        ({"map": "https://" + "x" * 300}, "a map's link can have 300 characters, not 308"),
        ({"map": "maps.example"}, "a map is a link that begins with https://"),
        ({"points": (Meet(datetime(2026, 12, 5, 17), named("x" * 201)),)}, "the name of a meeting point in sr can have 200"),
        ({"zone": "Europe/Atlantis"}, "there is no time zone “Europe/Atlantis”"),
        ({"capacity": 10**10}, "100000 at most"),
        ({"offer_hours": 10**10}, "from 1 to 2000"),
        ({"reminders": tuple(range(1, 12))}, "at most 10 reminders"),
        ({"title": Named(sr="Састанак", sq=" ", en="Meeting")}, "the title in sq is empty; write it in all three languages"),
        ({"reminders": (0,)}, "whole hours, from 1 to 2000"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_kept(town: Town, changes: dict[str, object], told: str):
    with pytest.raises(GatheringError) as refused:
        town.gathering(**changes)
    assert told in str(refused.value)
    with town.ledger.reading() as connection:
        assert connection.execute(gathering.select()).all() == []


@pytest.mark.parametrize(
    ("day", "note", "starts"),
    [
        ("2027-03-28", "the clock skips that hour on this day; taken as 2027-03-28 03:30", "01:30"),
        ("2027-10-31", "2027-10-31 02:30 comes twice on this day; the first (summer time) was taken", "00:30"),
    ],
)
def test_a_start_at_the_clock_change_is_settled_and_said(town: Town, day: str, note: str, starts: str):
    begins = datetime.fromisoformat(f"{day}T02:30")
    made = town.do(lambda c: gatherings.make(c, town.library, _at(begins), zone=BELGRADE, now=town.now))
    assert any(note in told for told in made.notes)
    assert f"{town.found(made.id).starts_at:%H:%M}" == starts


def _at(begins: datetime) -> Draft:
    return Draft(
        kind="meeting", starts=begins, ends=begins + timedelta(hours=3), capacity=5, title=DRAFT.title, text=DRAFT.text, place=DRAFT.place
    )


def test_serbian_typed_in_latin_is_kept_in_cyrillic_and_read_in_both(town: Town):
    found = town.found(town.gathering(title=named("Sastanak u Vranju")))
    assert found["sr-Cyrl"].title == "Састанак у Врању"
    assert found["sr-Latn"].title == "Sastanak u Vranju"


def test_moving_keeps_the_wall_times_of_everything_across_a_clock_change(town: Town):
    g = town.gathering(VISIT)
    town.move(g, "2027-03-28T09:00")
    moved = town.found(g)
    assert [f"{moved.local(point.at):%d %H:%M}" for point in moved.points] == ["28 05:30", "28 06:15"]
    assert f"{moved.local(moved.ends_at):%H:%M}" == "18:00"
    assert f"{moved.local(moved.closes_at):%d %H:%M}" == "27 18:00"
    assert moved.revision == 1


def test_an_offer_ends_before_a_gathering_that_was_moved_nearer(town: Town):
    g = town.gathering(capacity=1)
    leaving, waiting = town.person(), town.person()
    town.take(g, leaving)
    town.take(g, waiting)
    town.leave(g, leaving)
    town.move(g, "2026-11-21T18:00")
    offered = town.mine(g, waiting)
    assert offered and offered.offered_until == wall("2026-11-21T14:00")
    assert "Odgovorite do: subota, 21. novembar 2026. 14:00" in town.told(waiting)[-1]


def test_an_offer_can_still_be_answered_after_a_move_to_within_the_hour(town: Town):
    g = town.gathering(capacity=1)
    leaving, waiting = town.person(), town.person()
    town.take(g, leaving)
    town.take(g, waiting)
    town.leave(g, leaving)
    town.move(g, "2026-11-21T10:50")
    accepted = town.accept(g, waiting)
    assert isinstance(accepted, Mine) and accepted.state == "seated"


def test_a_new_place_has_no_old_map_and_people_hear_where_they_are_picked_up(town: Town):
    g, met = town.gathering(VISIT, map="https://maps.example/old"), town.person("en")
    town.take(g, met, names="A B", point=town.found(g).points[1].id)
    made = town.move(g, "2026-12-13T10:00", place=named("Opština Peć", "Komuna e Pejës", "Pec municipality"))
    moved = town.found(g)
    assert (moved["sr-Cyrl"].place, moved.map_url) == ("Општина Пећ", "")
    assert "Be there at: 07:15 · Bujanovac, municipality" in town.told(met)[-1]
    assert "Pec municipality" in town.told(met)[-1]
    assert any("the meeting points are where they were" in note for note in made.notes)
    town.move(g, "2026-12-13T10:00", map_url="https://maps.example/new")
    assert town.found(g).map_url == "https://maps.example/new"
    with pytest.raises(GatheringError, match="the place in en can have 200 characters"):
        town.move(g, "2026-12-13T11:00", place=named("x", "y", "z" * 201))
    town.move(g, "2026-12-13T11:00")
    assert town.found(g).map_url == "https://maps.example/new"


def test_who_waits_hears_of_a_move_and_not_where_to_be(town: Town):
    g = town.gathering(VISIT, capacity=1)
    waiting = town.person("en")
    town.take(g, town.person())
    town.take(g, waiting, point=town.found(g).points[0].id)
    town.move(g, "2026-12-13T10:00")
    assert "You are number 1 on the waiting list" in town.told(waiting)[-1]
    assert "Be there at" not in town.told(waiting)[-1]


def test_a_name_that_is_latin_everywhere_stays_so_in_a_new_place(town: Town):
    g = town.gathering()
    town.move(g, "2026-12-05T18:00", place=named("Kuća Zejnel Salihu, Priština"))
    assert town.found(g)["sr-Cyrl"].place == "Кућа Zejnel Salihu, Приштина"


def test_signing_up_that_has_begun_goes_on_after_a_move_and_one_to_come_moves_along(town: Town):
    begun = town.gathering(opens=datetime(2026, 11, 20, 9))
    coming = town.gathering(opens=datetime(2026, 11, 25, 9))
    for g in (begun, coming):
        town.move(g, "2027-01-05T18:00")
    assert town.found(begun).phase(town.now) == "open"
    assert town.found(coming).opens_at == wall("2026-12-26T09:00")


def test_staff_are_told_when_a_move_ends_signing_up(town: Town):
    g = town.gathering(closes=datetime(2026, 12, 1, 18))
    assert town.move(g, "2026-11-24T18:00").notes == (
        "signing up ended with the move, at 2026-11-20 18:00; who waits is still offered freed seats",
    )


def test_a_draft_is_hidden_until_it_is_published(town: Town):
    g = town.gathering(open=False)
    assert town.found(g).phase(town.now) == "draft"
    assert town.take(g, town.person()).why == "unknown"
    town.do(lambda c: gatherings.publish(c, g))
    assert town.found(g).phase(town.now) == "open"
    with pytest.raises(GatheringError, match="is no draft"):
        town.do(lambda c: gatherings.publish(c, g))


def test_followers_hear_of_a_new_gathering_once_in_their_language_and_not_at_night(town: Town):
    follower, both, other, stopped = (town.person("sq") for _ in range(4))
    for met, about, name in (
        (follower, "topic", "return"),
        (both, "kind", "meeting"),
        (both, "topic", "return"),
        (other, "place", "prizren"),
        (stopped, "topic", "return"),
    ):
        town.do(lambda c, met=met, about=about, name=name: follows.start(c, met.person_id, about, name, town.now))
    town.do(lambda c: people.stop(c, stopped.person_id, town.now))
    g = town.gathering()

    def announce() -> int:
        return sum(town.do(lambda c, name=name: follows.announce(c, town.texts, name, town.now)) for name in _new(town))

    town.now = wall("2026-11-21T23:00")
    assert announce() == 0
    town.now = wall("2026-11-22T08:00")
    assert announce() == 2
    assert announce() == 0
    assert town.told(follower)[-1].startswith("**Takim i ri.**")
    assert len(town.told(both)) == 1
    assert town.told(other) == town.told(stopped) == []
    assert town.found(g).phase(town.now) == "open"


def test_many_followers_are_told_in_slices_and_a_stop_between_them_tells_nobody_twice(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follows, "SLICE", 3)
    everybody = [town.person() for _ in range(7)]
    for met in everybody:
        town.do(lambda c, met=met: follows.start(c, met.person_id, "topic", "return", town.now))
    g = town.gathering()

    def announce() -> int:
        return int(town.do(lambda c: follows.announce(c, town.texts, g, town.now)))

    assert announce() == 3
    with pytest.raises(ZeroDivisionError):
        town.do(lambda c: follows.announce(c, town.texts, g, town.now) / 0)
    assert _new(town) == [g]
    assert [announce(), announce(), announce()] == [3, 1, 0]
    assert _new(town) == []
    assert [len(town.told(met)) for met in everybody] == [1] * 7


def test_a_gathering_that_is_cancelled_half_way_is_announced_to_nobody_more(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(follows, "SLICE", 1)
    for met in (town.person(), town.person()):
        town.do(lambda c, met=met: follows.start(c, met.person_id, "topic", "return", town.now))
    g = town.gathering()
    town.do(lambda c: follows.announce(c, town.texts, g, town.now))
    town.cancel(g)
    assert town.do(lambda c: follows.announce(c, town.texts, g, town.now)) == 0


def _new(town: Town) -> list[int]:
    with town.ledger.reading() as connection:
        return follows.unannounced(connection, town.now)


def test_when_a_zones_rules_change_the_wall_stays_and_the_moments_follow(town: Town):
    g, met = town.gathering(closes=datetime(2026, 12, 4, 12)), town.person("en")
    town.take(g, met)
    # As if the zone had been an hour off when this was written down.
    town.do(lambda c: c.execute(gathering.update().values(starts_at=wall("2026-12-05T19:00"), ends_at=wall("2026-12-05T21:00"))))
    with town.ledger.reading() as connection:
        assert gatherings.out_of_step(connection, town.now) == [g]
    assert town.do(lambda c: gatherings.resettle(c, town.now)) == 1
    assert town.found(g).starts_at == wall("2026-12-05T18:00")
    assert town.found(g).closes_at == wall("2026-12-04T11:00"), "an hour earlier like the start"
    town.live("2026-12-05T15:05")
    assert sum(text.startswith("**Reminder") for text in town.told(met)) == 3
