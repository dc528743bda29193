"""What Viber posts to us, read into our own values. Pure: bytes and a moment in, a value out.

https://developers.viber.com/docs/api/rest-bot-api/#callbacks
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Final, Literal, NoReturn

import msgspec

from bot.channels.viber.rendering import TAP
from bot.languages import clean
from bot.messages import Incoming, Kind

CHANNEL: Final = "viber"
_DAY: Final = timedelta(days=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REASON_LIMIT: Final = 200

ReceiptKind = Literal["delivered", "seen", "failed"]

# Printable and short enough for the ledger: anything else is not an id of Viber's.
Id = Annotated[str, msgspec.Meta(max_length=128, pattern=r"\A[\x21-\x7e]+\Z")]
Token = Annotated[str, msgspec.Meta(max_length=64, pattern=r"\A[\x21-\x7e]+\Z")]


class NotJsonError(Exception):
    """The body is not JSON."""


class NotUnderstoodError(Exception):
    """The body is JSON, but nothing we know; the sentence says what is wrong and quotes nobody."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Viber asks whether we are here (while the webhook is set)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message Viber had accepted.

    `token` is the id `send` returned; the messages of one broadcast share it, so only `token` and
    `address` together name a message. `reason` is Viber's word for a failure, in English.
    """

    kind: ReceiptKind
    token: str
    address: str
    reason: str = ""


Understood = Incoming | Receipt | Ping


class _User(msgspec.Struct):
    id: Id
    language: str | None = None


class _Contact(msgspec.Struct):
    phone_number: str | None = None


class _Location(msgspec.Struct):
    lat: float
    lon: float


class _Message(msgspec.Struct):
    type: str
    text: str | None = None
    media: str | None = None
    contact: _Contact | None = None
    location: _Location | None = None


class _Callback(msgspec.Struct):
    """The fields we use of every kind of callback."""

    event: str
    message_token: Token | None = None
    timestamp: int = 0
    user: _User | None = None
    user_id: Id | None = None
    sender: _User | None = None
    message: _Message | None = None
    context: str | None = None
    desc: str | None = None


def exact_json(body: bytes) -> object:
    """The JSON value with every whole number kept as the text of its digits.

    Viber's message tokens have 64 bits, more than other programs' numbers hold, so they are text
    from here on. Raises NotJsonError, and NotUnderstoodError for JSON nested beyond reason.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_int=str, parse_constant=_refuse)
    except RecursionError as error:
        raise NotUnderstoodError("nested too deeply") from error
    except ValueError as error:
        raise NotJsonError("not JSON in UTF-8") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def understand(body: bytes, now: datetime) -> Understood:
    """What a signed callback says. Raises NotJsonError or NotUnderstoodError."""
    try:
        callback = msgspec.convert(exact_json(body), _Callback, strict=False)
    except msgspec.ValidationError as error:
        raise NotUnderstoodError(f"not a callback: {_place(error)}") from error
    reader = _READERS.get(callback.event)
    if reader is None:
        raise NotUnderstoodError("an event we do not know")
    return reader(callback, now)


def _place(error: msgspec.ValidationError) -> str:
    """Where it is wrong, without the value: dead letters' reasons hold no personal data."""
    _, found, place = str(error).rpartition(" - at ")
    return place.strip("`") if found else "$"


def _ping(_callback: _Callback, _now: datetime) -> Understood:
    return Ping()


def _receipt(kind: ReceiptKind, callback: _Callback, _now: datetime) -> Understood:
    if callback.message_token is None or callback.user_id is None:
        raise NotUnderstoodError("a receipt without its token or its user")
    reason = clean(callback.desc or "")[:_REASON_LIMIT]
    return Receipt(kind, callback.message_token, callback.user_id, reason)


def _started(callback: _Callback, now: datetime) -> Understood:
    """Somebody opened the chat. They are no subscriber yet: the welcome goes out in the HTTP response only."""
    opened = _incoming(callback, callback.user, "start", now)
    return replace(opened, choice=clean(callback.context or "") or None)


def _subscribed(callback: _Callback, now: datetime) -> Understood:
    return _incoming(_with_id(callback, callback.user), callback.user, "unblocked", now)


def _unsubscribed(callback: _Callback, now: datetime) -> Understood:
    user = _User(callback.user_id) if callback.user_id else None
    return _incoming(_with_id(callback, user), user, "blocked", now)


def _with_id(callback: _Callback, user: _User | None) -> _Callback:
    """A person's leaving counts even without a token, which Viber's own library does not look for here."""
    if callback.message_token or user is None:
        return callback
    return msgspec.structs.replace(callback, message_token=f"{callback.event}-{callback.timestamp}-{user.id}")


def _message(callback: _Callback, now: datetime) -> Understood:
    message = callback.message
    if message is None:
        raise NotUnderstoodError("a message event without a message")
    kind, text = _content(message)
    if kind == "text" and text.startswith(TAP):
        return replace(_incoming(callback, callback.sender, "choice", now), choice=text.removeprefix(TAP))
    return replace(_incoming(callback, callback.sender, kind, now), text=text)


def _content(message: _Message) -> tuple[Kind, str]:
    """The kind of a message and its words: a link counts as text, a kind Viber may add counts as media."""
    text = clean(message.text or "")
    match message.type:
        case "text":
            return "text", text
        case "url":
            return "text", clean(message.media or "") or text
        case "contact":
            return "contact", clean((message.contact and message.contact.phone_number) or "")
        case "location" if message.location:
            return "location", f"{message.location.lat},{message.location.lon}"
        case _:
            return "media", text


def _incoming(callback: _Callback, user: _User | None, kind: Kind, now: datetime) -> Incoming:
    if user is None or callback.message_token is None:
        raise NotUnderstoodError("no user or no message token")
    return Incoming(
        channel=CHANNEL,
        address=user.id,
        message_id=callback.message_token,
        kind=kind,
        at=_moment(callback.timestamp, now),
        hint=clean(user.language or "")[:35] or None,
    )


def _moment(milliseconds: int, now: datetime) -> datetime:
    """Viber's moment if it is of the last day (it repeats callbacks for an hour), else `now`."""
    age = (now - _EPOCH) // _MILLISECOND - milliseconds
    return _EPOCH + milliseconds * _MILLISECOND if 0 <= age <= _DAY // _MILLISECOND else now


_READERS: Final[Mapping[str, Callable[[_Callback, datetime], Understood]]] = {
    "webhook": _ping,
    "conversation_started": _started,
    "subscribed": _subscribed,
    "unsubscribed": _unsubscribed,
    "message": _message,
    "delivered": partial(_receipt, "delivered"),
    "seen": partial(_receipt, "seen"),
    "failed": partial(_receipt, "failed"),
}
