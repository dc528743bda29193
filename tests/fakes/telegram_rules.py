"""What the real Bot API refuses, and how it says so."""

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "span"}


@dataclass(frozen=True)
class Fault:
    """An answer instead of the real one. `done`: the request was carried out all the same."""

    status: int = 200
    body: str = ""
    hangs: bool = False
    drops: bool = False
    done: bool = False


def failing(status: int, description: str, **parameters: int) -> Fault:
    """The Bot API's own way to say no."""
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Fault(status, json.dumps(answer | ({"parameters": parameters} if parameters else {})))


def refused(description: str) -> Fault:
    return failing(400, f"Bad Request: {description}")


def unauthorised() -> Fault:
    return failing(401, "Unauthorized")


def blocked() -> Fault:
    return failing(403, "Forbidden: bot was blocked by the user")


def deactivated() -> Fault:
    return failing(403, "Forbidden: user is deactivated")


def conflict(why: str = "terminated by other getUpdates request; make sure that only one bot instance is running") -> Fault:
    return failing(409, f"Conflict: {why}")


def flooded(seconds: int) -> Fault:
    return failing(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def moved(to: int) -> Fault:
    return failing(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)


def bad_gateway() -> Fault:
    return Fault(502, "<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>")


def hanging(*, done: bool = False) -> Fault:
    """No answer, ever. With `done` the message is shown to the person all the same."""
    return Fault(hangs=True, done=done)


def dropped(*, done: bool = False) -> Fault:
    """The connection ends without an answer."""
    return Fault(drops=True, done=done)


class RefusedError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.body)
        self.fault = fault


class _Html(HTMLParser):
    """The text of a message, and the first thing wrong with its HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.wrong = "", list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.wrong = self.wrong or f'Unsupported start tag "{tag}"'
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong = self.wrong or f'Unmatched end tag "{tag}"'

    def handle_data(self, data: str) -> None:
        self.text += data


def shown_text(fields: dict[str, Any], name: str, limit: int, *, needed: bool = True) -> str:
    text = fields.get(name, "")
    if fields.get("parse_mode") == "HTML":
        reader = _Html()
        reader.feed(text)
        reader.close()
        if reader.wrong or reader.open:
            raise RefusedError(refused(f"can't parse entities: {reader.wrong or 'Unclosed tag'}"))
        text = reader.text
    if needed and not text.strip():
        raise RefusedError(refused("message text is empty"))
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise RefusedError(refused("message is too long"))
    return text.strip()


def markup(fields: dict[str, Any]) -> dict[str, Any]:
    given = fields.get("reply_markup")
    if not given:
        return {}
    for button in (button for row in given.get("inline_keyboard", []) for button in row):
        if len(set(button) - {"text"}) != 1 or not button["text"]:
            raise RefusedError(refused("can't parse inline keyboard button"))
        if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
            raise RefusedError(refused("BUTTON_DATA_INVALID"))
    return {"reply_markup": given}
