"""A person goes through everything and says “forget me”: no table, file or log holds a byte of them afterwards."""

import gzip
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from bot import clock
from bot.actions import delivery, outgoing, questions, registrations, retention
from bot.app import Parts
from bot.backups import backup, erased, keep_proofs, proofs, restore
from bot.last_words import LastWords
from bot.messages import Outgoing
from bot.store.sealing import Vault
from bot.store.tables import address, metadata, person
from tests.forms.conftest import Talker
from tests.forms.test_visitors_data import visits

NAME = "Zvezdana Krasnićević"
STORY = "komšija Vukoslav nam je zatvorio put do kuće"
MARKS = (
    NAME,
    "Zvezdana",
    "Krasnić",
    "659876543",
    "065 987 6543",
    "Vukoslav",
    "device-one-8472",
    "Crmljan",
    "Dragoljub",
    "Desimirka",
    "1112233",
    "111 2233",
)


async def a_whole_acquaintance(talker: Talker) -> str:
    """Registrations, a question answered by staff, a draft left open, a data file, a linking code; gives the person's code."""
    await talker.type("treba mi advokat")
    code = await talker.sign_up(name=NAME, phone="065 987 6543")
    await visits(talker, talker.parts)
    await talker.press("form_complaint", "formgo_complaint", "pick_complaint_about_service")
    await talker.type(STORY)
    await talker.press("formskip", "formskip", "pick_complaint_anonymous_no")
    await talker.type(NAME)
    await talker.press("formskip", "formsend", "formagree_yes", "formcontact_no")
    await talker.press("staff_new")
    await talker.type(f"{NAME} pita: {STORY}?")
    await talker.press("form_training", "formgo_training", "formfor_self", "pick_training_kind_business", "formdone")
    await talker.type("Zvezdana uči zavarivanje")
    await talker.press("formlater", "mine", f"reg_{code}", "datafile", "link_show", "article_legal-aid", "useful_legal-aid")
    with talker.parts.ledger.reading() as connection:
        return str(connection.execute(select(person.c.code)).scalar_one())


def staff_works(parts: Parts, code: str) -> None:
    """The office answers, sets a status with a reason, and passes the registration on."""
    now = clock.now()
    with parts.ledger.writing() as connection:
        question = connection.execute(select(metadata.tables["question"].c.code)).scalar_one()
        questions.answer(
            connection, parts.vault, parts.texts, code=question, text=f"Poštovana Zvezdana, {STORY}", by="ana@example.org", now=now
        )
        registrations.set_status(
            connection,
            parts.vault,
            parts.texts,
            code=code,
            status="declined",
            by="ana@example.org",
            now=now,
            zone=parts.settings.zone,
            reason=f"{NAME}: popunjeno",
        )
        registrations.refer(connection, parts.vault, code=code, to="Crveni krst", by="ana@example.org", now=now, note=STORY)


def readable(vault: Vault, parts: Parts) -> str:
    """Every value of every table as text, sealed ones opened."""
    found: list[str] = []
    with parts.ledger.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    found.append(vault.open(value) if isinstance(column.type, LargeBinary) and value else str(value))
    return "\n".join(found)


