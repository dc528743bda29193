"""The staff inbox: what is read or answered there stands in the audit log, without the person."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from bot.actions import people, questions
from bot.actions.questions import QuestionError
from bot.store.database import Ledger
from bot.store.sealing import Vault
from bot.store.tables import audit
from bot.texts import Texts

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def ask(connection: Connection, vault: Vault) -> str:
    met = people.meet(connection, "web", "browser", now=NOW, language="sr-Latn")
    return questions.ask(
        connection, vault, person_id=met.person_id, address_id=met.address_id, text="Kada polazi autobus?", language="sr-Latn",
        now=NOW, working_days=2,
    ).code  # fmt: skip


def test_listing_reading_and_answering_are_on_record_without_the_code(ledger: Ledger, vault: Vault, texts: Texts):
    with ledger.writing() as connection:
        code = ask(connection, vault)
        [row] = questions.open_all(connection, answered=False, by="ana", now=NOW)
        assert row.code == code
        assert vault.open(questions.open_one(connection, vault, code, by="ana", now=NOW).text) == "Kada polazi autobus?"
        questions.answer(connection, vault, texts, code=code, text="U devet.", by="boris", now=NOW)
        assert questions.open_all(connection, answered=False, by="ana", now=NOW) == []
        log = connection.execute(select(audit.c.who, audit.c.verb, audit.c.about).order_by(audit.c.id)).all()
    assert [(row.who, row.verb) for row in log] == [
        ("ana", "questions listed"), ("ana", "question read"), ("boris", "question answered"), ("ana", "questions listed"),
    ]  # fmt: skip
    assert code not in repr(log)


def test_an_unknown_code_is_refused_in_a_sentence(ledger: Ledger, vault: Vault):
    with ledger.writing() as connection, pytest.raises(QuestionError, match="there is no question"):
        questions.open_one(connection, vault, "K7M3Q4A", by="ana", now=NOW)
