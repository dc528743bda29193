"""Answers typed every way people type them: read right, or refused with a sentence and an example."""

from datetime import date

import pytest

from bot.dialogue.fields import Asking, Wrong, age_group, read_answer
from bot.forms import Answer, Field
from bot.library import Library
from bot.messages import LANGUAGES
from bot.texts import Texts

TODAY = date(2026, 11, 21)


@pytest.fixture
def reading(library: Library, texts: Texts):
    def read(form: str, name: str, text: str, *, field: Field | None = None) -> Answer | Wrong:
        found = library.forms[form]
        asked = field or found.field(name)
        assert asked
        return read_answer(Asking(found, asked, texts, library.municipalities, TODAY), text)

    return read


@pytest.mark.parametrize("text", ["064 123 4567", "064/123-45-67", "+381641234567", "00381 64 1234567", "٠٦٤١٢٣٤٥٦٧"])
def test_a_serbian_number_is_one_number_however_it_is_written(reading, text: str) -> None:
    assert reading("go-and-see", "phone", text) == "+381641234567"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("049 123 456", "+38349123456"), ("+383 44 123 456", "+38344123456"), ("038 123 456", "+38338123456"),
        ("038 500 600", "+38338500600"), ("039/421-100", "+38339421100"), ("028 497 000", "+38328497000"),
        ("029 320 100", "+38329320100"), ("0280 421 100", "+383280421100"), ("0290 321 100", "+383290321100"),
        ("043 700 800", "+38343700800"), ("+381 38 500 600", "+38138500600"),
    ],
)  # fmt: skip
def test_a_kosovo_number_is_read(reading, text: str, number: str) -> None:
    assert reading("go-and-see", "phone", text) == number


@pytest.mark.parametrize("area", ["011", "018", "020", "036", "063", "065"])
def test_a_number_of_serbia_proper_stays_one_of_serbia(reading, area: str) -> None:
    assert reading("go-and-see", "phone", f"{area} 412 3456") == f"+381{area[1:]}4123456"


@pytest.mark.parametrize("text", ["moj telefon", "064 abc", "123", "0101990710006", "☎"])
def test_what_is_no_telephone_is_refused(reading, text: str) -> None:
    assert reading("go-and-see", "phone", text) == Wrong("form-wrong-phone")


@pytest.mark.parametrize("text", ["Ђаковица", "Djakovica", "Đakovica", "Gjakovë", "gjakove", "GJAKOVA", "Gjakovë/Đakovica", " Đakovica "])
def test_a_municipality_is_known_by_any_of_its_names_in_any_script(reading, text: str) -> None:
    assert reading("go-and-see", "origin", text) == "gjakova"


def test_every_municipality_is_read_by_every_name_it_is_shown_with(reading, library: Library) -> None:
    for place in library.municipalities.values():
        for name in (*(place.name(language) for language in LANGUAGES), place.sr, place.sq, place.shown, *place.also):
            answer = reading("go-and-see", "origin", name)
            assert answer == place.id or (isinstance(answer, Wrong) and answer.name == "form-wrong-which" and place.id in answer.near), name


def test_a_name_two_municipalities_share_asks_which(reading) -> None:
    assert reading("go-and-see", "origin", "Kosovska Mitrovica") == Wrong("form-wrong-which", near=("mitrovica-south", "mitrovica-north"))


@pytest.mark.parametrize(
    ("text", "meant"), [("Djakovca", "gjakova"), ("Prizrn", "prizren"), ("Suva Rekka", "suhareka"), ("Vučitrnn", "vushtrri")]
)
def test_a_slip_in_a_municipality_is_answered_with_the_likely_ones(reading, text: str, meant: str) -> None:
    answer = reading("go-and-see", "origin", text)
    assert isinstance(answer, Wrong)
    assert answer.name == "form-wrong-near"
    assert meant in answer.near


def test_an_unknown_place_is_refused_without_a_guess(reading) -> None:
    assert reading("go-and-see", "origin", "Pariz na Seni") == Wrong("form-wrong-municipality")


