"""What tests share: the real content read once, a real ledger each, the keys."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet

from bot.app import LOCALES
from bot.library import Library, files_below, read
from bot.search import Index
from bot.settings import PACKAGE
from bot.store.database import Ledger, Writer
from bot.store.migrate import migrate
from bot.store.sealing import Vault
from bot.texts import Texts
from tests import learnt

CONTENT = PACKAGE / "content"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Write what the bot says now into tests/talks/*.talk.")


@pytest.fixture(scope="session")
def library() -> Library:
    """The content of this checkout."""
    found, problems = read(files_below(CONTENT))
    assert not [p for p in problems if p.level == "error"]
    return found


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The interface strings of this checkout."""
    return Texts.load(LOCALES)


@pytest.fixture(scope="session")
def index(library: Library) -> Index:
    """The search index over the content of this checkout."""
    return Index.build(library, learnt.KEPT)


@pytest.fixture(scope="session")
def zone() -> ZoneInfo:
    return ZoneInfo("Europe/Belgrade")


@pytest.fixture
def vault() -> Vault:
    return Vault("a secret for tests", (Fernet.generate_key().decode(),))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger with the newest schema, in a file of its own."""
    made = Ledger(f"sqlite:///{tmp_path}/prag.db")
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def writer(ledger: Ledger) -> Iterator[Writer]:
    """The writer of `ledger`, running."""
    made = Writer(ledger)
    made.start()
    yield made
    made.stop()
