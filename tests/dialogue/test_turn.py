"""Single turns where a talk cannot show it: withdrawn answers, what a choice keeps, what is said first and last."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.choices import ChoiceError, parse, payload
from bot.dialogue.effects import AskStaff, Effect, Say, Serve, SetLanguage
from bot.dialogue.state import Private, State, StateError, from_json, to_json
from bot.dialogue.turn import advance, spoken
from bot.dialogue.world import Person, World
from bot.library import Library, files_below, read
from bot.messages import LANGUAGES, Incoming, Language
from bot.search import Found, Hit
from bot.settings import PACKAGE
from bot.texts import Texts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RANKING = tuple(Hit(name, 0.2) for name in ("property", "legal-aid", "documents", "grants", "jobs"))


def found(kind: str, **changes: object) -> Found:
    return replace(Found(kind, RANKING, "en", language_sure=True), **changes)  # type: ignore[arg-type]


@pytest.fixture
def world(library: Library, texts: Texts, zone: ZoneInfo) -> World:
    return World(library, texts, Person("en", language_chosen=True), NOW, zone)


def writes(text: str) -> Incoming:
    return Incoming("turn", "1", "1", "text", NOW, text=text)


def presses(choice: str) -> Incoming:
    return Incoming("turn", "1", "1", "choice", NOW, choice=choice)


def said(effects: tuple[Effect, ...]) -> Say:
    say = spoken(effects)
    assert say is not None
    return say


def choices(say: Say) -> list[str | None]:
    return [button.choice for button in say.buttons]


# --- an answer that is withdrawn ------------------------------------------------------------------


@pytest.fixture(scope="module")
def expired() -> Library:
    """The library with one article past its expiry."""
    files = files_below(PACKAGE / "content")
    name = "topics/grants/meta.toml"
    return read(files | {name: "expires = 2026-11-21\n" + files[name]})[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choice", ["article_grants", "more_grants"])
def test_a_withdrawn_answer_is_not_shown_and_a_person_is_offered(choice: str, language: Language, expired: Library, world: World) -> None:
    there = replace(world, library=expired, person=Person(language, language_chosen=True))
    turn = advance(State(), presses(choice), there)
    say = said(turn.effects)
    version = expired.articles["grants"].versions[language]
    assert version.title in say.text
    assert version.summary[:40] not in say.text
    assert "staff" in choices(say)
    assert not [effect for effect in turn.effects if isinstance(effect, Serve)]


# --- one of three -----------------------------------------------------------------------------------


def test_an_unsure_search_offers_as_many_as_it_says_and_none_of_them(world: World) -> None:
    turn = advance(State(), writes("papers"), replace(world, found=found("choose", choices=2)))
    assert choices(said(turn.effects)) == ["article_property", "article_legal-aid", "none"]


def test_a_switch_of_language_offers_the_same_three_again_with_the_question_kept(world: World) -> None:
    offered = advance(State(), writes("papers"), replace(world, found=found("choose"))).state
    turn = advance(offered, presses("language_sq"), world)
    assert choices(said(turn.effects)) == ["article_property", "article_legal-aid", "article_documents", "none"]
    none = advance(turn.state, presses("none"), world.speaking("sq", chosen=True))
    assert none.state.private.question == "papers"
    sent = advance(none.state, presses("staff_this"), world)
    assert AskStaff("papers") in sent.effects


def test_an_offered_answer_that_has_gone_meanwhile_is_left_out(world: World) -> None:
    turn = advance(State(offered=("gone", "jobs")), presses("language_sq"), world)
    assert choices(said(turn.effects)) == ["article_jobs", "none"]


# --- danger and alerts ------------------------------------------------------------------------------


def test_a_doubtful_message_gets_the_numbers_above_everything_else(world: World, texts: Texts) -> None:
    turn = advance(State(), writes("they threaten us"), replace(world, found=found("article", alert=True)))
    assert said(turn.effects).text.startswith(texts["en"]("urgent-line"))
    assert Serve("property") in turn.effects


@pytest.mark.parametrize("heard", [found("urgent"), found("choose", alert=True)])
def test_help_alone_opens_the_help_with_the_numbers_above(heard: Found, world: World, texts: Texts) -> None:
    turn = advance(State(), writes("HELP"), replace(world, found=heard))
    assert said(turn.effects).text.startswith(texts["en"]("urgent-line"))
    assert Serve("help") in turn.effects


def test_danger_goes_before_an_offer_to_ask_a_person(world: World, texts: Texts) -> None:
    waiting = State(step="agree", private=Private("papers"))
    turn = advance(waiting, writes("he will kill me"), replace(world, found=found("urgent")))
    assert said(turn.effects).text.startswith(texts["en"]("urgent-now"))
    assert turn.state == replace(waiting, footnote_on=date(2026, 11, 21))


def test_yes_to_an_offer_is_yes_whatever_the_search_makes_of_it(world: World) -> None:
    turn = advance(State(unknowns=1, private=Private("papers")), writes("po"), replace(world, found=found("urgent")))
    assert AskStaff("papers") in turn.effects


def test_yes_without_an_offer_sends_nothing(world: World) -> None:
    heard = replace(world, found=found("smalltalk", small_talk="yes_no"))
    turn = advance(State(private=Private("papers")), writes("yes"), heard)
    assert not [effect for effect in turn.effects if isinstance(effect, AskStaff)]


# --- what goes to a person ----------------------------------------------------------------------------


def test_thanks_do_not_replace_the_question_that_waits(world: World) -> None:
    turn = advance(
        State(unknowns=1, private=Private("papers")), writes("thank you"), replace(world, found=found("smalltalk", small_talk="thanks"))
    )
    assert turn.state.private.question == "papers"


def test_a_long_question_is_sent_even_if_it_reads_like_small_talk(world: World) -> None:
    text = "good day to you, how are my papers doing in your office?"
    turn = advance(State(step="question"), writes(text), replace(world, found=found("smalltalk", small_talk="greeting")))
    assert AskStaff(text) in turn.effects


def test_a_question_for_staff_is_cut_at_its_limit_and_never_sent_with_a_personal_number(world: World) -> None:
    turn = advance(State(step="question"), writes("0101950710008 " + "why " * 3000), replace(world, found=found("unknown")))
    [asked] = [effect for effect in turn.effects if isinstance(effect, AskStaff)]
    assert len(asked.text) <= 4000
    assert "0101950710008" not in asked.text


# --- the language -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "changes"), [("ne", False), ("tell me more", False), ("kuća", True), ("gde je kuca", True)])
def test_a_single_plain_word_or_a_command_does_not_change_the_language(text: str, changes: bool, world: World) -> None:
    heard = replace(world, person=Person("en"), found=found("unknown", language="sr-Latn"))
    turn = advance(State(), writes(text), heard)
    assert (SetLanguage("sr-Latn", chosen=False) in turn.effects) is changes


def test_who_chose_a_language_keeps_it_and_is_offered_the_one_they_write(world: World, texts: Texts) -> None:
    turn = advance(State(), writes("kuća i zemlja"), replace(world, found=found("article", language="sr-Latn")))
    say = said(turn.effects)
    assert not [effect for effect in turn.effects if isinstance(effect, SetLanguage)]
    assert texts["sr-Latn"]("found-other-language") in say.text
    assert choices(say)[-1] == "language_sr-Latn"


@pytest.mark.parametrize(
    ("hint", "sure", "spoken_language", "expected"),
    [("sq", False, "sr-Latn", "sq"), ("sq", True, "sr-Cyrl", "sr-Cyrl"), (None, False, "en", "en"), ("de", False, "en", "en")],
)
def test_a_first_message_is_answered_in_what_it_is_written_in_else_in_the_platforms_language(
    hint: str | None, sure: bool, spoken_language: Language, expected: Language, world: World
) -> None:
    heard = replace(world, person=Person("sr-Latn", known=False), found=found("unknown", language=spoken_language, language_sure=sure))
    turn = advance(State(), replace(writes("something"), hint=hint), heard)
    assert turn.effects[0] == SetLanguage(expected, chosen=False)


# --- the footnote ---------------------------------------------------------------------------------------


def test_the_footnote_stands_last_also_under_an_alert(world: World, texts: Texts) -> None:
    turn = advance(State(), writes("they threaten us"), replace(world, found=found("article", alert=True)))
    assert said(turn.effects).text.endswith(texts["en"]("footnote"))
    assert said(turn.effects).text.count(texts["en"]("footnote")) == 1
    assert turn.state.footnote_on == date(2026, 11, 21)


def test_the_footnotes_day_is_the_day_in_the_offices_zone(world: World) -> None:
    late = replace(world, now=datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    assert advance(State(), presses("article_legal-aid"), late).state.footnote_on == date(2026, 11, 22)


# --- choices and state ----------------------------------------------------------------------------------


def test_a_choice_is_a_verb_and_what_it_is_about() -> None:
    assert parse("article_legal-aid") == ("article", "legal-aid")
    assert parse("menu") == ("menu", "")
    assert parse("a_b_c") == ("a", "b_c")
    assert payload("topic", "rights") == "topic_rights"
    assert payload("menu") == "menu"


@pytest.mark.parametrize("wrong", ["", "x" * 65, "a b", "ђ", "a\n", "a\x00", "<script>"])
def test_anything_outside_the_grammar_is_no_choice(wrong: str) -> None:
    with pytest.raises(ChoiceError):
        parse(wrong)


def test_a_choice_that_would_not_fit_a_button_is_refused() -> None:
    with pytest.raises(ChoiceError, match="at most 64"):
        payload("article", "x" * 60)


def test_the_words_of_the_person_stand_only_in_the_private_half_of_the_state() -> None:
    kept, private = to_json(State(step="agree", unknowns=2, private=Private("my house")))
    assert "my house" not in kept
    assert "my house" in private
    assert to_json(State())[1] == ""


@pytest.mark.parametrize("kept", ["", "nonsense", "[]", '{"version": 2}', '{"unknowns": "many"}'])
def test_a_state_that_cannot_be_read_is_refused(kept: str) -> None:
    with pytest.raises(StateError):
        from_json(kept)
