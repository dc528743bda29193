"""The channel as the service wires it, with a ledger that only remembers in front of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette

from bot.channels.base import Parcel
from bot.channels.telegram import Doors, Face, Profile, TelegramChannel
from bot.channels.telegram.sending import TelegramSender
from bot.messages import Button, Incoming
from tests.fakes.telegram import TOKEN

SECRET = "the-webhook_secret-of-the-tests"
NOTICE = "Pišite mi nasamo. · Më shkruani veçmas. · Please write to me in private."
QUICK = (0.01, 0.02)
PROFILES = (
    Profile("", (("menu", "Show the menu"), ("stop", "No more notices")), "Answers about return.", "Answers"),
    Profile("sr", (("menu", "Мени"), ("stop", "Без обавештења")), "Одговори о повратку.", "Одговори"),
)


@dataclass
class Memory:
    """Stands where the inbox stands: takes each message once, and can be out of order for a while."""

    received: list[Incoming] = field(default_factory=list)
    buried: list[tuple[str, bytes, str]] = field(default_factory=list)
    repeated: int = 0
    failures: int = 0
    poison: str = ""
    poisoned: int = 0
    calls: int = 0
    answer: Callable[[Incoming], Awaitable[object]] | None = None

    async def receive(self, incoming: Incoming) -> str:
        self.calls += 1
        for _ in range(7 - self.calls % 7):  # one message takes longer than another, so that order is somebody's doing
            await asyncio.sleep(0)
        self._fail_if_told()
        if self.poison and self.poison in incoming.text:
            self.poisoned += 1
            raise RuntimeError("this text breaks us")
        if incoming.message_id in {known.message_id for known in self.received}:
            self.repeated += 1
            return "repeated"
        self.received.append(incoming)
        if self.answer:
            await self.answer(incoming)
        return "answered"

    async def bury(self, channel: str, body: bytes, reason: str) -> None:
        self._fail_if_told()
        self.buried.append((channel, body, reason))

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.received]

    def _fail_if_told(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the ledger is out of order")


def channel_for(url: str, memory: Memory, *, address: str | None = None, token: str = TOKEN) -> TelegramChannel:
    """A channel in front of `memory`; by webhook when it has an address of its own."""

    async def load() -> TelegramSender:
        return TelegramSender(token, url, patience=2)

    doors = Doors(memory.receive, memory.bury, load)
    return TelegramChannel(SECRET, address, doors, Face(NOTICE, PROFILES), QUICK)


def echo(channel: TelegramChannel) -> Callable[[Incoming], Awaitable[object]]:
    """Answers text with itself and a button, and a press by changing the message."""

    async def answer(incoming: Incoming) -> object:
        text = incoming.text or f"izbor: {incoming.choice}"
        buttons = (Button("Meni", choice="menu"),)
        return await channel.send(Parcel(1, incoming.address, text, "sr-Latn", buttons, replaces=incoming.pressed_on))

    return answer


@asynccontextmanager
async def served(channel: TelegramChannel) -> AsyncIterator[str]:
    """The channel's routes on a free port of the loopback; yields the address of its webhook."""
    app = Starlette(routes=channel.routes())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/channels/telegram"
    finally:
        server.should_exit = True
        await serving


async def until(holds: Callable[[], object]) -> None:
    """Returns when `holds()` is true. Raises TimeoutError after twenty seconds."""
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)
