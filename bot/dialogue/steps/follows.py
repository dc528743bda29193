"""Following a kind, a topic or a place: hearing of new gatherings."""

from bot.dialogue.choices import payload
from bot.dialogue.effects import Effect, Say
from bot.dialogue.gathering_effects import FindFollows, Follow, FollowsFound, Unfollow
from bot.dialogue.state import State
from bot.dialogue.steps import gatherings, menu
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.gatherings import KINDS
from bot.messages import Button

Moved = tuple[State, tuple[Effect, ...]]


def follow(state: State, world: World, about: str) -> Moved:
    """`kind-go-and-see`, `topic-return`, `place-prizren`: tell this person of new ones."""
    what, _, name = about.partition("-")
    told = gatherings.name_of(world, what, name)
    if not told:
        return menu.old_choice(state, world)
    parts = [world.words("follow-done", {"name": told})]
    parts += [world.words("follow-stopped")] if world.person.stopped else []
    return state, (Follow(what, name), Say("\n\n".join(parts), _ways_on(world)))


def unfollow(state: State, world: World, about: str) -> Moved:
    """No longer tell this person of them."""
    what, _, name = about.partition("-")
    told = gatherings.name_of(world, what, name)
    if not told:
        return menu.old_choice(state, world)
    return state, (Unfollow(what, name), Say(world.words("follow-ended", {"name": told}), _ways_on(world)))


def follows(state: State, _world: World, _about: str) -> Moved:
    """What this person follows."""
    return state.at(), (FindFollows(),)


def follows_found(state: State, world: World, outcome: FollowsFound) -> Moved:
    """What is followed, each with a way to end it, and what else there is to follow."""
    named = {(what, name): told for what, name in outcome.rows if (told := gatherings.name_of(world, what, name))}
    every = [*(("kind", kind) for kind in KINDS), *(("topic", topic.id) for topic in world.library.topics if topic.id != "service")]
    others = {key: gatherings.name_of(world, *key) for key in every if key not in named}
    ending = tuple(_button(world, "unfollow", key, told) for key, told in named.items())
    adding = tuple(_button(world, "follow", key, told) for key, told in others.items())
    text = "\n".join([world.words("follow-list"), *(f"- {told}" for told in named.values())]) if named else world.words("follow-none")
    return state, (Say(text, (*ending, *adding, *_ways_on(world))),)


def _button(world: World, verb: str, key: tuple[str, str], told: str) -> Button:
    label = {"follow": "button-follow-topic", "unfollow": "button-unfollow"}[verb]
    return Button(world.words(label, {"name": told}), payload(verb, f"{key[0]}-{key[1]}"))


def _ways_on(world: World) -> tuple[Button, ...]:
    return (button(world.words, "button-gatherings", "gatherings"), button(world.words, "button-menu", "menu"))
