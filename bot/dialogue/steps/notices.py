"""STOP and START: notices we send first. Replies to the person always go."""

from bot.dialogue.effects import Effect, Say, Start, Stop
from bot.dialogue.gathering_effects import FindSeatsAtStop
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.wording import button
from bot.dialogue.world import World


def stop(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """No more notices; seats stay, and are named."""
    buttons = (button(world.words, "button-start", "start"), button(world.words, "button-menu", "menu"))
    if world.person.stopped:
        return state, (Say(world.words("stop-already"), buttons), FindSeatsAtStop())
    return state, (Stop(), Say(world.words("stop-done"), buttons), FindSeatsAtStop())


def start(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """Notices again. “Start” is also what people type to begin: where notices were on all along, the menu follows."""
    if not world.person.stopped:
        state, shown = menu.menu(state, world, "")
        return state, (Say(world.words("start-already")), *shown)
    return state, (Start(), Say(world.words("start-done"), (button(world.words, "button-menu", "menu"),)))
