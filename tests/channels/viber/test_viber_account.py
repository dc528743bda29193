"""Setting the account up, broadcasts, and bad days of the platform."""

import asyncio
import json

import aiohttp
import pytest

from bot.channels.base import (
    BLOCKED,
    GONE,
    NO_MONEY,
    REFUSED,
    SLOW_DOWN,
    TIMED_OUT,
    UNAVAILABLE,
    UNREACHABLE,
    Failed,
    Parcel,
    Sent,
)
from bot.channels.viber import EVENTS, PATH, Pace, Viber, build, sending
from bot.channels.viber.sending import Client, NoAnswerError
from bot.messages import Attachment, Button
from bot.settings import Settings
from tests.channels.viber.conftest import TOKEN, Remembered, Stage, on_stage
from tests.fakes.viber import FakeViber, Fault

Logs = list[dict[str, object]]


def _parcel(row: int, address: str, text: str = "Сутра у подне.") -> Parcel:
    return Parcel(row=row, address=address, text=text, language="sr-Cyrl", buttons=(Button("Мени", choice="menu"),))


def _second(stage: Stage) -> Viber:
    """A channel that knows the address at which the stage's channel is served."""
    settings = Settings(viber_token=TOKEN, viber_api_url=stage.viber.url, public_url=stage.viber.webhook.removesuffix(PATH))
    stage.viber.webhook = ""
    return build(settings, stage.doors.doors(), Pace(first=0.01, longest=0.02))


async def _until_logged(logs: Logs, count: int) -> None:
    while len(logs) < count:
        await asyncio.sleep(0.005)


# --- setting up -----------------------------------------------------------------------------------


async def test_at_start_the_webhook_is_set_for_what_we_use_and_without_names_and_photos(stage: Stage, logs: Logs):
    url = stage.viber.webhook
    channel = _second(stage)
    await channel.start()
    await _until_logged(logs, 1)
    await channel.stop()
    assert stage.viber.webhook == url
    wanted = {"url": url, "event_types": list(EVENTS), "send_name": False, "send_photo": False}
    assert stage.viber.bodies("set_webhook") == [wanted]
    assert logs == [{"event": "Viber is set up", "webhook": url, "log_level": "info"}]


async def test_the_accounts_own_name_is_the_senders(stage: Stage, logs: Logs):
    stage.viber.name = "Канцеларија у Пећи"
    stage.viber.subscribers.add("u1")
    await stage.channel.start()
    await _until_logged(logs, 1)
    await stage.channel.send(_parcel(1, "u1"))
    assert stage.viber.bodies("send_message")[0]["sender"] == {"name": "Канцеларија у Пећи"}


async def test_a_webhook_viber_cannot_open_is_explained_and_tried_again_until_it_works(stage: Stage, logs: Logs):
    stage.viber.script("set_webhook", Fault(status=1), Fault(status=1))
    channel = _second(stage)
    await channel.start()
    await _until_logged(logs, 3)
    await channel.stop()
    assert [line["event"] for line in logs] == [
        "Viber is not set up",
        "Viber is not set up",
        "Viber is set up",
    ]
    assert "certificate from a public authority" in str(logs[0]["reason"])
    assert [line.get("next_attempt_in_seconds") for line in logs] == [0.02, 0.02, None]


async def test_a_wrong_token_is_explained_to_the_operator_without_showing_it(logs: Logs):
    async with on_stage(viber_token="another") as stage:
        await stage.channel.start()
        await _until_logged(logs, 1)
    assert str(logs[0]["reason"]).startswith("Viber does not accept PRAG_VIBER_TOKEN")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(status=7), "blocked or suspended"),
        (Fault(status=99), "status 99"),
        (Fault(http=502, html=True), "out of order"),
        (Fault(drop=True), "did not say"),
    ],
)
async def test_other_trouble_with_the_account_is_told_in_a_sentence(stage: Stage, logs: Logs, fault: Fault, told: str):
    stage.viber.script("get_account_info", fault)
    await stage.channel.start()
    await _until_logged(logs, 1)
    assert told in str(logs[0]["reason"])
    assert not stage.viber.unused


async def test_without_a_public_address_the_operator_is_told_and_no_webhook_is_set(stage: Stage, logs: Logs):
    await stage.channel.start()
    await _until_logged(logs, 1)
    assert "PRAG_PUBLIC_URL" in str(logs[0]["event"])
    assert stage.viber.bodies("set_webhook") == []


async def test_a_stop_while_setting_up_leaves_nothing_running(stage: Stage):
    stage.viber.script("get_account_info", Fault(hang=True))
    await stage.channel.start()
    while not stage.viber.calls:
        await asyncio.sleep(0.005)
    await stage.channel.stop()
    assert [task for task in asyncio.all_tasks() if "_set_up" in repr(task)] == []


# --- broadcasts -----------------------------------------------------------------------------------


async def test_a_broadcast_is_one_request_and_each_person_has_their_own_outcome(stage: Stage):
    stage.viber.subscribers.update(f"u{n}" for n in range(300))
    stage.viber.subscribers -= {"u3", "u7"}
    stage.viber.strangers.add("u7")
    outcomes = await stage.channel.broadcast([_parcel(n, f"u{n}") for n in range(300)])
    [body] = stage.viber.bodies("broadcast_message")
    assert body["broadcast_list"] == [f"u{n}" for n in range(300)]
    assert "receiver" not in body
    assert "keyboard" in body
    assert outcomes[3] == Failed(BLOCKED)
    assert outcomes[7] == Failed(GONE)
    assert set(outcomes) - {Failed(BLOCKED), Failed(GONE)} == {Sent("5741311803571721087")}


