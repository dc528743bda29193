"""Small Markdown and buttons as Viber shows them, within its limits."""

import json
import re
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.viber.rendering import FACE, INK, LIMITS, PAPER, keyboard, message, viber_text
from bot.messages import Button
from tests.fakes.viber import REQUEST_LIMIT


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**Важно** је ово.", "*Важно* је ово."),
        ("**Где:** у општини", "*Где:* у општини"),
        ("**Где**: у општини", "*Где:* у општини"),
        ("прво **друго**, треће", "прво *друго,* треће"),
        ("**једно** и **друго**", "*једно* и *друго*"),
        ("(**у загради**)", "(у загради)"),
        ("**пре**сечено", "пресечено"),
        ("„**наводи**“", "„наводи“"),
        ("**Повратак на Косово***", "Повратак на Косово*"),
        ("**Косово*:** четири општине", "Косово*: четири општине"),
        ("На Косову* је **важно** знати", "На Косову* је важно знати"),
        ("Kosovo*, zatim Kosovo*.", "Kosovo*, zatim Kosovo*."),
        ("\\* Без прејудицирања статуса", "* Без прејудицирања статуса"),
        ("**незатворено", "незатворено"),
        ("**два\nреда**", "два\nреда"),
        ("**https://example.org**", "https://example.org"),
        ("**[Сајт](https://example.org)**", "Сајт: https://example.org"),
        ("[Сајт](https://example.org/a_b)", "Сајт: https://example.org/a_b"),
        ("[https://example.org](https://example.org)", "https://example.org"),
        ("[example.org](https://example.org)", "https://example.org"),
        ("- једно\n- друго\n  - треће", "• једно\n• друго\n  • треће"),
        ("1. једно\n2. друго", "1. једно\n2. друго"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("", ""),
    ],
)
def test_small_markdown_as_viber_shows_it(markdown: str, shown: str):
    assert viber_text(markdown) == shown


@given(st.text(st.sampled_from("ab*[]()- \n\\:/.,Ж"), max_size=60))
def test_what_is_shown_is_never_longer_than_what_was_written(markdown: str):
    """Splitting counts the written text, so it may count on this."""
    assert len(viber_text(markdown)) <= len(markdown)


BOLD = re.compile(r"(?<!\S)\*[^*\s](?:[^*]*[^*\s])?\*(?!\S)")


@given(st.text(st.sampled_from("ab* :."), max_size=40))
def test_a_line_is_plain_or_every_asterisk_in_it_makes_something_bold(line: str):
    """As the documentation has it: nothing between asterisk and words, room outside."""
    shown = viber_text(line)
    assert shown == line.replace("**", "") or "*" not in BOLD.sub("", shown)


LABELS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=90)
BUTTONS = st.lists(
    st.builds(Button, LABELS, choice=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
    | st.builds(Button, LABELS, url=st.just("https://example.org/a?b=1&c=2")),
    min_size=1,
    max_size=30,
)


@given(BUTTONS)
def test_any_keyboard_keeps_the_limits_and_the_order(buttons: list[Button]):
    keys = keyboard(buttons)["Buttons"]
    assert [key["ActionBody"] for key in keys] == [b.url or f"#prag:{b.choice}" for b in buttons[: LIMITS.buttons]]
    assert sum(key["Columns"] * key["Rows"] for key in keys) <= 12 * 6
    assert all(key["Columns"] in (3, 6) and key["Rows"] in (1, 2) for key in keys)
    assert all(len(key["ActionBody"]) <= 250 for key in keys)


@given(BUTTONS)
def test_no_row_of_the_keyboard_is_half_empty(buttons: list[Button]):
    edges = set(accumulate(key["Columns"] for key in keyboard(buttons)["Buttons"]))
    wide = [key for key in keyboard(buttons)["Buttons"] if key["Columns"] == 6]
    assert max(edges) % 6 == 0
    assert len(wide) + (max(edges) - 6 * len(wide)) // 6 == max(edges) // 6


def test_short_labels_stand_in_pairs_and_long_ones_get_the_whole_width():
    labels = ["Da", "Ne", "Besplatna pravna pomoć", "Meni"]
    keys = keyboard([Button(label, choice="x") for label in labels])["Buttons"]
    assert [(key["Columns"], key["Rows"]) for key in keys] == [(3, 1), (3, 1), (6, 1), (6, 1)]


def test_thirteen_long_labels_still_fit_the_screen():
    keys = keyboard([Button("Besplatna pravna pomoć za raseljena lica", choice=f"c{n}") for n in range(13)])["Buttons"]
    assert len(keys) == 13
    assert sum(key["Columns"] * key["Rows"] for key in keys) <= 12 * 6


def test_a_label_beyond_the_limit_is_cut_between_words():
    [key] = keyboard([Button("Пријава за посету општини порекла са превозом и ручком у организацији", choice="x")])["Buttons"]
    assert ">Пријава за посету општини порекла са превозом и ручком у…<" in key["Text"]


def test_a_label_cannot_bring_its_own_html():
    [key] = keyboard([Button("<b>A</b> & <script>", choice="x")])["Buttons"]
    assert "&lt;b&gt;A&lt;/b&gt; &amp; &lt;script&gt;" in key["Text"]


def test_the_fullest_message_stays_below_viber_s_30_kilobytes():
    body = message("Ж" * LIMITS.text, [Button("Ж" * LIMITS.label, choice="x" * 64)] * LIMITS.buttons, "Ж" * 40)
    assert len(json.dumps(body, ensure_ascii=False).encode()) + 100 <= REQUEST_LIMIT


def test_the_senders_name_keeps_its_28_characters():
    assert message("a", (), "Канцеларија за питања повратка")["sender"] == {"name": "Канцеларија за питања поврат"}


def _luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_keys_can_be_read_by_weak_eyes():
    ink, face = _luminance(INK), _luminance(FACE)
    assert (face + 0.05) / (ink + 0.05) >= 7, "WCAG AAA"
    assert f'color="{INK}"' in keyboard([Button("a", choice="x")])["Buttons"][0]["Text"]
    assert keyboard([Button("a", choice="x")])["BgColor"] == PAPER
