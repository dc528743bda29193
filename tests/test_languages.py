"""Scripts and spelling: what is typed folds to one form, Cyrillic becomes Latin and back, numbers are masked."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

from bot.app import LOCALES
from bot.languages import (
    certain_language,
    clean,
    fold,
    from_tag,
    is_cyrillic,
    is_language,
    latin_names,
    mask_personal_numbers,
    mend,
    mend_word,
    to_cyrillic,
    to_latin,
)
from bot.library import Library

ANYTHING = st.text(st.characters())  # every code point there is, lone surrogates too
SERBIAN = st.text("абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ ,.?!-0123456789\n")
LATIN_IN_CYRILLIC = re.compile(r"[A-Za-zčćšžđČĆŠŽĐëçËÇ]")


# --- Cyrillic → Latin ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Љубав, Њива и Џеп", "Ljubav, Njiva i Džep"),
        ("ЏУГАЊ", "DŽUGANJ"),
        ("ЉУБИЧИЦА ЊЕГОШ", "LJUBIČICA NJEGOŠ"),
        ("Љ", "Lj"),
        ("ЗАЉ", "ZALJ"),
        ("Ђаковица и Ћуприја", "Đakovica i Ćuprija"),
        ("Косово* у 2026. години", "Kosovo* u 2026. godini"),
        ("Пишите на kim@example.rs или https://example.rs/пут", "Pišite na kim@example.rs ili https://example.rs/put"),
    ],
)
def test_cyrillic_becomes_latin_letter_by_letter(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


@given(SERBIAN)
def test_no_cyrillic_letter_is_left_in_latin(text: str) -> None:
    assert not re.search(r"[\u0400-\u04FF]", to_latin(text))


@given(SERBIAN)
def test_turning_into_latin_twice_changes_nothing_more(text: str) -> None:
    assert to_latin(to_latin(text)) == to_latin(text)


# --- typed Latin → Cyrillic ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cyrillic"),
    [
        ("Raseljena lica mogu da se vrate kući.", "Расељена лица могу да се врате кући."),
        ("Džep, ljubav, NJEGOŠ, DŽEP", "Џеп, љубав, ЊЕГОШ, ЏЕП"),
        ("injekcija", "инјекција"),
        ("Injekcije", "Инјекције"),
        ("INJEKCIJA", "ИНЈЕКЦИЈА"),
        ("konjunkcija, konjugacija, injunkcija", "конјункција, конјугација, инјункција"),
        ("Tanjug", "Танјуг"),
        ("nadživeti, odžaliti, podžanr", "надживети, оджалити, поджанр"),
        ("Nadživela je sve", "Надживела је све"),
        ("konj, panj, džemper, džamija", "коњ, пањ, џемпер, џамија"),
    ],
)
def test_typed_latin_becomes_cyrillic_with_the_known_exceptions(typed: str, cyrillic: str) -> None:
    assert to_cyrillic(typed) == cyrillic


def test_accents_typed_as_two_signs_are_one_letter() -> None:
    assert to_cyrillic(unicodedata.normalize("NFD", "čovek šeta")) == "човек шета"


@pytest.mark.parametrize(
    "untouched",
    [
        "https://www.pravnapomoc.org/prijava?id=1",
        "www.kim.gov.rs",
        "kim.gov.rs/vesti",
        "pomoc@kim.gov.rs",
        "tel:+381113030900",
        "mailto:pomoc@kim.gov.rs",
        "{office_hours}",
        "{zso_days}",
        "Gjakovë",
        "Wi-Fi",
        "WhatsApp",
        "Viber",
        "Xhavit Qerimi",
    ],
)
def test_addresses_placeholders_and_foreign_words_stay_latin(untouched: str) -> None:
    assert to_cyrillic(f"pišite na {untouched} odmah") == f"пишите на {untouched} одмах"


def test_the_end_of_a_word_is_no_telephone() -> None:
    assert to_cyrillic("hotel: [pozovite](tel:192)") == "хотел: [позовите](tel:192)"


def test_what_is_cyrillic_already_stays() -> None:
    assert to_cyrillic("Правна помоћ i savet") == "Правна помоћ и савет"


def test_latin_names_of_the_content_are_kept_whole() -> None:
    keep = latin_names(["Организација Praxis и CRP/K", "Agjencia për Ndihmë помаже"])
    assert to_cyrillic("Organizacija Praxis i CRP/K", keep) == "Организација Praxis и CRP/K"
    assert latin_names(["Само ћирилица, https://example.rs"]) is None


def _serbian_content(library: Library) -> Iterator[str]:
    for article in library.articles.values():
        version = article.versions["sr-Cyrl"]
        yield from (version.title, version.summary, version.body)
        yield from (link.title.sr for link in article.meta.links)
    yield from (topic.name.sr for topic in library.topics)
    yield from (source.name.sr for source in library.sources.values())
    yield from (phone.name.sr for phone in library.phones.values())
    yield from (place.sr for place in library.municipalities.values())
    yield from (town.sr for town in library.towns)
    organisation = library.organisation
    yield from (named.sr for named in (organisation.name, organisation.controller, organisation.office_hours, organisation.answering_time))


class _TextElements(Visitor):
    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802
        self.found.append(node.value)


def _serbian_interface(folder: Path) -> list[str]:
    visitor = _TextElements()
    for file in folder.glob("*.ftl"):
        for entry in FluentParser().parse(file.read_text("utf-8")).body:
            # command words are written as people type them, the offers of languages each in its own writing
            if isinstance(entry, ast.Message) and not entry.id.name.startswith(("command-", "language-offer-")):
                visitor.visit(entry)
    return visitor.found


def test_cyrillic_to_latin_and_back_is_the_identity_over_all_content(library: Library) -> None:
    texts = list(_serbian_content(library))
    keep = latin_names(texts)
    changed = [(text, back) for text in texts if (back := to_cyrillic(to_latin(text), keep)) != text]
    assert not changed
    assert sum(map(len, texts)) > 50_000


def test_the_librarys_own_latin_names_bring_every_article_back(library: Library) -> None:
    for article in library.articles.values():
        for text in article.versions["sr-Cyrl"].told():
            assert to_cyrillic(to_latin(text), library.latin_names) == text


def test_cyrillic_to_latin_and_back_is_the_identity_over_the_interface() -> None:
    texts = _serbian_interface(LOCALES / "sr")
    keep = latin_names(texts)
    assert [text for text in texts if to_cyrillic(to_latin(text), keep) != text] == []


# --- folding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Žena iz ĐAKOVICE", "zena iz djakovice"),
        ("Жена из Ђаковице", "zena iz djakovice"),
        ("zena iz djakovice", "zena iz djakovice"),
        ("Ndihmë për shtëpinë, faleminderit!", "ndihme per shtepine faleminderit"),
        ("s'kam çka me bo", "skam cka me bo"),
        ("s’kam çka me bo", "skam cka me bo"),
        ("a\u00a0b\u200bc\u202e d\x00e", "a bc de"),
        ("\ufeffпомоћ\u00ad", "pomoc"),
        ("  Šta?!  je … ovo  ", "sta je ovo"),
        ("😀 👍", ""),
    ],
)
def test_what_is_typed_folds_to_plain_letters(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("mixed", "meant"),
    [
        ("raselјena", "raseljena"),  # Cyrillic ј in a Latin word, as the Office's own site writes it
        ("Bolјi", "Bolji"),
        ("рasoš", "pasoš"),  # Cyrillic р standing for Latin p
        ("vаkсinа", "vakcina"),  # Cyrillic а and с
        ("пoвратак", "повратак"),  # Latin o in a Cyrillic word
        ("cрпски", "српски"),  # Latin c standing for Cyrillic с
        ("Пpиштина", "Приштина"),  # Latin p standing for Cyrillic р
        ("Hиш", "Ниш"),
        ("расељена", "расељена"),
        ("pasoš", "pasoš"),
    ],
)
def test_look_alike_letters_are_taken_for_what_was_meant(mixed: str, meant: str) -> None:
    assert mend_word(mixed) == meant
    assert mend(f"moj {mixed} je") == f"moj {meant} je"
    assert fold(mixed) == fold(meant)


def test_serbian_folds_the_same_in_both_scripts_and_without_accents(library: Library) -> None:
    bare = str.maketrans({"đ": "dj", "Đ": "Dj", "č": "c", "ć": "c", "š": "s", "ž": "z", "Č": "C", "Ć": "C", "Š": "S", "Ž": "Z"})
    for article in library.articles.values():
        version = article.versions["sr-Cyrl"]
        for text in (*version.told(), *version.examples, *version.keywords):
            assert fold(text) == fold(to_latin(text)) == fold(to_latin(text).translate(bare))


def test_albanian_folds_the_same_with_and_without_accents(library: Library) -> None:
    bare = str.maketrans("ëçËÇ", "ecEC")
    for article in library.articles.values():
        for text in (*article.versions["sq"].told(), *article.versions["sq"].examples):
            assert fold(text) == fold(text.translate(bare)) == fold(unicodedata.normalize("NFD", text))


@given(ANYTHING)
def test_folding_gives_only_plain_words_and_folding_again_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?", folded)
    assert fold(folded) == folded


@given(SERBIAN)
def test_any_serbian_folds_the_same_in_both_scripts(text: str) -> None:
    assert fold(text) == fold(to_latin(text))


@given(ANYTHING)
def test_nothing_that_can_be_typed_breaks_the_handling_of_text(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned
    for made in (mend(text), to_latin(text), to_cyrillic(text), mask_personal_numbers(text)[0]):
        assert isinstance(made, str)
    assert certain_language(text) in (None, "sr-Cyrl", "sr-Latn", "sq")
    assert from_tag(text) is None or is_language(from_tag(text))


# --- which language -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("треба ми адвокат", "sr-Cyrl"),
        ("treba mi adv\u043ekat", None),  # one look-alike letter makes no Cyrillic
        ("kuća", "sr-Latn"),
        (unicodedata.normalize("NFD", "kuća"), "sr-Latn"),
        ("shtëpi", "sq"),
        ("kuća, shtëpi", None),
        ("house", None),
        ("", None),
    ],
)
def test_letters_that_give_a_language_away(text: str, language: str | None) -> None:
    assert certain_language(text) == language


def test_a_text_is_cyrillic_when_enough_of_it_is() -> None:
    assert is_cyrillic("шта је Viber")
    assert not is_cyrillic("write to me, Ана")
    assert not is_cyrillic("12345")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("sr", "sr-Latn"),
        ("sr-Cyrl-RS", "sr-Cyrl"),
        ("sr_CYRL", "sr-Cyrl"),
        ("sr-Latn-RS", "sr-Latn"),
        ("bs", "sr-Latn"),
        ("hr-HR", "sr-Latn"),
        ("sq-XK", "sq"),
        ("en-US", "en"),
        ("de", None),
        ("", None),
        (None, None),
    ],
)
def test_the_platforms_language_tag_becomes_ours(tag: str | None, language: str | None) -> None:
    assert from_tag(tag) == language


# --- personal numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["0101950710008", "0101 950 71 0008", "0101950-710008", "0.1.0.1.9.5.0.7.1.0.0.0.8"])
def test_a_personal_number_is_masked_however_it_is_written(written: str) -> None:
    assert mask_personal_numbers(f"moj broj {written}, hvala") == ("moj broj *************, hvala", True)


@pytest.mark.parametrize("written", ["011 3216 800", "+381 11 3216800", "1234567890123456", "2026-11-21", "049 123 456"])
def test_telephones_dates_and_longer_numbers_stay(written: str) -> None:
    assert mask_personal_numbers(written) == (written, False)


@given(ANYTHING, st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_no_thirteen_digits_in_a_row_are_left(text: str, number: str) -> None:
    masked, found = mask_personal_numbers(f"{text} x{number}x {text}")
    assert found
    assert number not in masked
