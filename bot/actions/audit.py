"""The audit log: what staff did. Append-only; it holds no person's identity."""

from datetime import datetime

from sqlalchemy import Connection, insert

from bot.store.tables import audit


def note(connection: Connection, *, who: str, verb: str, about: str, now: datetime, detail: str = "") -> None:
    """It is on record that `who` did `verb` to `about`, and why."""
    connection.execute(insert(audit), {"at": now, "who": who[:120], "verb": verb, "about": about, "detail": detail[:200]})
