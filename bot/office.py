"""What an office may set for itself, with our defaults. Kept in the ledger, so that it changes without a restart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from bot.errors import PlainError
from bot.localtime import Quiet


class OfficeError(PlainError):
    """An office setting is wrong; the sentence names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Office:
    """The office's settings.

    `approval_size`: from this many recipients a second person must approve a broadcast. `broadcast_cap`:
    broadcasts one person may get in seven days (0: any number). `viber_budget`: messages outside a
    session, which cost money, that may be sent in a calendar month.
    """

    quiet_from: time = time(21)
    quiet_to: time = time(8)
    approval_size: int = 100
    broadcast_cap: int = 3
    viber_budget: int = 1000

    @property
    def quiet(self) -> Quiet:
        return Quiet(self.quiet_from, self.quiet_to)


def _hour(value: str) -> time:
    return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 - a time on the wall


def _count(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError
    return number


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "quiet_from": _hour,
    "quiet_to": _hour,
    "approval_size": _count,
    "broadcast_cap": _count,
    "viber_budget": _count,
}
_MAY_BE: Final[Mapping[Callable[[str], Any], str]] = {_hour: "a time such as 21:00", _count: "a whole number, 0 or more"}
NAMES: Final = tuple(_READ)


def read(kept: Mapping[str, str]) -> Office:
    """The settings as kept; what is not kept has its default. A name of a newer version is passed over."""
    return Office(**{name: _READ[name](value) for name, value in kept.items() if name in _READ})


def check(name: str, value: str) -> None:
    """Raise OfficeError unless `value` is one `name` may have."""
    if name not in _READ:
        raise OfficeError(f"{name} is not a setting of the office; they are {', '.join(NAMES)}")
    try:
        _READ[name](value)
    except ValueError as error:
        raise OfficeError(f"{name} must be {_MAY_BE[_READ[name]]}, not {value!r}") from error


def shown(office: Office, name: str) -> str:
    """The value of one setting as it is typed."""
    value = getattr(office, name)
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
