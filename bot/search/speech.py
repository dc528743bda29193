"""Which of the four languages a message is in."""

from typing import Final

import numpy as np

from bot.languages import certain_language
from bot.messages import Language
from bot.search.corpus import LANGUAGE
from bot.search.features import Floats

FEW_WORDS: Final = 2
NARROW: Final = 0.5  # margin between the best two languages under which a short message tells little
WRITTEN_AS: Final[dict[str, Language]] = {"sr": "sr-Latn", "sq": "sq", "en": "en"}
DEFAULT: Final[Language] = "sr-Latn"


class Listener:
    """Tells languages apart: by letters first, then by the margins the model gives them."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        spoken = [(place, name.removeprefix(LANGUAGE)) for place, name in enumerate(columns) if name.startswith(LANGUAGE)]
        self.places = [place for place, _ in spoken]
        self.names = [WRITTEN_AS[name] for _, name in spoken]

    def hear(self, text: str, words: int, margins: Floats, conversation: Language | None) -> tuple[Language, bool]:
        """The language of `text`, and whether it is sure. Shared words keep the conversation's language."""
        certain = certain_language(text)
        if certain:
            return certain, True
        if not words or not self.places:
            return conversation or DEFAULT, False
        own = margins[self.places]
        order = np.argsort(-own, kind="stable")
        best = self.names[int(order[0])]
        gap = float(own[order[0]] - own[order[1]]) if len(order) > 1 else NARROW
        if gap >= (NARROW if words <= FEW_WORDS else NARROW / 5):
            return best, True
        return conversation or best, False
