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
from bot.channels.viber.rendering import LIMITS as VIBER_LIMITS
from bot.composing import compose, fingerprint
from bot.library import Library
from bot.messages import LANGUAGES, Outgoing
from bot.office import Office
from bot.platforms import plain, rate_of, split
from bot.segments import CHANNELS
from bot.settings import Settings
from bot.store.broadcast_reads import SUCCESS, Broadcast, Counted, Tally

REASONS: Final[Mapping[str, str]] = {
    "stopped": "said STOP",
    "blocked": "blocked the bot or left it",
    "gone": "the platform does not know them any more",
    "no_channel": "only on a channel that is switched off",
    "no_consent": "no consent to be contacted",
    "no_language": "no text in their language",
    "no_budget": "outside a Viber session, and this month's budget is used up",
    "cap": "already had as many broadcasts this week as the office allows",
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


class Verb(Protocol):
    """A verb of bot.actions.broadcasts that needs nothing but who does it."""

    def __call__(self, connection: Connection, broadcast_id: int, *, by: str, now: datetime) -> None: ...


def channels(given: Settings) -> tuple[str, ...]:
    """The channels this installation can send on."""
    tokens = {"telegram": given.telegram_token, "viber": given.viber_token, "web": "always"}
    return tuple(channel for channel in CHANNELS if tokens[channel])


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


def reach(counted: Sequence[Counted]) -> RenderableType:
    """Whom it reaches by channel and language, and whom it does not reach and why."""
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
    return Group(table, *left)


def cost(found: Broadcast, counted: Sequence[Counted], given: Settings, office: Office, spent: int, now: datetime) -> str:
    """How many get it, what costs money, how long it takes at the permitted rates, what still has to be done."""
    people = Counter[str]()
    for line in counted:
        people[line.channel] += 0 if line.reason else line.people
    total = people.total()
    billable = sum(line.billable for line in counted)
    told = [f"{total} people; {duration(seconds(people, given))} at the permitted rates."]
    if billable:
        told.append(f"{billable} Viber messages cost money; {max(office.viber_budget - spent, 0)} are left in this month's budget.")
    if found.state == "draft" and not found.approved_by and total >= office.approval_size:
        told.append(f"From {office.approval_size} people on, a second person must approve it: {_approving(found)}")
    if office.quiet.holds(now, given.zone):
        told.append(f"These are quiet hours: it would wait until {office.quiet.end:%H:%M}.")
    return "\n".join(told)


def _approving(found: Broadcast) -> str:
    return f"prag broadcast approve {found.id} --seen {mark(found)} --by EMAIL"


def seconds(people: Mapping[str, int], given: Settings) -> float:
    """The time sending takes: the channels go side by side, chats fetch at once."""
    requests = {"telegram": people.get("telegram", 0), "viber": math.ceil(people.get("viber", 0) / VIBER_LIMITS.together)}
    return max(count / rate_of(channel, given) for channel, count in requests.items())


def headline(found: Broadcast, tallies: Sequence[Tally], given: Settings, office: Office, now: datetime) -> str:
    """The state, and while it is being sent the mean rate and the time left."""
    counts: Counter[tuple[str, str]] = Counter()
    for line in tallies:
        counts[line.channel, line.state] += line.people
    told = [f"Broadcast {found.id}, {found.name}: {standing(found)}."]
    sent = sum(count for (_, state), count in counts.items() if state in SUCCESS)
    if found.started_at:
        took = ((found.finished_at or now) - found.started_at).total_seconds()
        told.append(f"{sent} sent in {duration(took)}, {sent / max(took, 1):.1f} a second.")
    pending: Counter[str] = Counter()
    for (channel, state), count in counts.items():
        pending[channel] += count if state in PENDING else 0
    if pending.total() and found.state in ("sending", "paused"):
        told.append(f"{pending.total()} to go: {duration(seconds(pending, given))} at the permitted rates.")
    if found.state == "sending" and not found.urgent and office.quiet.holds(now, given.zone):
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


def over(counts: Mapping[tuple[str, str], int]) -> int:
    """How many recipients nothing more will happen to."""
    return sum(count for (_, state), count in counts.items() if state not in PENDING)


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
