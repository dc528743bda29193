"""Signing up on Postgres: the same behaviour, and two chats of one person in two transactions at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, select, update

from bot import clock
from bot.actions import conversations, people, registrations
from bot.actions.registrations import Application, Exists, Kept
from bot.app import Parts, build_parts, prepare
from bot.carry_out_registrations import Place, carry_out
from bot.dialogue import registration_effects as r
from bot.dialogue.draft import Draft
from bot.dialogue.state import State, from_json, to_json
from bot.library import Library
from bot.settings import Settings, load
from bot.store.database import Ledger
from bot.store.tables import address, conversation, registration
from tests import learnt
from tests.forms.test_changing import *  # noqa: F403
from tests.forms.test_registering import *  # noqa: F403
from tests.postgres import migrated, postgres, postgres_ledger

__all__ = ["given", "migrated", "postgres", "postgres_ledger"]
T = TypeVar("T")
HELD = 0.5  # seconds in which a transaction that does not wait would long be done


@pytest.fixture
def given(postgres_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)  # the keys are made in its var/
    return load({"PRAG_DATABASE_URL": postgres_ledger.write_engine.url.set(drivername="postgresql").render_as_string()})


@pytest.fixture
def parts(given: Settings) -> Iterator[Parts]:
    learnt.take_along(given.folder)
    made = build_parts(given)
    prepare(made)
    made.writer.start()
    yield made
    made.writer.stop()
    made.ledger.close()


def meanwhile(parts: Parts, first: Callable[[Connection], object], second: Callable[[Connection], T]) -> T:
    """What `second` gives, begun while the transaction of `first` is still open and ended after it is committed."""

    def run() -> T:
        with parts.ledger.writing() as connection:
            return second(connection)

    with ThreadPoolExecutor(1) as pool:
        with parts.ledger.writing() as connection:
            first(connection)
            waiting: Future[T] = pool.submit(run)
            time.sleep(HELD)
            assert not waiting.done(), "it waits for the other transaction"
        return waiting.result(10)


@pytest.fixture
def two_chats(parts: Parts) -> tuple[people.Met, people.Met]:
    """One person at two addresses."""
    with parts.ledger.writing() as connection:
        web, phone = (people.meet(connection, channel, "1", now=clock.now(), language="en") for channel in ("web", "telegram"))
        connection.execute(update(address).where(address.c.id == phone.address_id).values(person_id=web.person_id))
    return web, replace(phone, person_id=web.person_id)


def keep(parts: Parts, connection: Connection, met: people.Met, draft: Draft, *, new: bool) -> None:
    kept, private = to_json(State("form", draft=draft))
    conversations.keep_state(connection, met.address_id, kept, parts.vault.seal(private), new=new)


def test_an_answer_accepted_while_the_form_is_taken_over_comes_along(
    parts: Parts, library: Library, two_chats: tuple[people.Met, people.Met]
) -> None:
    web, phone = two_chats
    begun = Draft("go-and-see", library.forms["go-and-see"].hash, "ask", "self", "village", {"origin": "peja"})
    with parts.ledger.writing() as connection:
        keep(parts, connection, phone, begun, new=True)

    def answer(connection: Connection) -> None:
        conversations.take(connection, "telegram", "1")
        keep(parts, connection, phone, begun.answered("village", "Novo Selo"), new=False)

    def open_form(connection: Connection) -> object:
        zone = ZoneInfo("Europe/Belgrade")
        here = Place(connection, parts.vault, parts.texts, library, web, "web", "en", clock.now(), zone)
        return carry_out(r.OpenForm("go-and-see"), here)

    opened = meanwhile(parts, answer, open_form)
    assert isinstance(opened, r.Opened)
    assert opened.draft == begun.answered("village", "Novo Selo")
    with parts.ledger.reading() as connection:
        left = connection.execute(select(conversation).where(conversation.c.address_id == phone.address_id)).one()
    assert from_json(left.state, parts.vault.open(left.private) if left.private else "").draft is None


def test_two_chats_of_one_person_sign_up_once(parts: Parts, library: Library, two_chats: tuple[people.Met, people.Met]) -> None:
    sent = Application(library.forms["go-and-see"], False, {"name": "Milica"}, (), "en", "web")

    def register(met: people.Met) -> Callable[[Connection], object]:
        now = clock.now()
        return lambda connection: registrations.register(
            connection, parts.vault, sent, person_id=met.person_id, address_id=met.address_id, now=now, today=now.date()
        )

    web, phone = two_chats
    done: list[object] = []
    second = meanwhile(parts, lambda connection: done.append(register(web)(connection)), register(phone))
    [first] = done
    assert isinstance(first, Kept)
    assert second == Exists(first.code)
    with parts.ledger.reading() as connection:
        assert connection.execute(select(func.count()).select_from(registration)).scalar_one() == 1
