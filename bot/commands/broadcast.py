"""`prag broadcast`: messages to many, from the draft to the report."""

import re
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import click
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot import clock, segments
from bot.actions import audit, broadcasts
from bot.actions.broadcasts import BroadcastError, Start, Wanted
from bot.actions.codes import read_code
from bot.app import Parts
from bot.broadcasts import Composition, Target
from bot.commands import broadcast_views as views
from bot.commands.common import library, out, parts, write_private
from bot.composing import LEFT_OUT, WRITTEN, serbian
from bot.documents import delivery_report
from bot.languages import latin_names
from bot.library import Library
from bot.platforms import split
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import OVER, Broadcast

cli = typer.Typer(no_args_is_help=True, help="Messages to many: who gets them, what they say, how far they are.")

TEMPLATE: Final = "# Write below each line; take away the languages you do not write.\n\n## sr\n\n## sq\n\n## en\n"
_SECTION: Final = re.compile(r"^## (sr|sq|en)[^\S\n]*$", re.MULTILINE)

Number = Annotated[int, typer.Argument(help="The broadcast's number.")]
By = Annotated[str, typer.Option(metavar="EMAIL", help="Who does this: the e-mail of a member of the staff.")]
Texts = Annotated[
    list[str] | None, typer.Option("--text", help="LANGUAGE=FILE, for sr, sq and en (FILE - is the input). Without any, an editor opens.")
]
Where = Annotated[list[str] | None, typer.Option("--where", help=f"A condition; all must hold. {'; '.join(segments.FIELDS.values())}")]
LeaveOut = Annotated[list[str] | None, typer.Option("--leave-out", help="A language without a text: its people get nothing.")]
Instead = Annotated[list[str] | None, typer.Option("--instead", help="sq=en: readers of Albanian get the English text, with an apology.")]
ButtonTo = Annotated[str, typer.Option("--button", help="article=legal-aid, form=grant, gathering=12 or link=https://...")]


@cli.command("new")
def new(
    name: Annotated[str, typer.Argument(help="What the staff call it.")],
    text: Texts = None, where: Where = None, leave_out: LeaveOut = None, instead: Instead = None, button: ButtonTo = "", by: By = "",
) -> None:  # fmt: skip
    """Write a draft and show it."""
    here = parts()
    content = library(here.settings)
    wanted = Wanted(name, _composition(_texts(text, content), leave_out, instead, button), segments.parse(where or ()))
    with here.ledger.writing() as connection:
        number = broadcasts.create(connection, wanted, content, by=by, now=clock.now())
    out.print(f"Broadcast {number} is a draft.\n")
    _preview(here, content, number, by)


@cli.command("edit")
def edit(
    number: Number,
    name: Annotated[str, typer.Option(help="Another name.")] = "",
    text: Texts = None, where: Where = None, leave_out: LeaveOut = None, instead: Instead = None, button: ButtonTo = "", by: By = "",
) -> None:  # fmt: skip
    """Change a draft: what is given replaces what was there. An approval it had is void."""
    here = parts()
    content = library(here.settings)
    with here.ledger.reading() as connection:
        old = broadcasts.get(connection, number)
    texts = _texts(text, content) if text else dict(old.composition.texts)
    composition = _composition(texts, leave_out, instead, button)
    kept = Composition(texts, dict(old.composition.instead) | dict(composition.instead), composition.target or old.composition.target)
    wanted = Wanted(name or old.name, kept, segments.parse(where) if where else old.segment)
    with here.ledger.writing() as connection:
        broadcasts.edit(connection, number, wanted, content, by=by, now=clock.now())
    _preview(here, content, number, by)


@cli.command("preview")
def preview(number: Number, by: By = "") -> None:
    """The message as each channel shows it, whom it would reach now, whom not and why, how long it takes, what it costs."""
    here = parts()
    _preview(here, library(here.settings), number, by)


@cli.command("test")
def send_test(
    number: Number, code: Annotated[str, typer.Argument(help="Your own code; the chat shows it under My data.")], by: By = ""
) -> None:
    """Send it to yourself, in every language."""
    here = parts()
    content = library(here.settings)
    with here.ledger.writing() as connection:
        count = broadcasts.send_test(connection, number, read_code(code), here.texts, content, split, by=by, now=clock.now())
    out.print(f"{count} messages are on their way.")


