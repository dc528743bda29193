"""One slice of a broadcast on its way: claimed, sent within the channel's window, recorded.

A claim is committed before its request leaves; a place in the window is free once the result has been
committed. After a kill, at most the window is in doubt.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import structlog
from sqlalchemy import Connection, Select

from bot import clock
from bot.actions import deliveries
from bot.actions.deliveries import Became, Due, Grant, Slice
from bot.actions.delivery import Result
from bot.channels.base import TIMED_OUT, Failed, Parcel, Sent
from bot.messages import Lane, Language, Outgoing
from bot.store.database import LedgerError, Writer
from bot.verdicts import verdict

LOOK: Final = 0.5  # seconds after which a waiting slice looks whether it may go on
GATHER: Final = 0.05  # seconds in which results are gathered into one commit
CHAT_STEP: Final = 250  # chats that get their message in one transaction
BREATH: Final = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before the next claims, by rounds in which the platform took nothing
# Seconds a claimed recipient may wait at the gate. A pause, a STOP or a platform's “slow down” is so heeded within
# about a second: whoever could not leave is claimed anew, and looked at anew.
FRESH: Final = 0.8
LEDGER_PAUSE: Final = 1.0  # seconds before the ledger is tried again

T = TypeVar("T")
Messages = Mapping[Language, tuple[Outgoing, ...]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What a slice's sending needs of its broadcast: the query of who is next, what they get, whether it must wait now."""

    ready: Select[Any]
    messages: Messages
    held: Callable[[], bool]


class Door(Protocol):
    """The way out of one channel, shared with everything else that is sent there."""

    @property
    def together(self) -> int: ...
    async def admit(self, lane: Lane) -> None: ...
    async def hand_over(self, parcels: Sequence[Parcel]) -> list[Sent | Failed]: ...


class Window:
    """How many recipients of one channel may be under way at once in this process, and whose turn it is to claim.

    `trouble` counts the rounds in a row in which the platform was out of order.
    """

    def __init__(self, size: int) -> None:
        self._free = size
        self.turn = asyncio.Lock()
        self.trouble = 0

    def take(self) -> int:
        """All the places that are free, no longer free."""
        taken, self._free = self._free, 0
        return taken

    def give(self, places: int) -> None:
        """So many places are free again."""
        self._free += places

    def judge(self, outcomes: Iterable[Became]) -> None:
        """Take note of a round's outcomes."""
        outcomes = list(outcomes)
        if any(one.result.state == "sent" for one in outcomes):
            self.trouble = 0
        elif outcomes and all(one.result.state == "waiting" for one in outcomes):
            self.trouble = min(self.trouble + 1, len(BREATH) - 1)


