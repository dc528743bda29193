"""Settings: language, notices, and the person's own short code."""

from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.wording import button, offer
from bot.dialogue.world import World


def settings(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """What is set now, and a button for each thing that can be changed."""
    words, stopped = world.words, world.person.stopped
    notices = words("settings-notices-off" if stopped else "settings-notices-on")
    parts = [words("settings-title"), notices]
    if world.person.code:
        parts.append(words("settings-code", {"code": world.person.code}))
    turn = button(words, "button-start", "start") if stopped else button(words, "button-stop", "stop")
    rights = (button(words, "button-data", "data"), button(words, "button-link", "link"))
    buttons = (*offer(world, without=world.language), turn, *rights, button(words, "button-menu", "menu"))
    return state.at(article=state.article, topic=state.topic), (Say("\n\n".join(parts), buttons),)
