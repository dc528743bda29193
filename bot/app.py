"""The composition root: the only module that sees everything. It builds the service and runs it."""

import asyncio
import gc
import importlib
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import structlog
import uvicorn
from filelock import FileLock, Timeout
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from bot import backups, clock, platforms, settings
from bot.actions import content, delivery, outgoing
from bot.actions import files as person_files
from bot.broadcasting import Broadcaster, Lanes, Wording
from bot.catalogue import Catalogue, refuse_errors
from bot.channels.base import Channel, SendingChannel
from bot.channels.telegram.api import Sender as TelegramRequests
from bot.channels.web import FRAME_LIMIT, WebChannel
from bot.engine.base import ChannelRate, Engine
from bot.engine.local import LocalEngine, LocalRate
from bot.file_pages import FilePages
from bot.gathering_pages import GatheringPages
from bot.inbox import DEFAULT_LANGUAGE, Farewell, Inbox, Wake
from bot.jobs import Clockwork, nightly, proving, sweeps
from bot.last_words import LastWords
from bot.library import files_below, read
from bot.logs import configure_logging
from bot.measures import Measures
from bot.messages import Attachment, Fetched, Language
from bot.outbox import Outbox
from bot.pages import Pages, SafeHeaders
from bot.platforms import split
from bot.settings import PACKAGE, Settings, SettingsError
from bot.store.database import Ledger, LedgerError, Writer, hold
from bot.store.gathering_reads import find as find_gathering
from bot.store.migrate import backup_then_migrate, require_usable
from bot.store.reads import messages_after, newest_outgoing, waiting_after
from bot.store.sealing import Vault
from bot.texts import Texts

LOCALES: Final = PACKAGE / "locales"
POLL: Final = 1.0  # seconds between two looks at what other processes have queued
OVERLAP: Final = 500  # messages that may be under way to their commit at once, over all processes
T = TypeVar("T")
# Seconds the writer's thread may keep the loop from its sockets: with Python's 5 ms, requests leave in bunches.
SWITCH: Final = 0.0005
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process of ours needs: the ledger with its writer, the keys, the texts, the content."""

    settings: Settings
    secret: str = field(repr=False)
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
        secret=kept.secret,
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
    else:
        require_usable(parts.ledger)
    files = files_below(Path(parts.settings.content_dir))
    with parts.ledger.writing() as connection:
        # One process publishes; others that start at the same moment find it done or under way.
        if hold(connection, "publishing") and content.publish(connection, files, clock.now()):
            refuse_errors(read(files)[1])  # raises before the commit: wrong content is never published
    parts.catalogue.load()


def build_inbox(parts: Parts, wake: Wake, farewell: Farewell | None = None) -> Inbox:
    """The inbox over these parts."""
    return Inbox(
        writer=parts.writer,
        vault=parts.vault,
        texts=parts.texts,
        catalogue=parts.catalogue,
        zone=parts.settings.zone,
        split=split,
        wake=wake,
        measures=parts.measures,
        public_url=parts.settings.public_url,
        farewell=farewell,
    )


Role = Literal["all", "web", "worker"]


@dataclass(frozen=True, slots=True)
class Scale:
    """What differs between one process and many: who hands out work, and how a channel's rate is kept."""

    engine: Engine
    rate: Callable[[str, float], ChannelRate]
    overlap: int = 0

    @classmethod
    def of(cls, parts: Parts, process: str) -> "Scale":
        """One process on SQLite; on Postgres any number, whose library is only then imported."""
        if parts.ledger.is_sqlite:
            return cls(LocalEngine(), lambda _channel, rate: LocalRate(rate))
        many = importlib.import_module("bot.engine.pgqueuer")
        url = parts.settings.database_url
        return cls(many.PgQueuerEngine(url, process), lambda channel, rate: many.PostgresRate(url, channel, rate), OVERLAP)


