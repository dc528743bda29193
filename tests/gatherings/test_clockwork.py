"""The clockwork: sweeps do what is due, are noted, and show when they lag or fail."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from prometheus_client import generate_latest
from sqlalchemy import Connection, select

from bot.jobs import Clockwork, Sweep, sweeps
from bot.measures import Measures
from bot.store.database import Ledger, Writer
from bot.store.tables import job_run
from tests.gatherings.test_visits import VISIT
from tests.town import BELGRADE, Town, wall


@pytest.fixture
def clockwork(town: Town, writer: Writer) -> Clockwork:
    return Clockwork(town.ledger, writer, sweeps(town.texts, BELGRADE), Measures())


async def round_of(clockwork: Clockwork, now: datetime) -> dict[str, int]:
    """Every sweep has run once at `now`; what each of them did."""
    with time_machine.travel(now, tick=False):
        return {sweep.name: await clockwork.run(sweep) for sweep in clockwork.sweeps}


async def test_each_sweep_does_its_part_and_then_nothing_twice(town: Town, clockwork: Clockwork):
    g, visit = town.gathering(capacity=1), town.gathering(VISIT)
    seated, waiting = town.person("en"), town.person("en")
    town.take(g, seated)
    town.take(g, waiting)
    town.take(visit, seated, names="Ana Anic")
    done = await round_of(clockwork, wall("2026-11-28T18:00"))
    assert (done["reminders"], done["seats"]) == (1, 0)
    assert await round_of(clockwork, wall("2026-11-28T18:01")) == dict.fromkeys(done, 0)
    town.leave(g, seated)
    assert (await round_of(clockwork, wall("2026-12-04T18:00")))["seats"] == 1
    after = await round_of(clockwork, wall("2026-12-12T20:30"))
    assert (after["opinions"], after["names"]) == (1, 0)
    assert (await round_of(clockwork, wall("2026-12-20T12:00")))["names"] == 1


async def test_two_processes_send_a_reminder_once(town: Town, clockwork: Clockwork):
    g, met = town.gathering(), town.person("en")
    town.take(g, met)
    other = Writer(town.ledger)
    other.start()
    second = Clockwork(town.ledger, other, sweeps(town.texts, BELGRADE), Measures())
    with time_machine.travel(wall("2026-11-28T18:00"), tick=False):
        done = await asyncio.gather(clockwork.run(_reminders(clockwork)), second.run(_reminders(second)))
    other.stop()
    assert sum(done) == 1
    assert sum(text.startswith("**Reminder") for text in town.told(met)) == 1


async def test_runs_are_noted_at_once_when_they_did_something_and_now_and_then_when_idle(town: Town, clockwork: Clockwork):
    def noted() -> dict[str, Any]:
        with town.ledger.reading() as connection:
            return {row.name: row for row in connection.execute(select(job_run))}

    start = wall("2026-11-28T17:59:30")
    await round_of(clockwork, start)
    assert noted()["reminders"].started_at == start
    await round_of(clockwork, start + timedelta(seconds=10))
    assert noted()["reminders"].started_at == start
    g = town.gathering()
    town.take(g, town.person())
    await round_of(clockwork, start + timedelta(seconds=30))
    assert (noted()["reminders"].done, noted()["reminders"].lag) == (1, 18_000)
    assert noted()["reminders"].next_at == start + timedelta(seconds=32)


async def test_a_lagging_sweep_shows_in_health_and_metrics(clockwork: Clockwork):
    start = wall("2026-11-28T12:00")
    await round_of(clockwork, start)
    with time_machine.travel(start + timedelta(seconds=50), tick=False):
        assert clockwork.late() == {}
    with time_machine.travel(start + timedelta(seconds=90), tick=False):
        assert clockwork.late()["reminders"] == "88 s behind"
        assert clockwork.lags()["reminders"] == 88


async def test_a_failing_sweep_is_noted_and_the_next_turn_tries_again(town: Town, writer: Writer):
    broken = [True]

    def act(_connection: Connection, _now: datetime, _found: Any) -> int:
        if broken.pop() if broken else False:
            raise RuntimeError("a person's name that must not be logged")
        return 0

    sweep = Sweep("broken", 5, lambda _connection, _now: True, act)
    clockwork = Clockwork(town.ledger, writer, [sweep], Measures())
    await round_of(clockwork, wall("2026-11-28T12:00"))
    with town.ledger.reading() as connection:
        row = connection.execute(select(job_run)).one()
    assert (row.failures, row.error) == (1, "RuntimeError")
    assert clockwork.late() == {"broken": "RuntimeError"}
    await round_of(clockwork, wall("2026-11-28T12:00:05"))
    assert "RuntimeError" not in clockwork.late().values()


async def test_the_clockwork_runs_by_itself_until_it_is_stopped(ledger: Ledger, writer: Writer):
    turns: list[datetime] = []

    def look(_connection: Connection, now: datetime) -> bool:
        turns.append(now)
        return False

    clockwork = Clockwork(ledger, writer, [Sweep("quick", 1, look, lambda _c, _n, _f: 0)], Measures())
    clockwork.start()
    while len(turns) < 2:
        await asyncio.sleep(0.05)
    clockwork.stop()
    await asyncio.sleep(0)
    assert 'prag_sweep_lag_seconds{sweep="quick"}' in _metrics(clockwork.measures)


def _reminders(clockwork: Clockwork) -> Sweep:
    return next(sweep for sweep in clockwork.sweeps if sweep.name == "reminders")


def _metrics(measures: Measures) -> str:
    return generate_latest(measures.registry).decode()
