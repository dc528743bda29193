"""The migrations make exactly the tables the program uses, and never half of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from bot.store.database import Ledger, LedgerError
from bot.store.migrate import _config, backup_then_migrate, current, migrate, newest, require_newest
from bot.store.tables import metadata
from tests.postgres import migrated, postgres

_ = migrated, postgres  # fixtures


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


def test_the_tables_on_postgres_are_those_of_the_program_too(migrated: Ledger):
    with migrated.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_rows_of_the_first_schema_are_there_after_the_migration_and_in_the_copy(tmp_path: Path):
    path = tmp_path / "old.db"
    old = Ledger(f"sqlite:///{path}")
    with old.writing() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO person VALUES (7, '346789A', 'sq', 1, NULL, 5, 6)")
        connection.exec_driver_sql("INSERT INTO link_failure VALUES (1, 7, 5)")
        connection.exec_driver_sql("INSERT INTO miss VALUES (1, 'key', x'00', 'sq', NULL, 3, 9)")
    copy = backup_then_migrate(old, path, datetime(2026, 11, 21, tzinfo=UTC))
    assert copy is not None
    assert [file.stat().st_mode & 0o077 for file in (path, copy)] == [0, 0]
    with old.reading() as connection:
        assert connection.exec_driver_sql("SELECT person_id, key FROM link_failure").all() == [(7, None)]
        assert connection.exec_driver_sql("SELECT count, person_id FROM miss").all() == [(3, None)]
    old.close()
    kept = Ledger(f"sqlite:///{copy}")
    assert current(kept) == "0001"
    kept.close()
