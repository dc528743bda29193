"""`prag gathering`, `prag poster`, `prag link`, `prag jobs`: what staff type and what comes back."""

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.__main__ import build
from bot.actions import people, seats
from bot.actions.seats import Wish
from bot.app import build_parts
from bot.errors import PlainError
from bot.settings import load
from bot.store.migrate import migrate
from bot.store.tables import audit, gathering, opinion, party
from tests.town import wall

NOW = wall("2026-11-21T10:00")
Prag = Callable[..., Result]

VISIT = """
kind = "go-and-see"
starts = 2026-12-12T09:00:00
ends = 2026-12-12T18:00:00
closes = 2026-12-11T18:00:00
capacity = 3
municipality = "prizren"
article = "go-and-see"
title = { sr = "Poseta selu", sq = "Vizitë në fshat", en = "Visit to the village" }
text = { sr = "Видећете куће.", sq = "Do t'i shihni shtëpitë.", en = "You will see the houses." }
place = { sr = "Општина Призрен", sq = "Komuna e Prizrenit", en = "Prizren municipality" }
bring = { sr = "личну карту", sq = "letërnjoftimin", en = "identity card" }

[[points]]
at = 2026-12-12T05:30:00
name = { sr = "Врање", sq = "Vranjë", en = "Vranje" }
"""


@pytest.fixture
def prag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prag:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRAG_DATABASE_URL", f"sqlite:///{tmp_path}/prag.db")
    monkeypatch.setenv("PRAG_PUBLIC_URL", "https://prag.example")
    migrate(build_parts(load()).ledger)

    def run(*words: str) -> Result:
        with time_machine.travel(NOW, tick=False):
            return CliRunner().invoke(build(), list(words))

    return run


@pytest.fixture
def visit(prag: Prag, tmp_path: Path) -> int:
    (tmp_path / "visit.toml").write_text(VISIT, "utf-8")
    done = prag("gathering", "add", "visit.toml")
    assert "Gathering 1 is open. People reach it by: gathering_1" in done.output
    return 1


def sign_up(name: str, size: int, **wish: str) -> None:
    parts = build_parts(load())
    with parts.ledger.writing() as connection:
        met = people.meet(connection, "web", name, now=NOW, language="en")
        given = Wish(size, **wish)  # type: ignore[arg-type]
        seats.take(connection, parts.vault, gathering_id=1, person_id=met.person_id, address_id=met.address_id, wish=given, now=NOW)


def refusal(result: Result) -> str:
    assert isinstance(result.exception, PlainError), result.output
    return str(result.exception)


def test_a_gathering_from_a_file_is_listed_shown_moved_and_cancelled(prag: Prag, visit: int):
    sign_up("ana", 2)
    assert "2026-12-12 09:00" in prag("gathering", "list").output
    shown = prag("gathering", "show", "1").output
    assert "Visit to the village" in shown
    assert "party 1 (2) seated" in shown
    assert "everybody concerned is told" in prag("gathering", "move", "1", "2026-12-13T09:00").output
    assert "1 parties are told" in prag("gathering", "cancel", "1").output
    assert "cancelled" in prag("gathering", "list").output
    assert "make a new one" in refusal(prag("gathering", "cancel", "1"))


def test_options_do_for_a_simple_meeting_and_the_clock_change_is_told(prag: Prag):
    three = [word for option in ("--title", "--text", "--place") for said in ("Састанак", "Takim", "Meeting") for word in (option, said)]
    done = prag("gathering", "add", "--starts", "2027-03-28T02:30", "--ends", "2027-03-28T05:00", *three)
    assert "Note: start: the clock skips that hour on this day; taken as 2027-03-28 03:30." in done.output


def test_a_wrong_file_is_told_in_a_sentence(prag: Prag, tmp_path: Path):
    for text, told in (
        ("kind = ", "is not valid TOML"),
        ('kind = "party"', "docs/how-to/run-a-gathering.md"),
        (VISIT.replace("T18:00:00\ncloses", "T08:00:00\ncloses"), "not after its start"),
    ):
        (tmp_path / "wrong.toml").write_text(text, "utf-8")
        assert told in refusal(prag("gathering", "add", "wrong.toml"))
    assert "cannot be read" in refusal(prag("gathering", "add", "nowhere.toml"))
    assert "there is no gathering 9" in refusal(prag("gathering", "show", "9"))


def test_the_roster_shows_names_and_goes_into_a_spreadsheet_unharmed(prag: Prag, visit: int, tmp_path: Path):
    sign_up("ana", 2, names="Ана Анић, Петар Петровић", phone="+381 60 123")
    sign_up("eve", 2)
    shown = prag("gathering", "roster", "1").output
    assert "Ана Анић, Петар Петровић" in shown
    assert "2 parties, 2 of 3 seats." in shown
    prag("gathering", "roster", "1", "--csv", "roster.csv")
    lines = (tmp_path / "roster.csv").read_text("utf-8-sig").splitlines()
    assert "'+381 60 123" in lines[1]
    assert ",waiting," in lines[2]
    code = lines[1].split(",")[2]
    assert "Noted: 1" in prag("gathering", "attended", "1", code, "1").output
    assert "there is no party" in refusal(prag("gathering", "attended", "1", code, "5"))


