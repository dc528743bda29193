"""How soon `prag run` answers, and what it weighs: `python -m benchmarks.start`. Without Telegram's library.

The first start learns the search index, every later one finds it in var/search.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import psutil

from tests.service import Browser, Service

STARTS: Final = 5
START_TARGET, WEIGHT_TARGET = 2.0, 120.0  # seconds to the first answer, MB


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder), {"PRAG_LOG_LEVEL": "error"})
        first, _ = start(service)
        later = [start(service) for _ in range(STARTS)]
    seconds = statistics.median(one for one, _ in later)
    weight = statistics.median(one for _, one in later)
    print("| what | measured | target |\n|---|--:|---|")
    print(f"| first answer after the very first start | {first:.2f} s | |")
    print(
        f"| first answer after a start, median of {STARTS} | {seconds:.2f} s | ≤ {START_TARGET:.0f} s: {_verdict(held=seconds <= START_TARGET)} |"
    )
    print(f"| memory after it (RSS) | {weight:.0f} MB | < {WEIGHT_TARGET:.0f} MB: {_verdict(held=weight < WEIGHT_TARGET)} |")


def start(service: Service) -> tuple[float, float]:
    """Seconds from the start to the first answer in the web chat, and the megabytes then."""
    began = time.perf_counter()
    service.start()
    try:
        asyncio.run(_ask(service))
        seconds = time.perf_counter() - began
        assert service.process is not None
        return seconds, psutil.Process(service.process.pid).memory_info().rss / 1e6
    finally:
        service.stop()


async def _ask(service: Service) -> None:
    browser = await Browser(service, "en").open()
    await browser.say("how do I get a lawyer", n=1)
    await browser.read_until(1)
    await browser.close()


def _verdict(*, held: bool) -> str:
    return "held" if held else "NOT HELD"


if __name__ == "__main__":
    main()
