"""One long text → several messages, none longer than the platform takes.

Small Markdown is cut between paragraphs where that is possible, else between lines, sentences,
words; never inside a word, an address, **bold** or a [link](https://...). Only what alone is longer
than a message is cut inside: bold and links are then closed and opened again.

Lengths are of the text as it is shown (markup not counted), in UTF-16 units. Serbian Љ, Њ and Џ
count as the two letters their Latin twins have, and a pair of letters that is one of them in the
other alphabet is never parted, so that the same text has the same parts in both alphabets.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from bot.markup import INLINE, plain

_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n\s*")
_LINE: Final = re.compile(r"\n[^\S\n]*")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\"'”“»’)*\]]*\s+(?=[\"'„“«»‘(*\[]*([^\W\d_]))")
# A part must not begin with a dash or a # that would be taken for a list or a heading.
_WORD: Final = re.compile(r"\s++(?![-–—•#]+\s)")
_LETTER: Final = re.compile(r"[лЛlLнНnN][јЈjJ]|[дДdD][жЖžŽ]|.", re.DOTALL)
_TWO_IN_LATIN: Final = re.compile(r"[љњџЉЊЏ]")

Cut = Callable[[str], list[str]]


def parts(text: str, limit: int) -> list[str]:
    """`text` as messages of at most `limit` units each, in order; [] for a text without a visible sign.

    Raises ValueError for a limit under 2: a letter of two would not fit.
    """
    if limit < 2:
        raise ValueError("a message must have room for at least two units")
    return list(_pack(text.strip(), limit, 0))


def length(text: str) -> int:
    """How long small Markdown is once shown: UTF-16 units, Љ Њ Џ as two."""
    shown = plain(text)
    beyond = sum(sign > "\uffff" for sign in shown)
    return len(shown) + beyond + len(_TWO_IN_LATIN.findall(shown))


def _pack(text: str, limit: int, level: int) -> Iterator[str]:
    """Fill each part with as many pieces of this level as fit; what does not fit alone is cut at the next level."""
    held, size = "", 0
    for piece in _LEVELS[level](text):
        fresh = piece if held else piece.lstrip()
        if size + length(fresh.rstrip()) > limit:
            if held.strip():
                yield held.strip()
            *full, fresh = _smaller(piece.strip(), limit, level)
            yield from full
            fresh += piece[len(piece.rstrip()) :]
            held, size = "", 0
        held += fresh
        size += length(fresh)
    if held.strip():
        yield held.strip()


def _smaller(piece: str, limit: int, level: int) -> list[str]:
    """The parts of one piece, at least one."""
    if length(piece) <= limit:
        return [piece]
    whole = INLINE.fullmatch(piece)
    if not whole:
        return list(_pack(piece, limit, level + 1))
    if whole[2]:
        return [f"**{part}**" for part in _pack(whole[2], limit, 0)]
    return [f"[{part}]({whole[4]})" for part in _pack(whole[3], limit, 0)]


def _at(separator: re.Pattern[str]) -> Cut:
    """A cut after each match of `separator` that does not lie inside an entity."""

    def cut(text: str) -> list[str]:
        closed = [found.span() for found in INLINE.finditer(text)]
        ends = [found.end() for found in separator.finditer(text) if found.lastindex is None or found[1].isupper()]
        free = [end for end in ends if not any(start < end < stop for start, stop in closed)]
        return [text[start:stop] for start, stop in zip([0, *free], [*free, len(text)], strict=True) if start < stop]

    return cut


def _edges(text: str) -> list[str]:
    """Entities apart from the text that touches them."""
    places = sorted({0, len(text), *(place for found in INLINE.finditer(text) for place in found.span())})
    return [text[start:stop] for start, stop in pairwise(places)]


_LEVELS: Final[tuple[Cut, ...]] = (_at(_PARAGRAPH), _at(_LINE), _at(_SENTENCE), _at(_WORD), _edges, _LETTER.findall)
