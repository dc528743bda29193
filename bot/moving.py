"""From SQLite to Postgres: every row of the one ledger into the other, and proof that they are the same."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, String, Table, func, insert, select, text

from bot.store.database import Ledger, LedgerError
from bot.store.migrate import require_newest
from bot.store.tables import compatibility, metadata

PAGE: Final = 2000  # rows moved at once
TABLES: Final = [table for table in metadata.sorted_tables if table is not compatibility]  # that one the migrations fill
SHOWN: Final = 5  # texts without room that are named
_ADVANCE: Final = text("SELECT setval(pg_get_serial_sequence(:name, :column), :value)")

Told = Callable[[str, int], None]


def move(source: Ledger, target: Ledger, told: Told) -> int:
    """All rows of `source` are in `target`, with the same ids; gives their number. `told` hears of each table.

    One transaction: all or nothing. Raises LedgerError for a target that holds anything, a schema that is
    not the newest, a text that Postgres has no room for, or a row that is not the same afterwards.
    """
    require_newest(source)
    require_newest(target)
    with source.reading() as old, target.writing() as new:
        # While a large table is read and compared, this connection rightly stands still.
        new.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        _check_room(old)
        full = [table.name for table in TABLES if _count(new, table)]
        if full:
            raise LedgerError(f"the Postgres ledger is not empty ({full[0]} has rows); move into an empty database")
        total = 0
        for table in TABLES:
            total += _move(old, new, table)
            _check(old, new, table)
            told(table.name, _count(new, table))
        _advance_sequences(new)
    return total


def _check_room(old: Connection) -> None:
    """Raise LedgerError naming the texts that are longer than their column: SQLite takes them, Postgres does not."""
    long = [told for table in TABLES for column in table.columns for told in _too_long(old, column)]
    if long:
        more = f" and {len(long) - SHOWN} more" if len(long) > SHOWN else ""
        raise LedgerError(f"Postgres has no room for {'; '.join(long[:SHOWN])}{more}; shorten them in the SQLite ledger, then move")


def _too_long(old: Connection, column: Column[Any]) -> list[str]:
    room = column.type.length if isinstance(column.type, String) else None
    if room is None:
        return []
    keys = column.table.primary_key.columns
    rows = old.execute(select(func.length(column).label("length"), *keys).where(func.length(column) > room).order_by(*keys))
    return [f"{column.table.name}.{column.name} of row {', '.join(map(str, key))} ({size} of {room} characters)" for size, *key in rows]


def _move(old: Connection, new: Connection, table: Table) -> int:
    count = 0
    for page in _pages(old, table):
        new.execute(insert(table), [row._asdict() for row in page])
        count += len(page)
    return count


def _pages(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """All rows in the order of their key, a page at a time."""
    rows = connection.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=PAGE))
    for page in rows.partitions(PAGE):
        yield list(page)


def _check(old: Connection, new: Connection, table: Table) -> None:
    if _fingerprint(old, table) != _fingerprint(new, table):
        raise LedgerError(f"the table {table.name} is not the same after moving; nothing was kept, so nothing is lost: try again")


def _fingerprint(connection: Connection, table: Table) -> tuple[int, int]:
    """The number of rows and the sum of their hashes, whatever the order the database sorts texts in."""
    count = total = 0
    for page in _pages(connection, table):
        for row in page:
            total += int.from_bytes(hashlib.sha256(repr(_plain(row)).encode()).digest()[:16])
        count += len(page)
    return count, total


def _plain(row: Row[Any]) -> list[Any]:
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]


def _count(connection: Connection, table: Table) -> int:
    count: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return count


def _advance_sequences(connection: Connection) -> None:
    """New rows get ids above those that were moved."""
    for table in TABLES:
        column = table.autoincrement_column
        if column is not None:
            highest = connection.execute(select(func.max(column))).scalar()
            if highest:
                connection.execute(_ADVANCE, {"name": table.name, "column": column.name, "value": highest})
