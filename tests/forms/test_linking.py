"""Linking and parting addresses: nothing is lost, nothing is left behind, and forgetting reaches old backups."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot import clock
from bot.actions import files, gatherings, linking, people, questions, seats
from bot.actions.seats import Wish
from bot.app import Parts
from bot.backups import backup, keep_proofs, restore
from bot.store import gathering_reads
from bot.store.tables import address, broadcast, metadata, party, person, question, recipient, registration, seat_change
from tests.forms.conftest import Talker
from tests.forms.test_by_code import complain
from tests.town import BELGRADE, DRAFT

NAME = "Zvezdana Krasnićević"


async def link(shown: Talker, typed: Talker) -> str:
    """`typed`'s person becomes the one of `shown`; gives what `typed` was told."""
    await shown.press("link_show")
    code = shown.last.split("**")[-2]
    await typed.press("link_type")
    return await typed.type(code)


def phone_of(parts: Parts) -> Talker:
    return Talker(parts, address="77001", channel="telegram")


def count(parts: Parts, name: str) -> int:
    with parts.ledger.reading() as connection:
        return connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()


def put_back(parts: Parts, copy: Path) -> int:
    """The backup is restored, as after a loss of the ledger; the parts go on with it."""
    keep_proofs(parts.ledger, parts.settings.folder)
    parts.writer.stop()
    parts.ledger.close()
    (parts.settings.folder / "prag.db").unlink()
    again = restore(parts.settings, copy, parts.vault, clock.now()).people
    parts.writer.__init__(parts.ledger)
    parts.writer.start()
    return again


def whose(parts: Parts, channel: str) -> tuple[int, int]:
    """The ids of the address on this channel and of its person."""
    with parts.ledger.reading() as connection:
        row = connection.execute(select(address).where(address.c.channel == channel)).one()
    return row.id, row.person_id


# --- forgetting reaches backups ---------------------------------------------------------------------


async def test_a_backup_from_before_linking_brings_nobody_back(talker: Talker, parts: Parts, tmp_path: Path) -> None:
    phone = phone_of(parts)
    await phone.sign_up(name=NAME)
    await talker.type("zdravo")
    copy = backup(parts.settings, tmp_path / "copy.db", clock.now())
    assert "Povezano" in await link(talker, phone)
    await talker.press("forget", "forgetyes")
    assert put_back(parts, copy) == 2
    assert [count(parts, name) for name in ("person", "address", "registration")] == [0, 0, 0]


async def test_what_was_linked_and_then_parted_is_erased_with_whom_it_stayed_with(talker: Talker, parts: Parts, tmp_path: Path) -> None:
    phone = phone_of(parts)
    await phone.sign_up(name=NAME)
    copy = backup(parts.settings, tmp_path / "copy.db", clock.now())
    await link(talker, phone)
    await phone.press("unlink", "unlink_yes")
    await talker.press("forget", "forgetyes")
    put_back(parts, copy)
    assert count(parts, "registration") == 0


async def test_a_parted_address_that_is_forgotten_does_not_come_back_and_takes_nothing_of_the_other(
    talker: Talker, parts: Parts, tmp_path: Path
) -> None:
    phone = phone_of(parts)
    code = await talker.sign_up(name=NAME)
    await link(talker, phone)
    copy = backup(parts.settings, tmp_path / "copy.db", clock.now())
    await phone.press("unlink", "unlink_yes", "forget", "forgetyes")
    assert put_back(parts, copy) == 0
    with parts.ledger.reading() as connection:
        assert connection.execute(select(address.c.channel)).scalars().all() == ["web"]
        assert connection.execute(select(registration.c.code)).scalars().all() == [code]


async def test_who_came_back_after_being_forgotten_is_not_forgotten_again(talker: Talker, parts: Parts, tmp_path: Path) -> None:
    await talker.sign_up()
    await talker.press("forget", "forgetyes")
    code = await talker.sign_up()
    copy = backup(parts.settings, tmp_path / "copy.db", clock.now())
    assert put_back(parts, copy) == 0
    with parts.ledger.reading() as connection:
        assert connection.execute(select(registration.c.code)).scalars().all() == [code]


# --- parting ----------------------------------------------------------------------------------------


def meeting(parts: Parts, capacity: int = 10) -> int:
    begins = (clock.now() + timedelta(days=20)).replace(tzinfo=None)
    draft = replace(DRAFT, capacity=capacity, starts=begins, ends=begins + timedelta(hours=2))
    with parts.ledger.writing() as connection:
        return gatherings.make(connection, parts.catalogue.now.library, draft, zone=BELGRADE, now=clock.now()).id


def take(parts: Parts, gathering: int, channel: str, size: int = 1, names: str = "") -> None:
    place, who = whose(parts, channel)
    with parts.ledger.writing() as connection:
        taken = seats.take(
            connection, parts.vault, gathering_id=gathering, person_id=who, address_id=place, wish=Wish(size, names=names), now=clock.now()
        )
    assert not isinstance(taken, seats.Denied)


