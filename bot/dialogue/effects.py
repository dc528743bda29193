"""What a turn wants done (effects) and what became of it (outcomes): two closed unions.

The dialogue only names effects; the shell carries them out in the turn's transaction. Where the
person must hear the result, the outcome goes straight back into `advance`.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.desk_effects import DeskEffect, DeskOutcome
from bot.dialogue.gathering_effects import GatheringEffect, GatheringOutcome
from bot.dialogue.registration_effects import FormEffect, FormOutcome, RightsEffect, RightsOutcome
from bot.messages import Button, Language


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the person, in their language. Small Markdown.

    A `sensitive` one shows somebody's own answers: it rests sealed, and is dropped a day after it was sent.
    With `replaces` it may take the place of the message whose button was pressed (menus do).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    replaces: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """From now on the person is answered in `language`; `chosen` when they asked for it themselves."""

    language: Language
    chosen: bool


@dataclass(frozen=True, slots=True)
class Serve:
    """The person was shown this article; a correction can reach them later."""

    article: str


@dataclass(frozen=True, slots=True)
class Judge:
    """The person said whether an answer helped. Kept as a count, without the person."""

    article: str
    useful: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """This question was not answered, or badly by `article`. Kept without the person, so that we learn."""

    text: str
    article: str | None = None


@dataclass(frozen=True, slots=True)
class AskStaff:
    """Put this question before a person of the staff. Its outcome is `Asked`."""

    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No more notices of any kind; replies still go."""


@dataclass(frozen=True, slots=True)
class Start:
    """Notices are wanted again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question is in the staff's inbox under `code`, to be answered by `due`."""

    code: str
    due: datetime


Effect = Say | SetLanguage | Serve | Judge | Miss | AskStaff | Stop | Start | GatheringEffect | FormEffect | RightsEffect | DeskEffect
Outcome = Asked | GatheringOutcome | FormOutcome | RightsOutcome | DeskOutcome
