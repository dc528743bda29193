"""The audit log: what staff did. Append-only; it holds no person's identity."""

from datetime import datetime

from sqlalchemy import Connection, insert

from bot.store.sealing import Vault
from bot.store.tables import audit


def note(connection: Connection, *, who: str, verb: str, about: str, now: datetime, detail: str = "") -> None:
    """It is on record that `who` did `verb` to `about`, and why."""
    connection.execute(insert(audit), {"at": now, "who": who[:120], "verb": verb, "about": about, "detail": detail[:200]})


def blind(vault: Vault, code: str) -> str:
    """A person's or registration's code as the audit log holds it: comparable, but telling nobody's identity."""
    return vault.hash("audit", code)
