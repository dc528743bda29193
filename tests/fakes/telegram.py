"""A Bot API server of our own, for what the public emulators lack: faults on demand, blocks, floods, lost answers.

    async with FakeTelegram() as telegram:
        telegram.script("sendMessage", flooded(3), bad_gateway())   # from telegram_rules: the next two answers
        telegram.say(7, "dobar dan")                                # a person writes
        await telegram.wait_for("sendMessage")
        telegram.requests[-1].fields["text"]

Updates wait at the server until they are fetched, or delivered to the webhook and answered with 2xx.
Its behaviour is certified in test_fake_telegram.py by bots of two independent libraries.
"""

import asyncio
import json
import re
import time
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot import clock
from tests.fakes.telegram_rules import (
    Fault,
    RefusedError,
    blocked,
    conflict,
    failing,
    flooded,
    markup,
    refused,
    shown_text,
    unauthorised,
)

TOKEN = "1000:fake-token_of-the-tests"
_CAPITAL = re.compile("[A-Z]")
_STRUCTURED = ("reply_markup", "link_preview_options", "commands", "allowed_updates", "entities", "reply_parameters")


@dataclass(frozen=True)
class Request:
    """One request as it came; `at` in seconds of the monotonic clock."""

    method: str
    fields: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    at: float = 0.0


