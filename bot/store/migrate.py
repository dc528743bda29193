"""The schema: which one the ledger has, and bringing it up to date."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from bot.store.database import Ledger, LedgerError, make_private
from bot.store.tables import compatibility

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
    """The ledger has the newest schema afterwards, or the newer one it had already; all or nothing."""
    if _is_newer(current(ledger)):
        require_usable(ledger)
        return
    config = _config()
    with ledger.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def backup_then_migrate(ledger: Ledger, path: Path, now: datetime) -> Path | None:
    """Migrate a SQLite ledger, keeping a copy of it first; gives the copy's path, None if nothing was to do."""
    have, want = current(ledger), newest()
    if have == want:
        return None
    if have is None or _is_newer(have):
        migrate(ledger)
        return None
    copy = path.with_name(f"{path.stem}-before-{want}-{now:%Y%m%dT%H%M%S}.db")
    copy_sqlite(path, copy)
    migrate(ledger)
    return copy


def require_usable(ledger: Ledger) -> None:
    """Raise LedgerError unless this program can work on the ledger.

    Its schema is the one the program was made with, or a newer one that only added to it: so a process of
    the old version can be started again while a new one is being rolled out.
    """
    have = current(ledger)
    if _is_newer(have):
        if not _known(_oldest(ledger)):
            raise LedgerError(f"the ledger's schema is {have}, of a newer Prag than this one ({newest()}); install the newer Prag")
        return
    require_newest(ledger)


def require_newest(ledger: Ledger) -> None:
    """Raise LedgerError unless the ledger has exactly the schema this program was made with."""
    have, want = current(ledger), newest()
    if have != want:
        raise LedgerError(f"the ledger's schema is {have or 'empty'} and this program needs {want}; run `prag migrate`")


def _known(revision: str | None) -> bool:
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _is_newer(have: str | None) -> bool:
    return have is not None and not _known(have)


def _oldest(ledger: Ledger) -> str | None:
    with ledger.reading() as connection:
        if not inspect(connection).has_table(compatibility.name):
            return None
        return connection.execute(select(compatibility.c.oldest)).scalar()


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file, also while it is written to; a new one is readable by its owner only."""
    make_private(target)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    new.close()
    old.close()
