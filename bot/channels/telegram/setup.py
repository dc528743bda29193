"""Telling Telegram how we want to be reached, until it agrees."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import structlog

from bot.channels.telegram.answers import BotApiError
from bot.channels.telegram.api import Profile, Sender
from bot.channels.telegram.line import Line, Pauses
from bot.channels.telegram.updates import WANTED

WATCH: Final = 60.0  # seconds between looks at what Telegram says of our webhook

T = TypeVar("T")

_log = structlog.get_logger(__name__)


async def polling_allowed(sender: Sender, line: Line, pauses: Pauses) -> None:
    """No webhook stands in the way of polling."""
    await _granted(sender.remove_webhook, line, pauses)
    _log.info("Telegram is set up: messages are fetched")


async def webhook_kept(sender: Sender, address: str, secret: str, line: Line, pauses: Pauses) -> None:
    """The webhook is set, and `line` knows how it fares. Goes on watching until cancelled."""
    await _granted(lambda: sender.set_webhook(address, secret, WANTED), line, pauses)
    _log.info("Telegram is set up: messages are brought to us", webhook=address)
    while True:
        line.see(await _granted(sender.webhook, line, pauses), address)
        await asyncio.sleep(WATCH)


async def shown(sender: Sender, profiles: Sequence[Profile]) -> None:
    """Commands and descriptions stand as in `profiles`; where Telegram refuses, the operator reads why."""
    for profile in profiles:
        try:
            await sender.show(profile)
        except BotApiError as trouble:
            _log.warning("the bot's commands or descriptions could not be set", language=profile.language, answer=str(trouble))


async def _granted(ask: Callable[[], Awaitable[T]], line: Line, pauses: Pauses) -> T:
    """What `ask` returns once it raises BotApiError no more."""
    while True:
        try:
            granted = await ask()
        except BotApiError as trouble:
            line.explain(trouble)
            await asyncio.sleep(trouble.failed.retry_after or pauses.longer())
        else:
            line.well()
            pauses.forget()
            return granted
