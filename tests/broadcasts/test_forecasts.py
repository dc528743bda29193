"""What a broadcast will take: within the budget, in as many parts as its text needs, at the permitted rates."""

import pytest

from bot.commands.broadcast_watch import Meter
from bot.forecasts import Pace, forecast, within
from bot.store.broadcast_reads import Counted

PACES = {"telegram": Pace(29), "viber": Pace(40, together=300)}
COUNTED = [
    Counted("telegram", "en", "", 290, 0),
    Counted("telegram", "sq", "stopped", 7, 0),
    Counted("viber", "en", "", 10, 8),
    Counted("viber", "sq", "", 10, 8),
    Counted("web", "en", "", 1000, 0),
]


def test_whoever_the_budget_does_not_reach_is_left_out_with_the_reason():
    lines = within(COUNTED, 10)
    assert [(line.language, line.reason, line.people, line.billable) for line in lines if line.channel == "viber"] == [
        ("en", "", 10, 8), ("sq", "", 4, 2), ("sq", "no_budget", 6, 0),
    ]  # fmt: skip
    assert sum(line.people for line in lines) == sum(line.people for line in COUNTED)
    assert within(COUNTED, 16) == COUNTED
    assert sum(line.people for line in within(COUNTED, -5) if line.reason == "no_budget") == 16


def test_long_texts_take_longer_and_cost_more():
    short = forecast(COUNTED, {}, PACES, 100)
    assert (short.people, short.billable, short.seconds) == (1310, 16, 10)
    long = forecast(COUNTED, {("telegram", "en"): 3, ("viber", "sq"): 2}, PACES, 100)
    assert (long.people, long.billable, long.seconds) == (1310, 8 + 16, 30)


def test_chats_that_fetch_take_no_time():
    assert forecast([Counted("web", "en", "", 1000, 0)], {}, PACES, 0).seconds == 0


def test_a_meter_tells_the_rate_of_the_last_looks_only():
    meter = Meter()
    assert meter.rate(0, 0) == 0
    assert meter.rate(1, 100) == 100
    for second in range(2, 40):
        stands = meter.rate(second, 100)
    assert stands == 0
    assert meter.rate(40, 300) == pytest.approx(200 / 9)
