"""Viber's session clock: what a message would cost. Pure.

A person's message opens a session of 24 hours in which everything we send is free; a message
outside a session is paid for, by country. Some resellers count the 24 hours from the person's last
message, most from the one that opened the session. We take the shorter, so that no message is
thought free and then billed.
https://help.viber.com/hc/en-us/articles/15247629658525
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

SESSION: Final = timedelta(hours=24)


def session_end(running_until: datetime | None, message_at: datetime) -> datetime:
    """When the session ends, now that the person wrote at `message_at`: a running one keeps its end."""
    if running_until is not None and message_at < running_until:
        return running_until
    return message_at + SESSION


def is_billable(session_expires_at: datetime | None, at: datetime) -> bool:
    """Whether a message sent at `at` costs money: there is no session, or it is over."""
    return session_expires_at is None or at >= session_expires_at


def billable_count(sessions: Iterable[datetime | None], at: datetime) -> int:
    """How many of these people a message sent at `at` would be paid for."""
    return sum(is_billable(expires_at, at) for expires_at in sessions)
