"""Registrations by the real command line, beside the real service and people who have the web chat open."""

import asyncio
import csv
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.people import complain, press, ran, refused, sign_up
from tests.service import Browser, Service

ANA, BORIS, VERA = "ana@example.org", "boris@example.org", "vera@example.org"
STORY = "Na šalteru su bili grubi."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("office")).start()
    for email, role in ((ANA, "administrator"), (BORIS, "coordinator"), (VERA, "viewer")):
        assert made.command("staff", "add", email, "--role", role).returncode == 0
    yield made
    made.stop()


@pytest.fixture
async def browser(service: Service):
    made = await Browser(service, "sr-Latn").open()
    yield made
    await made.close()


def audited(service: Service, verb: str) -> list[tuple[str, str, str]]:
    """Who did it, to what, with which detail, the latest last."""
    with sqlite3.connect(service.folder / "var" / "prag.db") as ledger:
        rows = ledger.execute("SELECT who, about, detail FROM audit WHERE verb = ? ORDER BY id", (verb,)).fetchall()
    ledger.close()
    return rows


# --- who reads what ---------------------------------------------------------------------------------


async def test_complaints_are_seen_by_administrators_only(service: Service, browser: Browser):
    code, visit = await complain(browser, STORY), await sign_up(browser)
    for_boris = await ran(service, "registrations", "list", "--by", BORIS)
    assert visit in for_boris
    assert code not in for_boris
    tried = (
        ("registrations", "show", code),
        ("registrations", "status", code, "done"),
        ("registrations", "refer", code, "--to", "Ombudsperson"),
        ("registrations", "list", "--form", "complaint"),
        ("export", "registrations", "--form", "complaint", "--folder", str(service.folder)),
    )
    for told in await asyncio.gather(*(refused(service, *words, "--by", BORIS) for words in tried)):
        assert "administrators only" in told
        assert STORY not in told
    assert not (service.folder / "complaint.xlsx").exists()
    assert code in await ran(service, "registrations", "list", "--by", ANA)
    assert STORY in await ran(service, "registrations", "show", code, "--by", ANA)
    await ran(service, "registrations", "status", code, "in-progress", "--by", ANA)


async def test_registrations_of_a_form_that_was_taken_away_are_seen_by_administrators(service: Service, browser: Browser):
    code = await sign_up(browser)
    with sqlite3.connect(service.folder / "var" / "prag.db") as ledger:
        ledger.execute("UPDATE registration SET form = 'winter-wood' WHERE code = ?", (code,))
    ledger.close()
    for words in (("list",), ("list", "--form", "winter-wood")):
        assert code in await ran(service, "registrations", *words, "--by", ANA)
    assert "name: Milica" in await ran(service, "registrations", "show", code, "--by", ANA)
    assert code not in await ran(service, "registrations", "list", "--by", BORIS)
    assert "there is no form" in await refused(service, "registrations", "list", "--form", "winter-wood", "--by", BORIS)


@pytest.mark.parametrize("by", [(), ("--by", "nobody@example.org"), ("--by", VERA)], ids=["nobody", "unknown", "viewer"])
async def test_who_is_not_known_or_has_no_such_role_sees_nothing(service: Service, browser: Browser, by: tuple[str, ...]):
    code = await sign_up(browser)
    before = [audited(service, verb) for verb in ("registrations listed", "registration read", "registrations exported")]
    tried = (
        ("registrations", "list"),
        ("registrations", "show", code),
        ("export", "registrations", "--form", "go-and-see", "--folder", str(service.folder)),
    )
    for told in await asyncio.gather(*(refused(service, *words, *by) for words in tried)):
        assert "registrations are read by" in told or "nobody of the staff" in told
        assert "Milica" not in told
    assert [audited(service, verb) for verb in ("registrations listed", "registration read", "registrations exported")] == before


async def test_who_was_removed_sees_nothing_any_more(service: Service, browser: Browser):
    code = await sign_up(browser)
    await ran(service, "staff", "add", "old@example.org", "--role", "coordinator")
    await ran(service, "registrations", "show", code, "--by", "Old@Example.org ")
    await ran(service, "staff", "remove", "old@example.org")
    assert "nobody of the staff" in await refused(service, "registrations", "show", code, "--by", "old@example.org")


async def test_while_there_is_no_staff_the_owner_of_the_machine_is_administrator(tmp_path: Path):
    service = Service(tmp_path).start()
    try:
        browser = await Browser(service, "en").open()
        code = await complain(browser, STORY)
        assert STORY in await ran(service, "registrations", "show", code)
        assert audited(service, "registration read")[-1][0] == "owner of the machine"
        await ran(service, "staff", "add", BORIS, "--role", "coordinator")
        await refused(service, "registrations", "show", code)
        await browser.close()
    finally:
        service.stop()


# --- the daily work ---------------------------------------------------------------------------------


