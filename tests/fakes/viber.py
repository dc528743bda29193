"""A Viber of our own on the loopback: the REST API, its limits, its callbacks, and its bad days.

Written from the public documentation alone (https://developers.viber.com/docs/api/rest-bot-api/) and
certified in test_viber_fake.py by bots built on two public libraries.
"""

import asyncio
import hashlib
import hmac
import io
import itertools
import json
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Final, Self

import aiohttp
from aiohttp import web

REQUEST_LIMIT: Final = 30 * 1024
UNANSWERED_LIMIT: Final = 100
BROADCAST_LIMIT: Final = 300
ONLINE_LIMIT: Final = 100
FIRST_TOKEN: Final = 5_741_311_803_571_721_087  # beyond what a double holds exactly


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a bot."""

    method: str
    headers: dict[str, str]
    body: dict[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a bot's webhook answered to a callback."""

    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that is scripted instead of the true one.

    `status` is Viber's own; `http` and `html` an answer from something in between; `text` a body as it
    stands; `hang` never answers; `drop` closes the connection.
    """

    status: int | None = None
    failed_list: list[dict[str, Any]] = field(default_factory=list)
    http: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    html: bool = False
    text: str | None = None
    hang: bool = False
    drop: bool = False


class FakeViber:
    """One account with its subscribers. `async with FakeViber(token) as viber`: `viber.url` is the API's address."""

    def __init__(self, token: str, name: str = "Проба") -> None:
        self.token = token
        self.name = name
        self.webhook = ""
        self.event_types: list[str] = []
        self.url = ""
        self._stopping = asyncio.Event()
        self.forget()

    # --- life -----------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/pa/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/pa"
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._client.close()
        await self._runner.cleanup()

    def forget(self) -> None:
        """Everything that was said and scripted; the address and the webhook stay."""
        self.calls: list[Call] = []
        self.subscribers: set[str] = set()
        self.strangers: set[str] = set()
        self._unanswered: Counter[str] = Counter()
        self._scripts: dict[str, deque[Fault]] = defaultdict(deque)
        self._tokens = itertools.count(FIRST_TOKEN)

    # --- what a test says -----------------------------------------------------------------------

    def script(self, method: str, *faults: Fault) -> None:
        """The next answers to `method`, in order, before it behaves again."""
        self._scripts[method].extend(faults)

    @property
    def unused(self) -> dict[str, int]:
        """Scripted answers nobody asked for."""
        return {method: len(waiting) for method, waiting in self._scripts.items() if waiting}

    def bodies(self, method: str) -> list[dict[str, Any]]:
        return [call.body for call in self.calls if call.method == method]

    def new_token(self) -> int:
        return next(self._tokens)

    def sign(self, body: bytes) -> str:
        return hmac.new(self.token.encode(), body, hashlib.sha256).hexdigest()

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> Reply:
        """Post these very bytes to the webhook, well signed unless `headers` says otherwise."""
        signed = {"Content-Type": "application/json", "X-Viber-Content-Signature": self.sign(body)}
        async with self._client.post(self.webhook, data=io.BytesIO(body), headers=signed | (headers or {})) as response:
            return Reply(response.status, await response.read())

    async def push(self, event: str, times: int = 1, **fields: Any) -> list[Reply]:
        """A callback, `times` times with one and the same token. A message makes its sender a subscriber."""
        self._note(event, fields)
        callback = {"event": event, "timestamp": 1795255200000, "message_token": self.new_token()} | fields
        body = json.dumps(callback, ensure_ascii=False).encode()
        return [await self.post(body) for _ in range(times)]

    async def say(self, person: str, text: str, **fields: Any) -> Reply:
        """A person's text message."""
        sender = {"id": person, "name": "Особа", "language": "sr", "country": "RS", "api_version": 10}
        message = {"type": "text", "text": text}
        return (await self.push("message", sender=sender, message=message, silent=False, **fields))[0]

    async def open(self, person: str, context: str | None = None) -> Reply:
        """A person opens the chat, perhaps by a deep link."""
        user = {"id": person, "name": "Особа", "language": "sr", "country": "RS", "api_version": 10}
        fields: dict[str, Any] = {"type": "open", "user": user, "subscribed": person in self.subscribers}
        return (await self.push("conversation_started", **fields, **({"context": context} if context else {})))[0]

    # --- what the API does ----------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        method = request.match_info["method"]
        try:
            body = json.loads(raw)
        except ValueError:
            return _answer(3)
        self.calls.append(Call(method, dict(request.headers), body, len(raw)))
        if self._scripts[method]:
            return await self._misbehave(request, self._scripts[method].popleft())
        if self.token not in (request.headers.get("X-Viber-Auth-Token"), body.get("auth_token")):
            return _answer(2)
        if len(raw) > REQUEST_LIMIT:
            return _answer(3)
        return await getattr(self, f"_{method}")(body)

    async def _misbehave(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await self._stopping.wait()
        if fault.hang or fault.drop:
            assert request.transport is not None
            request.transport.abort()
        if fault.html:
            page = "<html><body><h1>Bad Gateway</h1></body></html>"
            return web.Response(status=fault.http, text=page, content_type="text/html", headers=fault.headers)
        if fault.text is not None:
            return web.Response(status=fault.http, text=fault.text, headers=fault.headers)
        return _answer(fault.status or 0, http=fault.http, headers=fault.headers, failed_list=fault.failed_list)

    async def _set_webhook(self, body: dict[str, Any]) -> web.Response:
        self.webhook, before = body["url"], self.webhook
        self.event_types = body.get("event_types", [])
        if not self.webhook:
            return _answer(0, event_types=[])
        try:
            [reply] = await self.push("webhook")
        except aiohttp.ClientError:
            reply = Reply(0, b"")
        if reply.status != 200:
            self.webhook = before
            return _answer(1)
        return _answer(0, event_types=self.event_types)

    async def _get_account_info(self, _body: dict[str, Any]) -> web.Response:
        return _answer(
            0, id="pa:5465376415967", name=self.name, uri="proba", webhook=self.webhook,
            event_types=self.event_types, subscribers_count=len(self.subscribers),
        )  # fmt: skip

    async def _get_user_details(self, body: dict[str, Any]) -> web.Response:
        if body["id"] not in self.subscribers:
            return _answer(6)
        user = {
            "id": body["id"],
            "language": "sr",
            "country": "RS",
            "api_version": 10,
            "device_type": "phone",
        }
        return _answer(0, message_token=self.new_token(), user=user)

    async def _get_online(self, body: dict[str, Any]) -> web.Response:
        if len(body["ids"]) > ONLINE_LIMIT:
            return _answer(3)
        users = [{"id": who, "online_status": 0 if who in self.subscribers else 4} for who in body["ids"]]
        return _answer(0, users=users)

    async def _send_message(self, body: dict[str, Any]) -> web.Response:
        status = _wrong(body) or self._receives(body.get("receiver", ""))
        return _answer(status, message_token=self.new_token(), billing_status=0)

    async def _broadcast_message(self, body: dict[str, Any]) -> web.Response:
        people = body.get("broadcast_list", [])
        status = _wrong(body) or (0 if 0 < len(people) <= BROADCAST_LIMIT else 3)
        if status:
            return _answer(status)
        statuses = {person: self._receives(person) for person in people}
        missed = [{"receiver": who, "status": why, "status_message": _WORDS[why]} for who, why in statuses.items() if why]
        return _answer(0, message_token=self.new_token(), failed_list=missed)

    def _receives(self, person: str) -> int:
        """The status of a message to this person: at most 100 without an answer."""
        if person not in self.subscribers:
            return 5 if person in self.strangers or not person else 6
        self._unanswered[person] += 1
        return 12 if self._unanswered[person] > UNANSWERED_LIMIT else 0

    def _note(self, event: str, fields: dict[str, Any]) -> None:
        if event == "message":
            self.subscribers.add(fields["sender"]["id"])
            self._unanswered[fields["sender"]["id"]] = 0
        elif event == "subscribed":
            self.subscribers.add(fields["user"]["id"])
        elif event == "unsubscribed":
            self.subscribers.discard(fields["user_id"])


_WORDS: Final = {
    0: "ok", 1: "invalidUrl", 2: "invalidAuthToken", 3: "badData", 4: "missingData", 5: "receiverNotRegistered",
    6: "receiverNotSubscribed", 11: "receiverNoSuitableDevice", 12: "tooManyRequests",
}  # fmt: skip
_BUTTON: Final = {
    "Columns", "Rows", "ActionType", "ActionBody", "Text", "Silent", "BgColor", "TextSize", "TextHAlign", "TextVAlign", "Image",
}  # fmt: skip


def _answer(status: int, http: int = 200, headers: dict[str, str] | None = None, **fields: Any) -> web.Response:
    """Viber answers HTTP 200 whatever the status."""
    body = {"status": status, "status_message": _WORDS.get(status, "generalError")} | (fields if status == 0 else {})
    return web.json_response(body, status=http, headers=headers)


def _wrong(message: dict[str, Any]) -> int:
    """The status a badly made message gets: 3, 4, or 0 when it is well made."""
    if not message.get("type") or not message.get("sender", {}).get("name"):
        return 4
    if len(message["sender"]["name"]) > 28 or len(message.get("tracking_data", "")) > 4000:
        return 3
    if message["type"] == "text" and not 0 < len(message.get("text", "").encode("utf-16-le")) // 2 <= 7000:
        return 3
    return _wrong_keyboard(message["keyboard"]) if "keyboard" in message else 0


def _wrong_keyboard(keyboard: dict[str, Any]) -> int:
    buttons = keyboard.get("Buttons", [])
    if keyboard.get("Type") != "keyboard" or not buttons:
        return 4
    cells = 0
    for button in buttons:
        columns, rows = button.get("Columns", 6), button.get("Rows", 1)
        well_made = 1 <= columns <= 6 and 1 <= rows <= 2 and button.keys() <= _BUTTON
        short = len(button.get("Text", "")) <= 250 and 0 < len(button.get("ActionBody", "")) <= 250
        if not (well_made and short):
            return 3
        cells += columns * rows
    return 3 if cells > 12 * 6 else 0
