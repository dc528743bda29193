"""No message makes the search raise, and a long one costs no more work than a short one."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.search import features, reading

ANY = st.text(st.characters(codec=None), max_size=400)
PIECES = st.lists(
    st.sampled_from(["Приштина", "kuća", "shtëpi", "е", "p", "\u0301", "\ud800", "\x00", "ﬁ", "🏚", "\u202e", "İ", "'", "1999", "\n"]),
    max_size=60,
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(text=ANY)
def test_any_text_is_answered(index, text):
    check(index.find(text))


@QUIET
@given(pieces=PIECES, conversation=st.sampled_from([None, "sr-Cyrl", "sr-Latn", "sq", "en"]))
def test_any_mixture_of_scripts_is_answered(index, pieces, conversation):
    check(index.find("".join(pieces), conversation))
    check(index.explain(" ".join(pieces), conversation))


def check(found):
    assert len(found.ranking) >= 5
    assert 0 <= sum(hit.score for hit in found.ranking) <= 1.0001
    assert [hit.score for hit in found.ranking[1:]] == sorted((hit.score for hit in found.ranking[1:]), reverse=True)
    assert (found.small_talk is not None) == (found.kind == "smalltalk")
    assert found.choices in (2, 3)


@pytest.mark.parametrize("filler", ["kuća u selu ", "x", "\u0301", "a ", "'", "Ђ", "nestovrednoo ", "\ud800", "( "])
def test_twenty_thousand_characters_take_no_more_steps_than_five_hundred(index, filler):
    short, long = (steps(index, (filler * 20_000)[:size]) for size in (reading.LIMIT, 20_000))
    assert long <= 1.5 * short + 500


def steps(index, text):
    """How many Python functions run and lines are executed while the text is searched."""
    taken = 0

    def trace(*_):
        nonlocal taken
        taken += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        index.find(text)
    finally:
        sys.settrace(before)
    return taken


def test_the_features_of_one_endless_word_are_bounded():
    assert sum(features.count(["a" * 100_000]).values()) < 4 * (features.LONGEST_WORD + 2)
