"""A complaint without a name: only its code leads back to it."""

from bot import clock
from bot.actions import linking, registrations
from bot.app import Parts
from bot.store import registration_reads as reads
from tests.forms.conftest import Talker
from tests.forms.test_registering import rows

STORY = "Na šalteru su bili grubi."


async def complain(talker: Talker) -> str:
    await talker.press("form_complaint", "formgo_complaint", "pick_complaint_about_staff")
    await talker.type(STORY)
    await talker.press("formskip", "formskip", "pick_complaint_anonymous_yes", "formsend", "formagree_yes")
    assert "Imam šifru prijave" in talker.last
    return "".join(talker.last.split("**")[3].split())


async def test_whoever_has_the_code_sees_how_it_stands_but_not_what_was_written(talker: Talker, parts: Parts) -> None:
    code = await complain(talker)
    with parts.ledger.writing() as connection:
        told = registrations.set_status(
            connection,
            parts.vault,
            parts.texts,
            code=code,
            status="declined",
            by="ana",
            now=clock.now(),
            zone=parts.settings.zone,
            reason="Nije naša služba.",
        )
    assert told is None, "there is nobody to tell"
    other = Talker(parts, address="another-device")
    await other.press("mine", "regcode")
    assert "odbijena" in await other.type(f"{code[:3]} {code[3:].lower()}")
    assert "Nije naša služba." in other.last
    assert STORY not in other.last
    assert other.payloads == [f"regwithdraw_{code}", "mine"]


async def test_it_is_withdrawn_by_its_code_and_the_answers_are_erased(talker: Talker, parts: Parts) -> None:
    code = await complain(talker)
    await talker.press("mine", "regcode")
    await talker.type(code)
    assert "povučena" in await talker.press(f"regwithdraw_{code}", f"regwithdrawyes_{code}")
    [row] = rows(parts, "registration")
    assert (row.status, row.answers) == ("withdrawn", None)
    assert all(one.withdrawn_at for one in rows(parts, "consent"))
    assert other_steps(parts, row.id) == ["received", "withdrawn"]
    assert talker.payloads == ["mine", "menu"]


def other_steps(parts: Parts, registration_id: int) -> list[str]:
    with parts.ledger.reading() as connection:
        return [step.what for step in reads.history(connection, registration_id)]


async def test_its_code_neither_changes_it_nor_asks_to_be_contacted(talker: Talker, parts: Parts) -> None:
    code = await complain(talker)
    await talker.press(f"regchange_{code}")
    assert STORY not in talker.last
    assert "formedit" not in talker.payloads
    for verb in ("regcontact", "regsilent"):
        assert "nema te šifre" in await talker.press(f"{verb}_{code}")
    assert [one.purpose for one in rows(parts, "consent")] == ["data"]


async def test_guessing_codes_locks_even_for_the_right_one_and_not_for_ones_own(talker: Talker, parts: Parts) -> None:
    code = await complain(talker)
    own = await talker.sign_up()
    for number in range(linking.WRONG):
        await talker.press("regcode")
        assert "nema te šifre" in await talker.type(f"3467 8A{number}")
    await talker.press("regcode")
    assert "Previše" in await talker.type(code)
    assert "Previše" in await talker.press(f"regwithdrawyes_{code}")
    assert rows(parts, "registration")[0].status == "received"
    assert "Milica" in await talker.press(f"reg_{own}")


async def test_a_named_registration_is_not_opened_by_its_code_alone(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    stranger = Talker(parts, address="another-device")
    await stranger.press("mine", "regcode")
    assert "nema te šifre" in await stranger.type(code)


async def test_a_question_written_instead_of_the_code_is_answered(talker: Talker) -> None:
    await talker.press("mine", "regcode")
    assert "Pravo na besplatnu pravnu pomoć" in await talker.type("treba mi besplatan advokat")
