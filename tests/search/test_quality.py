"""The figures must not fall below what the project promises, on questions written apart from the content."""

import itertools

import pytest
from rapidfuzz import fuzz, process

from bot import evaluation
from bot.languages import fold
from bot.library import files_below
from bot.search import corpus
from bot.settings import PACKAGE as ROOT
from tests.conftest import CONTENT

QUESTIONS = evaluation.questions((ROOT / "tests/data/questions-dev.jsonl").read_text("utf-8"))
COPY = 90  # how alike, in percent, two sentences are that say the same in the same words
FEW_WORDS = 3  # a shorter text anybody would write alike


@pytest.fixture(scope="module")
def told(index):
    ticks = itertools.count()
    return evaluation.figures(evaluation.judge(QUESTIONS, index.find, lambda: next(ticks)))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("right first", 0.90),
        ("in first three", 0.97),
        ("right when answered directly", 0.95),
        ("out of scope recognised", 0.85),
        ("out of scope recognised, near ones", 0.80),
        ("small talk recognised", 1.0),
        ("urgent: numbers shown", 0.97),
        ("language right", 0.98),
        ("same in every spelling", 1.0),
    ],
)
def test_enough_are_right(told, name, least):
    assert told.shares[name].value >= least


@pytest.mark.parametrize(
    ("name", "most"),
    [("offered a choice", 0.20), ("refused though answerable", 0.05), ("others taken for urgent", 0.005), ("others with an alert", 0.04)],
)
def test_not_too_many_are_wrong(told, name, most):
    assert told.shares[name].value <= most


def test_no_example_is_a_development_question_word_for_word(library):
    """Shorter ones anybody would write alike."""
    examples = {s.text for s in corpus.samples(library) if s.example}
    assert not [q.text for q in QUESTIONS if len(fold(q.text).split()) > 2 and fold(q.text) in examples]


def test_no_line_of_the_content_is_a_development_question():
    """Titles, headings and keywords count as much as examples."""
    lines = {fold(line.strip().lstrip("#-").strip()) for text in files_below(CONTENT).values() for line in text.splitlines()}
    assert not [q.text for q in QUESTIONS if len(fold(q.text).split()) > 2 and fold(q.text) in lines]


def test_no_example_is_a_near_copy_of_a_development_question(library):
    examples = sorted({s.text for s in corpus.samples(library) if s.example and len(s.text.split()) > FEW_WORDS})
    asked = [q for q in QUESTIONS if len(fold(q.text).split()) > FEW_WORDS]
    copied = []
    for question in asked:
        near = process.extractOne(fold(question.text), examples, scorer=fuzz.token_sort_ratio, score_cutoff=COPY)
        if near:
            copied.append(f"{question.text} = {near[0]}")
    assert not copied
