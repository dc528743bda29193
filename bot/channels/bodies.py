"""Reading a webhook's body without trusting its length; and whose it is, where it cannot be understood."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from starlette.requests import Request

LIMIT: Final = 1 << 20  # bytes
_PEOPLE: Final = ("chat", "from", "sender", "user")  # what the platforms call whoever a message is from; a chat comes first


async def limited(request: Request) -> bytes | None:
    """The body, or None as soon as it is over LIMIT, told or not. Raises ClientDisconnect when it breaks off."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMIT:
            return None
    return bytes(body)


def sender(body: bytes) -> str:
    """The platform's id of whoever it is from, as far as it can be found; the outermost one named. Else empty."""
    try:
        level = [msgspec.json.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    while level:
        for one in level:
            found = _named(one)
            if found:
                return found
        level = [inner for one in level for inner in _within(one)]
    return ""


def _named(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    ids = [inner.get("id") for name in _PEOPLE if isinstance(inner := value.get(name), dict)]
    return next((str(one) for one in (*ids, value.get("user_id")) if isinstance(one, str | int) and one), "")


def _within(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
