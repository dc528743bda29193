"""What staff write of a broadcast: its texts, what stands instead of a missing one, where its button leads. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec


class Target(msgspec.Struct, frozen=True):
    """Where the one button leads: an article, a form, a gathering (`name` its id) or a link (`name` its address)."""

    kind: Literal["article", "form", "gathering", "link"]
    name: str


@dataclass(frozen=True, slots=True)
class Composition:
    """The texts by the language they are written in, and for those without one what stands `instead`.

    `instead` names another language, or "" where these people are left out.
    """

    texts: Mapping[str, str]
    instead: Mapping[str, str]
    target: Target | None = None
