"""Requests to the Bot API through aiogram: its methods and its session, and nothing else of it.

The only module that imports aiogram, which takes seconds: the composition root loads it in a thread.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, cast

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteWebhook,
    EditMessageText,
    GetMyCommands,
    GetMyDescription,
    GetMyShortDescription,
    GetUpdates,
    GetWebhookInfo,
    Response,
    SendDocument,
    SendMessage,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)

from bot.channels import base
from bot.channels.base import Failed, Parcel, Sent
from bot.channels.split import length
from bot.channels.telegram import answers
from bot.channels.telegram.answers import BotApiError
from bot.channels.telegram.api import Profile, Webhook
from bot.channels.telegram.rendering import CAPTION_LIMIT, html, rows
from bot.messages import Attachment, Button

PATIENCE: Final = 25.0  # seconds one request may take
CONNECTING: Final = 10.0  # of which finding and reaching the server
CONNECTIONS: Final = 40  # deliveries Telegram may make at once; its default
_HTML: Final = "HTML"
_JSON: Final = {"Content-Type": "application/json"}
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_LINK: Final = re.compile(r"://|\w\.\w")  # what Telegram might show a preview of
_TOKEN: Final = re.compile(r"\d+:[\w-]+")


class _WebhookInfo(msgspec.Struct):
    url: str = ""
    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""


class _Message(msgspec.Struct):
    message_id: int


class _Session(AiohttpSession):
    """aiogram's session with requests as JSON and our own reading of answers.

    Both are faster, and nothing Telegram accepted is taken for refused. Only files go as aiogram's forms.
    https://core.telegram.org/bots/api#making-requests
    """

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        if isinstance(method, SendDocument):
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        body = method.__pydantic_serializer__.to_json(method, exclude_unset=True, exclude_none=True, warnings=False)
        patience = cast("aiohttp.ClientTimeout", self.timeout) if timeout is None else aiohttp.ClientTimeout(total=timeout)
        try:
            async with session.post(url, data=body, headers=_JSON, timeout=patience) as answered:
                content = await answered.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        return self.check_response(bot, method, answered.status, content.decode()).result

    def check_response(
        self,
        bot: Bot,  # noqa: ARG002 - aiogram's signature
        method: TelegramMethod[Any],  # noqa: ARG002
        status_code: int,
        content: str,
    ) -> Response[Any]:
        return Response.model_construct(ok=True, result=answers.result(status_code, content))


class TelegramSender:
    """One bot on one Bot API server. Raises ValueError for a token not of Telegram's form."""

    def __init__(self, token: str, api_url: str, patience: float = PATIENCE) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("the token is not one from BotFather: digits, a colon, letters")
        session = _Session(api=TelegramAPIServer.from_base(api_url))
        # aiogram hands this on to aiohttp as it is, and aiohttp tells apart what a number cannot say.
        session.timeout = cast("float", aiohttp.ClientTimeout(total=patience, sock_connect=CONNECTING))
        self._bot = Bot(token, session=session)
        self._knows_previews = True

    async def send(self, parcel: Parcel) -> Sent | Failed:
        """Hand the parcel over, in the place of an earlier message where it can be. Never raises for what Telegram does."""
        try:
            if parcel.attachment:
                return await self._document(parcel, parcel.attachment)
            if parcel.replaces and parcel.replaces.isdecimal() and await self._edited(parcel, int(parcel.replaces)):
                return Sent(parcel.replaces)
            return await self._message(parcel)
        except BotApiError as error:
            return error.failed

    async def acknowledge(self, press: str) -> None:
        """The button stops turning."""
        await self._ask(AnswerCallbackQuery(callback_query_id=press))

    async def updates(self, after: int | None, wanted: Sequence[str], patience: int) -> list[bytes]:
        """The next updates as they came; those up to `after` are forgotten by Telegram. Waits `patience` s for the first."""
        offset = None if after is None else after + 1
        method = GetUpdates(offset=offset, timeout=patience, allowed_updates=list(wanted))
        answer = await self._ask(method, patience=patience + int(CONNECTING))
        try:
            return [bytes(update) for update in msgspec.json.decode(answer, type=list[msgspec.Raw])]
        except msgspec.DecodeError:
            raise BotApiError(200, "the updates are not a list", Failed(base.UNAVAILABLE)) from None

    async def webhook(self) -> Webhook:
        """The webhook as Telegram has it; an empty address when there is none."""
        info = msgspec.json.decode(await self._ask(GetWebhookInfo()), type=_WebhookInfo)
        return Webhook(info.url, info.pending_update_count, info.last_error_date, info.last_error_message)

    async def set_webhook(self, url: str, secret: str, wanted: Sequence[str]) -> None:
        """Telegram delivers the wanted kinds of updates to `url` with this secret; what is waiting stays waiting."""
        await self._ask(SetWebhook(url=url, secret_token=secret, allowed_updates=list(wanted), max_connections=CONNECTIONS))

    async def remove_webhook(self) -> None:
        """There is no webhook, and what is waiting stays waiting."""
        await self._ask(DeleteWebhook())

    async def show(self, profile: Profile) -> None:
        """Commands and descriptions of one language are as in `profile`; what already is so is not sent again."""
        language = profile.language or None
        commands = [BotCommand(command=name, description=told) for name, told in profile.commands]
        now = msgspec.json.decode(await self._ask(GetMyCommands(language_code=language)), type=list[dict[str, Any]])
        if [(c.get("command"), c.get("description")) for c in now] != list(profile.commands):
            await self._ask(SetMyCommands(commands=commands, language_code=language))
        described = await self._ask(GetMyDescription(language_code=language))
        if msgspec.json.decode(described) != {"description": profile.description}:
            await self._ask(SetMyDescription(description=profile.description, language_code=language))
        about = await self._ask(GetMyShortDescription(language_code=language))
        if msgspec.json.decode(about) != {"short_description": profile.about}:
            await self._ask(SetMyShortDescription(short_description=profile.about, language_code=language))

    async def close(self) -> None:
        """No connection is open."""
        await self._bot.session.close()

    # --- messages -------------------------------------------------------------------------------

    async def _message(self, parcel: Parcel) -> Sent:
        text = html(parcel.text)
        method = SendMessage(
            chat_id=parcel.address, text=text, parse_mode=_HTML, link_preview_options=self._preview(text),
            reply_markup=_keyboard(parcel.buttons),
        )  # fmt: skip
        return _sent(await self._ask_text(method))

    async def _edited(self, parcel: Parcel, message_id: int) -> bool:
        """Whether the earlier message now reads as the parcel; not, when it can no longer be changed."""
        text = html(parcel.text)
        method = EditMessageText(
            chat_id=parcel.address, message_id=message_id, text=text, parse_mode=_HTML,
            link_preview_options=self._preview(text), reply_markup=_keyboard(parcel.buttons),
        )  # fmt: skip
        try:
            await self._ask_text(method)
        except BotApiError as error:
            if error.failed.error is not base.REFUSED:
                raise
            return "message is not modified" in error.words
        return True

    def _preview(self, text: str) -> LinkPreviewOptions | None:
        return _NO_PREVIEW if self._knows_previews and _LINK.search(text) else None

    async def _ask_text(self, method: SendMessage | EditMessageText) -> msgspec.Raw:
        """As `_ask`; a Bot API server that does not know link_preview_options is asked without, from then on."""
        try:
            return await self._ask(method)
        except BotApiError as error:
            if method.link_preview_options is None or "link_preview_options" not in error.words:
                raise
            self._knows_previews = False
        return await self._ask(method.model_copy(update={"link_preview_options": None}))

    async def _document(self, parcel: Parcel, attachment: Attachment) -> Sent:
        """The file with the text below it; a text too long for that goes first, as its own message."""
        alone = length(parcel.text) > CAPTION_LIMIT
        first = await self._message(parcel) if alone else None
        method = SendDocument(
            chat_id=parcel.address, document=BufferedInputFile(attachment.content, attachment.name), parse_mode=_HTML,
            caption=None if alone else html(parcel.text), reply_markup=None if alone else _keyboard(parcel.buttons),
        )  # fmt: skip
        sent = _sent(await self._ask(method))
        return first or sent

    # --- the wire -------------------------------------------------------------------------------

    async def _ask(self, method: TelegramMethod[Any], patience: int | None = None) -> msgspec.Raw:
        """The result as it came. Raises BotApiError for everything else; its words never hold the token."""
        try:
            return cast("msgspec.Raw", await self._bot(method, request_timeout=patience))
        except TelegramNetworkError as error:
            raise _network_trouble(error.__cause__) from None
        except UnicodeDecodeError:
            raise BotApiError(0, "the answer is not text", Failed(base.UNAVAILABLE)) from None


@lru_cache(maxsize=512)  # most messages have the keyboard of some other one, and building it costs as much as sending it
def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_key(button) for button in row] for row in rows(buttons)])


def _key(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=button.label, callback_data=button.choice, url=button.url)


def _sent(result: msgspec.Raw) -> Sent:
    try:
        return Sent(str(msgspec.json.decode(result, type=_Message).message_id))
    except msgspec.ValidationError:
        return Sent()


def _network_trouble(cause: BaseException | None) -> BotApiError:
    """Only the kind of the error is told: its own words may hold the address, and so the token."""
    if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return BotApiError(0, f"no connection ({type(cause).__name__})", Failed(base.UNREACHABLE))
    return BotApiError(0, f"no answer ({type(cause).__name__})", Failed(base.TIMED_OUT))
