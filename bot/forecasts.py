"""What sending a broadcast takes: whom the budget still reaches, how many messages cost money, how long it lasts. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.store.broadcast_reads import Counted

Parts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel takes a broadcast: requests a second, and recipients one request may have."""

    rate: float
    together: int = 1


@dataclass(frozen=True, slots=True)
class Forecast:
    """The count with those left out whom the budget does not reach; how many get it, messages that cost money, seconds."""

    counted: tuple[Counted, ...]
    people: int
    billable: int
    seconds: float


def forecast(counted: Sequence[Counted], parts: Parts, paces: Mapping[str, Pace], budget: int) -> Forecast:
    """What it takes to send to these people. `parts`: messages one person gets, by channel and language.

    `budget` is how many people outside a session may still be written to.
    """
    lines = within(counted, budget)
    reached = [line for line in lines if not line.reason]
    billable = sum(line.billable * parts.get((line.channel, line.language), 1) for line in reached)
    return Forecast(tuple(lines), sum(line.people for line in reached), billable, seconds(reached, parts, paces))


def within(counted: Sequence[Counted], budget: int) -> list[Counted]:
    """The count with everybody beyond the budget on a line of their own, for the reason `no_budget`."""
    lines: list[Counted] = []
    left = max(budget, 0)
    for line in counted:
        beyond = max(line.billable - left, 0)
        left -= line.billable - beyond
        lines.append(replace(line, people=line.people - beyond, billable=line.billable - beyond))
        if beyond:
            lines.append(replace(line, reason="no_budget", people=beyond, billable=0))
    return [line for line in lines if line.people]


def seconds(reached: Sequence[Counted], parts: Parts, paces: Mapping[str, Pace]) -> float:
    """The time sending takes: the channels go side by side; one without a pace is fetched at once."""
    took = dict.fromkeys(paces, 0.0)
    for line in reached:
        if line.channel in paces:
            pace = paces[line.channel]
            took[line.channel] += math.ceil(line.people / pace.together) * parts.get((line.channel, line.language), 1) / pace.rate
    return max(took.values(), default=0.0)
