"""The topic menu, with its breadcrumb and the way back."""

from bot.dialogue.choices import payload
from bot.dialogue.effects import Effect, Say
from bot.dialogue.state import State
from bot.dialogue.wording import article_button, button
from bot.dialogue.world import World
from bot.messages import Button


def menu(state: State, world: World, _about: str) -> tuple[State, tuple[Effect, ...]]:
    """All topics, and the ways to a person, to help and to the settings."""
    return state.at(), (Say(f"{world.words('menu-title')}\n\n{world.words('menu-ask')}", _menu_buttons(world), replaces=True),)


def topic(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """The articles of one topic."""
    found = world.library.topic(about)
    if found is None:
        return old_choice(state, world)
    title = world.words("menu-topic", {"topic": found.name[world.language]})
    articles = world.library.of_topic(about)
    ask = world.words("menu-topic-ask" if articles else "menu-empty")
    buttons = (*(article_button(a, world.language) for a in articles), button(world.words, "button-menu", "menu"))
    return state.at(topic=about), (Say(f"{title}\n\n{ask}", buttons, replaces=True),)


def old_choice(state: State, world: World) -> tuple[State, tuple[Effect, ...]]:
    """A button that means nothing (any more): say so kindly and show the menu."""
    return state.at(), (Say(world.words("choice-old"), _menu_buttons(world)),)


def topic_button(world: World, name: str) -> Button:
    """The way back from an article to its topic."""
    found = world.library.topic(name)
    told = found.name[world.language] if found else ""
    return Button(world.words("button-back", {"topic": told}), payload("topic", name))


def cancel_button(world: World) -> Button:
    """Leave what was begun."""
    return button(world.words, "button-cancel", "staff", "cancel")


def _menu_buttons(world: World) -> tuple[Button, ...]:
    topics = (Button(t.name[world.language], payload("topic", t.id)) for t in world.library.topics)
    return (
        *topics,
        button(world.words, "button-gatherings", "gatherings"),
        button(world.words, "button-forms", "forms"),
        button(world.words, "button-mine", "mine"),
        button(world.words, "button-staff", "staff"),
        button(world.words, "button-language", "language"),
        button(world.words, "button-help", "article", "help"),
        button(world.words, "button-settings", "settings"),
    )