@cli.command("approve")
def approve(
    number: Number,
    by: Annotated[str, typer.Option(metavar="EMAIL", help="Who has read it; not whoever wrote it.")],
    seen: Annotated[str, typer.Option(help="The fingerprint that preview showed: refused if it says something else by now.")] = "",
) -> None:
    """Approve what a colleague wrote, and show what that is."""
    here = parts()
    content = library(here.settings)
    with here.ledger.writing() as connection:
        broadcasts.approve(connection, number, content, by=by, now=clock.now(), seen=seen)
        found = broadcasts.get(connection, number)
    out.print(views.messages(found, here, content))
    out.print(f"Broadcast {number} for {found.segment} ({views.mark(found)}) is approved by {found.approved_by}.", markup=False)


@cli.command("start")
def start(
    number: Number,
    at: Annotated[str, typer.Option(help="2026-11-24 09:00, local time; at once if left out.")] = "",
    urgent: Annotated[str, typer.Option(help="Why it cannot wait for a second person nor for the morning.")] = "",
    by: By = "",
) -> None:
    """Send it, now or at a time. From the office's approval size on, it must be approved."""
    here = parts()
    wall = _wall(at) if at else None
    with here.ledger.writing() as connection:
        settled = broadcasts.start(connection, number, Start(here.settings.zone, wall, urgent), by=by, now=clock.now())
        quiet = reads.office_of(connection).quiet
    if settled.change != "none":
        out.print("The clocks change at that time; mind what is said below.")
    out.print(f"Broadcast {number} goes on {settled.wall:%Y-%m-%d at %H:%M}.")
    if not urgent and quiet.holds(settled.at, here.settings.zone):
        out.print(f"That is in the quiet hours: it waits until {quiet.end:%H:%M}.")


@cli.command("pause")
def pause(number: Number, by: By = "") -> None:
    """Hold it: nothing more leaves after a second."""
    _do(broadcasts.pause, number, by, "is paused")


@cli.command("resume")
def resume(number: Number, by: By = "") -> None:
    """Let it go on."""
    _do(broadcasts.resume, number, by, "goes on")


@cli.command("stop")
def stop(number: Number, by: By = "") -> None:
    """End it for good; a scheduled one is a draft again."""
    _do(broadcasts.stop, number, by, "is stopped")


@cli.command("discard")
def discard(number: Number, by: By = "") -> None:
    """Throw a draft away."""
    _do(broadcasts.discard, number, by, "is gone")


@cli.command("retry")
def retry(
    number: Number,
    unknown: Annotated[bool, typer.Option("--unknown", help="Also those of whom we do not know; some may get it twice.")] = False,
    by: By = "",
) -> None:
    """Try again where it failed. Those who blocked us or left are not tried."""
    here = parts()
    with here.ledger.writing() as connection:
        count = broadcasts.retry_failed(connection, number, by=by, now=clock.now(), unknown=unknown)
    out.print(f"{count} recipients are tried again.")


@cli.command("list")
def show_list() -> None:
    """All broadcasts, the newest first."""
    here = parts()
    with here.ledger.reading() as connection:
        found = reads.all_of(connection)
    table = Table(box=None)
    for column in ("number", "name", "state", "for", "written by", "approved by", "start"):
        table.add_column(column)
    for one in found:
        table.add_row(
            str(one.id), one.name, views.standing(one), str(one.segment), one.created_by, one.approved_by, one.wall.replace("T", " ")
        )
    out.print(table)


@cli.command("status")
def status(number: Number, watch: Annotated[bool, typer.Option("--watch", help="Stay, with a bar, until it is over.")] = False) -> None:
    """How far it is: the rate, the time left, and each channel's counts."""
    here = parts()
    if watch:
        _watch(here, number)
    with here.ledger.reading() as connection:
        found = broadcasts.get(connection, number)
        tallies = reads.tally(connection, number)
        office = reads.office_of(connection)
    out.print(views.headline(found, tallies, here.settings, office, clock.now()))
    out.print(views.outcomes(tallies))


@cli.command("report")
def report(
    number: Number,
    to: Annotated[Path | None, typer.Option("--to", help="A .csv or .xlsx file with one line a recipient.")] = None,
    by: By = "",
) -> None:
    """What became of it: the counts, and with --to a file with every recipient."""
    here = parts()
    content = library(here.settings)
    with here.ledger.reading() as connection:
        found = broadcasts.get(connection, number)
        broadcasts.require_right(connection, found, content, by=by)
        tallies = reads.tally(connection, number)
    if to is not None:
        _export(here, found, content, to, by)
    out.print(views.outcomes(tallies))


