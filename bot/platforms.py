"""The platforms we send to: which are switched on, at what rate, and what they say of the bot."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.channels import telegram, viber
from bot.channels.base import Bury, Receive, SendingChannel
from bot.channels.split import parts
from bot.channels.telegram.api import Sender
from bot.channels.telegram.rendering import LIMITS as TELEGRAM_LIMITS
from bot.channels.viber.parsing import Receipt
from bot.channels.viber.rendering import LIMITS as VIBER_LIMITS
from bot.channels.viber.rendering import viber_text
from bot.forecasts import Pace
from bot.messages import LANGUAGES, Button, Incoming, Language, Outgoing
from bot.segments import CHANNELS
from bot.settings import Settings
from bot.texts import Texts

# Telegram's language codes and the language we show there; "" is everybody else.
_PROFILES: Final[tuple[tuple[str, Language], ...]] = (
    ("", "en"), ("sr", "sr-Latn"), ("bs", "sr-Latn"), ("hr", "sr-Latn"), ("sq", "sq"),
)  # fmt: skip
_COMMANDS: Final = ("menu", "help", "language", "settings", "stop")
_LIMITS: Final = {"telegram": TELEGRAM_LIMITS, "viber": VIBER_LIMITS}

Load = Callable[[Settings], Awaitable[Sender]]


@dataclass(frozen=True, slots=True)
class Doors:
    """What a platform is handed: `receive` and `bury` for what comes in, `confirm` for what became of a message,
    `preview` for the answer to an opened chat that is not kept."""

    receive: Receive
    bury: Bury
    confirm: Callable[[str, str, str, str], Awaitable[None]]
    preview: Callable[[Incoming], Awaitable[Outgoing | None]]


def build(given: Settings, secret: str, texts: Texts, doors: Doors, load: Load) -> list[SendingChannel]:
    """The channels that have a token. Raises SettingsError for a token or address they cannot work with."""
    built: list[SendingChannel] = []
    if given.telegram_token:
        ours = telegram.Doors(doors.receive, doors.bury, partial(load, given))
        built.append(telegram.build(given, secret, ours, _face(texts)))
    if given.viber_token:
        standing = partial(_standing, texts)
        built.append(viber.build(given, viber.Doors(doors.receive, doors.bury, _receipts(doors), doors.preview, standing)))
    return built


def rate_of(channel: str, given: Settings) -> float:
    """Messages a second the operator permits on this channel."""
    return given.viber_rate if channel == "viber" else given.telegram_rate


def enabled(given: Settings) -> tuple[str, ...]:
    """The channels this installation can send broadcasts on."""
    tokens = {"telegram": given.telegram_token, "viber": given.viber_token, "web": "always"}
    return tuple(channel for channel in CHANNELS if tokens[channel])


def paces(given: Settings) -> dict[str, Pace]:
    """How fast each channel takes a broadcast; chats on the web fetch at once."""
    return {channel: Pace(rate_of(channel, given), limits.together) for channel, limits in _LIMITS.items()}


def split(channel: str, message: Outgoing) -> list[Outgoing]:
    """The message cut to what its channel takes; the buttons stand below the last part."""
    limits = _LIMITS.get(channel)
    if limits is None:
        return [message]
    *before, last = parts(message.text, limits.text) or [message.text]
    alone = [Outgoing(text, message.language) for text in before]
    return [*alone, Outgoing(last, message.language, message.buttons, message.attachment, None if before else message.replaces)]


def plain(channel: str, part: Outgoing) -> str | None:
    """The part as a channel without formatting shows it; None where the channel shows small Markdown formatted."""
    return viber_text(part.text) if channel == "viber" else None


def _receipts(doors: Doors) -> Callable[[Receipt], Awaitable[None]]:
    async def note(receipt: Receipt) -> None:
        await doors.confirm("viber", receipt.address, receipt.token, receipt.kind)

    return note


def _standing(texts: Texts, language: Language) -> tuple[Button, ...]:
    return (Button(texts[language]("button-menu"), "menu"),)


def _face(texts: Texts) -> telegram.Face:
    profiles = tuple(
        telegram.Profile(
            language=code,
            commands=tuple((name, texts[language](f"bot-command-{name}")) for name in _COMMANDS),
            description=texts[language]("bot-description"),
            about=texts[language]("bot-about"),
        )
        for code, language in _PROFILES
    )
    return telegram.Face("\n\n".join(texts[language]("bot-group") for language in LANGUAGES), profiles)
