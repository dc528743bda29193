"""One turn of the conversation: state in, state and effects out. `advance` is the one public function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from bot.dialogue import registration_effects as r
from bot.dialogue.choices import ChoiceError, parse
from bot.dialogue.desk_effects import ChatLinked, ChatNotLinked, QuestionAnswered, QuestionNotAnswered
from bot.dialogue.effects import Asked, Effect, Outcome, Say, SetLanguage
from bot.dialogue.state import State
from bot.dialogue.steps import (
    answer,
    desk,
    filling,
    form,
    form_answers,
    form_end,
    gathering_turns,
    language,
    menu,
    mine,
    notices,
    rights,
    search,
    seats,
    settings,
    staff,
    unreadable,
    urgent,
    welcome,
)
from bot.dialogue.wording import names_kosovo
from bot.dialogue.world import World
from bot.languages import certain_language, fold, from_tag
from bot.messages import LANGUAGES, Incoming, Language
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn decided: the next state, and the effects in the order they are to happen."""

    state: State
    effects: tuple[Effect, ...]


Moved = tuple[State, tuple[Effect, ...]]
Step = Callable[[State, World, str], Moved]
Hear = Callable[[State, World, Any], Moved]

# Every verb a button or deep link may carry. A payload stays valid for ever: verbs are added, never changed.
VERBS: Final[Mapping[str, Step]] = {
    "menu": menu.menu,
    "topic": menu.topic,
    "article": answer.article,
    "more": answer.more,
    "related": answer.related,
    "useful": answer.useful,
    "notuseful": answer.not_useful,
    "none": search.none_of_these,
    "staff": staff.staff,
    "language": language.language,
    "settings": settings.settings,
    "stop": notices.stop,
    "start": notices.start,
    **gathering_turns.VERBS,
    **form.VERBS,
    "mine": mine.mine,
    "reg": mine.look,
    mine.STEP: mine.by_code,
    "regchange": mine.change,
    "regwithdraw": mine.ask_withdraw,
    "regwithdrawyes": mine.withdraw,
    "regcontact": mine.allow_contact,
    "regsilent": mine.stop_contact,
    "data": rights.data,
    "datafile": rights.file,
    "forget": rights.forget,
    "forgetyes": rights.forget_now,
    "link": rights.link,
    "unlink": rights.unlink,
    "office": desk.link,
}

# What the next free text is taken for, by `State.step`; any other step searches.
WRITING: Final[Mapping[str, Step]] = {
    "question": staff.write,
    **gathering_turns.WRITING,
    filling.STEP: form_answers.said,
    rights.STEP: rights.write,
    mine.STEP: mine.write_code,
}

# Who tells the person what became of an effect.
HEARING: Final[Mapping[type[Outcome], Hear]] = {
    Asked: staff.asked,
    **gathering_turns.HEARING,
    r.Opened: form.opened,
    r.Registered: form_end.registered,
    r.AlreadyRegistered: form_end.already,
    r.FormShut: form_end.shut,
    r.Mine: mine.listed,
    r.Looked: mine.looked,
    r.NotYours: mine.not_yours,
    r.Withdrawn: mine.withdrawn,
    r.DataGiven: rights.given,
    r.LinkCode: rights.code,
    r.Linked: rights.linked,
    r.NotLinked: rights.not_linked,
    r.LinkLocked: rights.locked,
    r.Parted: rights.parted,
    r.NotParted: rights.not_parted,
    ChatLinked: desk.linked,
    ChatNotLinked: desk.not_linked,
    QuestionAnswered: desk.answered,
    QuestionNotAnswered: desk.not_answered,
}

HELP: Final = "article_help"

# A word people type (locales: command-...) and the choice it stands for.
COMMANDS: Final[Mapping[str, str]] = {
    "command-stop": "stop",
    "command-start": "start",
    "command-menu": "menu",
    "command-help": HELP,
    "command-settings": "settings",
    "command-language": "language",
    "command-sr-Cyrl": "language_sr-Cyrl",
    "command-sr-Latn": "language_sr-Latn",
    "command-staff": "staff",
    "command-more": "more",
    **gathering_turns.COMMANDS,
    "command-forms": "forms",
    "command-mine": "mine",
    "command-data": "data",
    "command-forget": "forget",
    "command-link": "link",
}


def advance(state: State, incoming: Incoming | Outcome, world: World) -> Turn:
    """Decide what this message, or this outcome of an earlier effect, leads to.

    Pure: the same arguments give the same Turn. Never raises for anything a person or a forged
    button can send.
    """
    if not isinstance(incoming, Incoming):
        return _finish(*HEARING[type(incoming)](state, world, incoming), world)
    world, settled = _settle_language(state, incoming, world)
    if world.person.known:
        state, effects = _move(state, incoming, world)
    elif _only_says_hello(incoming, world):
        state, effects = welcome.welcome(state, world)
    else:
        state, effects = _move(state, incoming, world)
        effects = (*welcome.in_passing(world), *effects)
    return _finish(state, (*settled, *effects), world)


