"""Reminders through time: over both clock changes, moves, cancellations, quiet hours and downtime."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select

from bot.actions import office, people, reminders
from bot.actions.gathering_drafts import GatheringError
from bot.actions.outgoing import reply
from bot.gatherings import Gathering
from bot.localtime import Quiet, settle
from bot.messages import LANES, Outgoing
from bot.reminding import due, plan
from bot.store.tables import address, outgoing
from tests.gatherings.test_visits import VISIT
from tests.town import BELGRADE, Town, wall

QUIET = Quiet()


def reminded(town: Town, met: object) -> list[str]:
    return [text for text in town.told(met) if text.startswith("**Reminder")]  # type: ignore[arg-type]


def times(begins: str, now: str = "2026-01-01T00:00", offsets: tuple[int, ...] = (168, 24, 3)) -> dict[int, tuple[str, str]]:
    """Each reminder's wall time in Belgrade and the reason it does not go, by hours before."""
    planned = plan(wall(begins), BELGRADE, offsets, QUIET, wall(now))
    return {one.offset: (f"{one.due_at.astimezone(BELGRADE):%Y-%m-%d %H:%M}", one.reason) for one in planned}


def test_a_week_a_day_and_three_hours_before_each_goes_once(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-12-06T12:00")
    told = reminded(town, met)
    assert [text.split("**")[1] for text in told] == ["Reminder: in 7 days.", "Reminder: tomorrow.", "Reminder: today."]
    assert town.reminders(g) == {168: ("sent", ""), 24: ("sent", ""), 3: ("sent", "")}


def test_over_the_clock_change_in_spring_the_day_before_means_the_same_time_on_the_wall():
    assert times("2026-03-29T18:00") == {
        168: ("2026-03-22 18:00", ""), 24: ("2026-03-28 18:00", ""), 3: ("2026-03-29 15:00", ""),
    }  # fmt: skip
    assert wall("2026-03-29T18:00") - wall("2026-03-28T18:00") == timedelta(hours=23)


def test_over_the_clock_change_in_autumn_too_and_three_hours_are_three_hours():
    assert times("2026-10-25T18:00")[24] == ("2026-10-24 18:00", "")
    assert wall("2026-10-25T18:00") - wall("2026-10-24T18:00") == timedelta(hours=25)
    open_all_night = Quiet(start=datetime(2026, 1, 1, 3, 59).time(), end=datetime(2026, 1, 1, 4, 0).time())
    at = due(wall("2026-10-25T05:00"), BELGRADE, 3, open_all_night)
    assert f"{at.astimezone(BELGRADE):%H:%M %Z}" == "02:00 CET"
    assert wall("2026-10-25T05:00") - at == timedelta(hours=3)


@pytest.mark.parametrize(("start", "months"), [("2026-03-30T10:00", "03"), ("2026-10-26T10:00", "10")])
def test_living_through_a_clock_change_sends_each_reminder_exactly_once(town: Town, start: str, months: str):
    town.now = wall(f"2026-{months}-01T10:00")
    g = town.gathering(starts=datetime.fromisoformat(start), ends=datetime.fromisoformat(start) + timedelta(hours=2))
    met = town.person("en")
    town.take(g, met)
    town.live(start, step=timedelta(minutes=7))
    assert len(reminded(town, met)) == 2
    assert town.reminders(g) == {168: ("sent", ""), 24: ("skipped", "together"), 3: ("sent", "")}


def test_in_the_quiet_hours_early_reminders_wait_for_the_morning_and_the_last_one_comes_the_evening_before():
    assert times("2026-12-05T07:00") == {
        168: ("2026-11-28 08:00", ""), 24: ("2026-12-04 08:00", ""), 3: ("2026-12-04 20:00", ""),
    }  # fmt: skip
    assert times("2026-12-05T23:30", offsets=(24, 1))[24] == ("2026-12-05 08:00", "")


def test_two_within_twelve_hours_become_one_the_later():
    assert times("2026-12-05T10:00") == {
        168: ("2026-11-28 10:00", ""), 24: ("2026-12-04 10:00", "together"), 3: ("2026-12-04 20:00", ""),
    }  # fmt: skip


def test_who_signs_up_late_gets_the_next_useful_one(town: Town):
    g, met = town.gathering(), town.person("en")
    town.now = wall("2026-12-04T19:00")
    town.take(g, met)
    assert town.reminders(g) == {168: ("skipped", "late"), 24: ("skipped", "late"), 3: ("waiting", "")}
    town.live("2026-12-05T18:00")
    assert len(reminded(town, met)) == 1


def test_a_waiting_party_is_not_reminded_and_one_that_gets_its_seat_is(town: Town):
    g = town.gathering(capacity=1)
    first, second = town.person(), town.person("en")
    town.take(g, first)
    town.take(g, second)
    town.live("2026-11-29T12:00")
    town.leave(g, first)
    town.accept(g, second)
    town.live("2026-12-05T18:00")
    assert len(reminded(town, second)) == 2
    assert len([text for text in town.told(first) if text.startswith("**Podsetnik")]) == 1


def test_after_an_hour_of_downtime_what_was_due_goes_out_once(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-12-04T17:30")
    town.now = wall("2026-12-04T19:00")
    town.sweep()
    town.sweep()
    assert len(reminded(town, met)) == 2
    assert town.reminders(g)[24] == ("sent", "")


def test_after_a_day_of_downtime_the_useful_one_goes_and_says_how_near_it_is(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-12-04T17:30")
    town.now = wall("2026-12-05T17:30")
    town.sweep()
    assert reminded(town, met)[-1].startswith("**Reminder: today.**")
    assert town.reminders(g) == {168: ("sent", ""), 24: ("skipped", "newer"), 3: ("sent", "")}


def test_after_a_week_of_downtime_nothing_useless_goes_and_the_reason_is_kept(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.now = wall("2026-12-06T10:00")
    town.sweep()
    assert reminded(town, met) == []
    assert town.reminders(g) == {168: ("skipped", "newer"), 24: ("skipped", "newer"), 3: ("skipped", "over")}


def test_after_a_week_of_downtime_the_one_that_is_still_of_use_goes_and_only_that(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-11-27T18:00")
    town.now = wall("2026-12-04T19:00")
    town.sweep()
    town.live("2026-12-05T18:00")
    assert [text.split("**")[1] for text in reminded(town, met)] == ["Reminder: tomorrow.", "Reminder: today."]
    assert town.reminders(g) == {168: ("skipped", "newer"), 24: ("sent", ""), 3: ("sent", "")}


@pytest.mark.parametrize(
    ("start", "down", "up"),
    [
        ("2026-03-29T18:00", "2026-03-28T17:30", "2026-03-29T13:00"),
        ("2026-10-25T18:00", "2026-10-24T17:30", "2026-10-25T13:00"),
    ],
)
def test_downtime_over_a_clock_change_sends_each_due_reminder_exactly_once(town: Town, start: str, down: str, up: str):
    begins = datetime.fromisoformat(start)
    town.now = begins.replace(tzinfo=BELGRADE) - timedelta(days=20)
    g = town.gathering(starts=begins, ends=begins + timedelta(hours=2))
    met, early = town.person("en"), town.person("en")
    town.take(g, met)
    other = town.gathering(starts=begins + timedelta(hours=19), ends=begins + timedelta(hours=21))
    town.take(other, early)
    town.live(down, step=timedelta(minutes=30))
    assert len(reminded(town, met)) == 1
    town.now = wall(up)
    town.sweep()
    assert town.reminders(g)[24] == ("skipped", "together"), "the one three hours before is near"
    assert town.reminders(other)[24] == ("sent", ""), "a day before 13:00 is 13:00 on the wall, and that is now"
    town.live((begins + timedelta(hours=21)).isoformat(), step=timedelta(minutes=30))
    assert [text.split("**")[1] for text in reminded(town, met)] == ["Reminder: in 7 days.", "Reminder: today."]
    assert len(reminded(town, early)) == 3


def test_downtime_that_ends_in_the_night_waits_for_the_morning_unless_that_is_too_late(town: Town):
    evening = town.gathering()
    morning = town.gathering(starts=datetime(2026, 11, 29, 7), ends=datetime(2026, 11, 29, 9))
    met, early = town.person("en"), town.person("en")
    town.take(evening, met)
    town.take(morning, early)
    town.live("2026-11-28T17:00")
    town.now = wall("2026-11-28T23:00")
    town.sweep()
    assert reminded(town, met) == []
    assert len(reminded(town, early)) == 3, "they leave before the quiet hours end, so it goes at once"
    town.live("2026-11-29T08:10")
    assert len(reminded(town, met)) == 1


def test_an_overdue_reminder_gives_way_to_one_that_comes_within_twelve_hours(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-12-04T17:30")
    town.now = wall("2026-12-05T13:00")
    town.sweep()
    assert town.reminders(g) == {168: ("sent", ""), 24: ("skipped", "together"), 3: ("waiting", "")}


def test_a_moved_gathering_moves_its_reminders_and_tells_everybody_once(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-11-28T18:10")
    town.move(g, "2026-12-12T17:00")
    assert town.told(met)[-1].startswith("**A change")
    assert "Saturday, 12 December 2026, 17:00 – 19:00" in town.told(met)[-1]
    town.live("2026-12-12T17:00")
    assert [text.split("**")[1] for text in reminded(town, met)] == ["Reminder: in 7 days.", "Reminder: tomorrow.", "Reminder: today."]
    assert sum(text.startswith("**A change") for text in town.told(met)) == 1


def test_a_gathering_moved_nearer_skips_what_it_has_passed_and_reminds_in_time(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.move(g, "2026-11-22T18:00")
    assert town.reminders(g) == {168: ("skipped", "late"), 24: ("waiting", ""), 3: ("waiting", "")}
    town.live("2026-11-22T18:00")
    assert len(reminded(town, met)) == 2


def test_a_cancelled_gathering_sends_one_cancellation_and_no_reminder(town: Town):
    g, met, waiting = town.gathering(capacity=1), town.person("en"), town.person("en")
    town.take(g, met)
    town.take(g, waiting)
    assert town.cancel(g) == 2
    town.live("2026-12-06T10:00", step=timedelta(hours=1))
    assert [text.split("\n")[0] for text in town.told(met)] == ["**This gathering has been cancelled.** You need not do anything."]
    assert len(town.told(waiting)) == 1
    assert set(town.reminders(g).values()) == {("skipped", "cancelled")}
    with pytest.raises(GatheringError, match="was cancelled"):
        town.cancel(g)


def test_reminders_of_one_gathering_can_be_turned_off_and_on_again(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)

    def switch(*, on: bool) -> bool:
        found: Gathering = town.found(g)
        return bool(town.do(lambda c: reminders.switch(c, found, met.person_id, town.now, on=on)))

    assert switch(on=False)
    town.live("2026-11-30T10:00")
    assert reminded(town, met) == []
    assert switch(on=True)
    town.live("2026-12-05T18:00")
    assert len(reminded(town, met)) == 2
    assert town.reminders(g)[168] == ("skipped", "late")


def test_stop_holds_reminders_back_with_the_reason_and_kept_ones_still_go(town: Town):
    g, other, met = town.gathering(), town.gathering(starts=datetime(2026, 12, 12, 18), ends=datetime(2026, 12, 12, 20)), town.person("en")
    town.take(g, met)
    town.do(lambda c: people.stop(c, met.person_id, town.now))
    town.live("2026-11-28T18:10")
    assert reminded(town, met) == []
    assert town.reminders(g)[168] == ("skipped", "stopped")
    assert town.do(lambda c: reminders.keep_despite_stop(c, met.person_id, town.now)) == 1
    town.take(other, met)
    town.live("2026-12-12T18:00", step=timedelta(hours=1))
    assert len(reminded(town, met)) == 2, "those of the gathering that was kept, none of a later one"


def test_people_at_a_pick_up_point_are_reminded_before_the_bus_leaves(town: Town):
    g = town.gathering(VISIT)
    first, last = (point.id for point in town.found(g).points)
    early = town.person("en")
    town.take(g, early, names="A B", point=first)
    town.live("2026-12-11T20:10")
    assert "05:30 · Vranje" in reminded(town, early)[-1]
    assert "tomorrow" in reminded(town, early)[-1]
    assert last != first


def test_reminders_take_the_other_channel_when_the_last_one_is_blocked(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    telegram = answered_also(town, met, "telegram")
    town.live("2026-11-28T18:10")
    town.do(lambda c: people.block(c, "telegram", f"telegram-{met.person_id}", town.now))
    town.live("2026-12-05T15:10")
    with town.ledger.reading() as connection:
        sent = select(outgoing.c.address_id).where(outgoing.c.lane == LANES.index("reminder")).order_by(outgoing.c.id)
        assert list(connection.execute(sent).scalars()) == [telegram, met.address_id, met.address_id]
    assert town.reminders(g) == {168: ("sent", ""), 24: ("sent", ""), 3: ("sent", "")}


def test_who_has_blocked_every_channel_is_skipped_with_the_reason(town: Town):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.do(lambda c: people.block(c, "web", "person-1", town.now))
    town.live("2026-11-28T18:10")
    assert town.reminders(g)[168] == ("skipped", "blocked")


def answered_also(town: Town, met: people.Met, channel: str) -> int:
    """Another address of the same person, where we answered them last."""

    def join(connection: Connection) -> int:
        values = {"person_id": met.person_id, "channel": channel, "platform_id": f"{channel}-{met.person_id}"}
        name: int = connection.execute(insert(address).returning(address.c.id), values).scalar_one()
        reply(connection, name, channel, Outgoing("Hello", "en"), town.now)
        return name

    return int(town.do(join))


def test_a_time_the_clock_skips_moves_forward_and_one_that_comes_twice_is_the_first(town: Town):
    gap = settle(datetime(2026, 3, 29, 2, 30), BELGRADE)
    assert (gap.change, f"{gap.wall:%H:%M}", f"{gap.at:%H:%M}") == ("gap", "03:30", "01:30")
    twice = settle(datetime(2026, 10, 25, 2, 30), BELGRADE)
    assert (twice.change, f"{twice.wall:%H:%M}", f"{twice.at:%H:%M}") == ("overlap", "02:30", "00:30")
    assert settle(datetime(2026, 10, 25, 18, 0), BELGRADE).change == "none"


def test_the_offices_own_quiet_hours_hold(town: Town):
    town.do(lambda c: office.put(c, "quiet_from", "14:00", by="Ana", now=town.now))
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    town.live("2026-11-28T19:00")
    assert reminded(town, met) == []
    town.live("2026-11-29T08:00")
    assert len(reminded(town, met)) == 1
