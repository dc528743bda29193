"""How well the search does on questions whose answers are known: figures, and a report of them.

Pure: the questions come as text, the search as a function, the time from the caller's stopwatch.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from rich.console import Group
from rich.table import Table

from bot.errors import PlainError
from bot.languages import mend, to_cyrillic, to_latin
from bot.library import Library
from bot.messages import Language
from bot.search import Found, Index
from bot.search.corpus import CLEAR, DOUBTFUL, NONE, NOT_URGENT, TALK, Sample, samples
from bot.search.features import Vocabulary, count
from bot.search.model import Model
from bot.search.places import Gazetteer
from bot.search.speech import WRITTEN_AS

SPECIAL: Final = ("none", "smalltalk", "urgent", "alert", "not-urgent")
NEAR_SCOPE: Final = "near-scope"
FIRST_FEW: Final = 3
NEAR_COPY: Final = 0.6  # cosine of the n-grams from which two examples stay in one fold
FOLDS: Final = 5

Ask = Callable[[str], Found]
Stopwatch = Callable[[], float]


class QuestionError(PlainError):
    """A line of the questions file cannot be used; the sentence says which and why."""


class Question(msgspec.Struct, frozen=True):
    """One line: a message and what would be right. `gold` holds article ids, none, smalltalk or urgent.

    Our own examples may also be alert (doubtful) and not-urgent (only sounding so)."""

    id: str
    lang: Language
    text: str
    gold: tuple[str, ...]
    tags: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether an article is the right answer."""
        return bool(self.gold) and self.gold[0] not in SPECIAL


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, what the search gave, how long it took (seconds), and whether both Serbian scripts agree."""

    question: Question
    found: Found
    seconds: float
    same_in_other_spelling: bool

    @property
    def rank(self) -> int | None:
        """The place of the first right article in the ranking, from 1."""
        places = (place for place, hit in enumerate(self.found.ranking, 1) if hit.article in self.question.gold)
        return next(places, None)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson 95 % interval (https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval)."""
        if not self.of:
            return 0.0, 1.0
        z, p, n = 1.96, self.value, self.of
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "–"
        low, high = self.interval
        return f"{self.value:.3f} [{low:.2f}–{high:.2f}] ({self.of})"


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything `prag evaluate` tells. Shares by name; `slices`: right-first and in-first-three by language and tag."""

    shares: Mapping[str, Share]
    mean_reciprocal_rank: float
    slices: Mapping[str, tuple[Share, Share]]
    kinds: Mapping[tuple[str, str], int]
    confusions: Sequence[tuple[str, str, int]]
    milliseconds: tuple[float, float]


def questions(text: str) -> list[Question]:
    """The questions of a JSON-lines file. Raises QuestionError naming the first line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(msgspec.json.decode(line, type=Question))
            except msgspec.DecodeError as error:
                raise QuestionError(f"line {number} is not a question ({error}); it needs id, lang, text and gold") from error
    return found


def judge(asked: Iterable[Question], ask: Ask, stopwatch: Stopwatch) -> list[Judged]:
    """Each question answered once by `ask`, timed by `stopwatch` (seconds), and once in its other spelling."""
    judged = []
    for question in asked:
        start = stopwatch()
        found = ask(question.text)
        seconds = stopwatch() - start
        same = all(_first(ask(other)) == _first(found) for other in other_spellings(question))
        judged.append(Judged(question, found, seconds, same))
    return judged


