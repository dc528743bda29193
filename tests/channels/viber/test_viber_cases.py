"""Every case of cases/*.json, over real sockets: a signed callback or a parcel in, exactly what is written there out."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from bot.channels.base import SEND_ERRORS, Failed, Parcel, Sent
from bot.channels.viber import Receipt
from bot.messages import Button, Incoming, Outgoing
from tests.channels.viber.conftest import Stage, on_stage
from tests.fakes.viber import Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = Path(__file__).parent / "cases"
OUTWARD = ("sending", "refusals")


def _cases(outward: bool) -> list[Any]:
    files = [file for file in sorted(CASES.glob("*.json")) if (file.stem in OUTWARD) is outward]
    return [pytest.param(case, id=f"{file.stem}: {case['name']}") for file in files for case in json.loads(file.read_text("utf-8"))]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre() -> AsyncIterator[Stage]:
    """One server for all cases: starting one takes longer than a case."""
    async with on_stage() as set_up:
        yield set_up


@pytest.fixture
def stage(theatre: Stage) -> Stage:
    """The theatre as if it had just opened."""
    theatre.doors.forget()
    theatre.viber.forget()
    return theatre


async def test_there_are_at_least_45_webhook_bodies():
    assert len(_cases(outward=False)) >= 45


@pytest.mark.parametrize("case", _cases(outward=False))
async def test_a_callback_comes_through_the_right_door_exactly(stage: Stage, case: Mapping[str, Any]):
    _no_unknown_keys(
        case,
        "body",
        "raw",
        "encoding",
        "headers",
        "status",
        "incoming",
        "welcome",
        "welcomed",
        "response",
        "receipt",
        "buried",
    )
    stage.doors.welcome = msgspec.convert(case["welcome"], Outgoing) if "welcome" in case else None
    raw = case["raw"] if "raw" in case else json.dumps(case["body"], ensure_ascii=False)
    body = raw.encode(case.get("encoding", "utf-8"))

    reply = await stage.viber.post(body, case.get("headers"))

    assert reply.status == case.get("status", 200)
    assert reply.json() == case.get("response")
    assert stage.doors.received == _incomings(case.get("incoming"))
    assert stage.doors.welcomed == _incomings(case.get("welcomed"))
    assert stage.doors.receipts == ([Receipt(**case["receipt"])] if "receipt" in case else [])
    assert stage.doors.buried == ([("viber", body, case["buried"])] if "buried" in case else [])
    assert stage.viber.calls == []


@pytest.mark.parametrize("case", _cases(outward=True))
async def test_a_parcel_becomes_exactly_this_request_and_this_outcome(stage: Stage, case: Mapping[str, Any]):
    _no_unknown_keys(case, "parcel", "standing", "answer", "request", "sent", "failed")
    stage.viber.subscribers.add("u1")
    stage.doors.standing = msgspec.convert(case.get("standing", []), tuple[Button, ...])
    if "answer" in case:
        stage.viber.script("send_message", msgspec.convert(case["answer"], Fault))
    parcel = msgspec.convert({"row": 7, "address": "u1", "text": "Здраво", "language": "sr-Cyrl"} | case.get("parcel", {}), Parcel)

    outcome = await stage.channel.send(parcel)

    assert outcome == _outcome(case)
    if "request" in case:
        assert stage.viber.bodies("send_message") == [case["request"]]
    assert not stage.viber.unused


def _incomings(given: Mapping[str, Any] | None) -> list[Incoming]:
    return [msgspec.convert({"channel": "viber", **given}, Incoming)] if given else []


def _outcome(case: Mapping[str, Any]) -> Sent | Failed:
    if "failed" not in case:
        return Sent(case["sent"])
    expected = dict(case["failed"])
    name = expected.pop("error")
    [error] = [error for error in SEND_ERRORS if error.name == name]
    return Failed(error, **expected)


def _no_unknown_keys(case: Mapping[str, Any], *known: str) -> None:
    assert case.keys() <= {"name", *known}, "a key the runner would pass over"
