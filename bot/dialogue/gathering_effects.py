"""The effects and outcomes of gatherings: seats, reminders, what people follow, what they thought."""

from dataclasses import dataclass

from bot.gatherings import Gathering, Mine, Why


@dataclass(frozen=True, slots=True)
class FindGatherings:
    """What is coming up: all, or only of one `kind`, `topic` or `place` by `name`. Its outcome is `GatheringsFound`."""

    about: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class LookAtGathering:
    """One gathering and the person's own party there. Its outcome is `GatheringFound`."""

    gathering: int


@dataclass(frozen=True, slots=True)
class TakeSeat:
    """Sign up a party. Its outcome is `Seated`, `Waiting` or `Refused`."""

    gathering: int
    size: int
    point: int | None
    names: str
    phone: str


@dataclass(frozen=True, slots=True)
class AcceptSeat:
    """Take the offered seats, or say that we are coming. Its outcome is `SeatConfirmed` or `Refused`."""

    gathering: int


@dataclass(frozen=True, slots=True)
class ChangeParty:
    """Another number of people, with their names where the organiser needs them. Its outcome is `PartyChanged` or `Refused`."""

    gathering: int
    size: int
    names: str = ""


@dataclass(frozen=True, slots=True)
class LeaveSeat:
    """Give up the seats or the waiting place. Its outcome is `SeatLeft` or `Refused`."""

    gathering: int


@dataclass(frozen=True, slots=True)
class FindSeats:
    """The seats the person has. Its outcome is `SeatsFound`."""


@dataclass(frozen=True, slots=True)
class FindSeatsAtStop:
    """The seats the person still has as notices end. Its outcome is `SeatsAtStop`."""


@dataclass(frozen=True, slots=True)
class SetReminders:
    """Remind the person of this gathering, or do not. Its outcome is `RemindersSet`."""

    gathering: int
    on: bool


@dataclass(frozen=True, slots=True)
class KeepReminders:
    """Although notices are stopped: reminders for the seats held now. Its outcome is `RemindersKept`."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Hear of new gatherings of this kind, topic or place."""

    about: str
    name: str


@dataclass(frozen=True, slots=True)
class Unfollow:
    """No longer hear of them."""

    about: str
    name: str


@dataclass(frozen=True, slots=True)
class FindFollows:
    """What the person follows. Its outcome is `FollowsFound`."""


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """One answer about a visit, counted without the person. Its outcome is `OpinionCounted`."""

    gathering: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class GatheringsFound:
    """Gatherings that are not over, soonest first."""

    rows: tuple[Gathering, ...] = ()


@dataclass(frozen=True, slots=True)
class GatheringFound:
    """The gathering, None where there is none to show; and the person's own party, where there ever was one."""

    gathering: Gathering | None = None
    mine: Mine | None = None


@dataclass(frozen=True, slots=True)
class Seated:
    """The party has its seats."""

    gathering: Gathering
    mine: Mine


@dataclass(frozen=True, slots=True)
class Waiting:
    """The party is on the waiting list; its position is in `mine`."""

    gathering: Gathering
    mine: Mine


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed, and why; `most` people would be possible."""

    why: Why
    most: int = 0
    gathering: int = 0


@dataclass(frozen=True, slots=True)
class SeatConfirmed:
    """The party is coming."""

    gathering: Gathering
    mine: Mine


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """The party has another size."""

    gathering: Gathering
    mine: Mine


@dataclass(frozen=True, slots=True)
class SeatLeft:
    """The seats were given up."""


@dataclass(frozen=True, slots=True)
class SeatsFound:
    """Where the person has seats, offers or waiting places."""

    rows: tuple[tuple[Gathering, Mine], ...] = ()


@dataclass(frozen=True, slots=True)
class SeatsAtStop:
    """The same, as notices end."""

    rows: tuple[tuple[Gathering, Mine], ...] = ()


@dataclass(frozen=True, slots=True)
class RemindersSet:
    """Reminders of one gathering are on or off; `held` is False where the person has no place there."""

    on: bool
    held: bool = True


@dataclass(frozen=True, slots=True)
class RemindersKept:
    """Reminders go on for this many gatherings."""

    count: int


@dataclass(frozen=True, slots=True)
class FollowsFound:
    """What the person follows: (kind, topic or place; name)."""

    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OpinionCounted:
    """The answer was counted, or was given before; `after` is the question that comes next, empty after the last."""

    gathering: int
    counted: bool
    after: str = ""


GatheringEffect = (
    FindGatherings | LookAtGathering | TakeSeat | AcceptSeat | ChangeParty | LeaveSeat | FindSeats | FindSeatsAtStop
    | SetReminders | KeepReminders | Follow | Unfollow | FindFollows | GiveOpinion
)  # fmt: skip
GatheringOutcome = (
    GatheringsFound | GatheringFound | Seated | Waiting | Refused | SeatConfirmed | PartyChanged | SeatLeft | SeatsFound
    | SeatsAtStop | RemindersSet | RemindersKept | FollowsFound | OpinionCounted
)  # fmt: skip
