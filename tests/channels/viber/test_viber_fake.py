"""Our fake Viber, certified by bots on two public libraries: what they accept of it, real Viber would send.

aioviberbot (asyncio) and viberbot (Viber's own, synchronous) each run a small echo bot: they verify the
fake's signatures, parse its callbacks and send through its API with code that is not ours.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aioviberbot
import aioviberbot.api.messages
import pytest
import viberbot
import viberbot.api.messages
from aiohttp import ClientSession
from aioviberbot.api.errors import ViberRequestError, ViberValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from viberbot.api.bot_configuration import BotConfiguration

from tests.channels.viber.conftest import TOKEN, serve
from tests.fakes.viber import FIRST_TOKEN, FakeViber, Fault

KEYBOARD = {
    "Type": "keyboard",
    "Buttons": [{"ActionType": "reply", "ActionBody": "#prag:menu", "Text": "Мени"}],
}
Call = Callable[..., Awaitable[Any]]


class EchoBot:
    """One bot, whichever library is below: `call(name, ...)` runs a method of the library's Api."""

    def __init__(self, api: Any, messages: Any, call: Call) -> None:
        self.api = api
        self.messages = messages
        self.call = call
        self.heard: list[Any] = []

    def text(self, words: str) -> Any:
        return self.messages.TextMessage(text=words, keyboard=KEYBOARD, tracking_data="7", min_api_version=1)

    async def webhook(self, request: Request) -> Response:
        body = await request.body()
        if not self.api.verify_signature(body, request.headers["X-Viber-Content-Signature"]):
            return Response(status_code=403)
        heard = self.api.parse_request(body)
        self.heard.append(heard)
        if heard.event_type == "conversation_started":
            return JSONResponse(self.text("Добро дошли").to_dict())
        if heard.event_type == "message":
            await self.call("send_messages", heard.sender.id, [self.text(heard.message.text)])
        return Response()


@asynccontextmanager
async def _on_aioviberbot(viber: FakeViber) -> AsyncIterator[EchoBot]:
    async with ClientSession() as session:
        configuration = aioviberbot.BotConfiguration(name="Echo", avatar="https://example.org/a.jpg", auth_token=TOKEN)
        api = aioviberbot.Api(configuration, client_session=session)
        api._request_sender._viber_bot_api_url = viber.url

        async def call(name: str, *arguments: Any) -> Any:
            return await getattr(api, name)(*arguments)

        yield EchoBot(api, aioviberbot.api.messages, call)


@asynccontextmanager
async def _on_viberbot(viber: FakeViber) -> AsyncIterator[EchoBot]:
    api = viberbot.Api(BotConfiguration(name="Echo", avatar="https://example.org/a.jpg", auth_token=TOKEN))
    api._request_sender._viber_bot_api_url = viber.url

    async def call(name: str, *arguments: Any) -> Any:
        return await asyncio.to_thread(getattr(api, name), *arguments)

    yield EchoBot(api, viberbot.api.messages, call)


LIBRARIES = {"aioviberbot": _on_aioviberbot, "viberbot": _on_viberbot}


@pytest.fixture
async def viber() -> AsyncIterator[FakeViber]:
    async with FakeViber(TOKEN) as fake:
        yield fake


@pytest.fixture(params=LIBRARIES)
async def bot(viber: FakeViber, request: pytest.FixtureRequest) -> AsyncIterator[EchoBot]:
    async with (
        LIBRARIES[request.param](viber) as echo,
        serve([Route("/", echo.webhook, methods=["POST"])]) as address,
    ):
        echo.address = address + "/"
        yield echo


@pytest.fixture(autouse=True)
def logs(caplog: pytest.LogCaptureFixture) -> None:
    """The libraries write their token into their own logs; ours must not, and are not read here."""
    caplog.set_level("CRITICAL")


async def test_setting_the_webhook_calls_it_back_and_names_the_events(viber: FakeViber, bot: EchoBot):
    assert await bot.call("set_webhook", bot.address, ["delivered", "seen"]) == ["delivered", "seen"]
    assert [heard.event_type for heard in bot.heard] == ["webhook"]
    assert viber.webhook == bot.address


async def test_a_webhook_that_does_not_answer_200_is_refused_with_status_1(viber: FakeViber, bot: EchoBot):
    with pytest.raises(Exception, match="failed with status: 1, message: invalidUrl"):
        await bot.call("set_webhook", "http://127.0.0.1:9/", ["seen"])
    assert viber.webhook == ""


async def test_a_text_is_signed_understood_and_echoed_with_its_keyboard(viber: FakeViber, bot: EchoBot):
    await bot.call("set_webhook", bot.address)
    assert (await viber.say("u1", "Здраво, Prishtinë!")).status == 200
    heard = bot.heard[-1]
    assert (heard.sender.id, heard.sender.language, heard.message.text) == ("u1", "sr", "Здраво, Prishtinë!")
    assert heard.message_token > FIRST_TOKEN
    [sent] = viber.bodies("send_message")
    assert (sent["receiver"], sent["text"], sent["keyboard"], sent["tracking_data"]) == (
        "u1",
        "Здраво, Prishtinë!",
        KEYBOARD,
        "7",
    )


