"""A message made ready for the ranking: its telling part, folded."""

import re
from typing import Final

from bot.languages import fold

LIMIT: Final = 500  # characters of a message that are read
_SHARES: Final = ((0.0, 0.5), (0.5, 0.15), (1.0, 0.35))  # where in the message, how much of the limit
_BREAK: Final = re.compile(r"\s")


def excerpt(text: str) -> str:
    """`text`, or where it is longer than LIMIT its beginning, a piece of its middle and its end.

    People say what they want first or last. The work does not grow with the message.
    """
    if len(text) <= LIMIT:
        return text
    pieces = []
    for where, share in _SHARES:
        size = int(LIMIT * share)
        start = int((len(text) - size) * where)
        pieces.append(_whole_words(text[start : start + size], first=where == 0, last=where == 1))
    return " . ".join(pieces)


def _whole_words(piece: str, *, first: bool, last: bool) -> str:
    """`piece` without the words cut in two at its edges."""
    breaks = [found.start() for found in _BREAK.finditer(piece)]
    start = 0 if first or not breaks else breaks[0]
    end = len(piece) if last or not breaks else breaks[-1]
    return piece[start:end]


def read(text: str) -> str:
    """The folded telling part of a message: at most a little over LIMIT characters."""
    return fold(excerpt(text))
