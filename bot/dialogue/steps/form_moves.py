"""Ways through a form: on, back, skip, keep, later, cancel."""

from dataclasses import replace
from typing import Final

from bot.dialogue.draft import Stage, Whom, applicable
from bot.dialogue.effects import Say
from bot.dialogue.state import State
from bot.dialogue.steps.filling import Here, Moved, onward, show, within
from bot.dialogue.wording import button
from bot.dialogue.world import World

WORTH_ASKING: Final = 2  # answers from which cancelling asks once more


def go_on(here: Here, _about: str) -> Moved:
    if here.draft.stage not in ("notice", "whom"):
        return show(here)
    if here.form.head.family:
        return show(here.at(replace(here.draft, stage="whom")))
    return whom(here, "self")


def whom(here: Here, about: str) -> Moved:
    if here.draft.stage not in ("notice", "whom") or about not in ("self", "family"):
        return show(here)
    who: Whom = "self" if about == "self" else "family"
    return onward(here.at(replace(here.draft.of_another(), whom=who)))


def come_back(here: Here, _about: str) -> Moved:
    if here.draft.stage == "ask" and here.form.field(here.draft.asked) not in applicable(here.form, here.draft.answers):
        return onward(here)
    return show(here)


resume = within(come_back)


def back(here: Here, _about: str) -> Moved:
    """One question back; its answer stays until another is given."""
    here = here.at(here.draft.settled(here.asked))
    names = [each.id for each in applicable(here.form, here.draft.answers)]
    stage, asked = here.draft.stage, here.draft.asked
    if stage == "contact":
        return show(here.at(replace(here.draft, stage="consent")))
    if stage == "consent":
        return show(here.at(replace(here.draft, stage="summary")))
    place = len(names) if stage == "summary" else names.index(asked) if stage == "ask" and asked in names else 0
    if place > 0:
        return show(here.at(here.draft.asking(names[place - 1])))
    earlier: Stage = "whom" if stage == "ask" and here.form.head.family and not here.draft.changing else "notice"
    return show(here.at(replace(here.draft, stage="summary" if here.draft.changing else earlier, asked="", pending=())))


def skip(here: Here, _about: str) -> Moved:
    asked = here.asked
    if asked is None:
        return show(here)
    if not asked.optional:
        return show(here, Say(here.world.words("form-not-optional")))
    return onward(here.at(here.draft.answered(asked.id, None)))


def keep(here: Here, _about: str) -> Moved:
    """The answer there is stays; words that were held back as urgent become the answer."""
    asked = here.asked
    if asked and asked.kind == "text" and here.draft.pending:
        return onward(here.at(here.draft.answered(asked.id, here.draft.pending[0])))
    return onward(here) if asked is None or asked.id in here.draft.answers else show(here)


def later(here: Here, _about: str) -> Moved:
    """Leave it as it is; it waits."""
    words = here.world.words
    text = words("form-waits", {"form": here.form.title(here.world.language)})
    return replace(here.state, step="search"), (
        Say(text, (button(words, "form-resume", "formresume"), button(words, "button-menu", "menu"))),
    )


def cancel(here: Here, about: str) -> Moved:
    """Leave the form; with answers in it, asked once."""
    if len(here.draft.answers) < WORTH_ASKING:
        return drop(here.state, here.world, about)
    buttons = (button(here.world.words, "form-drop", "formdrop"), button(here.world.words, "form-resume", "formresume"))
    return here.state, (Say(here.world.words("form-really-cancel"), buttons),)


def drop(state: State, world: World, _about: str) -> Moved:
    """What was begun is gone."""
    told = world.words("form-dropped") if state.draft else world.words("form-nothing")
    return replace(state, step="search", draft=None), (Say(told, (button(world.words, "button-menu", "menu"),)),)
