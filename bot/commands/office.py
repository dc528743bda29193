"""`prag settings show|set|reset`: what the office has set for itself."""

from typing import Annotated

import typer
from rich.table import Table

from bot import clock
from bot import office as rules
from bot.actions import office
from bot.commands.common import out, parts
from bot.commands.keeping import settings_cli as cli
from bot.store.broadcast_reads import office_of

Name = Annotated[str, typer.Argument(help=", ".join(rules.NAMES))]
By = Annotated[str, typer.Option(help="Who does this.")]


@cli.command()
def show() -> None:
    """The office's settings and our defaults."""
    here = parts()
    with here.ledger.reading() as connection:
        now = office_of(connection)
    table = Table(box=None)
    for column in ("setting", "value", "default"):
        table.add_column(column)
    for name in rules.NAMES:
        table.add_row(name, rules.shown(now, name), rules.shown(rules.Office(), name))
    out.print(table)


@cli.command("set")
def put(name: Name, value: str, by: By = "staff") -> None:
    """Set one; a running service follows within a second."""
    here = parts()
    with here.ledger.writing() as connection:
        office.put(connection, name, value, by=by, now=clock.now())
    out.print(f"{name} is {value}.")


@cli.command()
def reset(name: Name, by: By = "staff") -> None:
    """Go back to the default."""
    here = parts()
    with here.ledger.writing() as connection:
        office.reset(connection, name, by=by, now=clock.now())
    out.print(f"{name} has its default again.")
