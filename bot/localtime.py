"""Wall clocks: what people read on a clock in a zone, and the one moment in UTC it means.

The clock change makes two hours a year difficult: one is skipped, one happens twice. Both are
settled here once, by one rule, and the rule's use is told.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Change = Literal["none", "gap", "overlap"]
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """A time on the wall (naive, always one that exists), its moment in UTC, and whether the clock change was in the way."""

    wall: datetime
    at: datetime
    change: Change


def settle(wall: datetime, zone: ZoneInfo) -> Settled:
    """The moment `wall` (naive) means in `zone`.

    A time the clock skips in spring is moved forward by the skipped hour; of a time that comes twice
    in autumn the first is taken. `change` says which of the two it was.
    """
    if wall.tzinfo is not None:
        raise ValueError("a time on the wall carries no zone of its own")
    first = wall.replace(tzinfo=zone, fold=0)
    second = wall.replace(tzinfo=zone, fold=1)
    at = first.astimezone(UTC)
    shown = at.astimezone(zone).replace(tzinfo=None, fold=0)
    if shown != wall:
        return Settled(shown, at, "gap")
    return Settled(wall, at, "none" if first.utcoffset() == second.utcoffset() else "overlap")


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock of `zone` shows at `moment`, naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of a day in which nobody is written to first: from `start` in the evening to `end` in the morning."""

    start: time = time(21)
    end: time = time(8)

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether `moment` lies in the quiet hours of `zone`."""
        now = moment.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def over(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself outside the quiet hours, else their end."""
        if not self.holds(moment, zone):
            return moment
        wall = wall_of(moment, zone)
        day = wall.date() if wall.time() < self.end else wall.date() + DAY
        return settle(datetime.combine(day, self.end), zone).at

    def evening_before(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself outside the quiet hours, else one hour before they began."""
        if not self.holds(moment, zone):
            return moment
        wall = wall_of(moment, zone)
        day = wall.date() if wall.time() >= self.start else wall.date() - DAY
        return settle(datetime.combine(day, self.start) - timedelta(hours=1), zone).at
