"""Broadcasts go to each recipient once, can be paused and stopped, and what became of each is known."""

import asyncio
from dataclasses import replace

from sqlalchemy import delete, select, update

from bot import clock
from bot.actions import broadcasts, outgoing, people
from bot.channels.base import BLOCKED, SLOW_DOWN, TIMED_OUT, UNAVAILABLE, Failed, Limits, Sent
from bot.messages import Outgoing
from bot.store.tables import address, broadcast, consent, person, recipient
from bot.store.tables import outgoing as messages
from tests.broadcasts.country import TEXTS, ZONE, Country, Platform, register


async def test_everybody_gets_it_once_in_their_own_script(country: Country):
    country.populate(700)
    platform = Platform(latency=0.01)
    number = country.start()
    async with country.sending(platform):
        await country.done(number)
    assert len(platform.got) == 700
    assert platform.doubled() == 0
    assert country.progress(number) == {"sent": 700}
    said = {parcel.language: parcel.text.split("\n")[0] for parcel in platform.got}
    assert said == {
        "sr-Cyrl": "Канцеларија данас не ради.", "sr-Latn": "Kancelarija danas ne radi.", "sq": TEXTS["sq"], "en": TEXTS["en"],
    }  # fmt: skip


async def test_it_keeps_to_the_rate(country: Country):
    country.populate(60)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=40):
        await country.done(number)
    at = platform.at
    assert max(sum(first <= other < first + 1 for other in at) for first in at) <= 41


async def test_a_pause_holds_at_once_and_resuming_finishes_without_doubles(country: Country):
    country.populate(250)
    platform = Platform(latency=0.02)
    number = country.start()
    async with country.sending(platform, rate=150):
        await country.until(lambda: len(platform.got) > 30)
        country.act(broadcasts.pause, number)
        await asyncio.sleep(1)
        held = len(platform.got)
        await asyncio.sleep(0.7)
        assert len(platform.got) == held < 250
        assert country.progress(number) == {"sent": held, "waiting": 250 - held}
        country.act(broadcasts.resume, number)
        await country.done(number)
    assert (len(platform.got), platform.doubled()) == (250, 0)


async def test_what_is_stopped_stays_stopped(country: Country):
    country.populate(400)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=100):
        await country.until(lambda: len(platform.got) > 20)
        country.act(broadcasts.stop, number)
        await asyncio.sleep(1)
        held = len(platform.got)
        await asyncio.sleep(1.2)
        assert len(platform.got) == held < 400
    assert country.state(number) == "stopped"


async def test_who_says_stop_while_it_is_being_sent_does_not_get_it(country: Country):
    country.populate(150)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=100):
        await country.until(lambda: len(platform.got) > 10)
        with country.ledger.writing() as connection:
            people.stop(connection, 149, clock.now())
        await country.done(number)
    assert "telegram-149" not in [parcel.address for parcel in platform.got]
    assert country.progress(number) == {"sent": 149, "skipped": 1}
    assert country.reasons(number) == {"stopped": 1}


async def slowed_down(country: Country, platform: Platform) -> None:
    """The platform has told the whole bot to wait while recipients were claimed already."""
    await country.until(lambda: len(platform.got) > 20)
    platform.answer = lambda _parcel: Failed(SLOW_DOWN, retry_after=2.5, everyone=True)
    before = len(platform.got)
    await country.until(lambda: len(platform.got) > before)
    await asyncio.sleep(0.3)
    platform.answer = lambda parcel: Sent(parcel.address)


async def test_who_says_stop_while_the_platform_makes_us_wait_does_not_get_it_although_claimed(country: Country):
    country.populate(200)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=100):
        await slowed_down(country, platform)
        got = {parcel.address for parcel in platform.got}
        with country.ledger.writing() as connection:
            for waiting in (n for n in range(1, 201) if f"telegram-{n}" not in got):
                people.stop(connection, waiting, clock.now())
        await country.done(number)
    assert {parcel.address for parcel in platform.got} == got
    assert country.reasons(number)["stopped"] == 200 - len(got)


