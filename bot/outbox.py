"""Sending: rows that wait are claimed, sent within the channel's rate, and their result committed.

A row is claimed (committed) before its request leaves, and its place in the window is freed only
when its result has committed: after a kill, at most the window is in doubt. Replies go before
reminders and those before broadcasts, all from the one rate. One chat's messages go one at a time,
in order.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import structlog
from sqlalchemy import Connection

from bot import clock
from bot.actions import delivery
from bot.actions.delivery import Claimed, Result
from bot.channels.base import TIMED_OUT, BroadcastingChannel, Failed, Parcel, SendingChannel, Sent
from bot.engine.base import ChannelRate
from bot.measures import Measures
from bot.messages import LANES, Lane
from bot.store.database import LedgerError, Writer
from bot.verdicts import verdict

WINDOW: Final = 64  # requests under way at once
POLL: Final = 1.0  # seconds between two looks for rows that have become due
CLAIM_AGAIN: Final = 0.02  # seconds after another process was claiming on the same channel
LOOK_FOR_DEAD: Final = 5.0  # seconds between two looks for what dead processes were sending
PATIENCE: Final = 60.0  # seconds a single send may take before it counts as timed out
CHAT_PACE: Final = 1.0  # seconds between two messages we send first to one chat
# So many chats told to slow down within a minute, and the whole bot is meant.
SLOW_CHATS: Final = 3

T = TypeVar("T")
Complete = Callable[[Connection, Sequence[Claimed]], list[Claimed]]
_log = structlog.get_logger(__name__)


class Gate:
    """Lets sends pass one by one at the channel's rate, the more urgent lane first."""

    def __init__(self, rate: ChannelRate) -> None:
        self._rate = rate
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._filled = asyncio.Event()

    async def enter(self, lane: Lane) -> None:
        """Returns when it is this send's turn."""
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (LANES.index(lane), next(self._order), turn))
        self._filled.set()
        await turn

    async def run(self) -> None:
        """Open the gate at the channel's pace until cancelled. Who goes is decided only when the slot is there."""
        while True:
            await self._filled.wait()
            await self._rate.slot(len(self._queue))
            self._let_pass()

    def _let_pass(self) -> None:
        turn = self._next()
        if turn is not None:
            turn.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        while self._queue:
            _, _, turn = heapq.heappop(self._queue)
            if not self._queue:
                self._filled.clear()
            if not turn.done():
                return turn
        return None


def _as_they_are(_connection: Connection, rows: Sequence[Claimed]) -> list[Claimed]:
    return list(rows)


@dataclass(frozen=True, slots=True)
class _Done:
    claimed: Claimed
    outcome: Sent | Failed


