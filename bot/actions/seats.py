"""Seats: taking, changing and giving them up, and handing out what becomes free.

Every change first takes the gathering's row for itself, so that two never count the same free seat;
every change is written to `seat_change` in the order it happened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select, update

from bot import seating
from bot.actions import gathering_notices, reminders
from bot.actions.codes import new_code
from bot.actions.gathering_notices import Notice
from bot.gatherings import Gathering, Mine, Why
from bot.localtime import Quiet
from bot.reminding import postponed
from bot.seating import ACTIVE, Party, PartyState
from bot.store import gathering_reads as reads
from bot.store.broadcast_reads import office_of
from bot.store.sealing import Vault
from bot.store.tables import gathering, party, seat_change
from bot.texts import Texts

Put = Literal["seated", "waiting", "removed"]  # what staff can do with a party out of order
_PUT: Final[dict[Put, Notice]] = {"seated": "seated", "waiting": "held", "removed": "removed"}


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing was changed, and why; `most` is how many people would be possible."""

    why: Why
    most: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a party asks for when it signs up."""

    size: int
    point: int | None = None
    names: str = ""
    phone: str = ""


def take(
    connection: Connection, vault: Vault, *, gathering_id: int, person_id: int, address_id: int, wish: Wish, now: datetime
) -> Mine | Denied:  # fmt: skip
    """The party has seats, or a place in the waiting list; Denied where it cannot sign up."""
    found = lock(connection, gathering_id)
    if found is None:
        return Denied("unknown")
    before = _own(connection, gathering_id, person_id)
    if before and before.state in ACTIVE:
        return Denied("already")
    refused = _refusal(found, wish.size, now)
    if refused:
        return refused
    number = _draw(connection, gathering_id)
    state = _place(found, reads.parties(connection, gathering_id), wish.size, number)
    values = {
        "size": wish.size, "state": state, "number": number, "signed_up_at": now, "address_id": address_id,
        "offered_until": None, "confirmed_at": None, "held": False, "point_id": _point(found, wish.point), "reminders": True,
        "names": vault.seal(wish.names) if wish.names else None, "phone": vault.seal(wish.phone) if wish.phone else None,
    }  # fmt: skip
    if before:
        connection.execute(update(party).where(party.c.id == before.id).values(values))
        party_id = before.id
    else:
        key = {"gathering_id": gathering_id, "person_id": person_id, "code": new_code()}
        party_id = connection.execute(insert(party).returning(party.c.id), values | key).scalar_one()
    _log(connection, gathering_id, number, wish.size, state, now)
    reminders.replan(connection, found, [party_id], now)
    return _told(connection, gathering_id, person_id)


def accept(connection: Connection, texts: Texts, *, gathering_id: int, person_id: int, now: datetime) -> Mine | Denied:
    """An offer is taken; of a party that has seats already, it is noted that it is coming."""
    found = lock(connection, gathering_id)
    own = _own(connection, gathering_id, person_id)
    if found is None or own is None or own.state not in ("offered", "seated"):
        return Denied("no-offer" if own and own.state == "lapsed" else "no-seat")
    if found.state == "cancelled" or now >= found.starts_at:
        return Denied("cancelled" if found.state == "cancelled" else "over")
    if own.state == "offered" and own.offered_until < now:
        _lapse(connection, texts, found, own.id, now)
        fill(connection, texts, found, now)
        return Denied("no-offer")
    connection.execute(update(party).where(party.c.id == own.id).values(state="seated", offered_until=None, confirmed_at=now))
    if own.state == "offered":
        _log(connection, gathering_id, own.number, own.size, "seated", now)
        reminders.replan(connection, found, [own.id], now)
    return _told(connection, gathering_id, person_id)


def resize(
    connection: Connection, vault: Vault, texts: Texts, *, gathering_id: int, person_id: int, wish: Wish, now: datetime
) -> Mine | Denied:
    """The party has the size and the names of `wish`. A larger one needs free seats; a smaller one frees some for others."""
    found = lock(connection, gathering_id)
    own = _own(connection, gathering_id, person_id)
    if found is None or own is None or own.state not in ACTIVE:
        return Denied("no-seat")
    refused = found.cannot_become(wish.size, state=own.state, before=own.size, now=now)
    if refused:
        return Denied(*refused)
    names = vault.seal(wish.names) if wish.names else own.names
    connection.execute(update(party).where(party.c.id == own.id).values(size=wish.size, names=names))
    _log(connection, gathering_id, own.number, wish.size, own.state, now)
    fill(connection, texts, found, now)
    return _told(connection, gathering_id, person_id)


def leave(connection: Connection, texts: Texts, *, gathering_id: int, person_id: int, now: datetime) -> Mine | Denied:
    """The party gives up its seats or its place in the waiting list; the seats are offered on at once."""
    found = lock(connection, gathering_id)
    own = _own(connection, gathering_id, person_id)
    if found is None or own is None or own.state not in ACTIVE:
        return Denied("no-seat")
    _change(connection, found, own.id, "left", now)
    fill(connection, texts, found, now)
    return _told(connection, gathering_id, person_id)


def fill(connection: Connection, texts: Texts, found: Gathering, now: datetime) -> int:
    """Free seats are offered to the first waiting parties that fit; gives the number of offers. The row is locked already.

    In the quiet hours nobody is offered anything, unless the morning would be too late.
    """
    quiet = office_of(connection).quiet
    if found.state != "open" or now >= found.begins() or _sleeps(found, quiet, now):
        return 0
    lucky = seating.next_in(found.capacity, reads.parties(connection, found.id))
    until = seating.offer_until(now, found.begins(), found.offer_hours, quiet, ZoneInfo(found.zone))
    for chosen in lucky:
        connection.execute(update(party).where(party.c.id == chosen.id).values(state="offered", offered_until=until, confirmed_at=None))
        _log(connection, found.id, chosen.number, chosen.size, "offered", now)
        gathering_notices.tell(connection, texts, found, chosen.id, "offer", now)
    return len(lucky)


def to_hand_out(connection: Connection, now: datetime) -> list[int]:
    """The gatherings with seats to hand out or offers to take back now; not in the quiet hours, unless the morning is too late."""
    names = reads.fillable(connection, now)
    if not names:
        return names
    quiet = office_of(connection).quiet
    there = (reads.find(connection, name) for name in names)
    return [found.id for found in there if found and not _sleeps(found, quiet, now)]


def shorten_offers(connection: Connection, moved: Gathering, now: datetime) -> None:
    """Offers at a gathering that was moved nearer end in time for the next in line, with as much time to answer as is left."""
    until = seating.offer_until(now, moved.begins(), moved.offer_hours, office_of(connection).quiet, ZoneInfo(moved.zone))
    late = (party.c.gathering_id == moved.id, party.c.state == "offered", party.c.offered_until > until)
    connection.execute(update(party).where(*late).values(offered_until=until))


def turn_over(connection: Connection, texts: Texts, gathering_id: int, now: datetime) -> int:
    """Offers that ran out are taken back and free seats handed out; gives how many parties were told."""
    found = lock(connection, gathering_id)
    if found is None:
        return 0
    late = seating.lapsed(reads.parties(connection, gathering_id), now)
    for one in late:
        _lapse(connection, texts, found, one.id, now)
    return len(late) + fill(connection, texts, found, now)


def put(
    connection: Connection, texts: Texts, *, gathering_id: int, code: str, state: Put, by: str, reason: str, now: datetime
) -> Denied | None:
    """Staff give a party seats, hold it on the waiting list, or take it off: out of order, never beyond the capacity.

    Who did it and why is kept; the party is told. Denied where the seats are not there, or it is too late.
    """
    found = lock(connection, gathering_id)
    own = connection.execute(select(party).where(party.c.gathering_id == gathering_id, party.c.code == code)).first()
    if found is None or own is None:
        return Denied("unknown")
    if found.state == "cancelled" or now >= found.ends_at:
        return Denied("cancelled" if found.state == "cancelled" else "over")
    had = own.size if own.state in seating.HOLDING else 0
    if state == "seated" and own.size > found.free + had:
        return Denied("no-room", found.free + had)
    _change(connection, found, own.id, state, now, by=by, reason=reason)
    if state == "waiting":
        connection.execute(update(party).where(party.c.id == own.id).values(held=True))
    gathering_notices.tell(connection, texts, found, own.id, _PUT[state], now)
    fill(connection, texts, found, now)
    return None


def move_to_waiting(
    connection: Connection, texts: Texts, found: Gathering, chosen: list[Party], now: datetime, *, by: str, reason: str
) -> None:
    """These parties lose their seats to the waiting list, keeping their numbers, and are told."""
    for one in chosen:
        _change(connection, found, one.id, "waiting", now, by=by, reason=reason)
        gathering_notices.tell(connection, texts, found, one.id, "waiting", now)


def attended(connection: Connection, gathering_id: int, code: str, people: int) -> bool:
    """Note how many of a party came (0: nobody); False where there is no such party."""
    done = connection.execute(
        update(party).where(party.c.gathering_id == gathering_id, party.c.code == code, party.c.size >= people).values(attended=people)
    )
    return done.rowcount == 1


def lock(connection: Connection, gathering_id: int) -> Gathering | None:
    """The gathering, its row held until the end of the transaction (SQLite: the whole ledger is)."""
    connection.execute(select(gathering.c.id).where(gathering.c.id == gathering_id).with_for_update())
    return reads.find(connection, gathering_id)


def _sleeps(found: Gathering, quiet: Quiet, now: datetime) -> bool:
    return postponed(found.begins(), ZoneInfo(found.zone), quiet, now) is not None


def _refusal(found: Gathering, size: int, now: datetime) -> Denied | None:
    phase = found.phase(now)
    if phase == "draft":
        return Denied("unknown")
    if phase not in ("open", "full"):
        whys: dict[str, Why] = {"soon": "not-open", "cancelled": "cancelled", "closed": "closed"}
        return Denied(whys.get(phase, "over"))
    most = min(found.party_limit, found.capacity)
    return None if 1 <= size <= most else Denied("too-big", most)


def _draw(connection: Connection, gathering_id: int) -> int:
    drawn = update(gathering).where(gathering.c.id == gathering_id).values(next_number=gathering.c.next_number + 1)
    number: int = connection.execute(drawn.returning(gathering.c.next_number)).scalar_one()
    return number - 1


def _place(found: Gathering, there: list[Party], size: int, number: int) -> PartyState:
    """Seated where it fits in after everybody before it; who waits longer is never passed over."""
    new = Party(0, number, size, "waiting")
    return "seated" if new in seating.next_in(found.capacity, [*there, new]) else "waiting"


def _point(found: Gathering, wanted: int | None) -> int | None:
    return wanted if wanted in {point.id for point in found.points} else None


def _lapse(connection: Connection, texts: Texts, found: Gathering, party_id: int, now: datetime) -> None:
    _change(connection, found, party_id, "lapsed", now)
    gathering_notices.tell(connection, texts, found, party_id, "lapsed", now)


def _change(
    connection: Connection, found: Gathering, party_id: int, state: PartyState, now: datetime, *, by: str = "", reason: str = ""
) -> None:
    row = connection.execute(
        update(party).where(party.c.id == party_id).values(state=state, offered_until=None, confirmed_at=None, held=False)
        .returning(party.c.number, party.c.size)
    ).one()  # fmt: skip
    _log(connection, found.id, row.number, row.size, state, now, by=by, reason=reason)
    reminders.replan(connection, found, [party_id], now)


def _log(
    connection: Connection, gathering_id: int, number: int, size: int, state: PartyState, now: datetime, *, by: str = "", reason: str = ""
) -> None:
    values = {
        "gathering_id": gathering_id,
        "number": number,
        "size": size,
        "state": state,
        "at": now,
        "by": by[:120],
        "reason": reason[:200],
    }
    connection.execute(insert(seat_change), values)


def _own(connection: Connection, gathering_id: int, person_id: int) -> Row[Any] | None:
    return connection.execute(select(party).where(party.c.gathering_id == gathering_id, party.c.person_id == person_id)).first()


def _told(connection: Connection, gathering_id: int, person_id: int) -> Mine:
    own = reads.mine(connection, gathering_id, person_id)
    assert own is not None
    return own
