"""Which municipality a text names, in any of its names, in any case, in either language.

Folded names are looked up by the word without its ending; a long name may have one letter wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from bot.entries import Municipality
from bot.languages import fold

# What may follow the unchanging part of a name: Serbian cases, adjectives; Albanian cases and articles.
ENDINGS: Final = frozenset(
    ["", "a", "e", "i", "o", "u", "om", "em", "ama", "ima", "ane", "cu", "ca", "cem", "ice", "ici",
     "es", "en", "it", "in", "ve", "n", "t", "s", "ja", "se", "s", "jes", "ut", "un", "te", "je", "ne",
     "og", "oj", "om", "im", "ih", "skoj", "ska", "sku", "ske", "ski", "skom", "sko", "ani", "ane", "as", "at", "ci"]
)  # fmt: skip
LINKS: Final = frozenset(["i", "e", "te", "se"])  # what joins the words of an Albanian name, by case
LONGEST_ENDING: Final = 4
LONG_NAME: Final = 7  # letters from which one wrong letter is forgiven
# Words that may stand with a bare place name without asking anything.
BESIDE: Final = frozenset(["u", "na", "iz", "kod", "za", "od", "do", "opstina", "opstine", "opstini", "grad", "komuna", "komunen", "ne", "te", "tek", "nga", "per", "prej", "n", "in", "at", "from", "near", "for", "the", "of", "a", "e", "i", "municipality"])  # fmt: skip

# Everyday words (year, burns, up, stove, kids, Gorani) that look like a form of a name.
NO_PLACES: Final = frozenset(
    ["vit", "vitit", "vitin", "vite", "gori", "gore", "gorani", "gorane", "goranin", "pece", "pecem", "pecat", "klinci", "klinac", "rekao"]
)


@dataclass(frozen=True, slots=True)
class Named:
    """A municipality a text names, and whether the text holds next to nothing else."""

    municipality: str
    alone: bool
    mark: str


class Gazetteer:
    """All names of all municipalities, by the unchanging part of their last word."""

    def __init__(self, municipalities: Mapping[str, Municipality]) -> None:
        self.municipalities = municipalities
        self.names: dict[tuple[str, ...], str] = {}
        for place in municipalities.values():
            for name in (place.sr, place.sq, *place.also):
                for spelt in forms(fold(name).split()):
                    self.names.setdefault(spelt, place.id)
        main = {root(fold(name)): place.id for place in municipalities.values() for name in (place.sr, place.sq)}
        self.long_roots = {name: place for name, place in main.items() if len(name) >= LONG_NAME - 1}
        self.sizes = sorted({len(name) for name in self.names}, reverse=True)
        self.first = {name[0][:2] for name in self.names}

    def find(self, words: Sequence[str]) -> Named | None:
        """The first municipality named among the folded `words`, the longest name where two fit."""
        for start, word in enumerate(words):
            if word[:2] not in self.first or word in NO_PLACES:
                continue
            for size in self.sizes:
                place = self.named(words[start : start + size]) if start + size <= len(words) else None
                if place:
                    rest = [*words[:start], *words[start + size :]]
                    return Named(place, all(w in BESIDE for w in rest), self.mark(place))
        return None

    def named(self, words: Sequence[str]) -> str | None:
        """The municipality these words are the whole name of."""
        choices = [list(roots(word)) for word in words]
        for name in _products(choices):
            if name in self.names:
                return self.names[name]
        return self.mistyped(words[0]) if len(words) == 1 and len(words[0]) >= LONG_NAME else None

    def mistyped(self, word: str) -> str | None:
        """The municipality whose long name differs from `word` in one letter, endings aside."""
        for known, place in self.long_roots.items():
            if known[0] == word[0] and OSA.distance(known, word[: len(known)], score_cutoff=1) <= 1 and word[len(known) :] in ENDINGS:
                return place
        return None

    def mark(self, place: str) -> str:
        """What the ranking is told: which kind of place is named, not which one."""
        return "gjakova" if place == "gjakova" else "north" if self.municipalities[place].north else "place"


def forms(words: list[str]) -> Iterator[tuple[str, ...]]:
    """A folded name by its roots, and again without the a that leaves Serbian names in their cases."""
    yield tuple(map(root, words))
    if words and words[-1].endswith("ac"):
        yield (*map(root, words[:-1]), words[-1][:-2] + "c")


def root(word: str) -> str:
    """The part of a folded name that its cases leave alone: Prizrena → prizren, Gjakovë → gjakov."""
    if word in LINKS:
        return "e"
    return word[:-1] if len(word) > 3 and word[-1] in "aeiou" else word


def roots(word: str) -> Iterator[str]:
    """Every root `word` may be a form of, the longest first."""
    if word in LINKS:
        yield "e"
    for cut in range(max(0, min(LONGEST_ENDING, len(word) - 2)) + 1):
        end = len(word) - cut
        if word[end:] in ENDINGS:
            yield word[:end]


def _products(choices: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """Every way to take one of each."""
    if not choices:
        yield ()
        return
    for first in choices[0]:
        for others in _products(choices[1:]):
            yield (first, *others)
