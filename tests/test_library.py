"""The content folder: what is wrong with a file is named with its line and the remedy, and nothing wrong is served."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.dialogue import wording
from bot.library import DEMONSTRATION, ContentError, Library, files_below, overdue, read
from bot.problems import Problem
from bot.settings import PACKAGE
from bot.texts import Texts

CONTENT = PACKAGE / "content"
META = "topics/legal-aid/meta.toml"
ENGLISH = "topics/legal-aid/en.md"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return files_below(CONTENT)


def errors(files: dict[str, str]) -> list[Problem]:
    return [problem for problem in read(files)[1] if problem.level == "error"]


def changed(files: dict[str, str], file: str, old: str, new: str) -> dict[str, str]:
    """The same files with `old` replaced once in one of them."""
    assert old in files[file]
    return files | {file: files[file].replace(old, new, 1)}


def line_of(files: dict[str, str], file: str, text: str) -> int:
    return files[file].count("\n", 0, files[file].index(text)) + 1


# --- each wrong file is a problem with file, line and remedy --------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (META, "as_of = 2026-11-21", 'as_of = "soon"', "Invalid RFC3339 encoded date - at `$.as_of`; see docs/how-to/add-an-article.md"),
        (META, "as_of = 2026-11-21", "as_of = 2026-13-41", "is not valid TOML"),
        (META, 'topic = "rights"', 'topic = "right"', "there is no topic “right”; use one of return, rights, support"),
        (META, "order = 10", "odrer = 10", "Object contains unknown field `odrer`"),
        (META, 'status = "current"', 'status = "finished"', "Invalid enum value 'finished' - at `$.status`"),
        (META, "related = [", 'related = ["nowhere", ', "related names “nowhere”, which does not exist; mend or remove it"),
        (META, "related = [", 'related = ["legal-aid", ', "related names “legal-aid”, which does not exist; mend or remove it"),
        (META, "sources = [", 'sources = ["P999", ', "sources names “P999”, which does not exist; mend or remove it"),
        (META, 'phones = ["legal-aid-line"]', 'phones = ["a-friend"]', "phones names “a-friend”, which does not exist; mend or remove it"),
        (META, "related = [", 'related = ["jobs", ', "more than 4 related articles; keep the nearest"),
        (
            META,
            "review_by = 2027-02-21",
            "review_by = 2026-02-21",
            "review_by lies before as_of; set it to the day somebody must look again",
        ),
        ("phones.toml", "numbers = ", "nubmers = ", "Object contains unknown field `nubmers`"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(file: str, old: str, new: str, sentence: str, files: dict[str, str]) -> None:
    wrong = changed(files, file, old, new)
    found = [problem for problem in errors(wrong) if problem.file == file]
    assert any(sentence in problem.sentence for problem in found), found
    told = next(problem for problem in found if sentence in problem.sentence)
    assert told.line == line_of(wrong, file, new)
    assert str(told).startswith(f"error: content/{file}:{told.line}: ")


def test_a_missing_field_is_named(files: dict[str, str]) -> None:
    wrong = changed(files, META, "review_by = 2027-02-21\n", "")
    assert any("missing required field `review_by`" in problem.sentence for problem in errors(wrong) if problem.file == META)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "## More\n",
            "## More\n\nWrite to {nobody}.\n",
            "{nobody} is not filled in by anything; use answering_time, controller, office_hours, organisation",
        ),
        ("## More\n", "## More\n\nSince {zso_days} days.\n", "{zso_days} is not filled in by anything"),
        ("## More\n", "## More\n\nSee [the form](form.pdf).\n", "the link “form.pdf” leads nowhere; write it with https://"),
    ],
)
def test_what_the_text_cannot_say_is_named_with_its_line(old: str, new: str, sentence: str, files: dict[str, str]) -> None:
    wrong = changed(files, ENGLISH, old, new)
    [told] = [problem for problem in errors(wrong) if problem.file == ENGLISH]
    assert sentence in told.sentence
    assert told.line == line_of(wrong, ENGLISH, new.strip().splitlines()[-1])


def test_a_summary_that_is_too_long_says_by_how_much(files: dict[str, str]) -> None:
    summary = files[ENGLISH].split("\n## More", maxsplit=1)[0].split("\n", 2)[2].strip()
    wrong = changed(files, ENGLISH, summary, "word " * 70)
    assert "the summary is 49 characters over 300; move something to ## More" in [p.sentence for p in errors(wrong) if p.file == ENGLISH]


@pytest.mark.parametrize("section", ["More", "Examples", "Keywords"])
def test_a_version_without_one_of_its_parts_is_named(section: str, files: dict[str, str]) -> None:
    wrong = changed(files, ENGLISH, f"## {section}\n", f"## Not {section}\n")
    assert any(f"has no ## {section}" in problem.sentence for problem in errors(wrong) if problem.file == ENGLISH)


def test_a_version_without_a_title_is_named(files: dict[str, str]) -> None:
    wrong = changed(files, ENGLISH, "# Free legal aid", "Free legal aid")
    assert any("has no a first line “# Title”" in problem.sentence for problem in errors(wrong) if problem.file == ENGLISH)


@pytest.mark.parametrize("language", ["sr", "sq", "en"])
def test_a_missing_language_is_named_and_the_article_is_not_shown(language: str, files: dict[str, str]) -> None:
    file = f"topics/legal-aid/{language}.md"
    library, problems = read({path: text for path, text in files.items() if path != file})
    assert Problem(file, 1, "error", 'this language is missing; write it, or set status = "draft" in meta.toml') in problems
    assert "legal-aid" not in library.articles


def test_a_folder_whose_name_is_no_id_is_named(files: dict[str, str]) -> None:
    moved = {path.replace("topics/legal-aid/", "topics/Legal_Aid/"): text for path, text in files.items()}
    assert any(
        "use a-z, 0-9 and single hyphens" in problem.sentence for problem in errors(moved) if problem.file == "topics/Legal_Aid/meta.toml"
    )


def test_a_pattern_of_danger_that_is_no_pattern_is_named(files: dict[str, str]) -> None:
    wrong = changed(files, "urgent/en.toml", "patterns = [", 'patterns = ["(",')
    assert any("the pattern '(' is wrong" in problem.sentence for problem in errors(wrong) if problem.file == "urgent/en.toml")


def test_a_missing_file_is_named(files: dict[str, str]) -> None:
    without = {path: text for path, text in files.items() if path != "sources.toml"}
    assert Problem("sources.toml", 1, "error", "is missing; every content folder needs it") in errors(without)


def test_several_mistakes_are_all_told_at_once(files: dict[str, str]) -> None:
    wrong = changed(changed(files, META, 'topic = "rights"', 'topic = "x"'), "topics/jobs/en.md", "## More\n", "## More\n\n{nothing}\n")
    assert {META, "topics/jobs/en.md"} <= {problem.file for problem in errors(wrong)}


def test_a_draft_is_read_but_not_shown(files: dict[str, str]) -> None:
    library, _ = read(changed(files, META, 'status = "current"', 'status = "draft"'))
    assert "legal-aid" not in library.articles


def test_without_an_organisation_the_chat_is_a_demonstration(files: dict[str, str]) -> None:
    library, problems = read({path: text for path, text in files.items() if path != "organisation.toml"})
    assert library.organisation is DEMONSTRATION
    [told] = [problem for problem in problems if problem.file == "organisation.toml"]
    assert told.level == "information"


def test_a_file_that_is_not_utf8_and_a_folder_that_is_none_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "menu.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError, match=r"menu\.toml is not UTF-8 text; save it as UTF-8"):
        files_below(tmp_path)
    with pytest.raises(ContentError, match="is not a folder; set PRAG_CONTENT_DIR"):
        files_below(tmp_path / "nowhere")


# --- what readers must be told, by the day ---------------------------------------------------------


def of_day(files: dict[str, str], lines: str) -> Library:
    return read(changed(files, META, "review_by = 2027-02-21\n", f"review_by = 2027-02-21\n{lines}"))[0]


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 11, 21), "current"),
        (date(2027, 2, 21), "current"),
        (date(2027, 2, 22), "review"),
        (date(2027, 5, 31), "review"),
        (date(2027, 6, 1), "withdrawn"),
        (date(2030, 1, 1), "withdrawn"),
    ],
)
def test_an_answer_ages_from_current_over_review_to_withdrawn(today: date, state: str, files: dict[str, str]) -> None:
    assert of_day(files, "expires = 2027-06-01\n").articles["legal-aid"].state(today) == state


def test_a_scheme_that_is_over_is_told_as_over_also_past_its_review_day(library: Library) -> None:
    assert library.articles["sustainable-return-project"].state(date(2026, 11, 21)) == "ended"
    assert library.articles["sustainable-return-project"].state(date(2035, 1, 1)) == "ended"


def test_overdue_articles_are_warnings_that_say_what_to_do(files: dict[str, str]) -> None:
    library = of_day(files, "expires = 2027-06-01\n")
    assert not [problem for problem in overdue(library, date(2026, 11, 21)) if "legal-aid" in problem.file]
    [late] = [problem for problem in overdue(library, date(2027, 3, 1)) if "legal-aid" in problem.file]
    assert (late.level, late.sentence) == (
        "warning",
        "its review day has passed; compare it with its sources, then set as_of and review_by",
    )
    [gone] = [problem for problem in overdue(library, date(2027, 6, 1)) if "legal-aid" in problem.file]
    assert gone.sentence.startswith("it has expired and is not shown")


def test_the_counters_of_the_office_are_computed_for_the_day_of_reading(library: Library, texts: Texts) -> None:
    """The four figures the Office's site showed on 21 November 2026."""
    counted = "{zso_years} {zso_months} {zso_weeks} {zso_days} {zso_start}"
    told = wording.fill(counted, library.articles["dialogue"], library, texts["en"], date(2026, 11, 21))
    assert told == "13 163 709 4,964 19 April 2013"
    assert wording.fill("{zso_months}", library.articles["dialogue"], library, texts["en"], date(2026, 11, 18)) == "162"
    assert wording.fill("{zso_months}", library.articles["dialogue"], library, texts["en"], date(2026, 11, 19)) == "163"


