"""The `prag` command: which commands there are, and how a failure is told.

Only the module of the command that is called is imported, so that a service does not carry what
makes posters. `prag --help` imports them all.
"""

import importlib
import sys
from collections.abc import Mapping
from typing import Final

import typer

from bot.errors import PlainError

# Name → where it is. A Typer is a group of commands, a function a single one.
COMMANDS: Final[Mapping[str, str]] = {
    "run": "bot.commands.service:run",
    "web": "bot.commands.service:web",
    "worker": "bot.commands.service:worker",
    "migrate": "bot.commands.service:migrate",
    "move": "bot.commands.move:move",
    "chat": "bot.commands.service:chat",
    "ask": "bot.commands.ask:ask",
    "evaluate": "bot.commands.ask:evaluate",
    "check": "bot.commands.check:check",
    "doctor": "bot.commands.doctor:doctor",
    "content": "bot.commands.content:cli",
    "questions": "bot.commands.questions:cli",
    "registrations": "bot.commands.registrations:cli",
    "forms": "bot.commands.registrations:forms",
    "gathering": "bot.commands.gathering:cli",
    "broadcast": "bot.commands.broadcast:cli",
    "staff": "bot.commands.staff:cli",
    "settings": "bot.commands.office:cli",
    "export": "bot.commands.registrations:export_cli",
    "statistics": "bot.commands.registrations:show_statistics",
    "report": "bot.commands.registrations:report",
    "poster": "bot.commands.posters:poster",
    "link": "bot.commands.posters:link",
    "jobs": "bot.commands.jobs:jobs",
    "erase": "bot.commands.keeping:erase",
    "backup": "bot.commands.keeping:backup",
    "restore": "bot.commands.keeping:restore",
    "purge": "bot.commands.keeping:purge",
}


def build(only: str | None = None) -> typer.Typer:
    """The command line with all its commands, or with `only` one of them."""
    cli = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Prag: a chatbot for people displaced from Kosovo* and returnees.",
    )
    cli.callback()(_whole)
    for name in [only] if only else COMMANDS:
        module, _, thing = COMMANDS[name].partition(":")
        found = getattr(importlib.import_module(module), thing)
        if isinstance(found, typer.Typer):
            cli.add_typer(found, name=name)
        else:
            cli.command(name)(found)
    return cli


def _whole() -> None:
    """Prag: a chatbot for people displaced from Kosovo* and returnees."""


def main() -> None:
    """Run the command. A failure of ours is one plain sentence on stderr and exit code 1; `--debug` shows where."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    named = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        build(named if named in COMMANDS else None)()
    except PlainError as error:
        if debug:
            raise
        sys.stderr.write(f"prag: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
