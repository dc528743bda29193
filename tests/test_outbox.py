"""The outbox: what waits is sent once, in order, the urgent first; every failure has its consequence."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, update

from bot import clock
from bot.actions import delivery, outgoing, people
from bot.actions.delivery import Claimed
from bot.channels.base import (
    BLOCKED,
    GONE,
    NO_MONEY,
    REFUSED,
    SEND_ERRORS,
    SLOW_DOWN,
    TIMED_OUT,
    UNAUTHORISED,
    UNAVAILABLE,
    Failed,
    Limits,
    Parcel,
    Sent,
)  # fmt: skip
from bot.engine.local import LocalRate
from bot.measures import Measures
from bot.messages import LANES, Lane, Outgoing
from bot.outbox import Gate, Outbox
from bot.store.database import Ledger, Writer
from bot.store.tables import address
from bot.store.tables import outgoing as rows
from bot.verdicts import RETRIES, verdict

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@dataclass
class FakeChannel:
    """The network edge: answers each parcel as told, and remembers what it got."""

    answer: Callable[[Parcel], Sent | Failed] = lambda parcel: Sent(f"m{parcel.row}")
    name: str = "fake"
    limits: Limits = field(default_factory=lambda: Limits(4096, 100, 64))
    got: list[Parcel] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def routes(self) -> list:
        return []

    def numbers(self) -> dict[str, float]:
        return {}

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, parcel: Parcel) -> Sent | Failed:
        self.got.append(parcel)
        await self.hold.wait()
        return self.answer(parcel)


def queue(ledger: Ledger, chat: str, text: str, lane: Lane = "reply") -> None:
    now = clock.now()
    with ledger.writing() as connection:
        met = people.meet(connection, "fake", chat, now=now, language="en")
        if lane == "reply":
            outgoing.reply(connection, met.address_id, "fake", Outgoing(text, "en"), now)
        else:
            outgoing.notify(connection, met.address_id, Outgoing(text, "en"), now, lane=lane)


def states(ledger: Ledger) -> list[tuple[str, str | None, int]]:
    with ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(select(rows.c.state, rows.c.reason, rows.c.attempts).order_by(rows.c.id))]


@pytest.fixture
def outbox_of(writer: Writer):
    def make(channel: FakeChannel, process: str = "one") -> Outbox:
        return Outbox(channel=channel, writer=writer, rate=LocalRate(100_000), process=process, measures=Measures())

    return make


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to pass")


async def stopped(task: asyncio.Task) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_waits_is_sent_once_and_one_chat_stays_in_order(ledger: Ledger, outbox_of):
    channel = FakeChannel()
    for number in range(30):
        queue(ledger, f"chat {number % 3}", str(number))
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: all(state == "sent" for state, _, _ in states(ledger)))
    await stopped(task)
    assert len(channel.got) == 30
    for chat in range(3):
        said = [int(p.text) for p in channel.got if p.address == f"chat {chat}"]
        assert said == sorted(said)


async def test_one_chat_has_one_message_under_way(ledger: Ledger, outbox_of):
    channel = FakeChannel()
    channel.hold.clear()
    for number in range(3):
        queue(ledger, "chat", str(number))
    queue(ledger, "other", "x")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: len(channel.got) == 2)
    await asyncio.sleep(0.1)
    assert sorted(p.address for p in channel.got) == ["chat", "other"]
    channel.hold.set()
    await until(lambda: all(state == "sent" for state, _, _ in states(ledger)))
    await stopped(task)


async def test_the_gate_lets_the_more_urgent_pass_first():
    class SlowRate:
        async def slot(self, waiting: int) -> None:
            await asyncio.sleep(0.02)

        async def push(self, seconds: float) -> None: ...

    gate, passed = Gate(SlowRate()), []

    async def enter(lane: Lane) -> None:
        await gate.enter(lane)
        passed.append(lane)

    sends = [asyncio.create_task(enter(lane)) for lane in ("broadcast", "broadcast", "reminder", "reply", "reply")]
    await asyncio.sleep(0)
    task = asyncio.create_task(gate.run())
    await asyncio.gather(*sends)
    await stopped(task)
    assert passed == ["reply", "reply", "reminder", "broadcast", "broadcast"]


async def test_a_person_who_blocked_the_bot_is_marked_and_left_in_peace(ledger: Ledger, outbox_of):
    channel = FakeChannel(answer=lambda _parcel: Failed(BLOCKED))
    queue(ledger, "chat", "x")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: states(ledger)[0][0] == "failed")
    await stopped(task)
    assert states(ledger) == [("failed", "blocked", 1)]
    with ledger.writing() as connection:
        chat = connection.execute(select(address.c.id)).scalar_one()
        told = outgoing.notify(connection, chat, Outgoing("y", "en"), NOW, lane="broadcast")
    assert told == outgoing.Skipped("blocked")


async def test_a_moved_chat_gets_its_message_at_the_new_address(ledger: Ledger, outbox_of):
    channel = FakeChannel(answer=lambda p: Failed(REFUSED, moved_to="new") if p.address == "old" else Sent())
    queue(ledger, "old", "x")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: states(ledger)[0][0] == "sent")
    await stopped(task)
    assert [p.address for p in channel.got] == ["old", "new"]


async def test_an_erased_message_stays_erased_when_its_send_ends(ledger: Ledger, outbox_of):
    channel = FakeChannel()
    channel.hold.clear()
    queue(ledger, "chat", "x")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: len(channel.got) == 1)
    with ledger.writing() as connection:
        connection.execute(delete(rows))
    channel.hold.set()
    await asyncio.sleep(0.2)
    await stopped(task)
    assert states(ledger) == []


async def test_stopping_finishes_what_is_under_way_and_keeps_the_rest(ledger: Ledger, outbox_of):
    channel = FakeChannel()
    channel.hold.clear()
    for number in range(3):
        queue(ledger, "chat", str(number))
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: len(channel.got) == 1)
    task.cancel()
    await asyncio.sleep(0.05)
    channel.hold.set()
    with suppress(asyncio.CancelledError):
        await task
    assert [state for state, _, _ in states(ledger)] == ["sent", "waiting", "waiting"]


async def test_what_a_dead_process_was_sending_is_sent_again_and_marked(ledger: Ledger, outbox_of):
    queue(ledger, "chat", "x")
    with ledger.writing() as connection:
        delivery.claim(connection, channel="fake", process="dead", most=10, busy=frozenset(), now=clock.now())
    channel = FakeChannel()
    task = asyncio.create_task(outbox_of(channel, process="alive").run())
    await until(lambda: states(ledger)[0][0] == "sent")
    await stopped(task)
    assert states(ledger) == [("sent", "resent", 2)]


async def test_a_failed_message_rests_before_it_is_tried_again(ledger: Ledger, outbox_of):
    channel = FakeChannel(answer=lambda _parcel: Failed(UNAVAILABLE))
    queue(ledger, "chat", "x")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: states(ledger)[0][1] == "unavailable")
    await stopped(task)
    with ledger.reading() as connection:
        row = connection.execute(select(rows.c.state, rows.c.due_at, rows.c.created_at)).one()
    assert row.state == "waiting"
    assert row.due_at > row.created_at
    with ledger.writing() as connection:  # when its time has come it goes
        connection.execute(update(rows).values(due_at=row.created_at))
    channel.answer = lambda _parcel: Sent("ours")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: states(ledger)[0][0] == "sent")
    await stopped(task)


async def test_a_channel_that_breaks_does_not_end_the_sending(ledger: Ledger, outbox_of):
    def broken(parcel: Parcel) -> Sent:
        if parcel.address == "bad":
            raise RuntimeError
        return Sent()

    channel = FakeChannel(answer=broken)
    queue(ledger, "bad", "x")
    queue(ledger, "good", "y")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: states(ledger)[1][0] == "sent")
    await until(lambda: states(ledger)[0][1] == "timed_out")
    await stopped(task)


def claimed(lane: Lane = "reply", attempts: int = 1) -> Claimed:
    return Claimed(1, 1, "chat", lane, "x", "en", (), None, attempts)


def verdict_on(one: Claimed, outcome: Failed) -> delivery.Result:
    return verdict(one.id, outcome, lane=one.lane, attempts=one.attempts)


@pytest.mark.parametrize("error", SEND_ERRORS, ids=lambda error: error.name)
@pytest.mark.parametrize("lane", LANES)
def test_every_failure_has_its_consequence(error, lane: Lane):
    result = verdict_on(claimed(lane), Failed(error))
    expected = {"later": "waiting", "never": "failed", "unknown": "unknown" if lane == "broadcast" else "waiting"}[error.retry]
    assert result.state == expected
    assert result.reason == error.name
    assert result.unreachable == error.stop


def test_a_doubtful_reply_is_tried_once_more_and_then_left_in_doubt():
    assert verdict_on(claimed(), Failed(TIMED_OUT)).state == "waiting"
    assert verdict_on(claimed(attempts=2), Failed(TIMED_OUT)).state == "unknown"


def test_the_platforms_own_word_decides_how_long_to_wait():
    wait = verdict_on(claimed(), Failed(SLOW_DOWN, retry_after=2400)).wait
    assert timedelta(seconds=2400) <= wait <= timedelta(seconds=2400 * 1.2)


def test_waiting_grows_and_in_the_end_we_give_up():
    waits = [verdict_on(claimed(attempts=n), Failed(UNAVAILABLE)).wait for n in range(1, len(RETRIES) + 1)]
    assert all(later > earlier for earlier, later in pairwise(waits))
    assert verdict_on(claimed(attempts=len(RETRIES) + 1), Failed(UNAVAILABLE)).state == "failed"


def test_what_stops_a_person_is_only_what_they_or_the_platform_did():
    assert {e.name for e in SEND_ERRORS if e.stop} == {BLOCKED.name, GONE.name}
    assert {e.name for e in SEND_ERRORS if e.alarm} == {UNAUTHORISED.name, NO_MONEY.name}


async def test_several_chats_told_to_slow_down_hold_the_whole_bot(ledger: Ledger, writer: Writer):
    pushed: list[float] = []

    class Rate(LocalRate):
        async def push(self, seconds: float) -> None:
            pushed.append(seconds)

    channel = FakeChannel(answer=lambda _parcel: Failed(SLOW_DOWN, retry_after=7))
    for number in range(3):
        queue(ledger, f"chat {number}", "x")
    outbox = Outbox(channel=channel, writer=writer, rate=Rate(100_000), process="one", measures=Measures())
    task = asyncio.create_task(outbox.run())
    await until(lambda: all(reason == "slow_down" for _, reason, _ in states(ledger)))
    await stopped(task)
    assert pushed == [7]
    with ledger.reading() as connection:
        assert connection.execute(select(address.c.blocked_at)).scalars().all() == [None] * 3


async def test_a_chat_that_moved_onto_another_of_ours_does_not_stop_the_sending(ledger: Ledger, outbox_of):
    channel = FakeChannel(answer=lambda p: Failed(REFUSED, moved_to="taken") if p.address == "old" else Sent())
    queue(ledger, "old", "x")
    queue(ledger, "taken", "y")
    queue(ledger, "third", "z")
    task = asyncio.create_task(outbox_of(channel).run())
    await until(lambda: [state for state, _, _ in states(ledger)] == ["failed", "sent", "sent"])
    await stopped(task)


async def test_a_stop_at_any_moment_ends_and_leaves_no_row_claimed(ledger: Ledger, outbox_of):
    channel = FakeChannel()
    for number in range(300):
        queue(ledger, f"chat {number}", "x")
    for pause in (0.0, 0.001, 0.003, 0.01, 0.02, 0.05):
        task = asyncio.create_task(outbox_of(channel).run())
        await asyncio.sleep(pause)
        async with asyncio.timeout(20):
            await stopped(task)
        assert "sending" not in {state for state, _, _ in states(ledger)}
