"""A form somebody is filling in: what they gave, and where they are. Plain JSON inside the sealed half of a state."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.forms import NAMED, Answer, Field, Form, split_member
from bot.messages import Language

Stage = Literal["notice", "whom", "ask", "summary", "consent", "contact"]
Whom = Literal["", "self", "family"]


@dataclass(frozen=True, slots=True)
class Agreed:
    """The words of a consent as they were shown: in which language, and the hash of the text."""

    language: Language
    hash: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`hash` is the form's when the draft began; `asked` the field asked now; `pending` what is ticked and not yet
    finished; `changing` the code of the registration these answers will replace; `existing` the code of the one that
    the ledger named as running for the same person: these answers may take its place; `instead` the form that takes
    this one's place, once we hear that it is open; `shown` the words of the consent asked for now, and `agreed` those
    agreed to, by purpose."""

    form: str
    hash: str
    stage: Stage = "notice"
    whom: Whom = ""
    asked: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    misses: int = 0
    changing: str = ""
    existing: str = ""
    instead: str = ""
    shown: Agreed | None = None
    agreed: Mapping[str, Agreed] = field(default_factory=dict)

    def answered(self, name: str, answer: Answer) -> "Draft":
        """The draft with this answer given and nothing half done. With another name it is another person's."""
        draft = self.of_another() if name == NAMED else self
        return replace(draft, answers={**self.answers, name: answer}, pending=(), misses=0)

    def settled(self, asked: Field | None) -> "Draft":
        """The draft with what is ticked taken as the answer: leaving a question loses nothing."""
        return self.answered(asked.id, self.pending) if asked and ticks(asked) and self.pending else self

    def agreeing(self, purpose: str) -> "Draft":
        """The draft with the consent just shown given for this purpose."""
        return replace(self, agreed={**self.agreed, purpose: self.shown}) if self.shown else self

    def without(self, purposes: Collection[str]) -> "Draft":
        """The draft as if these consents had never been given."""
        answers = {name: answer for name, answer in self.answers.items() if name not in purposes}
        return replace(self, answers=answers, agreed={name: one for name, one in self.agreed.items() if name not in purposes})

    def of_another(self) -> "Draft":
        """The draft of answers that may take the place of nobody's who was found to be signed up already."""
        return replace(self, existing="", changing="" if self.existing else self.changing)

    def asking(self, name: str) -> "Draft":
        """The draft at this question."""
        return replace(self, stage="ask", asked=name, pending=(), misses=0)


def ticks(asked: Field) -> bool:
    """Whether a question is answered by ticking one after another."""
    return asked.kind in ("several", "household")


def applicable(form: Form, answers: Mapping[str, Answer]) -> tuple[Field, ...]:
    """The questions that are to be asked, given the answers so far, in order."""
    asked: dict[str, Field] = {}
    for each in form.fields:
        if each.when is None or (each.when.field in asked and _has(answers.get(each.when.field), each.when.has)):
            asked[each.id] = each
    return tuple(asked.values())


def _has(answer: Answer, wanted: tuple[str, ...]) -> bool:
    given = answer if isinstance(answer, tuple) else (answer,)
    return any(part in wanted for part in given)


def first_open(form: Form, draft: Draft) -> Field | None:
    """The first question not answered yet; None when all are."""
    return next((each for each in applicable(form, draft.answers) if each.id not in draft.answers), None)


def given(form: Form, draft: Draft) -> dict[str, Answer]:
    """The answers that count: those of questions that apply, in the form's order."""
    return {each.id: draft.answers[each.id] for each in applicable(form, draft.answers) if each.id in draft.answers}


def fits(asked: Field, answer: Answer) -> bool:
    """Whether an answer given to an earlier version of the form is still one to this field."""
    match asked.kind, answer:
        case _, None:
            return asked.optional
        case "number", int():
            return in_range(asked, answer)
        case (("choice" | "consent"), str()):
            return answer in asked.choices
        case "several", tuple():
            return bool(answer) and set(answer) <= set(asked.options)
        case "household", tuple():
            return bool(answer) and all(_fits_member(asked, member) for member in answer)
        case (("text" | "date" | "phone" | "municipality"), str()):
            return bool(answer)
        case _:
            return False


def _fits_member(asked: Field, member: str) -> bool:
    age, needs = split_member(member)
    return age in asked.choices and set(needs) <= set(asked.options)


def in_range(asked: Field, number: int) -> bool:
    """Whether `number` lies between the field's least and most."""
    return (asked.least is None or number >= asked.least) and (asked.most is None or number <= asked.most)


def renewed(form: Form, draft: Draft) -> Draft:
    """The draft over the form as it is now: every answer that still fits stays, nothing is made up.

    Consents do not: what was agreed to may read otherwise now.
    """
    draft = draft.without({*draft.agreed, *(each.id for each in form.fields if each.kind == "consent")})
    kept = {name: answer for name, answer in draft.answers.items() if (asked := form.field(name)) and fits(asked, answer)}
    asked = form.field(draft.asked)
    pending = draft.pending if asked and ticks(asked) and fits(asked, draft.pending) else ()
    draft = replace(draft, hash=form.hash, answers=kept, pending=pending)
    if draft.stage in ("notice", "whom"):
        return draft
    missing = first_open(form, draft)
    if missing and missing.id == draft.asked:
        return draft
    return draft.asking(missing.id) if missing else replace(draft, stage="summary", asked="")
