"""Small Markdown, as content and staff write it and each channel shows it: bold, links, escaped signs."""

import re
from typing import Final

INLINE: Final = re.compile(
    r"\\([\\*_\[\]()#.!+-])"  # 1 an escaped sign
    r"|\*\*(?=\S)(.*?\S)\*\*(?!\*)"  # 2 **bold**
    r"|\[([^\]\n]+)\]\(((?:https?://|tel:|mailto:)[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)"  # 3, 4 [label](address)
)


def plain(text: str) -> str:
    """Small Markdown without its inline markup: what a reader sees of bold and links."""
    return INLINE.sub(lambda found: found[1] or plain(found[2] or found[3]), text)
