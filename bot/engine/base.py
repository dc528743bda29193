"""What sending needs of an engine: work that is spread over whoever is there, and one rate for a whole channel."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from sqlalchemy import Connection

Handler = Callable[[int], Awaitable[None]]

# Platforms permit a little more than one configures: 30 for 29, 1000 for 980 a second. What a stall cost may be
# made up for within that.
HEADROOM: Final = 1.02


class Engine(Protocol):
    """Calls a handler with a number, on some process, some time, perhaps more than once: never the truth, only a hint.

    The handler reads from the ledger what is to do, so a repeat is harmless; and a sweep kicks again
    whatever is unfinished, so a loss is too.
    """

    def on(self, job: str, handler: Handler) -> None:
        """Work named `job` is done by `handler` in this process. Before `run`."""
        ...

    def kick(self, connection: Connection, job: str, numbers: Sequence[int]) -> None:
        """These are to be worked on once the transaction of `connection` has committed."""
        ...

    def fence(self, number: int) -> AbstractAsyncContextManager[bool]:
        """Within the block nobody else works on `number`, on any process; False when somebody else does."""
        ...

    def listen(self, heard: Callable[[str], None]) -> None:
        """`heard` is told the channel when another process has queued something for it. Before `run`."""
        ...

    async def ring(self, channel: str) -> None:
        """Other processes that send on this channel look at once."""
        ...

    async def run(self) -> None:
        """Work until cancelled; what is under way then gets to its end."""
        ...


class ChannelRate(Protocol):
    """Hands out the slots of one channel: its rate, and never more than HEADROOM above it in any second, whoever asks."""

    async def slot(self, waiting: int) -> None:
        """Returns when one send may start, at once. `waiting` sends want a slot, this one included."""
        ...

    async def push(self, seconds: float) -> None:
        """No slot before `seconds` from now: the platform asked the whole bot to wait."""
        ...
