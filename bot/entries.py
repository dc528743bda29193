"""What the files of content/ hold, entry by entry: frozen, and strict about the fields they know."""

from datetime import date
from typing import Literal

import msgspec

from bot.languages import fold, to_latin
from bot.messages import Language


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in the three languages it is written in; Serbian in Cyrillic."""

    sr: str
    sq: str
    en: str

    def __getitem__(self, language: Language) -> str:
        if language == "sr-Latn":
            return to_latin(self.sr)
        return {"sr-Cyrl": self.sr, "sq": self.sq, "en": self.en}[language]


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    title: Named


class Checked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    date: date
    role: str


class Meta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article's meta.toml. Without `sources` it speaks of this service, and the organisation is its source."""

    topic: str
    order: int
    status: Literal["current", "ended", "draft"]
    as_of: date
    review_by: date
    sources: tuple[str, ...]
    related: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    expires: date | None = None
    counter_start: date | None = None
    places: bool = False
    # The kind of gathering this article speaks of (`any`: of all), and a short note told with them, dated `as_of`.
    gathering: str = ""
    note: Named | None = None
    form: str | None = None
    checked: dict[str, Checked] = {}


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: Named


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fact was read. `date` is a year, a month (2022-11) or a day, as exactly as is known."""

    name: Named
    site: str
    date: str | None = None
    uncertain_date: bool = False


class Phone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A telephone. `seen` is when it last stood on a public page; `dialled` when one of us dialled it."""

    numbers: tuple[str, ...]
    name: Named
    seen: str
    source: str
    emergency: bool = False
    dialled: date | None = None


class Municipality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the 38 municipalities, in all its names. `registry`: the city that keeps Serbian registry books."""

    id: str
    sr: str
    sq: str
    shown: str
    also: tuple[str, ...] = ()
    registry: str | None = None
    north: bool = False

    def name(self, language: Language) -> str:
        """Both names, the reader's first; one where they are the same."""
        own, other = (self.sq, self.sr) if language == "sq" else (self.sr, self.sq)
        if language == "en":
            return self.shown
        if language == "sr-Latn":
            own = to_latin(own)
        if language == "sq":
            other = to_latin(other)
        return own if fold(own) == fold(other) else f"{own}/{other}"


class Town(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city that keeps registry books."""

    id: str
    sr: str
    sq: str
    en: str
    also: tuple[str, ...] = ()

    def __getitem__(self, language: Language) -> str:
        return {"sr-Cyrl": self.sr, "sr-Latn": to_latin(self.sr), "sq": self.sq, "en": self.en}[language]


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sr: str
    sq: str
    en: str
    confirmed: bool = True


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One opening period: days 1 (Monday) to 7, local times as HH:MM."""

    days: tuple[int, ...]
    opens: str
    closes: str


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose bot this is."""

    name: Named
    controller: Named
    office_hours: Named
    answering_time: Named
    answering_days: int
    hours: tuple[Hours, ...] = ()
    demonstration: bool = False
    contact: str = ""
    links: dict[str, str] = {}


class Urgent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences of one language: clearly urgent, perhaps urgent, only sounding so; and sure patterns."""

    clear: tuple[str, ...]
    doubtful: tuple[str, ...]
    not_urgent: tuple[str, ...]
    patterns: tuple[str, ...] = ()
