"""The figures `prag evaluate` tells, on outcomes made by hand."""

import io

import pytest
from rich.console import Console

from bot import evaluation
from bot.evaluation import Question, Share
from bot.search.found import Found, Hit


def found(kind, *articles, alert=False, language="en", choices=3):
    return Found(kind, tuple(Hit(article, 0.1) for article in articles), language, True, alert=alert, choices=choices)


ASKED = [
    (Question("1", "en", "one", ("a",)), found("article", "a", "b", "c")),
    (Question("2", "en", "two", ("a", "b"), ("typo",)), found("choose", "c", "b", "a", choices=2)),
    (Question("3", "sq", "tre", ("a",)), found("unknown", "b", "c", "d", "a")),
    (Question("4", "en", "four", ("none",), ("near-scope",)), found("article", "a")),
    (Question("5", "en", "five", ("urgent",)), found("article", "a", alert=True)),
    (Question("6", "en", "six", ("smalltalk",)), found("smalltalk", "a")),
]


@pytest.fixture
def told():
    answers = {question.text: answer for question, answer in ASKED}
    ticks = iter(range(100))
    return evaluation.figures(evaluation.judge([q for q, _ in ASKED], lambda text: answers[text], lambda: next(ticks)))


def test_ranks_are_counted_over_answerable_questions(told):
    assert told.shares["right first"] == Share(1, 3)
    assert told.shares["in first three"] == Share(2, 3)
    assert told.mean_reciprocal_rank == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)


def test_kinds_are_counted_where_they_matter(told):
    assert told.shares["refused though answerable"] == Share(1, 3)
    assert told.shares["right one among the choice"] == Share(1, 1)
    assert told.shares["right when answered directly"] == Share(1, 1)
    assert told.shares["out of scope recognised, near ones"] == Share(0, 1)
    assert told.shares["urgent: numbers shown"] == Share(1, 1)
    assert told.shares["urgent: as urgent"] == Share(0, 1)
    assert told.shares["others with an alert"] == Share(0, 5)
    assert told.shares["language right"] == Share(5, 6)


def test_confusions_and_slices_name_what_went_wrong(told):
    assert set(told.confusions) == {("a", "c", 1), ("a", "b", 1)}
    assert told.slices["typo"] == (Share(0, 1), Share(1, 1))


def test_latency_is_what_the_stopwatch_says(told):
    assert told.milliseconds == (1000, 1000)


def test_the_interval_is_wilsons():
    low, high = Share(9, 10).interval
    assert (low, high) == (pytest.approx(0.596, abs=0.001), pytest.approx(0.982, abs=0.001))
    assert Share(0, 0).interval == (0, 1)


def test_the_report_shows_every_figure(told):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(evaluation.report(told))
    text = console.export_text()
    assert all(name in text for name in told.shares)


def test_a_bad_line_is_named():
    with pytest.raises(evaluation.QuestionError, match="line 2"):
        evaluation.questions('{"id": "1", "lang": "en", "text": "x", "gold": ["a"]}\n{"id": 2}\n')


def test_spellings_that_must_not_matter():
    cyrillic = Question("1", "sr-Cyrl", "Ђак у кући", ("schools",))
    assert evaluation.other_spellings(cyrillic) == ("Đak u kući", "Ђак у кући", "Djak u kuci")
    assert evaluation.other_spellings(Question("2", "sq", "Çka është", ("help",))) == ("Cka eshte",)
    assert evaluation.other_spellings(Question("3", "en", "what", ("help",))) == ()


def test_near_copies_share_a_fold():
    texts = ["kako da dobijem grant za selo", "kako da dobijem grant za sela", "ku eshte shkolla", "sta je vakcina"]
    group = evaluation.groups_of_copies(texts)
    assert group[0] == group[1]
    assert len({group[0], group[2], group[3]}) == 3
