"""Fetching updates: our own long poll, in which no single update can hold up the rest.

An update counts as received only when the ledger has it (or has it among the dead letters); only
then is Telegram told to forget it. Different chats are handled at once, one chat in its order.
Doubles are the ledger's business: ids are compared for being the same, never for being higher,
because Telegram may start its numbering anew.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import takewhile
from typing import Final

import structlog

from bot.channels.telegram.answers import BotApiError
from bot.channels.telegram.api import Sender
from bot.channels.telegram.line import Line, Pauses
from bot.channels.telegram.updates import WANTED, glance

LONG_POLL: Final = 50  # seconds; the most Telegram grants
TRIES: Final = 3  # of one update, before it is put among the dead letters

Accept = Callable[[bytes], Awaitable[None]]
Bury = Callable[[bytes, str], Awaitable[None]]

_log = structlog.get_logger(__name__)


class Poller:
    """The loop. `accept` returns once the ledger has the update and raises when it could not; `bury` likewise."""

    def __init__(self, sender: Sender, accept: Accept, bury: Bury, line: Line, pauses: Pauses) -> None:
        self._sender = sender
        self._accept = accept
        self._bury = bury
        self._line = line
        self._pauses = pauses
        self._after: int | None = None
        self._tries: Counter[bytes] = Counter()
        self._stopping = False
        self._waiting: asyncio.Future[list[bytes]] | None = None

    async def run(self) -> None:
        """Fetch and hand over until stopped."""
        while not self._stopping:
            try:
                fetched = await self._interruptible(self._sender.updates(self._after, WANTED, LONG_POLL))
            except BotApiError as trouble:
                self._line.explain(trouble)
                await self._rest(trouble.failed.retry_after)
                continue
            self._line.well()
            # Telegram has forgotten those up to `after`; asking for higher ones only would miss a new numbering.
            self._after = None
            if await self._hand_over(fetched):
                self._pauses.forget()
            else:
                await self._rest()

    def stop(self) -> None:
        """Fetch no more; what was fetched is still handed over before `run` returns."""
        self._stopping = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def _interruptible(self, fetching: Awaitable[list[bytes]]) -> list[bytes]:
        task = asyncio.ensure_future(fetching)
        self._waiting = task
        try:
            return await task
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            return []
        finally:
            self._waiting = None

    async def _hand_over(self, fetched: list[bytes]) -> bool:
        """Whether the ledger has all of it. What comes before the first it has not may be forgotten by Telegram."""
        chats: dict[int | None, list[bytes]] = {}
        for body in fetched:
            chats.setdefault(glance(body).chat, []).append(body)
        kept = set().union(*await asyncio.gather(*(self._one_chat(bodies) for bodies in chats.values())))
        for body in takewhile(kept.__contains__, fetched):
            self._after = glance(body).number or self._after
        return len(kept) == len(set(fetched)) and (self._after is not None or not fetched)

    async def _one_chat(self, bodies: list[bytes]) -> set[bytes]:
        kept: set[bytes] = set()
        for body in bodies:
            if not await self._keep(body):
                break
            kept.add(body)
        return kept

    async def _keep(self, body: bytes) -> bool:
        """Whether the ledger has it: as a message, or as a dead letter when several tries were in vain."""
        try:
            await self._accept(body)
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop must go on and try again
            self._tries[body] += 1
            _log.error("an update could not be kept", error=type(error).__name__, tried=self._tries[body])
            return self._tries[body] >= TRIES and await self._given_up(body)
        self._tries.pop(body, None)
        return True

    async def _given_up(self, body: bytes) -> bool:
        """Whether it is among the dead letters now. It is not while the ledger itself cannot be written."""
        try:
            await self._bury(body, "could not be handled")
        except Exception as error:  # noqa: BLE001 - as above
            _log.error("the ledger takes nothing; Prag keeps trying", error=type(error).__name__)
            return False
        self._tries.pop(body, None)
        return True

    async def _rest(self, seconds: float | None = None) -> None:
        await self._interruptible(asyncio.sleep(seconds or self._pauses.longer(), []))
