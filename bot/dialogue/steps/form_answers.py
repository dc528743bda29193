"""Answers to a form's questions: words typed, buttons pressed, ticks set."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue import fields, form_wording
from bot.dialogue.draft import ticks
from bot.dialogue.effects import Effect, Say
from bot.dialogue.fields import Asking, Wrong
from bot.dialogue.state import State
from bot.dialogue.steps import form_end, form_moves, menu, search
from bot.dialogue.steps.filling import STEP, Act, Here, Moved, onward, show, showing, within
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.forms import AGES, NO, YES, Answer, Field, join_member, split_member
from bot.languages import fold
from bot.messages import LANGUAGES, Button


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
            return form_moves.whom(
                here,
                {"form-word-self": "self", "form-word-family": "family"}.get(
                    _meant(here, text, ("form-word-self", "form-word-family")), ""
                ),
            )
    decided = {"command-yes": YES, "command-no": NO}.get(_meant(here, text, ("command-yes", "command-no")), "")
    if here.draft.stage == "notice" and not decided:
        return search.answer(replace(here.state, step="search"), here.world, text)
    return _decide(here, decided)


def _decide(here: Here, decided: str) -> Moved:
    match here.draft.stage, decided:
        case "notice", "yes":
            return form_moves.go_on(here, "")
        case (("notice" | "summary"), "no"):
            return form_moves.cancel(here, "") if here.draft.stage == "notice" else form_end.edit(here, "")
        case "summary", "yes":
            return form_end.send(here, "")
        case "consent", "yes" | "no":
            return form_end.agree(here, decided)
        case "contact", "yes" | "no":
            return form_end.contact(here, decided)
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
        return onward(here)
    asking = Asking(here.form, asked, here.world.texts, here.world.library.municipalities, here.world.today)
    answer = _with_ticked(here, asked, fields.read_answer(asking, text))
    if isinstance(answer, Wrong):
        return _wrong(here, asked, answer)
    state, effects = _taken(here, asked, answer)
    masked = asked.kind == "text" and fields.was_masked(text)
    return state, (Say(here.world.words("staff-masked")), *effects) if masked else effects


def _with_ticked(here: Here, asked: Field, answer: Answer | Wrong) -> Answer | Wrong:
    """What was typed together with what was ticked before."""
    if not ticks(asked) or not isinstance(answer, tuple):
        return answer
    if asked.kind == "several":
        return tuple(option for option in asked.options if option in {*here.draft.pending, *answer})
    members = (*here.draft.pending, *answer)
    most = asked.most or fields.HOUSEHOLD_MOST
    return members if len(members) <= most else Wrong("form-wrong-many", {"most": most})


def _wrong(here: Here, asked: Field, wrong: Wrong) -> Moved:
    """What is wrong, what would be right, and the question again. Nothing given before is lost."""
    here = showing(here.at(replace(here.draft, misses=here.draft.misses + 1)))
    places = here.world.library.municipalities
    near = tuple(Button(places[name].name(here.world.language), form_wording.pick(here.form, asked, name)) for name in wrong.near)
    again = form_wording.question(here.form, here.draft, here.world)
    return here.state, (Say(here.world.words(wrong.name, wrong.values or None)), replace(again, buttons=(*near, *again.buttons)))


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
    return _taken(here, asked, option)


def _taken(here: Here, asked: Field, answer: Answer) -> Moved:
    """The answer is given, and with a yes to a consent the words that were shown are agreed to."""
    draft = here.draft.answered(asked.id, answer)
    return onward(here.at(draft.agreeing(asked.id) if asked.kind == "consent" and answer == YES else draft))


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


def done(here: Here, _about: str) -> Moved:
    """What was ticked is the answer."""
    asked = here.asked
    if asked is None or not ticks(asked) or not here.draft.pending:
        return show(here)
    return onward(here.at(here.draft.answered(asked.id, here.draft.pending)))


# --- urgent words inside a form -----------------------------------------------------------------------


def _asking(state: State, world: World) -> Asking | None:
    """The question asked now, ready for reading an answer; None outside a question."""
    form = world.library.forms.get(state.draft.form) if state.draft and state.step == STEP else None
    asked = form.field(state.draft.asked) if form and state.draft and state.draft.stage == "ask" else None
    return Asking(form, asked, world.texts, world.library.municipalities, world.today) if form and asked else None


def plainly_answered(state: State, world: World, text: str) -> bool:
    """Whether `text` is a number, a place, an option or the like that was asked for: then it is no cry for help."""
    asking = _asking(state, world)
    return asking is not None and asking.field.kind != "text" and not isinstance(fields.read_answer(asking, text), Wrong)


def hold(state: State, effects: tuple[Effect, ...], world: World, text: str) -> Moved:
    """An urgent message inside a form: the numbers come first, and the words can still be the answer."""
    asking = _asking(state, world)
    answer = fields.read_answer(asking, text) if asking and asking.field.kind == "text" else None
    if state.draft is None or not isinstance(answer, str):
        return state, effects
    buttons = (button(world.words, "form-take", "formkeep"), button(world.words, "form-resume", "formresume"))
    held = replace(state, draft=replace(state.draft, pending=(answer,)))
    return held, (*effects, Say(world.words("form-urgent-answer"), buttons))


WAYS: Final[Mapping[str, Act]] = {
    "form-word-back": form_moves.back,
    "form-word-skip": form_moves.skip,
    "form-word-later": form_moves.later,
    "form-word-cancel": form_moves.cancel,
    "form-word-done": done,
}
