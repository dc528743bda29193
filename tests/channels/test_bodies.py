"""Whose a message is that nobody could understand."""

import json

import pytest

from bot.channels.bodies import sender


@pytest.mark.parametrize(
    ("body", "whose"),
    [
        ({"update_id": 1, "message": {"message_id": "x", "from": {"id": 8}, "chat": {"id": 7, "type": "private"}}}, "7"),
        ({"update_id": 1, "callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 9}}}}, "7"),
        ({"event": "message", "sender": {"id": "ana=="}, "message": 5}, "ana=="),
        ({"event": "conversation_started", "user": {"id": "ana=="}}, "ana=="),
        ({"event": "seen", "user_id": "ana=="}, "ana=="),
        ([[{"user_id": 7}]], "7"),
        ({"event": 5}, ""),
        ({"chat": {"id": None}, "from": "7", "sender": {"id": {"id": 1}}}, ""),
        ("7", ""),
    ],
)
def test_the_outermost_address_is_found(body: object, whose: str):
    assert sender(json.dumps(body).encode()) == whose


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"chat":' * 50_000])
def test_what_is_no_json_is_nobodys(body: bytes):
    assert sender(body) == ""
