"""`prag chat`: one conversation in the terminal, kept as a talk if wanted."""

import asyncio
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from bot import clock, talks
from bot.app import Parts, build_inbox
from bot.channels import terminal
from bot.logs import configure_logging
from bot.messages import Fetched, Language
from bot.store.reads import messages_after


def converse(parts: Parts, language: Language | None, save: Path | None) -> None:
    """Hold one conversation in the terminal until the input ends; with `save`, keep it as a talk."""

    async def pull(address: str, after: int) -> list[Fetched]:
        with parts.ledger.reading() as connection:
            return messages_after(connection, parts.vault, terminal.NAME, address, after)

    configure_logging("warning")
    inbox = build_inbox(parts, wake=lambda _channel, _address: None)
    keyboard = terminal.Terminal(receive=inbox.receive, pull=pull, console=Console(), language=language)
    parts.writer.start()
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(keyboard.converse())
    finally:
        parts.writer.stop()
    if save:
        _keep(parts, language, save, tuple(keyboard.said))


def _keep(parts: Parts, language: Language | None, path: Path, acts: tuple[str, ...]) -> None:
    snapshot = parts.catalogue.now
    now = clock.local(clock.now(), parts.settings.zone).strftime("%Y-%m-%d %H:%M")
    talk = talks.Talk(notes=("# Saved from the terminal.",), now=now, hint=language or "", acts=acts)
    player = talks.Player(snapshot.library, parts.texts, snapshot.index, parts.settings.zone)
    talks.write(path, talk, player.play(talk))
