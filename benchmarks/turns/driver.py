"""People who write to a bot, and the Bot API it answers through, in one process with one clock.

A turn begins when an update is posted and ends when the webhook was answered, the reply has arrived
at the API and, for a button, the press was acknowledged. Somebody has at most one turn under way.
"""

import asyncio
import json
import random
import re
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psutil

from benchmarks.turns.wire import Wire, request, response

LOST_AFTER: Final = 10.0  # seconds without a reply
SECRET: Final = "turns"
PATH: Final = "/channels/telegram"
REPLIES: Final = (b"sendmessage", b"editmessagetext")
# Of a form, of multipart, of JSON: whatever the bot's library writes.
_CHAT: Final = re.compile(rb"""chat_id(?:=|"\r\n(?:[^\r]+\r\n)*\r\n|": ?"?)(\d+)""")
_PRESS: Final = re.compile(rb"""callback_query_id(?:=|"\r\n(?:[^\r]+\r\n)*\r\n|": ?"?)(\d+)""")
_SENT: Final = b'{"ok":true,"result":{"message_id":%d,"date":1760000000,"chat":{"id":%b,"type":"private","first_name":"Ana"},"text":"x"}}'
_ME: Final = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Prag","username":"prag_bot"}}'
_WEBHOOK: Final = b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}'


@dataclass(frozen=True, slots=True)
class Said:
    """One thing people do: press a button, or write."""

    text: str = ""
    choice: str = ""


@dataclass(slots=True)
class Turn:
    """One under way. `open` is how many of answer, reply and acknowledgement are still to come."""

    user: int
    began: float
    open: int
    replied: float = 0.0


@dataclass(slots=True)
class Measured:
    """What one stretch of turns came to. `cpu` is in milliseconds a turn."""

    seconds: float = 0.0
    cpu: float = 0.0
    lost: int = 0
    refused: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds from the post to the reply that this share of turns took at most."""
        return statistics.quantiles(self.times, n=100)[round(share * 100) - 1] * 1000


class Api(Wire):
    """One connection of the bot to the Bot API."""

    def __init__(self, called: Callable[[bytes, bytes], bytes]) -> None:
        super().__init__()
        self._called = called

    def heard(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        self.transport.write(response(self._called(path.rpartition(b"/")[2].lower(), body)))


class Hook(Wire):
    """One connection of Telegram to the bot's webhook; it carries one update at a time."""

    def __init__(self, answered: Callable[["Hook", bytes], None]) -> None:
        super().__init__()
        self._answered = answered
        self.turn: Turn | None = None

    def heard(self, head: bytes, body: bytes) -> None:  # noqa: ARG002 - the status is all
        self._answered(self, head)


