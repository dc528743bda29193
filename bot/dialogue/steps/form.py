"""Filling in a form: notice, whom it is for, one question at a time, with back, skip, later and cancel.

A draft belongs to one conversation. What was given stays through menus, questions and restarts, until
it is sent or dropped; a form that changed meanwhile keeps every answer that still fits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.dialogue import fields, form_wording
from bot.dialogue.choices import payload
from bot.dialogue.draft import Answer, Draft, Whom, applicable, first_open, given, join_member, renewed, split_member
from bot.dialogue.effects import Effect, Say
from bot.dialogue.fields import Asking, Wrong
from bot.dialogue.form_wording import CONTACT, DATA
from bot.dialogue.registration_effects import AlreadyRegistered, FormShut, Opened, OpenForm, Register, Registered
from bot.dialogue.state import State
from bot.dialogue.steps import menu, search
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.forms import AGES, NO, YES, Field, Form
from bot.languages import fold
from bot.messages import LANGUAGES, Button

STEP: Final = "form"
WORTH_ASKING: Final = 2  # answers from which cancelling asks once more
MASKED_KINDS: Final = ("text",)

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
            return replace(state, step="search"), (Say(world.words("form-gone"), (button(world.words, "button-staff", "staff"), button(world.words, "form-drop", "formdrop"))),)
        here = Here(replace(state, step=STEP), world, draft, form)
        if draft.hash == form.hash:
            return act(here, about)
        here = here.at(renewed(form, draft))
        note = Say(world.words("form-changed"))
        same_place = (here.draft.stage, here.draft.asked) == (draft.stage, draft.asked)
        state, effects = act(here, about) if same_place else show(here)
        return state, (note, *effects)

    return step


# --- beginning --------------------------------------------------------------------------------------


def begin(state: State, world: World, about: str) -> Moved:
    """Open the form `about`: its notice first. One that was begun goes on where it stood."""
    form = world.library.forms.get(about)
    if form is None:
        return menu.old_choice(state, world)
    if state.draft and state.draft.form == about:
        return resume(state, world, "")
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
    """Drop what was begun and open the form `about`."""
    return begin(replace(state, draft=None), world, about)


def opened(state: State, world: World, outcome: Opened) -> Moved:
    """The form is open: its notice, or what was begun elsewhere, or the registration there is already."""
    form = world.library.forms.get(state.draft.form) if state.draft else None
    if form is None or state.draft is None:
        return menu.old_choice(state, world)
    here = Here(state, world, state.draft, form)
    if not outcome.open:
        return _shut(here.at(here.draft), keep=False)
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
    return state, (Say(words("form-exists", {"form": here.form.title(here.world.language), "code": code}), tuple(buttons)),)


def _shut(here: Here, *, keep: bool) -> Moved:
    state = replace(here.state, step="search", draft=here.draft if keep else None)
    says = here.form.words[here.world.language].says
    kept = [here.world.words("form-kept-draft")] if keep else []
    text = "\n\n".join((f"**{says['title']}**", says["closed"], *kept))
    return state, (Say(text, (button(here.world.words, "button-staff", "staff"), button(here.world.words, "button-menu", "menu"))),)


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
    return within(_go)(state, world, about)


def _go(here: Here, _about: str) -> Moved:
    if here.draft.stage not in ("notice", "whom"):
        return show(here)
    if here.form.head.family:
        return show(here.at(replace(here.draft, stage="whom")))
    return _whom(here, "self")


def _whom(here: Here, about: str) -> Moved:
    if here.draft.stage not in ("notice", "whom") or about not in ("self", "family"):
        return show(here)
    whom: Whom = "self" if about == "self" else "family"
    return _onward(here.at(replace(here.draft, whom=whom)))


# --- where we are -------------------------------------------------------------------------------------


def show(here: Here, *before: Effect) -> Moved:
    """Say again what is asked now."""
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


def _onward(here: Here) -> Moved:
    """The next question nobody answered yet, else the summary."""
    missing = first_open(here.form, here.draft)
    return show(here.at(here.draft.asking(missing.id) if missing else replace(here.draft, stage="summary", asked="", pending=())))


def _resume(here: Here, _about: str) -> Moved:
    if here.draft.stage == "ask" and here.form.field(here.draft.asked) not in applicable(here.form, here.draft.answers):
        return _onward(here)
    return show(here)


resume = within(_resume)


def _back(here: Here, _about: str) -> Moved:
    """One question back; its answer stays until another is given."""
    names = [each.id for each in applicable(here.form, here.draft.answers)]
    stage, asked = here.draft.stage, here.draft.asked
    if stage == "contact":
        return show(here.at(replace(here.draft, stage="consent")))
    if stage == "consent":
        return show(here.at(replace(here.draft, stage="summary")))
    place = len(names) if stage == "summary" else names.index(asked) if stage == "ask" and asked in names else 0
    if place > 0:
        return show(here.at(here.draft.asking(names[place - 1])))
    earlier = "whom" if stage == "ask" and here.form.head.family and not here.draft.changing else "notice"
    return show(here.at(replace(here.draft, stage="summary" if here.draft.changing else earlier, asked="", pending=())))


def _skip(here: Here, _about: str) -> Moved:
    asked = here.asked
    if asked is None:
        return show(here)
    if not asked.optional:
        return show(here, Say(here.world.words("form-not-optional")))
    return _onward(here.at(here.draft.answered(asked.id, None)))


def _keep(here: Here, _about: str) -> Moved:
    """The answer there is stays; words that were held back as urgent become the answer."""
    asked = here.asked
    if asked and asked.kind == "text" and here.draft.pending:
        return _onward(here.at(here.draft.answered(asked.id, here.draft.pending[0])))
    return _onward(here) if asked is None or asked.id in here.draft.answers else show(here)


def _later(here: Here, _about: str) -> Moved:
    """Leave it as it is; it waits."""
    words = here.world.words
    text = words("form-waits", {"form": here.form.title(here.world.language)})
    return replace(here.state, step="search"), (Say(text, (button(words, "form-resume", "formresume"), button(words, "button-menu", "menu"))),)


def _cancel(here: Here, about: str) -> Moved:
    """Leave the form; with answers in it, asked once."""
    if len(here.draft.answers) < WORTH_ASKING:
        return drop(here.state, here.world, about)
    buttons = (button(here.world.words, "form-drop", "formdrop"), button(here.world.words, "form-resume", "formresume"))
    return here.state, (Say(here.world.words("form-really-cancel"), buttons),)


def drop(state: State, world: World, _about: str) -> Moved:
    """What was begun is gone."""
    told = world.words("form-dropped") if state.draft else world.words("form-nothing")
    return replace(state, step="search", draft=None), (Say(told, (button(world.words, "button-menu", "menu"),)),)


# --- answers ------------------------------------------------------------------------------------------


def said(state: State, world: World, text: str) -> Moved:
    """Words typed inside a form: a way to go, a yes or no, or the answer to what is asked."""
    if state.draft is None or state.draft.form not in world.library.forms:
        return search.answer(replace(state, step="search"), world, text)
    return within(_said)(state, world, text)


def _said(here: Here, text: str) -> Moved:
    way = _meant(here, text, WAYS)
    if way:
        return WAYS[way](here, "")
    match here.draft.stage:
        case "ask":
            return _answer(here, text)
        case "whom":
            return _whom(here, {"form-word-self": "self", "form-word-family": "family"}.get(_meant(here, text, ("form-word-self", "form-word-family")), ""))
    decided = {"command-yes": YES, "command-no": NO}.get(_meant(here, text, ("command-yes", "command-no")), "")
    if here.draft.stage == "notice" and not decided:
        return search.answer(replace(here.state, step="search"), here.world, text)
    return _decide(here, decided)


def _decide(here: Here, decided: str) -> Moved:
    match here.draft.stage, decided:
        case "notice", "yes":
            return _go(here, "")
        case ("notice" | "summary"), "no":
            return _cancel(here, "") if here.draft.stage == "notice" else _edit(here, "")
        case "summary", "yes":
            return _send(here, "")
        case "consent", "yes" | "no":
            return _agree(here, decided)
        case "contact", "yes" | "no":
            return _contact(here, decided)
        case _:
            return show(here)


def _meant(here: Here, text: str, names: Mapping[str, Act] | tuple[str, ...]) -> str:
    """Which of these texts' words, in any language, the person typed; nothing for none of them."""
    typed = fold(text)
    texts = here.world.texts
    return next((name for name in names for lang in LANGUAGES if typed in {fold(word) for word in texts[lang].list(name)}), "")