async def test_a_pause_holds_although_the_platform_made_us_wait(country: Country):
    country.populate(200)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=100):
        await slowed_down(country, platform)
        country.act(broadcasts.pause, number)
        await asyncio.sleep(1)
        held = len(platform.got)
        await asyncio.sleep(3.5)
        assert len(platform.got) == held < 200
        country.act(broadcasts.resume, number)
        await country.done(number)
    assert len({parcel.address for parcel in platform.got}) == 200


async def test_what_is_stopped_is_taken_back_from_chats_that_have_not_fetched_it(country: Country):
    country.populate(3, "web")
    number = country.start()
    async with country.sending():
        await country.until(lambda: country.progress(number) == {"sent": 3})
    with country.ledger.writing() as connection:
        outgoing.mark_sent(connection, [connection.execute(select(messages.c.id)).scalars().first()], clock.now())
    country.change(broadcast, number, state="sending")  # a slice of another channel is still on its way
    country.act(broadcasts.stop, number)
    assert country.progress(number) == {"sent": 1, "skipped": 2}
    assert country.reasons(number) == {"withdrawn": 2}
    with country.ledger.reading() as connection:
        assert connection.execute(select(messages.c.text).order_by(messages.c.id)).scalars().all()[1:] == [None, None]


async def paused_half_way(country: Country, platform: Platform, number: int) -> None:
    await country.until(lambda: len(platform.got) > 5)
    country.act(broadcasts.pause, number)
    await country.until(lambda: "sending" not in country.progress(number))


async def test_who_withdrew_the_consent_since_it_was_prepared_does_not_get_it(country: Country):
    country.populate(60)
    for number in range(1, 61):
        register(country, number, "grant")
    platform = Platform()
    number = country.start("form=grant")
    async with country.sending(platform, rate=50):
        await paused_half_way(country, platform, number)
        got = len(platform.got)
        with country.ledger.writing() as connection:
            connection.execute(update(consent).values(withdrawn_at=clock.now()))
        country.act(broadcasts.resume, number)
        await country.done(number)
    assert len(platform.got) == got
    assert country.reasons(number) == {"no_consent": 60 - got}


async def test_of_two_prepared_in_one_night_the_office_s_limit_lets_one_through(country: Country):
    country.set("broadcast_cap", "1")
    country.populate(20)
    platform = Platform()
    async with country.sending(platform, rate=20):
        first, second = country.start(urgent=""), country.start(urgent="")
        await country.done(first)
        await country.done(second)
    assert len(platform.got) == 20
    assert platform.doubled() == 0
    assert country.reasons(first)["cap"] + country.reasons(second)["cap"] == 20


async def test_a_viber_session_that_ended_meanwhile_is_paid_for_from_the_budget(country: Country):
    country.set("viber_budget", "4")
    country.populate(30, "viber", session_expires_at=clock.now().replace(year=2100))
    platform = Platform("viber", limits=Limits(7000, 24, 60))
    number = country.start()
    async with country.sending(platform, rate=20):
        await paused_half_way(country, platform, number)
        got = len(platform.got)
        with country.ledger.writing() as connection:
            connection.execute(update(address).values(session_expires_at=clock.now()))
        country.act(broadcasts.resume, number)
        await country.done(number)
    assert len(platform.got) == got + 4
    assert country.reasons(number) == {"no_budget": 26 - got}


async def test_an_urgent_one_does_not_wait_for_the_newsletter(country: Country):
    country.set("approval_size", "1000")
    country.populate(400)
    platform = Platform()
    newsletter = country.start(urgent="")
    async with country.sending(platform, rate=60):
        await country.until(lambda: len(platform.got) > 30)
        urgent = country.start(texts={"sr": "Хитно.", "sq": "Urgjent.", "en": "Urgent."})
        await country.done(urgent, 20)
        assert country.progress(newsletter)["waiting"] > 200
        country.act(broadcasts.stop, newsletter)


