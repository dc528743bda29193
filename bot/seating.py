"""Who gets a seat: pure rules.

Seats are never given out beyond the capacity, parties are never split, and the order is that of the
numbers parties draw when they sign up. A free seat goes to the first waiting party that fits in,
as an offer with a deadline; who does not answer loses the offer and it goes to the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.localtime import Quiet

PartyState = Literal["seated", "offered", "waiting", "left", "lapsed", "removed"]
HOLDING: Final[tuple[PartyState, ...]] = ("seated", "offered")  # these take seats
ACTIVE: Final[tuple[PartyState, ...]] = (*HOLDING, "waiting")
OFFER_HOURS: Final = 24  # hours an offer stands where the gathering says nothing else
_SHORTEST_OFFER: Final = timedelta(minutes=30)
_TO_ANSWER: Final = timedelta(hours=1)  # in the morning


@dataclass(frozen=True, slots=True)
class Party:
    """People who come together: `number` is the place in the queue they drew, never given twice."""

    id: int
    number: int
    size: int
    state: PartyState
    offered_until: datetime | None = None
    held: bool = False


def taken(parties: Iterable[Party]) -> int:
    """Seats that are given out or offered."""
    return sum(party.size for party in parties if party.state in HOLDING)


def free(capacity: int, parties: Iterable[Party]) -> int:
    """Seats that can still be given out; never below 0."""
    return max(0, capacity - taken(parties))


def waiting(parties: Iterable[Party]) -> list[Party]:
    """The waiting list in its order, without those whom staff keep from moving up."""
    return sorted((p for p in parties if p.state == "waiting" and not p.held), key=lambda p: p.number)


def position(party: Party, parties: Iterable[Party]) -> int:
    """The place of a waiting party in the waiting list, from 1; 0 for one that staff hold."""
    if party.held:
        return 0
    return 1 + sum(other.number < party.number for other in waiting(parties))


def next_in(capacity: int, parties: Sequence[Party]) -> list[Party]:
    """The waiting parties that get the free seats, in order: each the first that fits into what is left."""
    left = free(capacity, parties)
    chosen = []
    for party in waiting(parties):
        if party.size <= left:
            chosen.append(party)
            left -= party.size
    return chosen


def lapsed(parties: Iterable[Party], now: datetime) -> list[Party]:
    """The parties whose offer has run out."""
    return [p for p in parties if p.state == "offered" and p.offered_until is not None and p.offered_until < now]


def beyond(capacity: int, parties: Sequence[Party]) -> list[Party]:
    """The parties that must give up their seats when there are only `capacity`: the latest first, no more than needed."""
    over = taken(parties) - capacity
    giving = []
    for party in sorted((p for p in parties if p.state in HOLDING), key=lambda p: -p.number):
        if over <= 0:
            break
        giving.append(party)
        over -= party.size
    return giving


def offer_until(now: datetime, begins: datetime, hours: int, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """How long an offer made at `now` stands: `hours`, but at most half of the time that is left before the beginning.

    It does not end while people sleep, but an hour after the quiet hours, or at the beginning.
    """
    patience = min(timedelta(hours=hours), (begins - now) / 2)
    until = now + max(patience, _SHORTEST_OFFER)
    if quiet.holds(until, zone):
        until = quiet.over(until, zone) + _TO_ANSWER
    return min(until, begins)
