"""From the draft to the report by commands, beside the running service, with web chats receiving."""

import asyncio
import csv
import sqlite3
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from bot import clock
from bot.search import Index
from tests.fakes.telegram import FakeTelegram
from tests.service import Browser, Service

TEXTS = {"sr": "Kancelarija u petak ne radi.", "sq": "Zyra të premten nuk punon.", "en": "The office is closed on Friday."}
PEOPLE = ("sr-Latn", "sr-Cyrl", "sq", "en")


@pytest.fixture
async def service(tmp_path: Path, index: Index):
    assert index  # learnt once
    made = Service(tmp_path).start()
    for language, text in TEXTS.items():
        (tmp_path / f"{language}.md").write_text(text, "utf-8")
    made.command("settings", "set", "quiet_from", "00:00")
    made.command("settings", "set", "quiet_to", "00:00")
    yield made
    made.stop()


async def chats(service: Service, count: int) -> list[Browser]:
    """People who have written once, and gone again with their browser."""
    made = []
    for number in range(count):
        browser = await Browser(service, PEOPLE[number % 4]).open()
        await browser.press("language_" + PEOPLE[number % 4], n="a")
        await browser.read_until(1)
        made.append(browser)
    return made


def ran(service: Service, *words: str) -> str:
    done = service.command("broadcast", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(service: Service, *words: str) -> str:
    done = service.command("broadcast", *words)
    assert done.returncode == 1, done.stdout
    return done.stderr


async def test_a_broadcast_from_draft_to_report(service: Service, tmp_path: Path):
    browsers = await chats(service, 8)
    texts = [word for language in TEXTS for word in ("--text", f"{language}={tmp_path}/{language}.md")]
    shown = ran(service, "new", "Closed on Friday", *texts, "--button", "article=legal-aid", "--by", "ana")
    assert "Broadcast 1 is a draft" in shown
    assert "8 people" in shown
    assert "Канцеларија у петак не ради." in shown
    service.command("settings", "set", "approval_size", "5")
    assert "second person" in refused(service, "start", "1", "--by", "ana")
    assert "cannot approve" in refused(service, "approve", "1", "--by", "ana")
    ran(service, "approve", "1", "--by", "boris")
    ran(service, "start", "1", "--by", "ana")
    for browser, language in zip(browsers, PEOPLE * 2, strict=True):
        *_, message = await browser.read_until(2)
        assert message["language"] == language
        assert message["buttons"][0]["choice"] == "article_legal-aid"
        assert {"sr-Latn": "u petak", "sr-Cyrl": "у петак", "sq": "premten", "en": "Friday"}[language] in message["text"]
        await browser.close()
    assert "done" in ran(service, "status", "1", "--watch")
    assert "report.csv: 8 recipients" in ran(service, "report", "1", "--to", str(tmp_path / "report.csv"))
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["channel"], row["outcome"]) for row in rows] == [("web", "delivered")] * 8
    ran(service, "report", "1", "--to", str(tmp_path / "report.xlsx"))
    assert zipfile.is_zipfile(tmp_path / "report.xlsx")
    with sqlite3.connect(tmp_path / "var" / "prag.db") as ledger:
        verbs = [verb for (verb,) in ledger.execute("SELECT verb FROM audit WHERE about = 'broadcast 1' ORDER BY id")]
    ledger.close()
    assert verbs == ["write", "approve", "start", "export", "export"]


async def test_pausing_resuming_and_stopping_by_commands(service: Service, tmp_path: Path):
    for browser in await chats(service, 2):
        await browser.close()
    texts = [word for language in TEXTS for word in ("--text", f"{language}={tmp_path}/{language}.md")]
    ran(service, "new", "Later", *texts)
    ran(service, "start", "1", "--at", "2100-01-01 09:00")
    assert "scheduled for 2100-01-01 09:00" in ran(service, "status", "1")
    ran(service, "stop", "1")
    assert "draft" in ran(service, "list")
    assert "only while it is" in refused(service, "pause", "1")
    service.command("settings", "set", "quiet_to", "23:59")
    assert "waits until 23:59" in ran(service, "start", "1")
    assert "end of the quiet hours" in ran(service, "status", "1")
    ran(service, "stop", "1")
    service.command("settings", "set", "quiet_to", "00:00")
    ran(service, "start", "1")
    assert "done" in ran(service, "status", "1", "--watch")
    assert "only while it is" in refused(service, "resume", "1")
    assert "no broadcast 7" in refused(service, "status", "7")


