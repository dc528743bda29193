"""STOP and START: notices we send first. Replies to the person always go."""

from bot.dialogue.effects import Effect, Say, Start, Stop
from bot.dialogue.state import State
from bot.dialogue.wording import button
from bot.dialogue.world import World


def stop(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """No more notices."""
    if world.person.stopped:
        return state, (Say(world.words("stop-already"), (button(world.words, "button-start", "start"),)),)
    buttons = (button(world.words, "button-start", "start"), button(world.words, "button-menu", "menu"))
    return state, (Stop(), Say(world.words("stop-done"), buttons))


def start(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """Notices again."""
    buttons = (button(world.words, "button-menu", "menu"),)
    if not world.person.stopped:
        return state, (Say(world.words("start-already"), buttons),)
    return state, (Start(), Say(world.words("start-done"), buttons))
