"""The calendar file: strict parsers and a real calendar client read it, telephones get times with a zone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from starlette.applications import Starlette

from bot.documents import ics
from bot.gathering_pages import GatheringPages
from bot.messages import LANGUAGES
from bot.store import gathering_reads as reads
from tests.gatherings.test_visits import VISIT
from tests.town import Town

ADDRESS = "https://prag.example/gatherings/1.ics?language=sq"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strict_calendar_client_reads_the_gathering(town: Town, language: str):
    found = town.found(town.gathering(VISIT))
    made = ics.calendar(found, town.texts, language, now=town.now, address=ADDRESS)  # type: ignore[arg-type]
    [entry] = IcsCalendarStream.calendar_from_ics(made.decode()).events
    assert entry.summary == found[language].title  # type: ignore[index]
    assert entry.location == found[language].place  # type: ignore[index]
    assert entry.start.astimezone(UTC) == datetime(2026, 12, 12, 8, tzinfo=UTC)
    assert entry.end.astimezone(UTC) == datetime(2026, 12, 12, 17, tzinfo=UTC)
    assert entry.uid == "gathering-1@prag.example"


def test_lines_are_short_and_end_as_the_standard_says_and_the_zone_is_in_the_file(town: Town):
    made = ics.calendar(town.found(town.gathering(VISIT)), town.texts, "sr-Cyrl", now=town.now, address=ADDRESS)
    lines = made.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert b"BEGIN:VTIMEZONE" in lines
    assert any(line.startswith(b"DTSTART;TZID=Europe/Belgrade:20261212T090000") for line in lines)


def test_a_move_raises_the_sequence_and_a_cancellation_takes_the_entry_out(town: Town):
    g = town.gathering()
    town.move(g, "2026-12-12T18:00")
    first = Calendar.from_ical(ics.calendar(town.found(g), town.texts, "en", now=town.now, address=ADDRESS))
    town.cancel(g)
    second = Calendar.from_ical(ics.calendar(town.found(g), town.texts, "en", now=town.now, address=ADDRESS))
    assert [calendar.walk("VEVENT")[0]["SEQUENCE"] for calendar in (first, second)] == [1, 2]
    assert (second["METHOD"], second.walk("VEVENT")[0]["STATUS"]) == ("CANCEL", "CANCELLED")
    assert second.walk("VALARM") == []


@pytest.fixture
async def web(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    def find(number: int):
        with town.ledger.reading() as connection:
            return reads.find(connection, number)

    pages = GatheringPages(find=find, texts=town.texts, public_url="https://prag.example")
    transport = httpx.ASGITransport(Starlette(routes=pages.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="https://prag.example") as client:
        yield client


async def test_the_file_is_served_in_the_language_asked_for(town: Town, web: httpx.AsyncClient):
    g = town.gathering()
    answer = await web.get(f"/gatherings/{g}.ics?language=sq")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Takim për kthimin" in answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="gathering-{g}.ics"'
    assert "SUMMARY:Sastanak o povratku" in (await web.get(f"/gatherings/{g}.ics?language=xx")).text


@pytest.mark.parametrize("path", ["/gatherings/99.ics", "/gatherings/99999999999999999999999.ics", "/gatherings/x.ics"])
async def test_there_is_no_file_of_what_is_not_there(web: httpx.AsyncClient, path: str):
    assert (await web.get(path)).status_code == 404


async def test_there_is_no_file_of_a_draft(town: Town, web: httpx.AsyncClient):
    assert (await web.get(f"/gatherings/{town.gathering(open=False)}.ics")).status_code == 404
