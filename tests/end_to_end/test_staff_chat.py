"""The staff at work in their own Telegram chat: linked by a code, told of questions, answering by replying."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.end_to_end.test_telegram import rows, service_for, telegram  # noqa: F401 - the fixture
from tests.fakes.telegram import FakeTelegram
from tests.service import Service

PERSON, MEMBER, STRANGER = 7, 8, 9


@pytest.fixture
async def service(tmp_path: Path, telegram: FakeTelegram):  # noqa: F811
    made = await asyncio.to_thread(service_for(tmp_path, telegram, "polling").start)
    yield made
    await asyncio.to_thread(made.stop)


async def linked_chat(service: Service, telegram: FakeTelegram) -> None:  # noqa: F811
    added = await asyncio.to_thread(service.command, "staff", "add", "ana@example.org", "--role", "coordinator")
    assert added.returncode == 0, added.stderr
    shown = await asyncio.to_thread(service.command, "staff", "link", "ana@example.org")
    code = re.search(r"office-[A-Z0-9]{8}", shown.stdout)
    telegram.say(MEMBER, code.group())
    await telegram.until(lambda: telegram.shown(MEMBER))
    assert rows(service, "SELECT count(*) FROM staff_chat") == [(1,)]
    telegram.say(STRANGER, code.group())  # a code holds once
    await telegram.until(lambda: telegram.shown(STRANGER))
    assert rows(service, "SELECT count(*) FROM staff_chat") == [(1,)]


async def test_a_question_reaches_the_staff_and_their_reply_the_person(service: Service, telegram: FakeTelegram):  # noqa: F811
    await linked_chat(service, telegram)
    telegram.press(PERSON, "staff_new")
    await telegram.until(lambda: len(telegram.shown(PERSON)) == 1)
    telegram.say(PERSON, "Kada polazi autobus za Klinu?")
    await telegram.until(lambda: any("Kada polazi autobus" in text for text in telegram.shown(MEMBER)))
    notice = next(m for (chat, _), m in telegram.messages.items() if chat == MEMBER and "Kada polazi" in m["text"])
    telegram.say(STRANGER, "U devet.", reply_to_message={**notice, "message_id": notice["message_id"]})
    telegram.say(MEMBER, "U devet sa stanice.", reply_to_message=notice)
    await telegram.until(lambda: any("U devet sa stanice." in text for text in telegram.shown(PERSON)))
    assert rows(service, "SELECT answered_by FROM question") == [("ana@example.org",)]
    assert not any("U devet.\n" in text for text in telegram.shown(PERSON))


async def test_the_staff_may_write_the_number_and_then_the_answer(service: Service, telegram: FakeTelegram):  # noqa: F811
    await linked_chat(service, telegram)
    telegram.press(PERSON, "staff_new")
    await telegram.until(lambda: len(telegram.shown(PERSON)) == 1)
    telegram.say(PERSON, "Kada polazi autobus za Klinu?")
    await telegram.until(lambda: any("Kada polazi autobus" in text for text in telegram.shown(MEMBER)))
    [[code]] = rows(service, "SELECT code FROM question")
    telegram.say(STRANGER, f"{code} Nikad.")
    telegram.say(MEMBER, f"{code} U deset.")
    await telegram.until(lambda: any("U deset." in text for text in telegram.shown(PERSON)))
    assert not any("Nikad" in text for text in telegram.shown(PERSON))
