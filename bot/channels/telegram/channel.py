"""Telegram as a channel: webhook or polling in front, one sender behind.

Updates are taken from the first moment on; the sender (aiogram, seconds to load) is waited for only
by what must go out.
"""

import asyncio
import hmac
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.channels.base import Bury, Failed, Limits, Parcel, Receive, Sent
from bot.channels.bodies import limited
from bot.channels.telegram.api import Profile, Sender
from bot.channels.telegram.line import PAUSES, Line, Pauses
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.rendering import LIMITS
from bot.channels.telegram.setup import polling_allowed, shown, webhook_kept
from bot.channels.telegram.updates import (
    NAME,
    GroupNotice,
    Ignored,
    NotJsonError,
    NotUnderstoodError,
    Said,
    Understood,
    parse,
)
from bot.settings import Settings, SettingsError

PATH: Final = "/channels/telegram"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
GRACE: Final = 5.0  # seconds that acknowledgements in flight get at the end

_TOKEN: Final = re.compile(r"\d+:[\w-]+", re.ASCII)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")

Load = Callable[[], Awaitable[Sender]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the composition root hands the channel. `load` makes the sender; called once, when it is first needed."""

    receive: Receive
    bury: Bury
    load: Load


@dataclass(frozen=True, slots=True)
class Face:
    """What the bot says of itself: `notice` to a group, in all languages, and its profile in each."""

    notice: str
    profiles: Sequence[Profile] = ()


def build(settings: Settings, secret_key: str, doors: Doors, face: Face) -> "TelegramChannel":
    """The channel as the settings say, nothing started. Raises SettingsError for settings it cannot work with."""
    if not _TOKEN.fullmatch(settings.telegram_token):
        raise SettingsError("PRAG_TELEGRAM_TOKEN is not a token; copy it whole from BotFather: digits, a colon, letters")
    secret = settings.telegram_secret or derived_secret(secret_key)
    if not _SECRET.fullmatch(secret):
        raise SettingsError("PRAG_TELEGRAM_SECRET may hold only letters, digits, _ and -, at most 256; or leave it out")
    if settings.telegram_mode == "polling":
        return TelegramChannel(secret, None, doors, face)
    if not settings.public_url:
        _log.warning("PRAG_PUBLIC_URL is not set: webhooks are taken, but Telegram is not told where to bring them")
        return TelegramChannel(secret, "", doors, face)
    return TelegramChannel(secret, settings.public_url.rstrip("/") + PATH, doors, face)


def derived_secret(secret_key: str) -> str:
    """The webhook's secret for an installation that sets none: always the same for the same key."""
    return hmac.digest(secret_key.encode(), b"telegram webhook", "sha256").hex()


class TelegramChannel:
    """Updates come by webhook when `address` is a text, by polling when it is None. See base.SendingChannel.

    An empty `address`: webhooks are taken, but somebody else has told (or will tell) Telegram where.
    """

    name = NAME
    limits: Limits = LIMITS

    def __init__(self, secret: str, address: str | None, doors: Doors, face: Face, pauses: tuple[float, ...] = PAUSES) -> None:
        self._secret = secret
        self._address = address
        self._doors = doors
        self._face = face
        self._pauses = Pauses(pauses)
        self._line = Line()
        self._loading: asyncio.Task[Sender] | None = None
        self._poller: Poller | None = None
        self._running: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._noticed: tuple[date | None, set[str]] = (None, set())
        self._ignored: Counter[str] = Counter()

    # --- the channel ----------------------------------------------------------------------------

    def routes(self) -> list[BaseRoute]:
        """The webhook's route; without the secret it takes nothing."""
        return [Route(PATH, self._webhook_called, methods=["POST"])]

    async def start(self) -> None:
        """The sender is being loaded, and the set-up follows by itself; returns at once."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Nothing is fetched any more, what was fetched is in the ledger, and no connection is open."""
        if self._poller is not None:
            self._poller.stop()
        elif self._running is not None:
            self._running.cancel()
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)
        if self._errands:
            await asyncio.wait(self._errands, timeout=GRACE)
        for errand in self._errands:
            errand.cancel()
        await self._close()

    async def _close(self) -> None:
        if self._loading is None or self._loading.cancel():  # loading still: there is nothing to close
            return
        with suppress(Exception):  # a sender that could not be loaded was told of then
            await self._loading.result().close()

    async def send(self, parcel: Parcel) -> Sent | Failed:
        """Hand one parcel to Telegram, once the sender has loaded."""
        return await (await self._sender()).send(parcel)

    def numbers(self) -> dict[str, float]:
        """What an operator watches: updates waiting at Telegram, its last failed delivery, whether something is wrong."""
        webhook = self._line.webhook
        return {
            "waiting": float(webhook.waiting),
            "last_error_at": float(webhook.last_error_at),
            "trouble": float(bool(self._line.trouble)),
        } | {f"ignored: {reason}": float(count) for reason, count in self._ignored.items()}

    # --- receiving ------------------------------------------------------------------------------

    async def _webhook_called(self, request: Request) -> Response:
        # A str comparison fails on letters outside ASCII; of bytes it cannot.
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret.encode()):
            return PlainTextResponse("wrong secret\n", 403)
        try:
            body = await limited(request)
            if body is None:
                return PlainTextResponse("too large\n", 413)
            await self.accept(body)
        except (NotJsonError, ClientDisconnect):
            return PlainTextResponse("not JSON\n", 400)
        except Exception as error:  # noqa: BLE001 - whatever it is, Telegram shall bring the update again
            _log.error("an update could not be kept", error=type(error).__name__)
            return PlainTextResponse("try again\n", 503, headers={"Retry-After": "2"})
        return PlainTextResponse("ok\n")

    async def accept(self, body: bytes) -> None:
        """The update is in the ledger, or needs not be. Raises NotJsonError, and what `receive` and `bury` raise."""
        try:
            understood = parse(body, clock.now())
        except NotUnderstoodError as error:
            await self._doors.bury(NAME, body, str(error))
            return
        await self._act(understood)

    async def _accept_fetched(self, body: bytes) -> None:
        try:
            await self.accept(body)
        except NotJsonError:
            await self._bury_fetched(body, "not JSON")

    async def _bury_fetched(self, body: bytes, reason: str) -> None:
        await self._doors.bury(NAME, body, reason)

    async def _act(self, understood: Understood) -> None:
        match understood:
            case Said(incoming=incoming, press=press):
                if press:
                    self._run_errand(self._acknowledge(press))
                await self._doors.receive(incoming)
            case GroupNotice(chat=chat):
                self._ignored["in a group"] += 1
                if self._first_today(chat):
                    self._run_errand(self._tell_group(chat))
            case Ignored(reason=reason):
                self._ignored[reason] += 1

    def _first_today(self, chat: str) -> bool:
        today = clock.now().date()
        day, told = self._noticed
        if day != today:
            day, told = self._noticed = (today, set())
        first = chat not in told
        told.add(chat)
        return first

    # --- errands: small requests nobody waits for ----------------------------------------------

    def _run_errand(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _acknowledge(self, press: str) -> None:
        with suppress(Exception):  # too late or not at all: the answer itself is a message
            await (await self._sender()).acknowledge(press)

    async def _tell_group(self, chat: str) -> None:
        with suppress(Exception):  # we may not write there
            await self.send(Parcel(row=0, address=chat, text=self._face.notice, language="en"))

    # --- running --------------------------------------------------------------------------------

    async def _run(self) -> None:
        sender = await self._sender()
        self._run_errand(shown(sender, self._face.profiles))
        if self._address is None:
            await polling_allowed(sender, self._line, self._pauses)
            self._poller = Poller(sender, self._accept_fetched, self._bury_fetched, self._line, self._pauses)
            await self._poller.run()
        elif self._address:
            await webhook_kept(sender, self._address, self._secret, self._line, self._pauses)

    async def _sender(self) -> Sender:
        if self._loading is None:
            self._loading = asyncio.create_task(self._loaded())
        return await asyncio.shield(self._loading)

    async def _loaded(self) -> Sender:
        try:
            return await self._doors.load()
        except Exception as error:
            _log.error("Telegram's library could not be loaded; install Prag anew", error=type(error).__name__)
            raise
