"""What a channel is: it turns platform messages into Incoming, and Outgoing into platform requests.

A channel never sees the ledger. The composition root hands it `receive` (committed when it
returns) and `bury` (for what cannot be understood), and calls `send` from the outbox.

    Outcome of a send
    ├── Sent        the platform has it
    └── Failed      one of the closed list of SendError values below, with retry_after where told
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from starlette.routing import BaseRoute

from bot.messages import Attachment, Button, Incoming, Language

Received = Literal["answered", "repeated", "quiet"]
Receive = Callable[[Incoming], Awaitable[Received]]
Bury = Callable[[str, bytes, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message on a platform may hold. `text` counts UTF-16 units, as Telegram does.

    `together`: to how many people one request can carry the same message.
    """

    text: int
    buttons: int
    label: int
    together: int = 1


@dataclass(frozen=True, slots=True)
class SendError:
    """Why a message did not go. One of the constants below, nothing else.

    `retry`: `later` (certainly not delivered, try again), `unknown` (it may have been delivered),
    `never`. `fault`: whose it is. `stop`: the person cannot be reached at this address any more.
    `alarm`: the operator must be told at once.
    """

    name: str
    retry: Literal["later", "unknown", "never"]
    fault: Literal["person", "platform", "us"]
    told: str
    stop: bool = False
    alarm: bool = False


BLOCKED = SendError("blocked", "never", "person", "The person has blocked the bot or left the chat.", stop=True)
GONE = SendError("gone", "never", "person", "The platform does not know this address (any more).", stop=True)
REFUSED = SendError("refused", "never", "us", "The platform refused the message as wrongly made.")
SLOW_DOWN = SendError("slow_down", "later", "us", "The platform asked us to send more slowly.")
UNAVAILABLE = SendError("unavailable", "later", "platform", "The platform is out of order for the moment.")
UNREACHABLE = SendError("unreachable", "later", "platform", "The platform could not be reached at all.")
TIMED_OUT = SendError("timed_out", "unknown", "platform", "The platform did not say whether it took the message.")
UNAUTHORISED = SendError("unauthorised", "later", "us", "The platform does not accept our token.", alarm=True)
NO_MONEY = SendError("no_money", "never", "us", "The platform's account or budget does not allow this message.", alarm=True)
NO_SESSION = SendError("no_session", "never", "person", "The person has not written lately; a message now would cost money.")

SEND_ERRORS = (
    BLOCKED, GONE, REFUSED, SLOW_DOWN, UNAVAILABLE, UNREACHABLE, TIMED_OUT, UNAUTHORISED, NO_MONEY, NO_SESSION,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message ready to be handed to the platform: already split, in the person's language.

    `row` is the ledger's id of it (a stable tracking value); `replaces` the platform id of the
    message it should take the place of, where the platform can edit.
    """

    row: int
    address: str
    text: str
    language: Language
    buttons: tuple[Button, ...] = ()
    replaces: str | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has the message; its own id of it, where it gave one."""

    platform_message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The message did not go, or may not have gone.

    `retry_after` (seconds) is the platform's own word; `everyone` when it holds for the whole bot and
    not only for this chat; `moved_to` the chat's new id where the platform moved it.
    """

    error: SendError
    retry_after: float | None = None
    everyone: bool = False
    moved_to: str | None = None


class Channel(Protocol):
    """A platform. Its module defines `build(...)`, which the composition root calls."""

    @property
    def name(self) -> str: ...
    @property
    def limits(self) -> Limits: ...
    def routes(self) -> list[BaseRoute]: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class SendingChannel(Channel, Protocol):
    """A channel we send to by request. (The web and the terminal fetch instead.)"""

    async def send(self, parcel: Parcel) -> Sent | Failed: ...
    def numbers(self) -> dict[str, float]: ...


@runtime_checkable
class BroadcastingChannel(SendingChannel, Protocol):
    """A channel that takes one message for several people in one request (`Limits.together` of them)."""

    async def broadcast(self, parcels: Sequence[Parcel]) -> list[Sent | Failed]: ...
