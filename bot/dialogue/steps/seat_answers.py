"""What became of seats, told: taken, changed, given up, refused; and all the seats a person has."""

from dataclasses import replace
from typing import Final

from bot import gathering_words as gw
from bot.dialogue.effects import Effect, Say
from bot.dialogue.gathering_effects import (
    PartyChanged,
    Refused,
    RemindersKept,
    RemindersSet,
    SeatConfirmed,
    Seated,
    SeatLeft,
    SeatsAtStop,
    SeatsFound,
    Waiting,
)
from bot.dialogue.state import State
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.gatherings import Gathering, Mine
from bot.messages import Button

HELD: Final = ("seated", "offered", "waiting")
Moved = tuple[State, tuple[Effect, ...]]


def seated(state: State, world: World, outcome: Seated) -> Moved:
    """The party has its seats: where to be, and how to change its mind."""
    return state.at(), (_standing(world, "seat-taken", outcome.gathering, outcome.mine),)


def waiting(state: State, world: World, outcome: Waiting) -> Moved:
    """The party waits: at what place in the list."""
    return state.at(), (_standing(world, "seat-queued", outcome.gathering, outcome.mine),)


def changed(state: State, world: World, outcome: PartyChanged) -> Moved:
    """The party has another size."""
    return replace(state.at(), errand=None), (_standing(world, "seat-resized", outcome.gathering, outcome.mine),)


def confirmed(state: State, world: World, outcome: SeatConfirmed) -> Moved:
    """We count on them."""
    there, mine = outcome.gathering, outcome.mine
    about = f"**{there[world.language].title}**\n{gw.when(world.words, there)}\n{gw.standing(world.words, there, mine)}"
    parts = [world.words("seat-confirmed"), about, gw.meeting(world.words, there, mine)]
    return state.at(), (Say("\n\n".join(part for part in parts if part), own_buttons(world, there, mine)),)


def left(state: State, world: World, _outcome: SeatLeft) -> Moved:
    """The place was given up."""
    buttons = (button(world.words, "button-gatherings", "gatherings"), button(world.words, "button-menu", "menu"))
    return replace(state.at(), errand=None), (Say(world.words("seat-left"), buttons),)


def refused(state: State, world: World, outcome: Refused) -> Moved:
    """It could not be done: why, and what can be done instead."""
    words, name = world.words, str(outcome.gathering)
    ways = {
        "no-offer": [button(words, "button-join-waiting", "seat", name)],
        "too-big": [button(words, "button-staff", "staff")],
        "no-room": [button(words, "button-details", "gathering", name)],
        "no-more": [button(words, "button-change-size", "size", name), button(words, "button-staff", "staff")],
        "already": [button(words, "button-details", "gathering", name)],
    }.get(outcome.why, [button(words, "button-gatherings", "gatherings"), button(words, "button-staff", "staff")])
    text = words("seat-refused", {"why": outcome.why, "most": outcome.most})
    return replace(state.at(), errand=None), (Say(text, (*ways, button(words, "button-menu", "menu"))),)


def seats_found(state: State, world: World, outcome: SeatsFound) -> Moved:
    """Every place the person has, with how it stands."""
    ways = (
        button(world.words, "button-gatherings", "gatherings"),
        button(world.words, "button-follows", "follows"),
        button(world.words, "button-menu", "menu"),
    )
    if not outcome.rows:
        return state, (Say(world.words("seats-none"), ways),)
    buttons = tuple(gw.open_button(world.words, there) for there, _ in outcome.rows)
    parts = [world.words("seats-title"), *(_own_line(world, there, mine) for there, mine in outcome.rows)]
    return state, (Say("\n\n".join(parts), (*buttons, *ways)),)


def seats_at_stop(state: State, world: World, outcome: SeatsAtStop) -> Moved:
    """STOP does not give up seats: they are named, and their reminders offered back in one tap."""
    if not outcome.rows:
        return state, ()
    parts = [world.words("seats-at-stop"), *(_own_line(world, there, mine) for there, mine in outcome.rows)]
    parts.append(world.words("seats-at-stop-ask"))
    return state, (Say("\n\n".join(parts), (button(world.words, "button-keep-reminders", "keepreminders"),)),)


def reminders_set(state: State, world: World, outcome: RemindersSet) -> Moved:
    """Reminders of one gathering are on or off."""
    name = f"reminders-{'on' if outcome.on else 'off'}" if outcome.held else "reminders-none"
    return state, (Say(world.words(name), (button(world.words, "button-my-seats", "myseats"), button(world.words, "button-menu", "menu"))),)


def reminders_kept(state: State, world: World, outcome: RemindersKept) -> Moved:
    """The seats' reminders will come in spite of STOP."""
    name = "reminders-kept" if outcome.count else "reminders-none"
    return state, (Say(world.words(name), (button(world.words, "button-my-seats", "myseats"), button(world.words, "button-menu", "menu"))),)


def own_buttons(world: World, there: Gathering, mine: Mine | None) -> tuple[Button, ...]:
    """What this person can do at this gathering now."""
    words, name = world.words, str(there.id)
    phase = there.phase(world.now)
    if phase in ("running", "over", "cancelled"):
        return ()
    if mine is None or mine.state not in HELD:
        labels = {"open": "button-sign-up", "full": "button-join-waiting"}
        return (button(words, labels[phase], "seat", name),) if phase in labels else ()
    if mine.state == "offered":
        return (button(words, "button-accept-seat", "accept", name), button(words, "button-decline-seat", "leave", name))
    change = (button(words, "button-change-size", "size", name), button(words, "button-leave-seat", "leave", name))
    if mine.state == "waiting":
        return change
    wanted = "off" if mine.reminders else "on"
    return (*change, button(words, f"button-reminders-{wanted}", "remind", f"{name}-{wanted}"))


def _standing(world: World, name: str, there: Gathering, mine: Mine) -> Say:
    parts = [
        world.words(name, {"standing": gw.standing(world.words, there, mine)}),
        f"**{there[world.language].title}**\n{gw.when(world.words, there)}\n{there[world.language].place}",
        gw.meeting(world.words, there, mine) if mine.state == "seated" else "",
        world.words("gathering-free-of-charge"),
    ]
    ways = (button(world.words, "button-details", "gathering", str(there.id)), button(world.words, "button-menu", "menu"))
    return Say("\n\n".join(part for part in parts if part), (*own_buttons(world, there, mine), *ways))


def _own_line(world: World, there: Gathering, mine: Mine) -> str:
    return f"**{there[world.language].title}**\n{gw.when(world.words, there)}\n{gw.standing(world.words, there, mine)}"
