"""Sealing everything anew with the first data key, after a key was added."""

from collections.abc import Iterator

from sqlalchemy import Column, Connection, LargeBinary, Table, select, update

from bot.store.sealing import Vault
from bot.store.tables import metadata


def sealed_columns() -> Iterator[tuple[Table, "Column[bytes]"]]:
    """Every column that holds sealed values."""
    for table in metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if isinstance(column.type, LargeBinary))


def reseal(connection: Connection, vault: Vault) -> int:
    """Every sealed value is sealed with the first data key; gives how many there are. Raises SealError if a key is missing."""
    count = 0
    for table, column in sealed_columns():
        keys = list(table.primary_key.columns)
        for row in connection.execute(select(column, *keys).where(column.is_not(None))).all():
            same = [key == row._mapping[key] for key in keys]  # noqa: SLF001 - SQLAlchemy's public name
            connection.execute(update(table).where(*same).values({column: vault.renew(row._mapping[column])}))  # noqa: SLF001
            count += 1
    return count
