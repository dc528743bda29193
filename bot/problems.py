"""Something wrong with the content, told so that somebody can mend it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the content: where, how bad, and the remedy in the sentence."""

    file: str
    line: int
    level: Level
    sentence: str

    def __str__(self) -> str:
        return f"{self.level}: content/{self.file}:{self.line}: {self.sentence}"
