"""What the webhook takes and what it refuses, over real HTTP."""

import asyncio
import json
from contextlib import suppress
from io import BytesIO

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock
from bot.channels.telegram.updates import (
    GroupNotice,
    Ignored,
    NotJsonError,
    NotUnderstoodError,
    Said,
    glance,
    parse,
)
from tests.channels.telegram.wiring import NOTICE, SECRET, Memory, channel_for, echo, served
from tests.fakes.telegram import FakeTelegram

UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "text": "dobar dan"},
}
BODY = json.dumps(UPDATE).encode()
HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def post(address: str, body: object, headers: object = None) -> aiohttp.ClientResponse:
    headers = {HEADER: SECRET} if headers is None else headers
    async with aiohttp.ClientSession() as client, client.post(address, data=body, headers=headers) as answer:
        await answer.read()
        return answer


@pytest.mark.parametrize("headers", [{}, {HEADER: "wrong"}, {HEADER: SECRET[:-1]}, {HEADER: SECRET + " x"}, {HEADER: ""}])
async def test_without_the_secret_nothing_is_taken(telegram: FakeTelegram, memory: Memory, headers: dict[str, str]) -> None:
    async with served(channel_for(telegram.url, memory)) as address:
        assert (await post(address, BODY, headers)).status == 403
        assert (await post(address, b"not json", headers)).status == 403
    assert (memory.received, memory.buried) == ([], [])


async def test_a_secret_of_strange_bytes_is_only_wrong(telegram: FakeTelegram, memory: Memory) -> None:
    async with served(channel_for(telegram.url, memory)) as address:
        host, port = address.split("/")[2].split(":")
        for strange in (b"\xe9", b"\xd1\x88\xd1\x84", b"\x80" * 300):
            reader, writer = await asyncio.open_connection(host, int(port))
            head = b"POST /channels/telegram HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n" % len(BODY)
            writer.write(head + HEADER.encode() + b": " + strange + b"\r\n\r\n" + BODY)
            assert (await reader.readline()).split()[1] == b"403"
            writer.close()
    assert memory.received == []


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/plain", ""])
async def test_the_content_type_does_not_matter(telegram: FakeTelegram, memory: Memory, kind: str) -> None:
    async with served(channel_for(telegram.url, memory)) as address:
        assert (await post(address, BODY, {HEADER: SECRET, "Content-Type": kind})).status == 200
    assert memory.texts == ["dobar dan"]


async def test_a_body_over_one_mebibyte_is_refused_told_or_chunked(telegram: FakeTelegram, memory: Memory) -> None:
    fits = BODY + b" " * ((1 << 20) - len(BODY))

    async def chunks() -> object:
        for start in range(0, len(fits) + 1, 65536):
            yield (fits + b" ")[start : start + 65536]

    async with served(channel_for(telegram.url, memory)) as address:
        assert (await post(address, BytesIO(fits))).status == 200
        assert (await post(address, BytesIO(fits + b" "))).status == 413
        assert (await post(address, chunks())).status == 413
    assert memory.texts == ["dobar dan"]


async def test_other_methods_are_refused(telegram: FakeTelegram, memory: Memory) -> None:
    async with served(channel_for(telegram.url, memory)) as address, aiohttp.ClientSession() as client:
        assert (await client.get(address, headers={HEADER: SECRET})).status == 405


async def test_while_the_ledger_is_out_of_order_telegram_is_asked_to_come_again(telegram: FakeTelegram, memory: Memory) -> None:
    memory.failures = 2
    async with served(channel_for(telegram.url, memory)) as address:
        answer = await post(address, BODY)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert (await post(address, b'{"update_id": 8, "message": 5}')).status == 503
        assert (await post(address, BODY)).status == 200
    assert memory.texts == ["dobar dan"]


async def test_a_message_is_taken_while_the_sender_is_still_loading(telegram: FakeTelegram, memory: Memory) -> None:
    channel, loaded = channel_for(telegram.url, memory), asyncio.Event()
    load = channel._doors.load

    async def slowly() -> object:
        await loaded.wait()
        return await load()

    object.__setattr__(channel._doors, "load", slowly)
    async with served(channel) as address:
        await channel.start()
        assert (await post(address, BODY)).status == 200
        assert memory.texts == ["dobar dan"]
        assert telegram.requests == []
        answering = asyncio.create_task(echo(channel)(memory.received[0]))
        loaded.set()
        await telegram.wait_for("sendMessage")
        await answering
        await channel.stop()


