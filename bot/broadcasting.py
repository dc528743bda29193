"""Broadcasts in this process: due ones are begun, their recipients prepared in steps, their slices worked on.

Truth is the recipients' rows; the engine only says which slice to work on. Pause, stop and quiet hours
are seen at every claim.
"""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot import clock
from bot.actions import broadcasts, deliveries
from bot.actions.deliveries import Slice
from bot.composing import compose
from bot.engine.base import Engine
from bot.library import Library
from bot.messages import LANGUAGES, Split
from bot.slices import Door, Messages, SliceRun, Window, Work, hand_to_chats
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import Broadcast
from bot.store.database import Writer
from bot.texts import Texts

SWEEP: Final = 1.0  # seconds between two looks for what is to begin or unfinished
SLICE: Final = 10.0  # seconds of sending in a slice
LEAST: Final = 300  # recipients in a slice, however slow the channel
STEP: Final = 500  # people prepared in one transaction: the writer is never held long
AHEAD: Final = 20  # slices of a channel kicked at once
WINDOW: Final = 0.2  # seconds of sending that may be under way in a process: the longest answer that does not slow it down
LEAST_WINDOW: Final = 8  # unless that is more than half a second of sending
JOB: Final = "slice"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The channels we can send on: `doors` by request, at `rates` requests a second; `fetched` are fetched by chats."""

    doors: Mapping[str, Door]
    rates: Mapping[str, float]
    fetched: tuple[str, ...] = ("web",)

    @property
    def channels(self) -> tuple[str, ...]:
        return (*self.doors, *self.fetched)

    def slice_sizes(self) -> dict[str, int]:
        """The most recipients in one slice, by channel."""
        sizes = {name: round(self.rates[name] * SLICE) * door.together for name, door in self.doors.items()}
        return {name: max(size, LEAST) for name, size in sizes.items()} | dict.fromkeys(self.fetched, STEP)

    def step(self) -> int:
        """How many people are prepared in one transaction: at most a slice of the slowest channel."""
        return min(STEP, *self.slice_sizes().values())

    def window(self, channel: str) -> Window:
        """Room for the recipients that may be under way at once."""
        rate = self.rates[channel]
        return Window(max(1, round(rate * WINDOW), min(LEAST_WINDOW, round(rate / 2))) * self.doors[channel].together)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a broadcast is made of besides its own text, and by whose clock its quiet hours go."""

    texts: Texts
    library: Callable[[], Library]
    split: Split
    zone: ZoneInfo


class Broadcaster:
    """Begins, prepares and sends broadcasts in this process."""

    def __init__(self, *, writer: Writer, engine: Engine, lanes: Lanes, wording: Wording) -> None:
        self._writer = writer
        self._engine = engine
        self._lanes = lanes
        self._wording = wording
        self._windows = {channel: lanes.window(channel) for channel in lanes.doors}
        self._quiet = False
        self._urgent = False
        for channel in lanes.channels:
            engine.on(f"{JOB} {channel}", self.work)

    async def run(self) -> None:
        """Begin, prepare and kick until cancelled. The engine runs beside it."""
        while True:
            try:
                more = await self.sweep()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look may fare better
                _log.error("broadcasts wait", error=type(error).__name__)
                more = False
            await asyncio.sleep(0 if more else SWEEP)

    async def sweep(self) -> bool:
        """One look: what is due begins, what is being prepared comes a step further, unfinished slices are kicked.

        Gives whether there is more to prepare at once.
        """
        preparing = await self._writer.write(partial(self._look, now=clock.now()))
        steps = [await self._step(number) for number in preparing]
        return any(steps)

    async def _step(self, broadcast_id: int) -> bool:
        """Prepare some more of this one; one that fails keeps no other back."""
        try:
            return await self._writer.write(partial(self._prepare, broadcast_id=broadcast_id))
        except Exception as error:  # noqa: BLE001 - as in `run`
            _log.error("a broadcast cannot be prepared now", broadcast=broadcast_id, error=type(error).__name__)
            return False

    async def work(self, slice_id: int) -> None:
        """Send what is unsent of this slice, as far as it may go on. Harmless when there is nothing to do."""
        async with self._engine.fence(slice_id) as mine:
            if not mine:
                return
            taken = await self._writer.write(partial(deliveries.take, slice_id=slice_id, token=str(uuid.uuid4())))
            if taken is None:
                return
            work = await self._writer.write(partial(self._work_on, taken=taken))
            if taken.channel in self._lanes.fetched:
                await hand_to_chats(taken, work, writer=self._writer)
                return
            door, window = self._lanes.doors[taken.channel], self._windows[taken.channel]
            await SliceRun(taken, work, writer=self._writer, door=door, window=window).run()

    # --- in the writer's transaction ------------------------------------------------------------

    def _look(self, connection: Connection, *, now: datetime) -> list[int]:
        self._quiet = reads.office_of(connection).quiet.holds(now, self._wording.zone)
        broadcasts.begin_due(connection, now, quiet=self._quiet)
        running = reads.all_of(connection, broadcasts.RUNNING)
        self._urgent = any(found.urgent for found in running)
        for found in running:
            if found.state == "sending" and not deliveries.finish(connection, found.id, now) and not self._held(found):
                self._kick(connection, found.id, now)
        return [found.id for found in running if found.state == "preparing"]

    def _kick(self, connection: Connection, broadcast_id: int, now: datetime) -> None:
        by_channel: defaultdict[str, list[int]] = defaultdict(list)
        for number, channel in reads.unfinished_slices(connection, broadcast_id, now, AHEAD):
            by_channel[channel].append(number)
        for channel, numbers in by_channel.items():
            self._engine.kick(connection, f"{JOB} {channel}", numbers)

    def _prepare(self, connection: Connection, *, broadcast_id: int) -> bool:
        found = reads.find(connection, broadcast_id)
        if found is None:
            return False
        now = clock.now()
        planned_by_others = reads.billable_this_month(connection, now) - found.billable
        budget = reads.office_of(connection).viber_budget - planned_by_others
        rules = broadcasts.rules_of(connection, found, self._lanes.channels)
        return not deliveries.prepare(connection, broadcast_id, rules, self._lanes.slice_sizes(), budget, now, self._lanes.step())

    def _held(self, found: Broadcast) -> bool:
        """Whether it must wait: for the end of the quiet hours, or while an urgent one is being sent."""
        return not found.urgent and (self._quiet or self._urgent)

    def _work_on(self, connection: Connection, *, taken: Slice) -> Work:
        found = broadcasts.get(connection, taken.broadcast_id)
        rules = broadcasts.rules_of(connection, found, self._lanes.channels)
        return Work(reads.ready(found.segment, rules), self._messages(found, taken.channel), partial(self._held, found))

    def _messages(self, found: Broadcast, channel: str) -> Messages:
        library, wording = self._wording.library(), self._wording
        composed = {language: compose(found.composition, wording.texts, library, language) for language in LANGUAGES}
        return {language: tuple(wording.split(channel, message)) for language, message in composed.items() if message}