def _answer(here: Here, text: str) -> Moved:
    asked = here.asked
    if asked is None:
        return _onward(here)
    asking = Asking(here.form, asked, here.world.texts, here.world.library.municipalities, here.world.today)
    answer = fields.read_answer(asking, text)
    if isinstance(answer, Wrong):
        return _wrong(here, asked, answer)
    state, effects = _onward(here.at(here.draft.answered(asked.id, answer)))
    masked = asked.kind == "text" and fields.was_masked(text)
    return state, (Say(here.world.words("staff-masked")), *effects) if masked else effects


def _wrong(here: Here, asked: Field, wrong: Wrong) -> Moved:
    """What is wrong, what would be right, and the question again. Nothing given before is lost."""
    here = here.at(replace(here.draft, misses=here.draft.misses + 1))
    places = here.world.library.municipalities
    near = tuple(Button(places[name].name(here.world.language), form_wording.pick(here.form, asked, name)) for name in wrong.near)
    return show(here, Say(here.world.words(wrong.name, wrong.values or None), near))


def picked(state: State, world: World, about: str) -> Moved:
    """A button of a question: `<form>_<field>_<option>`. One of an earlier question or form changes nothing."""
    form, _, rest = about.partition("_")
    if state.draft is None or state.draft.form != form:
        return _old_button(state, world, form)
    return within(_pick)(state, world, rest)


