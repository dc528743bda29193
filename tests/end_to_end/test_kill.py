"""kill -9 at random moments under load: nothing lost, no effect twice, no message shown twice.

`KILLS=60 pytest tests/end_to_end/test_kill.py` kills more often (make proof does).
"""

import asyncio
import os
import random
import sqlite3
from contextlib import suppress
from pathlib import Path

import websockets

from tests.service import Browser, Service

KILLS = int(os.environ.get("KILLS", "8"))
PEOPLE = 6


class Talker:
    """One person with an unreliable connection: says numbered things and says each again until it is acknowledged."""

    def __init__(self, service: Service, number: int) -> None:
        self.browser = Browser(service, "en")
        self.number = number
        self.said: dict[str, dict[str, str]] = {}

    def next_frame(self) -> dict[str, str]:
        turn = len(self.said)
        n = f"{self.number}-{turn}"
        frame = [
            {"choice": "useful_legal-aid"},
            {"choice": "staff_new"},
            {"text": f"Please tell me about the bus, question number {n} of mine"},
        ][turn % 3]
        self.said[n] = frame | {"n": n}
        return self.said[n]

    async def live(self, over: asyncio.Event) -> None:
        """Talk until `over`, coming back after every cut, then until everything is acknowledged."""
        while not (over.is_set() and self.browser.acknowledged >= self.said.keys()):
            with suppress(OSError, websockets.WebSocketException, TimeoutError):
                await self.browser.open()
                await self._converse(over)
            await asyncio.sleep(0.05)
        await self.browser.close()

    async def _converse(self, over: asyncio.Event) -> None:
        await self.browser.read()
        for n, frame in list(self.said.items()):
            if n not in self.browser.acknowledged:
                await self._say(frame)
        while not over.is_set():
            await self._say(self.next_frame())

    async def _say(self, frame: dict[str, str]) -> None:
        await self.browser.send(frame)
        while frame["n"] not in self.browser.acknowledged:
            await self.browser.read(5)


async def test_kill_minus_nine_loses_nothing_and_doubles_nothing(tmp_path: Path):
    service = Service(tmp_path).start()
    over = asyncio.Event()
    talkers = [Talker(service, number) for number in range(PEOPLE)]
    lives = [asyncio.create_task(talker.live(over)) for talker in talkers]
    chance = random.Random(20261121)
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.05, 0.8))
        service.kill()
        await asyncio.to_thread(service.start)
    over.set()
    await asyncio.wait_for(asyncio.gather(*lives), 60)
    for talker in talkers:
        await talker.browser.open()
        await talker.browser.quiet(0.5)
        await talker.browser.close()
        ids = [message["id"] for message in talker.browser.messages]
        assert ids == sorted(set(ids)), "a message was shown twice"
        assert len(ids) == len(talker.said), "a message has no reply or several"
    service.stop()
    said = [frame for talker in talkers for frame in talker.said.values()]
    assert len(said) > 3 * KILLS
    with sqlite3.connect(tmp_path / "var" / "prag.db") as ledger:
        judged = ledger.execute("SELECT coalesce(sum(count), 0) FROM feedback").fetchone()[0]
        asked = ledger.execute("SELECT count(*) FROM question").fetchone()[0]
    ledger.close()
    assert judged == sum(frame.get("choice") == "useful_legal-aid" for frame in said)
    assert asked == sum("text" in frame for frame in said)
