"""Broadcasts: their texts, one row for each recipient, and the slices they are sent in."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from bot.store.tables.base import BigId, Moment, metadata

# States: draft, scheduled, preparing, sending, paused, stopped, done.
broadcast = Table(
    "broadcast",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    # The conditions, the button and the replacement languages, as JSON (bot.segments, bot.broadcasts).
    Column("segment", Text, nullable=False, default="[]"),
    Column("button", Text, nullable=False, default=""),
    Column("instead", Text, nullable=False, default="{}"),
    Column("created_by", String(120), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("approved_by", String(120), nullable=False, default=""),
    Column("approved_at", Moment),
    # Why it goes without a second person and in the quiet hours; empty where it does not.
    Column("urgent", String(200), nullable=False, default=""),
    Column("wall", String(16), nullable=False, default=""),
    Column("zone", String(40), nullable=False, default=""),
    Column("start_at", Moment),
    # The recipients up to this person are rows; all of them once `prepared`.
    Column("prepared_to", BigId, nullable=False, default=0),
    Column("prepared", Boolean, nullable=False, default=False),
    Column("billable", Integer, nullable=False, default=0),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    # How many it would have reached when its time came and it was held back, for want of an approval; else 0.
    Column("held", Integer, nullable=False, default=0, server_default="0"),
)

broadcast_text = Table(
    "broadcast_text",
    metadata,
    Column("broadcast_id", BigId, ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True),
    # The language it is written in: sr (Cyrillic), sq, en.
    Column("language", String(2), primary_key=True),
    Column("text", Text, nullable=False),
)

# One recipient's row. States: waiting, sending, sent, delivered, seen, failed, skipped, unknown.
recipient = Table(
    "delivery",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("broadcast_id", BigId, ForeignKey("broadcast.id", ondelete="CASCADE"), nullable=False),
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("language", String(7), nullable=False),
    Column("state", String(9), nullable=False),
    Column("reason", String(20)),
    Column("attempts", Integer, nullable=False, default=0),
    # Parts of a long message that have gone.
    Column("parts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("claimed_by", String(36)),
    Column("sent_at", Moment),
    Column("platform_message_id", String(64)),
    # The message a fetching channel takes it from.
    Column("outgoing_id", BigId),
    # The message costs money, and the budget was asked for it.
    Column("costs", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_delivery_broadcast_id_channel_state_id", "broadcast_id", "channel", "state", "id"),
)

# What became of the recipients, counted before their rows were purged.
broadcast_tally = Table(
    "broadcast_tally",
    metadata,
    Column("broadcast_id", BigId, ForeignKey("broadcast.id", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("state", String(9), primary_key=True),
    # Empty where there is none: part of the key.
    Column("reason", String(20), primary_key=True),
    Column("people", Integer, nullable=False),
)

# About ten seconds of sending on one channel: the recipients with ids from `lo` to `hi`.
slice_ = Table(
    "slice",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("broadcast_id", BigId, ForeignKey("broadcast.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("lo", BigId, nullable=False),
    Column("hi", BigId, nullable=False),
    Column("size", Integer, nullable=False),
    # Whoever works on it now; claims under an older holder are refused.
    Column("holder", String(36)),
    Column("done", Boolean, nullable=False, default=False),
    Column("due_at", Moment, nullable=False),
    Index("ix_slice_broadcast_id_done_id", "broadcast_id", "done", "id"),
)
