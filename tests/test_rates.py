"""A channel's rate: kept on average, made up for after a stall, and never exceeded in any second, whoever sends."""

import asyncio
import math
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from bot.engine.base import HEADROOM, ChannelRate
from bot.engine.local import LocalRate
from bot.engine.pgqueuer import PostgresRate
from bot.store.database import Ledger
from bot.store.migrate import migrate
from tests.postgres import database, postgres

__all__ = ["postgres"]

RATE = 200.0
SECONDS = 3.0


@pytest.fixture(params=["memory", "postgres"])
def rates(request: pytest.FixtureRequest) -> Iterator[list[ChannelRate]]:
    """One sender of a process of its own, or three that share a row."""
    if request.param == "memory":
        yield [LocalRate(RATE)]
        return
    with database(request.getfixturevalue("postgres")) as url:
        ledger = Ledger(url)
        migrate(ledger)
        ledger.close()
        yield [PostgresRate(url, "telegram", RATE) for _ in range(3)]


async def send(rates: list[ChannelRate], *, stalls: int = 0) -> list[float]:
    """When sends started within SECONDS, in order, while the loop stood still `stalls` times for 40 ms."""
    started: list[float] = []
    loop = asyncio.get_running_loop()

    async def sender(rate: ChannelRate) -> None:
        while True:
            await rate.slot(50)
            started.append(loop.time())

    senders = [asyncio.create_task(sender(rate)) for rate in rates]
    for _ in range(stalls):
        await asyncio.sleep(SECONDS / stalls / 2)
        time.sleep(0.04)
        await asyncio.sleep(SECONDS / stalls / 2 - 0.04)
    await asyncio.sleep(0 if stalls else SECONDS)
    for task in senders:
        task.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    for rate in rates:
        if isinstance(rate, PostgresRate):
            await rate.close()
    return started


def busiest(started: list[float]) -> int:
    """The most sends in any second."""
    return max(sum(first <= at < first + 1 for at in started) for first in started)


@pytest.mark.parametrize("stalls", [0, 4], ids=["smooth", "stalled"])
async def test_no_second_holds_more_than_the_platform_permits(rates: list[ChannelRate], stalls: int):
    started = await send(rates, stalls=stalls)
    assert busiest(started) <= math.ceil(RATE * HEADROOM)
    assert len(started) > RATE * SECONDS * 0.85


async def test_slots_stand_apart_by_the_rate():
    started = await send([LocalRate(40)])
    gaps = sorted(later - earlier for earlier, later in pairwise(started))
    assert gaps[len(gaps) // 2] == pytest.approx(1 / 40, abs=0.004)


async def test_a_slow_down_holds_everybody_back(rates: list[ChannelRate]):
    sending = asyncio.create_task(send(rates))
    await asyncio.sleep(1)
    await rates[0].push(1.0)
    pushed = asyncio.get_running_loop().time()
    started = await sending
    assert not [at for at in started if pushed + 0.2 < at < pushed + 0.95]
    assert [at for at in started if at > pushed + 1]
