"""What happens by itself: the runs of jobs, what was purged, and which programs the migrations leave able to work."""

from sqlalchemy import Column, Integer, String, Table

from bot.store.tables.base import BigId, Moment, metadata

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

# What was purged because its time was over: counts, nobody's name.
purge = Table(
    "purge",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("count", Integer, nullable=False),
)

# The schema of the oldest program that can work on this ledger. One row, which only migrations write.
compatibility = Table("compatibility", metadata, Column("oldest", String(32), primary_key=True))
