"""The sentences the ranking learns from: whose they are, and in which language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.languages import fold
from bot.library import Article, Library
from bot.search.training import Targets

CLEAR: Final = "!clear"
DOUBTFUL: Final = "!doubtful"
NOT_URGENT: Final = "!not-urgent"
NONE: Final = "!none-"
TALK: Final = "!talk-"
LANGUAGE: Final = "!language-"
WRITTEN: Final = {"sr-Latn": "sr", "sq": "sq", "en": "en"}  # the version of an article a language is read from


@dataclass(frozen=True, slots=True)
class Sample:
    """One folded sentence, what it speaks for, and whether it is an example question (not a title or keyword)."""

    label: str
    text: str
    language: str
    example: bool


def samples(library: Library) -> list[Sample]:
    """Every sentence of the library worth learning from, articles first, in a stable order."""
    found = [sample for article in library.articles.values() for sample in _of_article(article)]
    for language, urgent in library.urgent.items():
        for label, texts in ((CLEAR, urgent.clear), (DOUBTFUL, urgent.doubtful), (NOT_URGENT, urgent.not_urgent)):
            found += [Sample(label, fold(text), language, example=True) for text in texts]
    for prefix, classes in ((TALK, library.small_talk), (NONE, library.out_of_scope)):
        for language, kinds in classes.items():
            found += [Sample(prefix + kind, fold(text), language, example=True) for kind, texts in kinds.items() for text in texts]
    return found


def _of_article(article: Article) -> Iterator[Sample]:
    for reader, language in WRITTEN.items():
        version = article.versions[reader]  # type: ignore[index]
        for text in version.examples:
            yield Sample(article.id, fold(text), language, example=True)
        for text in (version.title, version.summary, *version.keywords):
            yield Sample(article.id, fold(text), language, example=False)


def columns(found: list[Sample]) -> tuple[str, ...]:
    """What is told apart: articles, the classes of other messages, and the languages."""
    labels = dict.fromkeys(sample.label for sample in found if sample.label != NOT_URGENT)
    return (*labels, *dict.fromkeys(LANGUAGE + sample.language for sample in found))


def targets(found: list[Sample], names: tuple[str, ...]) -> Targets:
    """For each sample and column: +1 it is, -1 it is not, 0 it does not say.

    A sentence that only sounds urgent says nothing of the articles; keywords may be shared by languages.
    """
    place = {name: column for column, name in enumerate(names)}
    told = np.full((len(found), len(names)), -1, np.int8)
    urgent = [place[label] for label in (CLEAR, DOUBTFUL) if label in place]
    spoken = [column for name, column in place.items() if name.startswith(LANGUAGE)]
    for row, sample in enumerate(found):
        if sample.label == NOT_URGENT:
            told[row] = 0
            told[row, urgent] = -1
            told[row, spoken] = -1
        else:
            told[row, place[sample.label]] = 1
        told[row, place[LANGUAGE + sample.language]] = 1
    return told
