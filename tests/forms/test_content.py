"""Forms as content: what is wrong is named with file, line and remedy; what is right can be served whole."""

import re

import pytest

from bot.app import LOCALES
from bot.forms import PAYLOAD_LIMIT, read_forms
from bot.library import Library, files_below
from bot.messages import LANGUAGES
from bot.problems import Problem
from bot.settings import PACKAGE

EIGHT = {"vaccination-interest", "go-and-see", "return-help", "legal-aid", "grant", "training", "house-help", "complaint"}


@pytest.fixture
def files() -> dict[str, str]:
    return {path: text for path, text in files_below(PACKAGE / "content").items() if path.startswith("forms/")}


def problems(files: dict[str, str]) -> tuple[Problem, ...]:
    return read_forms(files)[1]


def test_the_eight_forms_can_be_served_in_four_languages(library: Library) -> None:
    assert set(library.forms) >= EIGHT
    for form in library.forms.values():
        assert set(form.words) == set(LANGUAGES)
        assert {language: len(words.prompts) for language, words in form.words.items()} == dict.fromkeys(LANGUAGES, len(form.fields))


def test_every_form_is_led_to_by_an_article(library: Library) -> None:
    assert {article.meta.form for article in library.articles.values() if article.meta.form} >= EIGHT


def test_serbian_words_of_forms_are_written_in_cyrillic_only(files: dict[str, str]) -> None:
    for path, text in files.items():
        if path.endswith("sr.ftl"):
            words = "\n".join(line.split("=", 1)[1] for line in text.splitlines() if "=" in line and not line.startswith("#"))
            assert set(re.findall(r"[A-Za-z]{2,}", words)) <= {"Gjakov"}, path


def test_no_form_asks_for_a_personal_number_or_an_illness(files: dict[str, str]) -> None:
    assert not [path for path, text in files.items() if path.endswith(".toml") and re.search('jmbg|personal|illness"\\s*kind', text)]


def test_every_button_of_every_form_fits_the_grammar(library: Library) -> None:
    for form in library.forms.values():
        for asked in form.fields:
            options = library.municipalities if asked.kind == "municipality" else asked.choices
            for option in options:
                assert len(f"pick_{form.id}_{asked.id}_{option}") <= PAYLOAD_LIMIT


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "sentence"),
    [
        ("go-and-see/form.toml", 'kind = "number"', 'kind = "numbr"', 16, "numbr"),
        ("go-and-see/form.toml", "least = 1", "least = ", 19, "not valid TOML"),
        ("go-and-see/form.toml", 'options = ["workday", "weekend", "any"]', 'options = ["workday"]', 22, "at least two options"),
        ("go-and-see/form.toml", '"any"]', '"x' + "y" * 50 + '"]', 22, "over 64 characters"),
        ("grant/form.toml", 'has = ["farming"]', 'has = ["fishing"]', 10, "it has farming, business"),
        ("complaint/form.toml", 'anonymous = "anonymous"', 'anonymous = "name"', 1, "not a field of the kind consent"),
        ("go-and-see/form.toml", 'counts_as = "origin"', 'counts_as = "category"', 5, "for a field of the kind choice"),
        ("training/form.toml", 'id = "place"', 'id = "place"\ncounts_as = "origin"', 33, "for a field of the kind municipality"),
        ("return-help/form.toml", 'counts_as = "target"', 'counts_as = "origin"', 21, "another field counts as"),
        ("grant/form.toml", '"non-majority"', '"non-majority-community-of-the-municipality"', 44, "at most 30 characters"),
        ("go-and-see/sq.ftl", "purpose =", "purpos =", 2, "mend its name"),
        ("go-and-see/en.ftl", ".weekend", ".wekend", 10, "no name for the option weekend"),
        ("go-and-see/sr.ftl", "title = Иди-види посета", "title = { $name }", 1, "no { placeholders }"),
        ("go-and-see/sr.ftl", "days = Када", "people = Када", 10, "stands already at line 7"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_remedy(
    files: dict[str, str], path: str, old: str, new: str, line: int, sentence: str
) -> None:
    assert old in files[f"forms/{path}"]
    files[f"forms/{path}"] = files[f"forms/{path}"].replace(old, new, 1)
    found = problems(files)
    assert any(p.file == f"forms/{path}" and p.line == line and sentence in p.sentence for p in found), [str(p) for p in found]


def test_a_form_with_a_mistake_is_not_served_and_the_others_are(files: dict[str, str]) -> None:
    every = set(read_forms(files)[0])
    del files["forms/training/sq.ftl"]
    forms, found = read_forms(files)
    assert set(forms) == every - {"training"}
    assert [p.file for p in found] == ["forms/training/sq.ftl"]
    assert "write it" in found[0].sentence


def test_a_new_form_is_found_by_its_folder_alone(files: dict[str, str]) -> None:
    files["forms/firewood/form.toml"] = 'order = 90\nkeep_days = 180\n\n[[field]]\nid = "name"\nkind = "text"\n'
    for language, title in (("sr", "Огрев"), ("sq", "Dru zjarri"), ("en", "Firewood")):
        files[f"forms/firewood/{language}.ftl"] = f"title = {title}\npurpose = {title}.\nmore = {title}!\n"
    forms, found = read_forms(files)
    assert not found
    assert forms["firewood"].title("sr-Latn") == "Ogrev"
    assert list(forms)[-1] == "firewood"


def test_the_interface_has_every_text_the_forms_name() -> None:
    said = (LOCALES / "en" / "forms.ftl").read_text("utf-8")
    named = {
        name
        for path in (PACKAGE / "bot").rglob("*.py")
        for name in re.findall(r'"((?:form|mine|link|data|forget)-[a-z-]+)"', path.read_text("utf-8"))
    }
    missing = {name for name in named if not re.search(rf"^{re.escape(name)} =", said, re.MULTILINE)}
    assert missing <= {"form-action"}, missing
