"""Messages that show what a person wrote rest sealed, and are opened only to be sent or fetched."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot import clock
from bot.actions import delivery, outgoing, people, questions, resealing, staff
from bot.actions.delivery import Claimed
from bot.actions.retention import run
from bot.app import Parts
from bot.messages import Button, Outgoing
from bot.store.database import Ledger
from bot.store.reads import messages_after
from bot.store.sealing import SealError, Vault
from bot.store.tables import outgoing as outgoing_table
from bot.store.tables import question, registration
from tests.forms.conftest import Talker

TOLD = Outgoing("Ime: **Milica Jovanović**", "sr-Latn", (Button("✓ invalidska kolica", "pick_go-and-see_help_wheelchair"),))
NOW = clock.now()


def queue(ledger: Ledger, vault: Vault | None, channel: str = "telegram", address: str = "77001") -> int:
    with ledger.writing() as connection:
        met = people.meet(connection, channel, address, now=NOW, language="sr-Latn")
        return outgoing.reply(connection, met.address_id, channel, TOLD, NOW, sensitive=vault)


def claim(ledger: Ledger, vault: Vault) -> list[Claimed]:
    with ledger.writing() as connection:
        rows = delivery.claim(connection, channel="telegram", process="here", most=9, busy=frozenset(), now=NOW)
        return delivery.complete(connection, vault, rows or [])


def test_neither_text_nor_buttons_are_readable_and_yet_both_are_sent(ledger: Ledger, vault: Vault) -> None:
    queue(ledger, vault)
    with ledger.reading() as connection:
        row = connection.execute(select(outgoing_table)).one()
    assert "Milica" not in repr(row)
    assert "kolica" not in repr(row)
    [sent] = claim(ledger, vault)
    assert (sent.text, sent.buttons) == (TOLD.text, TOLD.buttons)


def test_a_chat_fetches_the_same_and_nothing_after_its_day(ledger: Ledger, vault: Vault) -> None:
    queue(ledger, vault, "web", "browser")
    with ledger.writing() as connection:
        [fetched] = messages_after(connection, vault, "web", "browser", 0)
        assert (fetched.text, fetched.buttons) == (TOLD.text, TOLD.buttons)
        run(connection, {}, NOW + timedelta(hours=25))
        assert messages_after(connection, vault, "web", "browser", 0) == []
        assert connection.execute(select(outgoing_table.c.text, outgoing_table.c.sealed)).one() == (None, None)


def test_a_message_whose_key_is_lost_fails_and_keeps_no_other_back(ledger: Ledger, vault: Vault) -> None:
    lost = queue(ledger, Vault("a secret", (Fernet.generate_key().decode(),)))
    fine = queue(ledger, vault, address="77002")
    assert [row.id for row in claim(ledger, vault)] == [fine]
    with ledger.reading() as connection:
        states = {row.id: (row.state, row.reason) for row in connection.execute(select(outgoing_table))}
    assert states == {lost: ("failed", "key missing"), fine: ("sending", None)}


def test_a_chat_is_shown_the_others_when_the_key_of_one_message_is_lost(ledger: Ledger, vault: Vault) -> None:
    queue(ledger, Vault("a secret", (Fernet.generate_key().decode(),)), "web", "browser")
    fine = queue(ledger, vault, "web", "browser")
    with ledger.reading() as connection:
        assert [message.id for message in messages_after(connection, vault, "web", "browser", 0)] == [fine]


async def test_a_question_is_readable_nowhere_on_its_way_to_the_staff_and_back(talker: Talker, parts: Parts) -> None:
    desk = Talker(parts, address="the-desk")
    with parts.ledger.writing() as connection:
        staff.add(connection, "ana@example.org", "coordinator", clock.now())
        code = staff.code_for(connection, parts.vault, "ana@example.org", clock.now())
    await desk.type(f"office-{code}")
    await talker.type("qwrtz Vukoslav plmnk")
    assert "qwrtz Vukoslav plmnk" in await talker.press("staff"), "what was not understood is offered as a question"
    await talker.press("staff_new")
    await talker.type("Vukoslav nam je zatvorio put. Kome da se žalim?")
    assert "Vukoslav" in desk.read()
    with parts.ledger.writing() as connection:
        asked = connection.execute(select(question.c.code)).scalar_one()
        questions.answer(
            connection, parts.vault, parts.texts, code=asked, text="Javite Vukoslavu da dođe.", by="ana@example.org", now=clock.now()
        )
        rows = repr(connection.execute(select(outgoing_table)).all())
    assert "Vukoslavu" in talker.read()
    assert "Vukoslav" not in rows


# --- new keys ---------------------------------------------------------------------------------------


async def test_values_are_sealed_anew_slice_by_slice_and_a_stop_halfway_loses_none(
    talker: Talker, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "SLICE", 2)
    await talker.sign_up()
    await talker.sign_up(name="Marko Jovanović", whom="family")
    fresh = Fernet.generate_key().decode()
    old = parts.settings.folder.joinpath("data.keys").read_text("ascii").split()
    both, only_new = Vault("a secret", (fresh, *old)), Vault("a secret", (fresh,))
    begun: list[int] = []

    class Stop(Exception):  # noqa: N818 - no error of ours
        pass

    def renew(sealed: bytes) -> bytes:
        begun.append(len(begun))
        if len(begun) == 8:
            raise Stop
        return Vault.renew(both, sealed)

    monkeypatch.setattr(both, "renew", renew)
    with pytest.raises(Stop):
        resealing.reseal(parts.ledger, both)
    with parts.ledger.reading() as connection:
        held = connection.execute(select(outgoing_table.c.sealed).where(outgoing_table.c.sealed.is_not(None))).scalars().all()
        held += connection.execute(select(registration.c.answers)).scalars().all()
    assert {_opens(only_new, one) for one in held} == {True, False}, "the slices before the stop are kept, the others are as they were"
    monkeypatch.undo()
    monkeypatch.setattr(resealing, "SLICE", 2)
    assert resealing.reseal(parts.ledger, both) > 8
    with parts.ledger.reading() as connection:
        for table, column in resealing.sealed_columns():
            for value in connection.execute(select(column).where(column.is_not(None))).scalars():
                assert only_new.open(value), table.name


def _opens(vault: Vault, sealed: bytes) -> bool:
    try:
        vault.open(sealed)
    except SealError:
        return False
    return True