async def test_what_hung_on_a_parted_address_goes_on_at_another_and_nothing_shows_there(talker: Talker, parts: Parts) -> None:
    phone = phone_of(parts)
    await phone.type("zdravo")
    await link(talker, phone)
    await phone.sign_up(name=NAME)
    await phone.press("staff_new")
    await phone.type(f"{NAME} pita za papire?")
    take(parts, meeting(parts), "telegram", names=NAME)
    await phone.press("unlink", "unlink_yes", "datafile")
    with parts.ledger.reading() as connection:
        sent = connection.execute(select(metadata.tables["file"])).all()
        pages = files.of_messages(connection, parts.vault, [row.outgoing_id for row in sent])
    assert len(pages) == 2
    assert not any(NAME.encode() in page.content for page in pages.values())
    with parts.ledger.writing() as connection:
        asked = connection.execute(select(question.c.code)).scalar_one()
        questions.answer(connection, parts.vault, parts.texts, code=asked, text="Dođite u petak.", by="ana@example.org", now=clock.now())
    assert "Dođite u petak." in talker.read()
    await phone.press("forget", "forgetyes")
    assert [count(parts, name) for name in ("question", "party", "registration", "address")] == [1, 1, 1, 1]


async def test_broadcasts_to_the_person_do_not_reach_a_parted_address(talker: Talker, parts: Parts) -> None:
    phone, now = phone_of(parts), clock.now()
    await phone.type("zdravo")
    await link(talker, phone)
    place, _ = whose(parts, "telegram")
    with parts.ledger.writing() as connection:
        made = {"name": "visit", "state": "sending", "created_by": "ana", "created_at": now}
        number = connection.execute(broadcast.insert().returning(broadcast.c.id), made).scalar_one()
        row = {"broadcast_id": number, "address_id": place, "channel": "telegram", "language": "sq", "due_at": now}
        connection.execute(recipient.insert(), [row | {"state": state} for state in ("sent", "waiting")])
    await phone.press("unlink", "unlink_yes")
    with parts.ledger.reading() as connection:
        told = select(address.c.channel, recipient.c.state).select_from(recipient.join(address)).order_by(recipient.c.id)
        assert connection.execute(told).all() == [("web", "sent"), ("web", "skipped")]


async def test_the_only_address_is_not_parted_from_what_its_person_has(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    assert "samo sa ovog uređaja" in await talker.press("unlink", "unlink_yes")
    assert "forget" in talker.payloads
    await talker.press("mine")
    assert f"reg_{code}" in talker.payloads


# --- linking ----------------------------------------------------------------------------------------


async def test_a_held_seat_outlives_one_given_up_at_the_other_address(talker: Talker, parts: Parts) -> None:
    phone, number = phone_of(parts), meeting(parts)
    await talker.type("zdravo")
    await phone.type("zdravo")
    take(parts, number, "web")
    with parts.ledger.writing() as connection:
        seats.leave(connection, parts.texts, gathering_id=number, person_id=whose(parts, "web")[1], now=clock.now())
    take(parts, number, "telegram", size=2)
    assert "Povezano" in await link(talker, phone)
    with parts.ledger.reading() as connection:
        assert connection.execute(select(party.c.state, party.c.size)).all() == [("seated", 2)]
        assert gathering_reads.mine(connection, number, whose(parts, "web")[1]) is not None


async def test_of_two_held_seats_one_is_given_back_and_the_log_says_so(talker: Talker, parts: Parts) -> None:
    phone, number = phone_of(parts), meeting(parts, capacity=4)
    await talker.type("zdravo")
    await phone.type("zdravo")
    take(parts, number, "web", size=1)
    take(parts, number, "telegram", size=3)
    await link(talker, phone)
    with parts.ledger.reading() as connection:
        assert connection.execute(select(party.c.state, party.c.size)).all() == [("seated", 1)]
        logged = connection.execute(select(seat_change.c.number, seat_change.c.size, seat_change.c.state).order_by(seat_change.c.id)).all()
        found = gathering_reads.find(connection, number)
    assert logged == [(1, 1, "seated"), (2, 3, "seated"), (2, 3, "left")]
    assert found is not None
    assert found.free == 3


async def test_stop_said_at_either_address_holds_for_both(talker: Talker, parts: Parts) -> None:
    phone = phone_of(parts)
    await phone.press("stop")
    await talker.type("zdravo")
    await link(talker, phone)
    with parts.ledger.reading() as connection:
        assert connection.execute(select(person.c.stopped_at)).scalar_one() is not None


async def test_two_registrations_for_the_same_stay_and_the_person_withdraws_one(talker: Talker, parts: Parts) -> None:
    phone = phone_of(parts)
    first, second = await talker.sign_up(), await phone.sign_up()
    await link(talker, phone)
    await talker.press("mine")
    assert {f"reg_{first}", f"reg_{second}"} <= set(talker.payloads)
    await talker.press(f"regwithdrawyes_{first}", "form_go-and-see")
    assert f"regchange_{second}" in talker.payloads


# --- guessing ---------------------------------------------------------------------------------------


async def test_being_forgotten_does_not_unlock_guessing(talker: Talker, parts: Parts) -> None:
    code = await complain(talker)
    guesser = Talker(parts, address="a-guesser")
    for number in range(linking.WRONG):
        await guesser.press("regcode")
        await guesser.type(f"3467 8A{number}")
    await guesser.press("forget", "forgetyes", "regcode")
    assert "Previše" in await guesser.type(code)
    with parts.ledger.reading() as connection:
        there = people.meet(connection, "web", "a-guesser", now=clock.now(), language="sr-Latn")
        assert linking.locked(connection, parts.vault, there.address_id, clock.now())
        assert linking.locked(connection, parts.vault, there.address_id, clock.now() + linking.WINDOW) is None
