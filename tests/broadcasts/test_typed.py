"""Broadcasts by commands without a service: what is typed, edited, mistyped and kept."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from sqlalchemy import Connection

from bot import clock
from bot.__main__ import build
from bot.actions import people, staff
from bot.documents import delivery_report
from bot.documents.delivery_report import ReportError
from bot.errors import PlainError
from bot.store.database import Ledger

TEXTS = {"sr": "Kancelarija u petak ne radi.", "sq": "Zyra të premten nuk punon.", "en": "The office is closed on Friday."}


@dataclass(frozen=True)
class Office:
    """A folder with a ledger and text files; `prag broadcast` works on them, in this process."""

    folder: Path
    environment: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]

    @property
    def texts(self) -> list[str]:
        return [word for language in TEXTS for word in ("--text", f"{language}={self.folder}/{language}.md")]

    def run(self, *words: str) -> str:
        """What the command says."""
        self.screen.readouterr()
        build("broadcast")(["broadcast", *words], standalone_mode=False)
        return self.screen.readouterr().out

    def refuse(self, *words: str) -> str:
        """The sentence with which it refuses."""
        with pytest.raises((PlainError, typer.BadParameter)) as caught:
            self.run(*words)
        return str(caught.value)

    def edits(self, script: str) -> None:
        """The editor that opens does this to its page, whose path is $1."""
        editor = self.folder / "editor"
        editor.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        editor.chmod(0o700)
        self.environment.setenv("VISUAL", str(editor))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        ledger = Ledger(f"sqlite:///{self.folder}/prag.db")
        with ledger.writing() as connection:
            yield connection
        ledger.close()


@pytest.fixture
def office(tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    for name in os.environ:
        if name.startswith("PRAG_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PRAG_DATABASE_URL", f"sqlite:///{tmp_path}/prag.db")
    for language, text in TEXTS.items():
        (tmp_path / f"{language}.md").write_text(text, "utf-8")
    with ledger.writing() as connection:
        people.meet(connection, "web", "a", now=clock.now(), language="en")
    return Office(tmp_path, monkeypatch, capsys)


def test_an_editor_opens_with_the_present_texts_and_loses_nothing(office: Office):
    office.run("new", "[/x] News", *office.texts, "--button", "link=https://example.org/a", "--where", "language=en,sq")
    office.edits('sed -i "s/Friday/Monday/" "$1"')
    shown = office.run("edit", "1")
    assert "closed on Monday" in shown
    assert "Канцеларија у петак не ради." in shown
    office.edits('sed -i "s/Monday/{day}/" "$1"')
    told = office.refuse("edit", "1")
    kept = told.strip().rsplit("--text ", 1)[1]
    assert "{day} is not a placeholder" in told
    Path(kept).write_text(Path(kept).read_text("utf-8").replace("{day}", "Tuesday"), "utf-8")
    assert "closed on Tuesday" in office.run("edit", "1", "--text", kept)
    office.edits("exit 0")
    assert "closed on Tuesday" in office.run("edit", "1")
    assert "[/x] News" in office.run("list")
    assert "[/x] News: draft." in office.run("status", "1")


def test_a_new_one_can_be_written_in_the_editor(office: Office):
    office.edits('printf "## en\\nClosed on Friday.\\n" > "$1"')
    assert "no Serbian text" in office.refuse("new", "News")
    shown = office.run("new", "News", "--leave-out", "sr", "--instead", "sq=en")
    assert "Closed on Friday." in shown
    assert "left out" in shown


def test_button_and_conditions_can_be_taken_away(office: Office):
    shown = office.run("new", "News", *office.texts, "--button", "article=legal-aid", "--where", "language=sq")
    assert "For language=sq" in shown
    assert "article_legal-aid" in shown
    shown = office.run("edit", "1", "--no-button", "--everybody")
    assert "For everybody" in shown
    assert "article_legal-aid" not in shown


def test_a_text_given_later_takes_the_place_of_what_stood_instead(office: Office):
    office.run("new", "News", "--text", f"en={office.folder}/en.md", "--text", f"sr={office.folder}/sr.md", "--instead", "sq=en")
    assert "Zyra të premten" in office.run("edit", "1", *office.texts)


def test_what_cannot_be_done_now_says_when_it_can(office: Office):
    office.run("new", "News", *office.texts)
    for verb in ("retry", "pause", "resume", "stop"):
        assert "only while it is" in office.refuse(verb, "1")
    office.run("discard", "1")
    assert "there is no broadcast 1" in office.refuse("status", "1")


def test_a_scheduled_one_that_is_edited_is_a_draft_again_and_says_so(office: Office):
    office.run("new", "News", *office.texts)
    assert "goes on 2100-01-04 at 09:00" in office.run("start", "1", "--at", "2100-01-04 09:00")
    assert "it is a draft again" in office.run("edit", "1", "--name", "Other")
    assert "draft" in office.run("list")
    assert "is over" in office.refuse("start", "1", "--at", "2020-01-01 09:00")
    assert "is not a time" in office.refuse("start", "1", "--at", "tomorrow")


def test_what_is_typed_wrong_is_told(office: Office):
    assert "--instead sq is not understood" in office.refuse("new", "News", *office.texts, "--instead", "sq")
    assert "did you mean grant?" in office.refuse("new", "News", *office.texts, "--where", "form!=grnat")
    assert "cannot be read" in office.refuse("new", "News", "--text", f"{office.folder}/nowhere.md")


def test_an_approval_tells_what_it_is_for(office: Office):
    mark = office.run("new", "News", *office.texts, "--by", "ana").rsplit("fingerprint ", 1)[1].strip(".\n")
    office.run("edit", "1", "--name", "Other")
    office.run("edit", "1", "--where", "language=en")
    assert "no longer what you read" in office.refuse("approve", "1", "--by", "boris", "--seen", mark)
    told = office.run("approve", "1", "--by", "boris")
    assert "closed on Friday" in told
    assert "for language=en" in told


def test_a_test_goes_to_oneself_only_by_ones_code(office: Office):
    office.run("new", "News", *office.texts)
    with office.writing() as connection:
        code = people.meet(connection, "web", "a", now=clock.now(), language="en").code
    assert "4 messages" in office.run("test", "1", code)
    assert "is not a code" in office.refuse("test", "1", "K7M3Q4A")


def test_a_report_is_a_private_file_of_a_known_kind_in_a_folder_there_is(office: Office):
    office.run("new", "News", *office.texts)
    to = office.folder / "report.csv"
    office.run("report", "1", "--to", str(to))
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert "name it *.csv or *.xlsx" in office.refuse("report", "1", "--to", f"{office.folder}/report.txt")
    assert "cannot be written" in office.refuse("report", "1", "--to", f"{office.folder}/nowhere/report.csv")


def test_a_complaint_segment_is_counted_for_administrators_only(office: Office):
    with office.writing() as connection:
        staff.add(connection, "ana@example.org", "coordinator", clock.now())
        staff.add(connection, "boris@example.org", "administrator", clock.now())
    office.run("new", "News", *office.texts, "--where", "form=complaint", "--by", "boris@example.org")
    for verb in ("preview", "report"):
        assert "administrators only" in office.refuse(verb, "1", "--by", "ana@example.org")
        assert "--by EMAIL" in office.refuse(verb, "1")
        assert office.run(verb, "1", "--by", "boris@example.org")


def test_a_sheet_has_no_room_for_more_lines_than_a_sheet_has():
    delivery_report.check(Path("a.XLSX"), 1_048_575)
    delivery_report.check(Path("a.csv"), 2_000_000)
    with pytest.raises(ReportError, match="name the file .csv"):
        delivery_report.check(Path("a.xlsx"), 1_048_576)
