"""What a Viber message would cost."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.viber.sessions import SESSION, billable_count, is_billable, session_end
from tests.channels.viber.conftest import NOW

MINUTE = timedelta(minutes=1)


def test_a_first_message_opens_24_hours():
    assert session_end(None, NOW) == NOW + timedelta(hours=24)


def test_a_message_within_the_session_does_not_lengthen_it():
    ends = session_end(None, NOW)
    assert session_end(ends, NOW + 23 * timedelta(hours=1)) == ends


def test_a_message_at_or_after_its_end_opens_the_next_session():
    ends = session_end(None, NOW)
    assert session_end(ends, ends) == ends + SESSION


def test_a_message_is_free_until_the_session_ends():
    ends = NOW + SESSION
    assert not is_billable(ends, ends - MINUTE)
    assert is_billable(ends, ends)


def test_who_never_wrote_is_paid_for():
    assert is_billable(None, NOW)


def test_the_billable_are_counted():
    assert billable_count([None, NOW - MINUTE, NOW, NOW + MINUTE, NOW + SESSION], NOW) == 3


@given(st.lists(st.integers(0, 10_000), min_size=1).map(sorted))
def test_no_session_is_longer_than_24_hours_after_the_message_that_opened_it(minutes: list[int]):
    ends, opened = None, NOW
    for minute in minutes:
        at = NOW + minute * MINUTE
        before, ends = ends, session_end(ends, at)
        opened = at if ends != before else opened
        assert ends == opened + SESSION
