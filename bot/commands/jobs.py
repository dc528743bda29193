"""`prag jobs`: how the clockwork goes."""

from rich.table import Table
from sqlalchemy import select

from bot import clock
from bot.commands.common import out, parts
from bot.store.tables import job_run


def jobs() -> None:
    """Show each sweep's last and next run, how late it was, and what it did."""
    here, now = parts(), clock.now()
    with here.ledger.reading() as connection:
        rows = connection.execute(select(job_run).order_by(job_run.c.name)).all()
    table = Table("sweep", "every", "last noted", "took", "next", "late by", "done", "failures", "error", box=None)
    for row in rows:
        last, following = (f"{clock.local(moment, here.settings.zone):%Y-%m-%d %H:%M:%S}" for moment in (row.started_at, row.next_at))
        took = (row.finished_at - row.started_at).total_seconds()
        table.add_row(
            row.name,
            f"{row.seconds} s",
            last,
            f"{took:.2f} s",
            following,
            f"{row.lag / 1000:.1f} s",
            str(row.done),
            str(row.failures),
            row.error,
        )
    out.print(table)
    if not rows:
        out.print("No sweep has run yet; they run inside `prag run`.")
    elif (quiet := (now - max(row.finished_at for row in rows)).total_seconds()) > 120:
        out.print(f"Nothing was noted for {quiet / 60:.0f} minutes: the service does not seem to run.")
