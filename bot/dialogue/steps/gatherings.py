"""What is coming up, and one gathering with all there is to know."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import gathering_words as gw
from bot.dialogue.choices import payload
from bot.dialogue.effects import Effect, Say
from bot.dialogue.gathering_effects import FindGatherings, GatheringFound, GatheringsFound, LookAtGathering
from bot.dialogue.state import State
from bot.dialogue.steps import menu, seats
from bot.dialogue.steps.seat_answers import HELD, own_buttons
from bot.dialogue.wording import article_button, button
from bot.dialogue.world import World
from bot.gatherings import KINDS, Errand, Gathering, Mine
from bot.messages import Button

SHOWN: Final = 6  # gatherings told in one message; the rest is found by kind, place or month
FILTERS: Final = ("kind", "place", "month", "topic")
Moved = tuple[State, tuple[Effect, ...]]


def gatherings(state: State, _world: World, about: str) -> Moved:
    """What is coming up. `kind-…`, `topic-…`, `place-…` and `month-…` narrow it down, `by-…` offers what there is."""
    what, _, name = about.partition("-")
    state = replace(state.at(), errand=Errand("list", about=about))
    return state, (FindGatherings(what, name) if what in ("kind", "topic", "place") else FindGatherings(),)


def listed(state: State, world: World, outcome: GatheringsFound) -> Moved:
    """The gatherings found, or that there is none; with ways to narrow down, follow, and see one's own seats."""
    about = state.errand.about if state.errand else ""
    what, _, name = about.partition("-")
    if what == "by" and name in FILTERS:
        return state, (_offer(world, name, outcome.rows),)
    rows = [row for row in outcome.rows if what != "month" or _month(row) == name]
    follow = _follow_button(world, what, name)
    if not rows:
        text = world.words("gatherings-none-here" if about else "gatherings-none")
        everything = (button(world.words, "button-gatherings-all", "gatherings"),) if about else ()
        return state, (Say(text, (*follow, *everything, *_ways_on(world))),)
    parts = [_title(world, what, name), *(gw.line(world.words, row, world.now) for row in rows[:SHOWN])]
    narrow = _narrow(world, outcome.rows) if len(rows) > 1 else ()
    parts.append(world.words("gatherings-choose"))
    opening = tuple(gw.open_button(world.words, row) for row in rows[:SHOWN])
    return state, (Say("\n\n".join(parts), (*opening, *narrow, *follow, *_ways_on(world))),)


def gathering(state: State, world: World, about: str) -> Moved:
    """One gathering: its details and what can be done."""
    if not about.isdecimal() or len(about) > 9:
        return menu.old_choice(state, world)
    return look(state, Errand("look", int(about)))


def look(state: State, errand: Errand) -> Moved:
    """Find the gathering of an errand; the person hears once it is there."""
    return replace(state.at(), errand=errand), (LookAtGathering(errand.gathering),)


def found(state: State, world: World, outcome: GatheringFound) -> Moved:
    """The gathering is there: go on with what the person wanted of it."""
    there = outcome.gathering
    if there is None or there.state == "draft":
        return replace(state.at(), errand=Errand("list")), (Say(world.words("gathering-unknown")), FindGatherings())
    errand = state.errand or Errand("look", there.id)
    if errand.doing == "look":
        return state, (_details(world, there, outcome.mine),)
    return seats.go_on(state, world, there, outcome.mine)


def again(state: State, errand: Errand) -> Moved:
    """The same place once more, in another language."""
    if errand.doing == "list":
        what, _, name = errand.about.partition("-")
        return state, (FindGatherings(what, name) if what in ("kind", "topic", "place") else FindGatherings(),)
    return state, (LookAtGathering(errand.gathering),)


def coming_up_buttons(world: World, kind: str) -> tuple[Button, ...]:
    """For an article about gatherings: what is coming up of this kind (`any`: of all), and near the place named."""
    filters = [f"kind-{kind}" if kind in KINDS else ""]
    place = world.found.municipality if world.found else None
    if place:
        filters.append(f"place-{place}")
    return tuple(Button(_coming_up(world, name), payload("gatherings", name)) for name in filters)


