"""`prag run` serving a Bot API server on the loopback: both ways of receiving, stops and kills in the middle."""

import asyncio
import io
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import bad_gateway, flooded
from tests.service import Service, free_port

SECRET = "a-secret-of-the-webhook"
KILLS = int(os.environ.get("KILLS", "5"))


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


def service_for(folder: Path, telegram: FakeTelegram, mode: str) -> Service:
    port = free_port()
    settings = {
        "PRAG_TELEGRAM_TOKEN": telegram.token,
        "PRAG_TELEGRAM_API_URL": telegram.url,
        "PRAG_TELEGRAM_MODE": mode,
        "PRAG_TELEGRAM_SECRET": SECRET,
        "PRAG_TELEGRAM_RATE": "1000",
        "PRAG_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    return Service(folder, settings, port)


def rows(service: Service, query: str) -> list[tuple]:
    with sqlite3.connect(service.folder / "var" / "prag.db") as ledger:
        found = ledger.execute(query).fetchall()
    ledger.close()
    return found


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_question_is_answered_with_its_buttons(tmp_path: Path, telegram: FakeTelegram, mode: str):
    service = await asyncio.to_thread(service_for(tmp_path, telegram, mode).start)
    try:
        telegram.say(7, "besplatna pravna pomoć")
        [sent] = await telegram.wait_for("sendMessage")
        assert sent.fields["chat_id"] in (7, "7")
        assert "<b>Pravo na besplatnu pravnu pomoć</b>" in sent.fields["text"]
        keys = [key["callback_data"] for row in sent.fields["reply_markup"]["inline_keyboard"] for key in row]
        assert "more_legal-aid" in keys
    finally:
        await asyncio.to_thread(service.stop)
    assert telegram.token not in service.log
    assert SECRET not in service.log


async def test_a_pressed_menu_button_changes_the_menu_in_place(tmp_path: Path, telegram: FakeTelegram):
    service = await asyncio.to_thread(service_for(tmp_path, telegram, "polling").start)
    try:
        telegram.say(7, "/start")
        await telegram.wait_for("sendMessage")
        message = next(iter(telegram.messages.values()))
        telegram.press(7, "topic_return", message["message_id"])
        [edited] = await telegram.wait_for("editMessageText")
        assert int(edited.fields["message_id"]) == message["message_id"]
        await telegram.wait_for("answerCallbackQuery")
        assert len(telegram.asked("sendMessage")) == 1
    finally:
        await asyncio.to_thread(service.stop)


async def test_the_same_update_three_times_and_across_a_restart_has_one_reply(tmp_path: Path, telegram: FakeTelegram):
    service = service_for(tmp_path, telegram, "polling")
    await asyncio.to_thread(service.start)
    update = telegram.say(7, "vakcina")
    await telegram.wait_for("sendMessage")
    telegram.push(update)
    await asyncio.to_thread(service.stop)
    await asyncio.to_thread(service.start)
    telegram.push(update)
    telegram.say(8, "vakcina")
    await telegram.until(lambda: telegram.shown(8))
    await asyncio.to_thread(service.stop)
    assert len(telegram.shown(7)) == 1


async def test_a_blocked_bot_leaves_the_person_in_peace_until_they_return(tmp_path: Path, telegram: FakeTelegram):
    service = await asyncio.to_thread(service_for(tmp_path, telegram, "polling").start)
    try:
        telegram.say(7, "vakcina")
        await telegram.wait_for("sendMessage")
        telegram.block(7)
        await telegram.delivered()
        await asyncio.sleep(0.3)
        assert rows(service, "SELECT blocked_at IS NOT NULL FROM address") == [(1,)]
        telegram.unblock(7)
        telegram.say(7, "vakcina")
        await telegram.wait_for("sendMessage", 2)
        assert rows(service, "SELECT blocked_at FROM address") == [(None,)]
    finally:
        await asyncio.to_thread(service.stop)


async def test_floods_and_broken_gateways_delay_a_reply_but_do_not_lose_it(tmp_path: Path, telegram: FakeTelegram):
    telegram.script("sendMessage", flooded(1), bad_gateway())
    service = await asyncio.to_thread(service_for(tmp_path, telegram, "polling").start)
    try:
        telegram.say(7, "vakcina")
        await telegram.wait_for("sendMessage", 3)
        await telegram.until(lambda: len(telegram.shown(7)) == 1)
        assert telegram.unused() == []
    finally:
        await asyncio.to_thread(service.stop)


async def test_the_first_webhook_is_stored_while_the_library_still_loads(tmp_path: Path, telegram: FakeTelegram):
    service = await asyncio.to_thread(service_for(tmp_path, telegram, "webhook").start)
    try:
        body = {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": 7, "type": "private"},
                "from": {"id": 7, "is_bot": False, "first_name": "A"},
                "text": "vakcina",
            },
        }
        async with aiohttp.ClientSession() as session:
            headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            async with session.post(f"{service.url}/channels/telegram", json=body, headers=headers) as answer:
                assert answer.status == 200
        assert rows(service, "SELECT count(*) FROM outgoing") == [(1,)]
        assert telegram.asked("sendMessage") == []
        await telegram.wait_for("sendMessage")
    finally:
        await asyncio.to_thread(service.stop)


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (b"{", SECRET, 400),
        (b"\xff\xfe", SECRET, 400),
        (b"{}", "wrong", 403),
        (b"{}", "h\xe9".encode("latin-1").decode("latin-1"), 403),
        (b'{"update_id": 5, "nonsense": {"a": [1, 2]}}', SECRET, 200),
        (b"[]", SECRET, 200),
        (b"null", SECRET, 200),
        (b"{" + b" " * (1 << 20) + b"}", SECRET, 413),
    ],
)
async def test_the_webhook_keeps_the_contract(contract: Service, body: bytes, secret: str, status: int):
    async with aiohttp.ClientSession() as session:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json; charset=utf-8"}
        async with session.post(f"{contract.url}/channels/telegram", data=io.BytesIO(body), headers=headers) as answer:
            assert answer.status == status


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory):
    settings = {
        "PRAG_TELEGRAM_TOKEN": "1:nobody", "PRAG_TELEGRAM_API_URL": "http://127.0.0.1:9", "PRAG_TELEGRAM_MODE": "webhook",
        "PRAG_TELEGRAM_SECRET": SECRET, "PRAG_PUBLIC_URL": "http://127.0.0.1:9",
    }  # fmt: skip
    service = Service(tmp_path_factory.mktemp("contract"), settings).start()
    yield service
    service.stop()


