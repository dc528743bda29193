"""Patterns of messages that are surely urgent: written by people, run on folded text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_GUARD: Final = "^(?!"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """`body` must be found and `guard`, where there is one, must not match: the cheap test first."""

    body: re.Pattern[str]
    guard: re.Pattern[str] | None


class Alarm:
    """All patterns of all languages."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(map(_split, patterns))

    def rings(self, folded: str) -> bool:
        """Whether the folded text is surely urgent."""
        return any(pattern.body.search(folded) and (pattern.guard is None or pattern.guard.match(folded)) for pattern in self.patterns)


def _split(pattern: str) -> _Pattern:
    """A pattern `^(?!forbidden).*wanted` in its two parts, so that most texts pay for the second only."""
    end = _closing(pattern) if pattern.startswith(_GUARD) else 0
    if not end or not pattern[end:].startswith(".*") or "|" in _outside(pattern):
        return _Pattern(re.compile(pattern), None)
    return _Pattern(re.compile(pattern[end + 2 :]), re.compile(pattern[:end]))


def _closing(pattern: str) -> int:
    """The place after the bracket that closes the first one."""
    depth = 0
    for place, character in _brackets(pattern):
        depth += 1 if character == "(" else -1
        if depth == 0:
            return place + 1
    return 0


def _outside(pattern: str) -> str:
    """What stands in no bracket."""
    depth, kept, last = 0, "", 0
    for place, character in _brackets(pattern):
        if depth == 0:
            kept += pattern[last:place]
        depth += 1 if character == "(" else -1
        last = place + 1
    return kept + pattern[last:]


def _brackets(pattern: str) -> Iterable[tuple[int, str]]:
    """Each bracket that groups, with its place: neither escaped nor in a character class."""
    for found in re.finditer(r"\\.|\[(?:\\.|[^\]])*\]|[()]", pattern):
        if found.group() in "()":
            yield found.start(), found.group()