def _old_button(state: State, world: World, form: str) -> Moved:
    known = world.library.forms.get(form)
    if known is None:
        return menu.old_choice(state, world)
    open_again = form_wording.form_button(known, world.language, world.words)
    return state, (Say(world.words("form-old-button"), (open_again, button(world.words, "button-menu", "menu"))),)


def _pick(here: Here, about: str) -> Moved:
    name, _, option = about.partition("_")
    asked = here.asked
    if asked is None or asked.id != name or not _offered(here, asked, option):
        return show(here, Say(here.world.words("form-old-button")))
    if asked.kind == "several":
        return show(here.at(replace(here.draft, pending=_toggled(here.draft.pending, option, asked.options))))
    if asked.kind == "household":
        return _pick_member(here, asked, option)
    return _onward(here.at(here.draft.answered(asked.id, option)))


def _offered(here: Here, asked: Field, option: str) -> bool:
    known = here.world.library.municipalities if asked.kind == "municipality" else asked.choices
    return option in known


def _toggled(pending: tuple[str, ...], option: str, order: tuple[str, ...]) -> tuple[str, ...]:
    ticked = set(pending) ^ {option}
    return tuple(each for each in order if each in ticked)


def _pick_member(here: Here, asked: Field, option: str) -> Moved:
    """An age adds a member; a need is ticked for the member added last."""
    pending = here.draft.pending
    if option in AGES:
        if len(pending) >= (asked.most or fields.HOUSEHOLD_MOST):
            return show(here, Say(here.world.words("form-wrong-many", {"most": asked.most or fields.HOUSEHOLD_MOST})))
        return show(here.at(replace(here.draft, pending=(*pending, option))))
    if not pending:
        return show(here, Say(here.world.words("form-age-first")))
    age, needs = split_member(pending[-1])
    return show(here.at(replace(here.draft, pending=(*pending[:-1], join_member(age, _toggled(needs, option, asked.options))))))


def _done(here: Here, _about: str) -> Moved:
    """What was ticked is the answer."""
    asked = here.asked
    if asked is None or asked.kind not in ("several", "household") or not here.draft.pending:
        return show(here)
    return _onward(here.at(here.draft.answered(asked.id, here.draft.pending)))


# --- the end ------------------------------------------------------------------------------------------


def _edit(here: Here, about: str) -> Moved:
    """Change one answer: which, or this one."""
    names = [each.id for each in applicable(here.form, here.draft.answers)]
    if about in names:
        return show(here.at(here.draft.asking(about)))
    return here.state, (form_wording.edit_choice(here.form, here.draft, here.world),)


def _send(here: Here, _about: str) -> Moved:
    if here.draft.stage != "summary" or first_open(here.form, here.draft):
        return _onward(here)
    return show(here.at(replace(here.draft, stage="consent")))


def _agree(here: Here, about: str) -> Moved:
    """Consent to the data: without it nothing is sent."""
    if here.draft.stage != "consent" or about not in (YES, NO):
        return show(here)
    if about == NO:
        here = here.at(replace(here.draft, stage="summary"))
        buttons = (button(here.world.words, "form-to-summary", "formresume"), button(here.world.words, "form-drop", "formdrop"))
        return here.state, (Say(here.world.words("form-no-consent"), buttons),)
    if _anonymous(here):
        return _register(here, contact=False)
    return show(here.at(replace(here.draft, stage="contact")))


def _anonymous(here: Here) -> bool:
    field = here.form.head.anonymous
    return bool(field) and here.draft.answers.get(field) == YES


def _contact(here: Here, about: str) -> Moved:
    if here.draft.stage != "contact" or about not in (YES, NO):
        return show(here)
    return _register(here, contact=about == YES)


