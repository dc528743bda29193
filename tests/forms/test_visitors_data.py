"""What a visitor's seats, follows and opinions leave behind: all of it is in *my data*."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot import clock
from bot.actions import files, gatherings, opinions
from bot.actions.gathering_drafts import Meet
from bot.app import Parts
from bot.store import gathering_reads as reads
from bot.store.tables import party
from tests.forms.conftest import Talker
from tests.gatherings.test_visits import VISIT
from tests.town import BELGRADE, named

COMPANY = "Dragoljub Visočki, Desimirka Visočka"
PHONE = "065 111 2233"


async def visits(talker: Talker, parts: Parts) -> None:
    """The talker has two seats at a visit with names and a telephone, follows its kind, and has said that it was useful."""
    starts = clock.local(clock.now(), BELGRADE).replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=20)
    bus = Meet(starts - timedelta(hours=3), named("Врање, аутобуска станица"))
    draft = replace(VISIT, starts=starts, ends=starts + timedelta(hours=9), closes=starts - timedelta(days=1), points=(bus,))
    with parts.ledger.writing() as connection:
        made = gatherings.make(connection, parts.catalogue.now.library, draft, zone=BELGRADE, now=clock.now())
    await talker.press(f"seat_{made.id}-2")
    await talker.type(COMPANY)
    await talker.type(PHONE)
    await talker.press("follow_kind-go-and-see")
    with parts.ledger.writing() as connection:
        found = reads.find(connection, made.id)
        assert found is not None
        mine = connection.execute(select(party)).one()
        after = found.ends_at + timedelta(hours=1)
        assert opinions.count(connection, found, person_id=mine.person_id, question="useful", answer="yes", now=after)
        connection.execute(party.update().values(attended=2))


async def my_data(talker: Talker, parts: Parts) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    """The page, and the tables of the JSON file."""
    await talker.press("datafile")
    links = [payload.removeprefix("/files/") for payload in talker.payloads if payload.startswith("/files/")]
    with parts.ledger.writing() as connection:
        page, data = (files.take(connection, parts.vault, token, clock.now()) for token in links)
    assert page is not None
    assert data is not None
    return page.content.decode(), json.loads(data.content)["tables"]


async def test_seats_names_follows_and_opinions_are_in_my_data(talker: Talker, parts: Parts) -> None:
    await visits(talker, parts)
    page, tables = await my_data(talker, parts)
    for told in ("Poseta selu", "2 osobe", COMPANY, PHONE, "<dd>2</dd>", "Da li vam je poseta pomogla da odlučite?", "idi-vidi poseta"):
        assert told in page
    [mine] = tables["party"]
    assert (mine["names"], mine["phone"], mine["size"], mine["opinions"]) == (COMPANY, PHONE, 2, "useful")
    assert [(row["about"], row["name"]) for row in tables["follow"]] == [("kind", "go-and-see")]
    assert {row["hours_before"] for row in tables["reminder"]} == {168, 24, 3}


async def test_nobody_elses_seats_are_in_my_data(talker: Talker, parts: Parts) -> None:
    await visits(talker, parts)
    page, tables = await my_data(Talker(parts, address="device-two"), parts)
    assert "Visočki" not in page
    assert not {"party", "follow", "reminder"} & tables.keys()
