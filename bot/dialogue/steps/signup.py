"""“I want to sign up for ...”: the form of what was found comes first."""

from dataclasses import replace

from bot.dialogue import form_wording
from bot.dialogue.effects import Effect, Say
from bot.dialogue.world import World
from bot.forms import Form
from bot.languages import fold
from bot.messages import LANGUAGES

LOOKED_AT = 3  # of the articles found


def offered(effects: tuple[Effect, ...], world: World, text: str) -> tuple[Effect, ...]:
    """The same effects, the form's button first, where somebody says they want to sign up for something."""
    form = wanted(world, text)
    said = effects[-1]
    if form is None or not isinstance(said, Say):
        return effects
    first = form_wording.form_button(form, world.language, world.words)
    rest = tuple(each for each in said.buttons if each != first)
    return (*effects[:-1], replace(said, buttons=(first, *rest)))


def wanted(world: World, text: str) -> Form | None:
    """The form of the nearest article that has one, if the words speak of signing up."""
    said = fold(text)
    cues = {fold(cue) for language in LANGUAGES for cue in world.texts[language].list("form-cues")}
    if world.found is None or not any(f" {cue}" in f" {said}" for cue in cues):
        return None
    near = (
        world.library.articles[hit.article].meta.form for hit in world.found.ranking[:LOOKED_AT] if hit.article in world.library.articles
    )
    return next((world.library.forms[name] for name in near if name and name in world.library.forms), None)