class Outbox:
    """Sends what waits for one channel. `wake()` when there is something new; `run()` until cancelled."""

    def __init__(
        self,
        *,
        channel: SendingChannel,
        writer: Writer,
        rate: ChannelRate,
        process: str,
        measures: Measures,
        complete: Complete = _as_they_are,
    ) -> None:
        self._complete = complete
        self._channel = channel
        self._writer = writer
        self._rate = rate
        self._process = process
        self._measures = measures
        self._gate = Gate(rate)
        self._news = asyncio.Event()
        self._finished: asyncio.Queue[_Done] = asyncio.Queue()
        self._in_flight: dict[int, asyncio.Task[None]] = {}  # by address: one message a chat at a time
        self._paced: set[int] = set()
        self._slow: dict[str, float] = {}
        self._stopping = False

    def wake(self) -> None:
        """There is something new to send."""
        self._news.set()

    @property
    def together(self) -> int:
        """How many people one request of this channel can reach with the same message."""
        return self._channel.limits.together

    async def admit(self, lane: Lane) -> None:
        """Returns when it is the turn of one more request, the more urgent lanes first. Cancelling gives the turn up."""
        await self._gate.enter(lane)

    async def hand_over(self, parcels: Sequence[Parcel]) -> list[Sent | Failed]:
        """One request, already admitted; the outcomes are in the parcels' order. Several parcels are one message to several people."""
        outcomes = await self._together(parcels) if len(parcels) > 1 else [await self._hand_over(parcels[0])]
        for parcel, outcome in zip(parcels, outcomes, strict=True):
            label = "sent" if isinstance(outcome, Sent) else outcome.error.name
            self._measures.sent.labels(self._channel.name, label).inc()
            if isinstance(outcome, Failed):
                await self._slow_down(parcel.address, outcome)
        return outcomes

    async def run(self) -> None:
        """Send until cancelled; then no new request starts, and those under way get their result committed."""
        loops = [asyncio.create_task(loop) for loop in (self._gate.run(), self._record(), self._take_over())]
        try:
            while True:
                await _to_its_end(self._claim())
                # Not asyncio.wait_for: in Python 3.11 it can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await self._news.wait()
                self._news.clear()
        finally:
            await self._finish(loops)

    async def _finish(self, loops: list[asyncio.Task[None]]) -> None:
        self._stopping = True
        if self._in_flight:
            await asyncio.wait(list(self._in_flight.values()), timeout=PATIENCE)
        await self._finished.join()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)

    async def _claim(self) -> None:
        """Claim as many rows as there is room for, and start sending them."""
        room = WINDOW - len(self._in_flight)
        if room <= 0 or self._stopping:
            return
        busy = frozenset(self._in_flight) | self._paced
        now = clock.now()

        def claim(connection: Connection) -> list[Claimed] | None:
            rows = delivery.claim(connection, channel=self._channel.name, process=self._process, most=room, busy=busy, now=now)
            return None if rows is None else self._complete(connection, rows)

        rows = await self._write(claim)
        if rows is None:
            asyncio.get_running_loop().call_later(CLAIM_AGAIN, self._news.set)
        for claimed in rows or ():
            self._in_flight[claimed.address_id] = asyncio.create_task(self._send(claimed))

    async def _send(self, claimed: Claimed) -> None:
        await self._gate.enter(claimed.lane)
        parcel = Parcel(
            row=claimed.id,
            address=claimed.platform_id,
            text=claimed.text,
            language=claimed.language,
            buttons=claimed.buttons,
            replaces=claimed.replaces,
            attachment=claimed.attachment,
        )
        await self._finished.put(_Done(claimed, await self._hand_over(parcel)))

    async def _hand_over(self, parcel: Parcel) -> Sent | Failed:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._channel.send(parcel)
        except TimeoutError:
            return Failed(TIMED_OUT)
        except Exception as error:  # noqa: BLE001 - a channel's fault must not end the sending of everything
            _log.error("sending broke", channel=self._channel.name, error=type(error).__name__)
            return Failed(TIMED_OUT)

    async def _together(self, parcels: Sequence[Parcel]) -> list[Sent | Failed]:
        assert isinstance(self._channel, BroadcastingChannel)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._channel.broadcast(parcels)
        except TimeoutError:
            return [Failed(TIMED_OUT)] * len(parcels)
        except Exception as error:  # noqa: BLE001 - as for a single message
            _log.error("sending broke", channel=self._channel.name, error=type(error).__name__)
            return [Failed(TIMED_OUT)] * len(parcels)

    async def _take_over(self) -> None:
        """Send what dead processes were sending. One that only lost its database for a moment is not taken for dead."""
        suspects: frozenset[str] = frozenset()
        looks = 0
        while True:
            gone: frozenset[str] = await self._write(partial(delivery.orphaned, channel=self._channel.name, process=self._process))
            dead = gone & suspects if looks else gone
            if dead:
                await self._release(dead)
                self._news.set()
            suspects, looks = gone, looks + 1
            await asyncio.sleep(LOOK_FOR_DEAD)

    async def _release(self, dead: frozenset[str]) -> None:
        released: int = await self._write(partial(delivery.release, channel=self._channel.name, processes=dead))
        _log.warning("messages a dead process was sending are sent again", channel=self._channel.name, count=released)

    async def _record(self) -> None:
        """Commit the results of whatever has finished meanwhile, together; only then is their place free."""
        while True:
            done = [await self._finished.get()]
            while not self._finished.empty():
                done.append(self._finished.get_nowait())
            results = [await self._result(one) for one in done]
            await self._commit(results)
            for one in done:
                self._free(one.claimed)
                self._finished.task_done()
            self._news.set()

    async def _commit(self, results: list[Result]) -> None:
        """The results are in the ledger; one that cannot be kept as it is does not keep the others out."""
        try:
            await self._write(partial(delivery.record, results=results, now=clock.now()))
        except Exception as error:  # noqa: BLE001 - whatever it is, the sending must go on
            _log.error("a result could not be kept", channel=self._channel.name, error=type(error).__name__)
            if len(results) > 1:
                for result in results:
                    await self._commit([result])
            elif results[0].moved_to is not None:
                await self._commit([Result(results[0].id, "failed", reason=results[0].reason)])

    def _free(self, claimed: Claimed) -> None:
        self._in_flight.pop(claimed.address_id, None)
        if claimed.lane != "reply":
            self._paced.add(claimed.address_id)
            asyncio.get_running_loop().call_later(CHAT_PACE, self._unpace, claimed.address_id)

    def _unpace(self, address_id: int) -> None:
        self._paced.discard(address_id)
        self._news.set()

    async def _result(self, done: _Done) -> Result:
        claimed, outcome = done.claimed, done.outcome
        if isinstance(outcome, Sent):
            self._measures.sent.labels(self._channel.name, "sent").inc()
            return Result(claimed.id, "sent", platform_message_id=outcome.platform_message_id)
        self._measures.sent.labels(self._channel.name, outcome.error.name).inc()
        if outcome.error.alarm:
            _log.error("sending needs you", channel=self._channel.name, reason=outcome.error.told)
        await self._slow_down(str(claimed.address_id), outcome)
        return verdict(claimed.id, outcome, lane=claimed.lane, attempts=claimed.attempts)

    async def _slow_down(self, chat: str, outcome: Failed) -> None:
        """Heed “slow down”: for everyone when the platform says so or several chats hear it at once."""
        if outcome.retry_after is None:
            return
        now = asyncio.get_running_loop().time()
        self._slow = {slow: at for slow, at in self._slow.items() if now - at < 60} | {chat: now}
        if outcome.everyone or len(self._slow) >= SLOW_CHATS:
            await self._rate.push(outcome.retry_after)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer, trying again while the ledger cannot be written."""
        while True:
            try:
                return await self._writer.write(work)
            except LedgerError:
                _log.error("the ledger cannot be written; trying again", channel=self._channel.name)
                await asyncio.sleep(POLL)


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Wait for `work`; a cancellation waits until it is done, so that rows it claims are not left behind."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
