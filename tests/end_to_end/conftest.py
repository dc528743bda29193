"""Every service here finds its search index learnt."""

import pytest

from bot.search import Index


@pytest.fixture(scope="session", autouse=True)
def learnt_index(index: Index) -> Index:
    return index
