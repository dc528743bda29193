"""Viber: callbacks in at POST /channels/viber, messages out by our own small client.

- parsing.py: Viber's callbacks → Incoming, Receipt
- rendering.py: small Markdown and buttons → Viber's text and keyboard
- sending.py: the REST client; Viber's answers → the closed list of send errors
- sessions.py: what a message would cost
"""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.channels.base import REFUSED, SLOW_DOWN, Bury, Failed, Limits, Parcel, Receive, Sent
from bot.channels.bodies import limited
from bot.channels.viber.parsing import (
    CHANNEL,
    NotJsonError,
    NotUnderstoodError,
    Receipt,
    Understood,
    understand,
)
from bot.channels.viber.rendering import LIMITS, message
from bot.channels.viber.sending import Answer, Client, NoAnswerError, failed
from bot.messages import Button, Incoming, Language, Outgoing
from bot.settings import Settings

PATH: Final = "/channels/viber"
EVENTS: Final = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")
UNNAMED: Final = "Prag"  # until Viber has told the account's own name

NoteReceipt = Callable[[Receipt], Awaitable[None]]
Welcome = Callable[[Incoming], Awaitable[Outgoing | None]]
Standing = Callable[[Language], tuple[Button, ...]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """What the composition root hands the channel.

    `welcome` answers an opened chat (kind `start`); what it returns goes out in the HTTP response and
    nowhere else, so it must queue nothing. `standing` are the buttons below a message that has none:
    Viber takes the keyboard away with any message that does not bring one.
    """

    receive: Receive
    bury: Bury
    receipt: NoteReceipt
    welcome: Welcome
    standing: Standing


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds before the first attempt to set the account up, doubled after each, up to `longest`."""

    first: float = 1.0
    longest: float = 600.0


class Viber:
    """The channel of one Viber account."""

    def __init__(self, settings: Settings, doors: Doors, pace: Pace) -> None:
        self._token = settings.viber_token.encode()
        self._public_url = settings.public_url.rstrip("/")
        self._client = Client(settings.viber_api_url, settings.viber_token)
        self._doors = doors
        self._pace = pace
        self._sender = UNNAMED
        self._setting_up: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def limits(self) -> Limits:
        return LIMITS

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self._webhook, methods=["POST"])]

    def numbers(self) -> dict[str, float]:
        """What an operator watches: whether the account is set up."""
        return {"set_up": float(self._setting_up is not None and self._setting_up.done())}

    async def start(self) -> None:
        """Returns at once; the account is checked and the webhook set in the background, until it works.

        Viber calls the webhook while it is being set, so the server must accept by then: the first
        attempt waits `Pace.first`, and a refused one is repeated.
        """
        self._setting_up = asyncio.create_task(self._set_up())

    async def stop(self) -> None:
        """Nothing runs in the background any more and the connections are closed."""
        if self._setting_up is not None:
            self._setting_up.cancel()
            with suppress(asyncio.CancelledError):
                await self._setting_up
        await self._client.close()

    # --- out ------------------------------------------------------------------------------------

    async def send(self, parcel: Parcel) -> Sent | Failed:
        """Hand one message to Viber; it never edits an earlier one, so `replaces` is passed over.

        Viber takes no uploads: a parcel with an attachment is refused, give the person a link instead.
        """
        if parcel.attachment is not None:
            return Failed(REFUSED)
        body = self._message(parcel) | {"tracking_data": str(parcel.row)}
        try:
            return _sent(await self._client.send_message(parcel.address, body))
        except NoAnswerError as error:
            return error.failed

    async def broadcast(self, parcels: Sequence[Parcel]) -> list[Sent | Failed]:
        """Hand the same message to at most 300 people in one request; the outcomes are in the parcels' order.

        All of them share one message token. Raises ValueError for more parcels or for different messages.
        """
        if len({(p.text, p.language, p.buttons, p.attachment) for p in parcels}) != 1:
            raise ValueError("a Viber broadcast is one message")
        if parcels[0].attachment is not None:
            return [Failed(REFUSED)] * len(parcels)
        try:
            answer = await self._client.broadcast_message([p.address for p in parcels], self._message(parcels[0]))
        except NoAnswerError as error:
            return [error.failed] * len(parcels)
        whole = _sent(answer)
        if isinstance(whole, Failed):
            # 500 requests in 10 seconds is the account's limit, not one person's.
            return [replace(whole, everyone=whole.everyone or whole.error is SLOW_DOWN)] * len(parcels)
        missed = {refusal.receiver: failed(refusal.status) for refusal in answer.failed_list}
        return [missed.get(parcel.address, whole) for parcel in parcels]

    def _message(self, parcel: Parcel) -> dict[str, object]:
        return message(parcel.text, parcel.buttons or self._doors.standing(parcel.language), self._sender)

    # --- in -------------------------------------------------------------------------------------

    async def _webhook(self, request: Request) -> Response:
        try:
            body = await limited(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        if not _is_signed(body, self._token, request.headers.get("X-Viber-Content-Signature", "")):
            return Response(status_code=403)
        try:
            return await self._handle(body)
        except Exception as error:  # noqa: BLE001 - whatever kept it from the ledger, Viber shall send it again
            _log.error("a Viber callback could not be kept", error=type(error).__name__)
            return Response(status_code=503)

    async def _handle(self, body: bytes) -> Response:
        try:
            understood = understand(body, clock.now())
        except NotJsonError:
            return Response(status_code=400)
        except NotUnderstoodError as error:
            await self._doors.bury(CHANNEL, body, str(error))
            return Response()
        return await self._take(understood)

    async def _take(self, understood: Understood) -> Response:
        match understood:
            case Receipt():
                await self._doors.receipt(understood)
            case Incoming(kind="start"):
                outgoing = await self._doors.welcome(understood)
                if outgoing is not None:
                    buttons = outgoing.buttons or self._doors.standing(outgoing.language)
                    return JSONResponse(message(outgoing.text, buttons, self._sender))
            case Incoming():
                await self._doors.receive(understood)
        return Response()

    # --- the account ----------------------------------------------------------------------------

    async def _set_up(self) -> None:
        pause = self._pace.first
        while True:
            await asyncio.sleep(pause)
            trouble = await self._trouble()
            if not trouble:
                return
            pause = min(2 * pause, self._pace.longest)
            _log.warning("Viber is not set up", reason=trouble, next_attempt_in_seconds=pause)

    async def _trouble(self) -> str:
        """Check the account and set the webhook; what is wrong in a sentence, empty when all is well."""
        try:
            account = await self._client.get_account_info()
            if account.status:
                return _explained(account.status, "")
            self._sender = account.name or UNNAMED
            if not self._public_url:
                _log.warning("Viber cannot reach us: set PRAG_PUBLIC_URL to our https address and start again")
                return ""
            url = self._public_url + PATH
            answer = await self._client.set_webhook(url, EVENTS)
        except NoAnswerError as error:
            return error.failed.error.told
        if answer.status:
            return _explained(answer.status, url)
        _log.info("Viber is set up", webhook=url)
        return ""


def build(settings: Settings, doors: Doors, pace: Pace = Pace()) -> Viber:
    """The channel for `PRAG_VIBER_TOKEN`. Raises ValueError without one: an empty key would sign anything."""
    if not settings.viber_token:
        raise ValueError("PRAG_VIBER_TOKEN is not set")
    return Viber(settings, doors, pace)


def _sent(answer: Answer) -> Sent | Failed:
    if answer.status == 0:
        return Sent(answer.message_token)
    _log.warning("Viber did not take a message", status=answer.status)
    return failed(answer.status)


def _is_signed(body: bytes, token: bytes, signature: str) -> bool:
    """Whether `signature` is Viber's for these very bytes: hex of HMAC-SHA256, compared in constant time.

    https://developers.viber.com/docs/api/rest-bot-api/#callbacks
    """
    expected = hmac.new(token, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("latin-1"))


def _explained(status: int, url: str) -> str:
    """What the operator can do about a status that keeps the account from being set up."""
    match status:
        case 1:
            return f"Viber could not open {url}; it must answer from the internet over https with a certificate from a public authority"
        case 2 | 8:
            return "Viber does not accept PRAG_VIBER_TOKEN; copy the bot's token again from Viber's settings and start again"
        case 7 | 9 | 15:
            return "Viber has blocked or suspended this account; ask Viber's support or your partner"
        case _:
            return f"Viber answered with status {status}; https://creators.viber.com/docs/bots-api/errors says what it means"
