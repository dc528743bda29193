"""The night: once a local day what is over its time is purged, then cleared out of journals and backups."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from bot.actions import delivery, files, outgoing, people
from bot.jobs import Clockwork, nightly, sweeps
from bot.measures import Measures
from bot.messages import Attachment, Outgoing
from bot.store.database import Ledger, Writer
from bot.store.sealing import Vault
from bot.store.tables import dead_letter, file, job_run, purge
from bot.store.tables import outgoing as outgoing_table
from bot.texts import Texts
from tests.town import wall


@pytest.fixture
def cleared() -> list[datetime]:
    return []


@pytest.fixture
def clockwork(ledger: Ledger, writer: Writer, zone: ZoneInfo, cleared: list[datetime]) -> Clockwork:
    return Clockwork(ledger, writer, nightly(zone, lambda: {"grant": 365}, cleared.append), Measures())


async def at(clockwork: Clockwork, moment: datetime) -> list[int]:
    with time_machine.travel(moment, tick=False):
        return [await clockwork.run(sweep) for sweep in clockwork.sweeps]


def runs(ledger: Ledger) -> int:
    with ledger.reading() as connection:
        return connection.execute(select(func.count()).select_from(purge).where(purge.c.what == "the nightly purge")).scalar_one()


def old_letter(ledger: Ledger, when: datetime) -> None:
    with ledger.writing() as connection:
        connection.execute(dead_letter.insert(), {"channel": "viber", "body": b"sealed", "reason": "unreadable", "at": when})


async def test_what_is_over_its_time_is_purged_in_the_night_and_not_by_day(
    ledger: Ledger, clockwork: Clockwork, cleared: list[datetime]
) -> None:
    await at(clockwork, wall("2026-11-21T03:30"))
    cleared.clear()
    old_letter(ledger, wall("2026-10-01T12:00"))
    for moment in ("2026-11-21T03:31", "2026-11-21T05:00", "2026-11-21T12:00", "2026-11-22T00:10", "2026-11-22T03:29"):
        assert await at(clockwork, wall(moment)) == [0, 0]
    assert cleared == []
    assert await at(clockwork, wall("2026-11-22T03:30")) == [1, 1]
    assert cleared == [wall("2026-11-22T03:30")]
    with ledger.reading() as connection:
        assert connection.execute(select(dead_letter)).all() == []
        assert {row.what: row.count for row in connection.execute(select(purge))}["dead letters"] == 1


async def test_it_runs_once_a_local_day_even_after_a_restart_and_again_the_next_night(
    ledger: Ledger, writer: Writer, zone: ZoneInfo, clockwork: Clockwork, cleared: list[datetime]
) -> None:
    await at(clockwork, wall("2026-11-22T03:31"))
    old_letter(ledger, wall("2026-10-01T12:00"))
    restarted = Clockwork(ledger, writer, nightly(zone, dict, cleared.append), Measures())
    assert await at(restarted, wall("2026-11-22T04:59")) == [0, 0]
    assert (runs(ledger), len(cleared)) == (1, 1)
    assert await at(restarted, wall("2026-11-23T03:30")) == [1, 1]
    assert (runs(ledger), len(cleared)) == (2, 2)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
async def test_the_nights_on_which_the_clocks_change_have_their_purge(ledger: Ledger, clockwork: Clockwork, night: str) -> None:
    midnight = wall(f"{night}T00:00")
    await at(clockwork, midnight - timedelta(hours=1))
    for minutes in range(0, 8 * 60, 15):
        await at(clockwork, midnight + timedelta(minutes=minutes))
    assert runs(ledger) == 2


async def test_a_machine_that_is_off_at_night_purges_when_it_is_on_again(
    ledger: Ledger, clockwork: Clockwork, cleared: list[datetime]
) -> None:
    await at(clockwork, wall("2026-11-18T09:00"))
    old_letter(ledger, wall("2026-10-01T12:00"))
    assert await at(clockwork, wall("2026-11-18T16:00")) == [0, 0]
    assert await at(clockwork, wall("2026-11-21T08:00")) == [1, 1]
    assert await at(clockwork, wall("2026-11-21T16:00")) == [0, 0]
    assert cleared == [wall("2026-11-18T09:00"), wall("2026-11-21T08:00")]


async def test_a_stop_between_the_purge_and_the_clearing_leaves_the_clearing_to_the_next_start(
    ledger: Ledger, writer: Writer, zone: ZoneInfo, cleared: list[datetime]
) -> None:
    broken = [OSError("the disk is away")]

    def clear(now: datetime) -> None:
        if broken:
            raise broken.pop()
        cleared.append(now)

    clockwork = Clockwork(ledger, writer, nightly(zone, dict, clear), Measures())
    await at(clockwork, wall("2026-11-22T04:59"))
    assert cleared == []
    await at(clockwork, wall("2026-11-22T09:00"))
    assert cleared == [wall("2026-11-22T09:00")]
    await at(clockwork, wall("2026-11-22T09:01"))
    assert len(cleared) == 1


async def test_a_person_not_seen_for_two_years_is_gone_and_only_a_count_says_so(ledger: Ledger, clockwork: Clockwork) -> None:
    with ledger.writing() as connection:
        people.meet(connection, "telegram", "7411852", now=wall("2024-01-10T12:00"), language="sq")
    await at(clockwork, wall("2026-11-22T03:45"))
    with ledger.reading() as connection:
        assert connection.execute(select(people.person)).all() == []
        assert ("people", 1) in connection.execute(select(purge.c.what, purge.c.count)).all()
        assert {row.name for row in connection.execute(select(job_run))} == {"purge", "clearing"}


# --- what does not wait for the night ---------------------------------------------------------------


def kept(ledger: Ledger) -> tuple[list[str | None], int]:
    """The texts of all messages, and how many files there are."""
    with ledger.reading() as connection:
        texts = [row.text for row in connection.execute(select(outgoing_table).order_by(outgoing_table.c.id))]
        return texts, connection.execute(select(func.count()).select_from(file)).scalar_one()


@pytest.fixture
def by_day(ledger: Ledger, writer: Writer, texts: Texts, zone: ZoneInfo) -> Clockwork:
    return Clockwork(ledger, writer, [sweep for sweep in sweeps(texts, zone) if sweep.name == "shown answers"], Measures())


async def test_texts_that_show_answers_are_gone_a_day_after_sending_at_whatever_hour(
    ledger: Ledger, by_day: Clockwork, vault: Vault
) -> None:
    sent = wall("2026-11-21T14:00")
    with ledger.writing() as connection:
        met = people.meet(connection, "web", "device", now=sent, language="sq")
        outgoing.reply(connection, met.address_id, "web", Outgoing("Emri: Zana", "sq"), sent, sensitive=vault)
        outgoing.reply(connection, met.address_id, "web", Outgoing("Menyja", "sq"), sent)
    assert await at(by_day, sent + timedelta(hours=23, minutes=50)) == [0]
    assert await at(by_day, sent + timedelta(hours=24, minutes=1)) == [1]
    assert kept(ledger)[0] == [None, "Menyja"]
    assert await at(by_day, sent + timedelta(hours=25)) == [0]


async def test_a_file_is_gone_once_its_message_is_out_or_its_link_too_old(ledger: Ledger, by_day: Clockwork, vault: Vault) -> None:
    now = wall("2026-11-21T14:00")
    page = Attachment("prag.html", "text/html", b"Zana")
    with ledger.writing() as connection:
        met = people.meet(connection, "telegram", "7001", now=now, language="sq")
        row = outgoing.reply(connection, met.address_id, "telegram", Outgoing("prag.html", "sq"), now, sensitive=vault)
        files.attach(connection, vault, met.address_id, row, page, now)
        files.offer(connection, vault, met.address_id, page, now)
    assert await at(by_day, now + timedelta(minutes=10)) == [0]
    assert await at(by_day, now + timedelta(minutes=20)) == [1]
    with ledger.writing() as connection:
        delivery.record(connection, results=[delivery.Result(row, "sent")], now=now + timedelta(minutes=21))
    assert await at(by_day, now + timedelta(minutes=30)) == [1]
    assert kept(ledger)[1] == 0