async def test_a_receiver_on_the_failed_list_for_too_many_messages_waits_alone(stage: Stage):
    refused = [{"receiver": "u2", "status": 12, "status_message": "tooManyRequests"}]
    answer = {"status": 0, "message_token": 40808912438712, "failed_list": refused}
    stage.viber.script("broadcast_message", Fault(text=json.dumps(answer)))
    outcomes = await stage.channel.broadcast([_parcel(1, "u1"), _parcel(2, "u2")])
    assert outcomes == [Sent("40808912438712"), Failed(SLOW_DOWN)]


async def test_a_whole_broadcast_refused_as_too_fast_slows_everyone(stage: Stage):
    stage.viber.script("broadcast_message", Fault(status=12))
    outcomes = await stage.channel.broadcast([_parcel(1, "u1"), _parcel(2, "u2")])
    assert outcomes == [Failed(SLOW_DOWN, everyone=True)] * 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault(status=24), NO_MONEY), (Fault(http=502, html=True), UNAVAILABLE), (Fault(drop=True), TIMED_OUT)],
)
async def test_a_whole_broadcast_that_failed_failed_for_each(stage: Stage, fault: Fault, error: object):
    stage.viber.script("broadcast_message", fault)
    outcomes = await stage.channel.broadcast([_parcel(1, "u1"), _parcel(2, "u2")])
    assert outcomes == [Failed(error)] * 2


async def test_a_broadcast_to_301_people_or_of_two_messages_is_a_mistake_of_ours(stage: Stage):
    with pytest.raises(ValueError, match="300"):
        await stage.channel.broadcast([_parcel(n, f"u{n}") for n in range(301)])
    with pytest.raises(ValueError, match="one message"):
        await stage.channel.broadcast([_parcel(1, "u1"), _parcel(2, "u2", "другачије")])
    with pytest.raises(ValueError, match="one message"):
        await stage.channel.broadcast([])
    assert stage.viber.calls == []


async def test_a_broadcast_with_a_file_is_refused_for_each(stage: Stage):
    file = Attachment("a.pdf", "application/pdf", b"%PDF")
    parcels = [Parcel(n, f"u{n}", "a", "en", attachment=file) for n in range(2)]
    assert await stage.channel.broadcast(parcels) == [Failed(REFUSED)] * 2


# --- bad days -------------------------------------------------------------------------------------


async def test_the_101st_message_without_an_answer_waits_and_an_answer_frees_the_way(stage: Stage):
    await stage.viber.say("u1", "zdravo")
    outcomes = [await stage.channel.send(_parcel(n, "u1")) for n in range(101)]
    assert {type(outcome) for outcome in outcomes[:100]} == {Sent}
    assert outcomes[100] == Failed(SLOW_DOWN)
    await stage.viber.say("u1", "hvala")
    assert isinstance(await stage.channel.send(_parcel(101, "u1")), Sent)


async def test_who_unsubscribes_has_blocked_us_and_who_comes_back_is_reached(stage: Stage):
    await stage.viber.push("subscribed", user={"id": "u1"})
    assert isinstance(await stage.channel.send(_parcel(1, "u1")), Sent)
    await stage.viber.push("unsubscribed", user_id="u1")
    assert await stage.channel.send(_parcel(2, "u1")) == Failed(BLOCKED)
    await stage.viber.say("u1", "ipak")
    assert isinstance(await stage.channel.send(_parcel(3, "u1")), Sent)
    assert [incoming.kind for incoming in stage.doors.received] == ["unblocked", "blocked", "text"]


async def test_a_request_that_hangs_may_have_got_through(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    stage.viber.script("send_message", Fault(hang=True))
    assert await stage.channel.send(_parcel(1, "u1")) == Failed(TIMED_OUT)


async def test_nobody_at_the_address_means_certainly_not_sent():
    settings = Settings(viber_token=TOKEN, viber_api_url="http://127.0.0.1:9/pa")
    channel = build(settings, Remembered().doors())
    assert await channel.send(_parcel(1, "u1")) == Failed(UNREACHABLE)
    await channel.stop()


async def test_after_a_stop_a_late_send_still_works(stage: Stage):
    stage.viber.subscribers.add("u1")
    await stage.channel.stop()
    assert isinstance(await stage.channel.send(_parcel(1, "u1")), Sent)


async def test_the_token_travels_in_its_header_and_in_no_body(stage: Stage):
    stage.viber.subscribers.add("u1")
    await stage.channel.send(_parcel(1, "u1"))
    [call] = stage.viber.calls
    assert call.headers["X-Viber-Auth-Token"] == TOKEN
    assert TOKEN not in str(call.body)


async def test_a_refusal_is_logged_by_its_number_and_without_the_person(stage: Stage, logs: Logs):
    await stage.channel.send(_parcel(1, "q1W2e3R4t5Y6u7I8o9P0aA=="))
    assert logs == [{"event": "Viber did not take a message", "status": 6, "log_level": "warning"}]


async def test_user_details_and_presence_are_read():
    async with FakeViber(TOKEN) as viber:
        viber.subscribers.add("u1")
        client = Client(viber.url, TOKEN)
        user = (await client.get_user_details("u1")).user
        assert user is not None
        assert user["language"] == "sr"
        online = await client.get_online(["u1", "u2"])
        assert [(who.id, who.online_status) for who in online.users] == [("u1", 0), ("u2", 4)]
        with pytest.raises(ValueError, match="100"):
            await client.get_online(["u"] * 101)
        viber.script("get_online", Fault(http=500, text=""))
        with pytest.raises(NoAnswerError):
            await client.get_online(["u1"])
        await client.close()
