"""Signing up: which forms there are, how one begins, and every verb of its buttons.

A draft belongs to one conversation. What was given stays through menus, questions and restarts, until
it is sent or dropped; a form that changed meanwhile keeps every answer that still fits.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue import form_wording
from bot.dialogue.choices import payload
from bot.dialogue.draft import Draft
from bot.dialogue.effects import Effect, Say
from bot.dialogue.registration_effects import Opened, OpenForm
from bot.dialogue.state import State
from bot.dialogue.steps import form_answers, form_end, form_moves, menu
from bot.dialogue.steps.filling import STEP, Here, Moved, show, spelled, within
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.forms import Form
from bot.messages import Button


def begin(state: State, world: World, about: str) -> Moved:
    """Open the form `about`: its notice first. One that was begun goes on where it stood."""
    form = world.library.forms.get(about)
    if form is None:
        return menu.old_choice(state, world)
    if state.draft and state.draft.form == about:
        return form_moves.resume(state, world, "")
    if state.draft and state.draft.form in world.library.forms:
        return _two_forms(state, world, world.library.forms[state.draft.form], form)
    return replace(state.at(), step=STEP, draft=Draft(about, form.hash)), (OpenForm(about),)


def _two_forms(state: State, world: World, begun: Form, wanted: Form) -> Moved:
    titles = {"begun": begun.title(world.language), "wanted": wanted.title(world.language)}
    buttons = (
        button(world.words, "form-resume", "formresume"),
        Button(world.words("form-instead", {"form": titles["wanted"]}), payload("formnew", wanted.id)),
    )
    return state, (Say(world.words("form-two", titles), buttons),)


def anew(state: State, world: World, about: str) -> Moved:
    """Open the form `about` in place of what was begun, which is dropped once we hear that it is open."""
    if state.draft is None or state.draft.form == about or about not in world.library.forms:
        return begin(state, world, about)
    return replace(state.at(), step=STEP, draft=replace(state.draft, instead=about)), (OpenForm(about),)


def opened(state: State, world: World, outcome: Opened) -> Moved:
    """The form is open: its notice, or what was begun elsewhere, or the registration there is already."""
    begun = state.draft
    form = world.library.forms.get(begun.instead or begun.form) if begun else None
    if form is None or begun is None:
        return menu.old_choice(state, world)
    if not outcome.open:
        return form_end.closed(state, world, form, replace(begun, instead="") if begun.instead else None)
    here = Here(state, world, begun, form).at(Draft(form.id, form.hash) if begun.instead else begun)
    if outcome.draft:
        return within(lambda there, _about: show(there, Say(world.words("form-taken-over"))))(here.at(outcome.draft).state, world, "")
    if outcome.existing:
        return _exists(here, outcome.existing)
    return here.state, (form_wording.notice(form, world, 0),)


def _exists(here: Here, code: str) -> Moved:
    words = here.world.words
    buttons = [Button(words("form-change"), payload("regchange", code))]
    if here.form.head.family:
        buttons.append(Button(words("form-for-family"), payload("formfor", "family")))
    buttons.append(button(words, "button-mine", "mine"))
    state = here.at(replace(here.draft, stage="whom")).state
    return state, (Say(words("form-exists", {"form": here.form.title(here.world.language), "code": spelled(code)}), tuple(buttons)),)


def more(state: State, world: World, about: str) -> Moved:
    """The notice with more in it."""
    return _notice(state, world, about, 1)


def full(state: State, world: World, about: str) -> Moved:
    """The notice whole."""
    return _notice(state, world, about, 2)


def _notice(state: State, world: World, about: str, tier: int) -> Moved:
    form = world.library.forms.get(about)
    return (state, (form_wording.notice(form, world, tier),)) if form else menu.old_choice(state, world)


def go(state: State, world: World, about: str) -> Moved:
    """The notice was read: whom is it for, or the first question."""
    if about and (state.draft is None or state.draft.form != about):
        return begin(state, world, about)
    return within(form_moves.go_on)(state, world, about)


def listing(state: State, world: World, _about: str) -> Moved:
    """Everything one can sign up for."""
    forms = (form_wording.form_button(form, world.language, world.words) for form in world.library.forms.values())
    buttons = (*forms, button(world.words, "button-mine", "mine"), button(world.words, "button-menu", "menu"))
    return state.at(), (Say(world.words("form-list"), buttons),)


def waiting(state: State, effects: tuple[Effect, ...], world: World) -> tuple[Effect, ...]:
    """The effects of a turn outside the form, with the way back to what was begun."""
    said = [effect for effect in effects if isinstance(effect, Say)]
    if (
        state.draft is None
        or not said
        or any(_leads_into(b) for say in said for b in say.buttons)
        or state.draft.form not in world.library.forms
    ):
        return effects
    return (*effects, Say("", (button(world.words, "form-resume", "formresume"),)))


def _leads_into(shown: Button) -> bool:
    return (shown.choice or "").startswith(("form", "pick_")) and not (shown.choice or "").startswith(("form_", "forms"))


VERBS: Final[Mapping[str, Callable[[State, World, str], Moved]]] = {
    "form": begin,
    "forms": listing,
    "formnew": anew,
    "formmore": more,
    "formfull": full,
    "formgo": go,
    "formdrop": form_moves.drop,
    "formresume": form_moves.resume,
    "pick": form_answers.picked,
    "formfor": within(form_moves.whom),
    "formback": within(form_moves.back),
    "formskip": within(form_moves.skip),
    "formkeep": within(form_moves.keep),
    "formlater": within(form_moves.later),
    "formcancel": within(form_moves.cancel),
    "formdone": within(form_answers.done),
    "formedit": within(form_end.edit),
    "formsend": within(form_end.send),
    "formagree": within(form_end.agree),
    "formcontact": within(form_end.contact),
    "formover": within(form_end.over),
}
