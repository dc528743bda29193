"""What staff type of a broadcast: texts in files or in an editor, whom it is for, where its button leads, when it goes."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import click
import typer

from bot.actions.broadcasts import BroadcastError
from bot.broadcasts import Target
from bot.commands.common import write_private
from bot.composing import LEFT_OUT, WRITTEN, serbian
from bot.errors import PlainError
from bot.languages import latin_names
from bot.library import Library

HEAD: Final = "# Write below each line; take away the languages you do not write.\n"
_SECTION: Final = re.compile(r"^## (sr|sq|en)[^\S\n]*$", re.MULTILINE)
_KINDS: Final = ("article", "form", "gathering", "link")


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts by language, and the page of the editor they come from, if they do."""

    texts: Mapping[str, str]
    page: str = ""


def from_files(options: Sequence[str], content: Library) -> Typed:
    """The texts in these files: LANGUAGE=FILE, or a FILE with all languages as the editor's page has them."""
    texts: dict[str, str] = {}
    for option in options:
        texts |= _file(option)
    return Typed(_in_cyrillic(texts, content))


def from_editor(present: Mapping[str, str], content: Library) -> Typed | None:
    """What was written in an editor that opened with the present texts; None when it was closed without saving."""
    page = click.edit("\n".join([HEAD, *(f"## {name}\n{present.get(name, '')}\n" for name in WRITTEN)]), extension=".md")
    return None if page is None else Typed(_in_cyrillic(_sections(page), content), page)


@contextmanager
def kept_if_refused(typed: Typed, folder: Path, now: datetime) -> Iterator[None]:
    """What was typed in an editor is in a file if the block refuses it, and the sentence says in which."""
    try:
        yield
    except PlainError as error:
        if not typed.page:
            raise
        path = folder / f"broadcast-{now:%Y%m%dT%H%M%S}.md"
        folder.mkdir(parents=True, exist_ok=True)
        write_private(path, typed.page.encode())
        raise BroadcastError(f"{error}. What you wrote is kept: mend {path}, then give it with --text {path}") from error


def choices(leave_out: Sequence[str], instead: Sequence[str]) -> dict[str, str]:
    """What stands instead of a missing language. Raises BadParameter for what is no language one writes in."""
    chosen = dict.fromkeys(leave_out, LEFT_OUT)
    for option in instead:
        language, _, other = option.partition("=")
        if not other:
            raise typer.BadParameter(f"--instead {option} is not understood; write it as sq=en, or use --leave-out {language}")
        chosen[language] = other
    wrong = [name for name in (*chosen, *chosen.values()) if name not in (*WRITTEN, LEFT_OUT)]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]} is not a language one writes in; use one of {', '.join(WRITTEN)}")
    return chosen


def target(button: str) -> Target:
    """Where the button leads. Raises BadParameter when it is not understood."""
    kind, _, name = button.partition("=")
    for known in _KINDS:
        if kind == known and name:
            return Target(known, name)
    raise typer.BadParameter(
        f"--button {button} is not understood; write it as article=NAME, form=NAME, gathering=NUMBER or link=https://..."
    )


def wall(typed: str) -> datetime:
    """A time on the wall. Raises BadParameter when it is not understood."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError as error:
        raise typer.BadParameter(f"{typed} is not a time; write it as 2026-11-24 09:00") from error


def _in_cyrillic(texts: Mapping[str, str], content: Library) -> dict[str, str]:
    versions = [article.versions["sr-Cyrl"] for article in content.articles.values()]
    names = latin_names(part for version in versions for part in (version.title, version.body))
    return {language: serbian(text, names)[0] if language == "sr" else text for language, text in texts.items()}


def _file(option: str) -> dict[str, str]:
    language, named, name = option.partition("=")
    if named and (language not in WRITTEN or not name):
        raise typer.BadParameter(f"--text {option} is not understood; write it as sr=FILE, sq=FILE or en=FILE")
    text = _read(name if named else option)
    return {language: text.strip()} if named else _sections(text)


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BroadcastError(f"{name} cannot be read as text: {error}") from error


def _sections(page: str) -> dict[str, str]:
    pieces = _SECTION.split(page)[1:]
    return {language: text.strip() for language, text in zip(pieces[::2], pieces[1::2], strict=True) if text.strip()}
