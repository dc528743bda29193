"""`prag doctor` says in a sentence what is ill."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import build
from bot.app import build_parts
from bot.settings import Settings
from bot.store.migrate import migrate


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRAG_DATABASE_URL", f"sqlite:///{tmp_path}/var/prag.db")

    def invoke(**settings: str):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(build(), ["doctor"])

    return invoke


def test_a_fresh_installation_is_well(run):
    result = run()
    assert result.exit_code == 0, result.output
    assert "ill" not in result.output.split()


def test_keys_that_others_may_read_are_named_with_the_remedy(run, tmp_path: Path):
    build_parts(Settings(database_url=f"sqlite:///{tmp_path}/var/prag.db")).ledger.close()
    (tmp_path / "var" / "secret.key").chmod(0o644)
    result = run()
    assert result.exit_code == 1
    assert "chmod 600" in result.output


def test_a_ledger_that_others_may_read_is_named_with_the_remedy(run, tmp_path: Path):
    ledger = build_parts(Settings(database_url=f"sqlite:///{tmp_path}/var/prag.db")).ledger
    migrate(ledger)
    ledger.close()
    (tmp_path / "var" / "prag.db").chmod(0o644)
    result = run()
    assert result.exit_code == 1
    assert f"chmod 600 {tmp_path}/var/prag.db" in "".join(result.output.split("\n"))


def test_an_old_ledger_and_an_open_address_are_told(run, tmp_path: Path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "prag.db").touch()
    result = run(PRAG_PUBLIC_URL="http://example.org")
    assert result.exit_code == 1
    assert "prag migrate" in result.output
    assert "https://" in result.output
