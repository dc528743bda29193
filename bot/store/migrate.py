"""The schema: which one the ledger has, and bringing it up to date."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.store.database import Ledger, LedgerError, make_private

_FOLDER: Final = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """The schema this program works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(ledger: Ledger) -> str | None:
    """The schema the ledger has; None for an empty database."""
    with ledger.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(ledger: Ledger) -> None:
    """The ledger has the newest schema afterwards; all or nothing."""
    config = _config()
    with ledger.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def backup_then_migrate(ledger: Ledger, path: Path, now: datetime) -> Path | None:
    """Migrate a SQLite ledger, keeping a copy of it first; gives the copy's path, None if nothing was to do."""
    have, want = current(ledger), newest()
    if have == want:
        return None
    if have is None:
        migrate(ledger)
        return None
    copy = path.with_name(f"{path.stem}-before-{want}-{now:%Y%m%dT%H%M%S}.db")
    copy_sqlite(path, copy)
    migrate(ledger)
    return copy


def require_newest(ledger: Ledger) -> None:
    """Raise LedgerError unless the ledger has the schema this program works with."""
    have, want = current(ledger), newest()
    if have != want:
        raise LedgerError(f"the ledger's schema is {have or 'empty'} and this program needs {want}; run `prag migrate`")


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file, also while it is written to; a new one is readable by its owner only."""
    make_private(target)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    new.close()
    old.close()
