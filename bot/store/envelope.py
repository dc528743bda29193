"""A message at rest that shows what a person wrote: its text and buttons, sealed together."""

from typing import Final

import msgspec

from bot.messages import Button, Outgoing
from bot.store.sealing import Vault


class Content(msgspec.Struct, frozen=True):
    """What of a message can tell something about a person."""

    text: str
    buttons: tuple[Button, ...] = ()


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Content).decode


def enclose(vault: Vault, message: Outgoing) -> bytes:
    """The message's text and buttons, unreadable without a data key."""
    return vault.seal(_encode(Content(message.text, message.buttons)).decode())


def disclose(vault: Vault, sealed: bytes) -> Content:
    """What was enclosed. Raises SealError when none of the data keys made it."""
    return _decode(vault.open(sealed))
