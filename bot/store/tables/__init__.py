"""All tables of the ledger: typed columns only. Moments are whole milliseconds since 1970, UTC.

A table stands in the module of what it is about: people, traffic (in and out), content, gatherings,
registrations, broadcasts, staff or clockwork. A new one goes there and is named here; others import it
from here.
"""

from bot.store.tables.base import BigId, Moment, metadata
from bot.store.tables.broadcasts import broadcast, broadcast_tally, broadcast_text, recipient, slice_
from bot.store.tables.clockwork import compatibility, job_run, purge
from bot.store.tables.content import content_version, feedback, miss, served
from bot.store.tables.gatherings import follow, gathering, gathering_point, gathering_text, opinion, party, reminder, seat_change
from bot.store.tables.people import address, conversation, erasure, former_code, link_code, link_failure, person
from bot.store.tables.registrations import consent, consent_text, past_count, referral, registration, registration_history, tally
from bot.store.tables.staff import audit, question, question_notice, setting, staff, staff_chat, staff_code
from bot.store.tables.traffic import channel_rate, dead_letter, file, outgoing, receipt

__all__ = [
    "BigId",
    "Moment",
    "address",
    "audit",
    "broadcast",
    "broadcast_tally",
    "broadcast_text",
    "channel_rate",
    "compatibility",
    "consent",
    "consent_text",
    "content_version",
    "conversation",
    "dead_letter",
    "erasure",
    "feedback",
    "file",
    "follow",
    "former_code",
    "gathering",
    "gathering_point",
    "gathering_text",
    "job_run",
    "link_code",
    "link_failure",
    "metadata",
    "miss",
    "opinion",
    "outgoing",
    "party",
    "past_count",
    "person",
    "purge",
    "question",
    "question_notice",
    "receipt",
    "recipient",
    "referral",
    "registration",
    "registration_history",
    "reminder",
    "seat_change",
    "served",
    "setting",
    "slice_",
    "staff",
    "staff_chat",
    "staff_code",
    "tally",
]
