"""What `prag broadcast` shows: messages as channels show them, whom they reach, how far they are."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from bot.app import Parts
from bot.composing import compose, fingerprint
from bot.forecasts import Forecast, forecast, seconds
from bot.library import Library
from bot.messages import LANGUAGES, Outgoing
from bot.office import Office
from bot.platforms import paces, plain, split
from bot.segments import CHANNELS
from bot.settings import Settings
from bot.store.broadcast_reads import OVER, SUCCESS, Broadcast, Counted, Tally

REASONS: Final[Mapping[str, str]] = {
    "stopped": "said STOP",
    "blocked": "blocked the bot or left it",
    "gone": "the platform does not know them any more",
    "no_channel": "only on a channel that is switched off",
    "no_consent": "no consent to be contacted",
    "no_language": "no text in their language",
    "no_budget": "outside a Viber session, and this month's budget is used up",
    "cap": "already had as many broadcasts this week as the office allows",
    "withdrawn": "taken back before they had fetched it",
    "resent": "perhaps twice: sent again after the service broke off",
    "timed_out": "the platform did not say whether it took it",
    "refused": "the platform refused the message",
    "no_money": "Viber's account or balance did not allow it",
    "unavailable": "the platform was out of order",
    "unreachable": "the platform could not be reached",
    "slow_down": "the platform asked us to slow down",
    "unauthorised": "the platform does not accept our token",
}
PENDING: Final = ("waiting", "sending")
RECENT: Final = 60  # seconds over which a rate is told


class Verb(Protocol):
    """A verb of bot.actions.broadcasts that needs nothing but who does it."""

    def __call__(self, connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None: ...


def foreseen(found: Broadcast, counted: Sequence[Counted], here: Parts, content: Library, left: int) -> Forecast:
    """What sending it takes here; `left` people outside a Viber session are within this month's budget."""
    composed = {language: compose(found.composition, here.texts, content, language) for language in LANGUAGES}
    parts: dict[tuple[str, str], int] = {
        (channel, language): len(split(channel, message)) for language, message in composed.items() if message for channel in CHANNELS
    }
    return forecast(counted, parts, paces(here.settings), left)


def messages(found: Broadcast, here: Parts, content: Library) -> RenderableType:
    """The message in each language as each channel shows it. Both Serbian scripts stand side by side."""
    pages = {language: compose(found.composition, here.texts, content, language) for language in LANGUAGES}
    panels = [Panel(_page(message) if message else "left out", title=language) for language, message in pages.items()]
    grid = Table.grid(expand=True)
    for _ in range(2):
        grid.add_column(ratio=1)
    for pair in zip(panels[::2], panels[1::2], strict=True):
        grid.add_row(*pair)
    return grid


def _page(message: Outgoing) -> RenderableType:
    """The message on every channel; channels where it looks the same stand together."""
    alike: defaultdict[tuple[tuple[str, str | None], ...], list[str]] = defaultdict(list)
    for channel in CHANNELS:
        alike[tuple((part.text, plain(channel, part)) for part in split(channel, message))].append(channel)
    shown: list[RenderableType] = []
    for looks, where in alike.items():
        count = f" ({len(looks)} parts)" if len(looks) > 1 else ""
        shown.append(Rule(f"{', '.join(where)}{count}", style="dim"))
        shown += [Markdown(text) if as_text is None else Text(as_text) for text, as_text in looks]
        shown += [Text(f"[ {button.label} ]  {button.url or button.choice}") for button in message.buttons]
    return Group(*shown)


def reach(counted: Sequence[Counted], waiting: str) -> RenderableType:
    """Whom it reaches by channel and language, and whom it does not reach and why; `waiting` is until when it waits."""
    table = Table(box=None, title="would get it", title_justify="left")
    table.add_column("channel")
    for language in LANGUAGES:
        table.add_column(language, justify="right")
    by_channel: defaultdict[str, Counter[str]] = defaultdict(Counter)
    excluded: Counter[str] = Counter()
    for line in counted:
        if line.reason:
            excluded[line.reason] += line.people
        else:
            by_channel[line.channel][line.language] += line.people
    for channel, people in by_channel.items():
        table.add_row(channel, *(str(people[language]) for language in LANGUAGES))
    left = [f"not: {count} {REASONS.get(reason, reason)}" for reason, count in excluded.items()]
    total = sum(people.total() for people in by_channel.values())
    later = [f"not now: {total} wait for the end of the quiet hours at {waiting}"] if waiting and total else []
    return Group(table, *left, *later)


def cost(found: Broadcast, foreseen: Forecast, office: Office, left: int) -> str:
    """How many get it, what costs money, how long it takes at the permitted rates, what still has to be done."""
    told = [f"{foreseen.people} people; {duration(foreseen.seconds)} at the permitted rates."]
    if foreseen.billable:
        told.append(f"{foreseen.billable} Viber messages cost money; {left} people are left in this month's budget.")
    if found.state == "draft" and not found.approved_by and foreseen.people >= office.approval_size:
        told.append(f"From {office.approval_size} people on, a second person must approve it: {_approving(found)}")
    return "\n".join(told)


def _approving(found: Broadcast) -> str:
    return f"prag broadcast approve {found.id} --seen {mark(found)} --by EMAIL"


def headline(found: Broadcast, tallies: Sequence[Tally], recent: int, given: Settings, office: Office, now: datetime) -> str:
    """The state, and while it is being sent the rate of the last minute (`recent` have got it in it) and the time left."""
    told = [f"Broadcast {found.id}, {found.name}: {standing(found)}."]
    sent = sum(line.people for line in tallies if line.state in SUCCESS)
    pending = [Counted(line.channel, "", "", line.people, 0) for line in tallies if line.state in PENDING]
    if found.started_at:
        told.append(f"{sent} sent." if found.state in OVER else f"{sent} sent, {recent / RECENT:.1f} a second in the last minute.")
    if pending and found.state in ("sending", "paused"):
        left = duration(seconds(pending, {}, paces(given)))
        told.append(f"{sum(line.people for line in pending)} to go: {left} at the permitted rates.")
    due = found.state == "sending" or (found.state == "scheduled" and found.start_at is not None and found.start_at <= now)
    if due and not found.urgent and office.quiet.holds(now, given.zone):
        told.append(f"It waits for the end of the quiet hours at {office.quiet.end:%H:%M}.")
    return " ".join(told)


def outcomes(tallies: Sequence[Tally]) -> Table:
    """The recipients by channel and outcome, with the reason in words."""
    table = Table(box=None)
    for column in ("channel", "outcome", "people", "reason"):
        table.add_column(column, justify="right" if column == "people" else "left")
    for line in tallies:
        table.add_row(line.channel, line.state, str(line.people), REASONS.get(line.reason, line.reason))
    return table


def standing(found: Broadcast) -> str:
    """The state in words."""
    if found.held:
        return f"draft, held back: not approved, and it would have reached {found.held} people"
    return f"scheduled for {found.wall.replace('T', ' ')}" if found.state == "scheduled" else found.state


def mark(found: Broadcast) -> str:
    """Its fingerprint: what was read is what is approved."""
    return fingerprint(found.composition, found.segment)


def duration(seconds: float) -> str:
    """A time as people say it: 40 s, 12 min, 3 h 05 min."""
    whole = math.ceil(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = math.ceil(whole / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"
