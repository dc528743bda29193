"""`prag run` serving a Viber server on the loopback."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.viber import FakeViber, Fault
from tests.service import Service, free_port

TOKEN = "4453b6ac12345678-e02c5f12174805f9-daec9cbb5448c51f"


@pytest.fixture
async def viber(tmp_path: Path) -> AsyncIterator[FakeViber]:
    """A Viber whose webhook our service has just set."""
    async with FakeViber(TOKEN) as fake:
        port = free_port()
        settings = {
            "PRAG_VIBER_TOKEN": TOKEN,
            "PRAG_VIBER_API_URL": fake.url,
            "PRAG_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PRAG_VIBER_RATE": "1000",
        }
        service = Service(tmp_path, settings, port)
        await asyncio.to_thread(service.start)
        await until(lambda: fake.webhook)
        yield fake
        await asyncio.to_thread(service.stop)
        assert TOKEN not in service.log
        assert fake.unused == {}


async def until(true) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to pass")


def rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / "var" / "prag.db") as ledger:
        found = ledger.execute(query).fetchall()
    ledger.close()
    return found


async def test_a_question_is_answered_with_a_keyboard(viber: FakeViber):
    await viber.say("ana==", "besplatna pravna pomoć")
    await until(lambda: viber.bodies("send_message"))
    [sent] = viber.bodies("send_message")
    assert sent["receiver"] == "ana=="
    assert "Pravo na besplatnu pravnu pomoć" in sent["text"]
    assert any("more_legal-aid" in key["ActionBody"] for key in sent["keyboard"]["Buttons"])


async def test_the_welcome_goes_out_in_the_answer_and_only_there(viber: FakeViber, tmp_path: Path):
    reply = await viber.open("ana==")
    assert "Prag" in reply.json()["text"]
    await asyncio.sleep(0.5)
    assert viber.bodies("send_message") == []
    assert rows(tmp_path, "SELECT count(*) FROM person") == [(0,)]


async def test_a_deep_link_is_answered_in_the_welcome(viber: FakeViber):
    reply = await viber.open("ana==", context="article_legal-aid")
    assert "Pravo na besplatnu pravnu pomoć" in reply.json()["text"]


async def test_the_same_callback_three_times_has_one_reply(viber: FakeViber):
    sender = {"id": "ana==", "name": "Ана", "language": "sr", "country": "RS", "api_version": 10}
    await viber.push("message", times=3, sender=sender, message={"type": "text", "text": "vakcina"}, silent=False)
    await until(lambda: viber.bodies("send_message"))
    await asyncio.sleep(0.5)
    assert len(viber.bodies("send_message")) == 1


async def test_what_became_of_a_message_is_noted(viber: FakeViber, tmp_path: Path):
    await viber.say("ana==", "vakcina")
    await until(lambda: rows(tmp_path, "SELECT state FROM outgoing") == [("sent",)])
    [[token]] = rows(tmp_path, "SELECT platform_message_id FROM outgoing")
    for event in ("delivered", "seen", "delivered"):
        await viber.post(f'{{"event": "{event}", "timestamp": 1, "message_token": {token}, "user_id": "ana=="}}'.encode())
    assert rows(tmp_path, "SELECT state FROM outgoing") == [("seen",)]


async def test_who_leaves_is_left_in_peace(viber: FakeViber, tmp_path: Path):
    await viber.say("ana==", "vakcina")
    await until(lambda: viber.bodies("send_message"))
    await viber.push("unsubscribed", user_id="ana==")
    assert rows(tmp_path, "SELECT blocked_at IS NOT NULL, session_expires_at IS NOT NULL FROM address") == [(1, 1)]


async def test_a_refusal_for_now_is_tried_again_and_a_gone_person_is_not(viber: FakeViber, tmp_path: Path):
    viber.script("send_message", Fault(http=502, html=True), Fault(status=6))
    await viber.say("ana==", "vakcina")
    await until(lambda: rows(tmp_path, "SELECT state FROM outgoing") == [("failed",)])
    assert len(viber.bodies("send_message")) == 2
    assert rows(tmp_path, "SELECT blocked_at IS NOT NULL FROM address") == [(1,)]


async def test_well_signed_nonsense_is_buried_and_the_rest_refused(viber: FakeViber, tmp_path: Path):
    assert (await viber.post(b'{"event": 5}')).status == 200
    assert (await viber.post(b"{")).status == 400
    assert (await viber.post(b"{}", {"X-Viber-Content-Signature": "wrong"})).status == 403
    assert (await viber.post(b" " * (1 << 20) + b"{}")).status == 413
    assert rows(tmp_path, "SELECT count(*) FROM dead_letter") == [(1,)]
