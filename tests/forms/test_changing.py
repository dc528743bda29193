"""Changing what was sent: only what is meant is replaced, and nobody is named who asked not to be."""

from sqlalchemy import select

from bot import clock
from bot.actions import registrations
from bot.actions.registrations import Application, Kept
from bot.app import Parts
from bot.library import Library
from bot.store import registration_reads as reads
from bot.store.tables import metadata, person
from tests.forms.conftest import Talker


def rows(parts: Parts, name: str) -> list:
    with parts.ledger.reading() as connection:
        return list(connection.execute(select(metadata.tables[name]).order_by(*metadata.tables[name].primary_key)))


def answers(parts: Parts, code: str) -> dict:
    with parts.ledger.reading() as connection:
        found = reads.by_code(connection, code)
        assert found is not None
        return registrations.answers_of(parts.vault, found) or {}


async def train(talker: Talker) -> None:
    """Fill in the training form up to its summary."""
    await talker.press("form_training", "formgo_training", "formfor_self", "pick_training_kind_vocational", "formdone")
    for text in ("zavarivanje", "preskoči", "pre podne", "preskoči", "Kraljevo", "Milica Jovanović", "064 123 4567"):
        await talker.type(text)


async def test_an_old_replace_button_leaves_another_forms_registration_alone(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    await train(talker)
    assert "ništa nije zamenilo" in await talker.press(f"formover_{code}")
    assert "zavarivanje" in talker.last, "what was given stays"
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert [row.form for row in rows(parts, "registration")] == ["go-and-see", "training"]
    assert answers(parts, code)["village"] == "Crmljan"


async def test_an_old_replace_button_leaves_another_family_member_alone(talker: Talker, parts: Parts) -> None:
    marko = await talker.sign_up(name="Marko Jovanović", whom="family")
    await talker.sign_up(name="Marko Jovanović", whom="family")
    await talker.press("formedit_name")
    await talker.type("Ana Jovanović")
    assert "ništa nije zamenilo" in await talker.press(f"formover_{marko}")
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert [answers(parts, row.code)["name"] for row in rows(parts, "registration")] == ["Marko Jovanović", "Ana Jovanović"]


async def test_a_name_changed_after_the_decision_to_replace_makes_it_another_person(talker: Talker, parts: Parts) -> None:
    marko = await talker.sign_up(name="Marko Jovanović", whom="family")
    await talker.sign_up(name="Marko Jovanović", whom="family")
    await talker.press(f"formover_{marko}", "formedit_name")
    await talker.type("Ana Jovanović")
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert len(rows(parts, "registration")) == 2
    assert answers(parts, marko)["name"] == "Marko Jovanović"


async def test_the_ledger_itself_replaces_only_the_same_form(talker: Talker, parts: Parts, library: Library) -> None:
    code = await talker.sign_up()
    sent = Application(library.forms["training"], False, {"name": "Milica"}, (), "sr-Latn", "web", changing=code)
    with parts.ledger.writing() as connection:
        me = connection.execute(select(person.c.id)).scalar_one()
        now = clock.now()
        kept = registrations.register(connection, parts.vault, sent, person_id=me, address_id=1, now=now, today=now.date())
    assert isinstance(kept, Kept)
    assert kept.code != code
    assert answers(parts, code)["village"] == "Crmljan"


async def test_a_corrected_name_keeps_the_code(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up(name="Marko Jovanovič", whom="family")
    await talker.press(f"regchange_{code}", "formedit_name")
    await talker.type("Marko Jovanović")
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert [row.code for row in rows(parts, "registration")] == [code]
    assert answers(parts, code)["name"] == "Marko Jovanović"


# --- without a name ---------------------------------------------------------------------------------


async def complain(talker: Talker, *, anonymous: str) -> None:
    await talker.press("form_complaint", "formgo_complaint", "pick_complaint_about_staff")
    await talker.type("Na šalteru su bili grubi.")
    await talker.press("formskip", "formskip", f"pick_complaint_anonymous_{anonymous}")
    if anonymous == "no":
        await talker.type("Milica Jovanović")
        await talker.press("formskip")
    await talker.press("formsend", "formagree_yes", *(["formcontact_yes"] if anonymous == "no" else []))


async def test_a_complaint_whose_name_is_taken_back_is_tied_to_nobody(talker: Talker, parts: Parts) -> None:
    await complain(talker, anonymous="no")
    [named] = rows(parts, "registration")
    await talker.press(f"regchange_{named.code}", "formedit_anonymous", "pick_complaint_anonymous_yes", "formsend", "formagree_yes")
    before, after = rows(parts, "registration")
    assert (before.status, before.answers) == ("withdrawn", None)
    assert (after.person_id, after.address_id, after.phone) == (None, None, "")
    assert after.code != named.code, "the first code stands in messages beside the address"
    assert answers(parts, after.code).keys().isdisjoint({"name", "phone"})
    assert all(one.withdrawn_at for one in rows(parts, "consent") if one.registration_id == before.id)
    assert sum(row.count for row in rows(parts, "tally")) == 1


async def test_a_registration_without_a_name_shares_no_moment_with_whoever_sent_it(talker: Talker, parts: Parts) -> None:
    await complain(talker, anonymous="yes")
    [row] = rows(parts, "registration")
    moments = [row.created_at, row.changed_at]
    moments += [one.at for one in rows(parts, "registration_history")] + [one.given_at for one in rows(parts, "consent")]
    assert {(one.hour, one.minute, one.second, one.microsecond) for one in moments} == {(0, 0, 0, 0)}


async def test_the_code_of_a_registration_without_a_name_is_in_no_readable_row(talker: Talker, parts: Parts) -> None:
    await complain(talker, anonymous="yes")
    [row] = rows(parts, "registration")
    await talker.press("regcode")
    await talker.type(row.code)
    await talker.press(f"regwithdraw_{row.code}", f"regwithdrawyes_{row.code}")
    assert row.code[3:] in talker.last, "the person reads it"
    kept = [str(one) for name in metadata.tables if name != "registration" for one in rows(parts, name)]
    assert not [one for one in kept if row.code in one or f"{row.code[:3]} {row.code[3:]}" in one]