class Service:
    """The web chat, the channels that have a token, the public pages: all in one process, or its `role` in it.

    `web` receives and shows; `worker` sends and does what is due. Both run on one Postgres.
    """

    def __init__(self, parts: Parts, role: Role = "all") -> None:
        self._parts = parts
        self._role = role
        self._process = str(uuid.uuid4())
        self._scale = Scale.of(parts, self._process)
        self._ringing: set[asyncio.Task[None]] = set()
        self._ended: dict[str, str] = {}
        self.inbox = build_inbox(parts, self._wake, lambda *words: self.last_words.say(*words))  # noqa: PLW0108 - it is made below
        self.web = WebChannel(
            receive=self.inbox.receive,
            pull=self._pull,
            pushed=self._pushed,
            name_of=partial(parts.vault.hash, "web address"),
            sentence=self._sentence,
        )
        self.sending = platforms.build(parts.settings, parts.secret, parts.texts, self._doors(), _load_telegram)
        self.last_words = LastWords(parts.ledger, parts.settings.folder, self.web, self.sending)
        self.file_pages = FilePages(take=self._take_file, texts=parts.texts)
        self.engine = self._scale.engine
        self.engine.listen(lambda channel: self._wake(channel, ""))
        self.outboxes = {channel.name: self._outbox(channel) for channel in self.sending} if role != "web" else {}
        self.broadcaster = self._broadcaster() if role != "web" else None
        keeping = proving(self._unkept, lambda: backups.keep_proofs(parts.ledger, parts.settings.folder))
        nights = nightly(parts.settings.zone, lambda: parts.catalogue.now.library.keep_days, self._clear)
        self.clockwork = Clockwork(
            parts.ledger, parts.writer, [*sweeps(parts.texts, parts.settings.zone), keeping, *nights], parts.measures
        )
        self.gathering_pages = GatheringPages(
            find=lambda name: self._read(partial(find_gathering, gathering_id=name)),
            texts=parts.texts,
            public_url=parts.settings.public_url,
        )
        self.pages = Pages(
            current=lambda: parts.catalogue.now.library,
            texts=parts.texts,
            zone=parts.settings.zone,
            faults=self.faults,
            late=self.clockwork.late,
            registry=parts.measures.registry,
        )

    def asgi(self) -> Starlette:
        """The whole HTTP side as one ASGI application."""
        channels: list[Channel] = [*self.sending, self.web]
        routes = [route for channel in channels for route in channel.routes()]
        public = [*self.pages.routes(), *self.gathering_pages.routes(), *self.file_pages.routes(), *routes]
        return Starlette(
            routes=public if self._role != "worker" else self.pages.watching(),
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
        return dict(self._ended)

    @asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        self._parts.writer.start()
        loops = [asyncio.create_task(loop) for loop in self._loops()]
        for loop in loops:
            loop.add_done_callback(self._note_end)
        for channel in (self.web, *self.sending):
            await channel.start()
        if self._role != "web":
            self.clockwork.start()
        gc.collect()
        gc.freeze()
        sys.setswitchinterval(SWITCH)
        try:
            yield
        finally:
            # First nothing more comes in, then what is under way goes out, then the ledger closes.
            await self.web.stop()
            self.clockwork.stop()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await asyncio.gather(*(channel.stop() for channel in self.sending))
            await asyncio.to_thread(self._parts.writer.stop)
            self._parts.ledger.close()

    def _loops(self) -> list[Coroutine[Any, Any, None]]:
        """Everything that goes on beside the requests."""
        loops = [self._parts.catalogue.follow(), self._notice_others(), self.engine.run()]
        if self.broadcaster is not None:
            loops.append(self.broadcaster.run())
        return [*loops, *(outbox.run() for outbox in self.outboxes.values())]

    def _note_end(self, loop: asyncio.Task[None]) -> None:
        """A loop that ended by itself is a fault that only a restart mends: whoever watches /healthz is told."""
        if not loop.cancelled():
            self._ended["loop"] = type(loop.exception()).__name__
            _log.critical("a part of the service has ended; restart it", error=self._ended["loop"])

    def _doors(self) -> platforms.Doors:
        return platforms.Doors(
            receive=self.inbox.receive,
            bury=self.inbox.bury,
            confirm=self.inbox.confirm,
            preview=self.inbox.preview,
        )

    def _outbox(self, channel: SendingChannel) -> Outbox:
        return Outbox(
            channel=channel,
            writer=self._parts.writer,
            rate=self._scale.rate(channel.name, platforms.rate_of(channel.name, self._parts.settings)),
            process=self._process,
            measures=self._parts.measures,
            complete=lambda connection, rows: delivery.complete(connection, self._parts.vault, rows),
        )

    def _broadcaster(self) -> Broadcaster:
        parts = self._parts
        lanes = Lanes(self.outboxes, {name: platforms.rate_of(name, parts.settings) for name in self.outboxes})
        wording = Wording(parts.texts, lambda: parts.catalogue.now.library, split, parts.settings.zone)
        return Broadcaster(writer=parts.writer, engine=self.engine, lanes=lanes, wording=wording)

    async def _notice_others(self) -> None:
        """Wake whoever is concerned by messages that other processes (commands) have queued, within about a second."""
        last = await asyncio.to_thread(self._read, newest_outgoing)
        while True:
            await asyncio.sleep(POLL)
            self._measure()
            # On Postgres a lower id may be committed after a higher one: the last few are looked at again.
            seen, concerned = await asyncio.to_thread(self._read, partial(waiting_after, after=max(0, last - self._scale.overlap)))
            last = max(last, seen)
            for channel, address in concerned:
                self._wake(channel, address)

    def _measure(self) -> None:
        for channel in self.sending:
            for what, number in channel.numbers().items():
                self._parts.measures.platform.labels(channel.name, what).set(number)

    def _read(self, query: Callable[[Connection], T]) -> T:
        with self._parts.ledger.reading() as connection:
            return query(connection)

    def _wake(self, channel: str, address: str) -> None:
        if channel == self.web.name:
            self.web.wake(address)
        elif channel in self.outboxes:
            self.outboxes[channel].wake()
        elif self._role == "web":
            ringing = asyncio.create_task(self.engine.ring(channel))
            self._ringing.add(ringing)
            ringing.add_done_callback(self._ringing.discard)

    async def _pull(self, address: str, after: int) -> list[Fetched]:
        return await asyncio.to_thread(self._messages_after, address, after)

    def _messages_after(self, address: str, after: int) -> list[Fetched]:
        with self._parts.ledger.reading() as connection:
            return messages_after(connection, self._parts.vault, self.web.name, address, after)

    def _unkept(self, connection: Connection) -> bool:
        return backups.unkept(connection, self._parts.settings.folder)

    def _clear(self, now: datetime) -> None:
        """What was purged is in no journal and on no page, and no backup is older than we promise."""
        backups.clear(self._parts.ledger, self._parts.settings.folder, now)

    def _pushed(self, rows: list[int]) -> None:
        now = clock.now()
        self._parts.writer.submit(lambda connection: outgoing.mark_sent(connection, rows, now))

    async def _take_file(self, token: str) -> Attachment | None:
        take = partial(person_files.take, vault=self._parts.vault, token=token, now=clock.now())
        return await self._parts.writer.write(take)

    def _sentence(self, language: Language | None) -> str:
        return self._parts.texts[language or DEFAULT_LANGUAGE]("channel-frame")


async def _load_telegram(given: Settings) -> TelegramRequests:
    """Telegram's library, loaded in a thread: it takes seconds, and webhooks are accepted meanwhile."""
    loaded = await asyncio.to_thread(importlib.import_module, "bot.channels.telegram.sending")
    # Its thousand classes live as long as the service: looking through them again and again stops everything for 0.2 s.
    gc.freeze()
    sender: TelegramRequests = loaded.TelegramSender(given.telegram_token, given.telegram_api_url)
    return sender


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
        _serve(Service(parts), host, port)
    finally:
        lock.release()


def run_one_of_many(given: Settings, role: Role, host: str, port: int) -> None:
    """Serve as one of many processes until told to stop.

    Raises SettingsError for settings that work in one process only, LedgerError for an old schema.
    """
    configure_logging(given.log_level)
    _check_for_many(given, role)
    parts = build_parts(given)
    prepare(parts)
    _serve(Service(parts, role), host, port)


def _check_for_many(given: Settings, role: Role) -> None:
    if given.database_url.startswith("sqlite"):
        raise SettingsError(f"prag {role} needs Postgres: set PRAG_DATABASE_URL to postgresql://...; on SQLite use `prag run`")
    if given.telegram_token and given.telegram_mode != "webhook":
        raise SettingsError(f"prag {role} needs PRAG_TELEGRAM_MODE=webhook: only one process may poll")
    if not (given.secret_key and given.data_keys):
        raise SettingsError(f"prag {role} needs PRAG_SECRET_KEY and PRAG_DATA_KEYS, the same ones in every process")


def _serve(service: Service, host: str, port: int) -> None:
    uvicorn.run(
        service.asgi(), host=host, port=port, log_config=None, access_log=False, ws="websockets-sansio",
        ws_max_size=4 * FRAME_LIMIT, timeout_graceful_shutdown=10, server_header=False,
    )  # fmt: skip


def _announce(host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    print(f"Prag is here:\n  web chat  http://{shown}:{port}/\n  staff     http://{shown}:{port}/staff/ (to come)", flush=True)  # noqa: T201 - for the person who started it
