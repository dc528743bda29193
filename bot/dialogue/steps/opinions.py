"""After a visit: three short questions, one tap each, counted without names."""

from bot.dialogue.effects import Effect, Say
from bot.dialogue.gathering_effects import GiveOpinion, OpinionCounted
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.wording import button
from bot.dialogue.world import World

Moved = tuple[State, tuple[Effect, ...]]


def opinion(state: State, world: World, about: str) -> Moved:
    """One answer: `12-useful-yes`."""
    parts = about.split("-")
    if len(parts) != 3 or not parts[0].isdecimal() or len(parts[0]) > 9:
        return menu.old_choice(state, world)
    return state, (GiveOpinion(int(parts[0]), parts[1], parts[2]),)


def counted(state: State, world: World, outcome: OpinionCounted) -> Moved:
    """The next question, or thanks."""
    if outcome.counted and outcome.after:
        answers = tuple(
            button(world.words, f"opinion-{answer}", "opinion", f"{outcome.gathering}-{outcome.after}-{answer}")
            for answer in ("yes", "partly", "no")
        )
        return state, (Say(world.words(f"opinion-{outcome.after}"), answers),)
    name = "opinion-done" if outcome.counted else "opinion-closed"
    return state, (
        Say(world.words(name), (button(world.words, "button-staff", "staff", "new"), button(world.words, "button-menu", "menu"))),
    )
