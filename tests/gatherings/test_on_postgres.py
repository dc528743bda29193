"""The same behaviour on Postgres: every test of seats, reminders, visits and the clockwork once more."""

from datetime import timedelta

import pytest

from bot.library import Library
from bot.store.database import Ledger
from bot.store.sealing import Vault
from bot.texts import Texts
from tests.gatherings.test_clockwork import *  # noqa: F403
from tests.gatherings.test_conversations import *  # noqa: F403
from tests.gatherings.test_making import *  # noqa: F403
from tests.gatherings.test_reminders import *  # noqa: F403
from tests.gatherings.test_seats import *  # noqa: F403
from tests.gatherings.test_visits import *  # noqa: F403
from tests.postgres import migrated, postgres, postgres_ledger
from tests.town import Town

__all__ = ["ledger", "migrated", "postgres", "postgres_ledger", "town"]


@pytest.fixture
def ledger(postgres_ledger: Ledger) -> Ledger:
    return postgres_ledger


@pytest.fixture
def town(ledger: Ledger, texts: Texts, library: Library, vault: Vault) -> Town:
    return Town(ledger, texts, library, vault, step=timedelta(hours=1))
