"""What the ranking has learnt, as arrays: from samples to a Model, from a folded text to Evidence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.search import corpus, words
from bot.search.features import Floats, Places, Vocabulary, count, stem
from bot.search.places import Gazetteer, Named
from bot.search.spelling import Spelling
from bot.search.training import train


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model sees in a text.

    `columns`: the margin of each column, above 0 where the text looks like it. `words`: BM25 of each
    article. Both as if mistyped words had been typed right. `known`: the share of the words, as they
    were typed, that occur in articles: nonsense is not to be pulled into scope by putting it right.
    """

    columns: Floats
    words: Floats
    known: float
    place: Named | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """All that is learnt, as names and arrays. `weights`: a row a feature and one for the bias, a column a column."""

    columns: tuple[str, ...]
    features: tuple[str, ...]
    rarity: Floats
    weights: Floats
    stems: tuple[str, ...]
    grid: Floats
    words: tuple[str, ...]
    times: NDArray[np.int32]

    def whole(self) -> bool:
        """Whether the arrays fit each other."""
        return (
            self.rarity.shape == (len(self.features),)
            and self.weights.shape == (len(self.features) + 1, len(self.columns))
            and self.grid.shape == (len(self.stems), sum(not name.startswith("!") for name in self.columns))
            and self.times.shape == (len(self.words),)
        )


class Model:
    """Linear weights over the features of a text, and BM25 over its words."""

    def __init__(self, learnt: Learnt, gazetteer: Gazetteer) -> None:
        self.learnt = learnt
        self.columns = learnt.columns
        self.articles = tuple(name for name in self.columns if not name.startswith("!"))
        self.vocabulary = Vocabulary(learnt.features, learnt.rarity)
        self.weights = learnt.weights
        self.grid = learnt.grid
        self.gazetteer = gazetteer
        self.spelling = Spelling(dict(zip(learnt.words, learnt.times.tolist(), strict=True)))
        self._rows: Mapping[str, int] = {name: row for row, name in enumerate(learnt.stems)}

    @classmethod
    def learn(cls, samples: list[corpus.Sample], gazetteer: Gazetteer) -> "Model":
        """The model of these samples; a few seconds. The same samples always give the same model."""
        columns = corpus.columns(samples)
        counts = []
        for sample in samples:
            own = sample.text.split()
            counts.append(count(own, _marks(gazetteer.find(own))))
        vocabulary = Vocabulary.of(counts)
        vectors = [vocabulary.vector(counted) for counted in counts]
        weights = _as_kept(train(vectors, corpus.targets(samples, columns), len(vocabulary)))
        stems, grid = words.table(samples, [name for name in columns if not name.startswith("!")])
        grid = _as_kept(grid)
        times = Counter(word for sample in samples for word in sample.text.split())
        learnt = Learnt(
            columns, vocabulary.names, vocabulary.weights, weights, stems, grid, tuple(times), np.array(list(times.values()), np.int32)
        )
        return cls(learnt, gazetteer)

    def vector(self, own: Sequence[str], place: Named | None) -> tuple[Places, Floats]:
        """The folded words of a text as a sparse vector."""
        return self.vocabulary.vector(count(own, _marks(place)))

    def weigh(self, folded: str) -> Evidence:
        """The evidence of a folded text."""
        own = folded.split()
        right = self.spelling.mend(own)
        place = self.gazetteer.find(own) or self.gazetteer.find(right)
        places, values = self.vector(right, place)
        margins = values @ self.weights[places] + self.weights[-1]
        known = sum(stem(word) in self._rows for word in own) / max(len(own), 1)
        rows = sorted({row for word in right if (row := self._rows.get(stem(word))) is not None})
        return Evidence(margins, self.grid[rows].sum(0), known, place)


def _as_kept(weights: Floats) -> Floats:
    """With the precision they are kept in, so that a kept model answers exactly as the learnt one."""
    return weights.astype(np.float16).astype(np.float32)


def _marks(place: Named | None) -> tuple[str, ...]:
    return (place.mark,) if place else ()