async def test_the_blocked_fail_for_good_the_slowed_are_tried_again_the_doubtful_are_left(country: Country):
    country.populate(40)
    tried: dict[str, int] = {}

    def answer(parcel):
        tried[parcel.address] = tried.get(parcel.address, 0) + 1
        if parcel.address == "telegram-1":
            return Failed(BLOCKED)
        if parcel.address == "telegram-2":
            return Failed(TIMED_OUT)
        if parcel.address == "telegram-3" and tried[parcel.address] == 1:
            return Failed(SLOW_DOWN, retry_after=0.2)
        return Sent("x")

    number = country.start()
    async with country.sending(Platform(answer=answer)):
        await country.done(number)
    assert country.progress(number) == {"sent": 38, "failed": 1, "unknown": 1}
    assert (tried["telegram-1"], tried["telegram-2"], tried["telegram-3"]) == (1, 1, 2)
    with country.ledger.reading() as connection:
        assert connection.execute(select(address.c.blocked_at).where(address.c.id == 1)).scalar() is not None


async def test_a_platform_that_is_down_gets_everything_once_it_is_back(country: Country):
    country.populate(120)
    down = True
    platform = Platform(answer=lambda parcel: Failed(UNAVAILABLE) if down else Sent(parcel.address))
    number = country.start()
    async with country.sending(platform):
        await country.until(lambda: len(platform.got) > 10)
        down = False
        await country.done(number)
    assert country.progress(number) == {"sent": 120}


async def test_replies_overtake_a_broadcast(country: Country):
    country.populate(400)
    platform = Platform()
    number = country.start()
    async with country.sending(platform, rate=20) as broadcaster:
        await country.until(lambda: len(platform.got) > 10)
        with country.ledger.writing() as connection:
            for chat in range(1, 4):
                outgoing.reply(connection, chat, "telegram", Outgoing("an answer", "en"), clock.now())
        broadcaster._lanes.doors["telegram"].wake()
        before = len(platform.got)
        await country.until(lambda: sum(parcel.text == "an answer" for parcel in platform.got) == 3)
        last = max(n for n, parcel in enumerate(platform.got) if parcel.text == "an answer")
        assert last - before < 6  # of the window's eight at the gate, some would pass before them without lanes
        country.act(broadcasts.stop, number)


async def test_viber_gets_whole_requests_and_names_who_missed_it(country: Country):
    country.populate(700, "viber", languages=("sr-Latn",), session_expires_at=clock.now().replace(year=2100))
    platform = Platform(
        "viber", limits=Limits(7000, 24, 60, together=300), answer=lambda p: Failed(BLOCKED) if p.address == "viber-5" else Sent("t")
    )
    number = country.start()
    async with country.sending(platform, rate=40):
        await country.done(number)
    assert len(platform.got) == 700
    assert max(platform.requests) == 300
    assert len(platform.requests) <= 4
    assert country.progress(number) == {"sent": 699, "failed": 1}


async def test_viber_messages_beyond_the_budget_are_left_out(country: Country):
    country.set("viber_budget", "5")
    country.populate(20, "viber")
    number = country.start()
    async with country.sending(Platform("viber", limits=Limits(7000, 24, 60, together=300))):
        await country.done(number)
    assert country.progress(number) == {"sent": 5, "skipped": 15}
    assert country.reasons(number) == {"no_budget": 15}


async def test_web_chats_find_it_among_their_messages(country: Country):
    country.populate(600, "web")
    number = country.start()
    async with country.sending():
        await country.done(number)
    assert country.progress(number) == {"sent": 600}
    with country.ledger.reading() as connection:
        rows = connection.execute(select(messages.c.address_id, messages.c.lane, messages.c.state)).all()
    assert len({row.address_id for row in rows}) == len(rows) == 600
    assert {(row.lane, row.state) for row in rows} == {(2, "waiting")}


