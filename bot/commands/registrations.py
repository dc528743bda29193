"""`prag registrations`, `prag forms`, `prag export`, `prag statistics`, `prag report`: what people signed up for."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import Connection, Row

from bot import clock
from bot.actions import audit, readers, registrations
from bot.actions.codes import read_code
from bot.actions.outgoing import Skipped
from bot.actions.readers import Reader
from bot.actions.registrations import RegistrationError
from bot.answers import told
from bot.app import Parts
from bot.commands.common import language as language_of
from bot.commands.common import newest_files, out, parts, write_private
from bot.documents import exports, statistics
from bot.forms import Form
from bot.library import Library, read
from bot.store import gathering_reads, yearly_reads
from bot.store import registration_reads as reads

cli = typer.Typer(no_args_is_help=True, help="What people signed up for.")
forms = typer.Typer(no_args_is_help=True, help="The forms people fill in.")
By = Annotated[str, typer.Option(metavar="EMAIL", help="Who does this: the e-mail of a member of the staff.")]


def _library(here: Parts) -> Library:
    return read(newest_files(here.settings))[0]


def _form(library: Library, name: str) -> Form:
    if name not in library.forms:
        raise RegistrationError(f"there is no form {name}; they are {', '.join(library.forms)}")
    return library.forms[name]


def _readable(reader: Reader, library: Library, name: str) -> Form:
    form = _form(library, name)
    reader.require(form, name)
    return form


def _reader_of(connection: Connection, library: Library, code: str, by: str) -> str:
    """The name of the reader whose e-mail is `by`. Raises StaffError when the registration is not for them."""
    reader = readers.reader(connection, by)
    found = reads.by_code(connection, code)
    if found is not None:
        reader.require(library.forms.get(found.form), found.form)
    return reader.name


@cli.command("list")
def show_list(
    form: Annotated[str, typer.Option(help="Only this form.")] = "",
    status: Annotated[str, typer.Option(help="Only this status.")] = "",
    by: By = "",
) -> None:
    """Registrations you may read, the oldest first, without their answers. It is audited."""
    here = parts()
    library = _library(here)
    with here.ledger.writing() as connection:
        reader = readers.reader(connection, by)
        chosen = [_readable(reader, library, form).id] if form else reader.readable(library.forms.values())
        rows = reads.listing(connection, forms=chosen, status=status)
        audit.note(
            connection, who=reader.name, verb="registrations listed", about=form or "all forms", now=clock.now(), detail=str(len(rows))
        )
    table = Table(box=None)
    for column in ("code", "form", "status", "received", "for", "language"):
        table.add_column(column)
    for row in rows:
        received = f"{clock.local(row.created_at, here.settings.zone):%Y-%m-%d %H:%M}"
        table.add_row(row.code, row.form, row.status, received, "family" if row.family else "self", row.language)
    out.print(table)
    out.print(f"{len(rows)} registrations. Look at one with: prag registrations show CODE")


@cli.command("show")
def show(code: str, language: Annotated[str, typer.Option(help="In which language.")] = "en", by: By = "") -> None:
    """One registration whole: answers, consents, history, referrals. Reading it is audited."""
    here = parts()
    library, words = _library(here), here.texts[language_of(language) or "en"]
    with here.ledger.writing() as connection:
        who = _reader_of(connection, library, read_code(code), by)
        found = registrations.open_one(connection, here.vault, read_code(code), by=who, now=clock.now())
        lines = [*_head(connection, found), *_consents(connection, found.id), *_steps(connection, here, found.id)]
        answers = registrations.answers_of(here.vault, found)
    form = library.forms.get(found.form)
    if form and answers is not None:
        prompts = form.words[words.language].prompts
        lines[1:1] = [f"{prompts[f.id].label}: {told(form, f, answers[f.id], library, words)}" for f in form.fields if f.id in answers]
    for line in lines:
        out.print(line, markup=False)


def _head(connection: Connection, found: Row[Any]) -> list[str]:
    same = reads.same_phone(connection, found)
    head = f"{found.code}  {found.form}  {found.status}  {'family' if found.family else 'self'}  {found.language}"
    return [head, *([f"The same telephone also stands in: {', '.join(same)}"] if same else [])]


def _consents(connection: Connection, registration_id: int) -> list[str]:
    return [
        f"consent {row.purpose}: given {row.given_at:%Y-%m-%d %H:%M} UTC, {row.language}, {row.channel}, text {row.hash}"
        + (f", withdrawn {row.withdrawn_at:%Y-%m-%d %H:%M}" if row.withdrawn_at else "")
        for row in reads.consents(connection, registration_id)
    ]


def _steps(connection: Connection, here: Parts, registration_id: int) -> list[str]:
    steps = [
        f"{row.at:%Y-%m-%d %H:%M} UTC  {row.what}  by {row.by}" + (f": {here.vault.open(row.note)}" if row.note else "")
        for row in reads.history(connection, registration_id)
    ]
    return steps + [
        f"{row.at:%Y-%m-%d %H:%M} UTC  referred to {row.to}" + (f": {here.vault.open(row.note)}" if row.note else "")
        for row in reads.referrals(connection, registration_id)
    ]


@cli.command("status")
def set_status(code: str, status: str, reason: Annotated[str, typer.Option(help="The person reads it.")] = "", by: By = "") -> None:
    """Set how a registration stands: received, in-progress, waiting, accepted, declined (with --reason) or done."""
    here = parts()
    library = _library(here)
    with here.ledger.writing() as connection:
        who = _reader_of(connection, library, read_code(code), by)
        result = registrations.set_status(
            connection,
            here.vault,
            here.texts,
            code=read_code(code),
            status=status,
            by=who,
            now=clock.now(),
            zone=here.settings.zone,
            reason=reason,
        )
    if result is None:
        out.print("Kept. The person did not agree to be contacted; they see it in “my registrations”.")
    else:
        out.print(f"Kept; the person was not told: {result.reason}." if isinstance(result, Skipped) else "Kept; the person is being told.")


@cli.command("refer")
def refer(code: str, to: Annotated[str, typer.Option(help="To whom.")], note: Annotated[str, typer.Option()] = "", by: By = "") -> None:
    """Record that a registration was passed on to another body."""
    here = parts()
    library = _library(here)
    with here.ledger.writing() as connection:
        who = _reader_of(connection, library, read_code(code), by)
        agreed = registrations.refer(connection, here.vault, code=read_code(code), to=to, by=who, now=clock.now(), note=note)
    out.print(
        "Recorded."
        if agreed
        else "Recorded. The person has not agreed to their answers being passed on: ask them before you hand anything over."
    )


@forms.command("list")
def list_forms() -> None:
    """Every form, and whether people can sign up now."""
    here = parts()
    today = clock.local_day(clock.now(), here.settings.zone)
    with here.ledger.reading() as connection:
        for form in _library(here).forms.values():
            decided = reads.form_setting(connection, form.id)
            state = "open" if registrations.is_open(connection, form, today) else "closed"
            out.print(f"{form.id}  {state}{' (set by staff)' if decided else ''}  {form.title('en')}")


@forms.command("open")
def open_form(form: str, by: By = "staff") -> None:
    """People can sign up from now on."""
    _set_open(form, by, opened=True)


@forms.command("close")
def close_form(form: str, by: By = "staff") -> None:
    """Nobody can sign up from now on; what was begun stays."""
    _set_open(form, by, opened=False)


def _set_open(name: str, by: str, *, opened: bool) -> None:
    here = parts()
    form = _form(_library(here), name)
    with here.ledger.writing() as connection:
        registrations.set_open(connection, form.id, opened=opened, by=by, now=clock.now())
    out.print(f"{form.id} is {'open' if opened else 'closed'}.")


export_cli = typer.Typer(no_args_is_help=True, help="Tables for the office.")


@export_cli.callback()
def exporting() -> None:
    """Tables for the office."""


@export_cli.command("registrations")
def export(
    form: Annotated[str, typer.Option(help="Which form.")],
    kind: Annotated[str, typer.Option("--format", help="csv, xlsx or json.")] = "xlsx",
    folder: Annotated[Path, typer.Option(help="Where to.")] = Path(),
    by: By = "",
) -> None:
    """Write the registrations of one form, with a dictionary of its columns. It is audited."""
    if kind not in ("csv", "xlsx", "json"):
        raise typer.BadParameter("the format is csv, xlsx or json")
    here = parts()
    library = _library(here)
    with here.ledger.writing() as connection:
        reader = readers.reader(connection, by)
        chosen = _readable(reader, library, form)
        rows = [row for row in reads.listing(connection, forms=[form]) if row.answers is not None]
        entries = [_entry(connection, here, row) for row in rows]
        audit.note(connection, who=reader.name, verb="registrations exported", about=form, now=clock.now(), detail=f"{len(rows)} as {kind}")
    for name, content in exports.export(chosen, entries, library, here.texts, kind).items():  # type: ignore[arg-type]
        path = folder / name
        write_private(path, content)
        out.print(f"{path}: {len(entries)} registrations" if "dictionary" not in name else f"{path}: what the columns mean")


def _entry(connection: Connection, here: Parts, row: Row[Any]) -> exports.Entry:
    return exports.Entry(
        code=row.code, received=row.created_at, changed=row.changed_at, status=row.status, family=row.family, language=row.language,
        contact=reads.may_contact(connection, row.id), answers=registrations.answers_of(here.vault, row),
    )  # fmt: skip


def _tallies(connection: Connection) -> list[statistics.Tally]:
    return [
        statistics.Tally(row.month, row.form, row.municipality, row.language, row.category, row.number) for row in reads.tallies(connection)
    ]


def show_statistics(language: Annotated[str, typer.Option(help="In which language.")] = "en") -> None:
    """Counts of registrations and of what visitors said; cells under 5 are hidden, the rest rounded to 5."""
    here = parts()
    words = here.texts[language_of(language) or "en"]
    with here.ledger.reading() as connection:
        counted = _tallies(connection)
        said = gathering_reads.opinions_by_kind(connection)
    tables = statistics.tables(counted, _library(here), words) | {"opinions": statistics.opinions(said, words)}
    for name, rows in tables.items():
        table = Table(title=words(f"stats-{name}"), box=None, title_justify="left", show_header=False)
        for row in rows:
            table.add_row(*row)
        out.print(table)


def report(year: int, language: Annotated[str, typer.Option(help="In which language.")] = "en") -> None:
    """The yearly report in the shape of the eight core tasks: counts only."""
    here = parts()
    words = here.texts[language_of(language) or "en"]
    begin, end = (datetime(number, 1, 1, tzinfo=here.settings.zone).astimezone(UTC) for number in (year, year + 1))
    with here.ledger.reading() as connection:
        counted = _tallies(connection)
        others = yearly_reads.counts(connection, begin, end)
    out.print(statistics.yearly(year, counted, others, _library(here), words), markup=False)
