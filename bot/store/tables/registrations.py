"""Registrations: answers, what became of them, what people agreed to, and the counts that outlive them."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bot.store.tables.base import BigId, Moment, metadata

# One person's answers, sealed whole; NULL once withdrawn. `subject` is a keyed hash of whom they are for, `phone`
# one of the telephone, so that equal ones can be found. Without a person (NULL) it was sent without a name.
registration = Table(
    "registration",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True),
    Column("address_id", BigId, ForeignKey("address.id", ondelete="SET NULL")),
    Column("form", String(64), nullable=False),
    Column("form_hash", String(16), nullable=False),
    Column("family", Boolean, nullable=False),
    Column("subject", String(44), nullable=False, default=""),
    Column("phone", String(44), nullable=False, default=""),
    # The municipalities people come from and live in, to tell those whom it concerns; gone with the answers.
    Column("origin", String(40), nullable=False, default=""),
    Column("residence", String(40), nullable=False, default=""),
    Column("answers", LargeBinary),
    Column("language", String(7), nullable=False),
    Column("status", String(12), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_registration_form_status", "form", "status"),
    Index("ix_registration_phone", "phone"),
)

registration_history = Table(
    "registration_history",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("registration_id", BigId, ForeignKey("registration.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    # “person”, or the member of staff.
    Column("by", String(120), nullable=False),
    Column("what", String(12), nullable=False),
    Column("note", LargeBinary),
)

# A registration passed on to another body.
referral = Table(
    "referral",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("registration_id", BigId, ForeignKey("registration.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("to", String(120), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Column("note", LargeBinary),
)

# The exact words people agreed to, once each.
consent_text = Table(
    "consent_text",
    metadata,
    Column("hash", String(16), primary_key=True),
    Column("language", String(7), nullable=False),
    Column("text", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("registration_id", BigId, ForeignKey("registration.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", String(64), nullable=False),
    Column("hash", String(16), ForeignKey("consent_text.hash"), nullable=False),
    Column("language", String(7), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)

# What the yearly report still counts though its rows are gone: by UTC month, nobody's name.
past_count = Table(
    "past_count",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("what", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)

# Registrations counted as they come in, so that erasing a person changes no statistics.
tally = Table(
    "tally",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("municipality", String(40), primary_key=True),
    Column("language", String(7), primary_key=True),
    Column("category", String(30), primary_key=True),
    Column("count", Integer, nullable=False),
)