async def test_a_long_message_goes_in_parts_and_goes_on_where_it_broke(country: Country):
    country.populate(1, languages=("en",))
    tries = []

    def answer(parcel):
        tries.append(parcel.text)
        return Failed(UNAVAILABLE) if tries == ["one", "two"] else Sent("x")

    number = country.start()
    async with country.sending(Platform(answer=answer)) as broadcaster:
        wording = broadcaster._wording
        broadcaster._wording = replace(wording, split=lambda _channel, message: [replace(message, text=t) for t in ("one", "two", "three")])
        await country.done(number)
    assert tries == ["one", "two", "two", "three"]


async def test_what_failed_can_be_tried_again_but_never_the_blocked(country: Country):
    country.populate(10)
    no = {"telegram-1": Failed(BLOCKED), "telegram-2": Failed(TIMED_OUT)}
    platform = Platform(answer=lambda parcel: no.get(parcel.address, Sent("x")))
    number = country.start()
    async with country.sending(platform):
        await country.done(number)
        del no["telegram-2"]
        assert country.act(broadcasts.retry_failed, number) == 0
        assert country.act(broadcasts.retry_failed, number, unknown=True) == 1
        await country.done(number)
    assert country.progress(number) == {"sent": 9, "failed": 1}


async def test_quiet_hours_hold_it_and_urgency_does_not_wait(country: Country):
    country.populate(10)
    quiet = country.start(urgent="")
    quiet_now(country)
    platform = Platform()
    async with country.sending(platform):
        await asyncio.sleep(1.3)
        assert platform.got == []
        assert country.state(quiet) == "scheduled"
        urgent = country.start()
        await country.done(urgent)
        assert len(platform.got) == 10
        country.awake()
        await country.done(quiet)
    assert len(platform.got) == 20


async def test_quiet_hours_interrupt_what_is_being_sent(country: Country):
    country.set("approval_size", "1000")
    country.populate(200)
    platform = Platform()
    number = country.start(urgent="")
    async with country.sending(platform, rate=40):
        await country.until(lambda: len(platform.got) > 5)
        quiet_now(country)
        await asyncio.sleep(2)
        held = len(platform.got)
        await asyncio.sleep(1)
        assert len(platform.got) == held < 200
        country.awake()
        await country.until(lambda: len(platform.got) > held)
        country.act(broadcasts.stop, number)


def quiet_now(country: Country) -> None:
    here = clock.local(clock.now(), ZONE)
    country.set("quiet_from", f"{here:%H:00}")
    country.set("quiet_to", f"{(here.hour + 2) % 24:02}:00")


async def test_a_restart_goes_on_where_it_was(country: Country):
    country.populate(500)
    platform = Platform(latency=0.02)
    number = country.start()
    async with country.sending(platform, rate=300):
        await country.until(lambda: len(platform.got) > 100)
    assert country.progress(number).get("sending", 0) == 0
    async with country.sending(platform, rate=1000):
        await country.done(number)
    assert (len(platform.got), platform.doubled()) == (500, 0)


async def test_nobody_is_written_to_more_often_than_the_office_allows(country: Country):
    country.set("broadcast_cap", "1")
    country.populate(5)
    platform = Platform()
    async with country.sending(platform):
        await country.done(country.start())
        second = country.start(urgent="")
        await country.done(second)
        urgent = country.start()
        await country.done(urgent)
    assert country.reasons(second) == {"cap": 5}
    assert country.progress(urgent) == {"sent": 5}


async def test_an_erased_person_leaves_nothing(country: Country):
    country.populate(50)
    number = country.start()
    async with country.sending(Platform(), rate=30):
        await country.until(lambda: country.progress(number).get("sent", 0) > 3)
        with country.ledger.writing() as connection:
            connection.execute(delete(person).where(person.c.id == 50))
        await country.done(number)
    with country.ledger.reading() as connection:
        assert connection.execute(select(recipient.c.id).where(recipient.c.address_id == 50)).all() == []
    assert country.progress(number) == {"sent": 49}