async def test_the_same_update_three_times_is_handed_over_with_one_and_the_same_id(telegram: FakeTelegram, memory: Memory) -> None:
    async with served(channel_for(telegram.url, memory)) as address:
        assert [(await post(address, BODY)).status for _ in range(3)] == [200, 200, 200]
    assert (memory.texts, memory.repeated) == (["dobar dan"], 2)


async def test_a_group_is_told_once_a_day_and_its_words_are_never_handed_on(
    telegram: FakeTelegram, memory: Memory, time_machine: object
) -> None:
    channel = channel_for(telegram.url, memory)
    noon = clock.now().replace(hour=12)
    time_machine.move_to(noon)
    for group in (-1, -1, -2):
        await channel.accept(_in_group(group))
    await telegram.wait_for("sendMessage", 2)
    time_machine.move_to(noon.replace(year=noon.year + 1))
    await channel.accept(_in_group(-1))
    told = await telegram.wait_for("sendMessage", 3)
    await channel.stop()
    assert sorted(request.fields["chat_id"] for request in told) == ["-1", "-1", "-2"]
    assert {request.fields["text"] for request in told} == {NOTICE}
    assert memory.received == []


def _in_group(group: int) -> bytes:
    message = {**UPDATE["message"], "chat": {"id": group, "type": "group"}, "text": "tajna ovog sela"}
    return json.dumps({"update_id": 9, "message": message}).encode()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[" * 200_000 + b"]" * 200_000, NotUnderstoodError),
        (b'{"update_id": 1, "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", NotUnderstoodError),
        (b'{"update_id": ' + b"9" * 5000 + b"}", NotUnderstoodError),
        (b'{"update_id": 1, "message": {"text": "\xff"}}', NotJsonError),
        (b'{"update_id": 1e999, "x": "\\ud800"}', NotUnderstoodError),
        (b"\xff\xfe\x00", NotJsonError),
        (b'{"update_id": 1} {"update_id": 2}', NotJsonError),
    ],
    ids=["deep", "deep below", "a long number", "bad UTF-8", "endless", "binary", "two"],
)
def test_hostile_bodies_end_in_one_of_two_errors(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse(body, clock.now())
    glance(body)


def test_a_long_number_that_is_not_ours_to_read_does_no_harm() -> None:
    body = BODY[:-1] + b', "future": ' + b"9" * 5000 + b', "half": "\\ud800"}'
    assert isinstance(parse(body, clock.now()), Said)


def test_ten_thousand_characters_are_handed_on_whole() -> None:
    text = "š😀" * 5000
    body = json.dumps({**UPDATE, "message": {**UPDATE["message"], "text": text}}).encode()
    understood = parse(body, clock.now())
    assert isinstance(understood, Said)
    assert understood.incoming.text == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(["text", "from", "chat", "id", "type", "data", "contact", "date", "message", "message_id", "caption"])
shaped = st.recursive(json_values, lambda inner: st.dictionaries(field_names, inner, max_size=6), max_leaves=12)
kinds = st.sampled_from(["message", "callback_query", "my_chat_member", "edited_message", "purple"])


@settings(max_examples=600, deadline=None)
@given(st.dictionaries(kinds, shaped, max_size=2), st.integers(0, 2**40) | json_values)
def test_any_json_is_understood_ignored_or_buried(update: dict[str, object], number: object) -> None:
    body = json.dumps({"update_id": number, **update}).encode()
    try:
        understood = parse(body, clock.now())
    except NotUnderstoodError:
        return
    assert isinstance(understood, Said | GroupNotice | Ignored)


@settings(max_examples=600, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_understood_or_one_of_two_errors(body: bytes) -> None:
    with suppress(NotJsonError, NotUnderstoodError):
        parse(body, clock.now())
    assert glance(body).chat is None