def test_who_read_or_exported_the_roster_or_noted_attendance_is_on_record_without_anybodys_identity(prag: Prag, visit: int, tmp_path: Path):
    sign_up("ana", 2, names="Ана Анић", phone="060 123")
    prag("gathering", "roster", "1", "--by", "mira@example.org")
    prag("gathering", "roster", "1", "--csv", "roster.csv", "--by", "mira@example.org")
    code = (tmp_path / "roster.csv").read_text("utf-8-sig").splitlines()[1].split(",")[2]
    prag("gathering", "attended", "1", code, "2", "--by", "ivo@example.org")
    refusal(prag("gathering", "attended", "1", code, "9"))
    refusal(prag("gathering", "roster", "7"))
    with build_parts(load()).ledger.reading() as connection:
        noted = [
            (row.who, row.verb, row.about, row.detail)
            for row in connection.execute(select(audit).where(audit.c.verb != "gathering added").order_by(audit.c.id))
        ]
    assert noted == [
        ("mira@example.org", "roster read", "gathering_1", "1"),
        ("mira@example.org", "roster exported", "gathering_1", "1"),
        ("ivo@example.org", "attendance noted", "gathering_1", "2"),
    ]


EVERY = [
    ["add", "visit.toml"], ["publish", "2"], ["put", "1", "CODE", "waiting", "--reason", "ill"], ["capacity", "1", "4"],
    ["roster", "1"], ["attended", "1", "CODE", "1"], ["move", "1", "2026-12-13T09:00"], ["cancel", "1"],
]  # fmt: skip


def test_once_there_is_staff_only_those_who_answer_people_run_gatherings_and_all_they_do_is_on_record(prag: Prag, visit: int):
    sign_up("ana", 2)
    code = code_of_the_party()
    prag("gathering", "add", "visit.toml", "--draft")
    with build_parts(load()).ledger.writing() as connection:
        connection.execute(gathering.update().where(gathering.c.id == 2).values(state="draft"))
    prag("staff", "add", "mira@example.org", "--role", "coordinator")
    prag("staff", "add", "vesna@example.org", "--role", "viewer")
    for words in EVERY:
        said = [code if word == "CODE" else word for word in words]
        assert "gatherings are run by the staff only; say who you are with --by EMAIL" in refusal(prag("gathering", *said))
        assert "vesna@example.org is viewer" in refusal(prag("gathering", *said, "--by", "vesna@example.org"))
        assert prag("gathering", *said, "--by", "mira@example.org").exit_code == 0
    with build_parts(load()).ledger.reading() as connection:
        mine = select(audit.c.verb, audit.c.about, audit.c.detail).where(audit.c.who == "mira@example.org").order_by(audit.c.id)
        assert [tuple(row) for row in connection.execute(mine)] == [
            ("gathering added", "gathering_3", ""),
            ("gathering published", "gathering_2", ""),
            ("party put", "gathering_1", "waiting"),
            ("seats changed", "gathering_1", "4"),
            ("roster read", "gathering_1", "1"),
            ("attendance noted", "gathering_1", "1"),
            ("gathering moved", "gathering_1", "2026-12-13 09:00"),
            ("gathering cancelled", "gathering_1", ""),
        ]


def code_of_the_party() -> str:
    with build_parts(load()).ledger.reading() as connection:
        return str(connection.execute(select(party.c.code)).scalar_one())


def test_only_its_owner_can_read_an_exported_roster(prag: Prag, visit: int, tmp_path: Path):
    prag("gathering", "roster", "1", "--csv", "roster.csv")
    assert (tmp_path / "roster.csv").stat().st_mode & 0o077 == 0


def test_statistics_count_what_visitors_said_by_kind_and_hide_fewer_than_five(prag: Prag, visit: int):
    prag("gathering", "add", "visit.toml")
    with build_parts(load()).ledger.writing() as connection:
        said = [(1, "useful", "yes", 4), (2, "useful", "yes", 4), (1, "useful", "no", 4), (2, "safe", "partly", 12)]
        connection.execute(opinion.insert(), [dict(zip(("gathering_id", "question", "answer", "count"), row, strict=True)) for row in said])
    lines = {" ".join(line.split()) for line in prag("statistics").output.splitlines()}
    assert {
        "What visitors said",
        "go-and-see visit: Did the visit help you to decide? Yes 10",
        "go-and-see visit: Did the visit help you to decide? No fewer than 5",
        "go-and-see visit: Did you feel safe during the visit? Partly 10",
    } <= lines
    assert "Did the visit help you to decide? yes fewer than 5, partly 0, no fewer than 5" in prag("gathering", "show", "1").output


def test_overrides_need_a_reason_and_say_what_they_did(prag: Prag, visit: int):
    sign_up("ana", 2)
    sign_up("eve", 1)
    assert "these parties would lose theirs" in refusal(prag("gathering", "capacity", "1", "2"))
    assert prag("gathering", "capacity", "1", "2", "--override").exit_code == 2
    assert (
        "1 parties went back"
        in prag("gathering", "capacity", "1", "2", "--override", "--by", "ana@example.org", "--reason", "smaller bus").output
    )
    assert "by ana@example.org: smaller bus" in prag("gathering", "show", "1").output


def test_a_poster_and_a_link_with_its_square_are_written(prag: Prag, visit: int, tmp_path: Path):
    assert "squares for web" in prag("poster", "gathering_1").output
    assert (tmp_path / "gathering_1.pdf").read_bytes().startswith(b"%PDF")
    assert prag("link", "gathering_1", "--qr", "g.svg").output.strip() == "https://prag.example/?start=gathering_1"
    assert (tmp_path / "g.svg").exists()
    assert "organisation.toml" in refusal(prag("link", "gathering_1", "--channel", "telegram"))
    assert "nothing to make a poster of" in refusal(prag("poster", "gathering_7"))
    assert prag("link", "menu", "--channel", "smoke").exit_code == 2


def test_jobs_says_when_nothing_has_run(prag: Prag):
    assert "No sweep has run yet" in prag("jobs").output
