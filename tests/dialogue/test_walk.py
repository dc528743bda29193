"""A walk through everything a person can reach by pressing buttons, in every language and script."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.choices import GRAMMAR
from bot.dialogue.effects import Effect, Say, Serve
from bot.dialogue.registration_effects import Forget
from bot.dialogue.state import State, from_json, to_json
from bot.dialogue.turn import WRITING, spoken
from bot.dialogue.world import Person, World
from bot.languages import to_latin
from bot.library import Library
from bot.messages import LANGUAGES, Incoming, Language
from bot.search import Index
from bot.talks import Player
from bot.texts import Texts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = datetime(2031, 1, 15, 9, 0, tzinfo=UTC)  # every review day has passed by then
CYRILLIC = re.compile(r"[\u0400-\u04FF]")
UNFILLED = re.compile(r"\{\s*\$?\w*\s*\}")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\([\w.-]+\.\w+\)")
LATIN_WORD = re.compile(r"\b[a-zčćšžđ]{4,}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """One place of the walk: what was pressed there, what came back, and where the conversation then stands."""

    choice: str
    say: Say
    state: State
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Walk:
    places: tuple[Said, ...]

    def choices(self) -> set[str]:
        return {said.choice for said in self.places}


def walked(player: Player, texts: Texts, library: Library, language: Language, now: datetime, zone: ZoneInfo) -> Walk:
    """Every message that pressing buttons leads to, breadth first from the menu, each button once per step."""
    world = World(library, texts, Person(language, language_chosen=True, code="K7M2Q4A"), now, zone)
    waiting = deque([("menu", State())])
    been: set[tuple[str, str]] = set()
    places: list[Said] = []
    while waiting:
        choice, state = waiting.popleft()
        if (choice, state.step) in been:
            continue
        been.add((choice, state.step))
        press = Incoming("walk", "1", str(len(been)), "choice", now, choice=choice)
        after, effects, _ = player.turn(state, press, world)
        after = from_json(*to_json(after))
        say = spoken(effects)
        assert say is not None, f"{choice}: nothing is said"
        places.append(Said(choice, say, after, tuple(effects)))
        # another language has a walk of its own
        waiting.extend((button.choice, after) for button in say.buttons if button.choice and not button.choice.startswith("language_"))
    return Walk(tuple(places))


@pytest.fixture(scope="module")
def walks(library: Library, texts: Texts, index: Index, zone: ZoneInfo) -> dict[Language, Walk]:
    player = Player(library, texts, index, zone)
    return {language: walked(player, texts, library, language, NOW, zone) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_alone_reach_every_topic_and_every_article_with_all_there_is_to_it(
    language: Language, walks: dict[Language, Walk], library: Library
) -> None:
    reached = walks[language].choices()
    for topic in library.topics:
        assert f"topic_{topic.id}" in reached
    for article in library.articles.values():
        for verb in ("article", "more", "useful", "notuseful", *(["related"] if article.meta.related else [])):
            assert f"{verb}_{article.id}" in reached
    assert {"staff", "settings", "language", "stop"} <= reached
    served = {effect.article for said in walks[language].places for effect in said.effects if isinstance(effect, Serve)}
    assert served == library.articles.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_offers_a_next_step(language: Language, walks: dict[Language, Walk]) -> None:
    for said in walks[language].places:
        assert said.say.text.strip(), said.choice
        last_words = any(isinstance(effect, Forget) for effect in said.effects)  # who is forgotten stands nowhere with us
        assert said.say.buttons or said.state.step in WRITING or last_words, said.choice


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_can_be_pressed_and_read(language: Language, walks: dict[Language, Walk]) -> None:
    for said in walks[language].places:
        for button in said.say.buttons:
            assert (button.choice is None) != (button.url is None), said.choice
            assert button.choice is None or GRAMMAR.fullmatch(button.choice), said.choice
            assert button.label.strip() == button.label != "", said.choice
        labels = [button.label for button in said.say.buttons]
        assert len(set(labels)) == len(labels), f"{said.choice}: two buttons read the same"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_has_a_hole_in_it(language: Language, walks: dict[Language, Walk]) -> None:
    for said in walks[language].places:
        assert not UNFILLED.search(said.say.text), said.choice
        assert "  \n" not in said.say.text, said.choice
        assert "\n\n\n" not in said.say.text, said.choice
        assert said.say.text.count("**") % 2 == 0, f"{said.choice}: a ** is not closed"


def written(walk: Walk) -> Iterator[tuple[str, str]]:
    """All that is said and all that buttons read, but for the languages, each offered in its own writing."""
    for said in walk.places:
        yield said.choice, said.say.text
        yield from ((said.choice, button.label) for button in said.say.buttons if not (button.choice or "").startswith("language_"))


@pytest.mark.parametrize("language", ["sr-Latn", "sq", "en"])
def test_nothing_written_in_latin_has_a_cyrillic_letter(language: Language, walks: dict[Language, Walk]) -> None:
    for choice, text in written(walks[language]):
        found = CYRILLIC.search(text)
        assert not found, f"{choice}: …{text[max(0, found.start() - 30) : found.end() + 30]}…"


def test_no_serbian_word_stands_in_latin_in_a_cyrillic_message(walks: dict[Language, Walk], library: Library) -> None:
    """A Latin word in a Cyrillic message must be no word of our Serbian: a foreign name, an address."""
    serbian = {
        word.lower()
        for article in library.articles.values()
        for text in article.versions["sr-Cyrl"].told()
        for word in LATIN_WORD.findall(to_latin(re.sub(r"[A-Za-zčćšžđ]", "", text)))
    }
    for choice, text in written(walks["sr-Cyrl"]):
        latin = {word.lower() for word in LATIN_WORD.findall(ADDRESS.sub(" ", text))}
        assert not latin & serbian - {"start"}, choice  # START is typed as it stands


def test_both_serbian_walks_say_the_same(walks: dict[Language, Walk]) -> None:
    cyrillic, latin = ({said.choice: said for said in walks[language].places} for language in ("sr-Cyrl", "sr-Latn"))
    assert cyrillic.keys() == latin.keys()
    for choice, said in cyrillic.items():
        assert [button.choice for button in said.say.buttons if not str(button.choice).startswith("language_")] == [
            button.choice for button in latin[choice].say.buttons if not str(button.choice).startswith("language_")
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_years_later_every_answer_says_that_it_is_old_and_offers_a_person(
    language: Language, library: Library, texts: Texts, index: Index, zone: ZoneInfo
) -> None:
    walk = walked(Player(library, texts, index, zone), texts, library, language, LATER, zone)
    for said in walk.places:
        verb, _, name = said.choice.partition("_")
        if verb == "article" and library.articles[name].state(LATER.date()) == "review":
            asked = texts[language]("answer-review", {"day": texts[language].day(library.articles[name].meta.review_by)})
            assert asked in said.say.text
            assert "staff" in [button.choice for button in said.say.buttons]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_can_be_switched_at_every_place_and_back(
    language: Language, walks: dict[Language, Walk], library: Library, texts: Texts, index: Index, zone: ZoneInfo
) -> None:
    """After there and back the person stands where they stood."""
    other: Language = "en" if language != "en" else "sq"
    player = Player(library, texts, index, zone)
    press = partial(Incoming, "walk", "1", "1", "choice", NOW)
    for said in walks[language].places:
        world = World(library, texts, Person(language, language_chosen=True), NOW, zone)
        there, effects, _ = player.turn(said.state, press(choice=f"language_{other}"), world)
        assert spoken(effects) is not None
        back, _, _ = player.turn(there, press(choice=f"language_{language}"), world.speaking(other, chosen=True))
        for mark in ("step", "article", "topic", "offered", "unknowns"):
            assert getattr(back, mark) == getattr(said.state, mark), f"{said.choice}: {mark}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_interface_string_is_told_whole_in_its_own_script(language: Language, texts: Texts) -> None:
    words = texts[language]
    for name, needed in words.variables.items():
        told = words(name, dict.fromkeys(needed, "7") | ({"language": language} if "language" in needed else {}))
        assert told.strip(), name
        assert not UNFILLED.search(told), name
        assert not re.search(r"\$\w", told), name
        if language == "sr-Latn" and name != "language-offer-sr-Cyrl":
            assert not CYRILLIC.search(told), name
        if language == "sr-Cyrl" and not name.startswith(("command-", "language-offer-")):
            assert CYRILLIC.search(re.sub(r"Viber|Telegram|STOP|START|Messenger", "", told)) or not re.search(r"[a-z]{4}", told), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_offered_in_its_own_writing(language: Language, walks: dict[Language, Walk], texts: Texts) -> None:
    """Who reads only Cyrillic must find the Cyrillic button in a Latin message."""
    offered = {
        button.choice: button.label
        for said in walks[language].places
        for button in said.say.buttons
        if (button.choice or "").startswith("language_")
    }
    assert offered == {f"language_{other}": texts[other](f"language-offer-{other}") for other in LANGUAGES}
    assert offered["language_sr-Cyrl"] == "Ћирилица"