def _export(here: Parts, found: Broadcast, content: Library, to: Path, by: str) -> None:
    with here.ledger.writing() as connection:
        who = broadcasts.exporter(connection, found, content, by=by)
        audit.note(connection, who=who.name, verb="export", about=f"broadcast {found.id}", now=clock.now())
    write_private(to, b"")  # only its owner reads it, from its first line on
    with here.ledger.reading() as connection:
        count = delivery_report.write(to, delivery_report.lines(connection, found.id, here.settings.zone))
    purged = "" if count or found.state not in OVER else "; who got it is deleted some time after the end, the counts stay"
    out.print(f"{to}: {count} recipients{purged}", markup=False)


def _do(verb: views.Verb, number: int, by: str, told: str) -> None:
    here = parts()
    with here.ledger.writing() as connection:
        verb(connection, number, by=by, now=clock.now())
    out.print(f"Broadcast {number} {told}.")


def _preview(here: Parts, content: Library, number: int, by: str) -> None:
    with here.ledger.reading() as connection:
        found = broadcasts.get(connection, number)
        broadcasts.require_right(connection, found, content, by=by)
        rules = broadcasts.rules_of(connection, found, views.channels(here.settings))
        counted = reads.count(connection, found.segment, rules, clock.now())
        office = reads.office_of(connection)
        spent = reads.billable_this_month(connection, clock.now())
    out.print(views.messages(found, here, content))
    out.print(views.reach(counted))
    out.print(views.cost(found, counted, here.settings, office, spent, clock.now()), markup=False)
    out.print(f"For {found.segment}; fingerprint {views.mark(found)}.", markup=False)


def _watch(here: Parts, number: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=out, refresh_per_second=4) as shown:
        task = shown.add_task("", total=None, pace="")
        before: tuple[float, int] | None = None
        while True:
            with here.ledger.reading() as connection:
                found = broadcasts.get(connection, number)
                counts = reads.progress(connection, number)
            total, over = sum(counts.values()), views.over(counts)
            at = time.monotonic()
            pace = (over - before[1]) / (at - before[0]) if before else 0.0
            left = f", {views.duration((total - over) / pace)} left" if pace > 0 and total > over else ""
            shown.update(task, description=views.standing(found), total=total or None, completed=over, pace=f"{pace:.1f}/s{left}")
            if found.state in (*OVER, "draft"):
                return
            before = (at, over)
            time.sleep(1)


# --- what was typed -----------------------------------------------------------------------------


def _texts(given: Sequence[str] | None, content: Library) -> dict[str, str]:
    typed = dict(map(_file, given)) if given else _edited()
    if "sr" in typed:
        typed["sr"] = serbian(typed["sr"], latin_names(_serbian_texts(content)))[0]
    return typed


def _serbian_texts(content: Library) -> list[str]:
    return [part for article in content.articles.values() for part in (article.versions["sr-Cyrl"].title, article.versions["sr-Cyrl"].body)]


def _file(option: str) -> tuple[str, str]:
    language, _, name = option.partition("=")
    if language not in WRITTEN or not name:
        raise typer.BadParameter(f"--text {option} is not understood; write it as sr=FILE, sq=FILE or en=FILE")
    if name == "-":
        return language, sys.stdin.read().strip()
    try:
        return language, Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BroadcastError(f"{name} cannot be read as text: {error}") from error


def _edited() -> dict[str, str]:
    written = click.edit(TEMPLATE, extension=".md") or ""
    pieces = _SECTION.split(written)[1:]
    return {language: text.strip() for language, text in zip(pieces[::2], pieces[1::2], strict=True) if text.strip()}


def _composition(texts: dict[str, str], leave_out: Sequence[str] | None, instead: Sequence[str] | None, button: str) -> Composition:
    choices = dict.fromkeys(leave_out or (), LEFT_OUT)
    for option in instead or ():
        language, _, other = option.partition("=")
        if not other:
            raise typer.BadParameter(f"--instead {option} is not understood; write it as sq=en, or use --leave-out {option.strip('=')}")
        choices[language] = other
    wrong = [name for name in (*choices, *choices.values()) if name not in (*WRITTEN, LEFT_OUT)]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]} is not a language one writes in; use one of {', '.join(WRITTEN)}")
    return Composition(texts, choices, _target(button) if button else None)


def _target(button: str) -> Target:
    kind, _, name = button.partition("=")
    for known in ("article", "form", "gathering", "link"):
        if kind == known and name:
            return Target(known, name)
    raise typer.BadParameter(
        f"--button {button} is not understood; write it as article=NAME, form=NAME, gathering=NUMBER or link=https://..."
    )


def _wall(typed: str) -> datetime:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError as error:
        raise typer.BadParameter(f"{typed} is not a time; write it as 2026-11-24 09:00") from error
