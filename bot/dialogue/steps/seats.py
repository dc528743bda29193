"""Seats: signing up a party step by step, changing it, giving it up, and one's own seats."""

import re
from dataclasses import replace
from typing import Final

from bot import gathering_words as gw
from bot.dialogue.choices import payload
from bot.dialogue.effects import Effect, Say
from bot.dialogue.gathering_effects import (
    AcceptSeat,
    ChangeParty,
    FindSeats,
    KeepReminders,
    LeaveSeat,
    LookAtGathering,
    Refused,
    SetReminders,
    TakeSeat,
)
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.steps.seat_answers import HELD, own_buttons, refused
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.gatherings import Doing, Errand, Gathering, Mine
from bot.languages import clean, fold, mask_personal_numbers
from bot.messages import LANGUAGES, Button

OFFERED_SIZES: Final = 6  # buttons for the number of people; more can be written
_NAMES_LIMIT: Final = 1000  # characters
_BETWEEN: Final = re.compile(r"[,;\n]+|\s+(?:и|i|dhe|and|&)\s+", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+?[\d ()/.\-]{6,24}")
Moved = tuple[State, tuple[Effect, ...]]


# --- buttons ------------------------------------------------------------------------------------


def seat(state: State, world: World, about: str) -> Moved:
    """Sign up: `12` begins, `12-3` says three people."""
    return _begin(state, world, about, "sign-up")


def size(state: State, world: World, about: str) -> Moved:
    """Another number of people: `12` asks, `12-3` changes."""
    return _begin(state, world, about, "resize")


def leave(state: State, world: World, about: str) -> Moved:
    """Give the seats up: `12` asks whether it is meant, `12-yes` does it."""
    name, sure = _split(about)
    if name is None:
        return menu.old_choice(state, world)
    if sure == "yes":
        return state.at(), (LeaveSeat(name),)
    return _look(state, Errand("leave", name))


def accept(state: State, world: World, about: str) -> Moved:
    """Take the offered seats, or say that we are coming."""
    name, _ = _split(about)
    return (state.at(), (AcceptSeat(name),)) if name is not None else menu.old_choice(state, world)


def point(state: State, world: World, about: str) -> Moved:
    """Where the party will join: `12-4`."""
    name, chosen = _split(about)
    if name is None or not chosen.isdecimal() or not _signing_up(state, name):
        return menu.old_choice(state, world)
    assert state.errand is not None
    return _look(state, replace(state.errand, point=int(chosen)))


def phone(state: State, world: World, about: str) -> Moved:
    """`12-skip`: no telephone is left."""
    name, _ = _split(about)
    if name is None or not _signing_up(state, name):
        return menu.old_choice(state, world)
    assert state.errand is not None
    return _look(state, replace(state.errand, phone=""))


def cancel(state: State, world: World, _about: str) -> Moved:
    """Not after all: what was begun is forgotten."""
    buttons = (button(world.words, "button-gatherings", "gatherings"), button(world.words, "button-menu", "menu"))
    return replace(state.at(), errand=None), (Say(world.words("seat-stopped"), buttons),)


def remind(state: State, world: World, about: str) -> Moved:
    """`12-off`, `12-on`: reminders of one gathering."""
    name, wanted = _split(about)
    if name is None or wanted not in ("on", "off"):
        return menu.old_choice(state, world)
    return state, (SetReminders(name, on=wanted == "on"),)


def my_seats(state: State, _world: World, _about: str) -> Moved:
    """Where the person has a place."""
    return state.at(), (FindSeats(),)


def keep_reminders(state: State, _world: World, _about: str) -> Moved:
    """After STOP: the reminders of the seats held still come."""
    return state, (KeepReminders(),)


# --- written ------------------------------------------------------------------------------------


def write_size(state: State, world: World, text: str) -> Moved:
    """The next message is how many people come."""
    number = read_number(world, text)
    if _says_no(world, text):
        return cancel(state, world, "")
    if state.errand is None or not number:
        most = state.errand.most if state.errand else 1
        return state, (Say(world.words("seat-size-wrong", {"count": most}), (_cancel_button(world),)),)
    return _look(state, Errand(state.errand.doing, state.errand.gathering, size=number))


def write_names(state: State, world: World, text: str) -> Moved:
    """The next message is the names of all who come."""
    if state.errand is None or _says_no(world, text):
        return cancel(state, world, "")
    masked, was_masked = mask_personal_numbers(clean(text)[:_NAMES_LIMIT])
    names = _names(masked)
    if len(names) != state.errand.size:
        return state, (Say(world.words("seat-names-wrong", {"count": state.errand.size}), (_cancel_button(world),)),)
    state, effects = _look(state, replace(state.errand, names=", ".join(names)))
    return state, (*([Say(world.words("staff-masked"))] if was_masked else []), *effects)


def write_phone(state: State, world: World, text: str) -> Moved:
    """The next message is a telephone, or that there is none."""
    if state.errand is None:
        return cancel(state, world, "")
    number = clean(text)
    if _says_no(world, text):
        number = ""
    elif not _PHONE.fullmatch(number) or mask_personal_numbers(number)[1]:
        return state, (Say(world.words("seat-phone-wrong"), _phone_buttons(world, state.errand)),)
    return _look(state, replace(state.errand, phone=number))


def plainly_answered(state: State, world: World, text: str) -> bool:
    """Whether the message is just what was asked for and so cannot be a cry for help that sounds like it."""
    words = fold(text).split()
    if state.step == "size":
        return len(words) <= 3 and read_number(world, text) is not None
    if state.step == "phone":
        return bool(_PHONE.fullmatch(clean(text)))
    urgent = world.found is not None and world.found.kind == "urgent"
    return state.step == "names" and not urgent and state.errand is not None and len(_names(text)) == state.errand.size


def read_number(world: World, text: str) -> int | None:
    """How many people a message says: a number, alone or among words, or a word for one to six."""
    said = fold(text)
    digits = [int(word) for word in said.split() if word.isdecimal() and len(word) < 4]
    if len(digits) == 1:
        return digits[0]
    for number in range(1, 7):
        if any(said == fold(word) for language in LANGUAGES for word in world.texts[language].list(f"count-{number}")):
            return number
    return None


def _names(text: str) -> list[str]:
    return [name.strip() for name in _BETWEEN.split(text) if any(letter.isalpha() for letter in name)]


# --- the gathering is there ---------------------------------------------------------------------


def go_on(state: State, world: World, there: Gathering, mine: Mine | None) -> Moved:
    """Ask for the next thing that is missing, or do it."""
    assert state.errand is not None
    errand = state.errand
    if errand.doing == "leave":
        return _ask_leave(state, world, there, mine)
    if errand.doing == "resize":
        return _resize(state, world, there, mine)
    if mine and mine.state in HELD:
        text = f"{world.words('seat-refused', {'why': 'already', 'most': 0})}\n\n{gw.standing(world.words, there, mine)}"
        return state.at(), (Say(text, own_buttons(world, there, mine)),)
    if there.phase(world.now) not in ("open", "full"):
        return _cannot(state, world, there)
    return _sign_up(state, world, there, errand)


def _sign_up(state: State, world: World, there: Gathering, errand: Errand) -> Moved:
    if not errand.size:
        return _ask_size(state, world, there)
    most = min(there.party_limit, there.capacity)
    if errand.size > most:
        return refused(state, world, Refused("too-big", most, there.id))
    if len(there.points) > 1 and errand.point not in {p.id for p in there.points}:
        return _ask_point(state, world, there)
    if there.names_needed and not errand.names:
        return _ask_names(state, world, errand)
    if there.points and errand.phone is None:
        return replace(state, step="phone"), (Say(world.words("seat-ask-phone"), _phone_buttons(world, errand)),)
    taking = TakeSeat(there.id, errand.size, errand.point, errand.names, errand.phone or "")
    return replace(state.at(), errand=None), (taking,)


def _resize(state: State, world: World, there: Gathering, mine: Mine | None) -> Moved:
    """Ask how many come, then who; what cannot be is said before anybody types names."""
    assert state.errand is not None
    errand = state.errand
    if mine is None or mine.state not in HELD:
        return refused(state, world, Refused("no-seat", gathering=there.id))
    if not errand.size:
        return _ask_size(state, world, there)
    cannot = there.cannot_become(errand.size, state=mine.state, before=mine.size, now=world.now)
    if cannot:
        return refused(state, world, Refused(*cannot, gathering=there.id))
    if there.names_needed and not errand.names:
        return _ask_names(state, world, errand)
    return replace(state.at(), errand=None), (ChangeParty(there.id, errand.size, errand.names),)


def _ask_names(state: State, world: World, errand: Errand) -> Moved:
    people = world.words("gathering-people", {"count": errand.size})
    return replace(state, step="names"), (Say(world.words("seat-ask-names", {"people": people}), (_cancel_button(world),)),)


def _ask_size(state: State, world: World, there: Gathering) -> Moved:
    assert state.errand is not None
    verb = "size" if state.errand.doing == "resize" else "seat"
    most = min(there.party_limit, there.capacity)
    sizes = tuple(
        Button(world.words("button-size", {"count": n}), payload(verb, f"{there.id}-{n}")) for n in range(1, min(most, OFFERED_SIZES) + 1)
    )
    asking = replace(state, step="size", errand=replace(state.errand, most=most))
    text = f"**{there[world.language].title}**\n\n{world.words('seat-ask-size', {'count': most})}"
    return asking, (Say(text, (*sizes, _cancel_button(world))),)


def _ask_point(state: State, world: World, there: Gathering) -> Moved:
    points = tuple(
        Button(f"{world.words.hour(there.local(p.at))} {p.named(world.language)}", payload("point", f"{there.id}-{p.id}"))
        for p in there.points
    )
    return replace(state, step="search"), (Say(world.words("seat-ask-point"), (*points, _cancel_button(world))),)


def _ask_leave(state: State, world: World, there: Gathering, mine: Mine | None) -> Moved:
    if mine is None or mine.state not in HELD:
        return refused(state, world, Refused("no-seat", gathering=there.id))
    if mine.state != "seated":
        return state.at(), (LeaveSeat(there.id),)
    buttons = (
        button(world.words, "button-leave-yes", "leave", f"{there.id}-yes"),
        button(world.words, "button-keep-seat", "coming", str(there.id)),
    )
    text = f"**{there[world.language].title}**\n\n{world.words('seat-ask-leave')}"
    return state, (Say(text, buttons),)


def _cannot(state: State, world: World, there: Gathering) -> Moved:
    told = gw.seats(world.words, there, world.now)
    buttons = (
        button(world.words, "button-gatherings", "gatherings"),
        button(world.words, "button-staff", "staff"),
        button(world.words, "button-menu", "menu"),
    )
    return state.at(), (Say(told, buttons),)


def _begin(state: State, world: World, about: str, doing: Doing) -> Moved:
    name, number = _split(about)
    if name is None:
        return menu.old_choice(state, world)
    if not number:
        return _look(state, Errand(doing, name))
    if not number.isdecimal():
        return menu.old_choice(state, world)
    return _look(state, Errand(doing, name, size=max(1, int(number))))


def _look(state: State, errand: Errand) -> Moved:
    return replace(state.at(), errand=errand), (LookAtGathering(errand.gathering),)


def _split(about: str) -> tuple[int | None, str]:
    name, _, rest = about.partition("-")
    return (int(name) if name.isdecimal() and len(name) < 10 else None), rest[:6]


def _signing_up(state: State, name: int) -> bool:
    return state.errand is not None and state.errand.doing == "sign-up" and state.errand.gathering == name and state.errand.size > 0


def _says_no(world: World, text: str) -> bool:
    said = fold(text)
    return any(said == fold(word) for language in LANGUAGES for word in world.texts[language].list("command-no"))


def _cancel_button(world: World) -> Button:
    return button(world.words, "button-cancel", "noseat")


def _phone_buttons(world: World, errand: Errand) -> tuple[Button, ...]:
    return (button(world.words, "button-skip", "phone", f"{errand.gathering}-skip"), _cancel_button(world))
