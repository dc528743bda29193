"""The composition root: the only module that sees everything. It builds the service and runs it."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import aiohttp
import structlog
import uvicorn
from filelock import FileLock, Timeout
from rich.console import Console
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import clock, settings, talks
from bot.actions import content, outgoing
from bot.catalogue import Catalogue, refuse_errors
from bot.channels import terminal
from bot.channels.web import FRAME_LIMIT, WebChannel
from bot.inbox import DEFAULT_LANGUAGE, Inbox
from bot.library import Library, Problem, files_below, read
from bot.measures import Measures
from bot.messages import Fetched, Language, Outgoing
from bot.pages import HEADERS, Pages
from bot.settings import PACKAGE, Settings
from bot.store.database import Ledger, LedgerError, Writer
from bot.store.migrate import backup_then_migrate, require_newest
from bot.store.reads import messages_after, newest_outgoing, staff_edits, waiting_after
from bot.store.sealing import Vault
from bot.texts import Texts

LOCALES: Final = PACKAGE / "locales"
POLL: Final = 1.0  # seconds between two looks at what other processes have queued
T = TypeVar("T")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process of ours needs: the ledger with its writer, the keys, the texts, the content."""

    settings: Settings
    ledger: Ledger
    writer: Writer
    vault: Vault
    texts: Texts
    catalogue: Catalogue
    measures: Measures


def build_parts(given: Settings) -> Parts:
    """The parts, with nothing started and nothing read yet but the keys and the texts."""
    kept = settings.keys(given)
    ledger = Ledger(given.database_url)
    return Parts(
        settings=given,
        ledger=ledger,
        writer=Writer(ledger),
        vault=Vault(kept.secret, kept.data),
        texts=Texts.load(LOCALES),
        catalogue=Catalogue(ledger, given.folder / "search"),
        measures=Measures(),
    )


def prepare(parts: Parts) -> None:
    """The ledger has the newest schema and this folder's content, and the catalogue is loaded.

    Raises ContentError for content that cannot be served, LedgerError for a ledger that cannot be used.
    """
    if parts.ledger.is_sqlite:
        path = Path(parts.settings.database_url.removeprefix("sqlite:///"))
        kept = backup_then_migrate(parts.ledger, path, clock.now())
        if kept:
            _log.info("the ledger was migrated; a copy of the old one is kept", copy=str(kept))
    files = files_below(Path(parts.settings.content_dir))
    with parts.ledger.writing() as connection:
        published = content.publish(connection, files, clock.now())
    if published:
        refuse_errors(read(files)[1])
    parts.catalogue.load()


class Service:
    """Everything in one process: the web chat, the channels that have a token, the public pages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.inbox = Inbox(
            writer=parts.writer,
            vault=parts.vault,
            texts=parts.texts,
            catalogue=parts.catalogue,
            zone=parts.settings.zone,
            split=_whole,
            wake=self._wake,
            measures=parts.measures,
        )
        self.web = WebChannel(
            receive=self.inbox.receive,
            pull=self._pull,
            pushed=self._pushed,
            name_of=partial(parts.vault.hash, "web address"),
            sentence=self._sentence,
        )
        self.pages = Pages(
            current=lambda: parts.catalogue.now.library,
            texts=parts.texts,
            zone=parts.settings.zone,
            faults=self.faults,
            registry=parts.measures.registry,
        )

    def asgi(self) -> Starlette:
        """The whole HTTP side as one ASGI application."""
        return Starlette(
            routes=[*self.pages.routes(), *self.web.routes()],
            middleware=[Middleware(SafeHeaders), Middleware(GZipMiddleware, minimum_size=600)],
            lifespan=self._life,
        )

    def faults(self) -> dict[str, str]:
        """What keeps the service from serving now, in words; empty when it can serve."""
        try:
            with self._parts.ledger.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
        except Exception as error:  # noqa: BLE001 - any fault of the database is the same news here
            return {"ledger": type(error).__name__}
        return {}

    @asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        self._parts.writer.start()
        loops = [asyncio.create_task(loop) for loop in (self._parts.catalogue.follow(), self._notice_others())]
        await self.web.start()
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            await self.web.stop()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await asyncio.to_thread(self._parts.writer.stop)
            self._parts.ledger.close()

    async def _notice_others(self) -> None:
        """Wake whoever is concerned by messages that other processes (commands) have queued, within about a second."""
        last = await asyncio.to_thread(self._read, newest_outgoing)
        while True:
            await asyncio.sleep(POLL)
            last, concerned = await asyncio.to_thread(self._read, partial(waiting_after, after=last))
            for channel, address in concerned:
                self._wake(channel, address)

    def _read(self, query: Callable[[Connection], T]) -> T:
        with self._parts.ledger.reading() as connection:
            return query(connection)

    def _wake(self, channel: str, address: str) -> None:
        if channel == self.web.name:
            self.web.wake(address)

    async def _pull(self, address: str, after: int) -> list[Fetched]:
        return await asyncio.to_thread(self._messages_after, address, after)

    def _messages_after(self, address: str, after: int) -> list[Fetched]:
        with self._parts.ledger.reading() as connection:
            return messages_after(connection, self.web.name, address, after)

    def _pushed(self, rows: list[int]) -> None:
        now = clock.now()
        self._parts.writer.submit(lambda connection: outgoing.mark_sent(connection, rows, now))

    def _sentence(self, language: Language | None) -> str:
        return self._parts.texts[language or DEFAULT_LANGUAGE]("channel-frame")


def _whole(_channel: str, message: Outgoing) -> list[Outgoing]:
    return [message]


class SafeHeaders:
    """Adds the headers that keep a browser from doing what our pages never need."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def run(given: Settings, host: str, port: int) -> None:
    """Serve until told to stop. Raises LedgerError when another service holds this ledger."""
    configure_logging(given.log_level)
    lock = FileLock(given.folder / "prag.lock")
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LedgerError(f"another Prag already serves this ledger ({lock.lock_file} is held); stop it first") from error
    try:
        parts = build_parts(given)
        prepare(parts)
        _announce(host, port)
        uvicorn.run(
            Service(parts).asgi(), host=host, port=port, log_config=None, access_log=False, ws="websockets-sansio",
            ws_max_size=4 * FRAME_LIMIT, timeout_graceful_shutdown=10, server_header=False,
        )  # fmt: skip
    finally:
        lock.release()


