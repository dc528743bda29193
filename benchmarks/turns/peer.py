"""The bot we measure ourselves against: aiogram and nothing around it. It keeps no state and writes nothing down.

It shows the same topics and articles as Prag, by the same kind of buttons, and answers questions through
the same index. `python -m benchmarks.turns.peer PORT API_PORT INDEX_FOLDER [primed]`.

`primed`: references to the generic response types are kept. Without them pydantic's weak cache forgets
each at a garbage collection, and aiogram builds them again and again.
"""

import gc
import sys
from functools import cache
from pathlib import Path

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.turns.driver import PATH, SECRET
from bot.library import Library, files_below, read
from bot.search import Index
from bot.settings import PACKAGE

TOKEN = "12345:abc"


class Pages:
    """What the bot shows, ready to be sent."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.shown = cache(self._shown)

    def _shown(self, choice: str) -> tuple[str, InlineKeyboardMarkup]:
        verb, _, about = choice.partition("_")
        if verb == "article" and about in self._library.articles:
            version = self._library.articles[about].versions["en"]
            return f"{version.title}\n\n{version.summary}", _keyboard([("Menu", "menu")])
        if verb == "topic":
            articles = self._library.of_topic(about)
            return "Which one?", _keyboard([*((one.versions["en"].title, f"article_{one.id}") for one in articles), ("Menu", "menu")])
        return "What would you like to know?", _keyboard([(topic.name["en"], f"topic_{topic.id}") for topic in self._library.topics])


def _keyboard(buttons: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text[:64], callback_data=data)] for text, data in buttons])


def dispatcher(pages: Pages, index: Index) -> Dispatcher:
    """Buttons change their message; questions get the first article."""
    made = Dispatcher()

    @made.callback_query(F.data)
    async def pressed(press: CallbackQuery) -> None:
        assert press.data is not None
        assert isinstance(press.message, Message)
        text, keyboard = pages.shown(press.data)
        await press.answer()
        await press.message.edit_text(text, reply_markup=keyboard)

    @made.message(F.text)
    async def written(message: Message) -> None:
        assert message.text is not None
        found = index.find(message.text)
        text, keyboard = pages.shown(f"article_{found.ranking[0].article}")
        await message.answer(text, reply_markup=keyboard)

    return made


def main() -> None:
    port, api_port, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    library, _ = read(files_below(PACKAGE / "content"))
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{api_port}")))
    app = web.Application()
    made = dispatcher(Pages(library), Index.build(library, folder))
    SimpleRequestHandler(made, bot, secret_token=SECRET).register(app, path=PATH)
    setup_application(app, made, bot=bot)
    app["kept"] = (
        [Response[method.__returning__] for method in (SendMessage, EditMessageText, AnswerCallbackQuery)] if "primed" in sys.argv else []
    )
    gc.collect()
    gc.freeze()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
