"""What a search gives: the ranked articles, how sure it is, and what else it noticed."""

from dataclasses import dataclass
from typing import Literal

from bot.messages import Language

FoundKind = Literal["article", "choose", "unknown", "urgent", "smalltalk"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One article and how well it fits: 0 to 1, the fits of all articles add up to at most 1."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one search.

    `kind` says what to do: answer with `ranking[0]`, let the person choose among the first three,
    say that we do not know, show the emergency numbers, or reply to `small_talk`. `ranking` always
    holds at least five articles (or all there are). `alert`: show the emergency numbers as a line
    above the normal answer. `language_sure` is False for words several languages share.
    `choices` is how many of the ranking to offer when the kind is `choose`.
    """

    kind: FoundKind
    ranking: tuple[Hit, ...]
    language: Language
    language_sure: bool
    alert: bool = False
    small_talk: str | None = None
    municipality: str | None = None
    choices: int = 3
    matched: tuple[str, ...] = ()

    @property
    def answer(self) -> str | None:
        """The id of the article to answer with, when the kind is `article`."""
        return self.ranking[0].article if self.kind == "article" and self.ranking else None
