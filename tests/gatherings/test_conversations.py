"""Seats through the whole way: a message in, the ledger changed, the answer out."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from bot.catalogue import Catalogue, Snapshot
from bot.inbox import Inbox
from bot.library import Library
from bot.measures import Measures
from bot.messages import Incoming, Outgoing
from bot.search import Index
from bot.store.database import Ledger, Writer
from bot.store.sealing import Vault
from bot.store.tables import conversation, party
from bot.texts import Texts
from tests.gatherings.test_visits import VISIT
from tests.town import Town, wall


@dataclass
class Chat:
    """One person in the web chat; `say` gives the answer's text, `labels` the buttons below it."""

    inbox: Inbox
    town: Town
    address: str = "somebody"
    labels: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    async def say(self, text: str) -> str:
        return await self._send("text", text=text)

    async def press(self, label: str) -> str:
        return await self._send("choice", choice=self.labels[label])

    async def open(self, payload: str) -> str:
        return await self._send("start", choice=payload)

    async def _send(self, kind: str, *, text: str = "", choice: str | None = None) -> str:
        self._count += 1
        incoming = Incoming("web", self.address, f"{self.address}-{self._count}", kind, self.town.now, text, choice, "en")  # type: ignore[arg-type]
        with time_machine.travel(self.town.now, tick=False):
            assert await self.inbox.receive(incoming) == "answered"
        last = self.inbox.said[-1]  # type: ignore[attr-defined]
        self.labels = {b.label: b.choice for b in last.buttons if b.choice}
        self.urls = {b.label: b.url for b in last.buttons if b.url}
        return str(last.text)


@pytest.fixture
def town(ledger: Ledger, texts: Texts, library: Library, vault: Vault) -> Town:
    return Town(ledger, texts, library, vault)


@pytest.fixture
def inbox(town: Town, writer: Writer, index: Index, zone: ZoneInfo) -> Inbox:
    catalogue = Catalogue(town.ledger, None)  # type: ignore[arg-type]
    catalogue._snapshot = Snapshot(1, town.library, index)
    said: list[Outgoing] = []

    def whole(_channel: str, message: Outgoing) -> list[Outgoing]:
        said.append(message)
        return [message]

    made = Inbox(
        writer=writer, vault=town.vault, texts=town.texts, catalogue=catalogue, zone=zone, split=whole,
        wake=lambda _channel, _address: None, measures=Measures(),
    )  # fmt: skip
    made.said = said  # type: ignore[attr-defined]
    return made


async def test_a_family_signs_up_by_a_link_changes_its_mind_twice_and_the_seats_go_on(town: Town, inbox: Inbox):
    g = town.gathering(VISIT, capacity=3, form="go-and-see")
    family, next_one = Chat(inbox, town), Chat(inbox, town, "next")
    told = await family.open(f"gathering_{g}")
    assert "Visit to the village" in told
    assert "Rules for the trip** (checked:" in told
    assert "free of charge" in told
    assert family.urls == {"Add to calendar": f"/gatherings/{g}.ics?language=en"}
    assert family.labels["Form: Go-and-see visit"] == "form_go-and-see"
    await family.press("Sign up")
    await family.press("2 people")
    await family.press("06:15 Bujanovac, municipality")
    await family.say("Ana Anic, Peter Petrovic")
    told = await family.press("Skip")
    assert "You have your seats." in told
    assert "Be there at: 06:15 · Bujanovac, municipality" in told
    await next_one.open(f"seat_{g}")
    await next_one.press("2 people")
    await next_one.press("05:30 Vranje, bus station")
    await next_one.say("A B and C D")
    assert "You are number 1 on the waiting list" in await next_one.say("060 123 456")
    await family.press("Change the number of people")
    assert "list of names" in await family.say("three")
    assert "I need 3 names" in await family.say("Ana Anic, Peter Petrovic")
    assert "Your seats are kept: 3 people" in await family.say("Ana Anic, Peter Petrovic, Eva Evic")
    await family.press("We are not coming")
    assert "You have given up your place" in await family.press("Yes, give up the seats")
    assert town.states(g) == [(3, "left"), (2, "offered")]
    assert "Seats have become free for you" in town.told(_Met(town, "next"))[-1]  # type: ignore[arg-type]
    await next_one.open(f"gathering_{g}")
    assert "we are counting on you" in await next_one.press("Yes, we take the seats")
    assert town.states(g) == [(3, "left"), (2, "seated")]


