"""What the ranking has learnt, as arrays: from samples to a Model, from a folded text to Evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.search import corpus, words
from bot.search.features import Floats, Places, Vocabulary, count, stem
from bot.search.places import Gazetteer, Named
from bot.search.training import train

FORMAT: Final = 1  # counts up when what is learnt changes its meaning


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model sees in a text.

    `columns`: the margin of each column, above 0 where the text looks like it. `words`: BM25 of each
    article. `known`: the share of the words that occur in articles.
    """

    columns: Floats
    words: Floats
    known: float
    place: Named | None


class Model:
    """Linear weights over the features of a text, and BM25 over its words."""

    def __init__(
        self, columns: Sequence[str], vocabulary: Vocabulary, weights: Floats, stems: Sequence[str], grid: Floats, gazetteer: Gazetteer
    ) -> None:
        self.columns = tuple(columns)
        self.articles = tuple(name for name in self.columns if not name.startswith("!"))
        self.vocabulary = vocabulary
        self.weights = weights
        self.stems = tuple(stems)
        self.grid = grid
        self.gazetteer = gazetteer
        self._rows: Mapping[str, int] = {name: row for row, name in enumerate(self.stems)}

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
        weights = train(vectors, corpus.targets(samples, columns), len(vocabulary))
        stems, grid = words.table(samples, [name for name in columns if not name.startswith("!")])
        return cls(columns, vocabulary, weights, stems, grid, gazetteer)

    def vector(self, own: Sequence[str], place: Named | None) -> tuple[Places, Floats]:
        """The folded words of a text as a sparse vector."""
        return self.vocabulary.vector(count(own, _marks(place)))

    def weigh(self, folded: str) -> Evidence:
        """The evidence of a folded text."""
        own = folded.split()
        place = self.gazetteer.find(own)
        places, values = self.vector(own, place)
        margins = values @ self.weights[places] + self.weights[-1]
        rows = [row for row in map(self._rows.get, map(stem, own)) if row is not None]
        return Evidence(margins, self.grid[sorted(set(rows))].sum(0), len(rows) / max(len(own), 1), place)


def _marks(place: Named | None) -> tuple[str, ...]:
    return (place.mark,) if place else ()
