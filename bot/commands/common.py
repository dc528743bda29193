"""What several commands share: the parts of this installation, a language from the command line, printing."""

import os
import sys
from pathlib import Path
from typing import Final

import typer
from rich.console import Console

from bot import app, settings
from bot.catalogue import refuse_errors
from bot.languages import is_language
from bot.library import Library, files_below, read
from bot.messages import LANGUAGES, Language
from bot.settings import Settings
from bot.store.database import Ledger, LedgerError
from bot.store.migrate import require_usable
from bot.store.reads import staff_edits

# What goes into a file or a pipe is not folded to the width of a screen nobody looks at.
WIDE: Final = 200
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)


def parts() -> app.Parts:
    """The parts of this installation, its ledger ready. Raises LedgerError when its schema is old."""
    built = app.build_parts(settings.load())
    require_usable(built.ledger)
    return built


def language(tag: str) -> Language | None:
    """One of the four languages, None for no tag; anything else is wrong usage."""
    if tag and not is_language(tag):
        raise typer.BadParameter(f"{tag} is not a language of Prag; use one of {', '.join(LANGUAGES)}")
    return next((known for known in LANGUAGES if known == tag), None)


def short(text: str, most: int = 80) -> str:
    """`text` in one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def write_private(path: Path, content: bytes) -> None:
    """The file holds just this; one that was not there before only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def newest_files(given: Settings) -> dict[str, str]:
    """The content this installation would serve: the ledger's with the folder's news, or the folder alone."""
    files = files_below(Path(given.content_dir))
    path = Path(given.database_url.removeprefix("sqlite:///"))
    if given.database_url.startswith("sqlite") and not path.exists():
        return files
    ledger = Ledger(given.database_url)
    try:
        require_usable(ledger)
        with ledger.reading() as connection:
            edited = staff_edits(connection)
    except LedgerError:
        return files
    finally:
        ledger.close()
    return files | edited


def library(given: Settings) -> Library:
    """The newest library: the ledger's where there is one with content, else the content folder's."""
    found, problems = read(newest_files(given))
    refuse_errors(problems)
    return found
