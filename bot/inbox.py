"""Receiving: one message in, state, effects and the reply committed together, then out it goes.

The search runs before the writer is entered; the turn itself is one savepoint of one transaction.
"""

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection

from bot import clock
from bot.actions import conversations, delivery, outgoing, people, staff
from bot.actions.people import Met
from bot.carry_out import Scene, carry_out
from bot.catalogue import Catalogue, Snapshot
from bot.channels import bodies
from bot.channels.base import Received
from bot.channels.viber.parsing import CHANNEL as VIBER
from bot.channels.viber.sessions import session_end
from bot.dialogue.effects import Effect, Outcome, Say, SetLanguage
from bot.dialogue.registration_effects import Forget
from bot.dialogue.state import State, StateError, from_json, to_json
from bot.dialogue.steps.search import readable
from bot.dialogue.turn import advance, spoken
from bot.dialogue.world import Person, World
from bot.languages import fold, from_tag
from bot.measures import Measures
from bot.messages import Incoming, Language, Outgoing, Split
from bot.search.found import Found
from bot.store.database import LedgerError, Writer
from bot.store.sealing import SealError, Vault
from bot.texts import Texts

ROUNDS: Final = 4  # times a turn may hear the outcome of its own effects
FLOOD: Final = RateLimitItemPerSecond(300, 10)  # messages one address may send in ten seconds
FLOOD_WORD: Final = RateLimitItemPerSecond(1, 30)  # and how often it is told so
DEFAULT_LANGUAGE: Final[Language] = "sr-Latn"

