"""Messages without words: pictures, voice, only emoji, nothing at all."""

from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.wording import button
from bot.dialogue.world import World


def only_text(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    """Say kindly that only words can be read."""
    return state, (Say(world.words("channel-only-text"), (button(world.words, "button-menu", "menu"),)),)


def empty(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    """There was no word in the message."""
    return state, (Say(world.words("found-empty"), (button(world.words, "button-menu", "menu"),)),)
