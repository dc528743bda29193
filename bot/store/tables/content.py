"""What is published, and what people read of it, said of it and did not find."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bot.store.tables.base import BigId, Moment, metadata

content_version = Table(
    "content_version",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("path", String(160), nullable=False),
    Column("hash", String(16), nullable=False),
    # NULL: the file was taken away.
    Column("body", Text),
    Column("origin", String(5), nullable=False),
    Column("published_at", Moment, nullable=False),
    Index("ix_content_version_path_id", "path", "id"),
)

served = Table(
    "served",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("article", String(64), nullable=False),
    Column("hash", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_served_article_hash", "article", "hash"),
)

# What people said of answers: counts, nobody's name.
feedback = Table(
    "feedback",
    metadata,
    Column("article", String(64), primary_key=True),
    Column("hash", String(16), primary_key=True),
    Column("language", String(7), primary_key=True),
    Column("useful", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)

# Questions we could not answer, or answered badly, grouped by what they say in any script. `person_id` is who asked, as
# long as nobody else asked the same: then it is nobody's.
# `key` is a keyed hash of the folded text, `sample` one of them as it was written, sealed, its numbers covered.
miss = Table(
    "miss",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(44), nullable=False, unique=True),
    Column("sample", LargeBinary, nullable=False),
    Column("language", String(7), nullable=False),
    Column("article", String(64)),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True),
)
