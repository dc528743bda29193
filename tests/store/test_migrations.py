"""The migrations make exactly the tables the program uses, and never half of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from bot.store.database import Ledger, LedgerError
from bot.store.migrate import backup_then_migrate, current, migrate, newest, require_newest
from bot.store.tables import metadata


def test_migrating_an_empty_ledger_gives_the_tables_of_the_program(ledger: Ledger):
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    assert current(ledger) == newest()


def test_migrating_twice_changes_nothing(ledger: Ledger):
    migrate(ledger)
    assert current(ledger) == newest()


def test_an_old_ledger_is_refused_in_a_sentence(tmp_path: Path):
    empty = Ledger(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(LedgerError, match="run `prag migrate`"):
        require_newest(empty)
    empty.close()


def test_a_copy_is_kept_before_an_old_ledger_is_migrated(tmp_path: Path):
    path = tmp_path / "old.db"
    old = Ledger(f"sqlite:///{path}")
    with old.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    copy = backup_then_migrate(old, path, datetime(2026, 11, 21, tzinfo=UTC))
    assert copy is None  # a version table without a version is an empty ledger
    with old.reading() as connection:
        assert inspect(connection).has_table("person")
    old.close()
