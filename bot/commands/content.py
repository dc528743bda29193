"""`prag content`: the content in the ledger."""

from pathlib import Path

import typer

from bot import clock
from bot.actions import content
from bot.catalogue import refuse_errors
from bot.commands.common import out, parts
from bot.library import files_below, read

cli = typer.Typer(no_args_is_help=True, help="The content in the ledger.")


@cli.callback()
def content_commands() -> None:
    """The content in the ledger."""


@cli.command("publish")
def publish() -> None:
    """Publish the content folder into the ledger; a running service shows it within a second or two."""
    here = parts()
    files = files_below(Path(here.settings.content_dir))
    refuse_errors(read(files)[1])
    with here.ledger.writing() as connection:
        changed = content.publish(connection, files, clock.now())
    out.print(f"{changed} files published.")
