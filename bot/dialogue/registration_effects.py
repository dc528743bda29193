"""Effects and outcomes of forms, registrations and people's rights over their data. Part of the two closed unions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.dialogue.draft import Agreed, Draft, Whom
from bot.forms import Answer


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The person wants to fill in this form. Its outcome is `Opened`."""

    form: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Whether the form can be filled in; the person's own registration that runs already; what they had begun elsewhere."""

    open: bool = True
    existing: str = ""
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Keep these answers with the consents given (`agreed`: by purpose, the words shown). Its outcome is `Registered`,
    `AlreadyRegistered` or `FormShut`."""

    form: str
    whom: Whom
    answers: Mapping[str, Answer]
    agreed: Mapping[str, Agreed]
    changing: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """The answers are kept under `code`; `changed` when they took the place of earlier ones."""

    code: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyRegistered:
    """There is a running registration for the same person; nothing was kept."""

    code: str


@dataclass(frozen=True, slots=True)
class FormShut:
    """The form was closed meanwhile; nothing was kept."""


@dataclass(frozen=True, slots=True)
class ListMine:
    """What did this person sign up for? Its outcome is `Mine`."""


@dataclass(frozen=True, slots=True)
class MyRow:
    code: str
    form: str
    status: str
    on: date
    family: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    rows: tuple[MyRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Open one registration of the person, to read it or to change it, or one sent without a name, which its code alone
    opens. Its outcome is `Looked`, `NotYours` or, after many wrong codes, `LinkLocked`."""

    code: str
    change: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """A registration as it stands. `agreed`: the consents that hold; `outdated`: its form has changed since;
    `closed`: the office is done with it and its form is closed, so that it cannot be changed."""

    code: str
    form: str
    status: str
    on: date
    whom: Whom = "self"
    answers: Mapping[str, Answer] | None = None
    contact: bool = False
    reason: str = ""
    change: bool = False
    nameless: bool = False
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    outdated: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class NotYours:
    """The person has no registration with this code."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The person takes a registration back, and their consent with it; of those without a name whoever has the code.
    Its outcome is `Withdrawn`, `NotYours` or `LinkLocked`."""

    code: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    code: str


@dataclass(frozen=True, slots=True)
class SetContact:
    """The person allows, or no longer allows, to be contacted about a registration. Its outcome is `Looked` or `NotYours`."""

    code: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class GiveData:
    """The person wants everything that is kept about them: as links, where they can open ours. Its outcome is `DataGiven`."""

    links: bool = True


@dataclass(frozen=True, slots=True)
class DataGiven:
    """The files are made: to be fetched once with these tokens, or (none given) sent as messages of their own."""

    html: str = ""
    json: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase everything of this person. What is said in this turn is said outside the ledger."""


@dataclass(frozen=True, slots=True)
class MakeLinkCode:
    """The person wants to join another address of theirs. Its outcome is `LinkCode`."""


@dataclass(frozen=True, slots=True)
class LinkCode:
    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """The person typed a linking code they saw at another address. Its outcome is `Linked`, `NotLinked` or `LinkLocked`."""

    code: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Both addresses are one person's now."""


@dataclass(frozen=True, slots=True)
class NotLinked:
    """The code is wrong, used or too old."""


@dataclass(frozen=True, slots=True)
class LinkLocked:
    """Too many wrong codes: none is taken for so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Unlink:
    """This address goes its own way, as a new, empty person."""


FormEffect = OpenForm | Register | ListMine | Look | Withdraw | SetContact
RightsEffect = GiveData | Forget | MakeLinkCode | RedeemCode | Unlink
FormOutcome = Opened | Registered | AlreadyRegistered | FormShut | Mine | Looked | NotYours | Withdrawn
RightsOutcome = DataGiven | LinkCode | Linked | NotLinked | LinkLocked
