"""What every proof needs: a provider, a ledger with people in it, processes on it, and counting what really arrived."""

import asyncio
import bisect
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.postgres import database, server
from tests.scale_out import Cluster, Process
from tests.service import Browser, free_port

TOKEN = "12345:abc"
QUIET = ("settings", "set", "quiet_from", "00:00"), ("settings", "set", "quiet_to", "00:00")


@dataclass
class Stage:
    """One proof's world. `kind` is sqlite or postgres."""

    kind: str
    folder: Path
    url: str
    rate: float
    latency: float = 50.0
    port: int = field(default_factory=free_port)
    provider: subprocess.Popen[bytes] | None = None

    @property
    def accepted(self) -> Path:
        return self.folder / "accepted.txt"

    def open(self) -> "Stage":
        command = [sys.executable, "-m", "benchmarks.proof.provider", str(self.port), str(self.accepted), str(self.latency)]
        self.provider = subprocess.Popen(command)
        telegram = {
            "PRAG_TELEGRAM_TOKEN": TOKEN,
            "PRAG_TELEGRAM_API_URL": f"http://127.0.0.1:{self.port}",
            "PRAG_TELEGRAM_RATE": str(self.rate),
        }
        many = {"PRAG_TELEGRAM_MODE": "webhook", "PRAG_PUBLIC_URL": "https://chat.example.org"} if self.kind == "postgres" else {}
        self.cluster = Cluster(self.folder, self.url, telegram | many | {"PRAG_LOG_LEVEL": "warning"})
        return self

    def close(self) -> None:
        self.cluster.close()
        if self.provider:
            self.provider.kill()
            self.provider.wait()

    def ran(self, *words: str) -> str:
        done = self.cluster.command(*words)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def services(self, workers: int = 3) -> list[Process]:
        """`prag run` on SQLite; on Postgres one web and several workers. All are up."""
        if self.kind == "sqlite":
            return [self.cluster.run("run")]
        self.ran("migrate")
        found = [self.cluster.run("web"), *(self.cluster.run("worker", wait=False) for _ in range(workers))]
        for process in found:
            process.wait()
        return found

    def mode(self, mode: str) -> None:
        urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{self.port}/mode", data=mode.encode(), method="POST"), timeout=5
        ).close()

    def populate(self, count: int) -> None:
        """`count` people on Telegram, all reading English, just seen: nobody purges them."""
        now = round(time.time() * 1000)
        if self.kind == "postgres":
            with psycopg.connect(self.url) as ledger:
                ledger.execute(
                    f"INSERT INTO person (code, language, language_chosen, created_at, last_seen_at) SELECT 'T' || n, 'en', true, {now}, {now} FROM generate_series(1, {count}) n"
                )
                ledger.execute(
                    "INSERT INTO address (person_id, channel, platform_id) SELECT id, 'telegram', id::text FROM person WHERE code LIKE 'T%'"
                )
            return
        with sqlite3.connect(self.file, timeout=60) as ledger:
            ledger.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) INSERT INTO person (code, language, language_chosen, created_at, last_seen_at) SELECT 'T' || i, 'en', 1, {now}, {now} FROM n"
            )
            ledger.execute(
                "INSERT INTO address (person_id, channel, platform_id) SELECT id, 'telegram', CAST(id AS TEXT) FROM person WHERE code LIKE 'T%'"
            )
        ledger.close()

    @property
    def file(self) -> str:
        return self.url.removeprefix("sqlite:///")

    def begin(self) -> None:
        """A broadcast to everybody on Telegram begins."""
        (self.folder / "en.md").write_text("The office is closed on Friday.", "utf-8")
        self.ran(
            "broadcast",
            "new",
            "News",
            "--text",
            f"en={self.folder}/en.md",
            "--leave-out",
            "sr",
            "--leave-out",
            "sq",
            "--where",
            "channel=telegram",
        )
        self.ran("broadcast", "start", "1", "--urgent", "a proof")

    def ask(self, query: str) -> list[Any]:
        if self.kind == "postgres":
            with psycopg.connect(self.url) as ledger:
                return ledger.execute(query).fetchall()
        ledger = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=60)
        try:
            return ledger.execute(query).fetchall()
        finally:
            ledger.close()

    def state(self) -> str:
        return str(self.ask("SELECT state FROM broadcast WHERE id = 1")[0][0])

    def until_done(self, patience: float) -> float:
        """Seconds until the broadcast was done; raises TimeoutError after `patience`."""
        began = time.monotonic()
        while self.state() != "done":
            if time.monotonic() - began > patience:
                raise TimeoutError(str(self.ask("SELECT state, reason, count(*) FROM delivery GROUP BY state, reason")))
            time.sleep(0.3)
        return time.monotonic() - began

    def arrivals(self) -> list[tuple[float, str]]:
        lines = self.accepted.read_text().splitlines() if self.accepted.exists() else []
        return sorted((float(at), chat) for at, chat in (line.split() for line in lines))


def pace(arrivals: list[tuple[float, str]]) -> tuple[float, int]:
    """The mean rate from the first to the last arrival, and the most in any sliding second."""
    at = [moment for moment, _ in arrivals]
    most = max(bisect.bisect_left(at, moment + 1.0) - place for place, moment in enumerate(at))
    return (len(at) - 1) / (at[-1] - at[0]), most


def fates(stage: Stage, count: int) -> dict[str, int]:
    """Lost, doubled, and doubled without a mark, by what the provider really accepted."""
    copies = Counter(chat for _, chat in stage.arrivals())
    attempts = dict(stage.ask("SELECT a.platform_id, d.attempts FROM delivery d JOIN address a ON a.id = d.address_id"))
    doubled = [chat for chat, number in copies.items() if number > 1]
    return {
        "lost": count - len(copies),
        "doubled": sum(copies.values()) - len(copies),
        "unmarked": sum(attempts[chat] < 2 for chat in doubled),
    }


async def reply_times(process: Process, seconds: float) -> list[float]:
    """How long presses in one web chat took to be answered, one after the other, for so long."""
    browser = await Browser(process, "en").open()
    await browser.press("language_en", n="first")
    await browser.read_until(1)
    times: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        await browser.press("menu", n=f"n{len(times)}")
        await browser.read_until(len(times) + 2)
        times.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)
    await browser.close()
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


@contextmanager
def stages(kind: str, folder: Path, rate: float) -> Iterator[Stage]:
    """A stage of this kind, and its end."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        stage = Stage(kind, folder, f"sqlite:///{folder}/var/prag.db", rate).open()
        try:
            yield stage
        finally:
            stage.close()
        return
    with server() as address, database(address) as url:
        stage = Stage(kind, folder, url, rate).open()
        try:
            yield stage
        finally:
            stage.close()
