"""A question in the person's own words: answered, narrowed down, or honestly not known."""

from dataclasses import replace
from typing import Final

from bot.dialogue.effects import Effect, Miss, Say
from bot.dialogue.state import Private, State
from bot.dialogue.steps import answer as article_step
from bot.dialogue.steps import signup, smalltalk
from bot.dialogue.wording import article_button, button, offer
from bot.dialogue.world import World
from bot.languages import clean, mask_personal_numbers
from bot.messages import Button

READ_LIMIT: Final = 4000  # characters of one message that are read at all
QUESTION_LIMIT: Final = 1000  # characters of a question kept for staff


def readable(text: str) -> str:
    """The part of a message that is read, fit for searching."""
    return clean(text[: 2 * READ_LIMIT])[:READ_LIMIT]


def answer(state: State, world: World, text: str) -> tuple[State, tuple[Effect, ...]]:
    """What the search found for `text`."""
    found = world.found
    assert found is not None
    match found.kind:
        case "article" if found.answer:
            state, effects = article_step.article(state, world, found.answer)
        case "choose":
            state, effects = choose(state, world, tuple(hit.article for hit in found.ranking[: found.choices]))
        case "smalltalk":  # thanks or a hello is no question to put before a person: the earlier one stays
            state, effects = smalltalk.reply(state, world, found.small_talk or "greeting")
            return state, _with_notes(effects, world, text)
        case _:
            state, effects = unknown(replace(state, private=Private(question=_worth_keeping(text))), world)
    state = replace(state, private=Private(question=_worth_keeping(text)))
    return state, _with_notes(signup.offered(effects, world, text), world, text)


def none_of_these(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """None of the offered answers was it."""
    return unknown(state, world)


def unknown(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    """We do not know: say so, offer a person; after the third time in a row a person comes first."""
    times = state.unknowns + 1
    name = {1: "found-unknown", 2: "found-unknown-again"}.get(times, "found-unknown-third")
    buttons = (
        button(world.words, "button-staff-this", "staff", "this"),
        button(world.words, "button-menu", "menu"),
    )
    missed = (Miss(state.private.question),) if state.private.question else ()
    next_state = replace(state, step="search", article=None, topic=None, offered=(), unknowns=times)
    return next_state, (*missed, Say(world.words(name), buttons))


def choose(state: State, world: World, offered: tuple[str, ...]) -> tuple[State, tuple[Effect, ...]]:
    """Let the person choose among these articles, or none of them."""
    near = [world.library.articles[name] for name in offered if name in world.library.articles]
    buttons = (
        *(article_button(a, world.language) for a in near),
        button(world.words, "found-none-of-these", "none"),
    )
    chosen_from = replace(state.at(), unknowns=state.unknowns, offered=offered, private=state.private)
    return chosen_from, (Say(world.words("found-choose"), buttons),)


def _worth_keeping(text: str) -> str:
    masked, _ = mask_personal_numbers(clean(text)[:QUESTION_LIMIT])
    return masked


def _with_notes(effects: tuple[Effect, ...], world: World, text: str) -> tuple[Effect, ...]:
    """The same effects, with what must stand below the last message."""
    below = [world.words("found-long")] if len(text) > READ_LIMIT else []
    if mask_personal_numbers(text)[1]:
        below.append(world.words("staff-masked"))
    switch = _switch(world)
    if world.found and switch:
        below.append(world.texts[world.found.language]("found-other-language"))
    said = effects[-1]
    if not isinstance(said, Say):
        return effects
    return (*effects[:-1], Say("\n\n".join([said.text, *below]), (*said.buttons, *switch)))


def _switch(world: World) -> tuple[Button, ...]:
    """Somebody who chose one language and clearly writes another is offered that one."""
    found = world.found
    if not found or not found.language_sure or found.language[:2] == world.language[:2]:
        return ()
    return tuple(b for b in offer(world) if b.choice == f"language_{found.language}")
