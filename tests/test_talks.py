"""Every conversation in tests/talks/ goes as written. `pytest tests/test_talks.py --update` rewrites what the bot says."""

import difflib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.library import Library
from bot.messages import LANGUAGES
from bot.search import Index
from bot.talks import Player, TalkError, read, write
from bot.texts import Texts

FOLDER = Path(__file__).parent / "talks"
TALKS = sorted(FOLDER.glob("*.talk"))


@pytest.fixture(scope="module")
def player(library: Library, texts: Texts, index: Index, zone: ZoneInfo) -> Player:
    return Player(library, texts, index, zone)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path, player: Player, request: pytest.FixtureRequest) -> None:
    talk = read(path)
    said = player.play(talk)
    if request.config.getoption("--update"):
        write(path, talk, said)
        return
    changed = "\n".join(difflib.unified_diff(talk.lines, said, "written", "said now", lineterm="", n=3))
    if changed:
        pytest.fail(
            f"{path.name}: {talk.notes[0]}\n{changed}\nIf the new words are right, run pytest {FOLDER.parent.name}/test_talks.py --update",
            pytrace=False,
        )


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_a_talk_says_on_its_first_line_what_it_shows(path: Path) -> None:
    note = path.read_text("utf-8").splitlines()[0]
    assert note.startswith("# ")
    assert note.endswith(".")
    assert len(note.split()) > 4


def test_every_kind_of_talk_exists_in_all_four_languages() -> None:
    """A talk's file is named <what happens>.<language>.talk."""
    kinds = {path.name.split(".")[0] for path in TALKS}
    missing = [
        f"{kind}.{language}.talk" for kind in sorted(kinds) for language in LANGUAGES if not (FOLDER / f"{kind}.{language}.talk").exists()
    ]
    assert not missing
    assert len(kinds) * len(LANGUAGES) == len(TALKS)


# --- the notation itself ------------------------------------------------------------------------


def test_a_line_that_is_none_of_a_talks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.talk"
    path.write_text("# A broken one.\n\n> hello\nhello back\n", "utf-8")
    with pytest.raises(TalkError, match=r"broken\.talk:4: a talk's line begins with"):
        read(path)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("> /start\n> [No such button]", "there is no button"),
        ("> {staff_new}\n> Where is my house paper?\n? vanished {}", "is no outcome"),
        ("> {staff_new}\n> Where is my house paper?\n? asked {}", "missing required field"),
        ("> /start\nnow: tomorrow", "is no moment"),
    ],
)
def test_a_talk_that_cannot_be_played_says_why(lines: str, sentence: str, tmp_path: Path, player: Player) -> None:
    path = tmp_path / "wrong.talk"
    path.write_text(f"# Wrong.\nhint: en\n\n{lines}\n", "utf-8")
    with pytest.raises(TalkError, match=sentence):
        player.play(read(path))


def test_a_talk_written_and_read_again_plays_the_same(tmp_path: Path, player: Player) -> None:
    first = read(FOLDER / "reads-the-footnote-once-a-day.en.talk")
    path = tmp_path / "again.talk"
    write(path, first, player.play(first))
    assert player.play(read(path)) == list(read(path).lines)


def test_a_talk_whose_reply_changed_is_told_as_a_difference(player: Player) -> None:
    """What keeps the runner honest: other words than the written ones are a difference."""
    talk = read(FOLDER / "says-hello-first.en.talk")
    changed = list(difflib.unified_diff([*talk.lines[:-1], "  [No such button]"], player.play(talk), lineterm=""))
    assert "-  [No such button]" in changed
