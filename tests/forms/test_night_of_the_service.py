"""The whole service's night: registrations over their time, journals and old backups."""

import os
from datetime import timedelta

import time_machine
from sqlalchemy import select

from bot import clock
from bot.actions import registrations
from bot.app import Parts, Service
from bot.store.tables import registration
from tests.forms.conftest import Talker


async def test_the_night_purges_by_the_forms_own_days_and_drops_old_backups(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    with parts.ledger.writing() as connection:
        registrations.set_status(
            connection, parts.vault, parts.texts, code=code, status="done", by="ana", now=clock.now(), zone=parts.settings.zone
        )
    folder = parts.settings.folder / "backups"
    folder.mkdir()
    night = clock.local(clock.now(), parts.settings.zone).replace(hour=3, minute=40) + timedelta(days=367)
    for name, age in (("old.db", 36), ("young.db", 34)):
        (folder / name).touch()
        os.utime(folder / name, (0, (night - timedelta(days=age)).timestamp()))
    clockwork = Service(parts).clockwork
    with time_machine.travel(night, tick=False):
        done = {sweep.name: await clockwork.run(sweep) for sweep in clockwork.sweeps if sweep.name in ("purge", "clearing")}
    assert done["purge"] > 0
    assert done["clearing"] == 1
    with parts.ledger.reading() as connection:
        assert connection.execute(select(registration)).all() == []
    assert [path.name for path in folder.iterdir()] == ["young.db"]