def _register(here: Here, *, contact: bool) -> Moved:
    answers = given(here.form, here.draft)
    agreed = [each.id for each in here.form.fields if each.kind == "consent" and answers.get(each.id) == YES and each.id != here.form.head.anonymous]
    purposes = (DATA, *([CONTACT] if contact else []), *agreed)
    return here.state, (Register(here.form.id, here.draft.whom, answers, purposes, here.draft.changing),)


def registered(state: State, world: World, outcome: Registered) -> Moved:
    """The receipt: a code that can be read out on the telephone."""
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
    return replace(state, step="search", draft=None), (Say("\n\n".join(parts), buttons[1:] if hidden else buttons),)


def spelled(code: str) -> str:
    """A code in two groups, as it is read out."""
    return f"{code[:3]} {code[3:]}"


def already(state: State, world: World, outcome: AlreadyRegistered) -> Moved:
    """There is one for the same person: these answers may take its place."""
    words = world.words
    buttons = (
        Button(words("form-replace"), payload("formover", outcome.code)),
        Button(words("form-see"), payload("reg", outcome.code)),
        button(words, "form-drop", "formdrop"),
    )
    return state, (Say(words("form-already", {"code": spelled(outcome.code)}), buttons),)


def _over(here: Here, about: str) -> Moved:
    return show(here.at(replace(here.draft, changing=about, stage="summary", asked="")))


def shut(state: State, world: World, _outcome: FormShut) -> Moved:
    """The form was closed before it was sent: what was given stays."""
    form = world.library.forms.get(state.draft.form) if state.draft else None
    if form is None or state.draft is None:
        return menu.old_choice(state, world)
    return _shut(Here(state, world, replace(state.draft, stage="summary"), form), keep=True)


# --- from outside a form ------------------------------------------------------------------------------


def listing(state: State, world: World, _about: str) -> Moved:
    """Everything one can sign up for."""
    forms = (form_wording.form_button(form, world.language, world.words) for form in world.library.forms.values())
    buttons = (*forms, button(world.words, "button-mine", "mine"), button(world.words, "button-menu", "menu"))
    return state.at(), (Say(world.words("form-list"), buttons),)


def hold(state: State, effects: tuple[Effect, ...], world: World, text: str) -> Moved:
    """An urgent message inside a form: the numbers come first, and the words can still be the answer."""
    form = world.library.forms.get(state.draft.form) if state.draft and state.step == STEP else None
    asked = form.field(state.draft.asked) if form and state.draft and state.draft.stage == "ask" else None
    if state.draft is None or form is None or asked is None or asked.kind != "text":
        return state, effects
    answer = fields.read_answer(Asking(form, asked, world.texts, world.library.municipalities, world.today), text)
    if not isinstance(answer, str):
        return state, effects
    offer = Say(world.words("form-urgent-answer"), (button(world.words, "form-take", "formkeep"), button(world.words, "form-resume", "formresume")))
    return replace(state, draft=replace(state.draft, pending=(answer,))), (*effects, offer)


def waiting(state: State, effects: tuple[Effect, ...], world: World) -> tuple[Effect, ...]:
    """The effects of a turn outside the form, with the way back to what was begun."""
    said = [effect for effect in effects if isinstance(effect, Say)]
    if state.draft is None or not said or any(_leads_into(b) for say in said for b in say.buttons) or state.draft.form not in world.library.forms:
        return effects
    return (*effects, Say("", (button(world.words, "form-resume", "formresume"),)))


def _leads_into(shown: Button) -> bool:
    return (shown.choice or "").startswith(("form", "pick_")) and not (shown.choice or "").startswith(("form_", "forms"))


WAYS: Final[Mapping[str, Act]] = {
    "form-word-back": _back,
    "form-word-skip": _skip,
    "form-word-later": _later,
    "form-word-cancel": _cancel,
    "form-word-done": _done,
}

VERBS: Final[Mapping[str, Callable[[State, World, str], Moved]]] = {
    "form": begin,
    "forms": listing,
    "formnew": anew,
    "formmore": more,
    "formfull": full,
    "formgo": go,
    "formdrop": drop,
    "formresume": resume,
    "pick": picked,
    "formfor": within(_whom),
    "formback": within(_back),
    "formskip": within(_skip),
    "formkeep": within(_keep),
    "formlater": within(_later),
    "formcancel": within(_cancel),
    "formdone": within(_done),
    "formedit": within(_edit),
    "formsend": within(_send),
    "formagree": within(_agree),
    "formcontact": within(_contact),
    "formover": within(_over),
}
