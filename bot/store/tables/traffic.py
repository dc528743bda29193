"""What came in and what goes out: receipts, messages, files, what was not understood, the channels' rates."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bot.store.tables.base import BigId, Moment, metadata

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
    Column("lane", Integer, nullable=False),
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
    # Shows somebody's own answers: its text goes a day after it was sent.
    Column("sensitive", Boolean, nullable=False, default=False),
    # Text and buttons of a message that shows what a person wrote; `text` is then empty (bot.store.envelope).
    Column("sealed", LargeBinary),
    Index("ix_outgoing_address_id_id", "address_id", "id"),
    Index("ix_outgoing_channel_state_lane_id", "channel", "state", "lane", "id"),
    sqlite_autoincrement=True,
)

# A file for one person: to be fetched once with its token, or sent with a message.
file = Table(
    "file",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("outgoing_id", BigId, ForeignKey("outgoing.id", ondelete="CASCADE"), index=True),
    Column("token", String(44), unique=True),
    Column("name", String(80), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False),
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

# The next free slot of each channel, in seconds since 1970 by the database's clock: one rate for all processes.
channel_rate = Table(
    "channel_rate",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("next_at", Double, nullable=False),
    # Slots that were handed out and not used in time: they are made up for.
    Column("owed", Double, nullable=False, server_default="0"),
)
