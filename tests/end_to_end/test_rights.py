"""What people have a right to, over real sockets: their file, being forgotten; and the backups and keys behind it."""

import asyncio
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.people import complain, fetch, press, ran, refused, sign_up, write
from tests.fakes.telegram import FakeTelegram
from tests.service import Browser, Service

NAME = "Zvezdana Krasnićević"
STORY = "komšija Vukoslav nam je zatvorio put"
MARKS = ("Zvezdana", "Krasnić", "Vukoslav", "659876543", "065 987 6543", "Crmljan")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("rights")).start()
    yield made
    made.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    """A service of this test's own, which it may stop."""
    made = Service(tmp_path, {"PRAG_LOG_LEVEL": "debug"}).start()
    yield made
    made.stop()


def held(folder: Path, marks: tuple[str, ...] = MARKS) -> list[str]:
    """Which marks stand in which file below `folder`, byte by byte, the service's log included."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        found += [f"{path.name}: {mark}" for mark in marks if mark.encode() in content or mark.encode("utf-16-le") in content]
    return found


# --- the file ---------------------------------------------------------------------------------------


async def test_a_link_to_my_data_gives_the_file_once_and_keeps_it_out_of_caches(service: Service):
    browser = await Browser(service, "sr-Latn").open()
    code = await sign_up(browser, name=NAME)
    await press(browser, "data", "datafile")
    page_link, data_link = (button["url"] for button in browser.messages[-1]["buttons"] if "url" in button)
    assert fetch(service.url + page_link, "HEAD")[0] == 200, "a look ahead does not use the link up"
    status, page, headers = fetch(service.url + page_link)
    assert (status, headers["Cache-Control"], headers["Content-Type"]) == (200, "no-store", "text/html; charset=utf-8")
    assert headers["Content-Disposition"] == 'inline; filename="prag.html"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin", "strict-origin")
    assert NAME in page.decode()
    assert code in page.decode()
    status, data, headers = fetch(service.url + data_link)
    assert (status, headers["Content-Type"], headers["Content-Disposition"]) == (
        200,
        "application/json",
        'attachment; filename="prag.json"',
    )
    assert NAME in data.decode()
    for link in (page_link, data_link, "/files/no-such-token"):
        status, told, headers = fetch(service.url + link)
        assert (status, headers["Content-Language"]) == (404, "sr-Latn")
        assert NAME not in told.decode()
    await browser.close()


async def test_on_a_channel_without_our_pages_sealed_messages_and_files_arrive_readable(tmp_path: Path):
    async with FakeTelegram() as telegram:
        named = {"PRAG_TELEGRAM_TOKEN": telegram.token, "PRAG_TELEGRAM_API_URL": telegram.url, "PRAG_TELEGRAM_RATE": "1000"}
        service = await asyncio.to_thread(Service(tmp_path, named).start)
        try:
            telegram.say(7, "/start")
            await telegram.until(lambda: len(telegram.shown(7)) == 1)
            telegram.press(7, "link_show")
            await telegram.until(lambda: len(telegram.shown(7)) == 2)
            [code] = re.findall(r"[346789ADEFGJKMNQRSTW]{4} [346789ADEFGJKMNQRSTW]{4}", telegram.shown(7)[-1])
            assert held(tmp_path, (code,)) == []
            telegram.press(7, "datafile")
            sent = [file for one in await telegram.wait_for("sendDocument", 2) for file in one.files.values()]
            assert [name for name, _ in sent] == ["prag.html", "prag.json"]
            assert all(code.encode() in content for _, content in sent), "the messages they were shown are in their data"
        finally:
            await asyncio.to_thread(service.stop)


# --- forgetting -------------------------------------------------------------------------------------


async def test_forget_me_deletes_the_browsers_key_and_the_old_key_begins_a_new_empty_person(service: Service):
    browser = await Browser(service, "sr-Latn").open()
    await sign_up(browser, name=NAME)
    await press(browser, "forget")
    old, count = browser.key, len(browser.messages)
    await browser.press("forgetyes")
    while browser.key is not None:
        await browser.read()
    assert old
    [last] = browser.messages[count:]
    assert "obrisano" in last["text"]
    again = Browser(service, "sr-Latn")
    again.key = old
    await again.open()
    assert await again.quiet(), "nothing of the old chat is replayed"
    assert "Dobro došli" in await write(again, "zdravo")
    assert "nijednu" in await press(again, "mine")
    await again.close()


async def test_no_file_of_the_service_ever_holds_what_a_person_wrote_in_the_open(own: Service):
    browser = await Browser(own, "sr-Latn").open()
    registered = await sign_up(browser, name=NAME, phone="065 987 6543")
    await complain(browser, STORY, anonymous=False, name=NAME)
    await press(browser, "staff_new")
    await write(browser, f"{NAME} pita: {STORY}?")
    await press(browser, "mine", f"reg_{registered}", f"regchange_{registered}", "formedit", "formedit_village")
    await press(browser, "formlater", "form_training", "formdrop", "form_training", "formgo_training", "formfor_self")
    await press(browser, "pick_training_kind_business", "formdone")
    await write(browser, f"{NAME} uči zavarivanje")
    await press(browser, "datafile")
    await ran(own, "registrations", "status", registered, "declined", "--reason", f"{NAME}: popunjeno")
    assert held(own.folder) == []
    assert held(own.folder, ("gjakova",)), (
        "this search does find what is kept readable: the municipality, by which the office chooses whom to write to"
    )
    await press(browser, "forget")
    await browser.press("forgetyes")
    while browser.key is not None:
        await browser.read()
    assert held(own.folder) == []
    own.stop()
    assert held(own.folder) == []
    own.start()


# --- backups and keys -------------------------------------------------------------------------------


async def test_a_backup_made_while_running_brings_back_all_but_the_erased(own: Service, tmp_path: Path):
    staying, leaving = [await Browser(own, "sr-Latn").open() for _ in range(2)]
    code, gone = await sign_up(staying), await sign_up(leaving, name=NAME)
    copy = tmp_path / "copy.db"
    told = await ran(own, "backup", str(copy))
    assert "keys are not in it" in told
    await press(leaving, "forget")
    await leaving.press("forgetyes")
    while leaving.key is not None:
        await leaving.read()
    later = await Browser(own, "sr-Latn").open()
    lost = await sign_up(later, name="Petar Petrović")
    assert "service is running" in await refused(own, "restore", str(copy))
    own.stop()
    assert "1 people who had been erased were erased again" in await ran(own, "restore", str(copy))
    own.start()
    listed = await ran(own, "registrations", "list")
    assert [each in listed for each in (code, gone, lost)] == [True, False, False]
    assert "Milica Jovanović" in await ran(own, "registrations", "show", code)
    await staying.open()
    assert code[:3] in await press(staying, "mine")
    await staying.close()


async def test_after_new_keys_everything_is_readable_and_the_old_key_is_gone(own: Service):
    browser = await Browser(own, "sr-Latn").open()
    code = await sign_up(browser)
    keys = own.folder / "var" / "data.keys"
    [old] = keys.read_text("ascii").split()
    await ran(own, "settings", "new-key")
    assert keys.read_text("ascii").split()[0] == old
    own.stop()
    own.start()
    await browser.open()
    assert "stop it" in await refused(own, "settings", "rotate-keys", "--drop"), "a running service still seals with the old key"
    assert "sealed with the newest key" in await ran(own, "settings", "rotate-keys")
    assert "Milica" in await press(browser, f"reg_{code}"), "the service goes on meanwhile"
    own.stop()
    own.start()
    await browser.open()
    assert "stop it" in await refused(own, "settings", "reseal", "--drop")
    own.stop()
    await ran(own, "settings", "reseal", "--drop")
    [new] = keys.read_text("ascii").split()
    assert new != old
    own.start()
    await browser.open()
    assert "Milica" in await press(browser, f"reg_{code}")
    assert "Milica Jovanović" in await ran(own, "registrations", "show", code)
    assert keys.stat().st_mode & 0o077 == 0
    await browser.close()
