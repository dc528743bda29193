"""Interface strings are strict: anything not whole is an error that names the place and the remedy."""

from datetime import date, datetime
from pathlib import Path

import pytest

from bot.messages import LANGUAGES, Language
from bot.texts import TextError, Texts

SEATS = {
    "sr": """\
hello = Добро дошли
seats = { $count ->
    [one] { $count } место
    [few] { $count } места
   *[other] { $count } места слободно
}
closing = Затворено: { $day }
""",
    "sq": """\
hello = Mirë se vini
seats = { $count ->
    [one] { $count } vend
   *[other] { $count } vende
}
closing = Mbyllur: { $day }
""",
    "en": """\
hello = Welcome
seats = { $count ->
    [one] { $count } seat
   *[other] { $count } seats
}
closing = Closed: { $day }
""",
}


def written(folder: Path, changed: dict[str, str] | None = None) -> Path:
    """A folder of locales: the ones above, with some languages' text changed."""
    for language, text in (SEATS | (changed or {})).items():
        (folder / language).mkdir(parents=True, exist_ok=True)
        (folder / language / "chat.ftl").write_text(text, "utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Texts:
    return Texts.load(written(tmp_path))


# --- strictness ---------------------------------------------------------------------------------


def test_a_line_that_is_no_text_is_named_with_file_and_line(tmp_path: Path) -> None:
    folder = written(tmp_path, {"en": SEATS["en"] + "\nthis is not a text\n"})
    with pytest.raises(TextError, match=r"en/chat\.ftl:8: .*write it as `name = text`"):
        Texts.load(folder)


def test_a_text_written_twice_is_named_with_both_places(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "sq" / "more.ftl").write_text("# Again.\nhello = Tung\n", "utf-8")
    with pytest.raises(TextError, match=r"more\.ftl:2: “hello” stands already at .*chat\.ftl:1; keep one"):
        Texts.load(folder)


def test_a_text_one_language_lacks_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, {"sq": SEATS["sq"].replace("hello = Mirë se vini\n", "")})
    with pytest.raises(TextError, match="locales/sq: no text for hello; other languages have it"):
        Texts.load(folder)


def test_a_text_only_one_language_has_is_missing_in_the_others(tmp_path: Path) -> None:
    folder = written(tmp_path, {"sr": SEATS["sr"] + "farewell = Збогом\n"})
    with pytest.raises(TextError, match=r"locales/(sq|en): no text for farewell"):
        Texts.load(folder)


def test_a_variable_one_language_does_not_use_is_named_by_language(tmp_path: Path) -> None:
    folder = written(tmp_path, {"en": SEATS["en"].replace("Closed: { $day }", "Closed")})
    with pytest.raises(TextError, match=r"“closing” has different variables by language \(.*en: none.*sr: day.*\); use the same"):
        Texts.load(folder)


def test_a_language_without_any_file_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "sq" / "chat.ftl").unlink()
    with pytest.raises(TextError, match=r"sq: no \.ftl file; add one"):
        Texts.load(folder)


def test_a_reference_to_a_text_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = written(tmp_path, {"en": SEATS["en"].replace("= Welcome", "= Welcome { nobody }")})
    with pytest.raises(TextError, match="text “hello” in en"):
        Texts.load(folder)


def test_a_text_nobody_wrote_is_an_error_where_it_is_used(small: Texts) -> None:
    with pytest.raises(TextError, match="there is no text “goodbye” in sq"):
        small["sq"]("goodbye")


@pytest.mark.parametrize("values", [None, {}, {"wrong": "x"}])
def test_a_variable_left_out_is_an_error_and_never_a_hole_in_the_message(small: Texts, values: dict[str, str] | None) -> None:
    with pytest.raises(TextError, match="text “closing” in en"):
        small["en"]("closing", values)


# --- scripts and numbers ------------------------------------------------------------------------


def test_serbian_in_latin_is_derived_and_variables_stay_as_given(small: Texts) -> None:
    assert small["sr-Latn"]("hello") == "Dobro došli"
    assert small["sr-Latn"]("closing", {"day": "Њ"}) == "Zatvoreno: Њ"


@pytest.mark.parametrize(
    ("count", "cyrillic", "latin"),
    [
        (1, "1 место", "1 mesto"),
        (2, "2 места", "2 mesta"),
        (3, "3 места", "3 mesta"),
        (4, "4 места", "4 mesta"),
        (5, "5 места слободно", "5 mesta slobodno"),
        (0, "0 места слободно", "0 mesta slobodno"),
        (11, "11 места слободно", "11 mesta slobodno"),
        (12, "12 места слободно", "12 mesta slobodno"),
        (21, "21 место", "21 mesto"),
        (22, "22 места", "22 mesta"),
        (101, "101 место", "101 mesto"),
        (111, "111 места слободно", "111 mesta slobodno"),
    ],
)
def test_serbian_counts_one_few_and_many_in_both_scripts(small: Texts, count: int, cyrillic: str, latin: str) -> None:
    assert small["sr-Cyrl"]("seats", {"count": count}) == cyrillic
    assert small["sr-Latn"]("seats", {"count": count}) == latin


@pytest.mark.parametrize(
    ("count", "albanian", "english"), [(1, "1 vend", "1 seat"), (2, "2 vende", "2 seats"), (21, "21 vende", "21 seats")]
)
def test_albanian_and_english_count_one_and_more(small: Texts, count: int, albanian: str, english: str) -> None:
    assert small["sq"]("seats", {"count": count}) == albanian
    assert small["en"]("seats", {"count": count}) == english


def test_a_list_is_cut_at_commas_and_lines(tmp_path: Path) -> None:
    changed = {language: f"{text}words = a, b c,\n    d\n" for language, text in SEATS.items()}
    assert Texts.load(written(tmp_path, changed))["en"].list("words") == ("a", "b c", "d")


# --- dates as each language writes them -----------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "day", "month", "moment", "number"),
    [
        ("sr-Cyrl", "21. новембар 2026.", "новембар 2026.", "субота, 21. новембар 2026. 18:05", "4.964"),
        ("sr-Latn", "21. novembar 2026.", "novembar 2026.", "subota, 21. novembar 2026. 18:05", "4.964"),
        ("sq", "21 nëntor 2026", "nëntor 2026", "e shtunë, 21 nëntor 2026, 18:05", "4 964"),
        ("en", "21 November 2026", "November 2026", "Saturday, 21 November 2026, 18:05", "4,964"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_writes_them(
    texts: Texts, language: Language, day: str, month: str, moment: str, number: str
) -> None:
    words = texts[language]
    when = datetime(2026, 11, 21, 18, 5)
    assert words.day(when.date()) == day
    assert words.month(date(2026, 11, 1)).rstrip(".") == month.rstrip(".")
    assert words.moment(when) == moment
    assert words.hour(when) == "18:05"
    assert words.number(4964).replace("\u00a0", " ") == number


# --- the real ones ------------------------------------------------------------------------------


def test_no_cyrillic_letter_stands_in_a_latin_text(texts: Texts) -> None:
    for name, needed in texts["sr-Latn"].variables.items():
        # each language is offered in its own writing
        if not needed and name != "language-offer-sr-Cyrl":
            told = texts["sr-Latn"](name)
            assert not any("\u0400" <= letter <= "\u04ff" for letter in told), name


def test_every_language_has_the_same_texts(texts: Texts) -> None:
    assert len({frozenset(texts[language].variables) for language in LANGUAGES}) == 1
    assert len(texts["en"].variables) > 90
