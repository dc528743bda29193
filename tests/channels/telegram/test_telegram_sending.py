"""Sending when the network itself fails, and what never shows: the token."""

import pytest

from bot.channels import base
from bot.channels.base import Failed, Parcel, Sent
from bot.channels.split import length, parts
from bot.channels.telegram.answers import BotApiError
from bot.channels.telegram.rendering import LIMITS
from bot.channels.telegram.sending import TelegramSender
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_rules import Fault, dropped, hanging

PARCEL = Parcel(row=1, address="7", text="dobar dan", language="sr-Latn")


@pytest.fixture
async def hasty(telegram: FakeTelegram):
    made = TelegramSender(telegram.token, telegram.url, patience=0.3)
    yield made
    await made.close()


@pytest.mark.parametrize("done", [False, True])
async def test_no_answer_in_time_leaves_it_unknown_whether_it_was_sent(telegram: FakeTelegram, hasty: TelegramSender, done: bool) -> None:
    telegram.script("sendMessage", hanging(done=done))
    assert await hasty.send(PARCEL) == Failed(base.TIMED_OUT)
    assert bool(telegram.shown(7)) is done


@pytest.mark.parametrize("done", [False, True])
async def test_a_connection_that_ends_without_an_answer_leaves_it_unknown_too(
    telegram: FakeTelegram, sender: TelegramSender, done: bool
) -> None:
    telegram.script("sendMessage", dropped(done=done))
    assert await sender.send(PARCEL) == Failed(base.TIMED_OUT)
    assert bool(telegram.shown(7)) is done


async def test_where_nothing_listens_nothing_was_sent() -> None:
    sender = TelegramSender(TOKEN, "http://127.0.0.1:9")
    assert await sender.send(PARCEL) == Failed(base.UNREACHABLE)
    await sender.close()


async def test_an_answer_of_broken_bytes_is_an_outage(telegram: FakeTelegram, sender: TelegramSender) -> None:
    telegram.script("sendMessage", Fault(200, '{"ok": true, "result": '), Fault(200, "[]"), Fault(200, '{"ok": "da"}'))
    assert [await sender.send(PARCEL) for _ in range(3)] == [Failed(base.UNAVAILABLE)] * 3


async def test_hundred_parcels_at_once_all_go(telegram: FakeTelegram, sender: TelegramSender) -> None:
    import asyncio

    results = await asyncio.gather(*(sender.send(Parcel(n, str(n), f"poruka {n}", "sr-Latn")) for n in range(1, 101)))
    assert all(isinstance(result, Sent) for result in results)
    assert sorted(telegram.shown(5)) == ["poruka 5"]


async def test_a_text_cut_to_the_limit_is_taken_whole(telegram: FakeTelegram, sender: TelegramSender) -> None:
    text = "\n\n".join(f"**Naslov {n}** i [veza](https://www.kim.gov.rs/{n}) & još 😀 <teksta>." for n in range(400))
    cut = parts(text, LIMITS.text)
    assert len(cut) > 1
    for part in cut:
        assert isinstance(await sender.send(Parcel(1, "7", part, "sr-Latn")), Sent)
    assert [len(shown.encode("utf-16-le")) // 2 for shown in telegram.shown(7)] == [length(part) for part in cut]


@pytest.mark.parametrize("fault", [hanging(), dropped(), Fault(500, f"/bot{TOKEN[:4]}")])
async def test_an_error_never_holds_the_token(telegram: FakeTelegram, hasty: TelegramSender, fault: Fault) -> None:
    telegram.script("getWebhookInfo", fault)
    with pytest.raises(BotApiError) as caught:
        await hasty.webhook()
    assert TOKEN not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_a_token_of_the_wrong_form_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="not one from BotFather") as caught:
        TelegramSender("tajna", "http://127.0.0.1:9")
    assert "tajna" not in str(caught.value)
