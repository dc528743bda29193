"""An update of the Bot API → what a person did. Small tolerant models of the fields we use.

https://core.telegram.org/bots/api#update. Nothing here depends on a Telegram library: their full
models cost 60 times more and refuse an update for any field they did not expect.

    parse(body, now)
    ├── Said          a person did something; with the id of the button press to acknowledge
    ├── GroupNotice   the bot was spoken to in a group, where it does not talk
    ├── Ignored       understood, and nothing follows
    └── raises NotJsonError, NotUnderstoodError
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from bot.messages import Incoming, Kind

NAME: Final = "telegram"

# What is asked of Telegram; the rest of its kinds is understood, and ignored, should it come all the same.
WANTED: Final = ("message", "callback_query", "my_chat_member")
_UNWANTED: Final = frozenset(
    {
        # An edit is ignored on purpose: the first wording has been answered, a second answer would confuse.
        "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
        "message_reaction_count", "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query",
        "purchased_paid_media", "poll", "poll_answer", "chat_member", "chat_join_request", "chat_boost",
        "removed_chat_boost", "managed_bot",
    }
)  # fmt: skip

# Messages nobody wrote, and what web apps send: https://core.telegram.org/bots/api#message
_SERVICE: Final = re.compile(
    r"new_chat_.*|left_chat_member|delete_chat_photo|.*_chat_created|message_auto_delete_timer_changed|migrate_.*"
    r"|pinned_message|successful_payment|refunded_payment|users_shared|chat_shared|connected_website|gift|unique_gift.*"
    r"|gift_.*|write_access_allowed|passport_data|proximity_alert_triggered|boost_added|chat_background_set|forum_topic_.*"
    r"|general_forum_topic_.*|giveaway.*|video_chat_.*|web_app_data|checklist_tasks_.*|suggested_post_.*|chat_owner_.*"
    r"|direct_message_price_changed|paid_message_price_changed|managed_bot_created|poll_option_.*"
)
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND: Final = re.compile(r"(/\w{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")

# Telegram's ids have at most 52 significant bits: https://core.telegram.org/bots/api#chat
Id = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class NotJsonError(Exception):
    """The body is not JSON at all."""


class NotUnderstoodError(Exception):
    """JSON, but no update we can read; the sentence says why, without the person's words."""


class _User(msgspec.Struct):
    id: Id
    is_bot: bool = False
    language_code: str | None = None


class _Chat(msgspec.Struct):
    id: Id
    type: str


class _Contact(msgspec.Struct):
    phone_number: str
    user_id: Id | None = None


class _Location(msgspec.Struct):
    latitude: float
    longitude: float


class _RepliedTo(msgspec.Struct):
    message_id: Id


class _Message(msgspec.Struct):
    message_id: Id
    chat: _Chat
    date: int = 1
    sender: _User | None = msgspec.field(default=None, name="from")
    text: str | None = None
    caption: str | None = None
    contact: _Contact | None = None
    location: _Location | None = None
    reply_to_message: _RepliedTo | None = None


class _Callback(msgspec.Struct):
    id: str
    sender: _User = msgspec.field(name="from")
    message: _Message | None = None
    data: str | None = None


class _Member(msgspec.Struct):
    status: str


class _Membership(msgspec.Struct):
    chat: _Chat
    sender: _User = msgspec.field(name="from")
    new_chat_member: _Member


class _Update(msgspec.Struct):
    update_id: Id
    message: _Message | UnsetType = UNSET
    callback_query: _Callback | UnsetType = UNSET
    my_chat_member: _Membership | UnsetType = UNSET


class _Numbered(msgspec.Struct):
    update_id: Id


@dataclass(frozen=True, slots=True)
class Said:
    """A person did something. `press` is the id of the button press Telegram waits to have acknowledged."""

    incoming: Incoming
    press: str | None = None


@dataclass(frozen=True, slots=True)
class GroupNotice:
    """The bot is in a group or was spoken to there; what was said is not read."""

    chat: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing follows."""

    reason: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What orders updates: their own number, and the chat they belong to."""

    number: int | None
    chat: int | None = None


Understood = Said | GroupNotice | Ignored

_decode_update: Final = msgspec.json.Decoder(_Update).decode
_decode_anything: Final = msgspec.json.Decoder(msgspec.Raw).decode
_decode_number: Final = msgspec.json.Decoder(_Numbered).decode


def parse(body: bytes, now: datetime) -> Understood:
    """What the update says, as of `now`. Raises NotJsonError, or NotUnderstoodError for JSON we cannot read."""
    body = _readable(body)
    try:
        update = _decode_update(body)
    except msgspec.DecodeError as error:
        raise NotUnderstoodError(str(error)) from None
    message_id = str(update.update_id)
    if update.message is not UNSET:
        return _message(update.message, message_id, body, now)
    if update.callback_query is not UNSET:
        return _callback(update.callback_query, message_id, now)
    if update.my_chat_member is not UNSET:
        return _membership(update.my_chat_member, message_id, now)
    return _other(body)


