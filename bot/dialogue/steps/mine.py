"""“My registrations”: seen, changed, withdrawn; and whether we may write about them."""

import re
from dataclasses import replace
from typing import Final

from bot.dialogue import form_wording
from bot.dialogue.choices import payload
from bot.dialogue.draft import Draft
from bot.dialogue.effects import Effect, Say
from bot.dialogue.registration_effects import (
    ListMine,
    Look,
    Looked,
    Mine,
    MyRow,
    NotYours,
    SetContact,
    Withdraw,
    Withdrawn,
)
from bot.dialogue.state import State
from bot.dialogue.steps import form_end, form_moves, search
from bot.dialogue.steps.filling import spelled
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.messages import Button

Moved = tuple[State, tuple[Effect, ...]]
STEP: Final = "regcode"
_LIKE_A_CODE: Final = re.compile(r"[A-Z0-9]{5,12}")


def mine(state: State, _world: World, _about: str) -> Moved:
    """Ask the ledger what this person signed up for."""
    return state.at(), (ListMine(),)


def listed(state: State, world: World, outcome: Mine) -> Moved:
    """A line and a button for each registration."""
    words = world.words
    by_code = button(words, "mine-by-code", STEP)
    if not outcome.rows:
        return state, (Say(words("mine-none"), (button(words, "button-forms", "forms"), by_code, button(words, "button-menu", "menu"))),)
    lines = "\n".join(f"- {_line(row, world)}" for row in outcome.rows)
    buttons = tuple(Button(spelled(row.code), payload("reg", row.code)) for row in outcome.rows)
    return state, (Say(f"{words('mine-title')}\n\n{lines}", (*buttons, by_code, button(words, "button-menu", "menu"))),)


def by_code(state: State, world: World, _about: str) -> Moved:
    """Ask for the code of a registration: one without a name is reached by nothing else."""
    words = world.words
    buttons = (button(words, "button-mine", "mine"), button(words, "button-menu", "menu"))
    return replace(state.at(), step=STEP), (Say(words("mine-write-code"), buttons),)


def write_code(state: State, world: World, text: str) -> Moved:
    """The code typed. Words that are no code are a question like any other."""
    typed = "".join(text.split()).replace("-", "").upper()
    if not _LIKE_A_CODE.fullmatch(typed):
        return search.answer(replace(state, step="search"), world, text)
    return state.at(), (Look(typed),)


def _line(row: MyRow, world: World) -> str:
    family = f" ({world.words('mine-family')})" if row.family else ""
    return f"**{spelled(row.code)}** · {_title(row.form, world)}{family} · {world.words(f'status-{row.status}')}"


def _title(form: str, world: World) -> str:
    known = world.library.forms.get(form)
    return known.title(world.language) if known else form


def look(state: State, _world: World, about: str) -> Moved:
    """Open one of them."""
    return state.at(), (Look(about),)


def change(state: State, world: World, about: str) -> Moved:
    """Open one of them to change its answers. One being changed goes on; something else half filled in comes first."""
    if state.draft and state.draft.changing == about:
        return form_moves.resume(state, world, "")
    if state.draft and state.draft.answers:
        buttons = (button(world.words, "form-resume", "formresume"), button(world.words, "form-drop", "formdrop"))
        return state, (Say(world.words("mine-finish-first"), buttons),)
    return state.at(), (Look(about, change=True),)


def looked(state: State, world: World, outcome: Looked) -> Moved:
    """What was given and how it stands; or, to change it, the summary with its edit button."""
    form = world.library.forms.get(outcome.form)
    if outcome.change and form and outcome.closed:
        return form_end.closed(state, world, form, state.draft)
    if outcome.change and form and outcome.answers is not None:
        known = "" if outcome.outdated else form.hash
        draft = Draft(form.id, known, "summary", outcome.whom, answers=outcome.answers, changing=outcome.code, agreed=outcome.agreed)
        return form_moves.resume(replace(state, draft=draft), world, "")
    return state, (Say("\n\n".join(_told(outcome, world)), _ways(outcome, world), sensitive=True),)


def _told(outcome: Looked, world: World) -> list[str]:
    words = world.words
    form = world.library.forms.get(outcome.form)
    values = {"code": spelled(outcome.code), "form": _title(outcome.form, world)}
    parts = [words("mine-one", values), words("mine-status", {"status": words(f"status-{outcome.status}"), "day": words.day(outcome.on)})]
    if outcome.reason:
        parts.append(words("mine-reason", {"reason": outcome.reason}))
    if outcome.answers and form:
        parts.append(form_wording.answers_list(form, outcome.answers, world))
    if outcome.answers is not None and not outcome.nameless:
        parts.append(words("mine-contact-yes" if outcome.contact else "mine-contact-no"))
    return parts


def _ways(outcome: Looked, world: World) -> tuple[Button, ...]:
    words = world.words
    back = button(words, "button-mine", "mine")
    if outcome.status == "withdrawn":
        return (back, button(words, "button-menu", "menu"))
    if outcome.nameless:
        return (Button(words("mine-withdraw"), payload("regwithdraw", outcome.code)), back)
    contact = ("mine-contact-stop", "regsilent") if outcome.contact else ("mine-contact-allow", "regcontact")
    change = () if outcome.closed else (Button(words("form-change"), payload("regchange", outcome.code)),)
    return (
        *change,
        Button(words("mine-withdraw"), payload("regwithdraw", outcome.code)),
        Button(words(contact[0]), payload(contact[1], outcome.code)),
        back,
    )


def ask_withdraw(state: State, world: World, about: str) -> Moved:
    """Withdrawing is asked once: it erases the answers. Sealed, since the code may be that of one without a name."""
    words = world.words
    buttons = (
        Button(words("mine-withdraw-yes"), payload("regwithdrawyes", about)),
        Button(words("mine-withdraw-no"), payload("reg", about)),
    )
    return state.at(), (Say(words("mine-withdraw-sure", {"code": spelled(about)}), buttons, sensitive=True),)


def withdraw(state: State, _world: World, about: str) -> Moved:
    """The person is sure."""
    return state.at(), (Withdraw(about),)


def withdrawn(state: State, world: World, outcome: Withdrawn) -> Moved:
    """Done: the answers are erased, the consent is over."""
    told = world.words("mine-withdrawn", {"code": spelled(outcome.code)})
    buttons = (button(world.words, "button-mine", "mine"), button(world.words, "button-menu", "menu"))
    return state, (Say(told, buttons, sensitive=True),)


def not_yours(state: State, world: World, _outcome: NotYours) -> Moved:
    """No registration of this person, and none without a name, has that code."""
    words = world.words
    buttons = (button(words, "mine-by-code", STEP), button(words, "button-mine", "mine"), button(words, "button-menu", "menu"))
    return state, (Say(words("mine-unknown"), buttons),)


def allow_contact(state: State, _world: World, about: str) -> Moved:
    """We may write about this registration."""
    return state.at(), (SetContact(about, wanted=True),)


def stop_contact(state: State, _world: World, about: str) -> Moved:
    """We may no longer write about this registration."""
    return state.at(), (SetContact(about, wanted=False),)
