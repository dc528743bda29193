"""Carrying out what the staff do in a chat. Linking needs a code; answering needs a linked chat."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.actions import outgoing, questions, staff
from bot.actions.linking import Locked, Wrong
from bot.actions.people import Met
from bot.actions.questions import QuestionError
from bot.dialogue.desk_effects import (
    AnswerQuestion,
    ChatLinked,
    ChatNotLinked,
    DeskEffect,
    DeskOutcome,
    LinkChat,
    QuestionAnswered,
    QuestionNotAnswered,
)
from bot.store.sealing import Vault
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Place:
    connection: Connection
    vault: Vault
    texts: Texts
    met: Met
    now: datetime


def carry_out(effect: DeskEffect, place: Place) -> DeskOutcome:
    """The effect has happened as far as the transaction commits; what became of it."""
    match effect:
        case LinkChat(code=code):
            return _link(code, place)
        case AnswerQuestion(code=code, text=text):
            return _answer(code, text, place)
        case _:
            assert_never(effect)


def _link(code: str, place: Place) -> DeskOutcome:
    met = place.met
    result = staff.link(place.connection, place.vault, address_id=met.address_id, code=code, now=place.now)
    match result:
        case staff.Linked(email=email):
            return ChatLinked(email)
        case Locked():
            return ChatNotLinked(locked=True)
        case Wrong():
            return ChatNotLinked()


def _answer(code: str, text: str, place: Place) -> DeskOutcome:
    # Asked again here: the dialogue's word alone must not be enough to write to somebody.
    member = staff.member_at(place.connection, place.met.address_id)
    if member is None:
        return QuestionNotAnswered(code)
    try:
        sent = questions.answer(place.connection, place.vault, place.texts, code=code, text=text, by=member, now=place.now)
    except QuestionError:
        return QuestionNotAnswered(code)
    return QuestionAnswered(code, reached=isinstance(sent, outgoing.Queued))
