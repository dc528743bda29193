"""`prag run`, `prag migrate` and `prag chat`: the service itself."""

import asyncio
import importlib
from pathlib import Path
from typing import Annotated

import typer

from bot import app, settings
from bot.commands.chat import converse
from bot.commands.common import language as language_of
from bot.commands.common import out
from bot.store.database import Ledger
from bot.store.migrate import migrate as migrate_ledger

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run everything in one process."""
    app.run(settings.load(), host, port)


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """One of many processes that receive and show: chats, webhooks, pages. Needs Postgres."""
    app.run_one_of_many(settings.load(), "web", host, port)


def worker(
    host: Host = "127.0.0.1", port: Annotated[int, typer.Option(min=1, max=65535, help="For /healthz and /metrics.")] = 8001
) -> None:
    """One of many processes that send and do what is due. Needs Postgres."""
    app.run_one_of_many(settings.load(), "worker", host, port)


def migrate() -> None:
    """Bring the ledger's schema up to date."""
    url = settings.load().database_url
    ledger = Ledger(url)
    migrate_ledger(ledger)
    if not ledger.is_sqlite:
        asyncio.run(importlib.import_module("bot.engine.pgqueuer").install(url))
    ledger.close()
    out.print("The ledger has the newest schema.")


def chat(
    language: Annotated[str, typer.Option(help="sr-Cyrl, sr-Latn, sq or en; guessed if left out.")] = "",
    save: Annotated[Path | None, typer.Option(help="Keep the conversation as a .talk file.")] = None,
) -> None:
    """Talk to Prag in the terminal."""
    given = settings.load()
    parts = app.build_parts(given)
    app.prepare(parts)
    converse(parts, language_of(language), save)
