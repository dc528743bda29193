"""`prag web` and `prag worker` on one Postgres: chats answer, broadcasts arrive, whoever dies or stalls."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from aiohttp import web

from bot import clock
from tests.postgres import database
from tests.scale_out import Cluster
from tests.service import Browser

pytestmark = pytest.mark.proof

TOKEN = "12345:abc"


class Telegram:
    """The edge: a Bot API that takes messages, a little slowly, and remembers them."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> "Telegram":
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._called)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if method != "sendmessage":
            return web.json_response({"ok": True, "result": _ANSWERS.get(method, True)})
        form = dict(await request.post()) or await request.json()
        self.got.append((str(form["chat_id"]), str(form["text"])))
        await asyncio.sleep(0.05)
        chat = {"id": int(str(form["chat_id"])), "type": "private"}
        return web.json_response({"ok": True, "result": {"message_id": len(self.got), "date": 0, "chat": chat, "text": "x"}})

    def copies(self) -> Counter[str]:
        return Counter(chat for chat, _ in self.got)


_ANSWERS = {
    "getme": {"id": 1, "is_bot": True, "first_name": "Prag", "username": "prag_bot"},
    "getmycommands": [],
    "getmydescription": {"description": ""},
    "getmyshortdescription": {"short_description": ""},
    "getwebhookinfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    made = await Telegram().start()
    yield made
    await made.stop()


@pytest.fixture
def cluster(tmp_path: Path, postgres: str) -> Iterator[Cluster]:
    with database(postgres) as url:
        made = Cluster(tmp_path, url)
        yield made
        made.close()


def on_telegram(cluster: Cluster, telegram: Telegram, rate: int) -> None:
    cluster.more |= {
        "PRAG_TELEGRAM_TOKEN": TOKEN, "PRAG_TELEGRAM_API_URL": telegram.url, "PRAG_TELEGRAM_MODE": "webhook",
        "PRAG_PUBLIC_URL": "https://chat.example.org", "PRAG_TELEGRAM_RATE": str(rate),
    }  # fmt: skip


def populate(url: str, count: int) -> None:
    now = round(clock.now().timestamp() * 1000)
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO person (code, language, language_chosen, created_at, last_seen_at) SELECT 'T' || n, 'en', true, %s, %s FROM generate_series(1, %s) n",
            (now, now, count),
        )
        connection.execute("INSERT INTO address (person_id, channel, platform_id) SELECT id, 'telegram', id::text FROM person")


async def ran(cluster: Cluster, *words: str) -> str:
    done = await asyncio.to_thread(cluster.command, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def begin(cluster: Cluster, tmp_path: Path) -> None:
    """A broadcast to everybody has begun."""
    (tmp_path / "en.md").write_text("The office is closed.", "utf-8")
    await ran(cluster, "broadcast", "new", "News", "--text", f"en={tmp_path}/en.md", "--leave-out", "sr", "--leave-out", "sq")
    await ran(cluster, "broadcast", "start", "1", "--urgent", "a test")


def outcome(url: str) -> tuple[str, dict[str, int], dict[int, int]]:
    with psycopg.connect(url) as connection:
        state = connection.execute("SELECT state FROM broadcast").fetchone()
        states = dict(connection.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall())
        marked = dict(
            connection.execute("SELECT a.platform_id, d.attempts FROM delivery d JOIN address a ON a.id = d.address_id").fetchall()
        )
    return str(state and state[0]), states, marked


async def until_done(url: str, patience: float = 90) -> None:
    async with asyncio.timeout(patience):
        while (await asyncio.to_thread(outcome, url))[0] != "done":
            await asyncio.sleep(0.2)


async def test_one_process_asks_for_what_many_need(tmp_path: Path, postgres: str):
    sqlite = Cluster(tmp_path, f"sqlite:///{tmp_path}/prag.db")
    assert "needs Postgres" in sqlite.command("worker").stderr
    with database(postgres) as url:
        empty = Cluster(tmp_path, url)
        assert "run `prag migrate`" in empty.command("web").stderr
        polling = Cluster(tmp_path, url, {"PRAG_TELEGRAM_TOKEN": TOKEN})
        assert "PRAG_TELEGRAM_MODE=webhook" in polling.command("web").stderr


async def test_web_chats_of_two_processes_get_answers_and_broadcasts(cluster: Cluster, tmp_path: Path):
    await ran(cluster, "migrate")
    first, second = cluster.run("web"), cluster.run("web")
    cluster.run("worker")
    here, there = await Browser(first, "en").open(), await Browser(second, "en").open()
    for browser in (here, there):
        await browser.press("language_en", n=1)
        await browser.read_until(1)
    await begin(cluster, tmp_path)
    for browser in (here, there):
        *_, message = await browser.read_until(2)
        assert "The office is closed." in message["text"]
        await browser.close()
    second.kill()
    there.service = first
    await there.open()
    await there.say("vaccination", n=2)
    assert len(await there.read_until(3)) == 3
    await there.close()


async def test_workers_killed_in_a_loop_change_nothing_but_the_speed(cluster: Cluster, telegram: Telegram, tmp_path: Path):
    await ran(cluster, "migrate")
    on_telegram(cluster, telegram, 60)
    await asyncio.to_thread(populate, cluster.database, 600)
    workers = [cluster.run("worker", wait=False) for _ in range(2)]
    await begin(cluster, tmp_path)
    chance = random.Random(7)
    for number in range(3):
        await asyncio.sleep(chance.uniform(3, 5))
        workers[number % 2].kill()
        workers[number % 2].start(wait=False)
    await until_done(cluster.database)
    _, states, attempts = outcome(cluster.database)
    copies = telegram.copies()
    doubled = {chat for chat, count in copies.items() if count > 1}
    assert states == {"sent": 600}
    assert len(copies) == 600
    assert all(attempts[chat] > 1 for chat in doubled), "a double that is not marked"
    assert len(doubled) <= 3 * 9  # the window of a process at this rate


async def test_a_stalled_worker_that_wakes_again_sends_nothing_twice(cluster: Cluster, telegram: Telegram, tmp_path: Path):
    await ran(cluster, "migrate")
    on_telegram(cluster, telegram, 50)
    await asyncio.to_thread(populate, cluster.database, 1500)
    stalled = cluster.run("worker")
    await begin(cluster, tmp_path)
    async with asyncio.timeout(60):
        while len(telegram.got) < 60:
            await asyncio.sleep(0.05)
    cluster.run("worker")
    stalled.signal(signal.SIGSTOP)
    await asyncio.sleep(13)  # longer than the heartbeat
    async with asyncio.timeout(60):  # the other goes on with the slices that nobody holds
        while len(telegram.got) < 250:
            await asyncio.sleep(0.2)
    stalled.signal(signal.SIGCONT)
    await until_done(cluster.database)
    assert outcome(cluster.database)[1] == {"sent": 1500}
    assert set(telegram.copies().values()) == {1}
