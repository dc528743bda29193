"""Talks: recorded conversations that staff can read and tests replay.

    # A person asks in Latin without accents and is answered in Latin.
    now: 2026-11-21 10:00
    hint: sr-Latn
    at: desk

    > treba mi advokat
    ! set_language sr-Latn
    ! serve legal-aid
    < **Dobro došli u Prag.** Pitajte svojim rečima; sve je besplatno.
    < **Pravo na besplatnu pravnu pomoć**
      [Više o tome] [Slično] [Meni]
    now: 2026-11-22 09:00
    > [Meni]

`at: desk` is the chat of a member of the staff. `>` is what the person does: words, a [button] of the last message, a {payload} of an old button or
a link, or (photo); `words (× 500)` are those words 500 times in one message. `!` is an effect, `?` the
outcome the shell gives back, `<` a paragraph of what was said (its beginning, and of a long message
the first and the last) with the buttons below. `now:` between two turns lets time pass. `\\n` in a line
is a new line.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from bot import talk_gatherings
from bot.dialogue import effects as e
from bot.dialogue import registration_effects as r
from bot.dialogue.desk_effects import AnswerQuestion, LinkChat
from bot.dialogue.draft import Agreed
from bot.dialogue.state import State, from_json, to_json
from bot.dialogue.steps.search import readable
from bot.dialogue.turn import HEARING, advance, spoken
from bot.dialogue.world import Person, World
from bot.errors import PlainError
from bot.languages import fold
from bot.library import Library
from bot.messages import Incoming
from bot.search import Index
from bot.texts import Texts

SHOWN: Final = 90  # characters of a paragraph that a talk shows
FIRST, LAST = 7, 3  # paragraphs of a message that a talk shows
_HEAD: Final = re.compile(r"^(now|hint|at): *(.+)$")
_REPEATED: Final = re.compile(r"^(.+) \(× (\d+)\)$")
DEFAULT_NOW: Final = "2026-11-21 10:00"


class TalkError(PlainError):
    """A talk cannot be read or played; the sentence names the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as a file holds it: notes on top, the time it begins at, and its lines as written.

    `acts` is what the person does, and `now: ...` where time passes in between.
    """

    notes: tuple[str, ...] = ()
    now: str = DEFAULT_NOW
    hint: str = ""
    at: str = ""
    acts: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def read(path: Path) -> Talk:
    """The talk in this file. Raises TalkError for a line that is none of a talk's."""
    notes: list[str] = []
    heads: dict[str, str] = {}
    lines: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        head = _HEAD.match(line)
        if line.startswith("#"):
            notes.append(line)
        elif head and not lines:
            heads[head.group(1)] = head.group(2).strip()
        elif line.startswith(("> ", "! ", "? ", "< ", "  [", "now: ")):
            lines.append(line.rstrip())
        elif line.strip():
            raise TalkError(f"{path}:{number}: a talk's line begins with >, !, ?, <, now: or two spaces and a [button]")
    return Talk(
        notes=tuple(notes),
        now=heads.get("now", DEFAULT_NOW),
        hint=heads.get("hint", ""),
        at=heads.get("at", ""),
        acts=tuple(line.removeprefix("> ") for line in lines if line.startswith(("> ", "now: "))),
        outcomes=tuple(line[2:] for line in lines if line.startswith("? ")),
        lines=tuple(lines),
    )


def write(path: Path, talk: Talk, lines: list[str]) -> None:
    """The file holds this talk with these lines."""
    heads = [f"now: {talk.now}"] + ([f"hint: {talk.hint}"] if talk.hint else []) + ([f"at: {talk.at}"] if talk.at else [])
    body = [f"\n{line}" if line.startswith(("> ", "now: ")) else line for line in lines]
    path.write_text("\n".join([*talk.notes, *heads, *body]) + "\n", "utf-8")