Wake = Callable[[str, str], None]
Farewell = Callable[[str, str, Outgoing], Awaitable[None]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Everything a turn needs, gathered before the writer is entered."""

    incoming: Incoming
    key: str
    now: datetime
    snapshot: Snapshot
    found: Found | None
    slowed: bool
    silent: bool


class Inbox:
    """Answers each platform message exactly once. `wake(channel, address)` is called after each commit that says something."""

    def __init__(
        self,
        *,
        writer: Writer,
        vault: Vault,
        texts: Texts,
        catalogue: Catalogue,
        zone: ZoneInfo,
        split: Split,
        wake: Wake,
        measures: Measures,
        public_url: str = "",
        farewell: Farewell | None = None,
    ) -> None:
        self._public_url = public_url.rstrip("/")
        self._farewell = farewell
        self._writer = writer
        self._vault = vault
        self._texts = texts
        self._catalogue = catalogue
        self._zone = zone
        self._split = split
        self._wake = wake
        self._measures = measures
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def receive(self, incoming: Incoming) -> Received:
        """The message is handled and its reply is a row when this returns; a repeated one changes nothing.

        Raises LedgerError when the ledger cannot be written: nothing is then kept.
        """
        with self._measures.turn_seconds.time():
            arrival = self._gather(incoming)
            try:
                received = await self._writer.write(partial(self._turn, arrival))
            except LedgerError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, this person still gets a word
                self._measures.failed_turns.inc()
                _log.error("turn failed", channel=incoming.channel, error=type(error).__name__, at=_place(error))
                received = await self._writer.write(partial(self._apologise, arrival))
        if isinstance(received, Outgoing):  # the person was forgotten: the last words go past the ledger
            if self._farewell:
                await self._farewell(incoming.channel, incoming.address, received)
            return "quiet"
        self._measures.received.labels(incoming.channel, received).inc()
        if received == "answered":
            self._wake(incoming.channel, incoming.address)
        return received

    async def bury(self, channel: str, body: bytes, reason: str) -> None:
        """What could not be understood is kept, sealed, for somebody to look at.

        Without an address in it only the reason is: whoever wrote it could never have it erased.
        """
        sender = bodies.sender(body)
        letter = conversations.Letter(
            channel, self._vault.seal(body.decode("utf-8", "replace") if sender else ""), reason, clock.now(),
            address=conversations.letters_of(self._vault, channel, sender) if sender else None,
        )  # fmt: skip
        await self._writer.write(partial(conversations.bury, letter=letter))
        self._measures.dead_letters.labels(channel).inc()

    async def confirm(self, channel: str, platform_id: str, message: str, state: str) -> None:
        """The platform told what became of a message it has: `delivered`, `seen` or `failed`."""
        await self._writer.write(partial(delivery.confirm, channel=channel, platform_id=platform_id, message=message, state=state))

    async def preview(self, incoming: Incoming) -> Outgoing | None:
        """What somebody would be told who is not with us yet; nothing of it is kept."""
        arrival = self._gather(incoming)
        person = Person(_first_guess(arrival), known=False)
        world = World(arrival.snapshot.library, self._texts, person, arrival.now, self._zone, arrival.found)
        turn = advance(State(), incoming, world)
        say = spoken(turn.effects)
        chosen = [effect.language for effect in turn.effects if isinstance(effect, SetLanguage)]
        return Outgoing(say.text, chosen[-1] if chosen else person.language, say.buttons) if say else None

    # --- before the writer ----------------------------------------------------------------------

    def _gather(self, incoming: Incoming) -> _Arrival:
        snapshot = self._catalogue.now
        text = readable(incoming.text) if incoming.kind == "text" else ""
        found = snapshot.index.find(text) if fold(text) else None
        if found is not None:
            self._measures.found.labels(found.kind, found.language).inc()
        slowed = not self._limiter.hit(FLOOD, incoming.channel, incoming.address)
        silent = slowed and not self._limiter.hit(FLOOD_WORD, "told", incoming.channel, incoming.address)
        key = self._vault.hash(incoming.channel, incoming.message_id)
        return _Arrival(incoming, key, clock.now(), snapshot, found, slowed, silent)

    # --- in the writer's transaction ------------------------------------------------------------

    def _turn(self, arrival: _Arrival, connection: Connection) -> Received | Outgoing:
        incoming = arrival.incoming
        if not conversations.claim(connection, incoming.channel, arrival.key, arrival.now):
            return "repeated"
        if arrival.silent or self._came_or_went(connection, arrival):
            return "quiet"
        conversations.take(connection, incoming.channel, incoming.address)
        met = people.meet(connection, incoming.channel, incoming.address, now=arrival.now, language=_first_guess(arrival))
        self._keep_session(connection, arrival, met)
        if arrival.slowed:
            return self._say(connection, arrival, met, Say(self._texts[met.language]("channel-slow")), met.language)
        state = self._state(met)
        state, said, language = self._advance(connection, arrival, met, state)
        if any(isinstance(effect, Forget) for effect in said):
            say = spoken(said)
            return Outgoing(say.text if say else "", language)
        kept, private = to_json(state)
        sealed = self._vault.seal(private) if private else None
        conversations.keep_state(connection, met.address_id, kept, sealed, new=met.state is None)
        say = spoken(said)
        return self._say(connection, arrival, met, say, language) if say else "quiet"

    def _keep_session(self, connection: Connection, arrival: _Arrival, met: Met) -> None:
        """On Viber a person's message opens a day in which what we send is free."""
        if arrival.incoming.channel == VIBER:
            until = session_end(met.session_expires_at, arrival.now)
            if until != met.session_expires_at:
                people.keep_session(connection, met.address_id, until)

    def _came_or_went(self, connection: Connection, arrival: _Arrival) -> bool:
        """Note that the person blocked us or let us in again, where the message says just that."""
        incoming = arrival.incoming
        if incoming.kind == "blocked":
            people.block(connection, incoming.channel, incoming.address, arrival.now)
        elif incoming.kind == "unblocked":
            people.welcome_back(connection, incoming.channel, incoming.address)
        return incoming.kind in ("blocked", "unblocked")

    def _advance(self, connection: Connection, arrival: _Arrival, met: Met, state: State) -> tuple[State, list[Effect], Language]:
        """Run the dialogue, carry out its effects, and tell it what became of them."""
        scene = Scene(
            connection, self._vault, self._texts, arrival.snapshot.library, met, arrival.incoming.channel, arrival.now, self._zone
        )
        member, replied_to = self._desk(connection, arrival, met) if met.at_desk else (None, None)
        person = Person(met.language, met.language_chosen, met.stopped, met.known, met.code, staff=member is not None)
        base = self._base_url(arrival.incoming.channel)
        world = World(arrival.snapshot.library, self._texts, person, arrival.now, self._zone, arrival.found, base, replied_to)
        said: list[Effect] = []
        events: list[Incoming | Outcome] = [arrival.incoming]
        for _ in range(ROUNDS):
            if not events:
                break
            turn = advance(state, events.pop(0), world)
            state = turn.state
            for effect in turn.effects:
                if isinstance(effect, Say):
                    said.append(effect)
                    continue
                if isinstance(effect, SetLanguage):
                    world = world.speaking(effect.language, chosen=effect.chosen)
                if isinstance(effect, Forget):
                    said.append(effect)
                outcome = carry_out(effect, scene, world.language)
                if outcome is not None:
                    events.append(outcome)
        return state, said, world.language

    def _desk(self, connection: Connection, arrival: _Arrival, met: Met) -> tuple[str | None, str | None]:
        """Which member of the staff writes here, and which question their message replies to."""
        member = staff.member_at(connection, met.address_id)
        message = arrival.incoming.reply_to
        return member, staff.question_replied_to(connection, met.address_id, message) if member and message else None

    def _base_url(self, channel: str) -> str | None:
        """Where our public pages are for somebody on this channel: in the web chat just beside it."""
        return self._public_url or ("" if channel == "web" else None)

    def _apologise(self, arrival: _Arrival, connection: Connection) -> Received:
        """The turn failed through a fault of ours: the message counts as received and the person is told."""
        if not conversations.claim(connection, arrival.incoming.channel, arrival.key, arrival.now):
            return "repeated"
        incoming = arrival.incoming
        met = people.meet(connection, incoming.channel, incoming.address, now=arrival.now, language=_first_guess(arrival))
        return self._say(connection, arrival, met, Say(self._texts[met.language]("channel-broken")), met.language)

    def _say(self, connection: Connection, arrival: _Arrival, met: Met, say: Say, language: Language) -> Received:
        incoming = arrival.incoming
        message = Outgoing(say.text, language, say.buttons, replaces=incoming.pressed_on if say.replaces else None)
        sensitive = self._vault if say.sensitive else None
        for part in self._split(incoming.channel, message):
            outgoing.reply(connection, met.address_id, incoming.channel, part, arrival.now, sensitive=sensitive)
        return "answered"

    def _state(self, met: Met) -> State:
        if met.state is None:
            return State()
        try:
            return from_json(met.state, self._vault.open(met.private) if met.private else "")
        except (StateError, SealError):
            _log.warning("a conversation starts afresh: its state could not be read")
            return State()


def _place(error: BaseException) -> str:
    """Where in our code it broke: file and line, no values, so no words of a person reach the log."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _first_guess(arrival: _Arrival) -> Language:
    found = arrival.found
    return (found.language if found and found.language_sure else None) or from_tag(arrival.incoming.hint) or DEFAULT_LANGUAGE