class FakeTelegram:
    """One bot's server on a free port of the loopback. `rate`: sends a second above which it answers 429."""

    def __init__(self, token: str = TOKEN, *, rate: int | None = None, again_after: float = 0.02) -> None:
        self.token = token
        self.rate = rate
        self.again_after = again_after
        self.requests: list[Request] = []
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.deliveries: list[tuple[int, int]] = []
        self.webhook: dict[str, Any] = {"url": ""}
        self.profile: dict[tuple[str, str], Any] = {}
        self._pending: dict[int, tuple[object, bytes]] = {}
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._shut: dict[int, Fault] = {}
        self._numbers = {"update": 500, "message": 100, "press": 900}
        self._change = asyncio.Condition()
        self._poll = 0
        self._ended = 0
        self._couriers: dict[object, asyncio.Task[None]] = {}
        self._hanging = asyncio.Event()
        self._recent: deque[float] = deque()

    # --- life -----------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hanging.set()
        for courier in self._couriers.values():
            courier.cancel()
        await asyncio.gather(*self._couriers.values(), return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    # --- what a test arranges and sees ----------------------------------------------------------

    def script(self, method: str, *faults: Fault) -> None:
        """The next answers to this method, in order; after them it answers as usual."""
        self._faults[method].extend(faults)

    def unused(self) -> list[tuple[str, Fault]]:
        """Scripted answers nobody asked for."""
        return [(method, fault) for method, faults in self._faults.items() for fault in faults]

    def asked(self, method: str) -> list[Request]:
        return [request for request in self.requests if request.method == method]

    def shown(self, chat: int) -> list[str]:
        """The texts of the bot's messages in a chat, as they read now."""
        return [message["text"] for (where, _), message in self.messages.items() if where == chat]

    async def wait_for(self, method: str, count: int = 1, seconds: float = 20) -> list[Request]:
        """The first `count` requests of this method, once they have come. Raises TimeoutError."""
        await self.until(lambda: len(self.asked(method)) >= count, seconds)
        return self.asked(method)[:count]

    async def until(self, holds: Any, seconds: float = 20) -> None:
        """Returns when `holds()` is true; looked at after everything that happens here. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._change:
            await self._change.wait_for(holds)

    async def delivered(self, seconds: float = 20) -> None:
        """Returns when no update waits any more."""
        await self.until(lambda: not self._pending, seconds)

    # --- what people do -------------------------------------------------------------------------

    def say(self, chat: int, text: str | None = None, **more: Any) -> dict[str, Any]:
        """A person writes in their private chat (or sends what `more` holds)."""
        content = more if text is None else {"text": text, **more}
        return self.push({"message": self._message(chat, **content)}, key=chat)

    def edit(self, chat: int, message_id: int, text: str) -> dict[str, Any]:
        edited = self._message(chat, text=text) | {"message_id": message_id, "edit_date": _now()}
        return self.push({"edited_message": edited}, key=chat)

    def press(self, chat: int, data: str, message_id: int | None = None) -> dict[str, Any]:
        """A person presses a button below the bot's message."""
        message_id = message_id or max((number for where, number in self.messages if where == chat), default=1)
        message = {"message_id": message_id, "date": _now(), "chat": _chat(chat), "from": self._me(), "text": "…"}
        pressed = {"id": str(self._next("press")), "from": _user(chat), "chat_instance": "1", "data": data, "message": message}
        return self.push({"callback_query": pressed}, key=("press", chat))

    def block(self, chat: int) -> dict[str, Any]:
        """A person blocks the bot: it is told so, and can send nothing there."""
        self._shut[chat] = blocked()
        return self._membership(chat, "member", "kicked")

    def unblock(self, chat: int) -> dict[str, Any]:
        self._shut.pop(chat, None)
        return self._membership(chat, "kicked", "member")

    def shut(self, chat: int, fault: Fault) -> None:
        """Whatever is sent there is answered so."""
        self._shut[chat] = fault

    def push(self, update: dict[str, Any] | bytes, key: object = None) -> dict[str, Any]:
        """This very update waits for the bot; one without a number gets the next. Bytes go out as they are."""
        if isinstance(update, bytes):
            self._pending[self._next("update")] = (key, update)
            update = {}
        else:
            update = {"update_id": update.get("update_id") or self._next("update")} | update
            self._pending[update["update_id"]] = (key, json.dumps(update).encode())
        self._changed()
        self._send_couriers()
        return update

    def quiet(self) -> None:
        """The long poll under way ends with nothing, as it does after fifty quiet seconds."""
        self._ended = self._poll
        self._changed()

    def _membership(self, chat: int, before: str, after: str) -> dict[str, Any]:
        member = {"user": self._me()}
        left = {"status": before, **member} | ({"until_date": 0} if before == "kicked" else {})
        right = {"status": after, **member} | ({"until_date": 0} if after == "kicked" else {})
        change = {"chat": _chat(chat), "from": _user(chat), "date": _now(), "old_chat_member": left, "new_chat_member": right}
        return self.push({"my_chat_member": change}, key=("member", chat))

    def _message(self, chat: int, **content: Any) -> dict[str, Any]:
        return {"message_id": self._next("message"), "date": _now(), "chat": _chat(chat), "from": _user(chat)} | content

    def _me(self) -> dict[str, Any]:
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Prag", "username": "PragFakeBot"}

    def _next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    # --- delivery -------------------------------------------------------------------------------

    def _send_couriers(self) -> None:
        """One queue a key, delivered strictly in order; different keys at once, as the real server does."""
        if not self.webhook["url"]:
            return
        for key in {key for key, _ in self._pending.values()}:
            if key not in self._couriers or self._couriers[key].done():
                self._couriers[key] = asyncio.create_task(self._deliver(key))

    async def _deliver(self, key: object) -> None:
        pause = self.again_after
        while self.webhook["url"] and (number := next((n for n, (k, _) in self._pending.items() if k == key), None)):
            status, told = await self._post(self._pending[number][1])
            self.deliveries.append((number, status))
            if 200 <= status < 300:
                self._pending.pop(number, None)
                pause = self.again_after
            else:
                self.webhook |= {"last_error_date": _now(), "last_error_message": f"Wrong response from the webhook: {status}"}
                await asyncio.sleep(min(told, pause) if told else pause)
                pause = min(2 * pause, 1.0)
            self._changed()

    async def _post(self, body: bytes) -> tuple[int, float]:
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        try:
            async with self._client.post(self.webhook["url"], data=body, headers=headers) as answer:
                await answer.read()
                return answer.status, float(answer.headers.get("Retry-After", 0))
        except (aiohttp.ClientError, TimeoutError):
            return 0, 0.0

    # --- requests -------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(unauthorised())
        method = request.match_info["method"]
        asked = Request(method, *await _read(request), at=time.monotonic())
        self.requests.append(asked)
        self._changed()
        fault = self._faults[method].popleft() if self._faults[method] else None
        if fault and not fault.done:
            return await self._fail(request, fault)
        try:
            result = await self._carry_out(asked)
        except RefusedError as error:
            return _answer(error.fault)
        self._changed()
        return await self._fail(request, fault) if fault else _done(result)

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hangs:
            await self._hanging.wait()
        if (fault.hangs or fault.drops) and request.transport:
            request.transport.abort()
        return _answer(fault)

    async def _carry_out(self, asked: Request) -> Any:
        action = getattr(self, f"do_{_CAPITAL.sub(_lowered, asked.method)}", None)
        if action is None:
            raise RefusedError(failing(404, "Not Found: method not found"))
        self._limit(asked)
        result = action(asked.fields)
        return await result if asyncio.iscoroutine(result) else result

    def _limit(self, asked: Request) -> None:
        if self.rate is None or not asked.method.startswith(("send", "edit")):
            return
        while self._recent and self._recent[0] <= asked.at - 1:
            self._recent.popleft()
        if len(self._recent) >= self.rate:
            raise RefusedError(flooded(1))
        self._recent.append(asked.at)

    def do_get_me(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return self._me() | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def do_get_updates(self, fields: dict[str, Any]) -> list[bytes]:
        if self.webhook["url"]:
            raise RefusedError(conflict("can't use getUpdates method while webhook is active; use deleteWebhook first"))
        self._poll += 1
        mine, offset = self._poll, int(fields.get("offset", 0))
        self._pending = {number: kept for number, kept in self._pending.items() if number >= offset}
        async with self._change:
            self._change.notify_all()
            with suppress(TimeoutError):
                async with asyncio.timeout(int(fields.get("timeout", 0))):
                    await self._change.wait_for(lambda: self._pending or self._poll != mine or self._ended >= mine or self.webhook["url"])
        if self._poll != mine:
            raise RefusedError(conflict())
        return [body for _, body in self._pending.values()][: int(fields.get("limit", 100))]

    def do_set_webhook(self, fields: dict[str, Any]) -> bool:
        self.webhook = {"url": "", **fields}
        self._send_couriers()
        return True

    def do_delete_webhook(self, _fields: dict[str, Any]) -> bool:
        self.webhook = {"url": ""}
        return True

    def do_get_webhook_info(self, _fields: dict[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in self.webhook.items() if name not in ("secret_token", "drop_pending_updates")}
        return {"has_custom_certificate": False, "pending_update_count": len(self._pending)} | told

    def do_send_message(self, fields: dict[str, Any]) -> dict[str, Any]:
        return self._keep(fields, shown_text(fields, "text", 4096))

    def do_send_document(self, fields: dict[str, Any]) -> dict[str, Any]:
        file = {"file_id": "file-1", "file_unique_id": "1", "file_size": 1}
        return self._keep(fields, shown_text(fields, "caption", 1024, needed=False)) | {"document": file}

    def do_edit_message_text(self, fields: dict[str, Any]) -> dict[str, Any]:
        key = (self._open_chat(fields), int(fields["message_id"]))
        message = self.messages.get(key)
        if message is None:
            raise RefusedError(refused("message to edit not found"))
        text, keyboard = shown_text(fields, "text", 4096), markup(fields)
        if (message["text"], message.get("reply_markup")) == (text, keyboard.get("reply_markup")):
            raise RefusedError(refused("message is not modified: specified new message content is exactly the same"))
        self.messages[key] = {name: value for name, value in message.items() if name != "reply_markup"} | {"text": text} | keyboard
        return self.messages[key]

    def do_answer_callback_query(self, _fields: dict[str, Any]) -> bool:
        return True

    def do_send_chat_action(self, _fields: dict[str, Any]) -> bool:
        return True

    def do_set_my_commands(self, fields: dict[str, Any]) -> bool:
        return self._set_profile("commands", fields, fields["commands"])

    def do_get_my_commands(self, fields: dict[str, Any]) -> Any:
        return self.profile.get(("commands", fields.get("language_code", "")), [])

    def do_set_my_description(self, fields: dict[str, Any]) -> bool:
        return self._set_profile("description", fields, fields.get("description", ""))

    def do_get_my_description(self, fields: dict[str, Any]) -> Any:
        return {"description": self.profile.get(("description", fields.get("language_code", "")), "")}

    def do_set_my_short_description(self, fields: dict[str, Any]) -> bool:
        return self._set_profile("short", fields, fields.get("short_description", ""))

    def do_get_my_short_description(self, fields: dict[str, Any]) -> Any:
        return {"short_description": self.profile.get(("short", fields.get("language_code", "")), "")}

    def _set_profile(self, what: str, fields: dict[str, Any], value: Any) -> bool:
        self.profile[what, fields.get("language_code", "")] = value
        return True

    def _keep(self, fields: dict[str, Any], text: str) -> dict[str, Any]:
        chat = self._open_chat(fields)
        message = {"message_id": self._next("message"), "date": _now(), "chat": _chat(chat), "from": self._me(), "text": text}
        self.messages[chat, message["message_id"]] = message | markup(fields)
        return self.messages[chat, message["message_id"]]

    def _open_chat(self, fields: dict[str, Any]) -> int:
        chat = int(fields["chat_id"])
        if chat in self._shut:
            raise RefusedError(self._shut[chat])
        return chat

    def _changed(self) -> None:
        async def notify() -> None:
            async with self._change:
                self._change.notify_all()

        self._notifying = asyncio.ensure_future(notify())


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Fields and files of a request, however the client packed them; what is JSON inside a field is read."""
    if request.content_type == "application/json":
        # As in a form: the Bot API takes a number and its text alike.
        return {name: str(value) if type(value) is int else value for name, value in (await request.json()).items()}, {}
    fields: dict[str, Any] = dict(request.query)
    files = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            fields[name] = json.loads(value) if name in _STRUCTURED else value
    return fields, files


def _done(result: Any) -> web.Response:
    if isinstance(result, list) and all(isinstance(part, bytes) for part in result):
        body = b'{"ok":true,"result":[' + b",".join(result) + b"]}"
        return web.Response(body=body, content_type="application/json")
    return web.json_response({"ok": True, "result": result})


def _answer(fault: Fault) -> web.Response:
    kind = "application/json" if fault.body.startswith("{") else "text/html"
    return web.Response(status=fault.status, text=fault.body, content_type=kind)


def _lowered(found: re.Match[str]) -> str:
    return f"_{found[0].lower()}"


def _now() -> int:
    return int(clock.now().timestamp())


def _chat(number: int) -> dict[str, Any]:
    return {"id": number, "type": "private", "first_name": "Ana"} if number > 0 else {"id": number, "type": "group", "title": "Selo"}


def _user(chat: int) -> dict[str, Any]:
    return {"id": abs(chat), "is_bot": False, "first_name": "Ana", "language_code": "sr"}
