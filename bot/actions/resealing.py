"""Sealing everything anew with the first data key, after a key was added: in slices, so that nobody waits for it."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Connection, LargeBinary, Table, select, update

from bot.store.database import Ledger
from bot.store.sealing import Vault
from bot.store.tables import metadata

SLICE: Final = 500  # values a transaction


def sealed_columns() -> Iterator[tuple[Table, "Column[bytes]"]]:
    """Every column that holds sealed values. Each of their tables has one number as its key."""
    for table in metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if isinstance(column.type, LargeBinary))


def reseal(ledger: Ledger, vault: Vault) -> int:
    """Every sealed value is sealed with the first data key; gives how many there are. Raises SealError if a key is missing.

    What was done before a failure stays done, and may be done again.
    """
    return sum(_reseal_column(ledger, vault, column) for _, column in sealed_columns())


def _reseal_column(ledger: Ledger, vault: Vault, column: "Column[bytes]") -> int:
    count, after = 0, 0
    while True:
        with ledger.writing() as connection:
            done = _reseal_slice(connection, vault, column, after)
        if not done:
            return count
        count, after = count + len(done), done[-1]


def _reseal_slice(connection: Connection, vault: Vault, column: "Column[bytes]", after: int) -> list[int]:
    """The next values after the key `after` are sealed anew; gives their keys."""
    (key,) = column.table.primary_key.columns
    wanted = select(key, column).where(key > after, column.is_not(None)).order_by(key).limit(SLICE)
    rows: list[Any] = list(connection.execute(wanted.with_for_update()).all())
    for number, sealed in rows:
        connection.execute(update(key.table).where(key == number).values({column: vault.renew(sealed)}))
    return [number for number, _ in rows]
