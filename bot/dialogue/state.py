"""Where a conversation stands between two turns: plain JSON, with a version number.

What the person wrote and has not sent off (a question for staff) is `private`: the ledger keeps
that half sealed.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import msgspec

from bot.dialogue.draft import Draft
from bot.gatherings import Errand

VERSION: Final = 1


class StateError(Exception):
    """This is not the JSON of a state of ours."""


@dataclass(frozen=True, slots=True)
class Private:
    """Words of the person themself that wait for a decision of theirs."""

    question: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """`step` is what the next free text is taken for: a search, the text of a question for staff, or a yes to
    sending one. `offered` are the articles the person is to choose from. `draft` is a form half filled in: sealed too."""

    step: str = "search"
    article: str | None = None
    topic: str | None = None
    unknowns: int = 0
    footnote_on: date | None = None
    offered: tuple[str, ...] = ()
    private: Private = Private()
    draft: Draft | None = None
    # What the person is about to do with a gathering; sealed, because names may be in it.
    errand: Errand | None = None

    def at(self, *, article: str | None = None, topic: str | None = None) -> "State":
        """The state with the person looking at this article, topic or (neither) the menu; nothing pending."""
        return replace(self, step="search", article=article, topic=topic, unknowns=0, offered=(), private=Private(), errand=None)


class _Kept(msgspec.Struct, omit_defaults=True):
    version: int = VERSION
    step: str = "search"
    article: str | None = None
    topic: str | None = None
    unknowns: int = 0
    footnote_on: date | None = None
    offered: tuple[str, ...] = ()


class _Secret(msgspec.Struct, omit_defaults=True):
    question: str = ""
    draft: Draft | None = None
    errand: Errand | None = None


_encode: Final = msgspec.json.Encoder().encode
_decode_kept: Final = msgspec.json.Decoder(_Kept).decode
_decode_private: Final = msgspec.json.Decoder(_Secret).decode


def to_json(state: State) -> tuple[str, str]:
    """The state as two JSON texts: the open half, and the private half (empty when there is nothing in it)."""
    kept = _Kept(VERSION, state.step, state.article, state.topic, state.unknowns, state.footnote_on, state.offered)
    secret = _Secret(state.private.question, state.draft, state.errand)
    private = "" if secret == _Secret() else _encode(secret).decode()
    return _encode(kept).decode(), private


def from_json(kept: str, private: str = "") -> State:
    """The state these two texts were made from. Raises StateError for anything else, or a later version."""
    try:
        found = _decode_kept(kept)
        secret = _decode_private(private) if private else _Secret()
    except msgspec.MsgspecError as error:
        raise StateError(str(error)) from error
    if found.version != VERSION:
        raise StateError(f"version {found.version} of a state is not one this program knows")
    return State(
        found.step,
        found.article,
        found.topic,
        found.unknowns,
        found.footnote_on,
        found.offered,
        Private(secret.question),
        secret.draft,
        secret.errand,
    )
