"""The `prag` command. Each command is a few lines: it reads its words, calls one function, prints."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import app, settings, talks
from bot.actions.broadcasts import BroadcastError
from bot.actions.codes import CodeError
from bot.actions.erasure import ErasureError
from bot.actions.gatherings import GatheringError
from bot.actions.misses import MissError
from bot.actions.questions import QuestionError
from bot.actions.registrations import RegistrationError
from bot.actions.staff import StaffError
from bot.backups import BackupError
from bot.commands import ask as asking
from bot.commands import (
    broadcast,
    content,
    gathering,
    jobs,
    keeping,
    office,
    posters,
    questions,
    registrations,
    staff,
)
from bot.commands import check as checking
from bot.commands.chat import converse
from bot.commands.common import language as language_of
from bot.commands.common import out
from bot.deep_links import LinkError
from bot.evaluation import QuestionError as EvaluationError
from bot.library import ContentError
from bot.office import OfficeError
from bot.segments import SegmentError
from bot.settings import SettingsError
from bot.store.database import Ledger, LedgerError
from bot.store.migrate import migrate as migrate_ledger
from bot.store.sealing import SealError
from bot.texts import TextError

OURS = (BroadcastError, SegmentError, OfficeError, SettingsError, LedgerError, ContentError, TextError, QuestionError, CodeError, SealError, GatheringError, LinkError, MissError, StaffError, EvaluationError, RegistrationError, ErasureError, BackupError, talks.TalkError)

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Prag: a chatbot for people displaced from Kosovo* and returnees.")
cli.add_typer(questions.cli, name="questions")
cli.add_typer(content.cli, name="content")
cli.add_typer(gathering.cli, name="gathering")
cli.add_typer(staff.cli, name="staff")
cli.command()(posters.poster)
cli.command()(posters.link)
cli.command()(jobs.jobs)
cli.add_typer(registrations.cli, name="registrations")
cli.add_typer(registrations.forms, name="forms")
cli.add_typer(registrations.export_cli, name="export")
cli.add_typer(keeping.settings_cli, name="settings")
keeping.settings_cli.command("show")(office.show)
keeping.settings_cli.command("set")(office.put)
keeping.settings_cli.command("reset")(office.reset)
cli.add_typer(broadcast.cli, name="broadcast")
cli.command("statistics")(registrations.show_statistics)
cli.command()(registrations.report)
cli.command()(keeping.erase)
cli.command()(keeping.backup)
cli.command()(keeping.restore)
cli.command()(keeping.purge)
cli.command()(asking.ask)
cli.command()(asking.evaluate)
cli.command()(checking.check)


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
