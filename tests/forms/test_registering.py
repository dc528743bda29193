"""Registrations in the ledger: consents, duplicates, family, staff's work, linked addresses, data files."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from sqlalchemy import select

from bot import clock
from bot.actions import files, linking, people, registrations
from bot.actions.outgoing import Queued
from bot.actions.registrations import Application, RegistrationError
from bot.app import Parts
from bot.forms import Field, Form
from bot.library import Library
from bot.store import registration_reads as reads
from bot.store.tables import consent, consent_text, link_failure, metadata, person
from tests.forms.conftest import Talker


def rows(parts: Parts, name: str) -> list:
    with parts.ledger.reading() as connection:
        return list(connection.execute(select(metadata.tables[name])))


async def test_answers_are_sealed_and_each_consent_keeps_its_exact_words(talker: Talker, parts: Parts) -> None:
    shown = []
    await talker.sign_up()
    [row] = rows(parts, "registration")
    assert b"Milica" not in row.answers
    assert registrations.answers_of(parts.vault, row) == {
        "origin": "gjakova", "village": "Crmljan", "people": 3, "days": "weekend", "help": ("wheelchair",), "name": "Milica Jovanović", "phone": "+381641234567",
    }  # fmt: skip
    with parts.ledger.reading() as connection:
        agreed = connection.execute(select(consent, consent_text.c.text).join(consent_text).order_by(consent.c.id)).all()
        shown = [message.text for message in connection.execute(select(metadata.tables["outgoing"].c.text))]
    assert [(one.purpose, one.language, one.channel) for one in agreed] == [("data", "sr-Latn", "web"), ("contact", "sr-Latn", "web")]
    assert all(one.text in shown for one in agreed), "what is kept is what was shown, letter by letter"


async def test_the_same_person_is_registered_once_and_family_members_each(talker: Talker, parts: Parts) -> None:
    first = await talker.sign_up()
    await talker.press("form_go-and-see")
    assert f"regchange_{first}" in talker.payloads
    second = await talker.sign_up(name="Marko Jovanović", whom="family")
    third = await talker.sign_up(name="Ана Јовановић", whom="family")
    assert len({first, second, third}) == 3
    await talker.sign_up(name="ana jovanovic", whom="family")
    assert f"formover_{third}" in talker.payloads
    assert len(rows(parts, "registration")) == 3


async def test_replacing_answers_keeps_the_code_and_renews_the_consent(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    await talker.press(f"regchange_{code}", "formedit", "formedit_people")
    await talker.type("7")
    await talker.press("formsend", "formagree_yes", "formcontact_no")
    [row] = rows(parts, "registration")
    assert row.code == code
    answers = registrations.answers_of(parts.vault, row)
    assert answers is not None
    assert answers["people"] == 7
    assert [(one.purpose, one.withdrawn_at is None) for one in rows(parts, "consent")] == [
        ("data", False),
        ("contact", False),
        ("data", True),
    ]


async def test_a_form_staff_close_halfway_keeps_the_answers_until_it_opens(talker: Talker, parts: Parts) -> None:
    with parts.ledger.writing() as connection:
        registrations.set_open(connection, "go-and-see", opened=False, by="ana", now=clock.now())
    assert "zatvoreno" in await talker.press("form_go-and-see")
    with parts.ledger.writing() as connection:
        registrations.set_open(connection, "go-and-see", opened=True, by="ana", now=clock.now())
    await talker.press("form_go-and-see", "formgo_go-and-see", "formfor_self")
    for text in ("Peć", "preskoči", "2", "svejedno", "preskoči", "Milica", "064 123 4567"):
        await talker.type(text)
    with parts.ledger.writing() as connection:
        registrations.set_open(connection, "go-and-see", opened=False, by="ana", now=clock.now())
    await talker.press("formsend", "formagree_yes", "formcontact_yes")
    assert "ostalo" in talker.last
    assert rows(parts, "registration") == []
    with parts.ledger.writing() as connection:
        registrations.set_open(connection, "go-and-see", opened=True, by="ana", now=clock.now())
    await talker.press("formresume", "formsend", "formagree_yes", "formcontact_yes")
    assert len(rows(parts, "registration")) == 1


async def test_a_status_is_told_discreetly_in_the_persons_language_and_audited(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    await talker.press("language_sq")
    with parts.ledger.writing() as connection:
        told = registrations.set_status(
            connection,
            parts.vault,
            parts.texts,
            code=code,
            status="accepted",
            by="ana@example.org",
            now=clock.now(),
            zone=parts.settings.zone,
        )
    assert told == Queued() or isinstance(told, Queued)
    assert talker.read() == f"Ka lajme për regjistrimin tuaj **{code[:3]} {code[3:]}**."
    assert "miratuar" in await talker.press(f"reg_{code}")
    noted = rows(parts, "audit")
    assert [(one.who, one.verb, one.detail) for one in noted] == [("ana@example.org", "registration status", "accepted")]
    assert code not in str(noted)


async def test_who_took_contact_back_is_not_written_to(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    await talker.press(f"regsilent_{code}")
    with parts.ledger.writing() as connection:
        assert (
            registrations.set_status(
                connection, parts.vault, parts.texts, code=code, status="waiting", by="ana", now=clock.now(), zone=parts.settings.zone
            )
            is None
        )


async def test_staff_cannot_decline_without_a_reason_nor_touch_what_was_withdrawn(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    with parts.ledger.writing() as connection, pytest.raises(RegistrationError, match="needs a reason"):
        registrations.set_status(
            connection, parts.vault, parts.texts, code=code, status="declined", by="ana", now=clock.now(), zone=parts.settings.zone
        )
    await talker.press(f"regwithdrawyes_{code}")
    with parts.ledger.writing() as connection, pytest.raises(RegistrationError, match="was withdrawn"):
        registrations.refer(connection, parts.vault, code=code, to="Crveni krst", by="ana", now=clock.now())


async def test_a_reason_reaches_the_person_and_a_referral_is_a_recorded_step(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    now = clock.now()
    with parts.ledger.writing() as connection:
        assert not registrations.refer(connection, parts.vault, code=code, to="Crveni krst", by="ana", now=now), (
            "they were not asked to be passed on"
        )
        registrations.set_status(
            connection,
            parts.vault,
            parts.texts,
            code=code,
            status="declined",
            by="ana",
            now=now,
            zone=parts.settings.zone,
            reason="Autobus je pun.",
        )
        found = reads.by_code(connection, code)
        assert found is not None
        assert [step.what for step in reads.history(connection, found.id)] == ["received", "referred", "declined"]
        assert [step.to for step in reads.referrals(connection, found.id)] == ["Crveni krst"]
    assert "Autobus je pun." in await talker.press(f"reg_{code}")


async def test_somebody_elses_code_opens_nothing(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    stranger = Talker(parts, address="another-device")
    for verb in ("reg", "regchange", "regwithdrawyes", "regcontact", "regsilent"):
        assert "nema te šifre" in await stranger.press(f"{verb}_{code}")
    assert rows(parts, "registration")[0].status == "received"


async def test_a_complaint_without_a_name_is_tied_to_nobody(talker: Talker, parts: Parts) -> None:
    await talker.press("form_complaint", "formgo_complaint", "pick_complaint_about_staff")
    await talker.type("Na šalteru su bili grubi.")
    await talker.press("formskip", "formskip", "pick_complaint_anonymous_yes", "formsend", "formagree_yes")
    [row] = rows(parts, "registration")
    assert (row.person_id, row.address_id) == (None, None)
    assert "nijednu" in await talker.press("mine")


# --- linked addresses -------------------------------------------------------------------------------


async def test_a_code_joins_two_addresses_with_everything_they_have(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    phone = Talker(parts, address="77001", channel="telegram")
    other = await phone.sign_up(name="Petar Petrović", whom="family")
    await talker.press("link_show")
    shown = talker.last.split("**")[-2]
    await phone.press("link_type")
    assert "Povezano" in await phone.type(shown.lower())
    await phone.press("mine")
    assert {f"reg_{code}", f"reg_{other}"} <= set(phone.payloads)
    assert len(rows(parts, "person")) == 1
    await phone.press("link_type")
    assert "ne važi" in await phone.type(shown), "a code works once"


async def test_a_draft_begun_on_one_address_goes_on_at_the_other_and_never_at_both(talker: Talker, parts: Parts) -> None:
    phone = Talker(parts, address="77001", channel="telegram")
    await talker.press("link_show")
    await phone.press("link_type")
    await phone.type(talker.last.split("**")[-2])
    await talker.press("form_go-and-see", "formgo_go-and-see", "formfor_self")
    await talker.type("Peć")
    await phone.press("form_go-and-see")
    assert "2 od 7" in phone.last
    await talker.press("pick_go-and-see_days_any")
    assert "form_go-and-see" in talker.payloads, "the first device is told, and offered to take it back"
    await phone.press("formskip")
    await phone.type("4")
    await talker.press("form_go-and-see")
    assert "4 od 7" in talker.last


async def test_answers_of_two_devices_never_mix(talker: Talker, parts: Parts) -> None:
    """One that was taken over holds nothing: its old buttons and words change nothing."""
    phone = Talker(parts, address="77001", channel="telegram")
    await talker.press("form_go-and-see", "formgo_go-and-see", "formfor_self")
    await talker.type("Peć")
    await talker.press("link_show")
    shown = talker.last.split("**")[-2]
    await phone.press("link_type")
    await phone.type(shown)
    await phone.press("form_go-and-see")
    await phone.type("Novo Selo")
    await talker.press("pick_go-and-see_origin_klina", "formskip", "formback")
    await talker.type("Klina")
    for text in ("2", "vikendom", "preskoči", "Milica Jovanović", "064 123 4567"):
        await phone.type(text)
    await phone.press("formsend", "formagree_yes", "formcontact_yes")
    [row] = rows(parts, "registration")
    sent = registrations.answers_of(parts.vault, row)
    assert sent is not None
    assert (sent["origin"], sent["village"], sent["people"]) == ("peja", "Novo Selo", 2)


async def test_guessing_codes_locks_even_for_the_right_one(talker: Talker, parts: Parts) -> None:
    guesser = Talker(parts, address="a-guesser")
    await talker.press("link_show")
    right = talker.last.split("**")[-2]
    for number in range(linking.WRONG):
        await guesser.press("link_type")
        await guesser.type(f"3467 8AD{number}")
    await guesser.press("link_type")
    assert "Previše" in await guesser.type(right)
    assert len(rows(parts, "person")) == 2


async def test_guessing_from_many_addresses_locks_too(talker: Talker, parts: Parts) -> None:
    now = clock.now()
    await talker.press("link_show")
    right = "".join(talker.last.split("**")[-2].split())
    with parts.ledger.writing() as connection:
        me = connection.execute(select(person.c.id)).scalar_one()
        connection.execute(link_failure.insert(), [{"person_id": me, "at": now} for _ in range(linking.WRONG_ALL)])
    fresh = Talker(parts, address="fresh")
    await fresh.press("link_type")
    assert "Previše" in await fresh.type(right)


async def test_a_parted_address_begins_as_a_new_empty_person(talker: Talker, parts: Parts) -> None:
    await talker.sign_up()
    await talker.press("unlink")
    await talker.press("unlink_yes", "mine")
    assert "nijednu" in talker.last
    assert len(rows(parts, "registration")) == 1


# --- my data ----------------------------------------------------------------------------------------


async def test_my_data_holds_everything_and_each_link_works_once(talker: Talker, parts: Parts) -> None:
    code = await talker.sign_up()
    await talker.press("data", "datafile")
    links = [payload for payload in talker.payloads if payload.startswith("/files/")]
    assert len(links) == 2
    taken = []
    for link in links:
        with parts.ledger.writing() as connection:
            taken.append(files.take(connection, parts.vault, link.removeprefix("/files/"), clock.now()))
    page, data = taken
    assert page is not None
    assert data is not None
    for told in ("Milica Jovanović", code, "Đakovica", "Pristajem"):
        assert told in page.content.decode()
    tables = json.loads(data.content)["tables"]
    assert json.loads(tables["registration"][0]["answers"])["village"] == "Crmljan"
    assert {"person", "address", "conversation", "outgoing", "registration", "registration_history", "consent"} <= tables.keys()
    with parts.ledger.writing() as connection:
        assert files.take(connection, parts.vault, links[0].removeprefix("/files/"), clock.now()) is None


async def test_a_link_to_my_data_is_too_old_after_a_quarter_of_an_hour(talker: Talker, parts: Parts) -> None:
    await talker.press("datafile")
    [link, _] = [payload for payload in talker.payloads if payload.startswith("/files/")]
    with parts.ledger.writing() as connection:
        assert files.take(connection, parts.vault, link.removeprefix("/files/"), clock.now() + timedelta(minutes=16)) is None


async def test_where_no_page_of_ours_can_be_opened_the_files_go_with_messages(parts: Parts) -> None:
    phone = Talker(parts, address="77001", channel="telegram")
    await phone.sign_up()
    await phone.press("datafile")
    with parts.ledger.reading() as connection:
        sent = connection.execute(select(metadata.tables["file"])).all()
        attached = files.of_messages(connection, parts.vault, [row.outgoing_id for row in sent])
    assert sorted(one.name for one in attached.values()) == ["prag.html", "prag.json"]
    assert all(b"Milica" in one.content for one in attached.values())


# --- what is counted --------------------------------------------------------------------------------


def with_fields(form: Form, *fields: Field) -> Form:
    return replace(form, head=structs.replace(form.head, fields=fields, repeat=True))


def counted(parts: Parts, form: Form, answers: dict) -> tuple[str, str, str]:
    """What rests readable of these answers: origin, residence, and the municipality counted."""
    with parts.ledger.writing() as connection:
        met = people.meet(connection, "web", "device", now=clock.now(), language="en")
        sent = Application(form, False, answers, (), "en", "web")
        today = clock.now().date()
        registrations.register(
            connection, parts.vault, sent, person_id=met.person_id, address_id=met.address_id, now=clock.now(), today=today
        )
    return rows(parts, "registration")[-1].origin, rows(parts, "registration")[-1].residence, rows(parts, "tally")[-1].municipality


def test_words_are_never_counted_whatever_their_field_is_called(parts: Parts, library: Library) -> None:
    form = with_fields(library.forms["training"], *(Field(name, "text") for name in ("origin", "residence", "target", "category")))
    words = dict.fromkeys(("origin", "residence", "target", "category"), "Milica from house 12")
    assert counted(parts, form, words) == ("", "", "")
    assert rows(parts, "tally")[-1].category == ""


def test_what_a_field_counts_as_is_said_in_the_form(parts: Parts, library: Library) -> None:
    form = with_fields(
        library.forms["training"],
        Field("born-in", "municipality", counts_as="origin"),
        Field("lives-in", "municipality", counts_as="residence"),
    )
    assert counted(parts, form, {"born-in": "peja", "lives-in": "prizren"}) == ("peja", "prizren", "peja")


@pytest.mark.parametrize(("hour", "due"), [(2, 7), (12, 12), (22, 24 + 7)])
async def test_news_of_a_registration_waits_for_the_end_of_the_quiet_hours(parts: Parts, hour: int, due: int) -> None:
    phone = Talker(parts, address="77001", channel="telegram")
    code = await phone.sign_up()
    day = datetime(2026, 11, 23, tzinfo=UTC)  # an hour behind Belgrade, where the day begins at 8
    with parts.ledger.writing() as connection:
        registrations.set_status(
            connection, parts.vault, parts.texts, code=code, status="accepted", by="ana", now=day + timedelta(hours=hour), zone=parts.settings.zone
        )  # fmt: skip
    assert rows(parts, "outgoing")[-1].due_at == day + timedelta(hours=due)
