"""What sending needs of an engine: one rate for a whole channel, however many processes send on it."""

from typing import Protocol


class ChannelRate(Protocol):
    """Hands out the slots of one channel: never more than its rate, whoever asks."""

    async def reserve(self, count: int) -> float:
        """Seconds from now at which the first of `count` sends may start; the rest follow at 1/rate each."""
        ...

    async def push(self, seconds: float) -> None:
        """No slot before `seconds` from now: the platform asked the whole bot to wait."""
        ...
