"""The library and its search index as one immutable snapshot, renewed when the ledger's content changes."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from bot.library import ContentError, Library, read
from bot.problems import Problem
from bot.search import Index
from bot.store.database import Ledger
from bot.store.reads import content_number, newest_content

POLL: Final = 1.0  # seconds between two looks at the ledger's content number

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the content: the ledger's number of it, the library, and its index."""

    number: int
    library: Library
    index: Index


class Catalogue:
    """Holds the newest snapshot. Reading `now` never waits; a new one is built in a thread and swapped in."""

    def __init__(self, ledger: Ledger, cache: Path) -> None:
        self._ledger = ledger
        self._cache = cache
        self._snapshot: Snapshot | None = None

    @property
    def now(self) -> Snapshot:
        if self._snapshot is None:
            raise ContentError("the content has not been read yet")
        return self._snapshot

    def load(self) -> Snapshot:
        """Read the ledger's newest content. Raises ContentError, naming the first error, when it cannot be served."""
        with self._ledger.reading() as connection:
            number = content_number(connection)
            rows = newest_content(connection)
        library, problems = read({path: row.body for path, row in rows.items() if row.body is not None})
        refuse_errors(problems)
        self._snapshot = Snapshot(number, library, Index.build(library, self._cache))
        return self._snapshot

    async def follow(self) -> None:
        """Swap in new content within about a second of its publication, until cancelled.

        Content with errors is refused and the last good snapshot stays.
        """
        refused = 0
        while True:
            await asyncio.sleep(POLL)
            number = await asyncio.to_thread(self._newest_number)
            if number in (self.now.number, refused):
                continue
            try:
                await asyncio.to_thread(self.load)
                _log.info("content renewed", number=number)
            except ContentError as error:
                refused = number
                _log.error("new content refused", reason=str(error))

    def _newest_number(self) -> int:
        with self._ledger.reading() as connection:
            return content_number(connection)


def refuse_errors(problems: tuple[Problem, ...]) -> None:
    """Raise ContentError naming the first error, and how many there are; warnings pass."""
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more; `prag check` shows them)" if len(errors) > 1 else ""
        raise ContentError(f"{errors[0]}{more}")
