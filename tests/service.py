"""A real `prag run` in a process of its own, and a browser that speaks its web chat."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import websockets

from tests import learnt

PATIENCE = 30.0  # seconds a start or an answer may take on a busy machine


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Service:
    """`prag run` in `folder`, with these settings on top. Start, kill and start it again on the same ledger."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "service.log").read_text("utf-8", "replace")

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAG_")}
        return kept | {"PRAG_DATABASE_URL": f"sqlite:///{self.folder}/var/prag.db"} | self.settings

    def start(self) -> "Service":
        learnt.take_along(self.folder / "var")
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--port", str(self.port)],
                env=self.environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended: {self.log[-2000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
        raise AssertionError(f"the service did not start: {self.log[-2000:]}")

    def kill(self) -> None:
        """As a power cut would: no chance to finish anything."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """As an operator would: SIGTERM, and everything accepted is finished."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A `prag` command beside the running service."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words], env=self.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
        )


class Reachable(Protocol):
    """What serves the web chat on a port of the loopback."""

    port: int


class Browser:
    """The web chat's browser: keeps its key, what it has seen, and everything it was shown."""

    def __init__(self, service: Reachable, language: str | None = None) -> None:
        self.service = service
        self.language = language
        self.key: str | None = None
        self.seen: int | None = None
        self.messages: list[dict[str, Any]] = []
        self.acknowledged: set[Any] = set()
        self.errors: list[dict[str, Any]] = []
        self._socket: Any = None

    async def open(self) -> "Browser":
        address = f"ws://127.0.0.1:{self.service.port}/channels/web"
        self._socket = await websockets.connect(address, max_size=None, ping_interval=None)
        await self.send({"hello": self.key, "seen": self.seen, "language": self.language})
        return self

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def send(self, frame: Any) -> None:
        await self._socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def say(self, text: str, n: Any = None) -> None:
        await self.send({"text": text} if n is None else {"text": text, "n": n})

    async def press(self, choice: str, n: Any = None) -> None:
        await self.send({"choice": choice} if n is None else {"choice": choice, "n": n})

    async def read(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next frame, noted where it belongs."""
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self._socket.recv(), patience))
        if "key" in frame:
            self.key = frame["key"]
        elif "ok" in frame:
            self.acknowledged.add(frame["ok"])
        elif "error" in frame:
            self.errors.append(frame)
        else:
            self.messages.append(frame)
            self.seen = frame["id"]
        return frame

    async def read_until(self, count: int, patience: float = PATIENCE) -> list[dict[str, Any]]:
        """All messages, once there are `count` of them."""
        while len(self.messages) < count:
            await self.read(patience)
        return self.messages

    async def quiet(self, seconds: float = 0.4) -> bool:
        """Whether no message comes for so long (acknowledgements do not count)."""
        have = len(self.messages)
        try:
            while True:
                await self.read(seconds)
                if len(self.messages) > have:
                    return False
        except TimeoutError:
            return True
