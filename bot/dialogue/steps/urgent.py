"""Danger: the emergency numbers at once, before anything else, whatever was going on."""

from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.wording import button
from bot.dialogue.world import World


def urgent(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    """The numbers; what the person was in the middle of stays as it is."""
    leave = (menu.cancel_button(world),) if state.step == "question" else (button(world.words, "button-staff", "staff"),)
    buttons = (*leave, button(world.words, "button-menu", "menu"))
    text = f"{world.words('urgent-now')}\n\n{world.words('urgent-after')}"
    return state, (Say(text, buttons),)
