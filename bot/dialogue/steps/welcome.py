"""The very first message: who we are, that it is free, and the other languages in one tap."""

from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.wording import offer
from bot.dialogue.world import World


def welcome(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    """The whole welcome and the menu, for somebody who only says hello."""
    state, shown = menu.menu(state, world, "")
    text = "\n\n".join((world.words("welcome"), _whose(world), world.words("welcome-language", {"language": world.language})))
    return state, (Say(text, offer(world, without=world.language)), *shown)


def in_passing(world: World) -> tuple[Effect, ...]:
    """A short welcome above the answer, for somebody who begins with a question."""
    if world.found and world.found.kind == "urgent":
        return ()
    text = "\n\n".join((world.words("welcome-short"), _whose(world), world.words("welcome-language", {"language": world.language})))
    return (Say(text, offer(world, without=world.language)),)


def _whose(world: World) -> str:
    organisation = world.library.organisation
    if organisation.demonstration:
        return world.words("welcome-demonstration")
    return world.words("welcome-whose", {"organisation": organisation.name[world.language]})
