"""The clockwork: a plain list of sweeps, each looked at every few seconds, none of them remembered elsewhere.

A sweep first looks, on a reading connection, whether there is anything to do; only then does it enter
the writer, or first work outside it where that may take long. What it does is rows and conditional updates, so a sweep that runs twice, or in two
processes, does nothing twice, and one that did not run for a day goes on where it stood.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection, insert, update

from bot import clock
from bot.actions import follows, gatherings, opinions, reminders, retention, seats, staff
from bot.measures import Measures
from bot.store.database import Ledger, Writer, hold
from bot.store.tables import job_run
from bot.texts import Texts

Look = Callable[[Connection, datetime], Any]
Act = Callable[[Connection, datetime, Any], int]

MORNING: Final = (8, 11)  # local hours between which the morning note goes out
NIGHT: Final = (time(3, 30), time(5))  # local time of the purge; no change of the clocks skips it
LATE: Final = timedelta(seconds=60)  # a sweep this far behind its time is a fault people may come to feel
_NOTED: Final = timedelta(seconds=30)  # an idle sweep is written down this often, not at every look

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """`look` says what there is to do (nothing, when it is falsy); `act` does it and counts what it did.

    `before` works outside the writer, before each `act`.
    """

    name: str
    seconds: int
    look: Look
    act: Act
    before: Callable[[datetime], None] | None = None


def sweeps(texts: Texts, zone: ZoneInfo) -> list[Sweep]:
    """Everything that is looked at again and again."""

    def announce(connection: Connection, now: datetime, new: Sequence[int]) -> int:
        return follows.announce(connection, texts, new[0], now)  # the next one at the next look: the writer is held briefly

    def hand_out(connection: Connection, now: datetime, some: Sequence[int]) -> int:
        return sum(seats.turn_over(connection, texts, name, now) for name in some)

    return [
        morning_note(texts, zone),
        Sweep("reminders", 2, reminders.due, lambda connection, now, _: reminders.send_due(connection, texts, now)),
        Sweep("seats", 2, seats.to_hand_out, hand_out),
        Sweep("announcements", 10, follows.unannounced, announce),
        Sweep("opinions", 60, opinions.to_ask, lambda connection, now, those: opinions.ask(connection, texts, those, now)),
        Sweep("names", 3600, opinions.names_to_drop, lambda connection, now, _: opinions.drop_names(connection, now)),
        Sweep("zones", 3600, gatherings.out_of_step, lambda connection, now, _: gatherings.resettle(connection, now)),
    ]


def morning_note(texts: Texts, zone: ZoneInfo) -> Sweep:
    """On working mornings the staff read in their chats what waits for them."""

    def look(connection: Connection, now: datetime) -> bool:
        local = clock.local(now, zone)
        return local.isoweekday() <= 5 and MORNING[0] <= local.hour < MORNING[1] and staff.without_note(connection, local.date())

    def act(connection: Connection, now: datetime, _: Any) -> int:
        return staff.morning_note(connection, texts, clock.local_day(now, zone), now)

    return Sweep("morning note", 60, look, act)


def nightly(zone: ZoneInfo, keep_days: Callable[[], Mapping[str, int]], clear: Callable[[datetime], None]) -> list[Sweep]:
    """Once a local night what is over its time is purged, and `clear` then takes it out of journals and old backups.

    `keep_days`: how many days each form keeps answers. The clearing follows the purge even if a stop came between them.
    """

    def due(connection: Connection, now: datetime) -> bool:
        local = clock.local(now, zone)
        begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return NIGHT[0] <= local.time() < NIGHT[1] and not retention.ran_since(connection, begun)

    def purge(connection: Connection, now: datetime, _: Any) -> int:
        if not hold(connection, "purge") or not due(connection, now):
            return 0
        done = retention.run(connection, keep_days(), now)
        retention.note_run(connection, now)
        return sum(done.values())

    def cleared(connection: Connection, now: datetime, _: Any) -> int:
        retention.note_clearing(connection, now)
        return 1

    return [
        Sweep("purge", 60, due, purge),
        Sweep("clearing", 60, lambda connection, _now: retention.uncleared(connection), cleared, before=clear),
    ]


@dataclass(slots=True)
class _Run:
    """How one sweep fares in this process."""

    due: datetime
    noted: datetime | None = None
    failures: int = 0
    unnoted: int = 0
    error: str = ""


@dataclass(slots=True)
class Clockwork:
    """Runs the sweeps until it is stopped."""

    ledger: Ledger
    writer: Writer
    sweeps: Sequence[Sweep]
    measures: Measures
    _runs: dict[str, _Run] = field(default_factory=dict)
    _scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Every sweep begins at once and then comes round in its own time."""
        now = clock.now()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for sweep in self.sweeps:
            self._runs[sweep.name] = _Run(due=now)
            self.measures.sweep_lag.labels(sweep.name).set_function(partial(self._lag, sweep.name))
            self._add(sweep.name, sweep.seconds, partial(self.run, sweep))
        self._scheduler.start()

    def _add(self, name: str, seconds: int, job: Callable[[], Any]) -> None:
        assert self._scheduler is not None
        self._scheduler.add_job(
            job, IntervalTrigger(seconds=seconds, timezone="UTC"), id=name, next_run_time=clock.now(),
            coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip

    def stop(self) -> None:
        """No sweep starts any more."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def run(self, sweep: Sweep) -> int:
        """One turn of a sweep; gives how much it did. A failure is noted and the next turn tries again."""
        run = self._runs.setdefault(sweep.name, _Run(due=clock.now()))
        started = clock.now()
        lag = max(timedelta(0), started - run.due)
        done = 0
        try:
            done = await self._sweep(sweep, started)
            run.error = ""
        except Exception as error:  # noqa: BLE001 - whatever it was, the other sweeps and the next turn go on
            run.failures += 1
            run.error = type(error).__name__
            self.measures.failed_sweeps.labels(sweep.name).inc()
            _log.error("sweep failed", sweep=sweep.name, error=run.error)
        run.unnoted += done
        run.due = started + timedelta(seconds=sweep.seconds)
        await self._note(sweep, run, started, lag)
        return done

    async def _sweep(self, sweep: Sweep, now: datetime) -> int:
        found = await asyncio.to_thread(self._look, sweep, now)
        done = 0
        while found:
            if sweep.before is not None:
                await asyncio.to_thread(sweep.before, now)
            did = await self.writer.write(partial(_act, sweep, now, found))
            done += did
            if not did:
                break
            found = await asyncio.to_thread(self._look, sweep, now)
        return done

    def _look(self, sweep: Sweep, now: datetime) -> Any:
        with self.ledger.reading() as connection:
            return sweep.look(connection, now)

    async def _note(self, sweep: Sweep, run: _Run, started: datetime, lag: timedelta) -> None:
        """The ledger knows of this run: at once when it did something or failed, now and then when it was idle."""
        if run.noted and not run.unnoted and not run.error and started - run.noted < _NOTED:
            return
        values = {
            "seconds": sweep.seconds, "started_at": started, "finished_at": clock.now(), "next_at": run.due,
            "lag": lag // timedelta(milliseconds=1), "failures": run.failures, "error": run.error[:80],
        }  # fmt: skip
        done, run.unnoted, run.noted = run.unnoted, 0, started
        try:
            await self.writer.write(lambda connection: _keep(connection, sweep.name, values, done))
        except Exception as error:  # noqa: BLE001 - a note that cannot be written must not stop the sweep
            _log.warning("sweep not noted", sweep=sweep.name, error=type(error).__name__)

    def lags(self) -> dict[str, float]:
        """How many seconds each sweep is behind its time now; a running one counts too."""
        return {name: self._lag(name) for name in self._runs}

    def _lag(self, name: str) -> float:
        return max(0.0, (clock.now() - self._runs[name].due).total_seconds())

    def late(self) -> dict[str, str]:
        """The sweeps that lag or fail, in words for /healthz."""
        found = {}
        for name, lag in self.lags().items():
            if lag > LATE.total_seconds():
                found[name] = f"{lag:.0f} s behind"
            elif self._runs[name].error:
                found[name] = self._runs[name].error
        return found


def _act(sweep: Sweep, now: datetime, found: Any, connection: Connection) -> int:
    return sweep.act(connection, now, found)


def _keep(connection: Connection, name: str, values: Mapping[str, Any], done: int) -> None:
    changed = update(job_run).where(job_run.c.name == name).values(**values, done=job_run.c.done + done)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(job_run).values(name=name, done=done, **values))
