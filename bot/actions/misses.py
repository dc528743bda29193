"""Learning from use: questions we could not answer, or answered badly.

The same question in Cyrillic, Latin or without accents is one row. Who asked stands with it, for their data and for being
forgotten, until somebody else asks the same: then it is nobody's, and stays.
"""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, case, delete, insert, select, update

from bot.actions import audit, content
from bot.errors import PlainError
from bot.languages import fold, to_cyrillic
from bot.library import Library
from bot.messages import Language
from bot.store.reads import newest_content
from bot.store.sealing import Vault
from bot.store.tables import miss

KEPT: Final = timedelta(days=180)
LONGEST: Final = 300  # characters: a longer message teaches the search nothing more
_IDENTIFYING: Final = re.compile(r"\S+@\S+|https?://\S+|\+?\d[\d ./-]{3,}\d")
_EXAMPLES: Final = "\n\n## Keywords"


class MissError(PlainError):
    """The question cannot be attached; the sentence says why."""


def note(
    connection: Connection, vault: Vault, *, person_id: int, text: str, language: Language, article: str | None, now: datetime
) -> None:  # fmt: skip
    """One more such question is counted. Numbers, mail and web addresses in it are covered."""
    sample = _IDENTIFYING.sub("…", text)[:LONGEST].strip()
    folded = fold(sample)
    if not folded:
        return
    key = vault.hash("miss", folded)
    only_theirs = case((miss.c.person_id == person_id, miss.c.person_id))
    again = update(miss).where(miss.c.key == key).values(count=miss.c.count + 1, last_at=now, article=article, person_id=only_theirs)
    if connection.execute(again).rowcount == 0:
        row = {"key": key, "sample": vault.seal(sample), "language": language, "article": article, "count": 1, "last_at": now}
        connection.execute(insert(miss), row | {"person_id": person_id})


def unanswered(connection: Connection, *, by: str, now: datetime) -> list[Row[Any]]:
    """The questions kept for staff to read, the most frequent first, and a line in the audit log."""
    rows = list(connection.execute(select(miss).order_by(miss.c.count.desc(), miss.c.last_at.desc())))
    audit.note(connection, who=by, verb="questions listed", about="unanswered", now=now, detail=str(len(rows)))
    return rows


def attach(connection: Connection, vault: Vault, library: Library, *, number: int, article: str, now: datetime) -> str:
    """The question is an example of `article` from the next reload on, and no longer among the unanswered; gives it.

    Raises MissError for an unknown number or article.
    """
    row = connection.execute(select(miss).where(miss.c.id == number)).first()
    if row is None:
        raise MissError(f"there is no unanswered question {number}; `prag questions unanswered` lists them")
    if article not in library.articles:
        raise MissError(f"there is no article {article}; the folders of content/topics are their names")
    sample = vault.open(row.sample)
    written = "sr" if row.language.startswith("sr") else row.language
    example = to_cyrillic(sample, library.latin_names) if written == "sr" else sample
    path = f"topics/{article}/{written}.md"
    body = newest_content(connection)[path].body or ""
    before, _, after = body.partition(_EXAMPLES)
    line = " ".join(example.split())
    content.edit(connection, path, f"{before.rstrip()}\n- {line}{_EXAMPLES}{after}", now)
    connection.execute(delete(miss).where(miss.c.id == number))
    return line


def dismiss(connection: Connection, number: int) -> bool:
    """The question is not kept any more; False if there was none with this number."""
    return connection.execute(delete(miss).where(miss.c.id == number)).rowcount == 1


def purge(connection: Connection, now: datetime) -> int:
    """Questions nobody asked for KEPT are gone; gives their number."""
    return connection.execute(delete(miss).where(miss.c.last_at < now - KEPT)).rowcount
