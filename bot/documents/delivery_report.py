"""What became of a broadcast, one line a recipient: CSV or XLSX, written as it is read, so a million lines take no memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import Connection

from bot import clock
from bot.documents.exports import harmless
from bot.errors import PlainError
from bot.store import broadcast_reads as reads

COLUMNS: Final = ("person", "channel", "language", "outcome", "reason", "attempts", "sent")
KINDS: Final = (".csv", ".xlsx")
PAGE: Final = 5000
XLSX_LIMIT: Final = 1_048_575  # below the heading: a sheet has 1,048,576 lines: support.microsoft.com, Excel specifications and limits


class ReportError(PlainError):
    """No such file can be written; the sentence says which can."""


def check(path: Path, count: int) -> None:
    """Raise ReportError for a kind of file that is none of ours, and for more lines than an XLSX sheet has."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise ReportError(f"{path} is no kind of file we write; name it {' or '.join(f'*{known}' for known in KINDS)}")
    if kind == ".xlsx" and count > XLSX_LIMIT:
        raise ReportError(f"an XLSX sheet holds {XLSX_LIMIT} lines, and there are {count}; name the file .csv instead")


def lines(connection: Connection, broadcast_id: int, zone: ZoneInfo) -> Iterator[tuple[str | int, ...]]:
    """The recipients in order. `person` is the public code; times are on the clocks of `zone`."""
    after = 0
    while rows := reads.report(connection, broadcast_id, after, PAGE):
        for row in rows:
            yield (row.code, row.channel, row.language, row.state, row.reason, row.attempts, _shown(row.sent_at, zone))
        after = rows[-1].id


def write(path: Path, table: Iterable[Sequence[str | int]]) -> int:
    """The file at `path`, XLSX if it is named so, else CSV; gives the number of lines below the heading.

    No cell is taken for a formula.
    """
    return _xlsx(path, table) if path.suffix.lower() == ".xlsx" else _csv(path, table)


def _csv(path: Path, table: Iterable[Sequence[str | int]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in table:
            writer.writerow([harmless(cell) for cell in row])
            count += 1
    return count


def _xlsx(path: Path, table: Iterable[Sequence[str | int]]) -> int:
    count = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("recipients")
        _line(sheet, 0, COLUMNS)
        for row in table:
            count += 1
            _line(sheet, count, row)
    return count


def _line(sheet: Any, number: int, row: Sequence[str | int]) -> None:
    for place, cell in enumerate(row):
        (sheet.write_number if isinstance(cell, int) else sheet.write_string)(number, place, cell)


def _shown(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{clock.local(moment, zone):%Y-%m-%d %H:%M:%S}" if moment else ""
