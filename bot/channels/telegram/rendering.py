"""Small Markdown → what Telegram shows: its HTML, and rows of buttons that fit a phone.

https://core.telegram.org/bots/api#html-style
"""

import re
from html import escape
from typing import Final

from bot.channels.base import Limits
from bot.channels.split import length
from bot.markup import INLINE, plain
from bot.messages import Button

LIMITS: Final = Limits(text=4096, buttons=100, label=64)
CAPTION_LIMIT: Final = 1024
SHORT_LABEL: Final = 14  # two of them stand side by side on a small phone without being cut

_HEADING: Final = re.compile(r"#{1,4} +(.*)")
_BULLET: Final = re.compile(r"( *)[-*] +(.*)")
# Signs no message can carry: control signs but for the line end and the tab, and halves of surrogate pairs.
_UNSENDABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def html(text: str) -> str:
    """Small Markdown as Telegram's HTML; every sign that is not our markup is shown as it stands."""
    return "\n".join(_line(line) for line in _UNSENDABLE.sub("", text).split("\n"))


def rows(buttons: tuple[Button, ...]) -> list[list[Button]]:
    """The buttons in their order: two short ones in a row, a long one alone."""
    laid: list[list[Button]] = []
    for button in buttons:
        if laid and len(laid[-1]) == 1 and _short(laid[-1][0]) and _short(button):
            laid[-1].append(button)
        else:
            laid.append([button])
    return laid


def _short(button: Button) -> bool:
    return length(button.label) <= SHORT_LABEL


def _line(line: str) -> str:
    if heading := _HEADING.fullmatch(line):
        return f"<b>{escape(plain(heading[1]), quote=False)}</b>"
    if bullet := _BULLET.fullmatch(line):
        return f"{bullet[1]}• {_inline(bullet[2])}"
    return _inline(line)


def _inline(text: str) -> str:
    shown, end = [], 0
    for found in INLINE.finditer(text):
        shown += [escape(text[end : found.start()], quote=False), _entity(found)]
        end = found.end()
    return "".join([*shown, escape(text[end:], quote=False)])


def _entity(found: re.Match[str]) -> str:
    escaped, bold, label, address = found.groups()
    if escaped:
        return escape(escaped, quote=False)
    if bold:
        return f"<b>{_inline(bold)}</b>"
    return f'<a href="{escape(address)}">{_inline(label)}</a>'
