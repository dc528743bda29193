"""`prag gathering`: gatherings made, moved, cancelled; seats, rosters, attendance."""

import csv
import io
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
from rich.table import Table
from sqlalchemy import Connection

from bot import app, clock
from bot import gathering_words as gw
from bot.actions import audit, gatherings, opinions, readers, seats
from bot.actions.codes import read_code
from bot.actions.gathering_drafts import Draft, GatheringError
from bot.actions.seats import Denied, Put
from bot.commands.common import newest_files, out, parts, write_private
from bot.documents.exports import harmless
from bot.documents.statistics import shown
from bot.entries import Named
from bot.gatherings import Gathering
from bot.library import Library, read
from bot.store import gathering_reads as reads

cli = typer.Typer(no_args_is_help=True, help="Gatherings: visits, meetings, presentations; their seats.")

PLACES: Final[dict[str, Put]] = {"seated": "seated", "waiting": "waiting", "removed": "removed"}
_DENIED: Final = {
    "unknown": "there is no such gathering, or no such party there; `prag gathering roster ID` shows them",
    "no-room": "there are not enough free seats; give the gathering more, or take a party off first",
    "cancelled": "the gathering was cancelled, so there are no seats to give or take; nothing is changed",
    "over": "the gathering is over; note who came with `prag gathering attended`",
}
Wall = Annotated[datetime, typer.Argument(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help="Local time, 2026-12-05T18:00.")]
WallOrNone = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help="Local time.")]
Text = Annotated[str, typer.Option()]
By = Annotated[str, typer.Option(metavar="EMAIL", help="Who does this: the e-mail of a member of the staff.")]


