"""Our parser and two public ones read the same person, token, words and kind in generated callbacks."""

import json
from typing import Any

import aioviberbot
import pytest
import viberbot
from hypothesis import given
from hypothesis import strategies as st
from viberbot.api.bot_configuration import BotConfiguration

from bot.channels.viber.parsing import Receipt, understand
from bot.channels.viber.rendering import TAP
from bot.languages import clean
from bot.messages import Incoming
from tests.channels.viber.conftest import NOW, TOKEN

PARSERS = {
    "aioviberbot": aioviberbot.Api(aioviberbot.BotConfiguration(name="a", avatar="", auth_token=TOKEN)),
    "viberbot": viberbot.Api(BotConfiguration(name="a", avatar="", auth_token=TOKEN)),
}
IDS = st.from_regex(r"[A-Za-z0-9+/]{22}==", fullmatch=True)
USERS = st.fixed_dictionaries(
    {
        "id": IDS,
        "name": st.text(max_size=9),
        "avatar": st.just(""),
        "country": st.just("RS"),
        "language": st.sampled_from(["sr", "sq", "en"]),
    }
)
URL = st.just("https://media.example.org/a")
MESSAGES = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": st.text() | st.just(TAP + "menu")}),
    st.fixed_dictionaries({"type": st.just("picture"), "media": URL, "text": st.text(max_size=120)}),
    st.fixed_dictionaries({"type": st.just("video"), "media": URL, "size": st.integers(1, 99)}),
    st.fixed_dictionaries({"type": st.just("file"), "media": URL, "size": st.integers(1, 99), "file_name": st.text(max_size=9)}),
    st.fixed_dictionaries({"type": st.just("sticker"), "sticker_id": st.integers(1, 99999)}),
    st.fixed_dictionaries({"type": st.just("url"), "media": URL}),
    st.fixed_dictionaries(
        {
            "type": st.just("location"),
            "location": st.fixed_dictionaries({"lat": st.floats(-90, 90), "lon": st.floats(-180, 180)}),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("contact"),
            "contact": st.fixed_dictionaries(
                {"name": st.text(max_size=9), "phone_number": st.from_regex(r"\+381[0-9]{9}", fullmatch=True)}
            ),
        }
    ),
)
COMMON = {"timestamp": st.integers(0, 2**53), "message_token": st.integers(1, 2**63 - 1)}
CALLBACKS = st.one_of(
    st.fixed_dictionaries({"event": st.just("message"), "sender": USERS, "message": MESSAGES, **COMMON}),
    st.fixed_dictionaries({"event": st.just("subscribed"), "user": USERS, **COMMON}),
    st.fixed_dictionaries({"event": st.just("unsubscribed"), "user_id": IDS, **COMMON}),
    st.fixed_dictionaries({"event": st.sampled_from(["delivered", "seen"]), "user_id": IDS, **COMMON}),
    st.fixed_dictionaries({"event": st.just("failed"), "user_id": IDS, "desc": st.text(max_size=40), **COMMON}),
    st.fixed_dictionaries(
        {
            "event": st.just("conversation_started"),
            "type": st.just("open"),
            "user": USERS,
            "context": st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
            **COMMON,
        }
    ),
)


@pytest.mark.parametrize("library", PARSERS)
@given(callback=CALLBACKS)
def test_they_agree(library: str, callback: dict[str, Any]):
    raw = json.dumps(callback, ensure_ascii=callback["timestamp"] % 2 == 0).encode()
    ours, theirs = understand(raw, NOW), PARSERS[library].parse_request(raw)
    if isinstance(ours, Receipt):
        assert (ours.kind, ours.token, ours.address) == (
            theirs.event_type,
            str(theirs.message_token),
            theirs.user_id,
        )
        return
    assert isinstance(ours, Incoming)
    if hasattr(theirs, "message_token"):  # neither library keeps a subscription's token
        assert ours.message_id == str(theirs.message_token)
    assert ours.address == _person(theirs)
    assert (ours.kind, ours.text, ours.choice) == _read(theirs)


def _person(theirs: Any) -> str:
    match theirs.event_type:
        case "message":
            return theirs.sender.id
        case "unsubscribed":
            return theirs.user_id
        case _:
            return theirs.user.id


def _read(theirs: Any) -> tuple[str, str, str | None]:
    """Kind, words and choice, told from a library's objects."""
    if theirs.event_type != "message":
        kinds = {"subscribed": "unblocked", "unsubscribed": "blocked", "conversation_started": "start"}
        return kinds[theirs.event_type], "", getattr(theirs, "context", None)
    message = theirs.message.to_dict()
    match message["type"]:
        case "text" if message["text"].startswith(TAP):
            return "choice", "", message["text"].removeprefix(TAP)
        case "text":
            return "text", clean(message["text"]), None
        case "url":
            return "text", message["media"], None
        case "contact":
            return "contact", message["contact"]["phone_number"], None
        case "location":
            return "location", f"{message['location']['lat']},{message['location']['lon']}", None
        case _:
            return "media", clean(message.get("text") or ""), None
