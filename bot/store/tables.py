"""All tables of the ledger: typed columns only. Moments are whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as whole milliseconds so that both databases compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone does not go into the ledger")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MILLISECOND


BigId = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

person = Table(
    "person",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("language", String(7), nullable=False),
    Column("language_chosen", Boolean, nullable=False, default=False),
    Column("stopped_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

address = Table(
    "address",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("platform_id", String(128), nullable=False),
    Column("blocked_at", Moment),
    UniqueConstraint("channel", "platform_id"),
)

conversation = Table(
    "conversation",
    metadata,
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Text, nullable=False),
    # What a person has written and not yet sent off, sealed with the data keys.
    Column("private", LargeBinary),
)

# The platform's own ids of what was received: no text, no person. Keyed hashes, so a receipt
# outlives a person's erasure without telling who they were.
receipt = Table(
    "receipt",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("key", String(44), primary_key=True),
    Column("received_at", Moment, nullable=False),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("lane", String(10), nullable=False),
    Column("text", Text),
    Column("language", String(7), nullable=False),
    Column("buttons", Text, nullable=False, default="[]"),
    Column("created_at", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("claimed_by", String(36)),
    Column("sent_at", Moment),
    Column("platform_message_id", String(64)),
    # The platform's id of the message this one takes the place of.
    Column("replaces", String(64)),
    Column("reason", String(40)),
    Index("ix_outgoing_address_id_id", "address_id", "id"),
    Index("ix_outgoing_channel_state_due_at", "channel", "state", "due_at"),
)

question = Table(
    "question",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("language", String(7), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("answer", LargeBinary),
    Column("answered_at", Moment, index=True),
    Column("answered_by", String(120)),
)

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

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reason", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)