@pytest.mark.parametrize(
    "text",
    [
        "15.3.2027",
        "15.3.2027.",
        "15/3/2027",
        "15-03-2027",
        "2027-03-15",
        "15. mart 2027",
        "15 mars 2027",
        "15. марта 2027.",
        "15 March 2027",
    ],
)
def test_a_date_is_read_in_every_usual_spelling(reading, text: str) -> None:
    assert reading("legal-aid", "deadline", text) == "2027-03-15"


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("deadline", "30.2.2027", "no-such-day"),
        ("deadline", "29.2.2027", "no-such-day"),
        ("deadline", "1.1.1850", "year"),
        ("deadline", "1.1.2099", "year"),
        ("deadline", "1.1.2020", "future"),
        ("deadline", "sutra", "date"),
        ("deadline", "15", "date"),
    ],
)
def test_a_date_that_cannot_be_is_told_why(reading, field: str, text: str, why: str) -> None:
    answer = reading("legal-aid", field, text)
    assert isinstance(answer, Wrong)
    assert answer.name == f"form-wrong-{why}"


def test_a_day_still_to_come_is_no_day_that_has_passed(reading) -> None:
    answer = reading("house-help", "seen", "1.1.2027")
    assert isinstance(answer, Wrong)
    assert answer.name == "form-wrong-past"


@pytest.mark.parametrize("text", ["12a", "tri", "3,5", "-2", "1e3", "٣ ٣"])
def test_a_number_with_anything_else_is_refused_with_an_example(reading, text: str) -> None:
    assert reading("go-and-see", "people", text) == Wrong("form-wrong-number", {"example": "4"})


def test_a_number_out_of_range_is_told_the_range(reading) -> None:
    assert reading("go-and-see", "people", "300") == Wrong("form-wrong-range", {"least": "1", "most": "15"})
    assert reading("training", "born", "1985") == 1985


def test_a_household_is_read_from_ages(reading) -> None:
    assert reading("house-help", "household", "41, 38 i 7, 70") == ("18-59", "18-59", "7-17", "60")


@pytest.mark.parametrize(
    ("text", "why"),
    [(", ".join(["30"] * 300), "many"), ("41, 300", "age"), ("nas četvoro", "household"), ("", "household")],
)
def test_an_impossible_household_is_refused(reading, text: str, why: str) -> None:
    answer = reading("house-help", "household", text)
    assert isinstance(answer, Wrong)
    assert answer.name == f"form-wrong-{why}"


@pytest.mark.parametrize(
    ("years", "group"), [(0, "0-6"), (6, "0-6"), (7, "7-17"), (17, "7-17"), (18, "18-59"), (59, "18-59"), (60, "60"), (115, "60")]
)
def test_age_groups_meet_without_a_gap(years: int, group: str) -> None:
    assert age_group(years) == group


@pytest.mark.parametrize("text", ["😀", "...", "1", "Ж", "123456"])
def test_a_name_of_no_letters_is_refused(reading, text: str) -> None:
    assert reading("go-and-see", "name", text) == Wrong("form-wrong-text")


def test_ten_thousand_characters_are_refused_with_the_limit(reading) -> None:
    assert reading("legal-aid", "story", "a" * 10_000) == Wrong("form-wrong-long", {"most": 800, "over": 9200})


def test_a_personal_number_in_free_text_is_covered(reading) -> None:
    assert reading("legal-aid", "story", "Moj broj je 0101990710006, hvala") == "Moj broj je *************, hvala"


@pytest.mark.parametrize("text", ["vikendom", "Викендом", "VIKENDOM", "vikend", "fundjave", "At the weekend", "2", "vikendomm"])
def test_an_option_is_meant_by_its_number_or_its_name_in_any_language(reading, text: str) -> None:
    assert reading("go-and-see", "days", text) == "weekend"


@pytest.mark.parametrize("text", ["4", "0", "leti", "٩٩٩٩٩٩٩"])
def test_an_option_nobody_offered_is_refused(reading, text: str) -> None:
    assert reading("go-and-see", "days", text) == Wrong("form-wrong-choice")


def test_several_options_are_read_from_a_list_in_the_forms_order(reading) -> None:
    assert reading("return-help", "documents", "papir za kuću ili zemlju, lična karta") == ("id-card", "property")


def test_one_unknown_among_several_refuses_them_all(reading) -> None:
    assert reading("return-help", "documents", "lična karta, vozačka") == Wrong("form-wrong-several")


@pytest.mark.parametrize(("text", "answer"), [("da", "yes"), ("Да", "yes"), ("po", "yes"), ("jo", "no"), ("ne", "no"), ("no", "no")])
def test_yes_and_no_are_understood_in_every_language(reading, text: str, answer: str) -> None:
    assert reading("return-help", "share", text) == answer
