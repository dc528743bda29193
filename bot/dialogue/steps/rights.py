"""A person's rights over their data, in the chat: see it, correct it, erase it; and joining their addresses."""

import re
from dataclasses import replace
from typing import Final

from bot.dialogue.effects import Effect, Say
from bot.dialogue.registration_effects import (
    DataGiven,
    Forget,
    GiveData,
    LinkCode,
    Linked,
    LinkLocked,
    MakeLinkCode,
    NotLinked,
    NotParted,
    Parted,
    RedeemCode,
    Unlink,
)  # fmt: skip
from bot.dialogue.state import State
from bot.dialogue.steps import search
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.messages import Button

Moved = tuple[State, tuple[Effect, ...]]
STEP: Final = "link"
_LIKE_A_CODE: Final = re.compile(r"[A-Z0-9]{5,12}")


def data(state: State, world: World, _about: str) -> Moved:
    """What can be done with one's data: a file of it, corrections, erasure."""
    words = world.words
    buttons = (
        button(words, "data-file", "datafile"),
        button(words, "data-correct", "mine"),
        button(words, "data-forget", "forget"),
        button(words, "button-menu", "menu"),
    )
    return state.at(), (Say(words("data-title"), buttons),)


def file(state: State, world: World, _about: str) -> Moved:
    """Everything that is kept, as a file."""
    return state.at(), (GiveData(links=world.base_url is not None),)


def given(state: State, world: World, outcome: DataGiven) -> Moved:
    """The files, and a word about shared telephones."""
    words = world.words
    kinds = (("data-html", outcome.html), ("data-json", outcome.json))
    links = tuple(Button(words(name), url=f"{world.base_url or ''}/files/{token}") for name, token in kinds if token)
    told = words("data-links" if links else "data-sent")
    return state, (Say(f"{told}\n\n{words('form-shared-phone')}", (*links, button(words, "button-menu", "menu"))),)


def forget(state: State, world: World, _about: str) -> Moved:
    """Asked once; registrations and seats go too."""
    words = world.words
    buttons = (button(words, "forget-yes", "forgetyes"), button(words, "forget-no", "menu"))
    return state.at(), (Say(words("forget-sure"), buttons),)


def forget_now(_state: State, world: World, _about: str) -> Moved:
    """Erase everything. What is said goes out past the ledger, which holds nothing of this person any more."""
    return State(), (Forget(), Say(f"{world.words('forget-done')}\n\n{world.words('form-shared-phone')}"))


# --- joining addresses ------------------------------------------------------------------------------


def link(state: State, world: World, about: str) -> Moved:
    """Show a code here, or type one that is shown elsewhere."""
    words = world.words
    match about:
        case "show":
            return state.at(), (MakeLinkCode(),)
        case "type":
            return replace(state.at(), step=STEP), (Say(words("link-type"), (button(words, "button-menu", "menu"),)),)
    buttons = (
        Button(words("link-show"), "link_show"),
        Button(words("link-enter"), "link_type"),
        button(words, "link-part", "unlink"),
        button(words, "button-menu", "menu"),
    )
    return state.at(), (Say(words("link-title"), buttons),)


def code(state: State, world: World, outcome: LinkCode) -> Moved:
    """The code, and how long it holds."""
    values: dict[str, str | int] = {"code": f"{outcome.code[:4]} {outcome.code[4:]}", "minutes": outcome.minutes}
    return state, (Say(world.words("link-code", values), (button(world.words, "button-menu", "menu"),), sensitive=True),)


def write(state: State, world: World, text: str) -> Moved:
    """The code typed here. Words that are no code are a question like any other."""
    typed = "".join(text.split()).replace("-", "").upper()
    if not _LIKE_A_CODE.fullmatch(typed):
        return search.answer(replace(state, step="search"), world, text)
    return state, (RedeemCode(typed),)


def linked(state: State, world: World, _outcome: Linked) -> Moved:
    """One person from now on."""
    return replace(state, step="search"), (
        Say(world.words("link-done"), (button(world.words, "button-mine", "mine"), button(world.words, "button-menu", "menu"))),
    )


def not_linked(state: State, world: World, _outcome: NotLinked) -> Moved:
    """That was not it; try again or show a new one."""
    return state, (Say(world.words("link-wrong"), (button(world.words, "button-menu", "menu"),)),)


def locked(state: State, world: World, outcome: LinkLocked) -> Moved:
    """Too many wrong ones."""
    return replace(state, step="search"), (
        Say(world.words("link-locked", {"minutes": outcome.minutes}), (button(world.words, "button-menu", "menu"),)),
    )


def unlink(state: State, world: World, about: str) -> Moved:
    """Part this address from the others; asked once."""
    words = world.words
    if about == "yes":
        return state, (Unlink(),)
    return state, (Say(words("link-part-sure"), (Button(words("link-part-yes"), "unlink_yes"), button(words, "button-menu", "menu"))),)


def parted(_state: State, world: World, _outcome: Parted) -> Moved:
    """Nothing of the conversation so far is taken along."""
    return State(), (Say(world.words("link-parted"), (button(world.words, "button-menu", "menu"),)),)


def not_parted(state: State, world: World, _outcome: NotParted) -> Moved:
    """There is no other place; whoever wants nothing kept here is shown how."""
    words = world.words
    return state, (Say(words("link-alone"), (button(words, "data-forget", "forget"), button(words, "button-menu", "menu"))),)
