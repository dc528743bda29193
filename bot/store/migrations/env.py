"""Alembic's entry: runs the migrations on the connection it is handed."""

from typing import Literal

from alembic import context

from bot.store.tables import Moment, metadata

# PgQueuer keeps its own tables and installs them itself.
_FOREIGN = "pgqueuer"


def include(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(_FOREIGN))


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, include_name=include, render_item=render, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
