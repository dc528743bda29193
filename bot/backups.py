"""Backups of the ledger: consistent while the service runs, without the keys, and never a way back for the erased."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import select

from bot.actions import erasure
from bot.errors import PlainError
from bot.settings import Settings
from bot.store.database import Ledger
from bot.store.migrate import copy_sqlite, migrate
from bot.store.sealing import Vault
from bot.store.tables import erasure as erasure_table

KEPT: Final = timedelta(days=35)  # a backup older than this would keep people longer than we promise
PROOFS: Final = "erasures"  # beside the ledger: keyed hashes of who was erased, so that losing the ledger loses none of them


class BackupError(PlainError):
    """The backup cannot be made or restored; the sentence says why and what to do."""


def backup(given: Settings, target: Path | None, now: datetime) -> Path:
    """A copy of the ledger as it is at one moment, readable by its owner only. Raises BackupError for Postgres or a taken name."""
    source = _file(given)
    target = target or given.folder / "backups" / f"prag-{now:%Y%m%dT%H%M%S}.db"
    if target.exists():
        raise BackupError(f"{target} is there already; give another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    copy_sqlite(source, target)
    return target


def restore(given: Settings, source: Path, vault: Vault, now: datetime) -> int:
    """The ledger is the backup's, in the newest schema, and whoever was erased since is erased again; gives how many.

    Raises BackupError while the service runs, or for a file that is no ledger. The ledger that was there is gone.
    """
    if not source.is_file() or not source.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise BackupError(f"{source} is no backup of a ledger")
    target = _file(given)
    given.folder.mkdir(parents=True, exist_ok=True)
    with stopped(given.folder, "restore"):
        keys = proofs(given.folder) | (_in_ledger(given.database_url) if target.exists() else frozenset())
        return _put_back(given, source, target, vault, keys, now)


@contextmanager
def stopped(folder: Path, then: str) -> Iterator[None]:
    """No service runs on this folder's ledger, nor starts before the block ends. Raises BackupError while one does."""
    lock = FileLock(folder / "prag.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupError(f"the service is running; stop it, {then}, and start it again") from error
    try:
        yield
    finally:
        lock.release()


def _put_back(given: Settings, source: Path, target: Path, vault: Vault, keys: frozenset[str], now: datetime) -> int:
    fresh = target.with_suffix(".restoring")
    shutil.copyfile(source, fresh)
    ledger = Ledger(f"sqlite:///{fresh}")
    try:
        migrate(ledger)
        with ledger.writing() as connection:
            again = erasure.forget_again(connection, vault, keys, now)
        ledger.fold()
    finally:
        ledger.close()
    for name in (f"{target}-wal", f"{target}-shm", f"{fresh}-wal", f"{fresh}-shm"):
        Path(name).unlink(missing_ok=True)
    fresh.replace(target)
    _write(given.folder, keys)
    return again


def _file(given: Settings) -> Path:
    if not given.database_url.startswith("sqlite:///"):
        raise BackupError("this ledger is in Postgres; use pg_dump and pg_restore, then `prag restore --erasures` to forget again")
    return Path(given.database_url.removeprefix("sqlite:///"))


def _in_ledger(url: str) -> frozenset[str]:
    ledger = Ledger(url)
    try:
        return erased(ledger)
    finally:
        ledger.close()


def erased(ledger: Ledger) -> frozenset[str]:
    """The proofs of everybody who was erased from this ledger."""
    with ledger.reading() as connection:
        return frozenset(connection.execute(select(erasure_table.c.key)).scalars())


def forget_again(ledger: Ledger, folder: Path, vault: Vault, now: datetime) -> int:
    """Whoever the proofs beside the ledger name is erased from it again; gives how many."""
    with ledger.writing() as connection:
        return erasure.forget_again(connection, vault, proofs(folder), now)


def keep_proofs(ledger: Ledger, folder: Path) -> None:
    """The proofs of erasures stand beside the ledger too, and nothing erased is left in a journal."""
    _write(folder, proofs(folder) | erased(ledger))
    ledger.fold()


def proofs(folder: Path) -> frozenset[str]:
    """The proofs that stand beside the ledger."""
    path = folder / PROOFS
    return frozenset(path.read_text("ascii").split()) if path.exists() else frozenset()


def _write(folder: Path, keys: frozenset[str]) -> None:
    if keys:
        path = folder / f"{PROOFS}.new"
        path.write_text("\n".join(sorted(keys)) + "\n", "ascii")
        path.replace(folder / PROOFS)


def drop_old(folder: Path, now: datetime) -> int:
    """Backups and copies from before a migration that are over KEPT are deleted; gives how many."""
    copies = [*(folder / "backups").glob("*.db"), *folder.glob("*-before-*.db")]
    old = [path for path in copies if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in old:
        path.unlink()
    return len(old)
