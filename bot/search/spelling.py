"""Mistyped words put right, for the ranking only, to words the corpus knows: it cannot invent any."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST: Final = 5  # letters a word needs before it is put right
TWO_WRONG: Final = 8  # letters from which two may be wrong
MOST: Final = 10  # words put right in one message: the rest of a long one stays as it is


class Spelling:
    """The corpus's words, by first letter and length."""

    def __init__(self, times: Mapping[str, int]) -> None:
        self.times = times
        self.near: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in times:
            if len(word) >= SHORTEST - 1:
                self.near[word[0], len(word)].append(word)

    def mend(self, words: Sequence[str]) -> list[str]:
        """`words` with up to MOST unknown ones replaced by the known word they are most likely meant to be."""
        mended, tried = [], 0
        for word in words:
            unknown = len(word) >= SHORTEST and word not in self.times
            tried += unknown
            mended.append(self.meant(word) if unknown and tried <= MOST else word)
        return mended

    def meant(self, word: str) -> str:
        """The nearest known word with the same first letter, the more frequent of two; else `word`."""
        wrong = 2 if len(word) >= TWO_WRONG else 1
        best, rank = word, (wrong + 1, 0)
        for known, distance in self._close(word, wrong):
            now = (distance, -self.times[known])
            if now < rank:
                best, rank = known, now
        return best

    def _close(self, word: str, wrong: int) -> Iterable[tuple[str, int]]:
        for size in range(len(word) - wrong, len(word) + wrong + 1):
            known = self.near.get((word[0], size), ())
            for choice, distance, _ in process.extract_iter(word, known, scorer=OSA.distance, score_cutoff=wrong):
                yield choice, int(distance)
