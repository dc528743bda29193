"""The web chat: one page, one WebSocket. It fetches its messages by growing id, so a reconnect misses nothing.

Frames, JSON text. From the browser first {"hello": key|null, "seen": id|null, "language": tag|null},
then {"text": ..., "n": ...} or {"choice": ..., "n": ...}. To the browser {"key": ...} once, {"ok": n}
after the commit, messages {"id", "text", "language", "buttons", "at"}, or {"error": sentence}.
"""

import asyncio
import json
import re
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot import clock
from bot.channels.base import Limits, Receive
from bot.languages import from_tag
from bot.messages import Fetched, Incoming, Language, Outgoing

STATIC: Final = Path(__file__).parent / "static"
FRAME_LIMIT: Final = 256 * 1024  # bytes: far more than anybody types, far less than would hurt
HELLO_PATIENCE: Final = 60  # seconds a fresh connection may stay silent
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}")

Pull = Callable[[str, int], Awaitable[list[Fetched]]]
Push = Callable[[list[int]], None]
Name = Callable[[str], str]
Sentence = Callable[[Language | None], str]


class _Hello(msgspec.Struct):
    hello: str | None
    seen: int | None = None
    language: str | None = None


class _Said(msgspec.Struct):
    text: str | None = None
    choice: str | None = None
    n: Any = None


_read_hello: Final = msgspec.json.Decoder(_Hello).decode
_read_said: Final = msgspec.json.Decoder(_Said).decode
_write: Final = msgspec.json.Encoder().encode


class WebChannel:
    """The web chat. `name_of` turns a browser's key into an address that tells nothing of the key."""

    name = "web"
    limits = Limits(text=1_000_000, buttons=100, label=1000)

    def __init__(self, *, receive: Receive, pull: Pull, pushed: Push, name_of: Name, sentence: Sentence) -> None:
        self._receive = receive
        self._pull = pull
        self._pushed = pushed
        self._name_of = name_of
        self._sentence = sentence
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._open: set[WebSocket] = set()
        self._at: defaultdict[str, set[WebSocket]] = defaultdict(set)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", _page),
            Route("/sw.js", _worker),
            Route("/manifest.webmanifest", _manifest),
            Mount("/static", StaticFiles(directory=STATIC)),
            WebSocketRoute("/channels/web", self._chat),
            Route("/channels/web", _upgrade),
        ]

    async def start(self) -> None:
        """Nothing to prepare."""

    async def stop(self) -> None:
        """Open chats are told that the service restarts (1012); browsers come back by themselves."""
        for socket in list(self._open):
            with suppress(RuntimeError):
                await socket.close(1012)

    def wake(self, address: str) -> None:
        """There is something new for this address: its open chats fetch it."""
        for event in self._waiting.get(address, ()):
            event.set()

    async def farewell(self, address: str, message: Outgoing) -> None:
        """The last words to a person who is forgotten: their open chats show them, delete their key and begin anew."""
        now = clock.now()
        last = Fetched(int(now.timestamp() * 1000), message.text, message.language, message.buttons, now)
        for socket in list(self._at.get(address, ())):
            with suppress(WebSocketDisconnect, RuntimeError):
                await _send(socket, _frame(last))
                await _send(socket, {"key": None})
                await socket.close(1012)

    async def _chat(self, socket: WebSocket) -> None:
        await socket.accept()
        self._open.add(socket)
        try:
            await self._converse(socket)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the browser went away, perhaps in the middle of a frame of ours
        finally:
            self._open.discard(socket)

    async def _converse(self, socket: WebSocket) -> None:
        try:
            async with asyncio.timeout(HELLO_PATIENCE):
                hello = _read_hello(await _text_of(socket))
        except (TimeoutError, msgspec.MsgspecError):
            await _send(socket, {"error": self._sentence(None)})
            await socket.close(1008)
            return
        key = hello.hello if hello.hello and _KEY.fullmatch(hello.hello) else secrets.token_urlsafe(32)
        address = self._name_of(key)
        await _send(socket, {"key": key})
        event = asyncio.Event()
        event.set()
        self._waiting[address].add(event)
        self._at[address].add(socket)
        cursor = hello.seen if hello.seen and key == hello.hello else 0
        pusher = asyncio.create_task(self._push(socket, address, cursor, event))
        try:
            await self._listen(socket, address, hello.language)
        finally:
            pusher.cancel()
            self._waiting[address].discard(event)
            self._at[address].discard(socket)
            if not self._at[address]:
                del self._at[address]
            if not self._waiting[address]:
                del self._waiting[address]

    async def _push(self, socket: WebSocket, address: str, cursor: int, event: asyncio.Event) -> None:
        while True:
            await event.wait()
            event.clear()
            while messages := await self._pull(address, cursor):
                for message in messages:
                    await _send(socket, _frame(message))
                    cursor = message.id
                self._pushed([message.id for message in messages])

    async def _listen(self, socket: WebSocket, address: str, hint: str | None) -> None:
        while True:
            raw = await _text_of(socket)
            said = _understood(raw)
            if said is None:
                await _send(socket, {"error": self._sentence(from_tag(hint))})
                continue
            try:
                await self._receive(_incoming(said, address, hint))
            except Exception:  # noqa: BLE001 - the browser keeps the message and sends it again
                await _send(socket, {"error": self._sentence(from_tag(hint)), "n": said.n})
                continue
            if said.n is not None:
                await _send(socket, {"ok": said.n})


