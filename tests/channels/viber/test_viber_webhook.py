"""POST /channels/viber: what is let in, what is kept, and what Viber is told."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.bodies import LIMIT as BODY_LIMIT
from bot.channels.viber import Pace, build
from bot.channels.viber.parsing import NotJsonError, NotUnderstoodError, Ping, Receipt, understand
from bot.messages import Incoming
from bot.settings import Settings
from tests.channels.viber.conftest import NOW, TOKEN, Remembered, Stage, on_stage


async def test_the_signature_of_the_platforms_own_published_example_is_accepted(stage: Stage):
    body = b'{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}'
    published = "d21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef"
    reply = await stage.viber.post(body, {"X-Viber-Content-Signature": published})
    assert reply.status == 200


async def test_a_signature_that_is_not_ascii_is_403(stage: Stage):
    async with aiohttp.ClientSession() as session:
        headers = {"X-Viber-Content-Signature": "é" * 64}
        async with session.post(stage.viber.webhook, data=b"{}", headers=headers) as response:
            assert response.status == 403


async def test_one_changed_byte_is_403_and_nothing_is_kept(stage: Stage):
    body = json.dumps(
        {
            "event": "message",
            "message_token": 1,
            "sender": {"id": "u1"},
            "message": {"type": "text", "text": "a"},
        }
    ).encode()
    for place in (0, len(body) // 2, len(body) - 1):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        reply = await stage.viber.post(changed, {"X-Viber-Content-Signature": stage.viber.sign(body)})
        assert reply.status == 403
    assert stage.doors.received == stage.doors.buried == []


async def test_a_signature_made_with_an_empty_key_is_403(stage: Stage):
    forged = hmac.new(b"", b"{}", hashlib.sha256).hexdigest()
    reply = await stage.viber.post(b"{}", {"X-Viber-Content-Signature": forged})
    assert reply.status == 403


def test_there_is_no_channel_without_a_token():
    with pytest.raises(ValueError, match="PRAG_VIBER_TOKEN"):
        build(Settings(), Remembered().doors(), Pace())


async def test_one_mebibyte_is_taken_and_one_byte_more_is_413(stage: Stage):
    whole = b'{"event":"webhook"}'.ljust(BODY_LIMIT)
    assert (await stage.viber.post(whole)).status == 200
    assert (await stage.viber.post(whole + b" ")).status == 413
    assert stage.doors.buried == []


async def test_a_body_sent_in_chunks_without_a_length_is_413_as_well(stage: Stage):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65536 + 1):
            yield b" " * 65536

    async with (
        aiohttp.ClientSession() as session,
        session.post(stage.viber.webhook, data=chunks()) as response,
    ):
        assert response.status == 413


async def test_a_get_is_405(stage: Stage):
    async with aiohttp.ClientSession() as session, session.get(stage.viber.webhook) as response:
        assert response.status == 405


@pytest.mark.parametrize("event", ["message", "conversation_started", "delivered", "nonsense"])
async def test_when_the_ledger_cannot_be_written_viber_is_told_to_come_again(stage: Stage, event: str):
    fields = {
        "sender": {"id": "u1"}, "message": {"type": "text", "text": "a"}, "user": {"id": "u1"}, "user_id": "u1",
    }  # fmt: skip
    stage.doors.broken = True
    assert [reply.status for reply in await stage.viber.push(event, **fields)] == [503]
    stage.doors.broken = False
    assert [reply.status for reply in await stage.viber.push(event, **fields)] == [200]


async def test_a_fault_of_the_ledger_is_logged_without_a_word_of_the_person(stage: Stage, logs: list[dict[str, object]]):
    stage.doors.broken = True
    await stage.viber.say("q1W2e3R4t5Y6u7I8o9P0aA==", "моја тајна")
    assert logs == [{"event": "a Viber callback could not be kept", "error": "OSError", "log_level": "error"}]


async def test_a_repeated_callback_carries_the_same_id_so_that_the_ledger_answers_once(stage: Stage):
    message = {"type": "text", "text": "a"}
    replies = await stage.viber.push("message", times=3, sender={"id": "u1"}, message=message)
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert len({incoming.message_id for incoming in stage.doors.received}) == 1


async def test_the_welcome_goes_out_in_the_response_and_by_no_request(stage: Stage):
    stage.doors.welcome = None
    reply = await stage.viber.open("u1", context="article_legal-aid")
    assert (reply.status, reply.body) == (200, b"")
    assert [incoming.choice for incoming in stage.doors.welcomed] == ["article_legal-aid"]
    assert stage.doors.received == []
    assert stage.viber.calls == []


async def test_another_accounts_callbacks_are_403():
    async with on_stage(viber_token="another" + TOKEN) as stage:
        assert (await stage.viber.say("u1", "a")).status == 403


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.fixed_dictionaries(
    {"event": st.sampled_from(["message", "conversation_started", "subscribed", "unsubscribed", "seen", "failed", "webhook"]) | JSON},
    optional={
        "message_token": st.integers() | JSON, "timestamp": st.integers() | JSON, "user_id": st.text(max_size=6) | JSON,
        "user": st.fixed_dictionaries({"id": st.text(max_size=6)}, optional={"language": JSON}) | JSON,
        "sender": st.fixed_dictionaries({"id": st.just("u1") | JSON}, optional={"language": st.text(max_size=4)}) | JSON,
        "message": st.fixed_dictionaries(
            {"type": st.sampled_from(["text", "contact", "location", "url", "file"]) | JSON},
            optional={"text": st.text() | JSON, "media": JSON, "contact": JSON, "location": JSON},
        ) | JSON,
        "context": JSON, "desc": st.text() | JSON,
    },
)  # fmt: skip


@given(FIELDS | JSON)
def test_any_json_is_understood_or_not_and_nothing_else_happens(value: object):
    understood = _understood(json.dumps(value).encode())
    assert isinstance(understood, Incoming | Receipt | Ping | str)
    assert len(understood) <= 80 if isinstance(understood, str) else repr(understood).encode()


def _understood(body: bytes) -> object:
    """What was understood, or the reason why not, of which the ledger keeps 80 characters."""
    try:
        return understand(body, NOW)
    except NotUnderstoodError as error:
        return str(error)


@given(st.binary())
def test_any_bytes_are_json_or_not_and_nothing_else_happens(body: bytes):
    with pytest.raises((NotJsonError, NotUnderstoodError)):
        understand(body, NOW)


@pytest.mark.parametrize("body", ["[" * 200_000, '{"a":' * 200_000, '{"event":"webhook","timestamp":' + "9" * 100_000 + "}"])
def test_json_beyond_reason_is_not_understood(body: str):
    with pytest.raises(NotUnderstoodError):
        understand(body.encode(), NOW)
