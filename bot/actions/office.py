"""The office's own settings: kept in the ledger, every change on record."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from bot import office
from bot.actions import audit
from bot.store.tables import setting


def put(connection: Connection, name: str, value: str, *, by: str, now: datetime) -> None:
    """The setting has this value. Raises OfficeError for a value it may not have."""
    office.check(name, value)
    connection.execute(delete(setting).where(setting.c.name == name))
    connection.execute(insert(setting), {"name": name, "value": value})
    audit.note(connection, who=by, verb="set", about=f"setting {name}", detail=value, now=now)


def reset(connection: Connection, name: str, *, by: str, now: datetime) -> None:
    """The setting has its default again. Raises OfficeError for a name we do not know."""
    office.check(name, office.shown(office.Office(), name) if name in office.NAMES else "")
    connection.execute(delete(setting).where(setting.c.name == name))
    audit.note(connection, who=by, verb="reset", about=f"setting {name}", now=now)