def chat(parts: Parts, language: Language | None, save: Path | None) -> None:
    """Hold one conversation in the terminal; with `save`, keep it as a talk."""

    async def pull(address: str, after: int) -> list[Fetched]:
        with parts.ledger.reading() as connection:
            return messages_after(connection, terminal.NAME, address, after)

    configure_logging("warning")
    inbox = Inbox(
        writer=parts.writer, vault=parts.vault, texts=parts.texts, catalogue=parts.catalogue, zone=parts.settings.zone,
        split=_whole, wake=lambda _channel, _address: None, measures=parts.measures,
    )  # fmt: skip
    keyboard = terminal.Terminal(receive=inbox.receive, pull=pull, console=Console(), language=language)
    parts.writer.start()
    try:
        asyncio.run(keyboard.converse())
    except KeyboardInterrupt:
        pass
    finally:
        parts.writer.stop()
    if save:
        snapshot = parts.catalogue.now
        now = clock.local(clock.now(), parts.settings.zone).strftime("%Y-%m-%d %H:%M")
        talk = talks.Talk(notes=("# Saved from the terminal.",), now=now, hint=language or "", acts=tuple(keyboard.said))
        player = talks.Player(snapshot.library, parts.texts, snapshot.index, parts.settings.zone)
        talks.write(save, talk, player.play(talk))


def newest_files(given: Settings) -> dict[str, str]:
    """The content this installation would serve: the ledger's with the folder's news, or the folder alone."""
    files = files_below(Path(given.content_dir))
    path = Path(given.database_url.removeprefix("sqlite:///"))
    if given.database_url.startswith("sqlite") and not path.exists():
        return files
    ledger = Ledger(given.database_url)
    try:
        require_newest(ledger)
        with ledger.reading() as connection:
            edited = staff_edits(connection)
    except LedgerError:
        return files
    finally:
        ledger.close()
    return files | edited


def dead_links(library: Library) -> tuple[Problem, ...]:
    """A warning for each outside link that does not open. Asks every site once, ten seconds' patience each."""
    return asyncio.run(_dead_links(library))


async def _dead_links(library: Library) -> tuple[Problem, ...]:
    places = {link.url: f"topics/{a.id}/meta.toml" for a in library.articles.values() for link in a.meta.links}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        opened = await asyncio.gather(*(_opens(session, url) for url in places))
    return tuple(
        Problem(file, 1, "warning", f"the link {url} does not open; mend or remove it")
        for (url, file), fine in zip(places.items(), opened, strict=True)
        if not fine
    )


async def _opens(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status < 400
    except (aiohttp.ClientError, TimeoutError):
        return False


def _announce(host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    print(f"Prag is here:\n  web chat  http://{shown}:{port}/\n  staff     http://{shown}:{port}/staff/ (to come)", flush=True)  # noqa: T201


def configure_logging(level: str) -> None:
    """Logs are lines of key=value on stderr, from `level` up, with UTC times."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), format="%(levelname)s %(name)s %(message)s")
