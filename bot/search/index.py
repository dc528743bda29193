"""The first, simple index: the nearest example by character n-grams."""

import math
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from bot.languages import certain_language, fold
from bot.library import Library
from bot.messages import Language
from bot.search.found import Found, Hit

LIMIT = 500


def _grams(text: str) -> Counter[str]:
    padded = f" {fold(text)[:LIMIT]} "
    return Counter(padded[i : i + n] for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1))


class Index:
    """Every sentence of the library as n-grams, with the article or class it speaks for."""

    def __init__(self, library: Library) -> None:
        self.library = library
        rows: list[tuple[str, str]] = []
        for article in library.articles.values():
            for language in ("sr-Latn", "sq", "en"):
                version = article.versions[language]  # type: ignore[index]
                rows += [(article.id, t) for t in (version.title, *version.examples, *version.keywords)]
        for urgent in library.urgent.values():
            rows += [("!urgent", t) for t in urgent.clear] + [("!alert", t) for t in urgent.doubtful]
        for kinds in library.small_talk.values():
            rows += [(f"!talk {kind}", t) for kind, texts in kinds.items() for t in texts]
        for kinds in library.out_of_scope.values():
            rows += [("!none", t) for texts in kinds.values() for t in texts]
        self.labels = sorted({label for label, _ in rows})
        place = {label: i for i, label in enumerate(self.labels)}
        self.rows = np.array([place[label] for label, _ in rows])
        counts = [_grams(text) for _, text in rows]
        seen = Counter(g for c in counts for g in c)
        self.idf = {g: math.log(len(rows) / n) for g, n in seen.items()}
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for i, c in enumerate(counts):
            norm = math.sqrt(sum((self.idf[g] * (1 + math.log(n))) ** 2 for g, n in c.items())) or 1.0
            for g, n in c.items():
                postings[g].append((i, self.idf[g] * (1 + math.log(n)) / norm))
        self.postings = {g: (np.array([i for i, _ in p]), np.array([w for _, w in p])) for g, p in postings.items()}
        self.patterns = [re.compile(p) for u in library.urgent.values() for p in u.patterns]

    @classmethod
    def build(cls, library: Library, cache: Path | None = None) -> "Index":
        """The index of `library`; `cache` is a folder where it may be kept between starts."""
        del cache
        return cls(library)

    def find(self, text: str, conversation_language: Language | None = None) -> Found:
        """What the library has for `text`."""
        query = {g: self.idf[g] * (1 + math.log(n)) for g, n in _grams(text).items() if g in self.postings}
        norm = math.sqrt(sum(w * w for w in query.values())) or 1.0
        scores = np.zeros(len(self.rows))
        for g, w in query.items():
            places, weights = self.postings[g]
            scores[places] += weights * w / norm
        best = np.zeros(len(self.labels))
        np.maximum.at(best, self.rows, scores)
        order = [int(i) for i in np.argsort(-best, kind="stable")]
        hits = tuple(Hit(self.labels[i], float(best[i])) for i in order if self.labels[i][0] != "!")
        top, score = self.labels[order[0]], best[order[0]]
        certain = certain_language(text)
        language = certain or conversation_language or "sr-Latn"
        kind = "article" if score >= 0.25 else "unknown"
        talk = top.removeprefix("!talk ") if top.startswith("!talk") and score >= 0.25 else None
        if top == "!urgent" and score >= 0.25 or any(p.search(fold(text)) for p in self.patterns):
            kind = "urgent"
        elif talk:
            kind = "smalltalk"
        elif top == "!none":
            kind = "unknown"
        return Found(kind, hits, language, certain is not None, alert=top == "!alert", small_talk=talk)  # type: ignore[arg-type]
