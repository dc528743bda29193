"""What the staff want done in a chat, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkChat:
    """Make this chat the staff member's who was shown `code`. Its outcome is ChatLinked or ChatNotLinked."""

    code: str


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Send `text` to the person who asked the question `code`. Its outcome is QuestionAnswered or QuestionNotAnswered."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ChatLinked:
    """This chat is linked to the member with this e-mail."""

    email: str


@dataclass(frozen=True, slots=True)
class ChatNotLinked:
    """The code was not right; `locked` when no code is taken for a while."""

    locked: bool = False


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The answer is kept, and on its way if the person can be `reached`."""

    code: str
    reached: bool = True


@dataclass(frozen=True, slots=True)
class QuestionNotAnswered:
    """There is no open question with this code."""

    code: str


DeskEffect = LinkChat | AnswerQuestion
DeskOutcome = ChatLinked | ChatNotLinked | QuestionAnswered | QuestionNotAnswered
