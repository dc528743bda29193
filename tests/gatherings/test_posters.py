"""Posters: every letter is there in three scripts, the squares lead where they say."""

from collections import defaultdict
from functools import cache
from math import ceil, floor
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from bot import deep_links
from bot.deep_links import LinkError
from bot.documents import posters
from bot.entries import Organisation
from bot.library import Library
from bot.texts import Texts
from tests.gatherings.test_visits import VISIT
from tests.town import Town

LINKS = {
    "telegram": "https://t.me/PragBot?start=gathering_1",
    "viber": "viber://pa?chatURI=pragbot&context=gathering_1",
    "web": "https://prag.example/?start=gathering_1",
}


def made(blocks: list[posters.Block], texts: Texts) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(posters.poster(blocks, LINKS, texts, organisation=["Праг", "Prag"]))  # type: ignore[arg-type]


def text_of(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_bounded().split())


def test_a_gathering_stands_in_three_scripts_on_one_a4_page(town: Town):
    blocks = posters.of_gathering(town.found(town.gathering(VISIT)), town.texts, town.now)
    document = made(blocks, town.texts)
    assert len(document) == 1
    page = document[0]
    assert [round(side) for side in page.get_size()] == [595, 842]
    told = text_of(page)
    for part in (
        "Посета селу",
        "Poseta selu",
        "Vizitë në fshat",
        "субота, 12. децембар 2026. 09:00",
        "e shtunë, 12 dhjetor 2026",
        "Места окупљања: 05:30 · Врање",
        "Бесплатно · Besplatno · Falas",
    ):
        assert part in told


LETTERS = {
    "sr-Cyrl": "Љубав Њива Ћерка Ђорђе Џак Жица Шума Чаша Ј љњћђџжшчјбгдилпфц",
    "sr-Latn": "Čaša Ćerka Šuma Žica Đorđe čćšžđ ČĆŠŽĐ",
    "sq": "Shtëpi Çelës gjuhë ëç ËÇ",
}


def test_every_letter_is_drawn_as_itself_in_all_three_scripts(texts: Texts):
    blocks = [posters.Block(text, [text]) for text in LETTERS.values()]
    page = made(blocks, texts)[0]
    seen = drawn(page, sum(len(text) for text in LETTERS.values()) * 2)
    assert set("".join(LETTERS.values())) - {" "} == set(seen)
    for letter, pictures in seen.items():
        plain = normalize("NFD", letter)[0]
        for picture in pictures:
            likeness = likest(picture, letter)
            assert likeness > 0.9, letter
            assert plain == letter or likeness > likest(picture, plain), f"{letter} lost its mark"


def test_a_letter_the_font_lacks_would_not_go_unseen(texts: Texts):
    page = made([posters.Block("a\U0001f68cb", [])], texts)[0]
    assert set(drawn(page, 2)) == {"a", "b"}


def drawn(page: pypdfium2.PdfPage, most: int) -> dict[str, list[np.ndarray]]:
    """The first letters of a page, as the rendered page shows them."""
    scale, height = 8, page.get_height()
    image = 255 - np.asarray(page.render(scale=scale).to_pil().convert("L"))
    told, seen = page.get_textpage(), defaultdict(list)
    for place in range(min(most, told.count_chars())):
        letter = told.get_text_range(place, 1)
        left, bottom, right, top = told.get_charbox(place)
        if letter.strip() and right > left:
            seen[letter].append(
                tight(
                    image[
                        floor((height - top) * scale) - 4 : ceil((height - bottom) * scale) + 4, floor(left * scale) : ceil(right * scale)
                    ]
                )
            )
    return seen


@cache
def glyph(letter: str, style: str) -> np.ndarray:
    """The letter as another program draws it from the same font."""
    font = ImageFont.truetype(Path(posters.__file__).parent / "fonts" / f"DejaVuSans{style}.ttf", 200)
    canvas = Image.new("L", (500, 500))
    ImageDraw.Draw(canvas).text((100, 100), letter, font=font, fill=255)
    return tight(np.asarray(canvas))


