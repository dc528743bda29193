"""Queries: rows and small values, nothing written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, func, select

from bot.messages import Button, Fetched
from bot.store.envelope import Content, disclose
from bot.store.sealing import SealError, Vault
from bot.store.tables import address, content_version, outgoing

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ContentRow:
    body: str | None
    hash: str
    origin: str


def newest_content(connection: Connection) -> dict[str, ContentRow]:
    """The newest version of every content file by path; `body` is None where it was taken away."""
    newest = select(func.max(content_version.c.id)).group_by(content_version.c.path)
    rows = connection.execute(
        select(content_version.c.path, content_version.c.body, content_version.c.hash, content_version.c.origin).where(
            content_version.c.id.in_(newest)
        )
    )
    return {row.path: ContentRow(row.body, row.hash, row.origin) for row in rows}


def staff_edits(connection: Connection) -> dict[str, str]:
    """The content files whose newest version is one staff published."""
    newest = newest_content(connection)
    return {path: row.body for path, row in newest.items() if row.origin == "staff" and row.body is not None}


def content_number(connection: Connection) -> int:
    """Grows whenever content is published; the same number means the same content."""
    newest: int = connection.execute(select(func.coalesce(func.max(content_version.c.id), 0))).scalar_one()
    return newest


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version of an article's text: its number, the language it is written in, when it was published, by whom."""

    id: int
    language: str
    published_at: datetime
    origin: str


def versions_of(connection: Connection, article: str) -> list[TextVersion]:
    """All versions of an article's texts, the newest first."""
    mine = content_version
    wanted = select(mine.c.id, mine.c.path, mine.c.published_at, mine.c.origin).where(is_text_of(mine, article))
    rows = connection.execute(wanted.order_by(mine.c.id.desc()))
    return [TextVersion(row.id, row.path.rsplit("/", 1)[-1].removesuffix(".md"), row.published_at, row.origin) for row in rows]


def is_text_of(version: FromClause, article: str) -> ColumnElement[bool]:
    """Whether a row of `content_version`, or of an alias of it, is a text of the article in some language."""
    wanted: ColumnElement[bool] = version.c.path.like(f"topics/{article}/%.md")
    return wanted


_decode_buttons = msgspec.json.Decoder(tuple[Button, ...]).decode
_AFTER = (
    select(
        outgoing.c.id,
        outgoing.c.text,
        outgoing.c.language,
        outgoing.c.buttons,
        outgoing.c.created_at,
        outgoing.c.sealed,
        outgoing.c.channel,
    )
    .select_from(outgoing.join(address))
    .where(
        address.c.channel == bindparam("channel"),
        address.c.platform_id == bindparam("platform_id"),
        outgoing.c.id > bindparam("after"),
        outgoing.c.text.is_not(None),
    )
    .order_by(outgoing.c.id)
    .limit(bindparam("most"))
)


def messages_after(connection: Connection, vault: Vault, channel: str, platform_id: str, after: int, most: int = 200) -> list[Fetched]:
    """The messages to one address with an id above `after`, oldest first, at most `most`.

    One that no data key opens is left out, and keeps no other back.
    """
    rows = connection.execute(_AFTER, {"channel": channel, "platform_id": platform_id, "after": after, "most": most})
    return [found for row in rows if (found := _fetched(row, vault)) is not None]


def _fetched(row: Any, vault: Vault) -> Fetched | None:
    try:
        content = disclose(vault, row.sealed) if row.sealed else Content(row.text, _decode_buttons(row.buttons))
    except SealError:
        _log.error("a message cannot be shown: its data key is missing", channel=row.channel)
        return None
    return Fetched(row.id, content.text, row.language, content.buttons, row.created_at)


_NEWS = (
    select(outgoing.c.id, outgoing.c.channel, address.c.platform_id)
    .select_from(outgoing.join(address))
    .where(outgoing.c.id > bindparam("after"), outgoing.c.state == "waiting")
    .order_by(outgoing.c.id)
    .limit(5000)
)


def waiting_after(connection: Connection, after: int) -> tuple[int, set[tuple[str, str]]]:
    """The channels and addresses with waiting messages above the id `after`, and the highest such id."""
    rows = connection.execute(_NEWS, {"after": after}).all()
    return (rows[-1].id if rows else after), {(row.channel, row.platform_id) for row in rows}


def newest_outgoing(connection: Connection) -> int:
    """The highest id of any outgoing message."""
    newest: int = connection.execute(select(func.coalesce(func.max(outgoing.c.id), 0))).scalar_one()
    return newest
