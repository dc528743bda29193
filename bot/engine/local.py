"""The engine of one process: its rate is a number in memory."""

import asyncio
from typing import Final

# A loop that wakes late may make up for this much (seconds); more would be a burst at the platform.
CATCH_UP: Final = 0.02


class LocalRate:
    """Slot reservation in memory: the next free slot is one number. `rate` is in sends a second."""

    def __init__(self, rate: float) -> None:
        self._step = 1.0 / rate
        self._next = 0.0

    async def reserve(self, count: int) -> float:
        """Seconds until the first of `count` slots, now taken."""
        now = asyncio.get_running_loop().time()
        slot = max(self._next, now - CATCH_UP)
        self._next = slot + count * self._step
        return max(0.0, slot - now)

    async def push(self, seconds: float) -> None:
        """No slot before `seconds` from now."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)
