"""Long texts become several messages: where they are cut, and where never."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.split import length, parts
from bot.languages import to_latin
from bot.markup import INLINE, plain

CONTENT = Path(__file__).parents[2] / "content" / "topics"
ARTICLES = sorted(CONTENT.glob("*/*.md"))

words = st.text("абвгдеžшђљњџjнлдЉЊЏ😀xyz,", min_size=1, max_size=12)
plain_words = words | st.sampled_from(["https://www.kim.gov.rs/sr/a_b?c=(d)", "038/200-30-500", "Косову*", "*", "-", "#", "\\*"])
spans = st.lists(words, min_size=1, max_size=5).map(" ".join)
entities = spans.map(lambda t: f"**{t}**") | spans.map(lambda t: f"[{t}](https://kim.gov.rs/{len(t)})")
sentences = st.lists(plain_words | entities, min_size=1, max_size=12).map(lambda ws: " ".join(ws).capitalize() + ".")
paragraphs = st.lists(sentences, min_size=1, max_size=4).map(" ".join) | sentences.map(lambda s: f"- {s}\n- {s}")
texts = st.lists(paragraphs, min_size=1, max_size=6).map("\n\n".join)


def test_a_short_text_is_one_message() -> None:
    assert parts("Dobar dan.\n\nŠta vas zanima?", 100) == ["Dobar dan.\n\nŠta vas zanima?"]


@pytest.mark.parametrize("nothing", ["", " ", "\n\n \n"])
def test_nothing_is_no_message(nothing: str) -> None:
    assert parts(nothing, 100) == []


def test_it_is_cut_between_paragraphs_first() -> None:
    assert parts("Jedan. Dva.\n\nTri. Četiri.", 15) == ["Jedan. Dva.", "Tri. Četiri."]


def test_then_between_the_entries_of_a_list() -> None:
    assert parts("- lična karta\n- izvod iz knjige", 20) == ["- lična karta", "- izvod iz knjige"]


def test_then_between_sentences_but_not_after_an_abbreviation_or_a_date() -> None:
    text = "Dođite 21. novembra u zgradu br. 5 u ulici. Ponesite ličnu kartu."
    assert parts(text, 50) == ["Dođite 21. novembra u zgradu br. 5 u ulici.", "Ponesite ličnu kartu."]


def test_then_between_words() -> None:
    assert parts("kuća u selu kod Istoka", 11) == ["kuća u selu", "kod Istoka"]


def test_a_bold_phrase_and_a_link_stay_whole() -> None:
    assert parts("Zovite **192 ili 193** odmah", 18) == ["Zovite **192 ili 193**", "odmah"]
    assert parts("Ovo je [naša stranica](https://a.rs) za vas", 14) == ["Ovo je", "[naša stranica](https://a.rs)", "za vas"]


def test_a_bold_phrase_longer_than_a_message_is_bold_in_each_part() -> None:
    assert parts("**jedan dva tri**", 9) == ["**jedan dva**", "**tri**"]


def test_a_link_longer_than_a_message_leads_there_from_each_part() -> None:
    assert parts("[jedan dva](https://a.rs)", 5) == ["[jedan](https://a.rs)", "[dva](https://a.rs)"]


def test_no_part_begins_with_a_dash_that_would_look_like_a_list() -> None:
    assert all(not part.startswith(("- ", "# ")) for part in parts("kuća - njiva # šuma - put", 9))


def test_markup_is_not_counted_and_an_emoji_counts_twice() -> None:
    assert length("**a** [b](https://kim.gov.rs) \\*") == 5
    assert length("😀") == 2
    assert length("Љубав и џак") == length("Ljubav i džak")


def test_the_letters_of_a_pair_stay_together_in_both_alphabets() -> None:
    assert parts("ЉЉЉ", 3) == ["Љ", "Љ", "Љ"]
    assert parts("LjLjLj", 3) == ["Lj", "Lj", "Lj"]


def test_a_limit_that_no_letter_fits_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two"):
        parts("a", 1)


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(40, 300))
def test_nothing_is_lost_added_or_too_long(text: str, limit: int) -> None:
    cut = parts(text, limit)
    assert all(part.strip() == part and part for part in cut)
    assert all(len(plain(part).encode("utf-16-le")) // 2 <= length(part) <= limit for part in cut)
    assert _visible("".join(cut)) == _visible(text)


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(120, 400))
def test_no_word_address_or_entity_is_cut(text: str, limit: int) -> None:
    cut = parts(text, limit)
    assert [word for part in cut for word in part.split()] == text.split()
    assert [found.group() for part in cut for found in INLINE.finditer(part)] == [f.group() for f in INLINE.finditer(text)]


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(2, 200))
def test_the_same_text_has_the_same_parts_in_both_alphabets(text: str, limit: int) -> None:
    assert [to_latin(part) for part in parts(text, limit)] == parts(to_latin(text), limit)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.integers(2, 60))
def test_any_text_at_all_is_cut_without_going_over(text: str, limit: int) -> None:
    assert all(length(part) <= limit for part in parts(text, limit))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_article_is_cut_alike_in_both_alphabets(path: Path) -> None:
    text = path.read_text("utf-8")
    for limit in (200, 1024, 4096):
        cut = parts(text, limit)
        assert [word for part in cut for word in part.split()] == text.split()
        if path.stem == "sr":
            assert [to_latin(part) for part in cut] == parts(to_latin(text), limit)


def _visible(text: str) -> str:
    """The signs a reader sees, without spaces and without markup."""
    return re.sub(r"\s", "", plain(text)).replace("**", "")
