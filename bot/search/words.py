"""BM25 over articles: how many of a text's words are an article's own.

Each article, in all its languages, is one document, its words counted without their endings.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from bot.search.corpus import Sample
from bot.search.features import Floats, stem

SATURATION: Final = 1.2
LENGTH: Final = 0.5


def table(samples: Iterable[Sample], articles: Sequence[str], shorten: Callable[[str], str] = stem) -> tuple[tuple[str, ...], Floats]:
    """Every word of the articles as `shorten` gives it, and what it adds to each article's score: one row a word."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        counts[sample.label].update(map(shorten, sample.text.split()))
    documents = [counts[article] for article in articles]
    seen: Counter[str] = Counter()
    for document in documents:
        seen.update(document.keys())
    names = tuple(sorted(seen))
    place = {name: row for row, name in enumerate(names)}
    grid = np.zeros((len(names), len(documents)), np.float32)
    for column, document in enumerate(documents):
        grid[[place[name] for name in document], column] = list(document.values())
    sizes = grid.sum(0)
    held = (grid > 0).sum(1)
    rarity = np.log1p((len(documents) - held + 0.5) / (held + 0.5))
    pull = SATURATION * (1 - LENGTH + LENGTH * sizes / max(float(sizes.sum()) / max(len(documents), 1), 1))
    return names, (rarity[:, None] * grid * (SATURATION + 1) / (grid + pull)).astype(np.float32)
