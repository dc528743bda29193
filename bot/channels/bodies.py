"""Reading a webhook's body without trusting its length."""

from typing import Final

from starlette.requests import Request

LIMIT: Final = 1 << 20  # bytes


async def limited(request: Request) -> bytes | None:
    """The body, or None as soon as it is over LIMIT, told or not. Raises ClientDisconnect when it breaks off."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMIT:
            return None
    return bytes(body)
