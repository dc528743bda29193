"""The staff: who they are, the chats they work in, the questions they answer, what they did and have set."""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from bot.store.tables.base import BigId, Moment, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("email", String(120), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("removed_at", Moment),
    # The local day of the last morning note, as YYYY-MM-DD.
    Column("noted_on", String(10)),
)

# The chats in which a member of the staff works. The address is also an ordinary person's.
staff_chat = Table(
    "staff_chat",
    metadata,
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), primary_key=True),
    Column("staff_id", BigId, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("linked_at", Moment, nullable=False),
)

staff_code = Table(
    "staff_code",
    metadata,
    Column("key", String(44), primary_key=True),
    Column("staff_id", BigId, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("expires_at", Moment, nullable=False),
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

# Which message told which member of the staff of which question: a reply to it is the answer.
question_notice = Table(
    "question_notice",
    metadata,
    Column("outgoing_id", BigId, ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", BigId, ForeignKey("question.id", ondelete="CASCADE"), nullable=False, index=True),
)

# What staff did: append-only. It holds no person's identity, only what was done to what, by whom and why.
audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("who", String(120), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("about", String(80), nullable=False),
    Column("detail", String(200), nullable=False, default=""),
)

# What the office has set otherwise than our defaults (bot.office).
setting = Table(
    "setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
