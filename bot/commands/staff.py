"""`prag staff`: who works with Prag, and in which chats."""

from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import func, select

from bot import clock
from bot.actions import staff
from bot.actions.staff import LASTS, ROLES, Role, StaffError
from bot.commands.common import out, parts
from bot.store.tables import staff as staff_table
from bot.store.tables import staff_chat

cli = typer.Typer(no_args_is_help=True, help="Who works with Prag, and in which chats.")


@cli.command()
def add(email: str, role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")]) -> None:
    """Add a member of the staff, or change their role."""
    here = parts()
    with here.ledger.writing() as connection:
        staff.add(connection, email.strip().lower(), _role(role), clock.now())
    out.print(f"{email} is {role}.")


@cli.command()
def remove(email: str) -> None:
    """Remove a member of the staff; their chats are told nothing any more."""
    here = parts()
    with here.ledger.writing() as connection:
        staff.remove(connection, email.strip().lower(), clock.now())
    out.print(f"{email} is no longer staff.")


@cli.command("list")
def show_list() -> None:
    """Everybody of the staff and how many chats they have linked."""
    here = parts()
    chats = select(func.count()).where(staff_chat.c.staff_id == staff_table.c.id).scalar_subquery()
    table = Table(box=None)
    for column in ("e-mail", "role", "chats"):
        table.add_column(column)
    with here.ledger.reading() as connection:
        wanted = select(staff_table.c.email, staff_table.c.role, chats.label("chats")).where(staff_table.c.removed_at.is_(None))
        for row in connection.execute(wanted.order_by(staff_table.c.email)):
            table.add_row(row.email, row.role, str(row.chats))
    out.print(table)


@cli.command()
def link(email: str) -> None:
    """Show a one-time code with which a member links their own chat."""
    here = parts()
    with here.ledger.writing() as connection:
        code = staff.code_for(connection, here.vault, email.strip().lower(), clock.now())
    minutes = int(LASTS.total_seconds() // 60)
    out.print(f"Within {minutes} minutes, write this to the bot in your own chat (Telegram, Viber or web):\n\n  office-{code}\n")


def _role(name: str) -> Role:
    found = next((role for role in ROLES if role == name), None)
    if found is None:
        raise StaffError(f"{name} is not a role; use one of {', '.join(ROLES)}")
    return found
