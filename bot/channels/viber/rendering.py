"""Small Markdown and buttons as Viber shows them. Pure.

Everything here is of API level 1, so `min_api_version` stays 1 and the oldest client shows it.
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from bot.channels.base import Limits
from bot.messages import Button

# 7000 characters, 12 rows in portrait of at most 2 buttons. https://developers.viber.com/docs/faq/
# A broadcast has at most 300 receivers. https://developers.viber.com/docs/api/rest-bot-api/#broadcast-message
LIMITS: Final = Limits(text=7000, buttons=24, label=60, together=300)
MIN_API_VERSION: Final = 1
SENDER_LIMIT: Final = 28

# What a tap sends back stands before the choice, because Viber reports a tap as if it were typed.
TAP: Final = "#prag:"

ROWS: Final = 12
WIDE: Final = 6
HALF: Final = 3
SHORT: Final = 17  # letters that fit half the width
ONE_LINE: Final = 36  # letters that fit the whole width

# Set together, so that a dark theme cannot take one of them away: contrast 11 to 1.
PAPER: Final = "#FFFFFF"
FACE: Final = "#DCEBFA"
INK: Final = "#12304F"


class _Key(msgspec.Struct, rename="pascal", frozen=True):
    """A key of the keyboard. https://developers.viber.com/docs/tools/keyboards/#buttons-parameters"""

    columns: int
    rows: int
    action_type: str
    action_body: str
    text: str
    silent: bool
    bg_color: str = FACE
    text_size: str = "regular"
    text_h_align: str = msgspec.field(default="center", name="TextHAlign")
    text_v_align: str = msgspec.field(default="middle", name="TextVAlign")


def message(text: str, buttons: Sequence[Button], sender: str) -> dict[str, Any]:
    """The body of a text message, yet without a receiver. Without buttons Viber takes the last keyboard away."""
    body: dict[str, Any] = {
        "type": "text",
        "text": viber_text(text),
        "sender": {"name": sender[:SENDER_LIMIT]},
        "min_api_version": MIN_API_VERSION,
    }
    return body | {"keyboard": keyboard(buttons)} if buttons else body


# --- text ---------------------------------------------------------------------------------------

_LINK: Final = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_ITEM: Final = re.compile(r"^( *)- ", re.MULTILINE)
_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*([.,:;!?]*)")
_ESCAPED: Final = re.compile(r"\\([\\*_\[\]()#-])")


def viber_text(markdown: str) -> str:
    """Small Markdown as Viber's text: links written out, lists with dots, bold as *bold*. Never longer than before.

    Clients before 14.6 show the asterisks: https://developers.viber.com/docs/tools/text-formatting/
    """
    lines = _ITEM.sub(r"\1• ", _LINK.sub(_written_out, markdown)).split("\n")
    return _ESCAPED.sub(r"\1", "\n".join(map(_bold, lines)))


def _written_out(link: re.Match[str]) -> str:
    label, url = link.groups()
    return url if label in url else f"{label}: {url}"


def _bold(line: str) -> str:
    """A line with an asterisk of its own (Kosovo*) stays plain: Viber would pair it with one of ours."""
    if "*" in _BOLD.sub("", line):
        return line.replace("**", "")
    return _BOLD.sub(_span, line)


def _span(bold: re.Match[str]) -> str:
    """Viber wants a space (or nothing) on both outer sides, so a following stop or colon goes inside."""
    words = bold.group(1) + bold.group(2)
    outside = bold.string[: bold.start()][-1:] + bold.string[bold.end() :][:1]
    return words if outside.strip() or "*" in words or "://" in words else f"*{words}*"


# --- keyboard -----------------------------------------------------------------------------------

_Cell = tuple[Button, int, int]  # a button, its columns, its rows


def keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """The buttons as a keyboard of at most 12 rows; buttons beyond LIMITS are left out."""
    cells = _lay_out(buttons[: LIMITS.buttons])
    keys = [msgspec.to_builtins(_key(*cell)) for cell in cells]
    return {"Type": "keyboard", "DefaultHeight": False, "BgColor": PAPER, "Buttons": keys}


def _lay_out(buttons: Sequence[Button]) -> list[_Cell]:
    """The roomiest layout that fits the screen."""
    for layout in (_roomy, _flat):
        cells = layout(buttons)
        if sum(columns * rows for _, columns, rows in cells) <= ROWS * WIDE:
            return cells
    return _narrow(buttons)


def _roomy(buttons: Sequence[Button]) -> list[_Cell]:
    """Short labels in pairs, long labels on two lines."""
    return [(b, columns, 2 if columns == WIDE and len(b.label) > ONE_LINE else 1) for b, columns, _ in _flat(buttons)]


def _flat(buttons: Sequence[Button]) -> list[_Cell]:
    """Short labels in pairs, every label on one line."""
    return list(_paired(buttons, lambda button: len(button.label) <= SHORT))


def _narrow(buttons: Sequence[Button]) -> list[_Cell]:
    """All labels in pairs: Viber cuts the long ones."""
    return list(_paired(buttons, lambda _: True))


def _paired(buttons: Sequence[Button], short: Callable[[Button], bool]) -> Iterable[_Cell]:
    waiting: Button | None = None
    for button in buttons:
        if waiting and short(button):
            yield from ((waiting, HALF, 1), (button, HALF, 1))
            waiting = None
            continue
        if waiting:
            yield waiting, WIDE, 1
        waiting = button if short(button) else None
        if not waiting:
            yield button, WIDE, 1
    if waiting:
        yield waiting, WIDE, 1


def _key(button: Button, columns: int, rows: int) -> _Key:
    return _Key(
        columns=columns,
        rows=rows,
        action_type="open-url" if button.url else "reply",
        action_body=button.url or f"{TAP}{button.choice}",
        text=f'<font color="{INK}">{html.escape(_shortened(button.label), quote=False)}</font>',
        # The payload is not for people's eyes, so the tap leaves no message in the chat.
        silent=not button.url,
    )


def _shortened(label: str) -> str:
    if len(label) <= LIMITS.label:
        return label
    head = label[: LIMITS.label - 1]
    return f"{head.rsplit(' ', 1)[0]}…"