def _understood(raw: str) -> _Said | None:
    if len(raw) > FRAME_LIMIT:
        return None
    said = _read(raw)
    if said is None or (said.text is None) == (said.choice is None) or isinstance(said.n, dict | list):
        return None
    return said


def _read(raw: str) -> _Said | None:
    try:
        return _read_said(raw)
    except msgspec.MsgspecError:
        return _read_leniently(raw)


def _read_leniently(raw: str) -> _Said | None:
    """The same frame read by the standard library, which lets half a surrogate pair (a cut emoji) pass."""
    try:
        said = msgspec.convert(json.loads(raw), _Said)
        _write(said.n)
    except (ValueError, RecursionError):
        return None
    return said


def _incoming(said: _Said, address: str, hint: str | None) -> Incoming:
    number = secrets.token_urlsafe(16) if said.n is None else _write(said.n).decode()
    return Incoming(
        channel="web",
        address=address,
        message_id=f"{address}:{number}",
        kind="text" if said.text is not None else "choice",
        at=clock.now(),
        text=said.text or "",
        choice=said.choice,
        hint=hint,
    )


def _frame(message: Fetched) -> dict[str, Any]:
    buttons = [
        {"label": button.label, "url": button.url} if button.url else {"label": button.label, "choice": button.choice}
        for button in message.buttons
    ]
    at = message.at.isoformat(timespec="seconds")
    return {"id": message.id, "text": message.text, "language": message.language, "buttons": buttons, "at": at}


async def _text_of(socket: WebSocket) -> str:
    """The next frame as text; a binary one is read as UTF-8, whatever is broken in it replaced."""
    frame = await socket.receive()
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1000))
    text = frame.get("text")
    return text if text is not None else bytes(frame.get("bytes") or b"").decode("utf-8", "replace")


async def _send(socket: WebSocket, frame: dict[str, Any]) -> None:
    await socket.send_text(_write(frame).decode())


async def _page(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html", media_type="text/html", headers={"Cache-Control": "no-cache"})


async def _worker(_request: Request) -> Response:
    return FileResponse(STATIC / "sw.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def _manifest(_request: Request) -> Response:
    return FileResponse(STATIC / "manifest.webmanifest", media_type="application/manifest+json")


async def _upgrade(_request: Request) -> Response:
    return PlainTextResponse("This address speaks WebSocket.\n", 426, headers={"Upgrade": "websocket", "Connection": "Upgrade"})
