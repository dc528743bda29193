"""The `prag` command. Each command is a few lines: it reads its words, calls one function, prints."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import app, clock, settings, talks
from bot.actions.codes import CodeError
from bot.actions.gatherings import GatheringError
from bot.actions.questions import QuestionError
from bot.actions.staff import StaffError
from bot.catalogue import refuse_errors
from bot.commands import content, gathering, jobs, posters, questions, staff
from bot.commands.common import language as language_of
from bot.commands.chat import converse
from bot.commands.common import newest_files, out
from bot.commands.links import dead_links
from bot.deep_links import LinkError
from bot.library import ContentError, Library, files_below, overdue, read
from bot.messages import Language
from bot.search import Index
from bot.settings import Settings, SettingsError
from bot.store.database import Ledger, LedgerError
from bot.store.migrate import migrate as migrate_ledger
from bot.store.sealing import SealError
from bot.texts import TextError, Texts

OURS = (SettingsError, LedgerError, ContentError, TextError, QuestionError, CodeError, SealError, GatheringError, LinkError, StaffError, talks.TalkError)

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Prag: a chatbot for people displaced from Kosovo* and returnees.")
cli.add_typer(questions.cli, name="questions")
cli.add_typer(content.cli, name="content")
cli.add_typer(gathering.cli, name="gathering")
cli.add_typer(staff.cli, name="staff")
cli.command()(posters.poster)
cli.command()(posters.link)
cli.command()(jobs.jobs)


@cli.command()
def run(host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1", port: Annotated[int, typer.Option(min=1, max=65535)] = 8000) -> None:
    """Run everything in one process."""
    app.run(settings.load(), host, port)


@cli.command()
def migrate() -> None:
    """Bring the ledger's schema up to date."""
    ledger = Ledger(settings.load().database_url)
    migrate_ledger(ledger)
    ledger.close()
    out.print("The ledger has the newest schema.")


@cli.command()
def chat(
    language: Annotated[str, typer.Option(help="sr-Cyrl, sr-Latn, sq or en; guessed if left out.")] = "",
    save: Annotated[Path | None, typer.Option(help="Keep the conversation as a .talk file.")] = None,
) -> None:
    """Talk to Prag in the terminal."""
    given = settings.load()
    parts = app.build_parts(given)
    app.prepare(parts)
    converse(parts, language_of(language), save)


@cli.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question.")] = "",
    language: Annotated[str, typer.Option(help="The language of the conversation, if known.")] = "",
    batch: Annotated[Path | None, typer.Option(help="A .jsonl file with one {id, text, language?} a line.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what matched.")] = False,
) -> None:
    """Ask one question, or a file of them, and see what the search makes of it."""
    if not text and batch is None:
        raise typer.BadParameter("give a question or --batch FILE")
    given = settings.load()
    library = _library(given)
    index = Index.build(library, given.folder / "search")
    if batch is None:
        _show_answer(library, index, text, language_of(language), explain=explain)
        return
    for line in batch.read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            answer = _answer_row(index, str(row["id"]), str(row["text"]), language_of(str(row.get("language") or "")))
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _answer_row(index: Index, name: str, text: str, language: Language | None) -> dict[str, object]:
    started = time.perf_counter()
    found = index.find(text, language)
    return {
        "id": name,
        "kind": found.kind,
        "answer": found.answer,
        "ranking": [hit.article for hit in found.ranking],
        "language": found.language,
        "alert": found.alert,
        "ms": round((time.perf_counter() - started) * 1000, 3),
    }


def _show_answer(library: Library, index: Index, text: str, language: Language | None, *, explain: bool) -> None:
    found = index.find(text, language)
    out.print(f"{found.kind}  language {found.language}{'' if found.language_sure else ' (not sure)'}{'  alert' if found.alert else ''}")
    table = Table(box=None)
    table.add_column("article")
    table.add_column("fit", justify="right")
    table.add_column("title")
    for hit in found.ranking[:5]:
        table.add_row(hit.article, f"{hit.score:.2f}", library.articles[hit.article].versions[found.language].title)
    out.print(table)
    if found.municipality:
        out.print(f"municipality: {found.municipality}")
    for matched in found.matched if explain else ():
        out.print(f"matched: {matched}")


@cli.command()
def check(
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    online: Annotated[bool, typer.Option("--online", help="Also open every outside link.")] = False,
) -> None:
    """Check content and texts; exit 1 on errors."""
    given = settings.load()
    Texts.load(app.LOCALES)
    library, problems = read(files_below(Path(given.content_dir)))
    problems += overdue(library, clock.local_day(clock.now(), given.zone))
    if online:
        problems += dead_links(library)
    counts = {level: sum(p.level == level for p in problems) for level in ("error", "warning", "information")}
    for problem in problems:
        if problem.level != "information":
            out.print(str(problem), markup=False)
    out.print(
        f"{len(library.articles)} articles: {counts['error']} errors, {counts['warning']} warnings, "
        f"{counts['information']} notes (versions no native speaker has read yet)"
    )
    if counts["error"] or (strict and counts["warning"]):
        raise typer.Exit(1)


def _library(given: Settings) -> Library:
    """The newest library: the ledger's where there is one with content, else the content folder's."""
    library, problems = read(newest_files(given))
    refuse_errors(problems)
    return library


def main() -> None:
    """Run the command. Errors of ours are one plain sentence on stderr and exit code 1."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        cli()
    except OURS as error:
        if debug:
            raise
        sys.stderr.write(f"prag: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
