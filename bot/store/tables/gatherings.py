"""Gatherings: what is announced, who has a seat, what they are reminded of, what people follow."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint, false

from bot.store.tables.base import BigId, Moment, metadata

# Wall time and zone are what was announced; the moments beside them follow from both (bot.localtime:
# a skipped hour moves forward, a doubled one is its first) and are computed anew when the zone's rules change.
gathering = Table(
    "gathering",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("topic", String(40), nullable=False, default=""),
    Column("municipality", String(40), nullable=False, default=""),
    Column("zone", String(40), nullable=False),
    Column("starts_wall", String(16), nullable=False),
    Column("ends_wall", String(16), nullable=False),
    Column("starts_at", Moment, nullable=False, index=True),
    Column("ends_at", Moment, nullable=False),
    Column("opens_at", Moment),
    Column("closes_at", Moment, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("party_limit", Integer, nullable=False),
    Column("names_needed", Boolean, nullable=False),
    Column("offer_hours", Integer, nullable=False),
    # Hours before the beginning, "168 24 3"; empty: no reminders.
    Column("offsets", String(60), nullable=False),
    Column("article", String(64), nullable=False, default=""),
    Column("form", String(64), nullable=False, default=""),
    Column("map_url", String(300), nullable=False, default=""),
    # Grows at every change people must hear of: the SEQUENCE of its calendar entry.
    Column("revision", Integer, nullable=False, default=0),
    # The number the next party draws.
    Column("next_number", Integer, nullable=False, default=1),
    Column("created_at", Moment, nullable=False),
    # Set as telling followers begins; while it goes on, the last person told stands in `announced_to`.
    Column("announced_at", Moment),
    Column("announced_to", BigId),
)

gathering_text = Table(
    "gathering_text",
    metadata,
    Column("gathering_id", BigId, ForeignKey("gathering.id", ondelete="CASCADE"), primary_key=True),
    # The language it is written in: sr (Cyrillic), sq, en.
    Column("language", String(2), primary_key=True),
    Column("title", String(160), nullable=False),
    Column("text", Text, nullable=False),
    Column("place", String(200), nullable=False),
    Column("bring", String(400), nullable=False, default=""),
)

gathering_point = Table(
    "gathering_point",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("gathering_id", BigId, ForeignKey("gathering.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("wall", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("name_sr", String(200), nullable=False),
    Column("name_sq", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("map_url", String(300), nullable=False, default=""),
)

party = Table(
    "party",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("gathering_id", BigId, ForeignKey("gathering.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    # Where it signed up: the way back when nothing newer is known.
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("signed_up_at", Moment, nullable=False),
    Column("offered_until", Moment, index=True),
    Column("confirmed_at", Moment),
    Column("point_id", BigId, ForeignKey("gathering_point.id", ondelete="SET NULL")),
    Column("names", LargeBinary),
    Column("phone", LargeBinary),
    Column("reminders", Boolean, nullable=False, default=True),
    # Staff keep it on the waiting list: no seat is offered to it.
    Column("held", Boolean, nullable=False, default=False, server_default=false()),
    # The person said STOP and yet wants the reminders of this one.
    Column("despite_stop", Boolean, nullable=False, default=False),
    Column("attended", Integer),
    Column("opinion_asked_at", Moment),
    # The questions this party has answered; the answers are only counted.
    Column("opinions", String(30), nullable=False, default=""),
    UniqueConstraint("gathering_id", "person_id"),
    Index("ix_party_gathering_id_state", "gathering_id", "state"),
)

# What happened to the seats of a gathering, in order: who looks can replay it. No identity but the party's number.
seat_change = Table(
    "seat_change",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("gathering_id", BigId, ForeignKey("gathering.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("at", Moment, nullable=False),
    # Staff who overrode the order, and why; empty where the rules decided.
    Column("by", String(120), nullable=False, default=""),
    Column("reason", String(200), nullable=False, default=""),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("party_id", BigId, ForeignKey("party.id", ondelete="CASCADE"), nullable=False),
    Column("hours_before", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String(8), nullable=False),
    Column("reason", String(20), nullable=False, default=""),
    Column("done_at", Moment),
    UniqueConstraint("party_id", "hours_before"),
    Index("ix_reminder_state_due_at", "state", "due_at"),
)

follow = Table(
    "follow",
    metadata,
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    # topic, place or kind; and its id.
    Column("about", String(10), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("since", Moment, nullable=False),
    Index("ix_follow_about_name", "about", "name"),
)

# What visitors said afterwards: counts, nobody's name.
opinion = Table(
    "opinion",
    metadata,
    Column("gathering_id", BigId, ForeignKey("gathering.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(10), primary_key=True),
    Column("answer", String(10), primary_key=True),
    Column("count", Integer, nullable=False),
)
