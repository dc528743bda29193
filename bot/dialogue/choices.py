"""Choices: what a button or a deep link carries. One grammar, language-neutral, valid for ever.

`[A-Za-z0-9_-]{1,64}`: a verb, then, after the first underscore, what it is about:
`article_legal-aid`, `language_sr-Cyrl`, `menu`. Telegram's `start` parameter has this very limit:
https://core.telegram.org/bots/features#deep-linking
"""

import re
from typing import Final, NamedTuple

GRAMMAR: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ChoiceError(Exception):
    """This is not a choice of our grammar."""


class Choice(NamedTuple):
    verb: str
    about: str


def parse(payload: str) -> Choice:
    """The choice a payload stands for. Raises ChoiceError for anything outside the grammar."""
    if not GRAMMAR.fullmatch(payload):
        raise ChoiceError("not a choice")
    verb, _, about = payload.partition("_")
    return Choice(verb, about)


def payload(verb: str, about: str = "") -> str:
    """The payload of a choice. Raises ChoiceError when it would not fit the grammar."""
    made = f"{verb}_{about}" if about else verb
    if not GRAMMAR.fullmatch(made):
        raise ChoiceError(f"“{made}” does not fit a button: letters, digits, _ and -, at most 64")
    return made
