"""The channel against an emulator of the Bot API that others made, by polling and by webhook.

It describes messages without their text, and knows no descriptions of bots: the channel must do without.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator

from tests.channels.telegram.wiring import Memory, channel_for, echo, served, until
from tests.fakes.telegram import TOKEN


class Emulator(LoBotApiEmulator):
    """Keeps what it was sent: the original forgets values on purpose."""

    def __init__(self) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True, max_bots=100)
        self.kept: list[tuple[str, dict[str, Any]]] = []
        self.url = ""

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        result = super().validate(method, fields, uploads)
        self.kept.append((method, fields))
        return result

    def texts(self, method: str) -> list[str]:
        return [fields["text"] for name, fields in self.kept if name == method]


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    made = Emulator()
    runner = web.AppRunner(made.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def message(text: str, chat: int = 7) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": "sr"}
    return {"message": {"message_id": 5, "date": 1, "chat": {"id": chat, "type": "private"}, "from": person, "text": text}}


def press(data: str, number: int) -> dict[str, Any]:
    below = {"message_id": number, "date": 1, "chat": {"id": 7, "type": "private"}}
    person = {"id": 7, "is_bot": False, "first_name": "Ana"}
    return {"callback_query": {"id": "1", "from": person, "chat_instance": "1", "data": data, "message": below}}


async def test_by_polling(emulator: Emulator, memory: Memory) -> None:
    channel = channel_for(emulator.url, memory)
    memory.answer = echo(channel)
    await channel.start()
    for number in range(30):
        await emulator.enqueue_update(message(f"poruka {number}", 1 + number % 5), token=TOKEN)
    await until(lambda: len(emulator.texts("sendMessage")) == 30)
    await emulator.enqueue_update(press("menu", 1), token=TOKEN)
    await until(lambda: emulator.texts("editMessageText") == ["izbor: menu"])
    await until(lambda: any(method == "answerCallbackQuery" for method, _ in emulator.kept))
    await until(lambda: emulator._update_queues.info(TOKEN)["pending_update_count"] == 0)
    await channel.stop()
    assert memory.repeated == 0


async def test_a_second_poller_with_the_same_token_is_told_to_the_operator(emulator: Emulator, memory: Memory) -> None:
    first, second = channel_for(emulator.url, memory), channel_for(emulator.url, memory)
    await first.start()
    await until(lambda: emulator._update_queues._state(TOKEN).polling)
    await second.start()
    await until(lambda: second.numbers()["trouble"])
    await first.stop()
    await emulator.enqueue_update(message("dobar dan"), token=TOKEN)
    await until(lambda: memory.texts == ["dobar dan"])
    await second.stop()


async def test_by_webhook_with_refusals_and_duplicates(emulator: Emulator, memory: Memory) -> None:
    receiving = channel_for(emulator.url, memory)
    async with served(receiving) as address:
        channel = channel_for(emulator.url, memory, address=address)
        memory.answer = echo(channel)
        await channel.start()
        await until(lambda: emulator._update_queues.info(TOKEN)["url"] == address)
        await emulator.enqueue_update({"update_id": 50, **message("prva")}, token=TOKEN)
        memory.failures = 1
        await emulator.enqueue_update({"update_id": 51, **message("druga")}, token=TOKEN)
        assert memory.texts == ["prva"]
        assert await emulator.deliver_updates(token=TOKEN) == 1
        emulator._update_queues._state(TOKEN).updates.append({"update_id": 50, **message("prva")})
        assert await emulator.deliver_updates(token=TOKEN) == 1
        await channel.stop()
        await receiving.stop()
    assert memory.texts == ["prva", "druga"]
    assert memory.repeated == 1
    assert emulator.texts("sendMessage") == ["prva", "druga"]


async def test_it_accepts_everything_we_send_once_it_has_said_that_it_knows_no_previews(emulator: Emulator, memory: Memory) -> None:
    channel = channel_for(emulator.url, memory)
    memory.answer = echo(channel)
    await channel.start()
    await emulator.enqueue_update(message("a < b & **debelo** [veza](https://www.kim.gov.rs)"), token=TOKEN)
    await until(lambda: emulator.texts("sendMessage"))
    await emulator.enqueue_update(message("izvor: kim.gov.rs"), token=TOKEN)
    await until(lambda: len(emulator.texts("sendMessage")) == 2)
    await channel.stop()
    assert emulator.texts("sendMessage")[0] == 'a &lt; b &amp; <b>debelo</b> <a href="https://www.kim.gov.rs">veza</a>'
    refused = [request for request in emulator.requests if request["status"] not in (200, 501)]
    assert ["link_preview_options" in request["fields"] for request in refused] == [True]
