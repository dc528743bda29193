"""The end of a form: the summary looked over, consent given, the registration sent, its receipt."""

from dataclasses import replace

from bot.dialogue import form_wording
from bot.dialogue.choices import payload
from bot.dialogue.draft import Draft, applicable, first_open, given
from bot.dialogue.effects import Say
from bot.dialogue.form_wording import CONTACT, DATA
from bot.dialogue.registration_effects import AlreadyRegistered, FormShut, Register, Registered
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.steps.filling import Here, Moved, onward, show, spelled
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.forms import NO, YES, Form
from bot.messages import Button


def edit(here: Here, about: str) -> Moved:
    """Change one answer: which, or this one."""
    here = here.at(here.draft.settled(here.asked))
    names = [each.id for each in applicable(here.form, here.draft.answers)]
    if about in names:
        return show(here.at(here.draft.asking(about)))
    return here.state, (form_wording.edit_choice(here.form, here.draft, here.world),)


def send(here: Here, _about: str) -> Moved:
    if here.draft.stage != "summary":
        return show(here)
    if first_open(here.form, here.draft):
        return onward(here)
    return show(here.at(replace(here.draft, stage="consent")))


def agree(here: Here, about: str) -> Moved:
    """Consent to the data: without it nothing is sent."""
    if here.draft.stage != "consent" or about not in (YES, NO):
        return show(here)
    if about == NO:
        here = here.at(replace(here.draft, stage="summary"))
        buttons = (button(here.world.words, "form-to-summary", "formresume"), button(here.world.words, "form-drop", "formdrop"))
        return here.state, (Say(here.world.words("form-no-consent"), buttons),)
    here = here.at(here.draft.agreeing(DATA))
    if _anonymous(here):
        return _register(here, contact=False)
    return show(here.at(replace(here.draft, stage="contact")))


def _anonymous(here: Here) -> bool:
    field = here.form.head.anonymous
    return bool(field) and here.draft.answers.get(field) == YES


def contact(here: Here, about: str) -> Moved:
    if here.draft.stage != "contact" or about not in (YES, NO):
        return show(here)
    return _register(here.at(here.draft.agreeing(CONTACT)) if about == YES else here, contact=about == YES)


def _register(here: Here, *, contact: bool) -> Moved:
    """Send it off with the consents given; those whose words read otherwise by now are asked for again."""
    answers = given(here.form, here.draft)
    agreed = [
        each.id
        for each in here.form.fields
        if each.kind == "consent" and answers.get(each.id) == YES and each.id != here.form.head.anonymous
    ]
    purposes = (DATA, *([CONTACT] if contact else []), *agreed)
    stale = [purpose for purpose in purposes if not _holds(here, purpose)]
    if stale:
        state, effects = onward(here.at(here.draft.without(stale)))
        return state, (Say(here.world.words("form-changed")), *effects)
    words = {purpose: here.draft.agreed[purpose] for purpose in purposes}
    return here.state, (Register(here.form.id, here.draft.whom, answers, words, here.draft.changing),)


def _holds(here: Here, purpose: str) -> bool:
    """Whether the words agreed to are those of today."""
    agreed = here.draft.agreed.get(purpose)
    texts = here.world.texts
    return agreed is not None and agreed == form_wording.agreement(here.form, purpose, here.world.library, texts[agreed.language])


def registered(state: State, world: World, outcome: Registered) -> Moved:
    """The receipt: a code that can be read out on the telephone. Without a name it rests sealed: beside the address the
    code would tell who sent it."""
    words = world.words
    form = world.library.forms.get(state.draft.form) if state.draft else None
    title = form.title(world.language) if form else ""
    name = "form-saved" if outcome.changed else "form-receipt"
    parts = [words(name, {"code": spelled(outcome.code), "form": title})]
    hidden = bool(form and state.draft and form.head.anonymous and state.draft.answers.get(form.head.anonymous) == YES)
    parts.append(words("form-receipt-anonymous" if hidden else "form-receipt-next"))
    if not hidden:
        parts.append(words("form-shared-phone"))
    buttons = (button(words, "button-mine", "mine"), button(words, "button-menu", "menu"))
    return replace(state, step="search", draft=None), (Say("\n\n".join(parts), buttons[1:] if hidden else buttons, sensitive=hidden),)


def already(state: State, world: World, outcome: AlreadyRegistered) -> Moved:
    """There is one for the same person: these answers may take its place."""
    words = world.words
    buttons = (
        Button(words("form-replace"), payload("formover", outcome.code)),
        Button(words("form-see"), payload("reg", outcome.code)),
        button(words, "form-drop", "formdrop"),
    )
    draft = replace(state.draft, existing=outcome.code) if state.draft else None
    return replace(state, draft=draft), (Say(words("form-already", {"code": spelled(outcome.code)}), buttons),)


def over(here: Here, about: str) -> Moved:
    """These answers take the place of those just found; a button that speaks of other ones replaces nothing."""
    if about != here.draft.existing:
        return show(here, Say(here.world.words("form-over-old")))
    return show(here.at(replace(here.draft, changing=about, stage="summary", asked="")))


def shut(state: State, world: World, _outcome: FormShut) -> Moved:
    """The form was closed before it was sent: what was given stays."""
    form = world.library.forms.get(state.draft.form) if state.draft else None
    if form is None or state.draft is None:
        return menu.old_choice(state, world)
    return closed(state, world, form, replace(state.draft, stage="summary"))


def closed(state: State, world: World, form: Form, kept: Draft | None) -> Moved:
    """Nobody can sign up there now; what was begun, there or elsewhere, is `kept`."""
    says, words = form.words[world.language].says, world.words
    waits = [words("form-kept-draft")] if kept and kept.form == form.id else []
    text = "\n\n".join((f"**{says['title']}**", says["closed"], *waits))
    return replace(state, step="search", draft=kept), (
        Say(text, (button(words, "button-staff", "staff"), button(words, "button-menu", "menu"))),
    )
