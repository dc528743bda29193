"""The terminal: a person types, Prag answers; buttons are numbers."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

from bot import clock
from bot.channels.base import Receive
from bot.messages import Button, Fetched, Incoming, Language

Pull = Callable[[str, int], Awaitable[list[Fetched]]]
NAME: Final = "terminal"


class Terminal:
    """One conversation at a keyboard, until the input ends. `said` holds what the person did, as a talk writes it."""

    def __init__(self, *, receive: Receive, pull: Pull, console: Console, language: Language | None) -> None:
        self._receive = receive
        self._pull = pull
        self._console = console
        self._language = language
        self._address = secrets.token_hex(8)
        self._buttons: tuple[Button, ...] = ()
        self._seen = 0
        self.said: list[str] = []

    async def converse(self) -> None:
        """Ask and answer until the input ends (Ctrl-D)."""
        await self._do("/start", Incoming(NAME, self._address, self._number(), "start", clock.now(), hint=self._language))
        while True:
            try:
                line = await asyncio.to_thread(self._console.input, "[bold]> [/bold]")
            except EOFError:
                return
            await self._do(*self._meant(line))

    def _meant(self, line: str) -> tuple[str, Incoming]:
        place = int(line) - 1 if line.strip().isdecimal() and len(line) < 4 else -1
        if 0 <= place < len(self._buttons) and self._buttons[place].choice:
            button = self._buttons[place]
            incoming = Incoming(NAME, self._address, self._number(), "choice", clock.now(), choice=button.choice)
            return f"[{button.label}]", incoming
        incoming = Incoming(NAME, self._address, self._number(), "text", clock.now(), text=line, hint=self._language)
        return line.replace("\n", "\\n"), incoming

    def _number(self) -> str:
        return f"{self._address}:{len(self.said)}"

    async def _do(self, told: str, incoming: Incoming) -> None:
        self.said.append(told)
        await self._receive(incoming)
        for message in await self._pull(self._address, self._seen):
            self._show(message)
            self._seen = message.id

    def _show(self, message: Fetched) -> None:
        self._console.print(Markdown(message.text))
        if message.buttons:
            self._buttons = message.buttons
            numbered = (f"[dim]{place}[/dim] {button.label}" for place, button in enumerate(message.buttons, 1))
            self._console.print("   ".join(numbered))
        self._console.print()
