"""A small client of Viber's REST API: six calls, JSON, and every answer put into our closed list.

https://developers.viber.com/docs/api/rest-bot-api/
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import aiohttp
import msgspec

from bot.channels.base import (
    BLOCKED,
    GONE,
    NO_MONEY,
    REFUSED,
    SLOW_DOWN,
    TIMED_OUT,
    UNAUTHORISED,
    UNAVAILABLE,
    UNREACHABLE,
    Failed,
    SendError,
)
from bot.channels.viber.parsing import Id, NotJsonError, NotUnderstoodError, Token, exact_json

BROADCAST_LIMIT: Final = 300
ONLINE_LIMIT: Final = 100
_TIMEOUT: Final = aiohttp.ClientTimeout(total=20, sock_connect=5)

# https://creators.viber.com/docs/bots-api/errors; a status that is not here is REFUSED.
SEND_ERRORS: Final[Mapping[int, SendError]] = {
    2: UNAUTHORISED,  # the token is wrong
    5: GONE,  # no such receiver
    6: BLOCKED,  # not (any more) a subscriber
    7: UNAUTHORISED,  # the account is blocked
    8: UNAUTHORISED,  # the token belongs to no account
    9: UNAUTHORISED,  # the account is suspended
    10: UNAUTHORISED,  # the account has no webhook
    11: GONE,  # the receiver has no device that can show it
    12: SLOW_DOWN,  # 100 messages to this receiver in an hour without an answer
    15: UNAUTHORISED,  # the account may not do this
    21: NO_MONEY,  # the account may not send to this country
    22: NO_MONEY,  # payments are not supported
    23: NO_MONEY,  # the free messages are used up
    24: NO_MONEY,  # the balance is used up
}


class Refusal(msgspec.Struct):
    """One receiver of a broadcast who did not get it."""

    receiver: Id
    status: int


class Presence(msgspec.Struct):
    """Whether a person is online: 0 yes, 1 no, 2 undisclosed, 3 try later, 4 unavailable."""

    id: Id
    online_status: int


class Answer(msgspec.Struct):
    """Viber's answer to any call, read as far as we use it. `status` 0 is success."""

    status: int
    message_token: Token | None = None
    failed_list: tuple[Refusal, ...] = ()
    name: str | None = None
    event_types: tuple[str, ...] = ()
    users: tuple[Presence, ...] = ()
    user: dict[str, Any] | None = None


class NoAnswerError(Exception):
    """Viber gave no answer we can read; `failed` says what that means for a message."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.error.name)
        self.failed = failed


class Client:
    """One account's calls. Each returns Viber's Answer, whatever its status, or raises NoAnswerError."""

    def __init__(self, api_url: str, token: str) -> None:
        self._api_url = api_url.rstrip("/")
        self._headers = {"X-Viber-Auth-Token": token, "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    async def set_webhook(self, url: str, event_types: Sequence[str]) -> Answer:
        """Viber posts its callbacks to `url` from now on, without people's names and photos."""
        body = {"url": url, "event_types": list(event_types), "send_name": False, "send_photo": False}
        return await self._call("set_webhook", body)

    async def get_account_info(self) -> Answer:
        return await self._call("get_account_info", {})

    async def send_message(self, receiver: str, message: Mapping[str, Any]) -> Answer:
        return await self._call("send_message", {"receiver": receiver, **message})

    async def broadcast_message(self, receivers: Sequence[str], message: Mapping[str, Any]) -> Answer:
        """One message to at most 300 receivers; those who did not get it are in `failed_list`."""
        if len(receivers) > BROADCAST_LIMIT:
            raise ValueError(f"Viber takes at most {BROADCAST_LIMIT} receivers in a request")
        return await self._call("broadcast_message", {"broadcast_list": list(receivers), **message})

    async def get_user_details(self, address: str) -> Answer:
        """What Viber tells of a subscriber. It allows two calls for a person in twelve hours."""
        return await self._call("get_user_details", {"id": address})

    async def get_online(self, addresses: Sequence[str]) -> Answer:
        if len(addresses) > ONLINE_LIMIT:
            raise ValueError(f"Viber takes at most {ONLINE_LIMIT} addresses in a request")
        return await self._call("get_online", {"ids": list(addresses)})

    async def close(self) -> None:
        """The connections are closed; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, body: Mapping[str, Any]) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=_TIMEOUT)
        try:
            # In UTF-8: Cyrillic as \\u escapes would pass Viber's 30 KB a request.
            data = msgspec.json.encode(body)
            async with self._session.post(f"{self._api_url}/{method}", data=data, allow_redirects=False) as response:
                return _answer(response, await response.read())
        except UnicodeEncodeError as error:
            raise NoAnswerError(Failed(REFUSED)) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NoAnswerError(Failed(_lost(error))) from error


def _answer(response: aiohttp.ClientResponse, body: bytes) -> Answer:
    """The answer in a response. Viber answers 200 even to what it refuses, so other statuses come from in between."""
    if response.status != 200:
        raise NoAnswerError(_failed_http(response))
    try:
        return msgspec.convert(exact_json(body), Answer, strict=False)
    except (msgspec.ValidationError, NotJsonError, NotUnderstoodError) as error:
        raise NoAnswerError(Failed(UNAVAILABLE)) from error


def _failed_http(response: aiohttp.ClientResponse) -> Failed:
    match response.status:
        case 429:
            after = response.headers.get("Retry-After", "")
            return Failed(
                SLOW_DOWN,
                retry_after=float(after) if after.isascii() and after.isdecimal() else None,
                everyone=True,
            )
        case 401 | 403:
            return Failed(UNAUTHORISED, everyone=True)
        case 408 | 504:
            return Failed(TIMED_OUT)
        case status if status >= 500 or status < 400:
            return Failed(UNAVAILABLE)
        case _:
            return Failed(REFUSED)


def _lost(error: Exception) -> SendError:
    """Once connected, the request may have arrived, whatever was lost afterwards."""
    never_connected = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL)
    return UNREACHABLE if never_connected else TIMED_OUT


def failed(status: int) -> Failed:
    """What a status other than 0 means for a message."""
    error = SEND_ERRORS.get(status, REFUSED)
    return Failed(error, everyone=error is UNAUTHORISED)
