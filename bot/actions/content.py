"""Content in the ledger: versions, what was served, what people said of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.library import digest
from bot.store.database import insert_new
from bot.store.reads import newest_content
from bot.store.tables import content_version, feedback, served


def publish(connection: Connection, files: Mapping[str, str], now: datetime) -> int:
    """Bring the ledger's content up to these files; gives the number of files published or taken away.

    What staff changed in the ledger stays until the file itself changes again: a file's text that
    was published before is not published a second time.
    """
    newest = newest_content(connection)
    published = select(content_version.c.path, content_version.c.hash).where(content_version.c.origin == "file")
    known = {(row.path, row.hash) for row in connection.execute(published)}
    rows = [
        _row(path, body, "file", now)
        for path, body in files.items()
        if (path, digest([body])) not in known or (newest[path].body is None and newest[path].origin == "file")
    ]
    rows += [
        _row(path, None, "file", now)
        for path, version in newest.items()
        if path not in files and version.origin == "file" and version.body is not None
    ]
    if rows:
        connection.execute(insert(content_version), rows)
    return len(rows)


def edit(connection: Connection, path: str, body: str, now: datetime) -> None:
    """Staff publish a new text for one content file."""
    connection.execute(insert(content_version), _row(path, body, "staff", now))


def _row(path: str, body: str | None, origin: str, now: datetime) -> dict[str, object]:
    kind = path.split("/", maxsplit=1)[0] if "/" in path else "table"
    return {
        "kind": kind,
        "path": path,
        "hash": digest([body or ""]),
        "body": body,
        "origin": origin,
        "published_at": now,
    }


def serve(connection: Connection, person_id: int, article: str, body_hash: str, now: datetime) -> None:
    """The person was shown the article as this text of one language, by the hash of its file."""
    connection.execute(insert(served), {"person_id": person_id, "article": article, "hash": body_hash, "at": now})


def judge(connection: Connection, *, article: str, body_hash: str, language: str, useful: bool) -> None:
    """Count one more yes or no to “was this useful”."""
    key = {"article": article, "hash": body_hash, "language": language, "useful": useful}
    if not insert_new(connection, feedback, key | {"count": 1}):
        same = [feedback.c[name] == value for name, value in key.items()]
        connection.execute(update(feedback).where(*same).values(count=feedback.c.count + 1))
