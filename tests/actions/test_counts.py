"""The yearly report counts on what is gone: people erased, purged or linked take nothing from it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.actions import content, erasure, linking, people, questions, retention
from bot.actions.codes import new_code
from bot.store.database import Ledger
from bot.store.sealing import Vault
from bot.store.tables import person, question, referral, registration
from bot.store.yearly_reads import counts

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
ALL = {"people": 1, "questions": 1, "answers": 2, "gatherings": 0, "referrals": 1, "broadcasts": 0}


def acquaintance(ledger: Ledger, vault: Vault, platform_id: str = "7001") -> people.Met:
    """Somebody who asked, was answered twice, and whose registration was passed on and is over."""
    with ledger.writing() as connection:
        met = people.meet(connection, "telegram", platform_id, now=NOW, language="sq")
        where = {"person_id": met.person_id, "address_id": met.address_id}
        questions.ask(connection, vault, **where, text="Ku?", language="sq", now=NOW, working_days=3)
        connection.execute(question.update().values(answered_at=NOW))
        for name in ("documents", "jobs"):
            content.serve(connection, met.person_id, name, "hash", NOW)
        row = {"code": new_code(), "form": "grant", "form_hash": "", "family": False, "language": "sq", "status": "done"}
        moments = {"created_at": NOW, "changed_at": NOW}
        made = connection.execute(insert(registration).returning(registration.c.id), where | row | moments).scalar_one()
        connection.execute(insert(referral), {"registration_id": made, "to": "Ombudsperson", "at": NOW, "by": "ana"})
    return met


def counted(ledger: Ledger, zone: ZoneInfo, year: int = 2026) -> dict[str, int]:
    with ledger.reading() as connection:
        return dict(counts(connection, year, zone))


def test_erasing_a_person_changes_no_count(ledger: Ledger, vault: Vault, zone: ZoneInfo):
    met = acquaintance(ledger, vault)
    assert counted(ledger, zone) == ALL
    with ledger.writing() as connection:
        erasure.forget(connection, vault, met.person_id, reason="asked", now=NOW)
    assert counted(ledger, zone) == ALL
    assert counted(ledger, zone, 2025) == dict.fromkeys(ALL, 0)


def test_the_nightly_purge_changes_no_count(ledger: Ledger, vault: Vault, zone: ZoneInfo):
    acquaintance(ledger, vault)
    with ledger.writing() as connection:
        for days in (367, 731):
            retention.run(connection, {"grant": 365}, NOW + timedelta(days=days))
        assert [connection.execute(select(table)).all() for table in (person, question, registration)] == [[], [], []]
    assert counted(ledger, zone) == ALL


def test_linking_changes_no_count(ledger: Ledger, vault: Vault, zone: ZoneInfo):
    old, new = (acquaintance(ledger, vault, name) for name in ("7001", "7002"))
    before = counted(ledger, zone)
    with ledger.writing() as connection:
        code = linking.make(connection, vault, new.person_id, NOW)
        place = {"person_id": old.person_id, "address_id": old.address_id}
        assert linking.redeem(connection, vault, **place, code=code, now=NOW) == linking.Joined()
        assert len(connection.execute(select(person)).all()) == 1
    assert counted(ledger, zone) == before == {name: 2 * count for name, count in ALL.items()}


def test_a_registration_for_a_form_that_was_taken_away_goes_by_the_strictest_form_there_is(ledger: Ledger, vault: Vault):
    acquaintance(ledger, vault)
    forms = {"training": 90, "legal-aid": 400}
    with ledger.writing() as connection:
        assert "registrations of forms taken away" not in retention.run(connection, forms, NOW + timedelta(days=89))
        assert retention.run(connection, forms, NOW + timedelta(days=91))["registrations of forms taken away"] == 1
