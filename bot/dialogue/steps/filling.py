"""A conversation in the middle of a form: what every step of one stands on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.dialogue import form_wording
from bot.dialogue.choices import payload
from bot.dialogue.draft import Draft, first_open, renewed
from bot.dialogue.effects import Effect, Say
from bot.dialogue.form_wording import CONTACT, DATA
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.forms import NO, YES, Field, Form
from bot.messages import Button

STEP: Final = "form"

Moved = tuple[State, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class Here:
    """A conversation in the middle of a form."""

    state: State
    world: World
    draft: Draft
    form: Form

    def at(self, draft: Draft) -> "Here":
        """The same with another draft, and the next words taken for its answer."""
        return replace(self, draft=draft, state=replace(self.state, step=STEP, draft=draft))

    @property
    def asked(self) -> Field | None:
        return self.form.field(self.draft.asked) if self.draft.stage == "ask" else None


Act = Callable[[Here, str], Moved]


def within(act: Act) -> Callable[[State, World, str], Moved]:
    """A step that needs a form half filled in; without one it says so kindly."""

    def step(state: State, world: World, about: str) -> Moved:
        draft = state.draft
        if draft is None:
            return menu.old_choice(state, world)
        form = world.library.forms.get(draft.form)
        if form is None:
            return replace(state, step="search"), (
                Say(world.words("form-gone"), (button(world.words, "button-staff", "staff"), button(world.words, "form-drop", "formdrop"))),
            )
        here = Here(replace(state, step=STEP), world, draft, form)
        if draft.hash == form.hash:
            return act(here, about)
        here = here.at(renewed(form, draft))
        note = Say(world.words("form-changed"))
        same_place = (here.draft.stage, here.draft.asked) == (draft.stage, draft.asked)
        state, effects = act(here, about) if same_place else show(here)
        return state, (note, *effects)

    return step


def show(here: Here, *before: Effect) -> Moved:
    """Say again what is asked now."""
    here = showing(here)
    match here.draft.stage:
        case "notice":
            said = form_wording.notice(here.form, here.world, 0)
        case "whom":
            said = _ask_whom(here)
        case "ask" if here.asked:
            said = form_wording.question(here.form, here.draft, here.world)
        case "consent" | "contact":
            said = _ask_consent(here)
        case _:
            said = form_wording.summary(here.form, here.draft, here.world)
    return here.state, (*before, said)


def showing(here: Here) -> Here:
    """The same, and the words of a consent that is asked for are remembered as shown."""
    purpose = {"consent": DATA, "contact": CONTACT}.get(here.draft.stage, "")
    if here.asked and here.asked.kind == "consent":
        purpose = here.asked.id
    if not purpose:
        return here
    shown = form_wording.agreement(here.form, purpose, here.world.library, here.world.words)
    return here.at(replace(here.draft, shown=shown))


def _ask_whom(here: Here) -> Say:
    words = here.world.words
    ways = (Button(words("form-for-self"), payload("formfor", "self")), Button(words("form-for-family"), payload("formfor", "family")))
    return Say(words("form-whom"), (*ways, button(words, "button-cancel", "formcancel")))


def _ask_consent(here: Here) -> Say:
    world, words = here.world, here.world.words
    data = here.draft.stage == "consent"
    text = form_wording.consent_text(here.form, DATA if data else CONTACT, world.library, words)
    yes, no, verb = ("form-agree", "form-disagree", "formagree") if data else ("form-yes", "form-no", "formcontact")
    return Say(text, (button(words, yes, verb, YES), button(words, no, verb, NO), button(words, "form-back", "formback")))


def onward(here: Here) -> Moved:
    """The next question nobody answered yet, else the summary."""
    missing = first_open(here.form, here.draft)
    return show(here.at(here.draft.asking(missing.id) if missing else replace(here.draft, stage="summary", asked="", pending=())))


def spelled(code: str) -> str:
    """A code in two groups, as it is read out."""
    return f"{code[:3]} {code[3:]}"
