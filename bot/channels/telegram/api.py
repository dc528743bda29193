"""What the channel asks of Telegram, as types: so that it works before the library that asks has loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.channels.base import Failed, Parcel, Sent


@dataclass(frozen=True, slots=True)
class Profile:
    """What Telegram shows of the bot to people of one language ("" for all others).

    `commands` are (name, what it does), names `[a-z0-9_]{1,32}`; `description` (512 characters at most)
    stands in the empty chat, `about` (120) on the bot's page.
    """

    language: str
    commands: tuple[tuple[str, str], ...]
    description: str
    about: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Telegram says of our webhook: https://core.telegram.org/bots/api#webhookinfo"""

    url: str
    waiting: int = 0
    last_error_at: int = 0
    last_error: str = ""


class Sender(Protocol):
    """Requests to the Bot API. All but `send` raise BotApiError when they do not succeed."""

    async def send(self, parcel: Parcel) -> Sent | Failed: ...
    async def acknowledge(self, press: str) -> None: ...
    async def updates(self, after: int | None, wanted: Sequence[str], patience: int) -> list[bytes]: ...
    async def webhook(self) -> Webhook: ...
    async def set_webhook(self, url: str, secret: str, wanted: Sequence[str]) -> None: ...
    async def remove_webhook(self) -> None: ...
    async def show(self, profile: Profile) -> None: ...
    async def close(self) -> None: ...
