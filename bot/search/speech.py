"""Which of the four languages a message is in."""

from typing import Final

import numpy as np

from bot.languages import certain_language
from bot.messages import Language
from bot.search.corpus import LANGUAGE
from bot.search.features import Floats

FEW_WORDS: Final = 2
NARROW: Final = 0.5  # margin between the best two languages under which a short message tells little
LETTERS: Final = 0.8  # what letters of one language add to its margin: an English message may name Niš
WRITTEN_AS: Final[dict[str, Language]] = {"sr": "sr-Latn", "sq": "sq", "en": "en"}
ENGLISH: Final = -0.15  # added to its margin where words do not tell: few of those who write use it
DEFAULT: Final[Language] = "sr-Latn"


class Listener:
    """Tells languages apart: Cyrillic at once, the others by the margins the model gives them and by their letters."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        spoken = [(place, name.removeprefix(LANGUAGE)) for place, name in enumerate(columns) if name.startswith(LANGUAGE)]
        self.places = [place for place, _ in spoken]
        self.names = [WRITTEN_AS[name] for _, name in spoken]

    def hear(self, text: str, words: int, margins: Floats, conversation: Language | None, *, known: bool) -> tuple[Language, bool]:
        """The language of `text`, and whether it is sure; `known`: whether any of its words was ever seen.

        Words that languages share, and short ones that nobody knows, keep the conversation's language.
        """
        certain = certain_language(text)
        if certain == "sr-Cyrl":
            return certain, True
        if not words or not self.places:
            return certain or conversation or DEFAULT, certain is not None
        own = margins[self.places] + LETTERS * np.array([name == certain for name in self.names], np.float32)
        order = np.argsort(-own, kind="stable")
        gap = float(own[order[0]] - own[order[1]]) if len(order) > 1 else NARROW
        heard = known or certain is not None
        if gap >= (NARROW if words <= FEW_WORDS else NARROW / 5) and (heard or words > FEW_WORDS):
            return self.names[int(order[0])], True
        return conversation or (self._usual(own) if heard else DEFAULT), False

    def _usual(self, own: Floats) -> Language:
        """The likeliest language of words that several share."""
        weighed = own + ENGLISH * np.array([name == "en" for name in self.names], np.float32)
        return self.names[int(weighed.argmax())]
