"""The town of every test here."""

import pytest

from bot.library import Library
from bot.store.database import Ledger
from bot.store.sealing import Vault
from bot.texts import Texts
from tests.town import Town


@pytest.fixture
def town(ledger: Ledger, texts: Texts, library: Library, vault: Vault) -> Town:
    return Town(ledger, texts, library, vault)
