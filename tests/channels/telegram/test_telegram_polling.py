"""Fetching updates: everything arrives, in its order, whatever is among it and whatever Telegram answers."""

import asyncio
import json
from typing import Any

import pytest

from tests.channels.telegram.wiring import Memory, channel_for, echo, until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import bad_gateway, conflict, dropped, flooded, unauthorised


async def test_a_message_is_answered_and_a_press_changes_the_message(telegram: FakeTelegram, memory: Memory) -> None:
    channel = channel_for(telegram.url, memory)
    memory.answer = echo(channel)
    await channel.start()
    telegram.say(7, "dobar dan")
    await telegram.wait_for("sendMessage")
    telegram.press(7, "menu")
    await telegram.wait_for("editMessageText")
    await telegram.wait_for("answerCallbackQuery")
    await telegram.delivered()
    await channel.stop()
    assert telegram.shown(7) == ["izbor: menu"]


async def test_a_webhook_left_by_another_set_up_is_removed_and_what_waits_is_kept(telegram: FakeTelegram, memory: Memory) -> None:
    telegram.webhook = {"url": "https://elsewhere.example/hook"}
    channel = channel_for(telegram.url, memory)
    await channel.start()
    removed = await telegram.wait_for("deleteWebhook")
    telegram.say(7, "dobar dan")
    await telegram.delivered()
    await channel.stop()
    assert "drop_pending_updates" not in removed[0].fields
    assert memory.texts == ["dobar dan"]


async def test_only_the_kinds_we_read_are_asked_for(telegram: FakeTelegram, memory: Memory) -> None:
    channel = channel_for(telegram.url, memory)
    await channel.start()
    asked = await telegram.wait_for("getUpdates")
    await channel.stop()
    assert asked[0].fields == {"timeout": "50", "allowed_updates": ["message", "callback_query", "my_chat_member"]}


async def test_one_update_nobody_can_read_does_not_stop_the_others(telegram: FakeTelegram, memory: Memory) -> None:
    telegram.say(1, "prva")
    telegram.push({"message": {"message_id": 1, "text": 5}})
    telegram.push({"message": {"text": "\ud83d", "chat": "nema"}})
    telegram.say(1, "druga")
    channel = channel_for(telegram.url, memory)
    await channel.start()
    await telegram.delivered()
    await channel.stop()
    assert memory.texts == ["prva", "druga"]
    assert len(memory.buried) == 2


async def test_a_message_that_breaks_us_is_buried_after_three_tries_and_the_rest_goes_on(telegram: FakeTelegram, memory: Memory) -> None:
    memory.poison = "otrov"
    channel = channel_for(telegram.url, memory)
    for text in ("prva", "otrov", "druga"):
        telegram.say(1, text)
    telegram.say(2, "treća")
    await channel.start()
    await telegram.delivered()
    await channel.stop()
    assert sorted(memory.texts) == ["druga", "prva", "treća"]
    assert memory.poisoned == 3
    assert [reason for _, _, reason in memory.buried] == ["could not be handled"]


async def test_nothing_is_lost_or_buried_while_the_ledger_is_out_of_order(telegram: FakeTelegram, memory: Memory) -> None:
    memory.failures = 40
    channel = channel_for(telegram.url, memory)
    for text in ("prva", "druga"):
        telegram.say(1, text)
    await channel.start()
    await telegram.delivered()
    await channel.stop()
    assert memory.texts == ["prva", "druga"]
    assert memory.buried == []


async def test_five_hundred_messages_of_fifty_people_arrive_once_each_in_their_order(telegram: FakeTelegram, memory: Memory) -> None:
    for number in range(500):
        telegram.say(1 + number % 50, str(number))
    channel = channel_for(telegram.url, memory)
    await channel.start()
    await telegram.delivered()
    await channel.stop()
    assert sorted(map(int, memory.texts)) == list(range(500))
    for chat in range(1, 51):
        own = [int(incoming.text) for incoming in memory.received if incoming.address == str(chat)]
        assert own == sorted(own)
    assert memory.repeated == 0


async def test_a_numbering_that_begins_anew_lower_is_followed(telegram: FakeTelegram, memory: Memory) -> None:
    channel = channel_for(telegram.url, memory)
    await channel.start()
    telegram.say(1, "pre")
    await telegram.delivered()
    telegram.push({"update_id": 999_000, "message": _message("visok broj")})
    await telegram.delivered()
    telegram.quiet()
    await telegram.until(lambda: "offset" not in telegram.asked("getUpdates")[-1].fields)
    telegram.push({"update_id": 3, "message": _message("nizak broj")})
    await telegram.delivered()
    await channel.stop()
    assert memory.texts == ["pre", "visok broj", "nizak broj"]


async def test_trouble_is_told_once_with_what_to_do_and_then_it_goes_on(
    telegram: FakeTelegram, memory: Memory, no_secret_in_a_log: list[Any]
) -> None:
    telegram.script(
        "getUpdates", unauthorised(), unauthorised(), conflict(), conflict("can't use getUpdates method while webhook is active"),
        bad_gateway(), dropped(), flooded(1),
    )  # fmt: skip
    channel = channel_for(telegram.url, memory)
    await channel.start()
    telegram.say(1, "dobar dan")
    await telegram.delivered()
    await channel.stop()
    told = [entry["event"] for entry in no_secret_in_a_log if entry["log_level"] == "error"]
    words = ["accept PRAG_TELEGRAM_TOKEN", "with the same token", "set a webhook", "keeps trying", "slow down"]
    assert len(told) == len(words)
    assert all(part in sentence for part, sentence in zip(words, told, strict=True))
    assert memory.texts == ["dobar dan"]


async def test_stopping_waits_for_what_was_fetched_and_answers_nothing_twice_after(telegram: FakeTelegram, memory: Memory) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_incoming: object) -> None:
        begun.set()
        await go_on.wait()

    memory.answer = slowly
    channel = channel_for(telegram.url, memory)
    telegram.say(1, "dobar dan")
    await channel.start()
    await begun.wait()
    stopping = asyncio.create_task(channel.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    go_on.set()
    await stopping
    again = channel_for(telegram.url, memory)
    memory.answer = None
    await again.start()
    await telegram.delivered()
    await again.stop()
    assert (memory.texts, memory.repeated) == (["dobar dan"], 1)


async def test_it_stops_at_once_while_telegram_cannot_be_reached(memory: Memory) -> None:
    channel = channel_for("http://127.0.0.1:9", memory)
    await channel.start()
    await until(lambda: channel.numbers()["trouble"])
    async with asyncio.timeout(5):
        await channel.stop()


async def test_a_poller_that_is_cancelled_ends_as_cancelled(telegram: FakeTelegram, memory: Memory) -> None:
    channel = channel_for(telegram.url, memory)
    await channel.start()
    await telegram.wait_for("getUpdates")
    channel._running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await channel._running
    await channel.stop()


async def test_a_press_is_acknowledged_even_if_that_fails(telegram: FakeTelegram, memory: Memory) -> None:
    telegram.script("answerCallbackQuery", bad_gateway())
    channel = channel_for(telegram.url, memory)
    await channel.start()
    telegram.press(7, "menu", message_id=5)
    await telegram.wait_for("answerCallbackQuery")
    await telegram.delivered()
    await channel.stop()
    assert [incoming.choice for incoming in memory.received] == ["menu"]


def _message(text: str) -> dict[str, Any]:
    return json.loads(json.dumps({"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "text": text}))