def left_in_files(folder: Path) -> list[str]:
    """Which marks of the person stand in which file below `folder`, byte by byte."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        spellings = {spelled for mark in MARKS for spelled in (mark.encode(), mark.encode("utf-16-le"))}
        found += [f"{path.name}: {mark!r}" for mark in spellings if mark in content]
    return found


async def test_forget_me_leaves_no_byte_in_any_table_file_or_log(
    talker: Talker,
    parts: Parts,
    last_words: LastWords,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    person_code = await a_whole_acquaintance(talker)
    with parts.ledger.reading() as connection:
        code = connection.execute(select(metadata.tables["registration"].c.code).limit(1)).scalar_one()
    staff_works(parts, code)
    assert all(
        mark in readable(parts.vault, parts) for mark in (NAME, "+381659876543", "Vukoslav", "device-one-8472", "Dragoljub", "111 2233")
    )
    webhooks = [*talker.said]
    in_the_open = [one for one in left_in_files(parts.settings.folder) if "device-one-8472" not in one]
    assert in_the_open == [], "while they are with us, all they wrote rests sealed; only where to reach them does not"

    # A message to them is being sent while they say it.
    now = clock.now()
    with parts.ledger.writing() as connection:
        place = connection.execute(select(address.c.id)).scalar_one()
        outgoing.reply(connection, place, "telegram", Outgoing(f"Poštovana {NAME}", "sr-Latn"), now, sensitive=parts.vault)
        claimed = delivery.claim(connection, channel="telegram", process="here", most=1, busy=frozenset(), now=now)
        assert claimed
        in_flight = delivery.complete(connection, parts.vault, claimed)
    assert in_flight[0].text == f"Poštovana {NAME}"
    await talker.press("forget")
    assert "forgetyes" in talker.payloads
    await talker.press("forgetyes")
    await last_words.say("web", talker.address, talker.farewells[0])
    with parts.ledger.writing() as connection:
        delivery.record(connection, results=[delivery.Result(in_flight[0].id, "sent", platform_message_id="99")], now=clock.now())

    # The platform delivers all the same messages once more.
    said = talker.said
    for number in range(len(webhooks) + 2):
        talker.said = said[:number]
        await talker.inbox.receive(talker.incoming(text=f"{NAME} {STORY}"))
    await last_words.say("web", talker.address, talker.farewells[0])

    held = readable(parts.vault, parts)
    assert not [mark for mark in (*MARKS, person_code, code) if mark in held]
    with parts.ledger.reading() as connection:
        left = [name for name in ("person", "party", "reminder", "follow") if connection.execute(select(metadata.tables[name])).first()]
        assert left == []
        assert connection.execute(select(metadata.tables["opinion"].c.count)).scalars().all() == [1]
    assert left_in_files(tmp_path) == []
    logged = capsys.readouterr()
    assert not [mark for mark in MARKS if mark in logged.out + logged.err + caplog.text]


async def test_the_confirmation_goes_out_past_the_ledger(talker: Talker) -> None:
    await talker.sign_up()
    await talker.press("forget", "forgetyes")
    assert [message.language for message in talker.farewells] == ["sr-Latn"]
    assert "obrisano" in talker.farewells[0].text


async def test_who_says_no_keeps_everything(talker: Talker, parts: Parts) -> None:
    await talker.sign_up()
    await talker.press("forget", "menu", "mine")
    assert "Idi-vidi" in talker.last
    assert not talker.farewells


async def test_who_writes_again_is_met_as_somebody_new(talker: Talker) -> None:
    await talker.sign_up()
    await talker.press("forget", "forgetyes")
    assert "Dobro došli" in await talker.type("zdravo")
    await talker.press("mine")
    assert "nijednu" in talker.last


async def test_statistics_keep_the_count_of_the_forgotten(talker: Talker, parts: Parts) -> None:
    await talker.sign_up()
    await talker.press("forget", "forgetyes")
    with parts.ledger.reading() as connection:
        tally = connection.execute(select(metadata.tables["tally"])).one()
    assert (tally.form, tally.municipality, tally._mapping["count"]) == ("go-and-see", "gjakova", 1)


async def test_a_restored_backup_forgets_again_even_if_the_ledger_was_lost(talker: Talker, parts: Parts, tmp_path: Path) -> None:
    await talker.sign_up(name=NAME, phone="065 987 6543")
    copy = backup(parts.settings, tmp_path / "copy.db", clock.now())
    await talker.press("forget", "forgetyes")
    keep_proofs(parts.ledger, parts.settings.folder)
    assert proofs(parts.settings.folder) == erased(parts.ledger)
    parts.writer.stop()
    parts.ledger.close()
    (parts.settings.folder / "prag.db").unlink()
    assert restore(parts.settings, copy, parts.vault, clock.now()) == 1
    copy.unlink()
    with parts.ledger.reading() as connection:
        assert connection.execute(select(person)).all() == []
    assert left_in_files(tmp_path) == []
    parts.writer.__init__(parts.ledger)
    parts.writer.start()


async def test_a_backup_taken_while_the_service_writes_is_whole_and_holds_no_key(talker: Talker, parts: Parts, tmp_path: Path) -> None:
    code = await talker.sign_up()
    copy = backup(parts.settings, None, clock.now())
    await talker.press("mine", f"regwithdrawyes_{code}")
    assert copy.stat().st_mode & 0o077 == 0
    for key in ("secret.key", "data.keys"):
        assert (parts.settings.folder / key).read_bytes().strip() not in copy.read_bytes()


async def test_withdrawing_erases_the_answers_at_once_and_ends_every_consent(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up(name=NAME)
    await talker.press(f"regwithdraw_{code}", f"regwithdrawyes_{code}")
    with parts.ledger.reading() as connection:
        row = connection.execute(select(metadata.tables["registration"])).one()
        agreed = connection.execute(select(metadata.tables["consent"])).all()
    assert (row.status, row.answers, row.phone) == ("withdrawn", None, "")
    assert {one.purpose for one in agreed} == {"data", "contact"}
    assert all(one.withdrawn_at for one in agreed)


async def test_what_is_over_its_time_is_purged_and_the_count_noted(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    with parts.ledger.writing() as connection:
        registrations.set_status(
            connection, parts.vault, parts.texts, code=code, status="done", by="ana", now=clock.now(), zone=parts.settings.zone
        )
        kept = retention.run(connection, {"go-and-see": 365}, clock.now() + timedelta(days=364))
        assert "registrations go-and-see" not in kept
        assert kept["sensitive texts"] > 0
        gone = retention.run(connection, {"go-and-see": 365}, clock.now() + timedelta(days=366))
        assert gone["registrations go-and-see"] == 1
        noted = connection.execute(select(metadata.tables["purge"])).all()
    assert {"registrations go-and-see"} <= {row.what for row in noted}
