"""`prag broadcast status --watch`: a bar for each channel until the broadcast is over."""

import time
from collections import Counter, deque
from typing import Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from bot.actions import broadcasts
from bot.app import Parts
from bot.commands import broadcast_views as views
from bot.commands.common import out
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import OVER

SPAN: Final = 10  # looks, a second apart, over which the rate is taken
_COLUMNS: Final = (
    TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"), TextColumn("{task.fields[told]}"),
)  # fmt: skip


class Meter:
    """How fast a number grows now, from the last few looks at it."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, int]] = deque(maxlen=SPAN)

    def rate(self, at: float, number: int) -> float:
        """Note that the number was this at this second; gives by how much it grows in one."""
        self._looks.append((at, number))
        first_at, first = self._looks[0]
        return (number - first) / (at - first_at) if at > first_at else 0.0


class _Bars:
    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._tasks: dict[str, tuple[TaskID, Meter]] = {}

    def update(self, standing: str, counts: dict[tuple[str, str], int]) -> None:
        for channel in sorted({channel for channel, _ in counts}):
            mine = Counter({state: people for (where, state), people in counts.items() if where == channel})
            over = mine.total() - sum(mine[state] for state in views.PENDING)
            if channel not in self._tasks:
                self._tasks[channel] = (self._shown.add_task(channel, total=None, pace="", told=""), Meter())
            task, meter = self._tasks[channel]
            pace = meter.rate(time.monotonic(), over)
            left = f", {views.duration((mine.total() - over) / pace)} left" if pace > 0 and mine.total() > over else ""
            told = ", ".join(f"{people} {state}" for state, people in sorted(mine.items()) if state not in views.PENDING)
            self._shown.update(
                task, description=f"{standing}: {channel}", total=mine.total(), completed=over, pace=f"{pace:.1f}/s{left}", told=told
            )


def watch(here: Parts, number: int) -> None:
    """Show how far each channel is, once a second; ends when the broadcast is over or a draft."""
    with Progress(*_COLUMNS, console=out, refresh_per_second=4) as shown:
        bars = _Bars(shown)
        while True:
            with here.ledger.reading() as connection:
                found = broadcasts.get(connection, number)
                counts = reads.progress(connection, number)
            bars.update(views.standing(found), counts)
            if found.state in (*OVER, "draft"):
                return
            time.sleep(1)
