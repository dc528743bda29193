"""People and their conversations: who writes from where, in which language, and where their conversation stands."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from bot.store.tables.base import BigId, Moment, metadata

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
    # An erased row's number is never given again: a result still under way must not meet another's row.
    sqlite_autoincrement=True,
)

address = Table(
    "address",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("platform_id", String(128), nullable=False),
    Column("blocked_at", Moment),
    # Until when messages to this address cost nothing (Viber); NULL where the platform has no such clock.
    Column("session_expires_at", Moment),
    UniqueConstraint("channel", "platform_id"),
    sqlite_autoincrement=True,
)

conversation = Table(
    "conversation",
    metadata,
    Column("address_id", BigId, ForeignKey("address.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Text, nullable=False),
    # What a person has written and not yet sent off, sealed with the data keys.
    Column("private", LargeBinary),
)

link_code = Table(
    "link_code",
    metadata,
    Column("key", String(44), primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
)

# Keyed hashes of the codes that people had who became this one by linking: their erasure must reach old backups too.
former_code = Table(
    "former_code",
    metadata,
    Column("key", String(44), primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Wrong codes, when and from where: many of them lock. `key` is a keyed hash of the address, so that forgetting its person
# does not unlock; `person_id` is written only by processes of the version before.
link_failure = Table(
    "link_failure",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), index=True),
    Column("key", String(44), index=True),
    Column("at", Moment, nullable=False, index=True),
)

# Proof that somebody was erased or something withdrawn: keyed hashes of a person's codes, of their addresses or of a
# registration's code, so that a restored backup forgets it again.
erasure = Table(
    "erasure",
    metadata,
    Column("key", String(44), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("reason", String(10), nullable=False),
    Column("rows", Integer, nullable=False),
)