def glance(body: bytes) -> Glance:
    """The update's number and chat, as far as they can be read."""
    try:
        body = _readable(body)
        update = _decode_update(body)
    except (NotJsonError, NotUnderstoodError, msgspec.DecodeError):
        return Glance(_number(body))
    callback = update.callback_query
    if callback is not UNSET:
        return Glance(update.update_id, callback.message.chat.id if callback.message else callback.sender.id)
    for part in (update.message, update.my_chat_member):
        if part is not UNSET:
            return Glance(update.update_id, part.chat.id)
    return Glance(update.update_id)


def _number(body: bytes) -> int | None:
    try:
        return _decode_number(body).update_id
    except (msgspec.DecodeError, RecursionError):
        return None


def mended(body: bytes) -> bytes:
    """JSON that is right but unusual (halves of surrogate pairs, numbers of any length, a byte order mark) made plain.

    Raises ValueError when it is not JSON.
    """
    read = json.loads(body, parse_int=_whole, parse_constant=_no_constant)
    return _UNKEEPABLE.sub("", json.dumps(read, ensure_ascii=False)).encode()


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 20 else digits


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _readable(body: bytes) -> bytes:
    """The body as JSON our decoder reads. Raises NotJsonError or NotUnderstoodError."""
    try:
        body.decode()
        return body if _is_json(body) else mended(body)
    except ValueError:
        raise NotJsonError from None
    except RecursionError:
        raise NotUnderstoodError("nested too deeply") from None


def _is_json(body: bytes) -> bool:
    try:
        _decode_anything(body)
    except msgspec.DecodeError:
        return False
    return True


def _message(message: _Message, message_id: str, body: bytes, now: datetime) -> Understood:
    sender, chat = message.sender, message.chat
    if chat.type != "private":
        return _in_group(chat, body)
    if sender is not None and sender.is_bot:
        return Ignored("written by a bot")
    kind, text, choice = _content(message)
    if kind == "media" and any(_SERVICE.fullmatch(name) for name in _keys(body, "message")):
        return Ignored("a service message")
    reply_to = str(message.reply_to_message.message_id) if message.reply_to_message else None
    incoming = _incoming(chat, message_id, kind, now, sender)
    return Said(replace(incoming, text=text, choice=choice, reply_to=reply_to))


def _content(message: _Message) -> tuple[Kind, str, str | None]:
    """Kind, text and choice of a message in a private chat."""
    if message.text is not None:
        return _text(_plain(message.text))
    contact, location = message.contact, message.location
    if contact and message.sender and contact.user_id == message.sender.id:
        return "contact", _plain(contact.phone_number), None
    if location:
        return "location", f"{location.latitude:.6f},{location.longitude:.6f}", None
    return "media", _plain(message.caption or ""), None


def _text(text: str) -> tuple[Kind, str, str | None]:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return "text", text, None
    name, rest = command[1], (command[2] or "").strip()
    if name == "/start":
        return "start", "", rest if _PAYLOAD.fullmatch(rest) else None
    return "text", f"{name} {rest}".strip(), None


def _callback(callback: _Callback, message_id: str, now: datetime) -> Understood:
    message = callback.message
    if message and message.chat.type != "private":
        return GroupNotice(str(message.chat.id))
    if not callback.data:
        return Ignored("a press without a choice")
    chat = message.chat if message else _Chat(callback.sender.id, "private")
    # Date 0 marks a message too old to be read or edited: https://core.telegram.org/bots/api#inaccessiblemessage
    pressed_on = str(message.message_id) if message and message.date else None
    incoming = _incoming(chat, message_id, "choice", now, callback.sender)
    return Said(replace(incoming, choice=_plain(callback.data), pressed_on=pressed_on), press=callback.id)


def _membership(membership: _Membership, message_id: str, now: datetime) -> Understood:
    chat, status = membership.chat, membership.new_chat_member.status
    if chat.type == "channel":
        return Ignored("in a channel")
    if chat.type != "private":
        return GroupNotice(str(chat.id)) if status in ("member", "administrator") else Ignored("out of a group")
    if status not in ("kicked", "member"):
        return Ignored("another membership")
    kind: Kind = "blocked" if status == "kicked" else "unblocked"
    return Said(_incoming(chat, message_id, kind, now, membership.sender))


def _in_group(chat: _Chat, body: bytes) -> Understood:
    """In a group only what people write is noticed; that somebody came or left is not."""
    if chat.type == "channel" or any(_SERVICE.fullmatch(name) for name in _keys(body, "message")):
        return Ignored("in a channel" if chat.type == "channel" else "a service message")
    return GroupNotice(str(chat.id))


def _other(body: bytes) -> Ignored:
    kinds = _keys(body) - {"update_id"}
    if kinds & _UNWANTED:
        return Ignored(f"a kind we do not use: {min(kinds & _UNWANTED)}")
    raise NotUnderstoodError("an update of no known kind")


def _incoming(chat: _Chat, message_id: str, kind: Kind, now: datetime, sender: _User | None) -> Incoming:
    hint = sender.language_code if sender else None
    return Incoming(NAME, str(chat.id), message_id, kind, now, hint=hint)


def _keys(body: bytes, inside: str | None = None) -> set[str]:
    read: dict[str, Any] = msgspec.json.decode(body)
    return set(read[inside] if inside else read)


def _plain(text: str) -> str:
    """Text without what no ledger keeps: NUL and halves of surrogate pairs."""
    return _UNKEEPABLE.sub("", text)