async def test_a_broadcast_is_paused_in_mid_sending_and_resumed_by_commands(service: Service, tmp_path: Path):
    async with FakeTelegram() as telegram:
        service.stop()
        service.settings |= {
            "PRAG_TELEGRAM_TOKEN": telegram.token, "PRAG_TELEGRAM_API_URL": telegram.url, "PRAG_TELEGRAM_RATE": "10",
        }  # fmt: skip
        on_telegram(service, 120)
        await asyncio.to_thread(service.start)
        browsers = await chats(service, 4)
        texts = [word for language in TEXTS for word in ("--text", f"{language}={tmp_path}/{language}.md")]
        await ran_beside(service, "new", "Closed on Friday", *texts, "--by", "ana")
        await ran_beside(service, "approve", "1", "--by", "boris")
        await ran_beside(service, "start", "1", "--by", "ana")
        await telegram.wait_for("sendMessage", 10)
        await ran_beside(service, "pause", "1", "--by", "ana")
        await asyncio.sleep(1)
        held = len(telegram.asked("sendMessage"))
        assert "paused" in await ran_beside(service, "status", "1")
        await asyncio.sleep(1.5)
        assert len(telegram.asked("sendMessage")) == held < 120
        await ran_beside(service, "resume", "1", "--by", "ana")
        for browser in browsers:
            *_, message = await browser.read_until(2)
            assert message["text"]
            await browser.close()
        assert "done" in await ran_beside(service, "status", "1", "--watch")
        got = [request.fields["chat_id"] for request in telegram.asked("sendMessage")]
        assert sorted(map(int, got)) == list(range(1, 121)), "each once"
        shown = await ran_beside(service, "report", "1", "--to", str(tmp_path / "report.csv"))
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        outcomes = Counter((row["channel"], row["outcome"]) for row in csv.DictReader(file))
    assert outcomes == {("telegram", "sent"): 120, ("web", "delivered"): 4}
    assert "124 recipients" in shown


def on_telegram(service: Service, count: int) -> None:
    """So many people who have written on Telegram."""
    now = round(clock.now().timestamp() * 1000)
    with sqlite3.connect(service.folder / "var" / "prag.db") as ledger:
        for number in range(1, count + 1):
            values = (f"T{number}", PEOPLE[number % 4], now, now)
            ledger.execute("INSERT INTO person (code, language, language_chosen, created_at, last_seen_at) VALUES (?, ?, 1, ?, ?)", values)
            ledger.execute("INSERT INTO address (person_id, channel, platform_id) VALUES (last_insert_rowid(), 'telegram', ?)", (number,))
    ledger.close()


async def ran_beside(service: Service, *words: str) -> str:
    """As `ran`, while the fake platform in this process goes on answering."""
    return await asyncio.to_thread(ran, service, *words)


async def test_what_cannot_be_sent_is_refused_in_a_sentence(service: Service, tmp_path: Path):
    (tmp_path / "bad.md").write_text("Hello {name}, **come", "utf-8")
    told = refused(service, "new", "Bad", "--text", f"en={tmp_path}/bad.md", "--leave-out", "sq", "--button", "article=nowhere")
    for part in ("no Serbian text", "{name} is not a placeholder", "** stands without its partner", "no article “nowhere”"):
        assert part in told
    assert "is not a condition" in refused(service, "new", "Bad", "--text", f"en={tmp_path}/en.md", "--where", "colour=red")
