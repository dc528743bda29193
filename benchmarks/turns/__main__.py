"""Durable turns beside a bare aiogram bot: `python -m benchmarks.turns`. Prints a Markdown table.

Ours: webhook in, state and reply committed to SQLite with synchronous=FULL, reply by API call. The
peers keep nothing. All run one after the other in short rounds, on a core of their own where there are
two, with the driver and the API's stub on the other. Trust the ratios, and CPU a turn on a busy machine.
"""

import asyncio
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from benchmarks.turns.driver import SECRET, Crowd, Measured, Said
from bot.evaluation import questions
from bot.library import files_below, read
from bot.search import Index
from bot.settings import PACKAGE
from tests.service import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
PEOPLE: Final = 300
AT_ONCE: Final = 32
ROUNDS: Final = 3
SECONDS: Final = 1.2
PATIENCE: Final = 40.0  # seconds a bot may take to start
QUESTIONS: Final = 0.4  # of the turns in the mix
TARGETS: Final = {"buttons": 4.0, "40 % questions": 3.0}


@dataclass
class Bot:
    """One of the bots: its process, and what was measured of it by mix."""

    name: str
    port: int
    process: psutil.Process
    rounds: dict[str, list[Measured]] = field(default_factory=dict)


def scripts() -> dict[str, list[Said]]:
    """What people do: buttons only, and with free questions among them."""
    library, _ = read(files_below(PACKAGE / "content"))
    pressed = [Said(choice="menu")] * len(library.articles)
    pressed += [Said(choice=f"topic_{topic.id}") for topic in library.topics] * 3
    pressed += [Said(choice=f"article_{name}") for name in library.articles]
    asked = [Said(text=one.text) for one in questions((ROOT / "tests/data/questions-dev.jsonl").read_text("utf-8"))]
    share = round(len(asked) * (1 - QUESTIONS) / QUESTIONS)
    return {"buttons": pressed, "40 % questions": asked + [pressed[n % len(pressed)] for n in range(share)]}


@contextmanager
def running(name: str, command: list[str], port: int, folder: Path, settings: dict[str, str]) -> Iterator[Bot]:
    """A bot that takes updates at `port`, until the end of the block."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PRAG_")}
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(command, env=kept | settings, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _until_up(process, port)
        one = psutil.Process(process.pid)
        _place(one, last=True)
        yield Bot(name, port, one)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_up(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the bot at {port} did not start")


def _place(process: psutil.Process, *, last: bool) -> None:
    """The bots share one core, driver and stub another, where there are several."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(cores) > 1:
        for thread in process.threads():
            os.sched_setaffinity(thread.id, {max(cores) if last else min(cores)})


async def measure(folder: Path) -> tuple[list[Bot], int]:
    """All bots after all rounds, and how many replies Prag's ledger holds."""
    crowd = Crowd(PEOPLE)
    api = await crowd.listen()
    index = folder / "var" / "search"
    Index.build(read(files_below(PACKAGE / "content"))[0], index)
    ports = [free_port() for _ in range(3)]
    prag = {
        "PRAG_DATABASE_URL": f"sqlite:///{folder}/var/prag.db", "PRAG_TELEGRAM_TOKEN": "12345:abc", "PRAG_TELEGRAM_SECRET": SECRET,
        "PRAG_TELEGRAM_API_URL": f"http://127.0.0.1:{api}", "PRAG_TELEGRAM_MODE": "webhook", "PRAG_TELEGRAM_RATE": "100000", "PRAG_LOG_LEVEL": "error",
    }  # fmt: skip
    peer = [sys.executable, "-m", "benchmarks.turns.peer"]
    with ExitStack() as stack:
        bots = [
            await asyncio.to_thread(stack.enter_context, running(*one))
            for one in (
                ("aiogram, bare", [*peer, str(ports[0]), str(api), str(index)], ports[0], folder, {}),
                ("aiogram, bare, primed", [*peer, str(ports[1]), str(api), str(index), "primed"], ports[1], folder, {}),
                ("**Prag**", [sys.executable, "-m", "bot", "run", "--port", str(ports[2])], ports[2], folder, prag),
            )
        ]  # fmt: skip
        await _rounds(crowd, bots)
    return bots, _kept(folder / "var" / "prag.db")


async def _rounds(crowd: Crowd, bots: list[Bot]) -> None:
    _place(psutil.Process(), last=False)
    for bot in bots:
        await crowd.talk(bot.port, [Said(text="/start")], at_once=AT_ONCE, seconds=0, process=bot.process, everybody=True)
    for mix, script in scripts().items():
        for bot in bots:
            await crowd.talk(bot.port, script, at_once=AT_ONCE, seconds=0.5, process=bot.process)
        for _ in range(ROUNDS):
            for bot in bots:
                done = await crowd.talk(bot.port, script, at_once=AT_ONCE, seconds=SECONDS, process=bot.process)
                bot.rounds.setdefault(mix, []).append(done)


def _kept(file: Path) -> int:
    with sqlite3.connect(file) as ledger:
        return int(ledger.execute("SELECT count(*) FROM outgoing WHERE state = 'sent'").fetchone()[0])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bots, kept = asyncio.run(measure(Path(folder)))
    *peers, ours = bots
    head = "".join(f" × {peer.name} |" for peer in peers)
    print(f"| mix | bot | turns/s |{head} p50 / p99 ms | CPU ms a turn | lost, refused |\n|---|---|--:|{'--:|' * len(peers)}--:|--:|--:|")
    for mix in ours.rounds:
        for bot in bots:
            print(_row(mix, bot, peers))
    for mix, target in TARGETS.items():
        got = _ratio(ours.rounds[mix], peers[0].rounds[mix])
        print(f"\n{mix}: {got:.1f} × a bare aiogram bot; target ≥ {target:.0f} ×: {'held' if got >= target else 'NOT HELD'}")
    turns = sum(len(one.times) for rounds in ours.rounds.values() for one in rounds)
    print(f"\nPrag's ledger holds {kept} sent replies; {turns} turns were measured.")


def _row(mix: str, bot: Bot, peers: list[Bot]) -> str:
    rounds = bot.rounds[mix]
    rate = statistics.median(one.rate for one in rounds)
    times = f"{statistics.median(one.quantile(0.5) for one in rounds):.1f} / {statistics.median(one.quantile(0.99) for one in rounds):.0f}"
    against = "".join(f" {_ratio(rounds, peer.rounds[mix]):.2f} |" for peer in peers)
    cpu = statistics.median(one.cpu for one in rounds)
    return f"| {mix} | {bot.name} | {rate:.0f} |{against} {times} | {cpu:.2f} | {sum(one.lost for one in rounds)}, {sum(one.refused for one in rounds)} |"


def _ratio(ours: list[Measured], theirs: list[Measured]) -> float:
    """The median over the rounds of how many turns we did for each of theirs."""
    return statistics.median(our.rate / their.rate for our, their in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    main()