class SliceRun:
    """Sends one slice through `door`. `work.held` tells whether it must wait."""

    def __init__(self, mine: Slice, work: Work, *, writer: Writer, door: Door, window: Window) -> None:
        self._mine = mine
        self._work = work
        self._writer = writer
        self._door = door
        self._window = window
        self._after = 0
        self._halting = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._handing_over: set[asyncio.Task[None]] = set()
        self._became: list[Became] = []
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Send what is unsent and due, until all is claimed and answered, or it must not go on.

        However it ends: what was handed over is recorded, what was only claimed waits again.
        """
        try:
            async with self._window.turn:
                while await self._round(claiming=True):
                    await self._wait()
            while self._under_way and await self._round(claiming=False):
                await self._wait()
        finally:
            await self._end()

    async def _round(self, *, claiming: bool) -> bool:
        """Commit what came in, claim as much as there is room for, start sending it; whether to go on so."""
        if claiming:
            await asyncio.sleep(BREATH[self._window.trouble])
        room = self._window.take() if claiming else 0
        became = self._collect()
        exchange = partial(
            deliveries.exchange, mine=self._mine, ready=self._work.ready, became=became, after=self._after, most=room, now=clock.now(),
            held=self._work.held(),
        )  # fmt: skip
        exchanging = asyncio.create_task(self._write(exchange))
        try:
            grant: Grant = await asyncio.shield(exchanging)
        except asyncio.CancelledError:
            # Being stopped: what is claimed in this very moment is given back, not forgotten.
            grant = await exchanging
            self._window.give(room + len(became) - len(grant.due))
            self._became += [_became(one, None, one.parts) for one in grant.due]
            raise
        except Exception:
            self._window.give(room)
            self._became = became + self._became
            raise
        self._window.give(room + len(became) - len(grant.due))
        self._start(grant.due)
        return grant.standing == "go" and not (claiming and grant.all_claimed)

    async def _wait(self) -> None:
        """Until something came in, and a moment longer so that one commit takes more of it; at most LOOK."""
        if self._under_way and not self._became:
            self._news.clear()
            await _at_most(LOOK, self._news)
        await asyncio.sleep(GATHER)

    def _collect(self) -> list[Became]:
        became, self._became = self._became, []
        self._window.judge(became)
        return became

    def _start(self, due: Sequence[Due]) -> None:
        for group in self._groups(due):
            task = asyncio.create_task(self._deliver(group))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if due:
            self._after = due[-1].id

    def _groups(self, due: Sequence[Due]) -> list[tuple[Due, ...]]:
        """Recipients of one request: those who get the same single message, as many as the channel takes together."""
        if self._door.together == 1:
            return [(one,) for one in due]
        alike: defaultdict[Language, list[Due]] = defaultdict(list)
        for one in due:
            alike[one.language].append(one)
        groups: list[tuple[Due, ...]] = []
        for language, same in alike.items():
            size = self._door.together if len(self._work.messages[language]) == 1 else 1
            groups += [tuple(same[place : place + size]) for place in range(0, len(same), size)]
        return groups

    async def _deliver(self, group: tuple[Due, ...]) -> None:
        """The group's outcomes are noted, whatever happens. One that cannot leave soon after it was claimed is given back."""
        gone = group[0].parts
        outcomes: list[Sent | Failed | None] = [None] * len(group)
        fresh: float | None = FRESH
        try:
            for part in self._work.messages[group[0].language][gone:]:
                if self._halting:
                    outcomes = [None] * len(group)
                    break
                async with asyncio.timeout(fresh):
                    await self._door.admit("broadcast")
                outcomes = await self._hand_over(group, part)
                if any(isinstance(outcome, Failed) for outcome in outcomes):
                    break
                gone, fresh = gone + 1, None
        except (asyncio.CancelledError, TimeoutError):
            outcomes = [None] * len(group)
        except Exception as error:  # noqa: BLE001 - whatever broke, its recipients must not hang in between
            _log.error("sending broke", channel=self._mine.channel, error=type(error).__name__)
            outcomes = [Failed(TIMED_OUT)] * len(group)
        self._became += [_became(one, outcome, gone) for one, outcome in zip(group, outcomes, strict=True)]
        self._news.set()

    async def _hand_over(self, group: tuple[Due, ...], part: Outgoing) -> list[Sent | Failed | None]:
        task = asyncio.current_task()
        assert task is not None
        self._handing_over.add(task)
        try:
            parcels = [Parcel(one.id, one.platform_id, part.text, part.language, part.buttons) for one in group]
            return list(await self._door.hand_over(parcels))
        finally:
            self._handing_over.discard(task)

    async def _end(self) -> None:
        self._halting = True
        for task in self._under_way - self._handing_over:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)
        became = self._collect()
        try:
            await self._write(partial(deliveries.close, mine=self._mine, became=became, now=clock.now()))
        finally:
            self._window.give(len(became))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer, trying again while the ledger cannot be written."""
        while True:
            try:
                return await self._writer.write(work)
            except LedgerError:
                _log.error("the ledger cannot be written; trying again", channel=self._mine.channel)
                await asyncio.sleep(LEDGER_PAUSE)


async def hand_to_chats(mine: Slice, work: Work, *, writer: Writer) -> None:
    """The slice's recipients find the message in their chats, as far as it may go on."""
    grant = Grant("go")
    while grant.standing == "go" and not grant.all_claimed:
        grant = await writer.write(
            partial(
                deliveries.hand_to_chats,
                mine=mine,
                ready=work.ready,
                messages=work.messages,
                most=CHAT_STEP,
                now=clock.now(),
                held=work.held(),
            )
        )
    await writer.write(partial(deliveries.close, mine=mine, became=(), now=clock.now()))


def _became(one: Due, outcome: Sent | Failed | None, gone: int) -> Became:
    if outcome is None:
        return Became(Result(one.id, "waiting"), gone)
    if isinstance(outcome, Sent):
        return Became(Result(one.id, "sent", platform_message_id=outcome.platform_message_id), gone)
    return Became(verdict(one.id, outcome, lane="broadcast", attempts=one.attempts), gone)


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
