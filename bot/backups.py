"""Backups of the ledger: consistent while the service runs, without the keys, and never a way back for the erased."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError

from bot.actions import erasure, registrations
from bot.errors import PlainError
from bot.settings import Settings
from bot.store.database import Ledger, make_private
from bot.store.migrate import copy_sqlite, migrate
from bot.store.sealing import Vault
from bot.store.tables import erasure as erasure_table
from bot.store.tables import metadata

KEPT: Final = timedelta(days=35)  # a backup older than this would keep people longer than we promise
PROOFS: Final = "erasures"  # beside the ledger: keyed hashes of what was erased or withdrawn, so that losing the ledger loses none of them


class BackupError(PlainError):
    """The backup cannot be made or restored; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did again: how many people it erased, how many registrations it withdrew.

    `complete`: the ledger that was there told whom; else only the proofs beside it did.
    """

    people: int
    withdrawn: int
    complete: bool = True


def backup(given: Settings, target: Path | None, now: datetime) -> Path:
    """A copy of the ledger as it is at one moment, readable by its owner only. Raises BackupError for Postgres or a taken name."""
    source = _file(given)
    target = target or given.folder / "backups" / f"prag-{now:%Y%m%dT%H%M%S}.db"
    if target.exists():
        raise BackupError(f"{target} is there already; give another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    copy_sqlite(source, target)
    return target


def restore(given: Settings, source: Path, vault: Vault, now: datetime) -> Restored:
    """The ledger is the backup's, in the newest schema; whoever was erased since is erased again, and so with what was withdrawn.

    Raises BackupError while the service runs, or for a file that is no ledger. The ledger that was there is gone.
    """
    if not source.is_file() or not source.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise BackupError(f"{source} is no backup of a ledger")
    target = _file(given)
    given.folder.mkdir(parents=True, exist_ok=True)
    with stopped(given.folder, "restore"):
        told = _in_ledger(given.database_url) if target.exists() else frozenset()
        done = _put_back(given, source, target, vault, proofs(given.folder) | (told or frozenset()), now)
        return replace(done, complete=told is not None)


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


def _put_back(given: Settings, source: Path, target: Path, vault: Vault, keys: frozenset[str], now: datetime) -> Restored:
    fresh = target.with_suffix(".restoring")
    fresh.unlink(missing_ok=True)
    make_private(fresh)
    shutil.copyfile(source, fresh)
    ledger = Ledger(f"sqlite:///{fresh}")
    try:
        migrate(ledger)
        done = _again(ledger, vault, keys, now)
        ledger.fold()
    finally:
        ledger.close()
    for name in (f"{target}-wal", f"{target}-shm", f"{fresh}-wal", f"{fresh}-shm"):
        Path(name).unlink(missing_ok=True)
    fresh.replace(target)
    _write(given.folder, keys)
    return done


def _again(ledger: Ledger, vault: Vault, keys: frozenset[str], now: datetime) -> Restored:
    with ledger.writing() as connection:
        withdrawn = registrations.withdraw_again(connection, vault, keys, now)
        return Restored(erasure.forget_again(connection, vault, keys, now), withdrawn)


def _file(given: Settings) -> Path:
    if not given.database_url.startswith("sqlite:///"):
        raise BackupError(
            "this ledger is in Postgres; use pg_dump and pg_restore as docs/scale-out.md says, so that nobody erased comes back"
        )
    return Path(given.database_url.removeprefix("sqlite:///"))


def _in_ledger(url: str) -> frozenset[str] | None:
    """The proofs in the ledger that is to be replaced; None when it is too damaged to be read, or is no ledger."""
    ledger = Ledger(url)
    try:
        return erased(ledger)
    except DatabaseError:
        return None
    finally:
        ledger.close()


def erased(ledger: Ledger) -> frozenset[str]:
    """The proofs of everything that was erased from this ledger, or withdrawn."""
    with ledger.reading() as connection:
        return _erased(connection)


def _erased(connection: Connection) -> frozenset[str]:
    return frozenset(connection.execute(select(erasure_table.c.key)).scalars())


def forget_again(ledger: Ledger, folder: Path, vault: Vault, now: datetime) -> Restored:
    """Whatever the proofs beside the ledger name is erased from it again, or withdrawn."""
    done = _again(ledger, vault, proofs(folder), now)
    ledger.vacuum(metadata.sorted_tables)
    return done


def unkept(connection: Connection, folder: Path) -> bool:
    """Whether the ledger has proofs that do not stand beside it yet."""
    return not _erased(connection) <= proofs(folder)


def keep_proofs(ledger: Ledger, folder: Path) -> int:
    """The proofs stand beside the ledger too, and nothing erased is left in a journal; gives how many there are."""
    keys = proofs(folder) | erased(ledger)
    _write(folder, keys)
    ledger.fold()
    return len(keys)


def proofs(folder: Path) -> frozenset[str]:
    """The proofs that stand beside the ledger."""
    path = folder / PROOFS
    return frozenset(path.read_text("ascii").split()) if path.exists() else frozenset()


def _write(folder: Path, keys: frozenset[str]) -> None:
    if keys:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{PROOFS}.{secrets.token_hex(4)}.new"  # several processes may write at once, in containers with equal ids
        make_private(path)
        path.write_text("\n".join(sorted(keys)) + "\n", "ascii")
        path.replace(folder / PROOFS)


def clear(ledger: Ledger, folder: Path, now: datetime) -> int:
    """What was erased is in no journal and on no page any more, and backups that are too old are gone; gives how many."""
    ledger.fold()
    ledger.vacuum(metadata.sorted_tables)
    return drop_old(folder, now)


def drop_old(folder: Path, now: datetime) -> int:
    """Backups and copies from before a migration that are over KEPT are deleted; gives how many."""
    copies = [*(folder / "backups").glob("*.db"), *folder.glob("*-before-*.db")]
    old = [path for path in copies if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in old:
        path.unlink()
    return len(old)
