"""Language and script: offered, switched, and the place in the conversation kept."""

from bot.dialogue.choices import payload
from bot.dialogue.effects import Effect, Say, SetLanguage
from bot.dialogue.state import State
from bot.dialogue.steps import answer, menu
from bot.dialogue.world import World
from bot.languages import is_language
from bot.messages import LANGUAGES, Button, Language


def offer(world: World, *, without: Language | None = None) -> tuple[Button, ...]:
    """A button for each language but `without`, each in its own writing."""
    return tuple(
        Button(world.words(f"language-offer-{language}"), payload("language", language))
        for language in LANGUAGES
        if language != without
    )


def language(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """Switch to the language `about` and show the same place again; without one, offer all four."""
    if not is_language(about):
        return state, (Say(world.words("language-choose"), offer(world)),)
    chosen: Language = next(known for known in LANGUAGES if known == about)
    there = world.speaking(chosen, chosen=True)
    state, shown = _same_place(state, there)
    return state, (SetLanguage(chosen, chosen=True), Say(there.words("language-set", {"language": chosen})), *shown)


def _same_place(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    if state.step == "question":
        return state, (Say(world.words("staff-write"), (menu.cancel_button(world),)),)
    if state.article is not None:
        return answer.article(state, world, state.article)
    if state.topic is not None:
        return menu.topic(state, world, state.topic)
    return menu.menu(state, world, "")
