"""All tables of the ledger: typed columns only. Moments are whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
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
    Index("ix_outgoing_address_id_id", "address_id", "id"),
    Index("ix_outgoing_channel_state_lane_id", "channel", "state", "lane", "id"),
    sqlite_autoincrement=True,
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
    Column("announced_at", Moment),
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

job_run = Table(
    "job_run",
    metadata,
    Column("name", String(30), primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    # Milliseconds after its time at which the last run began.
    Column("lag", Integer, nullable=False),
    Column("done", BigId, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", String(80), nullable=False, default=""),
)

# --- broadcasts ---------------------------------------------------------------------------------

# States: draft, scheduled, preparing, sending, paused, stopped, done.
broadcast = Table(
    "broadcast",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    # The conditions, the button and the replacement languages, as JSON (bot.segments, bot.composing).
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
    Index("ix_delivery_broadcast_id_channel_state_id", "broadcast_id", "channel", "state", "id"),
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

# Proof that somebody was erased: a keyed hash of their code, so that a restored backup forgets them again.
erasure = Table(
    "erasure",
    metadata,
    Column("key", String(44), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("reason", String(10), nullable=False),
    Column("rows", Integer, nullable=False),
)

# What was purged because its time was over: counts, nobody's name.
purge = Table(
    "purge",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("count", Integer, nullable=False),
)

link_code = Table(
    "link_code",
    metadata,
    Column("key", String(44), primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
)

# Wrong linking codes, of whom and when: many of them lock.
link_failure = Table(
    "link_failure",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
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

# Questions we could not answer, or answered badly: without a person, grouped by what they say in any script.
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
)

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

# Which message told which member of the staff of which question: a reply to it is the answer.
question_notice = Table(
    "question_notice",
    metadata,
    Column("outgoing_id", BigId, ForeignKey("outgoing.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", BigId, ForeignKey("question.id", ondelete="CASCADE"), nullable=False, index=True),
)

# The next free slot of each channel, in seconds since 1970 by the database's clock: one rate for all processes.
channel_rate = Table(
    "channel_rate",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("next_at", Double, nullable=False),
)
