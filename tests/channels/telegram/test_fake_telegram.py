"""The fake Bot API is trusted because bots of two independent libraries work with it, and see its faults as the real ones."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiogram
import pytest
import telegram as ptb
from aiogram import exceptions, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import error as ptb_error
from telegram import ext

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import bad_gateway, blocked, conflict, flooded, moved, refused, unauthorised

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

MENU = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="Meni", callback_data="menu")]])
PTB_MENU = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Meni", callback_data="menu")]])


@asynccontextmanager
async def aiogram_polling(telegram: FakeTelegram) -> AsyncIterator[list[str]]:
    bot, dispatcher, left = _aiogram_bot(telegram)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
    await telegram.wait_for("getUpdates")
    yield left
    await dispatcher.stop_polling()
    await polling


@asynccontextmanager
async def aiogram_webhook(telegram: FakeTelegram) -> AsyncIterator[list[str]]:
    bot, dispatcher, left = _aiogram_bot(telegram)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="tajna", handle_in_background=False).register(app, "/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="tajna")
    assert (await bot.get_webhook_info()).url.endswith("/hook")
    yield left
    await runner.cleanup()
    await bot.session.close()


@asynccontextmanager
async def ptb_polling(telegram: FakeTelegram) -> AsyncIterator[list[str]]:
    left: list[str] = []

    async def write(update: ptb.Update, _context: object) -> None:
        await update.message.reply_text(f"<b>{update.message.text}</b>", parse_mode="HTML", reply_markup=PTB_MENU)

    async def press(update: ptb.Update, _context: object) -> None:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(f"izbor: {update.callback_query.data}")

    async def member(update: ptb.Update, _context: object) -> None:
        left.append(update.my_chat_member.new_chat_member.status)

    base = f"{telegram.url}/bot"
    application = ext.Application.builder().token(telegram.token).base_url(base).build()
    application.add_handler(ext.MessageHandler(ext.filters.TEXT & ext.filters.UpdateType.MESSAGE, write))
    application.add_handler(ext.CallbackQueryHandler(press))
    application.add_handler(ext.ChatMemberHandler(member))
    async with application:
        await application.start()
        await application.updater.start_polling(timeout=5, allowed_updates=ptb.Update.ALL_TYPES)
        await telegram.wait_for("getUpdates")
        yield left
        await application.updater.stop()
        await application.stop()


Bot = Callable[[FakeTelegram], Awaitable[list[str]]]


@pytest.mark.parametrize("running", [aiogram_polling, aiogram_webhook, ptb_polling])
async def test_an_independent_bot_echoes_changes_its_message_and_hears_of_blocks(telegram: FakeTelegram, running: Bot) -> None:
    async with running(telegram) as left:
        telegram.say(7, "dobar dan & <zdravo>"[:9])
        await telegram.wait_for("sendMessage")
        assert telegram.shown(7) == ["dobar dan"]
        telegram.edit(7, 101, "dobar dan svima")
        telegram.press(7, "menu")
        await telegram.wait_for("editMessageText")
        assert telegram.shown(7) == ["izbor: menu"]
        assert len(telegram.asked("answerCallbackQuery")) == 1
        telegram.block(7)
        await telegram.delivered()
        telegram.unblock(7)
        await telegram.delivered()
    assert left == ["kicked", "member"]


@pytest.mark.parametrize("running", [aiogram_polling, aiogram_webhook, ptb_polling])
async def test_an_independent_bot_sees_twenty_chats_each_in_its_order(telegram: FakeTelegram, running: Bot) -> None:
    async with running(telegram):
        for number in range(60):
            telegram.say(1 + number % 20, f"poruka {number}")
        await telegram.wait_for("sendMessage", 60)
        await telegram.delivered()
    for chat in range(1, 21):
        assert sorted(telegram.shown(chat)) == sorted(f"poruka {number}" for number in range(60) if 1 + number % 20 == chat)


FAULTS = [
    (flooded(3), exceptions.TelegramRetryAfter, ptb_error.RetryAfter),
    (blocked(), exceptions.TelegramForbiddenError, ptb_error.Forbidden),
    (moved(-100123), exceptions.TelegramMigrateToChat, ptb_error.ChatMigrated),
    (refused("chat not found"), exceptions.TelegramBadRequest, ptb_error.BadRequest),
    (unauthorised(), exceptions.TelegramUnauthorizedError, ptb_error.InvalidToken),
    (conflict(), exceptions.TelegramConflictError, ptb_error.Conflict),
    (bad_gateway(), exceptions.ClientDecodeError, ptb_error.NetworkError),
]


@pytest.mark.parametrize(("fault", "in_aiogram", "in_ptb"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
async def test_both_libraries_take_each_fault_for_what_it_is(
    telegram: FakeTelegram, fault: object, in_aiogram: type[Exception], in_ptb: type[Exception]
) -> None:
    telegram.script("sendMessage", fault, fault)
    one = aiogram.Bot(telegram.token, session=_session(telegram))
    with pytest.raises(in_aiogram):
        await one.send_message(7, "dobar dan")
    await one.session.close()
    async with ptb.Bot(telegram.token, base_url=f"{telegram.url}/bot") as other:
        with pytest.raises(in_ptb):
            await other.send_message(7, "dobar dan")
    assert telegram.shown(7) == []


async def test_it_refuses_what_telegram_refuses(telegram: FakeTelegram) -> None:
    bot = aiogram.Bot(telegram.token, session=_session(telegram))
    long_button = types.InlineKeyboardButton(text="Ш", callback_data="ш" * 33)
    wrong = [
        {"text": "<b>ovo", "parse_mode": "HTML"},
        {"text": "<h1>ovo</h1>", "parse_mode": "HTML"},
        {"text": "š" * 4097},
        {"text": "  "},
        {"text": "da", "reply_markup": types.InlineKeyboardMarkup(inline_keyboard=[[long_button]])},
    ]
    for message in wrong:
        with pytest.raises(exceptions.TelegramBadRequest):
            await bot.send_message(7, **message)
    sent = await bot.send_message(7, "š" * 4096)
    for number, text in ((sent.message_id, sent.text), (99999, "nešto drugo")):
        with pytest.raises(exceptions.TelegramBadRequest):
            await bot.edit_message_text(text, chat_id=7, message_id=number)
    await bot.session.close()


async def test_a_second_poller_ends_the_first(telegram: FakeTelegram) -> None:
    bot = aiogram.Bot(telegram.token, session=_session(telegram))
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await telegram.wait_for("getUpdates")
    assert await bot.get_updates(timeout=0) == []
    with pytest.raises(exceptions.TelegramConflictError):
        await first
    await bot.session.close()


def _aiogram_bot(telegram: FakeTelegram) -> tuple[aiogram.Bot, aiogram.Dispatcher, list[str]]:
    bot, dispatcher, left = aiogram.Bot(telegram.token, session=_session(telegram)), aiogram.Dispatcher(), []

    @dispatcher.message()
    async def write(message: types.Message) -> None:
        await message.answer(f"<b>{message.text}</b>", parse_mode="HTML", reply_markup=MENU)

    @dispatcher.callback_query()
    async def press(query: types.CallbackQuery) -> None:
        await query.answer()
        await query.message.edit_text(f"izbor: {query.data}")

    @dispatcher.edited_message()
    async def edited(_message: types.Message) -> None:
        return

    @dispatcher.my_chat_member()
    async def member(update: types.ChatMemberUpdated) -> None:
        left.append(update.new_chat_member.status)

    return bot, dispatcher, left


def _session(telegram: FakeTelegram) -> AiohttpSession:
    return AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
