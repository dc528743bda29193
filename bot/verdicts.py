"""What becomes of a message that did not go, or may not have: tried again later, given up, or left in doubt. Pure but for chance."""

import random
from datetime import timedelta
from typing import Final

from bot.actions.delivery import Result
from bot.channels.base import Failed, SendError
from bot.messages import Lane

# Seconds before the next try, by the number of tries so far; after the last one we give up.
RETRIES: Final = (1, 5, 30, 120, 600, 1800, 3600)
JITTER: Final = 0.2


def verdict(row: int, outcome: Failed, *, lane: Lane, attempts: int) -> Result:
    """What becomes of the row after this many attempts. After a timeout only replies and reminders are tried once more."""
    error = outcome.error
    if outcome.moved_to is not None:
        return Result(row, "waiting", reason=error.name, moved_to=outcome.moved_to)
    if error.retry == "never":
        return Result(row, "failed", reason=error.name, unreachable=error.stop)
    if error.retry == "unknown" and (lane == "broadcast" or attempts > 1):
        return Result(row, "unknown", reason=error.name)
    if attempts > len(RETRIES):
        return Result(row, "failed", reason=error.name)
    return Result(row, "waiting", reason=error.name, wait=_pause(attempts, error, outcome.retry_after))


def _pause(attempts: int, error: SendError, retry_after: float | None) -> timedelta:
    if retry_after is not None:
        return timedelta(seconds=retry_after * random.uniform(1.0, 1.0 + JITTER))
    seconds = RETRIES[min(attempts, len(RETRIES)) - 1]
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER)) if error.retry != "unknown" else timedelta(seconds=1)
