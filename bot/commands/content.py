"""`prag content`: the content in the ledger."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import clock
from bot.actions import content
from bot.catalogue import refuse_errors
from bot.commands.common import out, parts
from bot.library import ContentError, files_below, read
from bot.store.reads import versions_of

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


@cli.command("versions")
def versions(article: Annotated[str, typer.Argument(help="The article's id.")]) -> None:
    """The versions of an article's texts, by the numbers that a broadcast's `read=ARTICLE@NUMBER` takes."""
    here = parts()
    with here.ledger.reading() as connection:
        found = versions_of(connection, article)
    if not found:
        raise ContentError(f"no text of an article {article} was ever published; `prag check` names the articles")
    table = Table(box=None)
    for column in ("number", "language", "published", "by"):
        table.add_column(column)
    for one in found:
        published = f"{clock.local(one.published_at, here.settings.zone):%Y-%m-%d %H:%M}"
        table.add_row(str(one.id), one.language, published, one.origin)
    out.print(table)
