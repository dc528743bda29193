"""Which button, written word and outcome of gatherings goes to which step."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.dialogue import gathering_effects as g
from bot.dialogue.effects import Effect, Outcome
from bot.dialogue.state import State
from bot.dialogue.steps import follows, gatherings, opinions, seat_answers, seats
from bot.dialogue.world import World

Moved = tuple[State, tuple[Effect, ...]]
Step = Callable[[State, World, str], Moved]

VERBS: Final[Mapping[str, Step]] = {
    "gatherings": gatherings.gatherings,
    "gathering": gatherings.gathering,
    "seat": seats.seat,
    "noseat": seats.cancel,
    "point": seats.point,
    "phone": seats.phone,
    "size": seats.size,
    "leave": seats.leave,
    "accept": seats.accept,
    "coming": seats.accept,
    "remind": seats.remind,
    "myseats": seats.my_seats,
    "keepreminders": seats.keep_reminders,
    "follow": follows.follow,
    "unfollow": follows.unfollow,
    "follows": follows.follows,
    "opinion": opinions.opinion,
}

WRITING: Final[Mapping[str, Step]] = {
    "size": seats.write_size,
    "names": seats.write_names,
    "phone": seats.write_phone,
}

HEARING: Final[Mapping[type[Outcome], Callable[[State, World, Any], Moved]]] = {
    g.GatheringsFound: gatherings.listed,
    g.GatheringFound: gatherings.found,
    g.Seated: seat_answers.seated,
    g.Waiting: seat_answers.waiting,
    g.Refused: seat_answers.refused,
    g.SeatConfirmed: seat_answers.confirmed,
    g.PartyChanged: seat_answers.changed,
    g.SeatLeft: seat_answers.left,
    g.SeatsFound: seat_answers.seats_found,
    g.SeatsAtStop: seat_answers.seats_at_stop,
    g.RemindersSet: seat_answers.reminders_set,
    g.RemindersKept: seat_answers.reminders_kept,
    g.FollowsFound: follows.follows_found,
    g.OpinionCounted: opinions.counted,
}

COMMANDS: Final[Mapping[str, str]] = {
    "command-gatherings": "gatherings",
    "command-my-seats": "myseats",
    "command-follows": "follows",
}