class Crowd:
    """`people` who talk to the bot at `port`, and the API for all bots at `api_port`."""

    def __init__(self, people: int, seed: int = 20261121) -> None:
        self._people = people
        self._at_once = 1
        self._chance = random.Random(seed)
        self._update = self._message = 1000
        self._turns: dict[bytes, Turn] = {}
        self._presses: dict[bytes, Turn] = {}
        self._resting: deque[int] = deque()
        self._idle: deque[Hook] = deque()
        self._measured = Measured()
        self._news = asyncio.Event()
        self._head = ""

    async def listen(self) -> int:
        """The port of the Bot API's stub."""
        server = await asyncio.get_running_loop().create_server(lambda: Api(self._called), "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def talk(
        self, port: int, script: Sequence[Said], *, at_once: int, seconds: float, process: psutil.Process, everybody: bool = False
    ) -> Measured:
        """People say what is in the script, `at_once` of them at any time, for so long; or `everybody` once."""
        hooks = [await self._connect(port) for _ in range(at_once)]
        self._at_once = at_once
        self._idle, self._measured = deque(hooks), Measured()
        self._resting = deque(range(self._people))
        self._head = f"127.0.0.1:{port}"
        used, began = _cpu(process), time.perf_counter()
        if everybody:
            await self._go_round(script)
        else:
            await self._go_on(script, began + seconds)
        self._measured.seconds = time.perf_counter() - began
        self._measured.cpu = (_cpu(process) - used) * 1000 / max(1, len(self._measured.times))
        await self._settle()
        for hook in hooks:
            hook.transport.close()
        return self._measured

    async def _connect(self, port: int) -> Hook:
        _, hook = await asyncio.get_running_loop().create_connection(lambda: Hook(self._answered), "127.0.0.1", port)
        return hook

    async def _go_on(self, script: Sequence[Said], until: float) -> None:
        while time.perf_counter() < until:
            while self._free():
                self._say(self._chance.choice(script))
            await self._wait()

    async def _go_round(self, script: Sequence[Said]) -> None:
        for _ in range(self._people):
            while not self._free():
                await self._wait()
            self._say(self._chance.choice(script))

    def _free(self) -> bool:
        return bool(self._idle and self._resting) and len(self._turns) < self._at_once

    async def _settle(self) -> None:
        """What is under way comes to its end, or is lost."""
        until = time.perf_counter() + LOST_AFTER
        while self._turns and time.perf_counter() < until:
            await self._wait()
        self._measured.lost += len(self._turns)
        self._turns.clear()
        self._presses.clear()

    async def _wait(self) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(0.2):
                await self._news.wait()
        except TimeoutError:
            pass

    def _say(self, said: Said) -> None:
        hook, user = self._idle.popleft(), self._resting.popleft()
        self._update += 1
        turn = hook.turn = Turn(user, time.perf_counter(), 3 if said.choice else 2)
        self._turns[b"%d" % (1000 + user)] = turn
        if said.choice:
            self._presses[b"%d" % self._update] = turn
        body = json.dumps(_update(self._update, 1000 + user, said)).encode()
        hook.transport.write(request(self._head, PATH, body, f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"))

    def _answered(self, hook: Hook, head: bytes) -> None:
        turn, hook.turn = hook.turn, None
        if not head.startswith(b"HTTP/1.1 2"):
            self._measured.refused += 1
        self._idle.append(hook)
        if turn is not None:
            self._one_less(turn)

    def _called(self, method: bytes, body: bytes) -> bytes:
        if method in REPLIES:
            return self._replied(body)
        if method == b"answercallbackquery" and (found := _PRESS.search(body)):
            turn = self._presses.pop(found[1], None)
            if turn is not None:
                self._one_less(turn)
        return {b"getme": _ME, b"getwebhookinfo": _WEBHOOK}.get(
            method, b'{"ok":true,"result":[]}' if method.startswith(b"get") else b'{"ok":true,"result":true}'
        )

    def _replied(self, body: bytes) -> bytes:
        found = _CHAT.search(body)
        chat = found[1] if found else b"0"
        turn = self._turns.get(chat)
        if turn is not None and not turn.replied:
            turn.replied = time.perf_counter()
            self._one_less(turn)
        self._message += 1
        return _SENT % (self._message, chat)

    def _one_less(self, turn: Turn) -> None:
        turn.open -= 1
        if turn.open == 0 and self._turns.pop(b"%d" % (1000 + turn.user), None) is not None:
            self._measured.times.append(turn.replied - turn.began)
            self._resting.append(turn.user)
        self._news.set()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _update(number: int, user: int, said: Said) -> dict[str, Any]:
    person = {"id": user, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": user, "type": "private", "first_name": "Ana"}
    if not said.choice:
        return {"update_id": number, "message": {"message_id": number, "from": person, "chat": chat, "date": 1760000000, "text": said.text}}
    keyboard = {"inline_keyboard": [[{"text": f"Button {n}", "callback_data": f"topic_{n}"}] for n in range(6)]}
    bot = {"id": 1, "is_bot": True, "first_name": "Prag", "username": "prag_bot"}
    shown = {
        "message_id": 7,
        "from": bot,
        "chat": chat,
        "date": 1760000000,
        "text": "What would you like to know?",
        "reply_markup": keyboard,
    }
    press = {"id": str(number), "from": person, "chat_instance": "1", "message": shown, "data": said.choice}
    return {"update_id": number, "callback_query": press}