async def test_what_cannot_be_is_said_before_names_are_typed(town: Town, inbox: Inbox):
    g = town.gathering(VISIT, capacity=3)
    chat = Chat(inbox, town)
    await chat.open(f"seat_{g}-1")
    await chat.press("05:30 Vranje, bus station")
    await chat.say("Ana Anic")
    await chat.press("Skip")
    assert "the most is 3" in await chat.open(f"size_{g}-4")
    town.now = wall("2026-12-11T19:00")
    assert "Signing up is closed" in await chat.open(f"size_{g}-2")
    assert town.states(g) == [(1, "seated")]


async def test_names_half_way_through_signing_up_are_sealed(town: Town, inbox: Inbox):
    g = town.gathering(VISIT)
    chat = Chat(inbox, town)
    await chat.open(f"seat_{g}-1")
    await chat.press("05:30 Vranje, bus station")
    await chat.say("Secretly Named")
    with town.ledger.reading() as connection:
        row = connection.execute(select(conversation)).one()
        assert connection.execute(select(party)).all() == []
    assert "Secretly" not in row.state
    assert b"Secretly" not in row.private
    assert "Secretly Named" in town.vault.open(row.private)


async def test_stop_names_the_seats_and_keeps_their_reminders_in_one_tap(town: Town, inbox: Inbox):
    g = town.gathering()
    chat = Chat(inbox, town)
    await chat.open(f"seat_{g}-1")
    told = await chat.say("stop")
    assert "Meeting about return" in told
    await chat.press("Keep reminders for these")
    town.live("2026-12-05T18:00")
    assert sum(text.startswith("**Reminder") for text in town.told(_Met(town, "somebody"))) == 3  # type: ignore[arg-type]


async def test_without_keeping_them_stop_stops_reminders_but_a_cancelled_gathering_is_still_told(town: Town, inbox: Inbox):
    g = town.gathering()
    chat = Chat(inbox, town)
    await chat.open(f"seat_{g}-1")
    await chat.say("stop")
    town.live("2026-11-30T18:00")
    town.cancel(g)
    told = town.told(_Met(town, "somebody"))  # type: ignore[arg-type]
    assert not any(text.startswith("**Reminder") for text in told)
    assert "has been cancelled" in told[-1]


async def test_opinions_come_by_taps(town: Town, inbox: Inbox):
    g = town.gathering(VISIT)
    chat = Chat(inbox, town)
    await chat.open(f"seat_{g}-1")
    await chat.press("05:30 Vranje, bus station")
    await chat.say("Ana Anic")
    await chat.press("Skip")
    town.now = datetime.fromisoformat("2026-12-13T10:00+01:00")
    assert "feel safe" in await chat.open(f"opinion_{g}-useful-yes")
    await chat.press("Yes")
    assert "Thank you" in await chat.press("Partly")
    assert "have your answers already" in await chat.open(f"opinion_{g}-useful-no")


@pytest.mark.parametrize(
    "payload",
    ["gathering_", "gathering_x", "gathering_99999999999999999999", "seat_1-x", "size_-", "point_1-1", "phone_1", "leave_", "remind_1",
     "opinion_1-useful", "opinion_1-useful-forged", "follow_", "follow_kind-", "gatherings_by-", "gatherings_month-13", "accept_-1", "seat_0"],
)  # fmt: skip
async def test_a_forged_or_old_button_is_answered_kindly(town: Town, inbox: Inbox, payload: str):
    town.gathering()
    assert "broke on our side" not in await Chat(inbox, town).open(payload)
    assert town.states(1) == []


class _Met:
    """Somebody by their address, for `Town.told`."""

    def __init__(self, town: Town, platform_id: str) -> None:
        self.person_id = town.do(lambda c: c.exec_driver_sql(f"SELECT person_id FROM address WHERE platform_id = '{platform_id}'").scalar())
