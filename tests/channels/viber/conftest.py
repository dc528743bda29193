"""The channel on a real server on the loopback, between a fake Viber and doors that remember."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from structlog.testing import LogCapture

import bot.channels.viber
from bot import clock
from bot.channels.base import Received
from bot.channels.viber import Doors, Pace, Receipt, Viber, build
from bot.messages import Button, Incoming, Language, Outgoing
from bot.settings import Settings
from tests.fakes.viber import FakeViber

TOKEN = "44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass
class Remembered:
    """The composition root's side of the channel: it remembers, and can be told to fail."""

    received: list[Incoming] = field(default_factory=list)
    welcomed: list[Incoming] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    buried: list[tuple[str, bytes, str]] = field(default_factory=list)
    welcome: Outgoing | None = None
    standing: tuple[Button, ...] = ()
    broken: bool = False

    def doors(self) -> Doors:
        return Doors(self._receive, self._bury, self._receipt, self._welcome, self._standing)

    def forget(self) -> None:
        self.__init__()

    async def _receive(self, incoming: Incoming) -> Received:
        self._check()
        self.received.append(incoming)
        return "answered"

    async def _bury(self, channel: str, body: bytes, reason: str) -> None:
        self._check()
        self.buried.append((channel, body, reason))

    async def _receipt(self, receipt: Receipt) -> None:
        self._check()
        self.receipts.append(receipt)

    async def _welcome(self, incoming: Incoming) -> Outgoing | None:
        self._check()
        self.welcomed.append(incoming)
        return self.welcome

    def _standing(self, _language: Language) -> tuple[Button, ...]:
        return self.standing

    def _check(self) -> None:
        if self.broken:
            raise OSError("the disk is full")


@dataclass
class Stage:
    """Everything a test needs: the fake platform, our channel, and what came through its doors."""

    viber: FakeViber
    channel: Viber
    doors: Remembered


@asynccontextmanager
async def serve(routes: list[BaseRoute]) -> AsyncIterator[str]:
    """These routes on a real server; its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.001)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def on_stage(token: str = TOKEN, viber_token: str = TOKEN) -> AsyncIterator[Stage]:
    """The channel, served, with the webhook known to the fake but not yet set by us."""
    doors = Remembered()
    async with FakeViber(viber_token) as viber:
        settings = Settings(viber_token=token, viber_api_url=viber.url)
        channel = build(settings, doors.doors(), Pace(first=0.01, longest=0.02))
        async with serve(channel.routes()) as address:
            viber.webhook = f"{address}/channels/viber"
            try:
                yield Stage(viber, channel, doors)
            finally:
                await channel.stop()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with on_stage() as set_up:
        yield set_up
        assert not set_up.viber.unused, "a scripted answer nobody asked for"


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def logs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> Iterator[Sequence[Mapping[str, object]]]:
    """Our log lines. Whatever is logged or printed, by us or by a library, no test may show the token in it."""
    caplog.set_level(logging.DEBUG)
    kept = LogCapture()
    monkeypatch.setattr(bot.channels.viber, "_log", structlog.wrap_logger(None, processors=[kept]))
    yield kept.entries
    printed = capsys.readouterr()
    everything = f"{kept.entries} {caplog.text} {printed.out} {printed.err}"
    assert TOKEN not in everything, "the token stands in a log"
