"""An article told: first the summary, then more, then what is related, then whether it helped."""

from dataclasses import replace

from bot.dialogue import form_wording, wording
from bot.dialogue.effects import Effect, Judge, Miss, Say, Serve
from bot.dialogue.state import State
from bot.dialogue.steps import menu
from bot.dialogue.steps.gatherings import coming_up_buttons
from bot.dialogue.wording import article_button, button
from bot.dialogue.world import World
from bot.library import Article
from bot.messages import Button


def article(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """The first answer of an article. A withdrawn one offers a person, an unknown one the menu."""
    found = world.library.articles.get(about)
    if found is None:
        return menu.old_choice(state, world)
    state = state.at(article=about)
    if found.state(world.today) == "withdrawn":
        told = world.words("answer-withdrawn", {"title": found.versions[world.language].title})
        return state, (Say(told, _ways_on(world)),)
    parts = [_breadcrumb(world, found), wording.summary(world, found)]
    if found.meta.places:
        parts.append(_place(world))
    buttons = (
        button(world.words, "button-more", "more", about),
        *_sign_up(world, found),
        *(coming_up_buttons(world, found.meta.gathering) if found.meta.gathering else ()),
        *([button(world.words, "button-related", "related", about)] if found.meta.related else []),
        menu.topic_button(world, found.meta.topic),
        *_ways_on(world),
    )
    return state, (Serve(about), Say("\n\n".join(parts), buttons))


def more(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """The rest of the article, and whether it helped. Without a name: of the article last shown."""
    found = world.library.articles.get(about or state.article or "")
    if found is None or found.state(world.today) == "withdrawn":
        return article(state, world, about) if found else menu.old_choice(state, world)
    buttons = (
        button(world.words, "button-useful", "useful", found.id),
        button(world.words, "button-not-useful", "notuseful", found.id),
        *([button(world.words, "button-related", "related", found.id)] if found.meta.related else []),
        *_ways_on(world),
    )
    text = f"{wording.body(world, found)}\n\n{world.words('answer-useful')}"
    return _keeping_question(state, found), (Serve(found.id), Say(text, buttons))


def related(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """The articles nearest to this one."""
    found = world.library.articles.get(about)
    if found is None:
        return menu.old_choice(state, world)
    near = [world.library.articles[name] for name in found.meta.related if name in world.library.articles]
    title = found.versions[world.language].title
    text = world.words("answer-related", {"title": title}) if near else world.words("answer-no-related")
    return _keeping_question(state, found), (Say(text, (*(article_button(a, world.language) for a in near), *_ways_on(world))),)


def useful(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """Thank for the good word."""
    if about not in world.library.articles:
        return menu.old_choice(state, world)
    return state.at(article=about), (Judge(about, useful=True), Say(world.words("small-praise"), _ways_on(world)))


def not_useful(state: State, world: World, about: str) -> tuple[State, tuple[Effect, ...]]:
    """Offer what is near, and a person, with the question the person had asked."""
    found = world.library.articles.get(about)
    if found is None:
        return menu.old_choice(state, world)
    near = [world.library.articles[name] for name in found.meta.related if name in world.library.articles]
    buttons = (*(article_button(a, world.language) for a in near), *_ways_on(world))
    state = _keeping_question(state, found)
    missed = (Miss(state.private.question, about),) if state.private.question else ()
    return state, (Judge(about, useful=False), *missed, Say(world.words("small-complaint"), buttons))


def _keeping_question(state: State, found: Article) -> State:
    """The state at this article; the question that led there is kept as long as the person stays with it."""
    kept = state.private if state.article == found.id else replace(state.private, question="")
    return replace(state.at(article=found.id), private=kept)


def _sign_up(world: World, found: Article) -> tuple[Button, ...]:
    """The button of the form this article leads to."""
    form = world.library.forms.get(found.meta.form or "")
    return (form_wording.form_button(form, world.language, world.words),) if form else ()


def _breadcrumb(world: World, found: Article) -> str:
    topic = world.library.topic(found.meta.topic)
    return world.words("answer-where", {"topic": topic.name[world.language] if topic else ""})


def _place(world: World) -> str:
    name = world.found.municipality if world.found else None
    place = world.library.municipalities.get(name or "")
    return wording.municipality_note(place, world.library, world.words) if place else world.words("municipality-ask")


def _ways_on(world: World) -> tuple[Button, ...]:
    return (button(world.words, "button-staff", "staff"), button(world.words, "button-menu", "menu"))
