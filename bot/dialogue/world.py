"""The read-only world a turn looks at. Nothing in it is lazy, nothing in it changes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.library import Library
from bot.messages import Language
from bot.search.found import Found
from bot.texts import Texts, Words


@dataclass(frozen=True, slots=True)
class Person:
    """What a turn may know of the person. `known` is False for the very first message."""

    language: Language
    language_chosen: bool = False
    stopped: bool = False
    known: bool = True
    code: str = ""
    # A member of the staff at their desk: may answer people's questions in this chat.
    staff: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """`found` is the result of searching the message's text, None for a button."""

    library: Library
    texts: Texts
    person: Person
    now: datetime
    zone: ZoneInfo
    found: Found | None = None
    # Where the public pages are for this person; None where nothing they could open leads there.
    base_url: str | None = None
    # The code of the question whose notice the message is a reply to, at the desk.
    replied_to: str | None = None

    @property
    def language(self) -> Language:
        return self.person.language

    @property
    def words(self) -> Words:
        return self.texts[self.person.language]

    @property
    def local_now(self) -> datetime:
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local_now.date()

    def speaking(self, language: Language, *, chosen: bool) -> "World":
        """The same world with the person answered in `language`."""
        return replace(self, person=replace(self.person, language=language, language_chosen=chosen))