def _move(state: State, incoming: Incoming, world: World) -> Moved:
    if incoming.kind in ("choice", "start"):
        return _choose(state, world, incoming.choice or "menu")
    if incoming.kind == "contact" and incoming.text and state.step in WRITING:
        return WRITING[state.step](state, world, incoming.text)
    if incoming.kind != "text":
        return unreadable.only_text(state, world)
    at_desk = desk.written(state, world, incoming.text)
    if at_desk is not None:
        return at_desk
    return _read(state, world, incoming.text) if world.found else unreadable.empty(state, world)


def _read(state: State, world: World, text: str) -> Moved:
    """What words lead to: a command, a yes or no, danger, what is being written, else a search."""
    command = commands(world.texts).get(fold(text))
    if command is not None:
        moved = _choose(state, world, command)
        # “Help” alone asks how this works, or for help: it gets both.
        crying = command == HELP and " " not in fold(text) and not text.startswith("/")
        return _alerted(*moved, world) if crying else moved
    agreed = None if state.step in WRITING else staff.decision(state, world, text)
    if agreed:
        return agreed
    if form_answers.plainly_answered(state, world, text):
        return form_answers.said(state, world, text)
    if seats.plainly_answered(state, world, text):
        return WRITING[state.step](state, world, text)
    if world.found and world.found.kind == "urgent":
        return form_answers.hold(*urgent.urgent(state, world), world, text)
    step = WRITING.get(state.step, search.answer)
    return _with_alert(*step(state, world, text), world)


def _with_alert(state: State, effects: tuple[Effect, ...], world: World) -> Moved:
    """The same, with the emergency numbers as a line above where the message may be urgent."""
    urgent_perhaps = world.found and (world.found.alert or world.found.kind == "urgent")
    return _alerted(state, effects, world) if urgent_perhaps else (state, effects)


def _alerted(state: State, effects: tuple[Effect, ...], world: World) -> Moved:
    return state, (Say(world.words("urgent-line")), *effects)


def _choose(state: State, world: World, payload: str) -> Moved:
    try:
        verb, about = parse(payload)
    except ChoiceError:
        return menu.old_choice(state, world)
    step = VERBS.get(verb)
    return step(state, world, about) if step else menu.old_choice(state, world)


def _settle_language(state: State, incoming: Incoming, world: World) -> tuple[World, tuple[Effect, ...]]:
    """Who never chose a language is answered in the one they write; names and numbers we asked for tell none."""
    person, found = world.person, world.found
    if person.language_chosen or (person.known and state.step in (*gathering_turns.WRITING, filling.STEP, rights.STEP, mine.STEP)):
        return world, ()
    spoken = found.language if found and found.language_sure and not _tells_little(incoming, world) else None
    spoken = spoken or _other_alphabet(incoming, world)
    if not person.known:
        guess: Language = spoken or from_tag(incoming.hint) or (found.language if found else None) or person.language
    else:
        guess = spoken or person.language
    if guess == person.language and person.known:
        return world, ()
    return world.speaking(guess, chosen=False), (SetLanguage(guess, chosen=False),)


def _other_alphabet(incoming: Incoming, world: World) -> Language | None:
    """Serbian in the other alphabet than before: two words show it, whatever else they could be."""
    found = world.found
    if not found or {found.language, world.person.language} != {"sr-Cyrl", "sr-Latn"} or " " not in fold(incoming.text):
        return None
    return found.language


def _tells_little(incoming: Incoming, world: World) -> bool:
    """Whether the message is too short to leave the language of a conversation for: a command, one plain word."""
    said = fold(incoming.text)
    short = " " not in said or said in commands(world.texts)
    return world.person.known and short and certain_language(incoming.text) is None


def _only_says_hello(incoming: Incoming, world: World) -> bool:
    if incoming.kind == "start":
        return not incoming.choice
    if incoming.kind != "text":
        return False
    greets = world.found is not None and world.found.kind == "smalltalk" and world.found.small_talk == "greeting"
    return greets or commands(world.texts).get(fold(incoming.text)) in ("menu", "start")


def _finish(state: State, effects: tuple[Effect, ...], world: World) -> Turn:
    """Add the way back to a form half filled in, and the footnote below the first message of the day that names Kosovo*."""
    effects = form.waiting(state, effects, world)
    named = any(isinstance(effect, Say) and names_kosovo(effect.text) for effect in effects)
    if not named or state.footnote_on == world.today:
        return Turn(state, effects)
    language = next((e.language for e in effects if isinstance(e, SetLanguage) and e.chosen), world.language)
    footnote = Say(world.texts[language]("footnote"), replaces=True)
    return Turn(replace(state, footnote_on=world.today), (*effects, footnote))


def spoken(effects: Sequence[Effect]) -> Say | None:
    """All that a turn says as one message: one message in, one message out. None when it says nothing."""
    said = [effect for effect in effects if isinstance(effect, Say)]
    if not said:
        return None
    buttons = tuple(dict.fromkeys(button for say in reversed(said) for button in say.buttons))
    text = "\n\n".join(say.text for say in said if say.text)
    return Say(text, buttons, all(say.replaces for say in said), any(say.sensitive for say in said))


@lru_cache(maxsize=8)
def commands(texts: Texts) -> Mapping[str, str]:
    """Folded command words of all languages and the choice each stands for."""
    return {fold(word): choice for name, choice in COMMANDS.items() for language in LANGUAGES for word in texts[language].list(name)}
