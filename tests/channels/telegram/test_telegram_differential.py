"""Our parser reads any valid update as aiogram and python-telegram-bot do: who, where, what, which choice."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import telegram as ptb
from aiogram import types
from aiogram.filters import Command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.updates import GroupNotice, Ignored, Said, Understood, parse
from bot.messages import Incoming

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MARKED = re.compile(r"/\w{1,32}(@\w+)?(\s|$)")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
FILE = {"file_id": "F", "file_unique_id": "U"}

ids = st.integers(1, 2**52 - 1)
codes = st.sampled_from([None, "sr", "sr-Latn", "sq", "en-GB", "de"])
signs = st.characters(codec="utf-8", exclude_characters="\x00")
words = st.text(signs, max_size=40) | st.sampled_from(["/start", "/start article_legal-aid", "/menu@PragBot", "/stop sad", "да", "😀"])
payloads = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True) | st.text(signs, min_size=1, max_size=30)
starts = payloads.map(lambda payload: f"/start {payload}")


def user(number: int, code: str | None) -> dict[str, Any]:
    told = {"id": number, "is_bot": False, "first_name": "Ana"}
    return told if code is None else {**told, "language_code": code}


def chat(number: int, kind: str) -> dict[str, Any]:
    return {"id": number, "type": kind, "first_name": "Ana"} if kind == "private" else {"id": -number, "type": kind, "title": "Selo"}


@st.composite
def contents(draw: st.DrawFn, sender: int) -> dict[str, Any]:
    """What a message may hold."""
    owner = draw(st.sampled_from([sender, sender + 1, None]))
    contact = {"phone_number": "+381600000", "first_name": "Ana"} | ({} if owner is None else {"user_id": owner})
    degrees = st.floats(-89, 89, allow_nan=False)
    other = st.sampled_from(
        [
            {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "šta piše"},
            {"voice": {**FILE, "duration": 3}},
            {"document": FILE},
            {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
            {"contact": contact},
            {"new_chat_title": "Naslov"},
        ]
    )
    place = st.builds(lambda a, b: {"location": {"latitude": a, "longitude": b}}, degrees, degrees)
    return draw(st.one_of((words | starts).map(lambda text: {"text": text}), other, place))


@st.composite
def updates(draw: st.DrawFn) -> dict[str, Any]:
    """A valid update: https://core.telegram.org/bots/api#update"""
    number, sender = draw(st.integers(1, 2**31)), draw(ids)
    person, where = user(sender, draw(codes)), chat(sender, draw(st.sampled_from(["private", "private", "private", "group", "supergroup"])))
    message = {"message_id": draw(st.integers(1, 2**31)), "date": 1795255200, "chat": where, "from": person}
    kind = draw(st.sampled_from(["message", "message", "callback_query", "my_chat_member", "edited_message"]))
    if kind in ("message", "edited_message"):
        if draw(st.booleans()):
            message["reply_to_message"] = {"message_id": draw(st.integers(1, 99)), "date": 1, "chat": where}
        edited = {"edit_date": 1795255300} if kind == "edited_message" else {}
        return {"update_id": number, kind: {**message, **draw(contents(sender)), **edited}}
    if kind == "callback_query":
        below = draw(st.sampled_from([{**message, "text": "Meni"}, {"chat": where, "message_id": message["message_id"], "date": 0}]))
        pressed = {"id": "1", "from": person, "chat_instance": "1", "data": draw(payloads), "message": below}
        return {"update_id": number, "callback_query": pressed}
    bot = {"id": 9, "is_bot": True, "first_name": "Prag"}
    now = draw(st.sampled_from(["member", "kicked"]))
    member = {"user": bot, "status": now} | ({"until_date": 0} if now == "kicked" else {})
    change = {
        "chat": where,
        "from": person,
        "date": 1795255200,
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": member,
    }
    return {"update_id": number, "my_chat_member": change}


@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(updates())
def test_three_parsers_agree(update: dict[str, Any]) -> None:
    ours = parse(json.dumps(update).encode(), NOW)
    assert ours == _from_aiogram(types.Update.model_validate(update))
    assert ours == _from_ptb(ptb.Update.de_json(update, None))


def _from_aiogram(update: types.Update) -> Understood:
    message, query, member = update.message, update.callback_query, update.my_chat_member
    if query:
        readable = not isinstance(query.message, types.InaccessibleMessage)
        return _pressed(query.message.chat, query.from_user, update.update_id, query.data, query.message.message_id, readable)
    if member:
        return _changed(member.chat, member.from_user, update.update_id, member.new_chat_member.status)
    return _written(message, message.from_user, update.update_id) if message else Ignored("a kind we do not use: edited_message")


def _from_ptb(update: ptb.Update) -> Understood:
    message, query, member = update.message, update.callback_query, update.my_chat_member
    if query:
        readable = query.message.is_accessible
        return _pressed(query.message.chat, query.from_user, update.update_id, query.data, query.message.message_id, readable)
    if member:
        return _changed(member.chat, member.from_user, update.update_id, member.new_chat_member.status)
    return _written(message, message.from_user, update.update_id) if message else Ignored("a kind we do not use: edited_message")


def _written(message: Any, sender: Any, number: int) -> Understood:
    if message.chat.type != "private":
        return Ignored("a service message") if message.new_chat_title else GroupNotice(str(message.chat.id))
    if message.new_chat_title:
        return Ignored("a service message")
    kind, text, choice = "media", message.caption or "", None
    if message.text is not None:
        kind, text, choice = _read(message.text)
    elif message.contact and message.contact.user_id == sender.id:
        kind, text = "contact", message.contact.phone_number
    elif message.location:
        kind, text = "location", f"{message.location.latitude:.6f},{message.location.longitude:.6f}"
    below = message.reply_to_message
    reply_to = str(below.message_id) if below else None
    return _said(message.chat, sender, number, kind, text=text, choice=choice, reply_to=reply_to)


def _read(text: str) -> tuple[str, str, str | None]:
    """A command as aiogram takes it apart; only what Telegram itself would mark as one."""
    if not MARKED.match(text):
        return "text", text, None
    command = Command("start").extract_command(text)
    rest = (command.args or "").strip()
    if command.command == "start":
        return "start", "", rest if PAYLOAD.fullmatch(rest) else None
    return "text", f"/{command.command} {rest}".strip(), None


def _pressed(where: Any, sender: Any, number: int, data: str, below: int, readable: bool) -> Understood:
    if where.type != "private":
        return GroupNotice(str(where.id))
    said = _said(where, sender, number, "choice", choice=data, pressed_on=str(below) if readable else None)
    return Said(said.incoming, press="1")


def _changed(where: Any, sender: Any, number: int, status: str) -> Understood:
    if where.type != "private":
        return GroupNotice(str(where.id)) if status == "member" else Ignored("out of a group")
    return _said(where, sender, number, "blocked" if status == "kicked" else "unblocked")


def _said(where: Any, sender: Any, number: int, kind: str, **more: Any) -> Said:
    assert where.id == sender.id
    return Said(Incoming("telegram", str(where.id), str(number), kind, NOW, hint=sender.language_code, **more))