def name_of(world: World, about: str, name: str) -> str:
    """The name of a kind, topic or place as the person reads it; empty for one we do not know."""
    return gw.name_of(world.words, world.library, about, name)


def _details(world: World, there: Gathering, mine: Mine | None) -> Say:
    words = world.words
    held = mine if mine and mine.state in HELD else None
    parts = gw.details(words, there, world.now, mine=held is not None)
    parts += [_note(world, there)] if there.phase(world.now) in ("soon", "open", "full") else []
    parts.append(words("gathering-free-of-charge"))
    if held:
        parts += [f"**{gw.standing(words, there, held)}**", gw.meeting(words, there, held)]
    own = own_buttons(world, there, mine)
    article = world.library.articles.get(there.article)
    more = (
        *([article_button(article, world.language)] if article else []),
        *_form_button(world, there),
        *calendar_button(world, there),
    )
    return Say("\n\n".join(part for part in parts if part), (*own, *more, *_ways_on(world)))


def _form_button(world: World, there: Gathering) -> tuple[Button, ...]:
    form = world.library.forms.get(there.form)
    return (Button(world.words("button-gathering-form", {"form": form.title(world.language)}), payload("form", form.id)),) if form else ()


def calendar_button(world: World, there: Gathering) -> tuple[Button, ...]:
    """A link to the gathering's calendar file, where this installation has an address people can open."""
    if world.base_url is None or there.state != "open":
        return ()
    address = f"{world.base_url}/gatherings/{there.id}.ics?language={world.language}"
    return (Button(world.words("button-calendar"), url=address),)


def _note(world: World, there: Gathering) -> str:
    """What the article about this kind says of the rules now, with its date."""
    for article in world.library.articles.values():
        if article.meta.gathering == there.kind and article.meta.note:
            values = {"day": world.words.day(article.meta.as_of), "note": article.meta.note[world.language]}
            return world.words("gathering-note", values)
    return ""


def _title(world: World, what: str, name: str) -> str:
    title = world.words("gatherings-title")
    told = name_of(world, what, name)
    return f"{title}: {told}" if told else title


def _coming_up(world: World, about: str) -> str:
    what, _, name = about.partition("-")
    told = name_of(world, what, name)
    label = world.words("button-gatherings")
    return f"{label}: {told}" if told else label


def _month(row: Gathering) -> str:
    return f"{row.local(row.starts_at):%Y-%m}"


def _narrow(world: World, rows: Sequence[Gathering]) -> tuple[Button, ...]:
    """A button for each way of narrowing down that tells these gatherings apart."""
    return tuple(
        button(world.words, f"button-by-{what}", "gatherings", f"by-{what}") for what in FILTERS if len(_values(world, what, rows)) > 1
    )


def _values(world: World, what: str, rows: Sequence[Gathering]) -> dict[str, str]:
    """The kinds, places, months or topics of these gatherings, with their names, in order."""
    if what == "month":
        return {_month(row): world.words.month(row.local(row.starts_at).date()) for row in rows}
    column = {"kind": "kind", "place": "municipality", "topic": "topic"}[what]
    names = dict.fromkeys(getattr(row, column) for row in rows)
    return {name: told for name in names if (told := name_of(world, what, name))}


def _offer(world: World, what: str, rows: Sequence[Gathering]) -> Say:
    choices = tuple(Button(told, payload("gatherings", f"{what}-{name}")) for name, told in _values(world, what, rows).items())
    everything = button(world.words, "button-gatherings-all", "gatherings")
    return Say(world.words("gatherings-which", {"about": what}), (*choices, everything, *_ways_on(world)))


def _follow_button(world: World, what: str, name: str) -> tuple[Button, ...]:
    told = name_of(world, what, name)
    if not told:
        return (button(world.words, "button-follows", "follows"),)
    return (Button(world.words("button-follow-topic", {"name": told}), payload("follow", f"{what}-{name}")),)


def _ways_on(world: World) -> tuple[Button, ...]:
    return (button(world.words, "button-my-seats", "myseats"), button(world.words, "button-menu", "menu"))
