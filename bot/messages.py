"""The values that cross every part of the program. Frozen, without behaviour.

`text` in an Outgoing is small Markdown: paragraphs, lists, **bold** and [links](https://...).
Channels turn it into what their platform shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Language = Literal["sr-Cyrl", "sr-Latn", "sq", "en"]
LANGUAGES: tuple[Language, ...] = ("sr-Cyrl", "sr-Latn", "sq", "en")

Kind = Literal["text", "choice", "start", "blocked", "unblocked", "contact", "location", "media"]
Lane = Literal["reply", "reminder", "broadcast"]
LANES: tuple[Lane, ...] = ("reply", "reminder", "broadcast")  # the more urgent first


@dataclass(frozen=True, slots=True)
class Button:
    """One tap. Exactly one of `choice` (our grammar, [A-Za-z0-9_-]{1,64}) and `url` is set."""

    label: str
    choice: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes out with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one person did on one channel, as the dialogue sees it.

    `address` is the platform's id of the chat, `message_id` the platform's id of this very
    message (the same id is answered once), `hint` the platform's idea of the person's language,
    `pressed_on` the platform's id of the message whose button was pressed, where it can be edited,
    `reply_to` that of the message it is a reply to.
    """

    channel: str
    address: str
    message_id: str
    kind: Kind
    at: datetime
    text: str = ""
    choice: str | None = None
    hint: str | None = None
    pressed_on: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address, in the person's language; it may take the place of an earlier one."""

    text: str
    language: Language
    buttons: tuple[Button, ...] = ()
    attachment: Attachment | None = None
    replaces: str | None = None


# Cuts a message to what the channel named takes.
Split = Callable[[str, Outgoing], list[Outgoing]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as a fetching channel (the web) gets it: `id` grows, `at` is when it was said (UTC)."""

    id: int
    text: str
    language: Language
    buttons: tuple[Button, ...]
    at: datetime
