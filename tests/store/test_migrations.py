"""The migrations make exactly the tables the program uses, and never half of them."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from bot.actions import people
from bot.store import migrate as schema
from bot.store.database import Ledger, LedgerError
from bot.store.migrate import _config, backup_then_migrate, current, migrate, newest, require_newest, require_usable
from bot.store.tables import metadata
from tests.postgres import migrated, postgres

_ = migrated, postgres  # fixtures

NOW = datetime(2026, 11, 21, tzinfo=UTC)


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
        require_usable(empty)
    empty.close()


NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "next", "{newest}"
def upgrade():
    op.add_column("person", sa.Column("nickname", sa.String(20)))
    op.execute("UPDATE compatibility SET oldest = '{oldest}'")
"""


@pytest.fixture
def upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Ledger, str], None]:
    """Brings a ledger to the schema of the version after this one, whose oldest companion has the schema named."""

    def run(ledger: Ledger, oldest: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(schema._FOLDER, folder)
        script = NEXT.format(newest=newest(), oldest=oldest)
        (folder / "versions" / "next.py").write_text(script, "utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(schema, "_FOLDER", folder)
            migrate(ledger)

    return run


def test_after_an_update_the_old_program_can_be_started_again(ledger: Ledger, tmp_path: Path, upgrade: Callable[[Ledger, str], None]):
    upgrade(ledger, newest())
    assert current(ledger) == "next"
    require_usable(ledger)
    migrate(ledger)
    assert backup_then_migrate(ledger, tmp_path / "prag.db", NOW) is None
    assert current(ledger) == "next"
    with ledger.writing() as connection:
        met = people.meet(connection, "web", "a", now=NOW, language="sq")
        assert people.meet(connection, "web", "a", now=NOW, language="sq").person_id == met.person_id
    with pytest.raises(LedgerError, match="run `prag migrate`"):
        require_newest(ledger)  # what copies every column must know them all


def test_what_an_update_took_away_keeps_the_old_program_out(ledger: Ledger, tmp_path: Path, upgrade: Callable[[Ledger, str], None]):
    upgrade(ledger, "next")
    for refused in (require_usable, migrate, lambda it: backup_then_migrate(it, tmp_path / "prag.db", NOW)):
        with pytest.raises(LedgerError, match="install the newer Prag"):
            refused(ledger)


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
