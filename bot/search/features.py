"""What a text is made of, for the ranking: pieces of words, words without their endings, neighbours.

A Serbian or Albanian word changes its ending and loses its accents; its first five letters seldom
change, and a mistyped word still shares most of its short pieces with the right one.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

PREFIX: Final = 5  # letters of a word that count as the word
PIECES: Final = (3, 4, 5)  # lengths of the pieces, the spaces around the word included
LONGEST_WORD: Final = 40  # letters; what is longer is no word

Floats = NDArray[np.float32]
Places = NDArray[np.int32]


def stem(word: str) -> str:
    """The part of a folded word that its endings leave alone."""
    return word[:PREFIX]


def features(words: Iterable[str], marks: Iterable[str] = ()) -> Iterator[str]:
    """Every feature of a text of folded `words`, as often as it occurs; `marks` are features found otherwise."""
    before = ""
    for long in words:
        word = long[:LONGEST_WORD]
        padded = f" {word} "
        for size in PIECES:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]
        now = stem(word)
        yield f"#{now}"
        if before:
            yield f"&{before}_{now}"
        before = now
    yield from (f"@{mark}" for mark in marks)


def count(words: Iterable[str], marks: Iterable[str] = ()) -> Counter[str]:
    """How often each feature occurs in the text."""
    return Counter(features(words, marks))


class Vocabulary:
    """The features that occur in the corpus at least twice, with their weight: the rarer, the heavier."""

    def __init__(self, names: Iterable[str], weights: Floats) -> None:
        self.names = tuple(names)
        self.weights = weights
        self.places: Mapping[str, int] = {name: place for place, name in enumerate(self.names)}

    @classmethod
    def of(cls, texts: list[Counter[str]], at_least: int = 2) -> "Vocabulary":
        """The vocabulary of these counted texts."""
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(text.keys())
        names = sorted(name for name, times in seen.items() if times >= at_least)
        total = len(texts) + 1
        weights = [math.log(total / (seen[name] + 1)) + 1 for name in names]
        return cls(names, np.array(weights, np.float32))

    def __len__(self) -> int:
        return len(self.names)

    def vector(self, counts: Mapping[str, int]) -> tuple[Places, Floats]:
        """The text as a sparse vector of length 1: the places of its known features and their values."""
        known = self.places
        pairs = [(known[name], times) for name, times in counts.items() if name in known]
        if not pairs:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        table = np.array(pairs, np.int32)
        places = table[:, 0]
        values = (1 + np.log(table[:, 1], dtype=np.float32)) * self.weights[places]
        return places, (values / np.sqrt(values @ values)).astype(np.float32)
