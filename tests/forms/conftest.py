"""A whole inbox over a real ledger, and a person who talks to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.app import Parts, build_inbox, build_parts, prepare
from bot.last_words import LastWords
from bot.messages import Button, Incoming, Outgoing
from bot.search import Index
from bot.settings import Settings, load
from bot.store.reads import messages_after
from tests import learnt


@dataclass
class Talker:
    """One address of a person. Presses buttons of the last message by payload, or types."""

    parts: Parts
    address: str = "device-one-8472"
    channel: str = "web"
    said: list[str] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()
    last: str = ""
    seen: int = 0
    farewells: list[Outgoing] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inbox = build_inbox(self.parts, lambda _channel, _address: None, self._farewell)

    async def _farewell(self, _channel: str, _address: str, message: Outgoing) -> None:
        self.farewells.append(message)

    def incoming(self, *, text: str = "", choice: str | None = None) -> Incoming:
        number = f"{self.address}:{len(self.said)}"
        return Incoming(
            self.channel, self.address, number, "choice" if choice else "text", clock.now(), text=text, choice=choice, hint="sr-Latn"
        )

    async def type(self, text: str) -> str:
        return await self._do(self.incoming(text=text))

    async def press(self, *payloads: str) -> str:
        for payload in payloads:
            await self._do(self.incoming(choice=payload))
        return self.last

    async def _do(self, incoming: Incoming) -> str:
        self.said.append(incoming.message_id)
        await self.inbox.receive(incoming)
        self.read()
        return self.last

    def read(self) -> str:
        with self.parts.ledger.reading() as connection:
            for message in messages_after(connection, self.parts.vault, self.channel, self.address, self.seen):
                self.seen, self.last, self.buttons = message.id, message.text, message.buttons
        return self.last

    @property
    def payloads(self) -> list[str]:
        return [b.choice or b.url or "" for b in self.buttons]

    async def sign_up(self, name: str = "Milica Jovanović", phone: str = "064 123 4567", whom: str = "self") -> str:
        """Fill in the go-and-see form to the end; gives the code."""
        await self.press("form_go-and-see", "formgo_go-and-see", f"formfor_{whom}")
        for text in ("Đakovica", "Crmljan", "3"):
            await self.type(text)
        await self.press("pick_go-and-see_days_weekend", "pick_go-and-see_help_wheelchair", "formdone")
        await self.type(name)
        await self.type(phone)
        await self.press("formsend", "formagree_yes", "formcontact_yes")
        bold = self.last.split("**")[1::2]  # the receipt's title, then its code
        return "".join(bold[1].split()) if len(bold) > 1 else ""


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    return load({"PRAG_DATABASE_URL": f"sqlite:///{tmp_path}/var/prag.db"})


@pytest.fixture
def parts(given: Settings, index: Index) -> Iterator[Parts]:
    assert index
    learnt.take_along(given.folder)
    made = build_parts(given)
    prepare(made)
    made.writer.start()
    yield made
    made.writer.stop()
    made.ledger.close()


@pytest.fixture
def talker(parts: Parts) -> Talker:
    return Talker(parts)


class NoWeb:
    """A web channel nobody has open."""

    name = "web"

    async def farewell(self, _address: str, _message: Outgoing) -> None:
        return


@pytest.fixture
def last_words(parts: Parts) -> LastWords:
    web: Any = NoWeb()
    return LastWords(parts.ledger, parts.settings.folder, web, ())
