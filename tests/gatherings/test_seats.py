"""Who gets a seat, who waits, and what becomes of a seat that is given up."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.actions import erasure, gatherings, seats
from bot.actions.gathering_drafts import GatheringError
from bot.actions.seats import Denied
from bot.gatherings import Mine
from bot.seating import Party, beyond, next_in
from bot.store import gathering_reads as reads
from bot.store.sealing import Vault
from bot.store.tables import party
from tests.town import Town, wall


def test_a_party_gets_seats_while_there_are_enough_and_then_waits_with_a_position(town: Town):
    g = town.gathering(capacity=5)
    first, second, third = town.person(), town.person(), town.person()
    assert town.take(g, first, 4) == Mine("seated", 4)
    assert town.take(g, second, 3) == Mine("waiting", 3, position=1)
    assert town.take(g, third, 2) == Mine("waiting", 2, position=2)
    assert town.found(g).free == 1


def test_a_small_party_may_take_the_seats_nobody_before_it_fits_into(town: Town):
    g = town.gathering(capacity=5)
    town.take(g, town.person(), 4)
    town.take(g, town.person(), 3)
    assert town.take(g, town.person(), 1) == Mine("seated", 1)


def test_a_freed_seat_is_offered_to_the_first_party_that_fits_and_they_are_told_until_when(town: Town):
    g = town.gathering(capacity=4)
    leaving, large, small = town.person(), town.person(), town.person("en")
    town.take(g, leaving, 2)
    town.take(g, town.person(), 2)
    town.take(g, large, 3)
    town.take(g, small, 2)
    town.leave(g, leaving)
    offered = town.mine(g, small)
    assert offered and offered.state == "offered"
    assert offered.offered_until == town.now + timedelta(hours=24)
    assert "Sunday, 22 November 2026, 10:00" in town.told(small)[-1]
    assert town.mine(g, large) == Mine("waiting", 3, position=1)


def test_an_offer_nobody_answers_goes_to_the_next_and_its_party_is_told(town: Town):
    g = town.gathering(capacity=2)
    leaving, slow, quick = town.person(), town.person("en"), town.person()
    for met in (leaving, slow, quick):
        town.take(g, met, 2)
    town.leave(g, leaving)
    town.now += timedelta(hours=25)
    assert town.turn_over(g) == 2
    assert "time to accept the seats has passed" in town.told(slow)[-1]
    lapsed, offered = town.mine(g, slow), town.mine(g, quick)
    assert lapsed and lapsed.state == "lapsed"
    assert offered and offered.state == "offered"
    assert town.accept(g, slow) == Denied("no-offer")
    accepted = town.accept(g, quick)
    assert isinstance(accepted, Mine) and accepted.state == "seated" and accepted.confirmed


def test_an_offer_taken_a_second_too_late_is_refused_even_before_the_sweep_came_by(town: Town):
    g = town.gathering(capacity=1)
    leaving, late = town.person(), town.person()
    town.take(g, leaving)
    town.take(g, late)
    town.leave(g, leaving)
    town.now += timedelta(hours=24, seconds=1)
    assert town.accept(g, late) == Denied("no-offer")


def test_near_the_beginning_an_offer_stands_for_half_of_the_time_that_is_left(town: Town):
    g = town.gathering(capacity=1)
    leaving, waiting = town.person(), town.person()
    town.take(g, leaving)
    town.take(g, waiting)
    town.now = wall("2026-12-05T14:00")
    town.leave(g, leaving)
    offered = town.mine(g, waiting)
    assert offered and offered.offered_until == wall("2026-12-05T16:00")


def test_seats_freed_in_the_night_are_offered_in_the_morning(town: Town):
    g = town.gathering(capacity=1)
    leaving, waiting = town.person(), town.person("en")
    town.take(g, leaving)
    town.take(g, waiting)
    town.now = wall("2026-12-03T23:00")
    town.leave(g, leaving)
    assert due_now(town) == []
    assert town.told(waiting) == []
    town.now = wall("2026-12-04T08:00")
    assert due_now(town) == [g]
    town.turn_over(g)
    offered = town.mine(g, waiting)
    assert offered and offered.offered_until == wall("2026-12-05T09:00")
    assert "Seats have become free" in town.told(waiting)[-1]


def test_an_offer_does_not_end_while_people_sleep(town: Town):
    g = town.gathering(capacity=1)
    leaving, waiting = town.person(), town.person()
    town.take(g, leaving)
    town.take(g, waiting)
    town.now = wall("2026-12-04T20:00")
    town.leave(g, leaving)
    offered = town.mine(g, waiting)
    assert offered and offered.offered_until == wall("2026-12-05T09:00")
    town.now = wall("2026-12-05T08:30")
    assert due_now(town) == []
    assert isinstance(town.accept(g, waiting), Mine)


def test_when_the_morning_would_be_too_late_seats_are_offered_in_the_night_until_the_beginning(town: Town):
    g = town.gathering(capacity=1, starts=datetime(2026, 12, 5, 7), ends=datetime(2026, 12, 5, 9))
    leaving, waiting = town.person(), town.person()
    town.take(g, leaving)
    town.take(g, waiting)
    town.now = wall("2026-12-04T22:00")
    town.leave(g, leaving)
    offered = town.mine(g, waiting)
    assert offered and offered.offered_until == wall("2026-12-05T07:00")


def due_now(town: Town) -> list[int]:
    with town.ledger.reading() as connection:
        return seats.to_hand_out(connection, town.now)


def test_a_party_that_becomes_smaller_frees_seats_for_others(town: Town):
    g = town.gathering(capacity=4)
    shrinking, waiting = town.person(), town.person()
    town.take(g, shrinking, 4)
    town.take(g, waiting, 2)
    town.resize(g, shrinking, 2)
    assert town.states(g) == [(2, "seated"), (2, "offered")]


def test_a_party_cannot_grow_into_seats_that_are_not_there_and_keeps_what_it_had(town: Town):
    g = town.gathering(capacity=4)
    growing = town.person()
    town.take(g, growing, 2)
    town.take(g, town.person(), 1)
    assert town.resize(g, growing, 4) == Denied("no-room", 3)
    assert town.mine(g, growing) == Mine("seated", 2)
    assert town.resize(g, growing, 3) == Mine("seated", 3)


@pytest.mark.parametrize("waiting", [False, True])
def test_after_signing_up_has_closed_a_party_can_shrink_but_not_grow(town: Town, *, waiting: bool):
    g = town.gathering(capacity=6, closes=datetime(2026, 12, 4, 12))
    met = town.person()
    if waiting:
        town.take(g, town.person(), 5)
    town.take(g, met, 2)
    town.now = wall("2026-12-04T12:00:01")
    assert town.resize(g, met, 3) == Denied("no-more", 2)
    changed = town.resize(g, met, 1)
    assert isinstance(changed, Mine) and changed.size == 1


@pytest.mark.parametrize(
    ("now", "why"),
    [("2026-11-22T09:59:59", "not-open"), ("2026-12-04T12:00:01", "closed"), ("2026-12-05T18:30", "over")],
)
def test_signing_up_outside_its_time_is_refused_to_the_second(town: Town, now: str, why: str):
    g = town.gathering(opens=datetime(2026, 11, 22, 10), closes=datetime(2026, 12, 4, 12))
    town.now = wall(now)
    assert town.take(g, town.person()) == Denied(why)  # type: ignore[arg-type]


def test_signing_up_at_the_very_last_second_works(town: Town):
    g = town.gathering(closes=datetime(2026, 12, 4, 12))
    town.now = wall("2026-12-04T12:00")
    assert town.take(g, town.person()) == Mine("seated", 1)


def test_a_party_larger_than_the_limit_or_the_whole_gathering_is_refused_with_the_most_possible(town: Town):
    assert town.take(town.gathering(capacity=3), town.person(), 4) == Denied("too-big", 3)
    assert town.take(town.gathering(capacity=30, party_limit=5), town.person(), 6) == Denied("too-big", 5)
    assert town.take(town.gathering(), town.person(), 0) == Denied("too-big", 6)


def test_nobody_signs_up_twice_but_who_left_may_come_back_at_the_end_of_the_queue(town: Town):
    g = town.gathering(capacity=1)
    back, other = town.person(), town.person()
    town.take(g, back)
    assert town.take(g, back) == Denied("already")
    town.leave(g, back)
    town.take(g, other)
    assert town.take(g, back) == Mine("waiting", 1, position=1)


def test_more_seats_are_handed_out_at_once(town: Town):
    g = town.gathering(capacity=2)
    for size in (2, 2, 1):
        town.take(g, town.person(), size)
    lost = town.do(lambda c: gatherings.set_capacity(c, town.texts, g, 5, town.now, override=False, by="", reason=""))
    assert lost == 0
    assert town.states(g) == [(2, "seated"), (2, "offered"), (1, "offered")]


def test_fewer_seats_than_are_taken_is_refused_with_the_list(town: Town):
    g = town.gathering(capacity=6)
    for size in (2, 2, 2):
        town.take(g, town.person(), size)
    with town.ledger.reading() as connection:
        last = reads.roster(connection, g)[-1].code
    with pytest.raises(GatheringError, match=f"6 seats are taken; with 5 .*{last} \\(2\\)"):
        town.do(lambda c: gatherings.set_capacity(c, town.texts, g, 5, town.now, override=False, by="", reason=""))
    assert town.found(g).capacity == 6


def test_with_an_override_the_last_parties_go_back_to_the_waiting_list_and_are_told(town: Town):
    g = town.gathering(capacity=6)
    guests = [town.person("en") for _ in range(3)]
    for met in guests:
        town.take(g, met, 2)
    lost = town.do(lambda c: gatherings.set_capacity(c, town.texts, g, 4, town.now, override=True, by="Ana", reason="smaller bus"))
    assert lost == 1
    assert town.states(g) == [(2, "seated"), (2, "seated"), (2, "waiting")]
    assert "fewer seats than planned" in town.told(guests[2])[-1]
    with town.ledger.reading() as connection:
        change = reads.changes(connection, g)[-1]
    assert (change.by, change.reason, change.state) == ("Ana", "smaller bus", "waiting")


def test_staff_give_seats_out_of_order_but_never_beyond_the_capacity(town: Town):
    g = town.gathering(capacity=2)
    town.take(g, town.person(), 1)
    town.take(g, town.person(), 2)
    urgent = town.person("en")
    waiting = codes_of(town, g)[-1]
    assert put(town, g, waiting, "seated") == Denied("no-room", 1)
    town.do(lambda c: gatherings.set_capacity(c, town.texts, g, 3, town.now, override=False, by="", reason=""))
    assert town.take(g, urgent) == Mine("waiting", 1, position=1)
    codes = codes_of(town, g)
    assert put(town, g, codes[0], "removed") is None
    assert put(town, g, codes[2], "seated") is None
    assert "Staff have given you seats" in town.told(urgent)[-1]
    assert "Your seats are kept: one person." in town.told(urgent)[-1]
    assert "free of charge" in town.told(urgent)[-1]


def test_whom_staff_put_on_the_waiting_list_is_told_so_and_stays_there_while_others_get_the_seats(town: Town):
    g = town.gathering(capacity=2)
    held, other = town.person("en"), town.person("en")
    town.take(g, held, 2)
    assert put(town, g, codes_of(town, g)[0], "waiting") is None
    assert town.told(held)[-1].startswith("**You are on the waiting list.** Staff have put you there")
    assert town.mine(g, held) == Mine("waiting", 2)
    with town.ledger.reading() as connection:
        assert reads.fillable(connection, town.now) == []
    assert town.turn_over(g) == 0
    assert town.take(g, other) == Mine("seated", 1)
    town.leave(g, other)
    assert put(town, g, codes_of(town, g)[0], "seated") is None
    assert town.mine(g, held) == Mine("seated", 2)


def test_seats_freed_by_holding_a_party_are_offered_to_the_next(town: Town):
    g = town.gathering(capacity=2)
    held, next_one = town.person(), town.person()
    town.take(g, held, 2)
    town.take(g, next_one, 2)
    put(town, g, codes_of(town, g)[0], "waiting")
    assert town.states(g) == [(2, "waiting"), (2, "offered")]


@pytest.mark.parametrize("state", ["seated", "waiting", "removed"])
def test_nobody_is_given_or_denied_seats_at_a_gathering_that_is_over_or_cancelled(town: Town, state: str):
    g, met = town.gathering(capacity=2), town.person()
    town.take(g, met)
    code = codes_of(town, g)[0]
    town.now = wall("2026-12-05T20:00")
    assert put(town, g, code, state) == Denied("over")
    town.now = wall("2026-12-05T10:00")
    town.cancel(g)
    told = town.told(met)
    assert put(town, g, code, state) == Denied("cancelled")
    assert town.told(met) == told


def codes_of(town: Town, gathering: int) -> list[str]:
    with town.ledger.reading() as connection:
        return [row.code for row in reads.roster(connection, gathering)]


def put(town: Town, gathering: int, code: str, state: str) -> Denied | None:
    return town.do(
        lambda c: seats.put(c, town.texts, gathering_id=gathering, code=code, state=state, by="Ana", reason="ill", now=town.now)  # type: ignore[arg-type]
    )


def test_what_staff_wrote_about_a_persons_seats_goes_with_them_and_the_steps_stay(town: Town, vault: Vault):
    g = town.gathering(capacity=3)
    gone, other = town.person(), town.person()
    for met in (gone, other):
        town.take(g, met)
    with town.ledger.reading() as connection:
        codes = [row.code for row in reads.roster(connection, g)]

    def remove(code: str) -> None:
        town.do(
            lambda c: seats.put(c, town.texts, gathering_id=g, code=code, state="removed", by="Ana", reason=f"ill {code}", now=town.now)
        )

    for code in codes:
        remove(code)
    town.do(lambda c: erasure.forget(c, vault, gone.person_id, reason="asked", now=town.now))
    with town.ledger.reading() as connection:
        assert [(row.number, row.state, row.reason) for row in reads.changes(connection, g)] == [
            (1, "seated", ""), (2, "seated", ""), (1, "removed", ""), (2, "removed", f"ill {codes[1]}"),
        ]  # fmt: skip


def test_erasing_a_person_frees_their_seats_at_the_next_look(town: Town):
    g = town.gathering(capacity=1)
    gone, waiting = town.person(), town.person()
    town.take(g, gone)
    town.take(g, waiting)
    town.do(lambda c: c.execute(party.delete().where(party.c.person_id == gone.person_id)))
    with town.ledger.reading() as connection:
        assert reads.fillable(connection, town.now) == [g]
    town.turn_over(g)
    offered = town.mine(g, waiting)
    assert offered and offered.state == "offered"
    with town.ledger.reading() as connection:
        assert reads.fillable(connection, town.now) == []


def test_the_rules_give_up_no_more_seats_than_needed_and_split_nobody():
    parties = [Party(1, 1, 3, "seated"), Party(2, 2, 2, "offered"), Party(3, 3, 1, "seated"), Party(4, 4, 6, "waiting")]
    assert [p.id for p in beyond(5, parties)] == [3]
    assert [p.id for p in beyond(4, parties)] == [3, 2]
    waiting = [replace(p, state="waiting") for p in parties]
    assert [p.id for p in next_in(4, waiting)] == [1, 3]
