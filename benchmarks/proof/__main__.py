"""The long proofs: `python -m benchmarks.proof [NAME ...]`. Prints one Markdown line for each; docs/proofs.md keeps them.

Everything runs on the loopback. A machine that does other work at the same time gives lower rates.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.proof import million
from benchmarks.proof.stage import fates, p95, pace, reply_times, stages

KILLS = 30


def folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="prag-proof-"))
    made.chmod(0o755)
    return made


def rate(kind: str, count: int, per_second: int) -> str:
    """So many recipients at so much a second: the mean, the most in any second, and replies meanwhile."""
    with stages(kind, folder(), per_second) as stage:
        front = stage.services()[0]
        stage.populate(count)
        idle = asyncio.run(reply_times(front, 10))
        stage.begin()
        while len(stage.arrivals()) < 20:
            time.sleep(0.2)
        busy = asyncio.run(reply_times(front, min(20, count / per_second * 0.6)))
        stage.until_done(count / per_second * 4 + 120)
        mean, most = pace(stage.arrivals())
        told = fates(stage, count)
    share = 100 * mean / per_second
    return (
        f"| {kind} | {count} at {per_second}/s | {mean:.2f}/s ({share:.1f} %) | {most} | {told['lost']} | {told['doubled']} "
        f"| {p95(idle):.1f} ms | {p95(busy):.1f} ms ({p95(busy) / p95(idle):.2f} ×) |"
    )


def kills(kind: str, count: int, per_second: int) -> str:
    """A random process killed at random moments while sending."""
    chance = random.Random(20261121)
    with stages(kind, folder(), per_second) as stage:
        processes = stage.services()
        workers = processes if kind == "sqlite" else processes[1:]
        stage.populate(count)
        stage.begin()
        while len(stage.arrivals()) < 20:
            time.sleep(0.1)
        killed = 0
        while killed < KILLS and stage.state() != "done":
            victim = chance.choice(workers)
            before = len(stage.arrivals())
            victim.kill()
            killed += 1
            victim.start(wait=kind == "sqlite")
            until = time.monotonic() + 30
            while len(stage.arrivals()) == before and time.monotonic() < until and stage.state() != "done":
                time.sleep(0.05)
            time.sleep(chance.uniform(0.1, 1.5 if kind == "sqlite" else 4.0))
        stage.until_done(count / per_second * 4 + 180)
        told = fates(stage, count)
        marked = stage.ask("SELECT count(*) FROM delivery WHERE attempts > 1")[0][0]
    return f"| {kind} | {count} at {per_second}/s | {killed} | {told['lost']} | {told['doubled']} | {told['unmarked']} | {marked} |"


def faults(kind: str, mode: str) -> str:
    """The platform misbehaves for ten seconds in the middle."""
    with stages(kind, folder(), 100) as stage:
        stage.services(2)
        stage.populate(3000)
        stage.begin()
        while len(stage.arrivals()) < 300:
            time.sleep(0.1)
        stage.mode(mode)
        time.sleep(10)
        stage.mode("ok")
        took = stage.until_done(300)
        told = fates(stage, 3000)
        states = dict(stage.ask("SELECT state, count(*) FROM delivery GROUP BY state"))
    return f"| {kind} | {mode} | {states} | {told['lost']} | {told['doubled']} | {told['unmarked']} | {took:.0f} s |"


def both(proof: Callable[..., str], *more: object) -> Iterator[str]:
    return (proof(kind, *more) for kind in ("sqlite", "postgres"))


PROOFS: dict[str, Callable[[], Iterable[str]]] = {
    "rate-29": lambda: both(rate, 2000, 29),
    "rate-980": lambda: both(rate, 50_000, 980),
    "kills-sqlite": lambda: [kills("sqlite", 20_000, 200)],
    "kills-postgres": lambda: [kills("postgres", 20_000, 200)],
    "storm": lambda: both(faults, "storm"),
    "broken": lambda: both(faults, "broken"),
    "hang": lambda: both(faults, "hang"),
    "million": lambda: [million.prove(folder())],
}


def main() -> None:
    for name in sys.argv[1:] or PROOFS:
        print(f"<!-- {name} -->", flush=True)
        for line in PROOFS[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main()