@dataclass(slots=True)
class Player:
    """Plays a talk through the pure dialogue, the state going through JSON between any two turns."""

    library: Library
    texts: Texts
    index: Index
    zone: ZoneInfo
    seen: Callable[[e.Effect], None] = lambda _effect: None
    _outcomes: Iterator[str] = field(default_factory=lambda: iter(()))

    def play(self, talk: Talk) -> list[str]:
        """The lines this talk has when played now. Raises TalkError for a button that was not offered."""
        now = self._moment(talk.now)
        self._outcomes = iter(talk.outcomes)
        person, state = Person("sr-Latn", known=False, code="K7M2Q4A", staff=talk.at == "desk"), State()
        offered: dict[str, str] = {}
        lines: list[str] = []
        for act in talk.acts:
            if act.startswith("now: "):
                now = self._moment(act.removeprefix("now: "))
                lines.append(act)
                continue
            incoming = self._incoming(act, offered, talk, now)
            text = readable(incoming.text)
            found = self.index.find(text) if fold(text) else None
            world = World(self.library, self.texts, person, now, self.zone, found)
            state, effects, told = self.turn(state, incoming, world)
            state = from_json(*to_json(state))
            person = _after(person, effects)
            say = spoken(effects)
            offered = {b.label: b.choice or b.url or "" for b in say.buttons} if say else offered
            lines += [f"> {act}", *told, *_shown(say)]
        return lines

    def _moment(self, written: str) -> datetime:
        try:
            return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=self.zone)
        except ValueError as error:
            raise TalkError(f"“now: {written}” is no moment; write it as {DEFAULT_NOW}") from error

    def turn(self, state: State, incoming: Incoming, world: World) -> tuple[State, list[e.Effect], list[str]]:
        said: list[e.Effect] = []
        told: list[str] = []
        waiting: list[Incoming | e.Outcome] = [incoming]
        while waiting:
            turn = advance(state, waiting.pop(0), world)
            state = turn.state
            for effect in turn.effects:
                self.seen(effect)
                said.append(effect)
                if not isinstance(effect, e.Say):
                    told.append(f"! {_name(effect)}")
                if isinstance(effect, e.SetLanguage):
                    world = world.speaking(effect.language, chosen=effect.chosen)
                if type(effect) in ANSWERED:
                    written = next(self._outcomes, None) or ANSWERED[type(effect)]
                    told.append(f"? {written}")
                    waiting.append(_outcome(written))
        return state, said, told

    def _incoming(self, act: str, offered: dict[str, str], talk: Talk, now: datetime) -> Incoming:
        base = Incoming("talk", "1", "1", "text", now, hint=talk.hint or None)
        if act.startswith("[") and act.endswith("]"):
            if act[1:-1] not in offered:
                raise TalkError(f"there is no button {act} on the last message; it has {', '.join(offered) or 'none'}")
            return replace(base, kind="choice", choice=offered[act[1:-1]])
        if act.startswith("{") and act.endswith("}"):
            return replace(base, kind="choice", choice=act[1:-1])
        if act.startswith("/start"):
            return replace(base, kind="start", choice=act.removeprefix("/start").strip() or None)
        if act in ("(photo)", "(voice)", "(document)"):
            return replace(base, kind="media")
        repeated = _REPEATED.match(act)
        text = " ".join([repeated.group(1)] * int(repeated.group(2))) if repeated else act
        return replace(base, text=text.replace("\\n", "\n"))


def _outcome(written: str) -> e.Outcome:
    """The outcome a talk writes as its name and its values in JSON: `asked {"code": "K7M2Q4A", ...}`."""
    name, _, values = written.partition(" ")
    kind = _OUTCOMES.get(name)
    try:
        if kind is None:
            raise TalkError(f"“? {written}” is no outcome; there are {', '.join(_OUTCOMES)}")
        return msgspec.json.decode(values or "{}", type=kind)
    except msgspec.MsgspecError as error:
        raise TalkError(f"“? {written}”: {error}") from error


def _after(person: Person, effects: list[e.Effect]) -> Person:
    for effect in effects:
        match effect:
            case e.SetLanguage(language=language, chosen=chosen):
                person = replace(person, language=language, language_chosen=chosen)
            case e.Stop():
                person = replace(person, stopped=True)
            case e.Start():
                person = replace(person, stopped=False)
    return replace(person, known=True)


def _small(kind: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


# The outcome an effect has in a talk that does not write another one below it.
ANSWERED: Final[Mapping[type[e.Effect], str]] = {
    **talk_gatherings.ANSWERED,
    r.OpenForm: "opened {}",
    r.Register: 'registered {"code": "K7M2Q4A"}',
    r.ListMine: 'mine {"rows": [{"code": "K7M2Q4A", "form": "go-and-see", "status": "received", "on": "2026-11-21"}]}',
    r.Look: 'looked {"code": "K7M2Q4A", "form": "go-and-see", "status": "received", "on": "2026-11-21"}',
    r.Withdraw: 'withdrawn {"code": "K7M2Q4A"}',
    r.SetContact: 'looked {"code": "K7M2Q4A", "form": "go-and-see", "status": "received", "on": "2026-11-21"}',
    r.GiveData: 'data_given {"html": "a-token", "json": "another-token"}',
    r.MakeLinkCode: 'link_code {"code": "34678ADE", "minutes": 10}',
    r.RedeemCode: "linked {}",
    r.Unlink: "parted {}",
    LinkChat: 'chat_linked {"email": "ana@example.org"}',
    AnswerQuestion: 'question_answered {"code": "K7M3Q4A"}',
    e.AskStaff: 'asked {"code": "K7M2Q4A", "due": "2026-11-26T10:00:00+01:00"}',
}
_OUTCOMES: Final[Mapping[str, type[e.Outcome]]] = {_small(kind): kind for kind in HEARING}


def _name(effect: e.Effect) -> str:
    """An effect as a talk writes it: its name in small letters and what it is about."""
    name = _small(type(effect))
    values = [getattr(effect, field) for field in effect.__dataclass_fields__]
    return " ".join([name, *(_value(value) for value in values)]).rstrip()


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and any(isinstance(one, Agreed) for one in value.values()):
        return str(tuple(value))
    return str(value).replace("\n", "\\n")


def _shown(say: e.Say | None) -> list[str]:
    if say is None:
        return []
    paragraphs = [part.replace("\n", "\\n") for part in say.text.split("\n\n")]
    if len(paragraphs) > FIRST + LAST + 1:
        paragraphs = [*paragraphs[:FIRST], "…", *paragraphs[-LAST:]]
    lines = [f"< {text if len(text) <= SHOWN else text[:SHOWN].rstrip() + ' …'}" for text in paragraphs]
    if say.buttons:
        lines.append("  " + " ".join(f"[{button.label}]" for button in say.buttons))
    return lines
