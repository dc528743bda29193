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


# --- consents ---------------------------------------------------------------------------------------


def consents(parts: Parts) -> dict[str, tuple[str, str]]:
    """Purpose → language and words of the consents that hold."""
    texts = {row.hash: row.text for row in rows(parts, "consent_text")}
    return {row.purpose: (row.language, texts[row.hash]) for row in rows(parts, "consent") if row.withdrawn_at is None}


async def ask_for_advice(talker: Talker) -> None:
    """Fill in the legal aid form up to its summary."""
    await talker.press("form_legal-aid", "formgo_legal-aid", "formfor_self", "pick_legal-aid_matter_property")
    for text in ("preskoči", "preskoči", "preskoči", "Kraljevo", "Milica Jovanović", "064 123 4567", "da"):
        await talker.type(text)


async def test_each_consent_is_kept_in_the_language_it_was_given_in(talker: Talker, parts: Parts) -> None:
    await ask_for_advice(talker)
    await talker.press("language_sq", "formresume", "formsend", "formagree_yes", "language_en", "formresume", "formcontact_yes")
    held = consents(parts)
    assert {purpose: language for purpose, (language, _) in held.items()} == {"share": "sr-Latn", "data": "sq", "contact": "en"}
    assert held["share"][1].startswith("Smemo li")
    assert held["contact"][1].startswith("May we contact you")


async def test_the_consent_kept_is_one_that_was_shown_though_the_language_changed(talker: Talker, parts: Parts) -> None:
    await ask_for_advice(talker)
    await talker.press("formsend", "language_sq", "formagree_yes", "formcontact_no")
    language, text = consents(parts)["data"]
    with parts.ledger.reading() as connection:
        shown = [one.text for one in connection.execute(select(metadata.tables["outgoing"].c.text))]
    assert language == "sq", "the switch shows the consent again"
    assert any(text in one for one in shown if one)


async def test_a_change_of_a_registration_keeps_the_consents_it_was_sent_with(talker: Talker, parts: Parts) -> None:
    await ask_for_advice(talker)
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    [row] = rows(parts, "registration")
    await talker.press("language_en", f"regchange_{row.code}", "formedit_place")
    await talker.type("Niš")
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert {purpose: language for purpose, (language, _) in consents(parts).items()} == {"share": "sr-Latn", "data": "en", "contact": "en"}


async def test_answers_to_an_earlier_form_are_looked_at_again_before_they_are_sent(talker: Talker, parts: Parts) -> None:
    await ask_for_advice(talker)
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    [row] = rows(parts, "registration")
    with parts.ledger.writing() as connection:
        connection.execute(metadata.tables["registration"].update().values(form_hash="an earlier one"))
    await talker.press(f"regchange_{row.code}")
    assert "promenjen" in talker.last
    assert "pick_legal-aid_share_yes" in talker.payloads, "the consent is asked for in today's words"


# --- after the office was done ----------------------------------------------------------------------


def close(parts: Parts, form: str) -> None:
    with parts.ledger.writing() as connection:
        registrations.set_open(connection, form, opened=False, by="ana", now=clock.now())


def decide(parts: Parts, code: str, status: str) -> None:
    with parts.ledger.writing() as connection:
        registrations.set_status(
            connection,
            parts.vault,
            parts.texts,
            code=code,
            status=status,
            by="ana",
            now=clock.now(),
            zone=parts.settings.zone,
            reason="Autobus je pun.",
        )


async def test_new_answers_to_what_was_declined_are_received_again(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    decide(parts, code, "declined")
    await talker.press(f"regchange_{code}", "formedit_people")
    await talker.type("2")
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    [row] = rows(parts, "registration")
    assert row.status == "received"
    assert [step.what for step in rows(parts, "registration_history")] == ["received", "declined", "changed", "received"]


async def test_a_correction_while_the_office_works_on_it_leaves_the_status(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    decide(parts, code, "in-progress")
    close(parts, "go-and-see")
    await talker.press(f"regchange_{code}", "formsend", "formagree_yes", "formcontact_yes")
    assert rows(parts, "registration")[0].status == "in-progress"


async def test_what_is_done_cannot_be_changed_once_its_form_is_closed(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    decide(parts, code, "done")
    close(parts, "go-and-see")
    await talker.press(f"reg_{code}")
    assert f"regchange_{code}" not in talker.payloads
    assert "zatvoreno" in await talker.press(f"regchange_{code}")


async def test_a_form_closed_while_something_done_was_being_changed_keeps_the_answers(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    decide(parts, code, "done")
    await talker.press(f"regchange_{code}", "formedit_people")
    await talker.type("2")
    close(parts, "go-and-see")
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert "ostalo" in talker.last
    assert "formresume" in talker.payloads
    assert answers(parts, code)["people"] == 3
