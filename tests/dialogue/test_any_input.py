"""Whatever a person, an old keyboard or a forger sends, in whatever order: an answer, never a fault."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.choices import GRAMMAR
from bot.dialogue.desk_effects import AnswerQuestion
from bot.dialogue.effects import Effect
from bot.dialogue.registration_effects import Forget
from bot.dialogue.state import Private, State, from_json, to_json
from bot.dialogue.steps.search import readable
from bot.dialogue.turn import VERBS, WRITING, advance, spoken
from bot.dialogue.world import Person, World
from bot.languages import fold
from bot.library import Library
from bot.messages import LANGUAGES, Incoming
from bot.search import Index
from bot.talks import Player
from bot.texts import Texts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ANYTHING = st.text(st.characters(), max_size=60)
PHRASES = st.sampled_from(
    ["treba mi advokat", "да", "ne", "po", "help", "STOP", "start", "meni", "shqip", "latinica", "operater", "hvala", "više",
     "pomozite ubiće me", "zjarr", "0101950710008", "kad pada sneg", "Peć", "😀", "", "\x00", "a" * 5000, "<b>hi</b>", "[x](y)", "K7M3Q4A u devet", "office-K7M3Q4AD", "K7M3 Q4AD"]
)  # fmt: skip
KEPT = st.text(max_size=60)  # what gets into a state is cleaned first: no lone surrogates
ABOUTS = (
    st.sampled_from(
        [
            "",
            "legal-aid",
            "grants",
            "rights",
            "this",
            "new",
            "cancel",
            "sr-Cyrl",
            "sr-Latn",
            "sq",
            "en",
            "K7M3Q4AD",
            "type",
            "yes",
            "12",
            "grant",
            "nothing",
            "_",
            "-",
        ]
    )
    | ANYTHING
)
CHOICES = st.builds(lambda verb, about: f"{verb}_{about}" if about else verb, st.sampled_from(sorted(VERBS)), ABOUTS) | ANYTHING
ACTS = st.one_of(
    st.tuples(st.just("text"), PHRASES | ANYTHING),
    st.tuples(st.just("choice"), CHOICES),
    st.tuples(st.just("start"), CHOICES),
    st.tuples(st.sampled_from(["media", "contact", "location"]), st.just("")),
)
STATES = st.builds(
    State,
    step=st.sampled_from(["search", "agree", *WRITING]) | KEPT,
    article=st.none() | st.sampled_from(["legal-aid", "dialogue", "gone"]) | KEPT,
    topic=st.none() | st.sampled_from(["rights", "gone"]),
    unknowns=st.integers(0, 5),
    footnote_on=st.none() | st.just(date(2026, 11, 21)),
    offered=st.lists(st.sampled_from(["legal-aid", "grants", "gone"]), max_size=3).map(tuple),
    private=st.builds(Private, question=KEPT),
)
PEOPLE = st.builds(
    Person,
    language=st.sampled_from(LANGUAGES),
    language_chosen=st.booleans(),
    stopped=st.booleans(),
    known=st.booleans(),
    code=st.sampled_from(["", "K7M2Q4A"]),
    staff=st.booleans(),
)


def message(kind: str, what: str) -> Incoming:
    """What a channel would make of it."""
    if kind == "text":
        return Incoming("any", "1", "1", "text", NOW, text=what)
    return Incoming("any", "1", "1", kind, NOW, choice=what or None, hint="sr")  # type: ignore[arg-type]


class Stage:
    """The real content and search. No dataclass: of one, hypothesis would print the whole library."""

    def __init__(self, library: Library, texts: Texts, index: Index, zone: ZoneInfo) -> None:
        self.library, self.texts, self.index, self.zone = library, texts, index, zone

    def world(self, incoming: Incoming, person: Person) -> World:
        text = readable(incoming.text)
        found = self.index.find(text) if fold(text) else None
        return World(self.library, self.texts, person, NOW, self.zone, found)

    def player(self) -> Player:
        return Player(self.library, self.texts, self.index, self.zone)


@pytest.fixture(scope="module")
def stage(library: Library, texts: Texts, index: Index, zone: ZoneInfo) -> Stage:
    return Stage(library, texts, index, zone)


def check(effects: Sequence[Effect], state: State) -> None:
    say = spoken(effects)
    assert say is not None
    assert say.text.strip()
    say.text.encode("utf-8")
    # Who is forgotten stands nowhere with us; who answers at the desk has the next question above.
    ends = any(isinstance(effect, Forget | AnswerQuestion) for effect in effects)
    assert say.buttons or state.step in WRITING or ends
    assert all(button.url or GRAMMAR.fullmatch(button.choice or "") for button in say.buttons)


@settings(deadline=None, max_examples=150)
@given(acts=st.lists(ACTS, min_size=1, max_size=12), person=PEOPLE)
def test_any_conversation_goes_on(acts: list[tuple[str, str]], person: Person, stage: Stage) -> None:
    player, state = stage.player(), State()
    for kind, what in acts:
        incoming = message(kind, what)
        state, effects, _ = player.turn(state, incoming, stage.world(incoming, person))
        check(effects, state)
        state = from_json(*to_json(state))
        person = Person(person.language, person.language_chosen, person.stopped, known=True, code=person.code, staff=person.staff)


@settings(deadline=None, max_examples=300)
@given(state=STATES, act=ACTS, person=PEOPLE)
def test_any_state_answers_any_message(state: State, act: tuple[str, str], person: Person, stage: Stage) -> None:
    """Also the state of an older program: articles that are gone, steps nobody knows any more."""
    incoming = message(*act)
    after, effects, _ = stage.player().turn(state, incoming, stage.world(incoming, person))
    check(effects, after)


@settings(deadline=None, max_examples=100)
@given(state=STATES, act=ACTS, person=PEOPLE)
def test_the_same_message_in_the_same_state_always_gives_the_same_turn(
    state: State, act: tuple[str, str], person: Person, stage: Stage
) -> None:
    incoming = message(*act)
    world = stage.world(incoming, person)
    assert advance(state, incoming, world) == advance(state, incoming, world)


@settings(deadline=None, max_examples=200)
@given(state=STATES)
def test_any_state_survives_json(state: State) -> None:
    assert from_json(*to_json(state)) == state