@cli.command("add")
def add(
    file: Annotated[Path | None, typer.Argument(help="A TOML file (docs/how-to/run-a-gathering.md); else the options below.")] = None,
    *,
    kind: Text = "meeting",
    starts: WallOrNone = None,
    ends: WallOrNone = None,
    capacity: Annotated[int, typer.Option()] = 50,
    title: Annotated[list[str] | None, typer.Option(help="Three times: Serbian, Albanian, English.")] = None,
    text: Annotated[list[str] | None, typer.Option(help="Three times, in the same order.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="Three times, in the same order.")] = None,
    topic: Text = "",
    municipality: Text = "",
    draft: Annotated[bool, typer.Option("--draft", help="Not shown to anybody yet.")] = False,
    by: By = "",
) -> None:
    """Add a gathering, from a TOML file or from options."""
    given: dict[str, Any] = _from_file(file) if file else {
        "kind": kind, "starts": starts, "ends": ends, "capacity": capacity, "title": _three("--title", title),
        "text": _three("--text", text), "place": _three("--place", place), "topic": topic, "municipality": municipality,
        "open": not draft,
    }  # fmt: skip
    try:
        wanted = msgspec.convert(given, Draft)
    except msgspec.ValidationError as error:
        raise GatheringError(f"{file or 'the options'}: {error}; docs/how-to/run-a-gathering.md shows how it is written") from error
    here = parts()
    with here.ledger.writing() as connection:
        who = _staff(connection, by)
        made = gatherings.make(connection, _library(here), wanted, zone=here.settings.zone, now=clock.now())
        _note(connection, who, "gathering added", made.id)
    for note in made.notes:
        out.print(f"Note: {note}.", markup=False)
    out.print(f"Gathering {made.id} is {'a draft' if not wanted.open else 'open'}. People reach it by: gathering_{made.id}")


@cli.command("publish")
def publish(number: int, by: By = "") -> None:
    """Open a draft: it is shown, and its followers hear of it."""
    with parts().ledger.writing() as connection:
        who = _staff(connection, by)
        gatherings.publish(connection, number)
        _note(connection, who, "gathering published", number)
    out.print(f"Gathering {number} is open.")


@cli.command("list")
def show_list(*, everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False) -> None:
    """The gatherings, in the order of their beginning."""
    here, now = parts(), clock.now()
    with here.ledger.reading() as connection:
        rows = reads.every(connection, None if everything else now)
    table = Table(box=None)
    for column in ("id", "kind", "starts", "state", "seats", "waiting", "title"):
        table.add_column(column)
    for row in rows:
        starts = f"{row.local(row.starts_at):%Y-%m-%d %H:%M}"
        held = f"{row.capacity - row.free}/{row.capacity}"
        table.add_row(str(row.id), row.kind, starts, row.phase(now), held, str(row.waiting), row["en"].title)
    out.print(table)
    out.print(f"{len(rows)} gatherings.")


@cli.command("show")
def show(number: int) -> None:
    """One gathering whole, with what visitors said of it and what happened to its seats."""
    here, now = parts(), clock.now()
    with here.ledger.reading() as connection:
        found = _found(reads.find(connection, number), number)
        counts = reads.opinions(connection, number)
        changes = reads.changes(connection, number)
    words = here.texts["en"]
    out.print("\n\n".join([f"{found.state}, {found.phase(now)}", *gw.details(words, found, now)]), markup=False)
    out.print(f"\nReminders, hours before: {', '.join(map(str, found.offsets)) or 'none'}. Offers stand {found.offer_hours} hours.")
    for question in opinions.QUESTIONS:
        told = ", ".join(f"{answer} {shown(counts.get((question, answer), 0), words)}" for answer in opinions.ANSWERS)
        out.print(f"{words(f'opinion-{question}')} {told}")
    for row in changes:
        why = f" by {row.by}: {row.reason}" if row.by else ""
        out.print(f"{found.local(row.at):%Y-%m-%d %H:%M} party {row.number} ({row.size}) {row.state}{why}", markup=False)


@cli.command("move")
def move(
    number: int,
    starts: Wall,
    ends: WallOrNone = None,
    place: Annotated[list[str] | None, typer.Option(help="Three times: sr, sq, en.")] = None,
    map_url: Annotated[str | None, typer.Option("--map", help="The new place on a map; else it has none.")] = None,
    by: By = "",
) -> None:
    """Move a gathering; everybody with a seat or in the waiting list is told, reminders move along."""
    here = parts()
    where = msgspec.convert(_three("--place", place), Named) if place else None
    with here.ledger.writing() as connection:
        who = _staff(connection, by)
        moved = gatherings.move(
            connection, here.texts, _library(here), number, starts=starts, ends=ends, place=where, map_url=map_url, now=clock.now()
        )
        _note(connection, who, "gathering moved", number, f"{starts:%Y-%m-%d %H:%M}")
    for note in moved.notes:
        out.print(f"Note: {note}.", markup=False)
    out.print(f"Gathering {number} is moved, and everybody concerned is told.")


@cli.command("cancel")
def cancel(number: int, by: By = "") -> None:
    """Cancel a gathering; everybody concerned is told once, and no reminder goes."""
    here = parts()
    with here.ledger.writing() as connection:
        who = _staff(connection, by)
        told = gatherings.cancel(connection, here.texts, number, clock.now())
        _note(connection, who, "gathering cancelled", number)
    out.print(f"Gathering {number} is cancelled; {told} parties are told.")


@cli.command("capacity")
def capacity(
    number: int, seats_there: Annotated[int, typer.Argument(metavar="SEATS")],
    *, override: Annotated[bool, typer.Option("--override", help="Move the last parties to the waiting list and tell them.")] = False,
    by: By = "", reason: Text = "",
) -> None:  # fmt: skip
    """Give a gathering another number of seats."""
    if override and not reason:
        raise typer.BadParameter("--override needs a --reason: it is kept with the change")
    here = parts()
    with here.ledger.writing() as connection:
        who = _staff(connection, by)
        lost = gatherings.set_capacity(connection, here.texts, number, seats_there, clock.now(), override=override, by=who, reason=reason)
        _note(connection, who, "seats changed", number, str(seats_there))
    out.print(f"Gathering {number} has {seats_there} seats; {lost} parties went back to the waiting list.")


@cli.command("put")
def put(number: int, code: str, state: str, reason: Annotated[str, typer.Option(help="Why; it is kept.")], by: By = "") -> None:
    """Give a party a seat out of order, hold it on the waiting list until it is put elsewhere, or take it off: seated, waiting, removed."""
    if state not in PLACES:
        raise typer.BadParameter(f"{state} is none of {', '.join(PLACES)}")
    here = parts()
    with here.ledger.writing() as connection:
        who = _staff(connection, by)
        denied = seats.put(
            connection, here.texts, gathering_id=number, code=read_code(code), state=PLACES[state], by=who, reason=reason, now=clock.now()
        )
        _refuse(denied)
        _note(connection, who, "party put", number, state)
    out.print(f"Party {code} is {state} now, and is told.")


@cli.command("attended")
def attended(number: int, code: str, people: int, by: By = "") -> None:
    """Note how many of a party came; 0 for nobody. It is audited."""
    with parts().ledger.writing() as connection:
        _note(connection, _staff(connection, by), "attendance noted", number, str(people))
        if not seats.attended(connection, number, read_code(code), people):
            raise GatheringError(
                f"there is no party {code} of at least {people} at gathering {number}; `prag gathering roster {number}` shows them"
            )
    out.print(f"Noted: {people} of {code}.")


@cli.command("roster")
def roster(number: int, to: Annotated[Path | None, typer.Option("--csv", help="Write a CSV file instead.")] = None, by: By = "") -> None:
    """Who comes, in the order they are picked up: code, people, names, telephone, and who came. Reading it is audited."""
    here = parts()
    verb = "roster exported" if to else "roster read"
    with here.ledger.writing() as connection:
        who = _staff(connection, by)
        found = _found(reads.find(connection, number), number)
        rows = reads.roster(connection, number)
        _note(connection, who, verb, number, str(len(rows)))
    head = ["point", "time", "party", "people", "state", "confirmed", "names", "telephone", "language", "came"]
    lines = [
        [
            row.point_name or "", f"{found.local(row.point_at):%H:%M}" if row.point_at else "", row.code, str(row.size), f"{row.state}, held" if row.held else row.state,
            "yes" if row.confirmed_at else "", here.vault.open(row.names) if row.names else "",
            here.vault.open(row.phone) if row.phone else "", row.language, "" if row.attended is None else str(row.attended),
        ]
        for row in rows
    ]  # fmt: skip
    if to is None:
        table = Table(*head, box=None)
        for line in lines:
            table.add_row(*line)
        out.print(table)
    else:
        sheet = io.StringIO(newline="")
        csv.writer(sheet).writerows([head, *([harmless(cell) for cell in line] for line in lines)])
        write_private(to, sheet.getvalue().encode("utf-8-sig"))
    held = sum(row.size for row in rows if row.state != "waiting")
    out.print(f"{len(rows)} parties, {held} of {found.capacity} seats.")


def _staff(connection: Connection, by: str) -> str:
    """Who does it, as the audit log names them. Raises StaffError when it is not for them."""
    return readers.reader(connection, by, "gatherings are run").name


def _note(connection: Connection, who: str, verb: str, number: int, detail: str = "") -> None:
    audit.note(connection, who=who, verb=verb, about=f"gathering_{number}", now=clock.now(), detail=detail)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise GatheringError(f"{file} cannot be read ({error.strerror}); check its name") from error
    except tomllib.TOMLDecodeError as error:
        raise GatheringError(f"{file} is not valid TOML: {error}") from error


def _three(option: str, said: list[str] | None) -> dict[str, str]:
    if not said or len(said) != 3:
        raise typer.BadParameter(f"{option} is needed three times: in Serbian, in Albanian, in English")
    return dict(zip(("sr", "sq", "en"), said, strict=True))


def _library(here: app.Parts) -> Library:
    return read(newest_files(here.settings))[0]


def _found(found: Gathering | None, number: int) -> Gathering:
    if found is None:
        raise GatheringError(f"there is no gathering {number}; `prag gathering list` shows them")
    return found


def _refuse(denied: Denied | None) -> None:
    if denied is not None:
        raise GatheringError(_DENIED[denied.why])
