"""When a party is reminded: pure rules over moments, wall clocks and quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.localtime import Quiet, settle, wall_of

TOGETHER: Final = timedelta(hours=12)  # two reminders nearer than this are one
DAY_HOURS: Final = 24

Reason = Literal["", "late", "together", "over", "newer", "off", "left", "cancelled", "stopped", "blocked", "gone"]


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder of one party: when it is due, or why it never goes."""

    offset: int
    due_at: datetime
    reason: Reason = ""


def due(begins: datetime, zone: ZoneInfo, offset: int, quiet: Quiet) -> datetime:
    """When the reminder `offset` hours before `begins` is due.

    Whole days are counted on the wall clock, hours on the world's. In the quiet hours, reminders a day
    or more ahead wait for the morning and nearer ones come the evening before.
    """
    if offset >= DAY_HOURS:
        wall = wall_of(begins, zone) - timedelta(hours=offset)
        return quiet.over(settle(wall, zone).at, zone)
    return quiet.evening_before(begins - timedelta(hours=offset), zone)


def plan(begins: datetime, zone: ZoneInfo, offsets: Iterable[int], quiet: Quiet, now: datetime) -> tuple[Planned, ...]:
    """All reminders of a party that takes its seat at `now`, the last one first.

    Of two within twelve hours the later stays (“together”); what would have been due before `now` does
    not go (“late”).
    """
    planned: list[Planned] = []
    kept: datetime | None = None
    for at, offset in sorted(((due(begins, zone, offset, quiet), offset) for offset in offsets), reverse=True):
        reason: Reason = ""
        if kept is not None and kept - at < TOGETHER:
            reason = "together"
        else:
            kept = at
        planned.append(Planned(offset, at, "late" if at <= now else reason))
    return tuple(planned)


def postponed(begins: datetime, zone: ZoneInfo, quiet: Quiet, now: datetime) -> datetime | None:
    """When a notice that is due in the quiet hours goes instead; None: at once, by day or because the morning is too late."""
    morning = quiet.over(now, zone)
    return morning if now < morning < begins - timedelta(hours=1) else None
