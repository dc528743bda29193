"""People to send to, a platform that takes messages, and a service that sends: as much of it as broadcasts need."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from bot import clock, segments
from bot.actions import broadcasts
from bot.actions.broadcasts import Start, Wanted
from bot.broadcasting import Broadcaster, Lanes, Wording
from bot.broadcasts import Composition
from bot.channels.base import Failed, Limits, Parcel, Sent
from bot.engine.local import LocalEngine, LocalRate
from bot.library import Library
from bot.measures import Measures
from bot.messages import Language, Outgoing
from bot.outbox import Outbox
from bot.store import broadcast_reads as reads
from bot.store.database import Ledger, Writer
from bot.store.tables import address, consent, consent_text, person, recipient, registration, setting
from bot.texts import Texts

ZONE = ZoneInfo("Europe/Belgrade")
TEXTS = {"sr": "Канцеларија данас не ради.", "sq": "Zyra sot nuk punon.", "en": "The office is closed today."}
PATIENCE = 60.0


@dataclass
class Platform:
    """The network edge: takes each request after `latency`, answers as told, remembers what it got and when."""

    name: str = "telegram"
    limits: Limits = field(default_factory=lambda: Limits(4096, 100, 64))
    answer: Callable[[Parcel], Sent | Failed] = lambda parcel: Sent(f"m{parcel.row}")
    latency: float = 0.0
    got: list[Parcel] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def routes(self) -> list[Any]:
        return []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def numbers(self) -> dict[str, float]:
        return {}

    async def send(self, parcel: Parcel) -> Sent | Failed:
        return (await self.broadcast([parcel]))[0]

    async def broadcast(self, parcels: Sequence[Parcel]) -> list[Sent | Failed]:
        self.got += parcels
        self.requests.append(len(parcels))
        self.at.append(asyncio.get_running_loop().time())
        if self.latency:
            await asyncio.sleep(self.latency)
        return [self.answer(parcel) for parcel in parcels]

    def doubled(self) -> int:
        return sum(count - 1 for count in Counter(parcel.address for parcel in self.got).values())


@dataclass
class Country:
    """A ledger with people in it, and the process that sends to them."""

    ledger: Ledger
    writer: Writer
    texts: Texts
    library: Library
    engine: Callable[[], Any] = LocalEngine
    rate: Callable[[str, float], Any] = lambda _channel, rate: LocalRate(rate)
    url: str = ""

    def populate(
        self, count: int, channel: str = "telegram", languages: Sequence[Language] = ("sr-Latn", "sr-Cyrl", "sq", "en"), **more: Any
    ) -> None:
        """`count` people at `channel`, their languages in turn."""
        now = clock.now()
        with self.ledger.writing() as connection:
            start = connection.execute(select(person.c.id).order_by(person.c.id.desc()).limit(1)).scalar() or 0
            numbers = range(start + 1, start + count + 1)
            common = {"language_chosen": True, "created_at": now, "last_seen_at": now}
            who = [{"id": n, "code": f"T{n}", "language": languages[n % len(languages)], **common} for n in numbers]
            connection.execute(insert(person), who)  # ids of our own: Postgres' sequences stay behind, nobody else writes here
            where = [{"id": n, "person_id": n, "channel": channel, "platform_id": f"{channel}-{n}", **more} for n in numbers]
            connection.execute(insert(address), where)

    def write(self, *conditions: str, texts: dict[str, str] = TEXTS, instead: dict[str, str] | None = None, by: str = "ana") -> int:
        """A draft for those conditions."""
        wanted = Wanted("News", Composition(texts, instead or {}), segments.parse(conditions))
        with self.ledger.writing() as connection:
            return broadcasts.create(connection, wanted, self.library, by=by, now=clock.now())

    def start(self, *conditions: str, urgent: str = "a test", **more: Any) -> int:
        """A broadcast that begins now."""
        number = self.write(*conditions, **more)
        with self.ledger.writing() as connection:
            broadcasts.start(connection, number, Start(ZONE, urgent=urgent), by="ana", now=clock.now())
        return number

    def act(self, verb: Callable[..., Any], number: int, **more: Any) -> Any:
        with self.ledger.writing() as connection:
            return verb(connection, number, by="ana", now=clock.now(), **more)

    def state(self, number: int) -> str:
        with self.ledger.reading() as connection:
            return broadcasts.get(connection, number).state

    def progress(self, number: int) -> dict[str, int]:
        """How many recipients are in each state."""
        with self.ledger.reading() as connection:
            counted: Counter[str] = Counter()
            for (_channel, state), people in reads.progress(connection, number).items():
                counted[state] += people
            return dict(counted)

    def reasons(self, number: int) -> Counter[str]:
        with self.ledger.reading() as connection:
            rows = connection.execute(select(recipient.c.reason).where(recipient.c.broadcast_id == number)).scalars()
            return Counter(reason for reason in rows if reason)

    def set(self, name: str, value: str) -> None:
        with self.ledger.writing() as connection:
            connection.execute(delete(setting).where(setting.c.name == name))
            connection.execute(insert(setting), {"name": name, "value": value})

    def awake(self) -> "Country":
        """No quiet hours: what is tested must not depend on the hour of the night."""
        self.set("quiet_from", "00:00")
        self.set("quiet_to", "00:00")
        return self

    def change(self, table: Any, number: int, **values: Any) -> None:
        with self.ledger.writing() as connection:
            connection.execute(update(table).where(table.c.id == number).values(**values))

    @asynccontextmanager
    async def sending(self, *platforms: Platform, rate: float = 2000.0) -> AsyncIterator[Broadcaster]:
        """The service runs within the block, and ends as it would at SIGTERM."""
        outboxes = {
            platform.name: Outbox(
                channel=platform, writer=self.writer, rate=self.rate(platform.name, rate), process=f"p{id(platform)}", measures=Measures()
            )
            for platform in platforms
        }
        lanes = Lanes(outboxes, dict.fromkeys(outboxes, rate))
        wording = Wording(self.texts, lambda: self.library, whole, ZONE)
        engine = self.engine()
        broadcaster = Broadcaster(writer=self.writer, engine=engine, lanes=lanes, wording=wording)
        loops = [engine.run(), broadcaster.run(), *(outbox.run() for outbox in outboxes.values())]
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            yield broadcaster
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def until(self, true: Callable[[], bool], patience: float = PATIENCE) -> None:
        async with asyncio.timeout(patience):
            while not true():
                await asyncio.sleep(0.02)

    async def done(self, number: int, patience: float = PATIENCE) -> None:
        await self.until(lambda: self.state(number) == "done", patience)


def register(country: Country, number: int, form: str, status: str = "received", origin: str = "", *, contact: bool = True) -> None:
    """Person `number` has signed up, and may be contacted about it or not."""
    now = clock.now()
    row = {
        "code": f"R{number}{form}", "person_id": number, "form": form, "form_hash": "x", "family": False, "language": "en",
        "status": status, "origin": origin, "created_at": now, "changed_at": now,
    }  # fmt: skip
    with country.ledger.writing() as connection:
        made = connection.execute(insert(registration).returning(registration.c.id), row).scalar_one()
        if contact:
            if connection.execute(select(consent_text.c.hash)).first() is None:
                connection.execute(insert(consent_text), {"hash": "t", "language": "en", "text": "May we?", "first_at": now})
            agreed = {"registration_id": made, "purpose": "contact", "hash": "t", "language": "en", "channel": "web", "given_at": now}
            connection.execute(insert(consent), agreed)


def whole(_channel: str, message: Outgoing) -> list[Outgoing]:
    return [message]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