async def test_a_registration_is_listed_read_worked_on_and_passed_on(service: Service, browser: Browser):
    code = await sign_up(browser)
    listed = await ran(service, "registrations", "list", "--form", "go-and-see", "--status", "received", "--by", BORIS)
    assert code in listed
    assert "Milica" not in listed
    assert audited(service, "registrations listed")[-1][:2] == (BORIS, "go-and-see")
    shown = await ran(service, "registrations", "show", code, "--language", "sr-Latn", "--by", BORIS)
    for told in ("Milica Jovanović", "Crmljan", "consent data: given", "consent contact: given"):
        assert told in shown
    who, about, _ = audited(service, "registration read")[-1]
    assert (who, code in about) == (BORIS, False)
    assert "did not agree" not in await ran(service, "registrations", "status", code, "waiting", "--by", BORIS)
    assert "has not agreed" in await ran(service, "registrations", "refer", code, "--to", "Crveni krst", "--note", "hitno", "--by", BORIS)
    shown = await ran(service, "registrations", "show", code, "--by", ANA)
    assert f"waiting  by {BORIS}" in shown
    assert "referred to Crveni krst: hitno" in shown
    assert "needs a reason" in await refused(service, "registrations", "status", code, "declined", "--by", BORIS)
    assert "is not a code" in await refused(service, "registrations", "show", "K7M2Q4X", "--by", BORIS)


async def test_a_status_reaches_the_open_chat_in_the_persons_language(service: Service, browser: Browser):
    code = await sign_up(browser)
    await press(browser, "language_sq")
    count = len(browser.messages)
    assert "is being told" in await ran(
        service, "registrations", "status", code, "declined", "--reason", "Autobusi është plot.", "--by", BORIS
    )
    news = (await browser.read_until(count + 1))[-1]
    assert (news["language"], news["text"]) == ("sq", f"Ka lajme për regjistrimin tuaj **{code[:3]} {code[3:]}**.")
    assert [button["choice"] for button in news["buttons"]] == [f"reg_{code}"]
    told = await press(browser, f"reg_{code}")
    assert "refuzuar" in told
    assert "Autobusi është plot." in told


async def test_a_form_is_closed_and_opened_for_whoever_comes_next(service: Service, browser: Browser):
    await ran(service, "forms", "close", "training", "--by", ANA)
    assert "training  closed (set by staff)" in await ran(service, "forms", "list")
    assert "zatvoren" in (await press(browser, "form_training")).lower()
    assert "formgo_training" not in [button.get("choice") for button in browser.messages[-1]["buttons"]]
    await ran(service, "forms", "open", "training", "--by", ANA)
    await press(browser, "form_training")
    assert "formgo_training" in [button.get("choice") for button in browser.messages[-1]["buttons"]]
    assert "there is no form nothing" in await refused(service, "forms", "open", "nothing")


async def test_exports_hold_the_answers_and_explain_their_columns(service: Service, browser: Browser, tmp_path: Path):
    code = await sign_up(browser, name="Ђорђе Љубичић")
    for kind in ("csv", "xlsx", "json"):
        await ran(service, "export", "registrations", "--form", "go-and-see", "--format", kind, "--folder", str(tmp_path), "--by", BORIS)
    rows = {row["code"]: row for row in csv.DictReader((tmp_path / "go-and-see.csv").open(encoding="utf-8-sig", newline=""))}
    assert (rows[code]["name"], rows[code]["village"], rows[code]["people"]) == ("Ђорђе Љубичић", "Crmljan", "3")
    explained = {row["column"] for row in csv.DictReader((tmp_path / "go-and-see-dictionary.csv").open(encoding="utf-8-sig", newline=""))}
    assert set(rows[code]) == explained
    with zipfile.ZipFile(tmp_path / "go-and-see.xlsx") as book:
        assert any("Ђорђе Љубичић".encode() in book.read(name) for name in book.namelist())
    data = json.loads((tmp_path / "go-and-see.json").read_text("utf-8"))
    assert {row["code"]: row["name"] for row in data["registrations"]}[code] == "Ђорђе Љубичић"
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("go-and-see*")} == {0}
    done = audited(service, "registrations exported")[-3:]
    assert [(who, about, detail.split()[-1]) for who, about, detail in done] == [
        (BORIS, "go-and-see", kind) for kind in ("csv", "xlsx", "json")
    ]


async def test_statistics_and_the_report_count_and_name_nobody(service: Service, browser: Browser):
    await sign_up(browser)
    counted = await ran(service, "statistics")
    assert "Go-and-see visit" in counted
    assert "fewer than 5" in counted
    year = await ran(service, "report", "2026", "--language", "sr-Latn")
    assert "2026" in year
    assert "Milica" not in counted + year


async def test_the_office_erases_a_person_by_the_code_in_their_settings(service: Service, browser: Browser):
    registered = await sign_up(browser)
    code = (await press(browser, "settings")).split("**")[-2]
    assert "is erased" in await ran(service, "erase", code, "--by", ANA)
    assert "no registration" in await refused(service, "registrations", "show", registered, "--by", ANA)
    assert "no person" in await refused(service, "erase", code)
    assert audited(service, "person erased")[-1][0] == ANA
    assert "nijednu" in await press(browser, "mine")
