"""Setting the bot up: webhook, commands, settings that cannot work, and what the operator reads."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.telegram import Doors, Face, build, derived_secret
from bot.channels.telegram.sending import TelegramSender
from bot.settings import Settings, SettingsError
from tests.channels.telegram.wiring import PROFILES, SECRET, Memory, channel_for, echo, served, until
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_rules import Fault, flooded, refused, unauthorised

SETTINGS = Settings(telegram_token=TOKEN, telegram_mode="webhook", public_url="https://prag.example.org/")


async def test_the_webhook_is_set_verified_and_delivers(telegram: FakeTelegram, memory: Memory) -> None:
    receiving = channel_for(telegram.url, memory)
    async with served(receiving) as address:
        channel = channel_for(telegram.url, memory, address=address)
        memory.answer = echo(channel)
        await channel.start()
        asked = await telegram.wait_for("setWebhook")
        await telegram.wait_for("getWebhookInfo")
        telegram.say(7, "dobar dan")
        telegram.press(7, "menu", message_id=1)
        telegram.block(8)
        await telegram.delivered()
        await channel.stop()
        await receiving.stop()
    assert asked[0].fields == {
        "url": address,
        "secret_token": SECRET,
        "max_connections": "40",
        "allowed_updates": ["message", "callback_query", "my_chat_member"],
    }
    assert {status for _, status in telegram.deliveries} == {200}
    assert sorted(incoming.kind for incoming in memory.received) == ["blocked", "choice", "text"]


async def test_a_webhook_that_refuses_for_a_while_gets_everything_in_the_end(telegram: FakeTelegram, memory: Memory) -> None:
    channel = channel_for(telegram.url, memory)
    memory.failures = 5
    async with served(channel) as address:
        telegram.do_set_webhook({"url": address, "secret_token": SECRET})
        for number in range(20):
            telegram.say(1 + number % 3, str(number))
        await telegram.delivered()
    assert sorted(map(int, memory.texts)) == list(range(20))
    assert [status for _, status in telegram.deliveries].count(503) == 5


async def test_a_webhook_with_another_secret_gets_nothing(telegram: FakeTelegram, memory: Memory) -> None:
    async with served(channel_for(telegram.url, memory)) as address:
        telegram.do_set_webhook({"url": address, "secret_token": "another"})
        telegram.say(1, "dobar dan")
        await telegram.until(lambda: len(telegram.deliveries) >= 3)
        telegram.do_delete_webhook({})
    assert {status for _, status in telegram.deliveries} == {403}
    assert memory.received == []


async def test_setting_the_webhook_is_tried_until_it_works(telegram: FakeTelegram, memory: Memory, no_secret_in_a_log: list[Any]) -> None:
    telegram.script("setWebhook", flooded(1), refused("bad webhook: HTTPS url must be provided for webhook"), unauthorised())
    channel = channel_for(telegram.url, memory, address="https://prag.example.org/channels/telegram")
    await channel.start()
    await telegram.wait_for("getWebhookInfo")
    assert channel.numbers()["trouble"] == 0
    await channel.stop()
    told = [entry for entry in no_secret_in_a_log if entry["log_level"] == "error"]
    assert len(told) == 3
    assert "HTTPS url must be provided" in told[1]["answer"]


async def test_what_telegram_says_of_the_webhook_can_be_measured_and_read(
    telegram: FakeTelegram, memory: Memory, no_secret_in_a_log: list[Any]
) -> None:
    address = "https://prag.example.org/channels/telegram"
    telegram.script("getWebhookInfo", _info(address, pending_update_count=4, last_error_date=99, last_error_message="Connection refused"))
    channel = channel_for(telegram.url, memory, address=address)
    await channel.start()
    await until(lambda: channel.numbers()["waiting"])
    numbers = channel.numbers()
    await channel.stop()
    assert (numbers["waiting"], numbers["last_error_at"], numbers["trouble"]) == (4, 99, 0)
    warned = [entry for entry in no_secret_in_a_log if "could not deliver" in entry["event"]]
    assert [(entry["why"], entry["waiting"]) for entry in warned] == [("Connection refused", 4)]


async def test_another_program_taking_the_webhook_is_told(telegram: FakeTelegram, memory: Memory, no_secret_in_a_log: list[Any]) -> None:
    telegram.script("getWebhookInfo", _info("https://elsewhere.example/", pending_update_count=0))
    channel = channel_for(telegram.url, memory, address="https://prag.example.org/channels/telegram")
    await channel.start()
    await until(lambda: any("another program has changed" in entry["event"] for entry in no_secret_in_a_log))
    await channel.stop()


async def test_commands_and_descriptions_are_set_once_for_each_language(telegram: FakeTelegram, memory: Memory) -> None:
    for _ in range(2):
        channel = channel_for(telegram.url, memory)
        await channel.start()
        seen = len(telegram.asked("getMyShortDescription"))
        await telegram.wait_for("getMyShortDescription", seen + len(PROFILES))
        await asyncio.sleep(0.1)
        await channel.stop()
    assert telegram.profile["commands", "sr"][0] == {"command": "menu", "description": "Мени"}
    assert telegram.profile["description", ""] == "Answers about return."
    assert telegram.profile["short", "sr"] == "Одговори"
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        assert len(telegram.asked(method)) == len(PROFILES)


async def test_a_refused_description_does_not_keep_the_bot_from_running(telegram: FakeTelegram, memory: Memory) -> None:
    telegram.script("setMyCommands", refused("BOT_COMMAND_INVALID"), refused("BOT_COMMAND_INVALID"))
    channel = channel_for(telegram.url, memory)
    await channel.start()
    await telegram.wait_for("setMyCommands", 2)
    telegram.say(1, "dobar dan")
    await telegram.delivered()
    await channel.stop()
    assert memory.texts == ["dobar dan"]


async def test_a_library_that_cannot_be_loaded_is_told_and_stopping_still_works(memory: Memory, no_secret_in_a_log: list[Any]) -> None:
    async def load() -> TelegramSender:
        raise ImportError("no aiogram")

    channel = channel_for("http://127.0.0.1:9", memory)
    object.__setattr__(channel._doors, "load", load)
    await channel.start()
    await until(lambda: any("could not be loaded" in entry["event"] for entry in no_secret_in_a_log))
    await channel.stop()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"telegram_token": "botfather"}, "PRAG_TELEGRAM_TOKEN"),
        ({"telegram_token": "1000:tajna sa razmakom"}, "PRAG_TELEGRAM_TOKEN"),
        ({"telegram_secret": "šifra"}, "PRAG_TELEGRAM_SECRET"),
        ({"telegram_secret": "x" * 257}, "PRAG_TELEGRAM_SECRET"),
    ],
)
def test_a_setting_that_cannot_work_is_named_and_not_shown(memory: Memory, changed: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        build(replace(SETTINGS, **changed), "key", _doors(memory), Face(""))
    assert not any(value and value in str(caught.value) for value in changed.values())


def test_the_address_comes_from_the_public_url_and_polling_has_none(memory: Memory) -> None:
    channel = build(SETTINGS, "key", _doors(memory), Face(""))
    assert channel._address == "https://prag.example.org/channels/telegram"
    assert build(replace(SETTINGS, telegram_mode="polling"), "key", _doors(memory), Face(""))._address is None


async def test_without_a_public_url_webhooks_are_taken_and_telegram_is_told_nothing(
    telegram: FakeTelegram, memory: Memory, no_secret_in_a_log: list[Any]
) -> None:
    channel = build(replace(SETTINGS, public_url="", telegram_secret=SECRET), "key", _doors(memory), Face(""))
    assert "PRAG_PUBLIC_URL is not set" in no_secret_in_a_log[0]["event"]
    async with served(channel) as address:
        telegram.do_set_webhook({"url": address, "secret_token": SECRET})
        await channel.start()
        telegram.say(1, "dobar dan")
        await telegram.delivered()
        await channel.stop()
    assert memory.texts == ["dobar dan"]
    assert telegram.asked("setWebhook") == []


def test_the_derived_secret_is_lasting_fit_for_a_header_and_different_for_each_key() -> None:
    assert derived_secret("a") == derived_secret("a") != derived_secret("b")
    assert derived_secret("a").isalnum()
    assert "a" * 5 not in derived_secret("aaaaa")


def _doors(memory: Memory) -> Doors:
    async def load() -> TelegramSender:
        raise NotImplementedError

    return Doors(memory.receive, memory.bury, load)


def _info(address: str, **more: object) -> Fault:
    return Fault(200, json.dumps({"ok": True, "result": {"url": address, "has_custom_certificate": False, **more}}))
