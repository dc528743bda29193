"""Asking a person: the question is shown, agreed to, and put before the staff."""

from dataclasses import replace
from typing import Final

from bot.dialogue.effects import Asked, AskStaff, Effect, Say
from bot.dialogue.state import Private, State
from bot.dialogue.steps import menu
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.languages import clean, fold, mask_personal_numbers
from bot.messages import LANGUAGES
from bot.texts import Texts

QUESTION_LIMIT: Final = 4000  # characters
_SHORTEST: Final = 3  # letters and digits: less is no question
_SMALL_TALK: Final = 30  # characters: what is longer is sent, whatever the search takes it for


def staff(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """Begin: offer the question just asked, or ask for one. `this` sends it, `new` asks, `cancel` leaves."""
    question = state.private.question
    if about == "cancel":
        told = (Say(world.words("staff-cancelled"), (button(world.words, "button-menu", "menu"),)),)
        return replace(state, step="search", private=Private()), told
    if about == "this" and question:
        return _send(state, question)
    if question and about != "new":
        buttons = (
            button(world.words, "button-staff-this", "staff", "this"),
            button(world.words, "button-staff-other", "staff", "new"),
            menu.cancel_button(world),
        )
        return replace(state, step="agree"), (Say(world.words("staff-ask-this", {"question": question}), buttons, sensitive=True),)
    return replace(state, step="question"), (Say(world.words("staff-write"), (menu.cancel_button(world),)),)


def write(state: State, world: World, text: str) -> tuple[State, tuple[Effect, ...]]:
    """The next message is the question itself."""
    if _says(world.texts, "command-no", text):
        return staff(state, world, "cancel")
    if len(fold(text).replace(" ", "")) < _SHORTEST or _only_small_talk(world, text):
        return state, (Say(world.words("staff-too-short"), (menu.cancel_button(world),)),)
    masked, was_masked = mask_personal_numbers(clean(text)[:QUESTION_LIMIT])
    state, effects = _send(state, masked)
    noted = (Say(world.words("staff-masked")),) if was_masked else ()
    return state, (*effects, *noted)


def decision(state: State, world: World, text: str) -> tuple[State, tuple[Effect, ...]] | None:
    """“Yes” or “no” typed after we offered to ask a person; None when it is neither or nothing was offered."""
    if not state.private.question or not (state.unknowns or state.step == "agree"):
        return None
    if _says(world.texts, "command-yes", text):
        return _send(state, state.private.question)
    return staff(state, world, "cancel") if _says(world.texts, "command-no", text) else None


def asked(state: State, world: World, outcome: Asked) -> tuple[State, tuple[Effect, ...]]:
    """The question is in the inbox: its number, and when an answer comes."""
    organisation, language = world.library.organisation, world.language
    values = {
        "code": outcome.code,
        "time": organisation.answering_time[language],
        "hours": organisation.office_hours[language],
    }
    return state, (Say(world.words("staff-asked", values), (button(world.words, "button-menu", "menu"),)),)


def _send(state: State, question: str) -> tuple[State, tuple[Effect, ...]]:
    return replace(state, step="search", unknowns=0, private=Private()), (AskStaff(question),)


def _only_small_talk(world: World, text: str) -> bool:
    """Whether it is a hello or thanks: many people send one ahead of what they want to ask."""
    return world.found is not None and world.found.kind == "smalltalk" and len(text) <= _SMALL_TALK


def _says(texts: Texts, name: str, text: str) -> bool:
    said = fold(text)
    return any(said == fold(word) for language in LANGUAGES for word in texts[language].list(name))