def test_an_article_changes_its_hash_with_any_of_its_files_and_only_with_them(files: dict[str, str], library: Library) -> None:
    other = read(changed(files, ENGLISH, "Free legal aid", "Free legal help"))[0]
    assert other.articles["legal-aid"].hash != library.articles["legal-aid"].hash
    assert other.articles["jobs"].hash == library.articles["jobs"].hash
    assert other.hash != library.hash


def test_a_municipality_is_named_in_both_languages_the_readers_first(library: Library) -> None:
    peja = library.municipalities["peja"]
    assert [peja.name("sr-Cyrl"), peja.name("sr-Latn"), peja.name("sq"), peja.name("en")] == [
        "Пећ/Pejë",
        "Peć/Pejë",
        "Pejë/Peć",
        "Pejë/Peć",
    ]
    assert library.registry_of(peja) is not None


# --- prag check -----------------------------------------------------------------------------------


def check(folder: Path, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `prag check` over this content folder, as a newcomer would."""
    environ = os.environ | {"PRAG_CONTENT_DIR": str(folder), "PRAG_DATABASE_URL": f"sqlite:///{tmp_path}/prag.db"}
    return subprocess.run(
        [sys.executable, "-m", "bot", "check", *options], capture_output=True, text=True, env=environ, cwd=PACKAGE, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A content folder of its own, free to be spoilt."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_prag_check_finds_nothing_wrong_with_our_content(copy: Path, tmp_path: Path) -> None:
    done = check(copy, tmp_path, "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 errors, 0 warnings" in done.stdout


def test_prag_check_names_the_mistake_and_exits_with_1(copy: Path, tmp_path: Path) -> None:
    file = copy / META
    file.write_text(file.read_text("utf-8").replace('topic = "rights"', 'topic = "wrongs"'), "utf-8")
    done = check(copy, tmp_path)
    assert done.returncode == 1
    assert "error: content/topics/legal-aid/meta.toml:1: there is no topic “wrongs”" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_an_overdue_review_fails_only_the_strict_check(copy: Path, tmp_path: Path) -> None:
    file = copy / META
    file.write_text(
        file.read_text("utf-8")
        .replace("as_of = 2026-11-21", "as_of = 2019-01-01")
        .replace("review_by = 2027-02-21", "review_by = 2020-01-01"),
        "utf-8",
    )
    assert check(copy, tmp_path).returncode == 0
    strict = check(copy, tmp_path, "--strict")
    assert strict.returncode == 1
    assert "warning: content/topics/legal-aid/meta.toml" in strict.stdout
