"""Language and script: offered, switched, and the place in the conversation kept."""

from dataclasses import replace

from bot.dialogue.effects import Effect, Say, SetLanguage
from bot.dialogue.state import State
from bot.dialogue.steps import answer, filling, form_moves, gatherings, menu, mine, rights, search, staff
from bot.dialogue.wording import offer
from bot.dialogue.world import World
from bot.languages import is_language
from bot.messages import LANGUAGES, Language


def language(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """Switch to the language `about` and show the same place again; without one, offer all four."""
    if not is_language(about):
        return state, (Say(world.words("language-choose"), offer(world)),)
    chosen: Language = next(known for known in LANGUAGES if known == about)
    there = world.speaking(chosen, chosen=True)
    state, shown = _same_place(state, there)
    return state, (SetLanguage(chosen, chosen=True), Say(there.words("language-set", {"language": chosen})), *shown)


def _same_place(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    if state.step == filling.STEP:
        return form_moves.resume(state, world, "")
    if state.step in ("question", "agree"):
        return staff.staff(state, world, "new" if state.step == "question" else "")
    if state.step == mine.STEP:
        return mine.by_code(state, world, "")
    if state.step == rights.STEP:
        return rights.link(state, world, "type")
    if state.errand is not None:
        return gatherings.again(state, state.errand)
    if state.offered:
        return search.choose(state, world, state.offered)
    if state.unknowns and state.private.question:
        return search.unknown(replace(state, unknowns=state.unknowns - 1), world)
    return _same_page(state, world)


def _same_page(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    if state.article is not None:
        kept = state.private
        state, shown = answer.article(state, world, state.article)
        return replace(state, private=kept), shown
    if state.topic is not None:
        return menu.topic(state, world, state.topic)
    return menu.menu(state, world, "")
