"""From evidence to chances, and from chances to what to do.

Calibration is fitted by cross-validation over our own example sentences
(`python -m benchmarks.search.calibrate` prints it anew); Thresholds are chosen on the same unseen
sentences, so that at most 5 in 100 answerable ones are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.search.corpus import CLEAR, DOUBTFUL, LANGUAGE, NONE, TALK
from bot.search.features import Floats
from bot.search.found import FoundKind
from bot.search.model import Evidence


@dataclass(frozen=True, slots=True)
class Calibration:
    """How margins become chances: for each kind of column a slope, a start, and the weight of known words."""

    article: float = 5.7
    words: float = 1.49
    none: tuple[float, float, float] = (6.96, 5.56, -3.23)
    talk: tuple[float, float, float] = (17.65, 14.63, -3.29)
    clear: tuple[float, float] = (7.5, 2.76)
    doubtful: tuple[float, float] = (5.85, 1.89)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The chances from which something is done."""

    direct: float = 0.65  # an article's, to answer with it at once
    none: float = 0.22  # that no article answers, to say so
    talk: float = 0.55
    clear: float = 0.6  # that it is clearly urgent, to show the emergency numbers and nothing else
    alert: float = 0.09  # that it is perhaps urgent, to show them above the answer
    alert_brief: float = 0.25  # the same for BRIEF words or less: a few words alone prove little
    lead: float = 3.0  # how many times likelier than the third the second must be, to offer only two


CALIBRATION: Final = Calibration()
THRESHOLDS: Final = Thresholds()
BRIEF: Final = 3  # words
MUTE: Final = 3  # letters: “po”, “ne”, “da” alone are no cry for help, whatever they stand beside elsewhere
EVEN: Final = 2.0  # steadies the spread of word scores where few words are known


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each reading of a message is; together 1."""

    articles: Floats
    none: float
    talk: Floats
    clear: float
    doubtful: float


class Judge:
    """Turns evidence into chances and a decision, for the columns of one model."""

    def __init__(self, columns: Sequence[str], calibration: Calibration = CALIBRATION) -> None:
        self.calibration = calibration
        told = [name for name in columns if not name.startswith(LANGUAGE)]
        self.size = len(told)
        self.articles = sum(not name.startswith("!") for name in told)
        self.kinds = tuple(name.removeprefix(TALK) for name in told if name.startswith(TALK))
        self.talk = [place for place, name in enumerate(told) if name.startswith(TALK)]
        self.none = [place for place, name in enumerate(told) if name.startswith(NONE)]
        self.clear = [place for place, name in enumerate(told) if name == CLEAR]
        self.doubtful = [place for place, name in enumerate(told) if name == DOUBTFUL]
        self.slope, self.start, self.by_known = self._lines()

    def _lines(self) -> tuple[Floats, Floats, Floats]:
        c = self.calibration
        lines = np.zeros((3, self.size), np.float32)
        lines[0, : self.articles] = c.article
        for places, line in ((self.none, c.none), (self.talk, c.talk), (self.clear, (*c.clear, 0.0)), (self.doubtful, (*c.doubtful, 0.0))):
            lines[:, places] = np.array(line, np.float32)[:, None]
        return lines[0], lines[1], lines[2]

    def chances(self, evidence: Evidence) -> Chances:
        """How likely each reading is."""
        logits = self.slope * evidence.columns[: self.size] + self.start + self.by_known * evidence.known
        if self.articles:
            own = evidence.words
            middle = own.mean()
            logits[: self.articles] += self.calibration.words * (own - middle) / (own.std() + EVEN)
        chances: Floats = np.exp(logits - logits.max(initial=-np.inf)).astype(np.float32)
        chances /= max(float(chances.sum()), 1e-9)
        return Chances(
            chances[: self.articles],
            float(chances[self.none].sum()),
            chances[self.talk],
            float(chances[self.clear].sum()),
            float(chances[self.doubtful].sum()),
        )

    def talked(self, chances: Chances) -> str | None:
        """The kind of small talk this most likely is, if it likely is small talk."""
        if not self.kinds or chances.talk.sum() < THRESHOLDS.talk:
            return None
        return self.kinds[int(chances.talk.argmax())]


def decide(chances: Chances, order: Sequence[int], folded: str, *, talk: str | None, rings: bool) -> tuple[FoundKind, bool, int]:
    """What to do, whether to show the emergency numbers as a line, and how many articles to offer.

    `order`: the articles, best first. `rings`: a pattern says that `folded` is surely urgent.
    """
    limits = THRESHOLDS
    mute = len(folded) <= MUTE
    if rings or (chances.clear > limits.clear and not mute):
        return "urgent", False, 0
    enough = limits.alert_brief if len(folded.split()) <= BRIEF else limits.alert
    alert = not mute and chances.clear + chances.doubtful / 2 > enough
    if talk and not alert:
        return "smalltalk", False, 0
    best = [float(chances.articles[place]) for place in order[:3]]
    if not best or chances.none > limits.none:
        return "unknown", alert, 0
    if best[0] / max(sum(chances.articles), 1e-9) >= limits.direct:
        return "article", alert, 0
    two = len(best) < 3 or best[1] >= limits.lead * best[2]
    return "choose", alert, 2 if two else 3
