"""`prag broadcast`: messages to many, from the draft to the report."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot import clock, segments
from bot.actions import audit, broadcasts
from bot.actions.broadcasts import BroadcastError, Start, Wanted
from bot.actions.codes import read_code
from bot.app import Parts
from bot.broadcasts import Composition
from bot.commands import broadcast_typed as typed
from bot.commands import broadcast_views as views
from bot.commands.broadcast_watch import watch as watch_bars
from bot.commands.common import library, out, parts, write_private
from bot.documents import delivery_report
from bot.library import Library
from bot.platforms import enabled, split
from bot.segments import Segment
from bot.store import broadcast_reads as reads
from bot.store.broadcast_reads import OVER, Broadcast

cli = typer.Typer(no_args_is_help=True, help="Messages to many: who gets them, what they say, how far they are.")

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
    choices, segment = typed.choices(leave_out or (), instead or ()), segments.parse(where or ())
    target = typed.target(button) if button else None
    written = typed.from_files(text, content) if text else typed.from_editor({}, content) or typed.Typed({})
    with typed.kept_if_refused(written, here.settings.folder, clock.now()), here.ledger.writing() as connection:
        wanted = Wanted(name, Composition(written.texts, choices, target), segment)
        number = broadcasts.create(connection, wanted, content, by=by, now=clock.now())
    out.print(f"Broadcast {number} is a draft.\n")
    _preview(here, content, number, by)


@cli.command("edit")
def edit(
    number: Number,
    name: Annotated[str, typer.Option(help="Another name.")] = "",
    text: Texts = None, where: Where = None, leave_out: LeaveOut = None, instead: Instead = None, button: ButtonTo = "",
    everybody: Annotated[bool, typer.Option("--everybody", help="For everybody: no conditions any more.")] = False,
    no_button: Annotated[bool, typer.Option("--no-button", help="Without a button.")] = False,
    by: By = "",
) -> None:  # fmt: skip
    """Change a draft: what is given replaces what was there; with nothing given, an editor opens with its texts.

    An approval it had is void, and a scheduled one is a draft again.
    """
    here = parts()
    content = library(here.settings)
    with here.ledger.reading() as connection:
        old = broadcasts.get(connection, number)
    choices = typed.choices(leave_out or (), instead or ())
    target = None if no_button else typed.target(button) if button else old.composition.target
    segment = Segment() if everybody else segments.parse(where) if where else old.segment
    untouched = not (name or text or where or leave_out or instead or button or everybody or no_button)
    written = _rewritten(old, text, content, edit=untouched)
    kept = {language: other for language, other in old.composition.instead.items() if language not in written.texts}
    wanted = Wanted(name or old.name, Composition(written.texts, kept | choices, target), segment)
    with typed.kept_if_refused(written, here.settings.folder, clock.now()), here.ledger.writing() as connection:
        broadcasts.edit(connection, number, wanted, content, by=by, now=clock.now())
    if old.state == "scheduled":
        out.print(f"Broadcast {number} was scheduled; it is a draft again, so start it when it is right.")
    _preview(here, content, number, by)


def _rewritten(old: Broadcast, text: list[str] | None, content: Library, *, edit: bool) -> typed.Typed:
    if text:
        return typed.from_files(text, content)
    present = typed.Typed(old.composition.texts)
    return (typed.from_editor(old.composition.texts, content) or present) if edit else present


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
    wall = typed.wall(at) if at else None
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
        cells = (one.name, views.standing(one), str(one.segment), one.created_by, one.approved_by, one.wall.replace("T", " "))
        table.add_row(str(one.id), *map(escape, cells))
    out.print(table)


@cli.command("status")
def status(number: Number, watch: Annotated[bool, typer.Option("--watch", help="Stay, with a bar, until it is over.")] = False) -> None:
    """How far it is: the rate, the time left, and each channel's counts."""
    here = parts()
    if watch:
        watch_bars(here, number)
    with here.ledger.reading() as connection:
        found = broadcasts.get(connection, number)
        tallies = reads.tally(connection, number)
        office = reads.office_of(connection)
        recent = reads.sent_since(connection, number, clock.now() - timedelta(seconds=views.RECENT))
    out.print(views.headline(found, tallies, recent, here.settings, office, clock.now()), markup=False)
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
        delivery_report.check(to, sum(line.people for line in reads.tally(connection, found.id)))
        audit.note(connection, who=who.name, verb="export", about=f"broadcast {found.id}", now=clock.now())
    try:
        write_private(to, b"")  # only its owner reads it, from its first line on
        with here.ledger.reading() as connection:
            count = delivery_report.write(to, delivery_report.lines(connection, found.id, here.settings.zone))
    except OSError as error:
        raise BroadcastError(f"{to} cannot be written: {error.strerror or error}") from error
    purged = "" if count or found.state not in OVER else "; who got it is deleted some time after the end, the counts stay"
    out.print(f"{to}: {count} recipients{purged}", markup=False)


def _do(verb: views.Verb, number: int, by: str, told: str) -> None:
    here = parts()
    with here.ledger.writing() as connection:
        verb(connection, number, by=by, now=clock.now())
    out.print(f"Broadcast {number} {told}.")


def _preview(here: Parts, content: Library, number: int, by: str) -> None:
    now = clock.now()
    with here.ledger.reading() as connection:
        found = broadcasts.get(connection, number)
        broadcasts.require_right(connection, found, content, by=by)
        counted = reads.count(connection, found.segment, broadcasts.rules_of(connection, found, enabled(here.settings)), now)
        office = reads.office_of(connection)
        planned_by_others = reads.billable_this_month(connection, now) - found.billable
        left = max(office.viber_budget - planned_by_others, 0)
    foreseen = views.foreseen(found, counted, here, content, left)
    held = office.quiet.holds(now, here.settings.zone) and not found.urgent
    out.print(views.messages(found, here, content))
    out.print(views.reach(foreseen.counted, f"{office.quiet.end:%H:%M}" if held else ""))
    out.print(views.cost(found, foreseen, office, left), markup=False)
    out.print(f"For {found.segment}; fingerprint {views.mark(found)}.", markup=False)
