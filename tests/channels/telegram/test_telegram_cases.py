"""Every case in cases/: what Telegram sends us and what follows; what we send and what became of it."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from bot.channels.base import Failed, Parcel, Sent
from bot.channels.telegram.sending import TelegramSender
from tests.channels.telegram.wiring import NOTICE, SECRET, Memory, channel_for, served
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import Fault

FOLDER = Path(__file__).parent / "cases"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json; charset=utf-8"}


def cases(kind: str) -> list[Any]:
    """The cases of one direction, each with its file and name for an id."""
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted((FOLDER / kind).glob("*.json"))
        for case in json.loads(file.read_text("utf-8"))
    ]


def test_there_are_at_least_sixty_bodies_and_no_two_cases_share_a_name() -> None:
    names = [case.id for kind in ("incoming", "outgoing") for case in cases(kind)]
    assert len(cases("incoming")) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", cases("incoming"))
async def test_incoming(case: dict[str, Any], telegram: FakeTelegram, memory: Memory) -> None:
    expected = case["expect"]
    body = case["body"] if "body" in case else json.dumps(case["update"])
    channel = channel_for(telegram.url, memory)
    async with served(channel) as address, aiohttp.ClientSession() as client:
        answer = await client.post(address, data=body.encode(), headers=HEADERS)
    await channel.stop()
    assert answer.status == expected.get("status", 200)
    assert [_told(incoming) for incoming in memory.received] == ([expected["said"]] if "said" in expected else [])
    assert [reason for _, _, reason in memory.buried] == ([expected["buried"]] if "buried" in expected else [])
    assert [reason for reason in channel.numbers() if reason.startswith("ignored")] == _counted(expected)
    assert [request.fields["callback_query_id"] for request in telegram.asked("answerCallbackQuery")] == (
        [expected["press"]] if "press" in expected else []
    )
    assert [(request.fields["chat_id"], request.fields["text"]) for request in telegram.asked("sendMessage")] == (
        [(expected["notice"], NOTICE)] if "notice" in expected else []
    )


def _counted(expected: dict[str, Any]) -> list[str]:
    reason = "in a group" if "notice" in expected else expected.get("ignored")
    return [f"ignored: {reason}"] if reason else []


def _told(incoming: Any) -> dict[str, Any]:
    assert incoming.channel == "telegram"
    assert incoming.at.tzinfo is not None
    names = ("kind", "address", "text", "choice", "hint", "pressed_on", "reply_to")
    return {name: getattr(incoming, name) for name in names}


@pytest.mark.parametrize("case", cases("outgoing"))
async def test_outgoing(case: dict[str, Any], telegram: FakeTelegram, sender: TelegramSender) -> None:
    for method, answers in case["answers"].items():
        telegram.script(method, *(Fault(**answer) for answer in answers))
    result = await sender.send(msgspec.convert(case["parcel"], Parcel))
    assert [_asked(request) for request in telegram.requests] == [{"files": [], **wanted} for wanted in case["requests"]]
    assert _outcome(result) == case["result"]


def _asked(request: Any) -> dict[str, Any]:
    fields = {name: value for name, value in request.fields.items() if not str(value).startswith("attach://")}
    files = [[name, content.decode()] for name, content in request.files.values()]
    return {"method": request.method, "fields": fields, "files": files}


def _outcome(result: Sent | Failed) -> dict[str, Any]:
    if isinstance(result, Sent):
        return {"sent": result.platform_message_id}
    told = {"retry_after": result.retry_after, "moved_to": result.moved_to}
    return {"failed": result.error.name} | {name: value for name, value in told.items() if value is not None}
