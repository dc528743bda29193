"""Carrying out what a turn decided about gatherings: each effect calls one action and gives its outcome back."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.actions import follows, opinions, reminders, seats
from bot.actions.people import Met
from bot.actions.seats import Denied, Wish
from bot.dialogue import gathering_effects as g
from bot.gatherings import Gathering, Mine
from bot.store import gathering_reads as reads
from bot.store.sealing import Vault
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens: the turn's transaction, the person, and when."""

    connection: Connection
    vault: Vault
    texts: Texts
    met: Met
    now: datetime


def carry_out(effect: g.GatheringEffect, here: Place) -> g.GatheringOutcome | None:
    """The effect has happened, as far as the transaction commits; its outcome, where it has one."""
    connection, person = here.connection, here.met.person_id
    match effect:
        case g.FindGatherings(about=about, name=name):
            return g.GatheringsFound(tuple(reads.upcoming(connection, here.now, about, name)))
        case g.FindSeats():
            return g.SeatsFound(tuple(reads.seats_of(connection, person, here.now)))
        case g.FindSeatsAtStop():
            return g.SeatsAtStop(tuple(reads.seats_of(connection, person, here.now)))
        case g.KeepReminders():
            return g.RemindersKept(reminders.keep_despite_stop(connection, person, here.now))
        case g.Follow(about=about, name=name):
            follows.start(connection, person, about, name, here.now)
            return None
        case g.Unfollow(about=about, name=name):
            follows.end(connection, person, about, name)
            return None
        case g.FindFollows():
            return g.FollowsFound(tuple(follows.of(connection, person)))
        case _:
            return _at_one(effect, here)


def _at_one(
    effect: g.LookAtGathering | g.TakeSeat | g.AcceptSeat | g.ChangeParty | g.LeaveSeat | g.SetReminders | g.GiveOpinion, here: Place
) -> g.GatheringOutcome:
    connection, name, person = here.connection, effect.gathering, here.met.person_id
    found = reads.find(connection, name)
    if found is None:
        return g.GatheringFound() if isinstance(effect, g.LookAtGathering) else g.Refused("unknown", gathering=name)
    match effect:
        case g.LookAtGathering():
            return g.GatheringFound(found, reads.mine(connection, name, person))
        case g.TakeSeat():
            return _take(effect, here)
        case g.AcceptSeat():
            accepted = seats.accept(connection, here.texts, gathering_id=name, person_id=person, now=here.now)
            return _refused(accepted, name) or g.SeatConfirmed(*_seat(here, name, accepted))
        case g.ChangeParty(size=size, names=names):
            wish = Wish(size, names=names)
            changed = seats.resize(connection, here.vault, here.texts, gathering_id=name, person_id=person, wish=wish, now=here.now)
            return _refused(changed, name) or g.PartyChanged(*_seat(here, name, changed))
        case g.LeaveSeat():
            left = seats.leave(connection, here.texts, gathering_id=name, person_id=person, now=here.now)
            return _refused(left, name) or g.SeatLeft()
        case g.SetReminders(on=on):
            return g.RemindersSet(on=on, held=reminders.switch(connection, found, person, here.now, on=on))
        case g.GiveOpinion(question=question, answer=answer):
            counted = opinions.count(connection, found, person_id=person, question=question, answer=answer, now=here.now)
            return g.OpinionCounted(name, counted=counted, after=opinions.next_question(question) if counted else "")
        case _:
            assert_never(effect)


def _take(effect: g.TakeSeat, here: Place) -> g.GatheringOutcome:
    wish = Wish(effect.size, effect.point, effect.names, effect.phone)
    name, met = effect.gathering, here.met
    taken = seats.take(
        here.connection, here.vault, gathering_id=name, person_id=met.person_id, address_id=met.address_id, wish=wish, now=here.now
    )
    refused = _refused(taken, name)
    if refused:
        return refused
    found, mine = _seat(here, name, taken)
    return g.Seated(found, mine) if mine.state == "seated" else g.Waiting(found, mine)


def _refused(result: Mine | Denied, name: int) -> g.Refused | None:
    return g.Refused(result.why, result.most, name) if isinstance(result, Denied) else None


def _seat(here: Place, name: int, result: Mine | Denied) -> tuple[Gathering, Mine]:
    found = reads.find(here.connection, name)
    assert found is not None
    assert isinstance(result, Mine)
    return found, result
