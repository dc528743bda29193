"""Links and QR codes that open Prag at one place: https://core.telegram.org/bots/features#deep-linking,
https://developers.viber.com/docs/tools/deep-links/"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

import segno

from bot.dialogue.choices import ChoiceError, parse
from bot.entries import Organisation
from bot.errors import PlainError

Where = Literal["telegram", "viber", "web"]
WHERES: Final[tuple[Where, ...]] = ("telegram", "viber", "web")


class LinkError(PlainError):
    """There is no such link; the sentence says what is missing."""


def link(where: Where, payload: str, organisation: Organisation, public_url: str) -> str:
    """The address that opens Prag on that channel at `payload`.

    Raises LinkError for a payload outside our grammar, and where the channel's name is not in
    organisation.toml (the web's address: PRAG_PUBLIC_URL).
    """
    try:
        parse(payload)
    except ChoiceError as error:
        raise LinkError(f"“{payload}” is no place in Prag; use letters, digits, _ and -, at most 64, such as gathering_12") from error
    if where == "web":
        if not public_url:
            raise LinkError("the web chat's address is not known; set PRAG_PUBLIC_URL")
        return f"{public_url.rstrip('/')}/?{urlencode({'start': payload})}"
    name = _bare(organisation.links.get(where, ""))
    if not name:
        raise LinkError(f'the bot\'s name on {where} is not known; write it into content/organisation.toml, [links] {where} = "..."')
    if where == "telegram":
        return f"https://t.me/{name}?{urlencode({'start': payload})}"
    return f"viber://pa?{urlencode({'chatURI': name, 'context': payload})}"


def known_links(payload: str, organisation: Organisation, public_url: str) -> Mapping[Where, str]:
    """The links that can be made, by channel. Raises LinkError for a wrong payload, or where there is none at all."""
    found: dict[Where, str] = {}
    missing = ""
    for where in WHERES:
        try:
            found[where] = link(where, payload, organisation, public_url)
        except LinkError as error:
            missing = missing or str(error)
    if not found:
        raise LinkError(missing)
    return found


def qr(address: str, kind: Literal["svg", "png"]) -> bytes:
    """The address as a QR code that still reads with a quarter of it damaged."""
    made = io.BytesIO()
    segno.make(address, error="q", micro=False).save(made, kind=kind, border=4, scale=8)
    return made.getvalue()


def save_qr(address: str, path: Path) -> None:
    """The QR code is in the file; its name says whether as .svg or as .png. Raises LinkError for another ending."""
    kinds: dict[str, Literal["svg", "png"]] = {".svg": "svg", ".png": "png"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise LinkError(f"{path.name}: a QR code is written as .svg or .png")
    path.write_bytes(qr(address, kind))


def _bare(written: str) -> str:
    """The bot's bare name, however it stands in organisation.toml: @name, https://t.me/name, viber://pa?chatURI=name."""
    return written.rsplit("chatURI=", maxsplit=1)[-1].split("&", maxsplit=1)[0].rstrip("/").split("/")[-1].removeprefix("@").split("?")[0]
