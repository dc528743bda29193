"""`prag move`: from SQLite to Postgres."""

import asyncio
import importlib
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from bot import moving, settings
from bot.commands.common import out
from bot.settings import SettingsError
from bot.store.database import Ledger, LedgerError
from bot.store.migrate import migrate


def move(to: Annotated[str, typer.Argument(help="postgresql://... : an empty database.")]) -> None:
    """Move everything from the SQLite ledger to an empty Postgres database; compared row by row. The service must not run."""
    given = settings.load()
    if not given.database_url.startswith("sqlite"):
        raise SettingsError("PRAG_DATABASE_URL must be the SQLite ledger to move from; it is Postgres already")
    if not to.startswith("postgresql://"):
        raise typer.BadParameter("give the target as postgresql://...")
    lock = FileLock(given.folder / "prag.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LedgerError("the service runs on this ledger; stop it first, then move") from error
    source, target = Ledger(given.database_url), Ledger(to)
    try:
        migrate(target)
        asyncio.run(importlib.import_module("bot.engine.pgqueuer").install(to))
        total = moving.move(source, target, lambda name, count: out.print(f"{name}: {count}") if count else None)
    finally:
        source.close()
        target.close()
        lock.release()
    out.print(f"{total} rows moved and compared. Now set PRAG_DATABASE_URL to the new address; keep {given.folder} until all is well.")
