"""Posters: every letter is there in three scripts, the squares lead where they say."""

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont

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
        "Бесплатно · Besplatno · Falas",
    ):
        assert part in told


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