def other_spellings(question: Question) -> tuple[str, ...]:
    """The same question in the spellings that must make no difference: the other script, no accents."""
    if question.lang == "sq":
        return (question.text.translate(str.maketrans("ëËçÇ", "eEcC")),)
    if question.lang == "en":
        return ()
    latin = to_latin(mend(question.text))
    bare = latin.translate(str.maketrans("čćšžČĆŠŽ", "ccszCCSZ")).replace("đ", "dj").replace("Đ", "Dj")
    return (latin, to_cyrillic(latin), bare) if question.lang == "sr-Cyrl" else (to_cyrillic(latin), bare)


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of these judgements."""
    good = [j for j in judged if j.question.answerable]
    ranks = [j.rank for j in good]
    times = sorted(j.seconds * 1000 for j in judged) or [0.0]
    return Figures(
        shares={**_good_shares(good), **_other_shares(judged)},
        mean_reciprocal_rank=sum(1 / rank for rank in ranks if rank) / max(len(ranks), 1),
        slices=_slices(good),
        kinds=Counter((_sort_of(j.question), j.found.kind) for j in judged),
        confusions=_confusions(good),
        milliseconds=(times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]),
    )


def report(told: Figures) -> Group:
    """The figures as tables for a terminal."""
    overall = _table("Search", "figure", "share [95 %] (of)")
    for name, share in told.shares.items():
        overall.add_row(name, str(share))
    overall.add_row("mean reciprocal rank", f"{told.mean_reciprocal_rank:.3f}")
    overall.add_row("milliseconds, p50 / p99", f"{told.milliseconds[0]:.2f} / {told.milliseconds[1]:.2f}")
    slices = _table("Answerable questions", "of", "right first", "in first three")
    for name, (first, three) in told.slices.items():
        slices.add_row(name, str(first), str(three))
    kinds = _table("What was done", "right would be", "kind", "questions")
    for (sort, kind), times in sorted(told.kinds.items()):
        kinds.add_row(sort, kind, str(times))
    confusions = _table("Taken for another", "right", "found first", "times")
    for right, wrong, times in told.confusions:
        confusions.add_row(right, wrong, str(times))
    return Group(overall, slices, kinds, confusions)


# --- cross-validation over our own examples -----------------------------------------------------


def cross_validate(library: Library, stopwatch: Stopwatch, folds: int = FOLDS) -> list[Judged]:
    """Each example sentence of the library, judged by an index that has not seen it or a near copy of it."""
    judged: list[Judged] = []
    for index, unseen in held_out(library, folds):
        judged += judge(map(_question, unseen), index.find, stopwatch)
    return judged


def held_out(library: Library, folds: int = FOLDS) -> Iterator[tuple[Index, list[Sample]]]:
    """For each fold an index that has not learnt it, and its example sentences."""
    every = samples(library)
    fold_of = _folds(every, folds)
    gazetteer = Gazetteer(library.municipalities)
    for fold in range(folds):
        learnt = [sample for sample, own in zip(every, fold_of, strict=True) if own != fold]
        unseen = [sample for sample, own in zip(every, fold_of, strict=True) if own == fold]
        yield Index(library, Model.learn(learnt, gazetteer)), unseen


def _question(sample: Sample) -> Question:
    tags = (NEAR_SCOPE,) if sample.label == NONE + "near" else ()
    return Question(sample.label, WRITTEN_AS[sample.language], sample.text, (_gold(sample.label),), tags)


def _folds(every: Sequence[Sample], folds: int) -> list[int]:
    """The fold of each sample; titles, summaries and keywords are in none (-1): they are always learnt from."""
    group = groups_of_copies([sample.text for sample in every])
    chance = np.random.default_rng(1)
    fold = chance.integers(0, folds, len(every)).tolist()
    return [fold[group[row]] if sample.example else -1 for row, sample in enumerate(every)]


def groups_of_copies(texts: Sequence[str]) -> list[int]:
    """For each text the number of its group: near copies, and copies of copies, share one."""
    counts = [count(text.split()) for text in texts]
    vocabulary = Vocabulary.of(counts)
    vectors = [vocabulary.vector(counted) for counted in counts]
    holders: list[list[tuple[int, float]]] = [[] for _ in range(len(vocabulary))]
    group = list(range(len(texts)))
    rare = max(len(texts) / 20, 50)  # what many texts hold tells nothing of a copy
    held = Counter(int(place) for places, _ in vectors for place in places)
    for row, (places, values) in enumerate(vectors):
        alike: dict[int, float] = defaultdict(float)
        norm = 0.0
        for place, value in zip(places.tolist(), values.tolist(), strict=True):
            if held[place] <= rare:
                norm += value * value
                for other, weight in holders[place]:
                    alike[other] += value * weight
                holders[place].append((row, value))
        for other, likeness in alike.items():
            if likeness > NEAR_COPY * max(norm, 1e-9):
                _join(group, row, other)
    return [_root(group, row) for row in range(len(texts))]


def _root(group: list[int], row: int) -> int:
    while group[row] != row:
        group[row] = group[group[row]]
        row = group[row]
    return row


def _join(group: list[int], one: int, other: int) -> None:
    group[_root(group, one)] = _root(group, other)


def _gold(label: str) -> str:
    """What a class of the corpus would be as the gold of a question."""
    if not label.startswith("!"):
        return label
    special = {CLEAR: "urgent", DOUBTFUL: "alert", NOT_URGENT: "not-urgent"}
    return special.get(label, "smalltalk" if label.startswith(TALK) else "none")


# --- shares --------------------------------------------------------------------------------------


def _share(judged: Iterable[Judged], holds: Callable[[Judged], bool]) -> Share:
    told = [holds(j) for j in judged]
    return Share(sum(told), len(told))


def _right(j: Judged) -> bool:
    return j.rank == 1


def _near(j: Judged) -> bool:
    return j.rank is not None and j.rank <= FIRST_FEW


def _refused(j: Judged) -> bool:
    return j.found.kind not in ("article", "choose")


def _good_shares(good: Sequence[Judged]) -> dict[str, Share]:
    direct = [j for j in good if j.found.kind == "article"]
    return {
        "right first": _share(good, _right),
        "in first three": _share(good, _near),
        "answered directly": Share(len(direct), len(good)),
        "right when answered directly": _share(direct, _right),
        "offered a choice": _share(good, lambda j: j.found.kind == "choose"),
        "right one among the choice": _share(
            [j for j in good if j.found.kind == "choose"], lambda j: j.rank is not None and j.rank <= j.found.choices
        ),
        "refused though answerable": _share(good, _refused),
    }


def _other_shares(judged: Sequence[Judged]) -> dict[str, Share]:
    none = [j for j in judged if j.question.gold[0] == "none"]
    urgent = [j for j in judged if j.question.gold[0] == "urgent"]
    others = [j for j in judged if not {"urgent", "alert"} & set(j.question.gold)]
    return {
        "out of scope recognised": _share(none, _refused),
        "out of scope recognised, near ones": _share([j for j in none if NEAR_SCOPE in j.question.tags], _refused),
        "small talk recognised": _share([j for j in judged if j.question.gold[0] == "smalltalk"], lambda j: j.found.kind == "smalltalk"),
        "urgent: numbers shown": _share(urgent, lambda j: j.found.kind == "urgent" or j.found.alert),
        "urgent: as urgent": _share(urgent, lambda j: j.found.kind == "urgent"),
        "doubtful: numbers shown": _share(
            [j for j in judged if j.question.gold[0] == "alert"], lambda j: j.found.kind == "urgent" or j.found.alert
        ),
        "others taken for urgent": _share(others, lambda j: j.found.kind == "urgent"),
        "others with an alert": _share(others, lambda j: j.found.alert),
        "language right": _share(judged, lambda j: j.found.language == j.question.lang),
        "same in every spelling": _share(judged, lambda j: j.same_in_other_spelling),
    }


def _slices(good: Sequence[Judged]) -> dict[str, tuple[Share, Share]]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for j in good:
        for name in (j.question.lang, *(j.question.tags or ("no tag",))):
            parts[name].append(j)
    return {name: (_share(part, _right), _share(part, _near)) for name, part in sorted(parts.items())}


def _confusions(good: Sequence[Judged]) -> list[tuple[str, str, int]]:
    wrong = Counter((j.question.gold[0], j.found.ranking[0].article) for j in good if j.found.ranking and not _right(j))
    return [(right, found, times) for (right, found), times in wrong.most_common(30)]


def _sort_of(question: Question) -> str:
    return "an article" if question.answerable else question.gold[0]


def _first(found: Found) -> str | None:
    return found.ranking[0].article if found.ranking else None


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table
