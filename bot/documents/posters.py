"""Posters for notice boards: one A4 page in Cyrillic, Latin and Albanian, with squares that open Prag at one place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from fpdf import FPDF

from bot import gathering_words as gw
from bot.deep_links import Where, qr
from bot.forms import Form
from bot.gatherings import Gathering
from bot.library import Article
from bot.messages import Language
from bot.texts import Texts, Words

LANGUAGES: Final[tuple[Language, ...]] = ("sr-Cyrl", "sr-Latn", "sq")
_FONTS: Final = Path(__file__).parent / "fonts"
_FAMILY: Final = "Prag"
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 16.0  # millimetres, A4
_QR, _QR_TOP = 44.0, 226.0
_TOP, _BOTTOM = 14.0, 208.0  # the texts stand between these
_BLUE: Final = (26, 63, 110)
_GREY: Final = (90, 90, 90)
_LABELS: Final[Mapping[Where, str]] = {"telegram": "Telegram", "viber": "Viber"}


@dataclass(frozen=True, slots=True)
class Block:
    """What a poster says in one language: a title, and a few lines."""

    title: str
    lines: Sequence[str]


def of_gathering(found: Gathering, texts: Texts, now: datetime) -> list[Block]:
    """Title, time, place, meeting points and seats of a gathering."""
    return [_gathering_block(found, texts[language], now) for language in LANGUAGES]


def of_article(article: Article, texts: Texts, told: Callable[[str, Words], str]) -> list[Block]:
    """Title and summary of an article; `told` fills in its placeholders."""
    return [
        Block(article.versions[language].title, [told(article.versions[language].summary, texts[language]), texts[language]("poster-ask")])
        for language in LANGUAGES
    ]


def of_form(form: Form) -> list[Block]:
    """What a form is for."""
    return [Block(form.title(language), [form.words[language].says["purpose"]]) for language in LANGUAGES]


def poster(blocks: Sequence[Block], links: Mapping[Where, str], texts: Texts, *, organisation: Sequence[str]) -> bytes:
    """The PDF: the blocks one below the other, as large as they fit, and a square for each link.

    `organisation` is whose poster it is, by language; the page says that everything is free of charge.
    """
    page = _page()
    height = (_BOTTOM - _TOP) / len(blocks)
    for place, block in enumerate(blocks):
        _draw_block(page, block, _TOP + place * height, height - 5)
        if place:
            _rule(page, _TOP + place * height - 3)
    _draw_free(page, texts)
    _draw_squares(page, links, texts)
    _draw_foot(page, organisation, [texts[language]("footnote") for language in LANGUAGES] if _starred(blocks) else [])
    return bytes(page.output())


def _gathering_block(found: Gathering, words: Words, now: datetime) -> Block:
    told = found[words.language]
    lines = [f"{gw.kind(words, found)[:1].upper()}{gw.kind(words, found)[1:]}", gw.when(words, found), told.place]
    if found.points:
        lines += [words("gathering-points"), *(f"{words.hour(found.local(p.at))} · {p.named(words.language)}" for p in found.points)]
    if found.phase(now) in ("open", "full", "soon"):
        lines.append(words("gathering-until", {"moment": words.moment(found.local(found.closing()))}))
    return Block(told.title, lines)


def _page() -> FPDF:
    page = FPDF(format="A4")
    page.set_auto_page_break(auto=False)
    page.set_margins(_MARGIN, _TOP, _MARGIN)
    page.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
    page.add_font(_FAMILY, "B", _FONTS / "DejaVuSans-Bold.ttf")
    page.add_page()
    return page


def _draw_block(page: FPDF, block: Block, top: float, room: float) -> None:
    """Title and lines, in the largest size at which they fit into the room."""
    body = "\n".join(block.lines)
    for size in range(26, 8, -1):
        if _tall(page, block.title, size, "B") + _tall(page, body, size * 0.62, "") + 3 <= room:
            break
    page.set_xy(_MARGIN, top)
    page.set_text_color(*_BLUE)
    _write(page, block.title, size, "B")
    page.set_xy(_MARGIN, page.get_y() + 2)
    page.set_text_color(0, 0, 0)
    _write(page, body, size * 0.62, "")


def _tall(page: FPDF, text: str, size: float, style: str) -> float:
    page.set_font(_FAMILY, style, size)
    height = page.multi_cell(_WIDTH - 2 * _MARGIN, size * 0.48, text, dry_run=True, output="HEIGHT", align="L")
    assert isinstance(height, float)
    return height


def _write(page: FPDF, text: str, size: float, style: str) -> None:
    page.set_font(_FAMILY, style, size)
    page.multi_cell(_WIDTH - 2 * _MARGIN, size * 0.48, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _rule(page: FPDF, height: float) -> None:
    page.set_draw_color(200, 200, 200)
    page.line(_MARGIN, height, _WIDTH - _MARGIN, height)


def _draw_free(page: FPDF, texts: Texts) -> None:
    """The band that says it costs nothing and what to do with the squares."""
    page.set_fill_color(*_BLUE)
    page.rect(0, _BOTTOM, _WIDTH, 15, style="F")
    page.set_text_color(255, 255, 255)
    page.set_font(_FAMILY, "B", 13)
    page.set_xy(_MARGIN, _BOTTOM + 1)
    page.cell(_WIDTH - 2 * _MARGIN, 7, " · ".join(texts[language]("poster-free") for language in LANGUAGES), align="C")
    page.set_font(_FAMILY, "", 7.5)
    page.set_xy(_MARGIN, _BOTTOM + 8)
    page.cell(_WIDTH - 2 * _MARGIN, 5, " · ".join(texts[language]("poster-how") for language in LANGUAGES), align="C")


def _draw_squares(page: FPDF, links: Mapping[Where, str], texts: Texts) -> None:
    step = (_WIDTH - 2 * _MARGIN) / len(links)
    page.set_text_color(0, 0, 0)
    for place, (where, address) in enumerate(links.items()):
        middle = _MARGIN + step * (place + 0.5)
        page.image(BytesIO(qr(address, "png")), x=middle - _QR / 2, y=_QR_TOP, w=_QR, h=_QR)
        page.set_font(_FAMILY, "B", 12)
        page.set_xy(middle - step / 2, _QR_TOP + _QR)
        page.cell(step, 6, _LABELS.get(where) or _web_label(texts), align="C", link=address)


def _web_label(texts: Texts) -> str:
    return " · ".join(dict.fromkeys(texts[language]("poster-web") for language in LANGUAGES))


def _starred(blocks: Sequence[Block]) -> bool:
    """Whether a name with a star stands there, which the footnote explains."""
    return any("*" in part for block in blocks for part in (block.title, *block.lines))


def _draw_foot(page: FPDF, organisation: Sequence[str], footnotes: Sequence[str]) -> None:
    page.set_text_color(*_GREY)
    page.set_font(_FAMILY, "", 4.6)
    page.set_xy(_MARGIN / 2, _HEIGHT - 20)
    for footnote in footnotes:
        page.cell(_WIDTH - _MARGIN, 2.4, footnote, align="C", new_x="LEFT", new_y="NEXT")
    page.set_font(_FAMILY, "", 8)
    page.set_xy(_MARGIN, _HEIGHT - 12.5)
    page.cell(_WIDTH - 2 * _MARGIN, 5, " · ".join(dict.fromkeys(organisation)), align="C")
