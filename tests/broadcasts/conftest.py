"""Every test here runs on both databases."""

from collections.abc import Iterator

import pytest

from bot.library import Library
from bot.store.database import Ledger, Writer
from bot.texts import Texts
from tests.broadcasts.country import Country


@pytest.fixture
def country(ledger: Ledger, writer: Writer, texts: Texts, library: Library) -> Iterator[Country]:
    yield Country(ledger, writer, texts, library)
