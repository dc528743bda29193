"""Greetings, thanks, and all that is no question: a short human reply and a way on."""

from typing import Final

from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.wording import button
from bot.dialogue.world import World

REPLIES: Final = {
    "greeting": "small-greeting",
    "thanks": "small-thanks",
    "goodbye": "small-goodbye",
    "how_are_you": "small-how",
    "who_are_you": "small-who",
    "praise": "small-praise",
    "complaint": "small-complaint",
    "abuse": "small-abuse",
    "yes_no": "small-yes-no",
    "laughter": "small-laughter",
}


def reply(state: State, world: World, kind: str) -> tuple[State, tuple[Effect, ...]]:
    """A reply to small talk of this kind; the place in the conversation stays."""
    buttons = (button(world.words, "button-menu", "menu"), button(world.words, "button-staff", "staff"))
    return state, (Say(world.words(REPLIES.get(kind, "small-greeting")), buttons),)
