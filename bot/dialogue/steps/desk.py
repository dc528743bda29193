"""The staff at work in a chat: linking it with a one-time code, and answering people's questions by replying."""

import re
from typing import Final

from bot.dialogue.desk_effects import AnswerQuestion, ChatLinked, ChatNotLinked, LinkChat, QuestionAnswered, QuestionNotAnswered
from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.wording import button
from bot.dialogue.world import World

# "K7M3Q4A At nine from the station."
_ANSWER: Final = re.compile(r"\s*([346789ADEFGJKMNQRSTW]{7})[\s:]+(\S.*)", re.DOTALL | re.IGNORECASE)
# "office-K7M3Q4AD", as `prag staff link` shows it
_LINK: Final = re.compile(r"\s*office[-_ ]([346789ADEFGJKMNQRSTW]{8})\s*", re.IGNORECASE)


def written(state: State, world: World, text: str) -> tuple[State, tuple[Effect, ...]] | None:
    """What a message means at the desk; None when it is an ordinary one."""
    linking = _LINK.fullmatch(text)
    if linking:
        return link(state, world, linking.group(1))
    if not world.person.staff:
        return None
    if world.replied_to is not None:
        return state, (AnswerQuestion(world.replied_to, text.strip()),)
    answer = _ANSWER.fullmatch(text)
    return (state, (AnswerQuestion(answer.group(1).upper(), answer.group(2).strip()),)) if answer else None


def link(state: State, _world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """This chat is to be a staff member's, by the code they were shown."""
    return state, (LinkChat(about.upper()),)


def linked(state: State, world: World, _outcome: ChatLinked) -> tuple[State, tuple[Effect, ...]]:
    """The chat is linked."""
    return state, (Say(world.words("desk-linked"), (button(world.words, "button-menu", "menu"),)),)


def not_linked(state: State, world: World, outcome: ChatNotLinked) -> tuple[State, tuple[Effect, ...]]:
    """The code was wrong or old, or codes are locked for a while."""
    name = "desk-locked" if outcome.locked else "desk-wrong-code"
    return state, (Say(world.words(name), (button(world.words, "button-menu", "menu"),)),)


def answered(state: State, world: World, outcome: QuestionAnswered) -> tuple[State, tuple[Effect, ...]]:
    """The answer is on its way, or kept because the person cannot be reached."""
    name = "desk-answered" if outcome.reached else "desk-unreachable"
    return state, (Say(world.words(name, {"code": outcome.code})),)


def not_answered(state: State, world: World, outcome: QuestionNotAnswered) -> tuple[State, tuple[Effect, ...]]:
    """There is no such question, or it was answered already."""
    return state, (Say(world.words("desk-not-answered", {"code": outcome.code})),)
