"""`prag doctor`: is this installation in order, and if not, what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import typer
from filelock import FileLock, Timeout
from sqlalchemy import select

from bot import clock, settings
from bot.commands.common import library, out
from bot.errors import PlainError
from bot.library import overdue
from bot.settings import Settings
from bot.store.database import Ledger
from bot.store.migrate import require_usable
from bot.store.sealing import Vault
from bot.store.tables import question

FREE: Final = 500 * 1024 * 1024  # bytes of disk below which a ledger is soon in trouble

Check = Callable[[Settings], str]


class InstallationError(PlainError):
    """Something is not in order; the sentence says what to do."""


def doctor() -> None:
    """Check the installation; exit 1 if something needs you."""
    given = settings.load()
    well = True
    for name, check in CHECKS.items():
        try:
            out.print(f"[green]well[/green]  {name}: {check(given)}")
        except PlainError as error:
            well = False
            out.print(f"[red]ill[/red]   {name}: {error}")
    if not well:
        raise typer.Exit(1)


def _ledger(given: Settings) -> str:
    path = Path(given.database_url.removeprefix("sqlite:///"))
    if given.database_url.startswith("sqlite") and not path.exists():
        return "there is none yet; `prag run` makes it"
    ledger = Ledger(given.database_url)
    try:
        require_usable(ledger)
    finally:
        ledger.close()
    if ledger.is_sqlite:
        _require_private(path)
    return "it has the schema this program needs"


def _keys(given: Settings) -> str:
    for name in ("secret.key", "data.keys"):
        _require_private(given.folder / name)
    if not (given.secret_key or (given.folder / "secret.key").exists()):
        return "there are none yet; `prag run` makes them"
    _opens(given)
    return "they open what is sealed, and only their owner may read them; is there a copy elsewhere?"


def _require_private(path: Path) -> None:
    """Raise InstallationError if others than the owner may read or write the file."""
    if path.exists() and path.stat().st_mode & 0o077:
        raise InstallationError(f"others may read {path}; run: chmod 600 {path}")


def _opens(given: Settings) -> None:
    """Raise SealError unless the data keys open the newest question."""
    path = Path(given.database_url.removeprefix("sqlite:///"))
    if given.database_url.startswith("sqlite") and not path.exists():
        return
    kept = settings.keys(given)
    ledger = Ledger(given.database_url)
    try:
        require_usable(ledger)
        with ledger.reading() as connection:
            sealed = connection.execute(select(question.c.text).order_by(question.c.id.desc()).limit(1)).scalar()
        if sealed is not None:
            Vault(kept.secret, kept.data).open(sealed)
    finally:
        ledger.close()


def _service(given: Settings) -> str:
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(given.folder / "prag.lock", timeout=0):
            return "it does not run here now"
    except Timeout:
        return "it runs"


def _disk(given: Settings) -> str:
    given.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(given.folder).free
    if free < FREE:
        raise InstallationError(f"only {free // 2**20} MiB are free beside the ledger; make room")
    return f"{free // 2**20} MiB are free beside the ledger"


def _content(given: Settings) -> str:
    found = library(given)
    late = overdue(found, clock.local_day(clock.now(), given.zone))
    if late:
        raise InstallationError(f"{len(late)} answers are past their review day; `prag check` names them")
    if found.organisation.demonstration:
        return f"{len(found.articles)} articles; the chat calls itself a demonstration until content/organisation.toml names you"
    return f"{len(found.articles)} articles of {found.organisation.name.en}"


def _address(given: Settings) -> str:
    if not given.public_url:
        return "PRAG_PUBLIC_URL is not set: fine for trying, needed for links, posters and webhooks"
    if not given.public_url.startswith("https://"):
        raise InstallationError("PRAG_PUBLIC_URL should start with https://; put a reverse proxy with TLS in front")
    return given.public_url


def _platforms(given: Settings) -> str:
    on = [name for name, token in (("Telegram", given.telegram_token), ("Viber", given.viber_token)) if token]
    return f"{' and '.join(on)} and the web chat" if on else "the web chat only"


CHECKS: Final[dict[str, Check]] = {
    "ledger": _ledger,
    "keys": _keys,
    "service": _service,
    "disk": _disk,
    "content": _content,
    "public address": _address,
    "channels": _platforms,
}