async def test_sigterm_in_the_middle_of_a_thousand_updates_loses_and_doubles_nothing(tmp_path: Path, telegram: FakeTelegram):
    service = service_for(tmp_path, telegram, "webhook")
    await asyncio.to_thread(service.start)
    await telegram.wait_for("setWebhook")
    for number in range(1000):
        telegram.say(10 + number % 50, f"vakcina {number}")
    await telegram.wait_for("sendMessage", 100)
    await asyncio.to_thread(service.stop)
    await asyncio.to_thread(service.start)
    await telegram.delivered(90)
    await telegram.until(lambda: sum(len(telegram.shown(chat)) for chat in range(10, 60)) >= 1000, 90)
    await asyncio.sleep(0.5)
    await asyncio.to_thread(service.stop)
    assert Counter(len(telegram.shown(chat)) for chat in range(10, 60)) == {20: 50}


async def test_kills_lose_nothing_and_double_at_most_what_was_under_way(tmp_path: Path, telegram: FakeTelegram):
    service = service_for(tmp_path, telegram, "webhook")
    await asyncio.to_thread(service.start)
    await telegram.wait_for("setWebhook")
    chance, said = random.Random(20261121), 0
    for _ in range(KILLS):
        for _ in range(40):
            telegram.press(10 + said % 40, "useful_legal-aid")
            said += 1
        await asyncio.sleep(chance.uniform(0.1, 5.0))
        await asyncio.to_thread(service.kill)
        await asyncio.to_thread(service.start)
    await telegram.delivered(90)
    deadline = time.monotonic() + 90
    while rows(service, "SELECT count(*) FROM outgoing WHERE state != 'sent'") != [(0,)]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    await asyncio.to_thread(service.stop)
    assert rows(service, "SELECT sum(count) FROM feedback") == [(said,)]
    assert rows(service, "SELECT count(*) FROM outgoing") == [(said,)]
    shown = sum(len(telegram.shown(chat)) for chat in range(10, 50))
    marked = rows(service, "SELECT count(*) FROM outgoing WHERE reason = 'resent'")[0][0]
    assert said <= shown <= said + marked
    assert marked <= KILLS * 64
