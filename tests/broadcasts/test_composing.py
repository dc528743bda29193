"""What a broadcast says: in every script, in another language with an apology, and never with a mistake staff could mend."""

import csv
from pathlib import Path

import pytest

from bot.broadcasts import Composition, Target
from bot.composing import compose, left_out, problems, serbian
from bot.documents import delivery_report
from bot.library import Library
from bot.texts import Texts

THREE = {"sr": "Позовите **канцеларију** у Пећи.", "sq": "Telefononi **zyrën**.", "en": "Call the **office**."}


def test_serbian_typed_in_latin_is_kept_in_cyrillic_and_shown_in_both():
    assert serbian("Nadživeo je, pišite na info@example.org.") == (
        "Надживео је, пишите на info@example.org.", "Nadživeo je, pišite na info@example.org.",
    )  # fmt: skip
    assert serbian("Њени људи") == ("Њени људи", "Njeni ljudi")


def test_each_reader_gets_their_script(texts: Texts, library: Library):
    composition = Composition(THREE, {}, Target("article", "legal-aid"))
    assert problems(composition, library) == []
    said = {language: compose(composition, texts, library, language) for language in ("sr-Cyrl", "sr-Latn", "sq", "en")}
    assert said["sr-Cyrl"].text.startswith("Позовите")
    assert said["sr-Latn"].text.startswith("Pozovite **kancelariju** u Peći.")
    assert said["sr-Latn"].buttons[0].label == "Pročitajte više"
    assert {message.buttons[0].choice for message in said.values()} == {"article_legal-aid"}


def test_a_missing_language_is_left_out_or_gets_another_with_an_apology(texts: Texts, library: Library):
    composition = Composition({"en": "Closed."}, {"sq": "en", "sr": ""})
    assert problems(composition, library) == []
    assert left_out(composition) == ("sr-Cyrl", "sr-Latn")
    assert compose(composition, texts, library, "sr-Latn") is None
    said = compose(composition, texts, library, "sq")
    assert said.language == "sq"
    assert said.text.index("anglisht") < said.text.index("Closed.")


@pytest.mark.parametrize(
    "link", ["https://example.org", "https://example.org/a?b=c#d", "https://kim.gov.rs:8443/", "https://пример.срб/вест"]
)
def test_a_button_takes_any_whole_address(library: Library, link: str):
    assert problems(Composition(THREE, {}, Target("link", link)), library) == []


def test_placeholders_are_filled_in(texts: Texts, library: Library):
    said = compose(Composition({"en": "We are {organisation}."}, {"sr": "", "sq": ""}), texts, library, "en")
    assert library.organisation.name["en"] in said.text


@pytest.mark.parametrize(
    ("composition", "told"),
    [
        (Composition({}, {}), "there is no text"),
        (Composition({"en": "x"}, {"sq": ""}), "no Serbian text"),
        (Composition({"en": "x"}, {"sq": "sr", "sr": ""}), "there is no such text"),
        (Composition(THREE | {"en": " "}, {}), "text is empty"),
        (Composition(THREE | {"en": "Hi {name}"}, {}), "{name} is not a placeholder"),
        (Composition(THREE | {"en": "{organisation}"}, {}), "different placeholders"),
        (Composition(THREE | {"en": "a { b"}, {}), "stands alone"),
        (Composition(THREE | {"en": "**bold"}, {}), "** stands without its partner"),
        (Composition(THREE | {"en": "[x](ftp://y)"}, {}), "a link is broken"),
        (Composition(THREE, {}, Target("article", "nowhere")), "no article"),
        (Composition(THREE, {}, Target("link", "http://example.org")), "https://"),
        (Composition(THREE, {}, Target("link", "https://")), "a whole address"),
        (Composition(THREE, {}, Target("link", "https://example.org/a b")), "a whole address"),
        (Composition(THREE, {"en": ""}), "a text in English, and yet it is left out"),
        (Composition(dict.fromkeys(THREE, "{contact}"), {}), "{contact} would be empty"),
    ],
)
def test_mistakes_are_told(library: Library, composition: Composition, told: str):
    assert any(told in problem for problem in problems(composition, library))


def test_no_cell_of_a_report_is_a_formula(tmp_path: Path):
    rows = [("=1+1", "web", "en", "sent", "@x", 1, "")]
    assert delivery_report.write(tmp_path / "report.csv", rows) == 1
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = list(csv.DictReader(file))
    assert (row["person"], row["reason"]) == ("'=1+1", "'@x")
    assert delivery_report.write(tmp_path / "report.xlsx", rows) == 1
