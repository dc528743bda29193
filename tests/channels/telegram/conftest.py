"""A fake Bot API for each test, a sender to it, and an eye on the logs."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog

from bot.channels.telegram.sending import TelegramSender
from tests.channels.telegram.wiring import SECRET, Memory
from tests.fakes.telegram import TOKEN, FakeTelegram

FOREIGN = ("telegram", "httpx", "httpcore")


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake
        assert not fake.unused(), "a scripted answer was never asked for"


@pytest.fixture
async def sender(telegram: FakeTelegram) -> AsyncIterator[TelegramSender]:
    made = TelegramSender(telegram.token, telegram.url, patience=2)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def no_secret_in_a_log(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[list[Any]]:
    """Whatever a test does, neither the token nor the webhook's secret reaches a log or the terminal.

    The other libraries' own logs are not ours to answer for: python-telegram-bot writes the token.
    """
    caplog.set_level("DEBUG")
    with structlog.testing.capture_logs() as logs:
        yield logs
    records = (record.getMessage() for record in caplog.records if record.name.split(".")[0] not in FOREIGN)
    shown = " ".join((*map(str, logs), *records, *capsys.readouterr()))
    for secret in (TOKEN, TOKEN.partition(":")[2], SECRET):
        assert secret not in shown