def tight(picture: np.ndarray) -> np.ndarray:
    """The ink alone, in one size, with a rim of paper."""
    ink = picture > 64
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(np.asarray(Image.fromarray(cut.astype("uint8")).resize((40, 60))).astype(float), 3)


def likest(picture: np.ndarray, letter: str) -> float:
    """How much the picture is this letter's, in the better fitting of the two fonts; 1 is wholly."""
    return max(float(np.corrcoef(picture.ravel(), glyph(letter, style).ravel())[0, 1]) for style in ("", "-Bold"))


def test_every_article_and_form_fits_on_its_page_with_nothing_below_the_squares(library: Library, texts: Texts):
    everything = [posters.of_article(article, texts, lambda text, _words: text) for article in library.articles.values()]
    everything += [posters.of_form(form) for form in library.forms.values()]
    for blocks in everything:
        page = made(blocks, texts)[0]
        told = text_of(page)
        for block in blocks:
            last = block.lines[-1].split()[-1]
            assert last in told
        image = page.render(scale=0.5).to_numpy()
        assert (image[-10:] > 250).all(), f"{blocks[0].title} runs over the page"


def test_the_three_squares_lead_where_they_say(town: Town):
    page = made(posters.of_gathering(town.found(town.gathering()), town.texts, town.now), town.texts)[0]
    image = page.render(scale=2).to_numpy()[:, :, 0]
    read = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in sorted(read, key=lambda code: code.position.top_left.x)] == [
        LINKS["telegram"],
        LINKS["viber"],
        LINKS["web"],
    ]


def test_the_fonts_have_every_letter_of_our_texts(library: Library, texts: Texts):
    letters = {
        letter for article in library.articles.values() for version in article.versions.values()
        for text in (version.title, version.summary) for letter in text
    }  # fmt: skip
    letters |= set("čćšžđČĆŠŽĐëçËÇљњћђџЉЊЋЂЏ„“”–·’")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        known = TTFont(Path(posters.__file__).parent / "fonts" / name).getBestCmap()
        assert {letter for letter in letters if not letter.isspace() and ord(letter) not in known} == set()


@pytest.mark.parametrize("written", ["PragBot", "@PragBot", "https://t.me/PragBot", "https://t.me/PragBot/"])
def test_a_link_is_made_however_the_bots_name_is_written(library: Library, written: str):
    organisation = _organisation(library, {"telegram": written, "viber": "viber://pa?chatURI=pragbot"})
    assert deep_links.link("telegram", "gathering_1", organisation, "") == LINKS["telegram"]
    assert deep_links.link("viber", "gathering_1", organisation, "") == LINKS["viber"]
    assert deep_links.link("web", "gathering_1", organisation, "https://prag.example/") == LINKS["web"]


def test_a_missing_name_or_a_wrong_payload_is_told_with_the_remedy(library: Library):
    nobody = _organisation(library, {})
    for where, told in (("telegram", "organisation.toml"), ("viber", "organisation.toml"), ("web", "PRAG_PUBLIC_URL")):
        with pytest.raises(LinkError, match=told):
            deep_links.link(where, "gathering_1", nobody, "")  # type: ignore[arg-type]
    with pytest.raises(LinkError, match="no place in Prag"):
        deep_links.link("web", "gathering 1", nobody, "https://prag.example")
    with pytest.raises(LinkError, match="organisation.toml"):
        deep_links.known_links("menu", nobody, "")


def test_a_square_is_written_as_svg_or_png_by_the_files_name(tmp_path: Path):
    deep_links.save_qr(LINKS["web"], tmp_path / "a.svg")
    deep_links.save_qr(LINKS["web"], tmp_path / "a.png")
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<?xml")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(LinkError, match=r"\.svg or \.png"):
        deep_links.save_qr(LINKS["web"], tmp_path / "a.gif")


def _organisation(library: Library, links: dict[str, str]) -> Organisation:
    own = library.organisation
    return Organisation(own.name, own.controller, own.office_hours, own.answering_time, own.answering_days, links=links)
