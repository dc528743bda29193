"""`python -m benchmarks.search [FILE.jsonl]`: our search beside others on the same content, as a Markdown table.

All get the same folded text, so that scripts and accents count against none of them.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.search import peers
from bot.evaluation import Question, questions
from bot.languages import fold
from bot.library import files_below, read
from bot.search import Index

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3  # each question is timed so often; the quickest counts


def main() -> None:
    """Prints the table: one row a way to search, build time, quality over answerable questions, latency over all."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests/data/questions-dev.jsonl"
    asked = questions(file.read_text("utf-8"))
    library, _ = read(files_below(ROOT / "content"))
    ways: dict[str, Callable[[], peers.Ranker]] = {
        "SQLite FTS5 unicode61": lambda: peers.fts5(library, "unicode61"),
        "SQLite FTS5 trigram": lambda: peers.fts5(library, "trigram"),
        "tantivy": lambda: peers.tantivy(library),
        "RapidFuzz token_set_ratio": lambda: peers.fuzzy(library),
        "BM25, whole words": lambda: peers.bm25(library, whole=True),
        "BM25, word stems": lambda: peers.bm25(library, whole=False),
    }
    print(f"{file.name}: {len(asked)} questions, {sum(q.answerable for q in asked)} answerable\n")
    print("| way | ready in s | right first | in first three | MRR | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|")
    for name, build in ways.items():
        start = time.perf_counter()
        try:
            rank = build()
        except ImportError:
            print(f"| {name} | not installed | | | | | |")
            continue
        row(name, time.perf_counter() - start, lambda text, rank=rank: rank(fold(text)), asked)
    start = time.perf_counter()
    index = Index.build(library)
    row("**Prag**", time.perf_counter() - start, lambda text: [hit.article for hit in index.find(text).ranking], asked)


def row(name: str, built: float, rank: peers.Ranker, asked: list[Question]) -> None:
    """Prints one row."""
    places, times = [], []
    for question in asked:
        taken = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            ranking = rank(question.text)
            taken.append(time.perf_counter() - start)
        times.append(min(taken) * 1000)
        if question.answerable:
            places.append(next((n for n, article in enumerate(ranking, 1) if article in question.gold), 0))
    first = sum(place == 1 for place in places) / len(places)
    three = sum(0 < place <= 3 for place in places) / len(places)
    mean = sum(1 / place for place in places if place) / len(places)
    times.sort()
    print(
        f"| {name} | {built:.2f} | {first:.3f} | {three:.3f} | {mean:.3f} | {times[len(times) // 2]:.2f} | {times[int(len(times) * 0.99)]:.2f} |"
    )


if __name__ == "__main__":
    main()
