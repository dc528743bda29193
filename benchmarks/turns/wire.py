"""As much HTTP/1.1 as a stub and a load driver on the loopback need: cheap, so that they are not what is measured."""

import asyncio
import re
from abc import ABC, abstractmethod

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Wire(asyncio.Protocol, ABC):
    """One kept connection. `heard(head, body)` is called for each whole message."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._rest = b""

    @abstractmethod
    def heard(self, head: bytes, body: bytes) -> None:
        """One whole message has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while message := _first(self._rest):
            head, body, self._rest = message
            self.heard(head, body)


def request(host: str, path: str, body: bytes, headers: str = "") -> bytes:
    """A JSON request."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def response(body: bytes) -> bytes:
    """A JSON answer that went well."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def _first(held: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and what comes after the first message; None while it is not whole."""
    head, end, rest = held.partition(b"\r\n\r\n")
    if not end:
        return None
    if _CHUNKED.search(head):
        joined = _joined(rest)
        return (head, *joined) if joined else None
    length = _LENGTH.search(head)
    size = int(length[1]) if length else 0
    return (head, rest[:size], rest[size:]) if len(rest) >= size else None


def _joined(rest: bytes) -> tuple[bytes, bytes] | None:
    """A chunked body in one piece, and what comes after it."""
    body = b""
    while True:
        size, end, rest = rest.partition(b"\r\n")
        if not end or len(rest) < (count := int(size.split(b";")[0], 16)) + 2:
            return None
        body, rest = body + rest[:count], rest[count + 2 :]
        if not count:
            return body, rest