async def test_every_kind_of_message_is_understood(viber: FakeViber, bot: EchoBot):
    bodies = [
        {"type": "picture", "media": "https://media.example.org/p.jpg", "text": "опис"},
        {"type": "video", "media": "https://media.example.org/v.mp4", "size": 9},
        {"type": "file", "media": "https://media.example.org/f.pdf", "size": 9, "file_name": "f.pdf"},
        {"type": "sticker", "sticker_id": 46105},
        {"type": "contact", "contact": {"name": "Милица", "phone_number": "+381600000000"}},
        {"type": "url", "media": "https://example.org"},
        {"type": "location", "location": {"lat": 42.6, "lon": 21.1}},
    ]
    for body in bodies:
        raw = json.dumps(
            {
                "event": "message",
                "timestamp": 1,
                "message_token": viber.new_token(),
                "sender": {"id": "u1"},
                "message": body,
            }
        ).encode()
        assert bot.api.verify_signature(raw, viber.sign(raw))
        assert bot.api.parse_request(raw).message.to_dict()["type"] == body["type"]


async def test_the_welcome_comes_back_in_the_response(viber: FakeViber, bot: EchoBot):
    await bot.call("set_webhook", bot.address)
    reply = await viber.open("u1", context="article_legal-aid")
    assert reply.json() == {
        "type": "text",
        "text": "Добро дошли",
        "keyboard": KEYBOARD,
        "tracking_data": "7",
        "min_api_version": 1,
    }
    assert (bot.heard[-1].context, bot.heard[-1].user.id, bot.heard[-1].subscribed) == (
        "article_legal-aid",
        "u1",
        False,
    )


async def test_subscriptions_and_receipts_are_understood(viber: FakeViber, bot: EchoBot):
    await bot.call("set_webhook", bot.address)
    await viber.push("subscribed", user={"id": "u1", "name": "Милица"})
    [token] = await bot.call("send_messages", "u1", [bot.text("a")])
    await viber.push("delivered", message_token=token, user_id="u1")
    await viber.push("seen", message_token=token, user_id="u1")
    await viber.push("failed", message_token=token, user_id="u1", desc="failure description")
    await viber.push("unsubscribed", user_id="u1")
    kinds = ["webhook", "subscribed", "delivered", "seen", "failed", "unsubscribed"]
    assert [heard.event_type for heard in bot.heard] == kinds
    assert {heard.message_token for heard in bot.heard[2:5]} == {token}
    with pytest.raises(Exception, match="failed with status: 6"):
        await bot.call("send_messages", "u1", [bot.text("a")])


async def test_a_repeated_callback_is_the_same_to_the_last_bit(viber: FakeViber, bot: EchoBot):
    await bot.call("set_webhook", bot.address)
    await viber.push("message", times=3, sender={"id": "u1"}, message={"type": "text", "text": "a"})
    assert len({heard.message_token for heard in bot.heard[1:]}) == 1
    assert len(bot.heard) == 4


async def test_a_changed_body_is_not_theirs_either(viber: FakeViber, bot: EchoBot):
    assert not bot.api.verify_signature(b'{"event":"seen"}', viber.sign(b'{"event":"webhook"}'))


async def test_the_account_a_person_and_their_presence(viber: FakeViber, bot: EchoBot):
    viber.subscribers.add("u1")
    account = await bot.call("get_account_info")
    assert (account["status"], account["name"], account["subscribers_count"]) == (0, "Проба", 1)
    assert (await bot.call("get_user_details", "u1"))["language"] == "sr"
    assert [user["online_status"] for user in await bot.call("get_online", ["u1", "u2"])] == [0, 4]
    with pytest.raises(Exception, match="failed with status: 3"):
        await bot.call("get_online", ["u"] * 101)


async def test_the_101st_message_without_an_answer_is_status_12(viber: FakeViber, bot: EchoBot):
    viber.subscribers.add("u1")
    await bot.call("send_messages", "u1", [bot.text(str(n)) for n in range(100)])
    with pytest.raises(Exception, match="failed with status: 12"):
        await bot.call("send_messages", "u1", [bot.text("101")])


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"text": "Ж" * 7001}, 3),
        ({"text": "a", "tracking_data": "x" * 4001}, 3),
        ({"text": "a", "keyboard": {"Type": "keyboard"}}, 4),
    ],
)
async def test_a_message_beyond_the_limits_is_refused(viber: FakeViber, bot: EchoBot, message: dict[str, Any], status: int):
    viber.subscribers.add("u1")
    with pytest.raises(Exception, match=f"failed with status: {status}"):
        await bot.call("send_messages", "u1", [bot.messages.TextMessage(**message)])


async def test_scripted_faults_look_like_faults(viber: FakeViber, bot: EchoBot):
    viber.script("send_message", Fault(status=24), Fault(http=502, html=True), Fault(text="{"), Fault(drop=True))
    with pytest.raises(Exception, match="failed with status: 24"):
        await bot.call("send_messages", "u1", [bot.text("a")])
    for _ in range(3):
        with pytest.raises(Exception, match=r"502|Expecting|decod|mimetype|Connection|[Dd]isconnect"):
            await bot.call("send_messages", "u1", [bot.text("a")])
    assert not viber.unused


async def test_a_broadcast_reaches_300_and_no_more(viber: FakeViber):
    """Only aioviberbot has broadcasts; it leaves out the failed list, which the account tests read."""
    viber.subscribers.update(f"u{n}" for n in range(300))
    async with _on_aioviberbot(viber) as bot:
        [token] = await bot.call("broadcast_messages", [f"u{n}" for n in range(300)], [bot.text("a")])
        assert token == FIRST_TOKEN
        with pytest.raises(ViberValidationError):
            await bot.call("broadcast_messages", [f"u{n}" for n in range(301)], [bot.text("a")])
        bot.api._bot_configuration._auth_token = "wrong"
        with pytest.raises(ViberRequestError, match="status: 2"):
            await bot.call("broadcast_messages", ["u1"], [bot.text("a")])
