"""Many processes on one Postgres: `prag web` and `prag worker`, started, stopped, killed and stalled."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from tests import learnt
from tests.service import PATIENCE, free_port


@dataclass
class Process:
    """One `prag` process. Its address is like a Service's, so that a Browser can talk to it."""

    role: str
    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / f"{self.role}-{self.port}.log").read_text("utf-8", "replace")

    def start(self, *, wait: bool = True) -> "Process":
        with (self.folder / f"{self.role}-{self.port}.log").open("ab") as log:
            command = [sys.executable, "-m", "bot", self.role, "--port", str(self.port)]
            self.process = subprocess.Popen(command, env=self.settings, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder)
        if wait:
            self.wait()
        return self

    def wait(self) -> None:
        assert self.process is not None
        until = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log[-2000:]
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise AssertionError(f"{self.role} did not start: {self.log[-2000:]}")

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None


@dataclass
class Cluster:
    """The settings all processes share, and the processes."""

    folder: Path
    database: str
    more: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    key: str = field(default_factory=lambda: Fernet.generate_key().decode())

    @property
    def settings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAG_")}
        ours = {"PRAG_DATABASE_URL": self.database, "PRAG_SECRET_KEY": "a secret for tests", "PRAG_DATA_KEYS": self.key}
        return kept | ours | self.more

    def __post_init__(self) -> None:
        """The search index is made once for all runs: it depends on nothing but the content."""
        learnt.take_along(self.folder / "var")

    def run(self, role: str, *, wait: bool = True) -> Process:
        """One more process."""
        process = Process(role, self.folder, self.settings)
        self.processes.append(process)
        return process.start(wait=wait)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            env=self.settings,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
            cwd=self.folder,
        )

    def close(self) -> None:
        for process in self.processes:
            process.signal(signal.SIGCONT)
            process.kill()
