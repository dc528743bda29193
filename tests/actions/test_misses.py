"""Learning from use: what was not answered is kept without a person, grouped across scripts, and can be attached."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.actions import content, erasure, misses, people
from bot.actions.misses import MissError
from bot.library import Library, files_below, read
from bot.search import Index
from bot.store.database import Ledger
from bot.store.reads import newest_content
from bot.store.sealing import Vault
from bot.store.tables import miss
from tests.conftest import CONTENT

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def note(ledger: Ledger, vault: Vault, text: str, language: str = "sr-Latn", now: datetime = NOW, who: str = "device") -> int:
    with ledger.writing() as connection:
        asking = people.meet(connection, "web", who, now=now, language=language).person_id
        misses.note(connection, vault, person_id=asking, text=text, language=language, article=None, now=now)
    return asking


def kept(ledger: Ledger, vault: Vault) -> list[tuple[str, int]]:
    with ledger.reading() as connection:
        return [(vault.open(row.sample), row.count) for row in misses.unanswered(connection, by="ana", now=NOW)]


def test_the_same_question_in_three_spellings_is_one(ledger: Ledger, vault: Vault):
    for text in ("Где да нађем брусилицу?", "Gde da nađem brusilicu", "gde da nadjem brusilicu"):
        note(ledger, vault, text)
    assert kept(ledger, vault) == [("Где да нађем брусилицу?", 3)]


def test_numbers_and_addresses_in_it_are_covered_and_nothing_is_readable_in_the_ledger(ledger: Ledger, vault: Vault):
    note(ledger, vault, "zovite me na 064 123 45 67 ili ana@example.org zbog brusilice")
    [(sample, _)] = kept(ledger, vault)
    assert sample == "zovite me na … ili … zbog brusilice"
    with ledger.reading() as connection:
        row = connection.execute(select(miss)).one()
    assert b"brusilice" not in row.sample
    assert "brusilice" not in row.key


def test_an_attached_question_leads_to_its_article_from_the_next_reload_on(ledger: Ledger, vault: Vault, library: Library, index: Index):
    text = "xylofonska brusilica za pragove"
    assert index.find(text).ranking[0].article != "farm-machinery" or index.find(text).kind != "article"
    note(ledger, vault, text)
    with ledger.writing() as connection:
        content.publish(connection, files_below(CONTENT), NOW)
        [row] = misses.unanswered(connection, by="ana", now=NOW)
        line = misses.attach(connection, vault, library, number=row.id, article="farm-machinery", now=NOW)
        assert line == "xylofonska брусилица за прагове"
        files = {path: found.body for path, found in newest_content(connection).items() if found.body is not None}
    renewed, problems = read(files)
    assert not [p for p in problems if p.level == "error"]
    assert line in renewed.articles["farm-machinery"].versions["sr-Cyrl"].examples
    assert Index.build(renewed, None).find(text).ranking[0].article == "farm-machinery"
    assert kept(ledger, vault) == []


def test_publishing_the_unchanged_folder_keeps_what_staff_attached(ledger: Ledger, vault: Vault, library: Library):
    note(ledger, vault, "brusilica")
    with ledger.writing() as connection:
        content.publish(connection, files_below(CONTENT), NOW)
        [row] = misses.unanswered(connection, by="ana", now=NOW)
        misses.attach(connection, vault, library, number=row.id, article="grants", now=NOW)
        assert content.publish(connection, files_below(CONTENT), NOW) == 0
        assert "брусилица" in (newest_content(connection)["topics/grants/sr.md"].body or "")


def test_what_does_not_exist_is_refused_in_a_sentence(ledger: Ledger, vault: Vault, library: Library):
    note(ledger, vault, "brusilica")
    with ledger.writing() as connection:
        [row] = misses.unanswered(connection, by="ana", now=NOW)
        with pytest.raises(MissError, match="no article"):
            misses.attach(connection, vault, library, number=row.id, article="nothing", now=NOW)
        with pytest.raises(MissError, match="no unanswered question"):
            misses.attach(connection, vault, library, number=row.id + 1, article="grants", now=NOW)


def test_after_half_a_year_it_is_gone(ledger: Ledger, vault: Vault):
    note(ledger, vault, "brusilica")
    with ledger.writing() as connection:
        assert misses.purge(connection, NOW + timedelta(days=179)) == 0
        assert misses.purge(connection, NOW + timedelta(days=181)) == 1


def test_forgetting_takes_what_only_that_person_asked(ledger: Ledger, vault: Vault):
    for text in ("Zvezdana traži brusilicu", "Zvezdana traži brusilicu", "gde je sud"):
        leaving = note(ledger, vault, text)
    note(ledger, vault, "gde je sud", who="another")
    with ledger.writing() as connection:
        erasure.forget(connection, vault, leaving, reason="asked", now=NOW)
    assert kept(ledger, vault) == [("gde je sud", 2)]


def test_what_somebody_else_asked_too_stays_even_if_the_first_asks_again(ledger: Ledger, vault: Vault):
    for who in ("first", "second", "first"):
        asking = note(ledger, vault, "gde je sud", who=who)
    with ledger.writing() as connection:
        erasure.forget(connection, vault, asking, reason="asked", now=NOW)
    assert kept(ledger, vault) == [("gde je sud", 3)]
