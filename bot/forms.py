"""content/forms/ → Form: what a person may sign up for, and what they are asked.

A form is a folder: form.toml says which questions there are, sr.ftl, sq.ftl and en.ftl hold their words
(Serbian in Cyrillic; Latin is derived). Words that several forms share stand in forms/common/. The
folder's name is the form's id.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import msgspec
from fluent.syntax import FluentParser, ast

from bot.languages import to_latin
from bot.messages import Language
from bot.problems import Problem

Kind = Literal["text", "choice", "several", "number", "date", "phone", "municipality", "household", "consent"]
Readers = Literal["staff", "administrators"]
Role = Literal["origin", "residence", "target", "category"]

HELP: Final = "see docs/how-to/add-a-form.md"
COMMON: Final = "common"
WRITTEN_IN: Final = ("sr", "sq", "en")
WORDS: Final = ("title", "purpose", "more", "full", "closed", "consent")  # what every form says besides its questions
AGES: Final = ("0-6", "7-17", "18-59", "60")  # age groups of a household's members, in years
YES, NO = "yes", "no"
NAMED: Final = "name"  # the field that says whom a registration for a family member is for
COUNTED_KINDS: Final[Mapping[Role, Kind]] = {
    "origin": "municipality", "residence": "municipality", "target": "municipality", "category": "choice",
}  # fmt: skip
COUNTED_LIMIT: Final = 30  # characters of an option that is counted
PAYLOAD_LIMIT: Final = 64  # characters of a button's payload: pick_<form>_<field>_<option>
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asked only if the earlier question `field` was answered with one of `has`."""

    field: str
    has: tuple[str, ...]


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. `least` and `most`: the range of a number, the characters of a text, the members of a household;
    `counts_as`: its code is kept readable too, for statistics and for telling those whom something concerns."""

    id: str
    kind: Kind
    options: tuple[str, ...] = ()
    optional: bool = False
    sensitive: bool = False
    least: int | None = None
    most: int | None = None
    days: Literal["any", "past", "future"] = "any"
    when: When | None = None
    counts_as: Role | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """The options a button may carry: for a consent yes and no, for a household ages and needs."""
        return {"consent": (YES, NO), "household": (*AGES, *self.options)}.get(self.kind, self.options)


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"fields": "field"}):
    """A form.toml. `keep_days`: how long answers are kept after the office is done with them; `family`: it may be filled
    in for somebody else; `repeat`: one person may have several; `anonymous`: the consent that leaves the person out."""

    order: int
    keep_days: int
    fields: tuple[Field, ...]
    opens: date | None = None
    closes: date | None = None
    family: bool = True
    repeat: bool = False
    readers: Readers = "staff"
    anonymous: str = ""


# text, choice, date (ISO), phone (E.164), municipality (id), consent: a string; number: an int; several: options;
# household: one string a member, “18-59” or “18-59:care+illness”; None: skipped.
Answer = str | int | tuple[str, ...] | None


def consent_hash(text: str) -> str:
    """The name the exact words of a consent are kept under."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question's words: the question, its short name, help, and the name of each option."""

    ask: str
    label: str
    help: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormWords:
    """All words of a form in one language: `says` by WORDS, `prompts` by field."""

    says: Mapping[str, str]
    prompts: Mapping[str, Prompt]


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    head: Head
    words: Mapping[Language, FormWords]
    hash: str

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.head.fields

    def field(self, name: str) -> Field | None:
        """The field with this id, if the form has it."""
        return next((f for f in self.fields if f.id == name), None)

    def counted(self, role: Role) -> Field | None:
        """The field whose answers count as this, if the form asks for it."""
        return next((f for f in self.fields if f.counts_as == role), None)

    def title(self, language: Language) -> str:
        return self.words[language].says["title"]

    def open_on(self, today: date) -> bool:
        """Whether its own dates let people sign up on `today`; staff may decide otherwise."""
        head = self.head
        return (head.opens is None or today >= head.opens) and (head.closes is None or today <= head.closes)


def split_member(member: str) -> tuple[str, tuple[str, ...]]:
    """A member of a household: age group and needs."""
    age, _, needs = member.partition(":")
    return age, tuple(needs.split("+")) if needs else ()


def join_member(age: str, needs: tuple[str, ...]) -> str:
    """The string a member is kept as."""
    return f"{age}:{'+'.join(needs)}" if needs else age


@dataclass(frozen=True, slots=True)
class _Said:
    """One entry of a .ftl file: its text, its attributes, its line."""

    text: str
    attributes: Mapping[str, str]
    line: int


def read_forms(files: Mapping[str, str]) -> tuple[dict[str, Form], tuple[Problem, ...]]:
    """Every form among these content files in menu order, and everything wrong with them."""
    reader = _Reader(files)
    slugs = sorted({path.split("/")[1] for path in files if path.startswith("forms/") and path.count("/") == 2} - {COMMON})
    found = [form for slug in slugs if (form := reader.form(slug)) is not None]
    return {form.id: form for form in sorted(found, key=lambda form: (form.head.order, form.id))}, tuple(reader.problems)


class _Reader:
    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.problems: list[Problem] = []
        self.common = {language: self.said(f"forms/{COMMON}/{language}.ftl") for language in WRITTEN_IN}

    def note(self, file: str, sentence: str, line: int = 1) -> None:
        self.problems.append(Problem(file, line, "error", sentence))

    def form(self, slug: str) -> Form | None:
        folder = f"forms/{slug}"
        before = len(self.problems)
        if not _NAME.fullmatch(slug):
            self.note(f"{folder}/form.toml", "the folder's name is the form's id: use a-z, 0-9 and single hyphens")
        head = self.head(f"{folder}/form.toml")
        if head is None:
            return None
        self.check(f"{folder}/form.toml", slug, head)
        written = {language: self.written(f"{folder}/{language}.ftl", language, head) for language in WRITTEN_IN}
        if len(self.problems) > before:
            return None
        parts = [text for path, text in sorted(self.files.items()) if path.startswith((f"{folder}/", f"forms/{COMMON}/"))]
        sr = written["sr"]
        words: dict[Language, FormWords] = {"sr-Cyrl": sr, "sr-Latn": _latin(sr), "sq": written["sq"], "en": written["en"]}
        return Form(slug, head, words, hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16])

    # --- form.toml ------------------------------------------------------------------------------

    def head(self, file: str) -> Head | None:
        if file not in self.files:
            self.note(file, f"is missing; every form needs it; {HELP}")
            return None
        try:
            return msgspec.convert(tomllib.loads(self.files[file]), Head)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self.note(file, f"is not valid TOML ({error}); mend this line", int(line.group(1)) if line else 1)
        except msgspec.ValidationError as error:
            place = re.search(r"field\[(\d+)\]", str(error))
            self.note(file, f"{error}; {HELP} for what there is", self.line_of_field(file, int(place.group(1)) if place else None))
        return None

    def line_of_field(self, file: str, place: int | None) -> int:
        """The line on which the field number `place` begins."""
        starts = [m.start() for m in re.finditer(r"^\[\[field\]\]", self.files[file], re.MULTILINE)]
        return self.files[file].count("\n", 0, starts[place]) + 1 if place is not None and place < len(starts) else 1

    def check(self, file: str, slug: str, head: Head) -> None:
        earlier: dict[str, Field] = {}
        for place, asked in enumerate(head.fields):
            for sentence in _wrong(slug, asked, earlier):
                self.note(file, f"field “{asked.id}”: {sentence}", self.line_of_field(file, place))
            earlier[asked.id] = asked
        if head.anonymous and (head.anonymous not in earlier or earlier[head.anonymous].kind != "consent"):
            self.note(file, f"anonymous names “{head.anonymous}”, which is not a field of the kind consent; mend or remove it")
        if not head.fields:
            self.note(file, f"has no [[field]]; a form asks at least one question; {HELP}")
        if head.keep_days < 1:
            self.note(file, "keep_days must be at least 1; say for how many days answers are kept")

    # --- .ftl -----------------------------------------------------------------------------------

    def said(self, file: str) -> dict[str, _Said]:
        """The entries of one .ftl file, plain text only."""
        text = self.files.get(file)
        if text is None:
            self.note(file, f"this language is missing; write it; {HELP}")
            return {}
        found: dict[str, _Said] = {}
        for entry in FluentParser().parse(text).body:
            line = text.count("\n", 0, entry.span.start if entry.span else 0) + 1
            if isinstance(entry, ast.Junk):
                self.note(
                    file, f"{entry.annotations[0].message if entry.annotations else 'not understood'}; write it as `name = text`", line
                )
            elif isinstance(entry, ast.Message):
                if entry.id.name in found:
                    self.note(file, f"“{entry.id.name}” stands already at line {found[entry.id.name].line}; keep one of them", line)
                attributes = {a.id.name: self.plain(file, a.value, line) for a in entry.attributes}
                found[entry.id.name] = _Said(self.plain(file, entry.value, line) if entry.value else "", attributes, line)
        return found

    def plain(self, file: str, pattern: ast.Pattern, line: int) -> str:
        if not all(isinstance(part, ast.TextElement) for part in pattern.elements):
            self.note(file, "a form's words have no { placeholders }; write plain text", line)
        return "".join(part.value for part in pattern.elements if isinstance(part, ast.TextElement))

    def written(self, file: str, language: str, head: Head) -> FormWords:
        own = self.said(file)
        if file not in self.files:
            return FormWords({}, {})
        said = self.common[language] | own
        for name in WORDS:
            if not (said.get(name) and said[name].text):
                self.note(file, f"has no text “{name}”; add `{name} = ...`; {HELP}")
        for asked in head.fields:
            for sentence in _unsaid(asked, said.get(asked.id)):
                self.note(file, sentence, said[asked.id].line if asked.id in own else 1)
        known = {*WORDS, *(asked.id for asked in head.fields)}
        for name in sorted(own.keys() - known):
            self.note(
                file, f"“{name}” is neither a field of form.toml nor one of {', '.join(WORDS)}; remove it or mend its name", own[name].line
            )
        says: dict[str, str] = {name: said[name].text for name in WORDS if name in said}
        return FormWords(says, {asked.id: _prompt(said[asked.id]) for asked in head.fields if asked.id in said})


def _wrong(slug: str, asked: Field, earlier: Mapping[str, Field]) -> Iterator[str]:
    """What is wrong with one field of form.toml, a sentence each."""
    if not _NAME.fullmatch(asked.id) or asked.id in WORDS:
        yield f"its id must be a-z, 0-9 and single hyphens, and none of {', '.join(WORDS)}"
    if asked.id in earlier:
        yield "this id stands twice; give it another"
    if asked.kind in ("choice", "several") and len(asked.options) < 2:
        yield "needs at least two options"
    if asked.options and asked.kind not in ("choice", "several", "household"):
        yield f"a {asked.kind} has no options; remove them"
    for option in asked.options:
        if not _NAME.fullmatch(option) or option in ("label", "help"):
            yield f"the option “{option}” must be a-z, 0-9 and single hyphens, beginning with a letter, and not label or help"
        if len(f"pick_{slug}_{asked.id}_{option}") > PAYLOAD_LIMIT:
            yield f"with the option “{option}” a button's name is over {PAYLOAD_LIMIT} characters; shorten one of them"
    yield from _wrongly_counted(asked, earlier)
    if asked.when and asked.when.field not in earlier:
        yield f"when names “{asked.when.field}”, which is no earlier field"
    elif asked.when and not set(asked.when.has) <= set(earlier[asked.when.field].choices):
        yield f"when names an option that “{asked.when.field}” has not; it has {', '.join(earlier[asked.when.field].choices)}"


def _wrongly_counted(asked: Field, earlier: Mapping[str, Field]) -> Iterator[str]:
    """Free text must never be counted: it would rest readable and outlive its person."""
    if asked.counts_as is None:
        return
    kind = COUNTED_KINDS[asked.counts_as]
    if asked.kind != kind:
        yield f"counts_as = “{asked.counts_as}” is for a field of the kind {kind}; this one is a {asked.kind}"
    if any(other.counts_as == asked.counts_as for other in earlier.values()):
        yield f"another field counts as “{asked.counts_as}” already; keep one of them"
    for option in asked.options:
        if len(option) > COUNTED_LIMIT:
            yield f"the option “{option}” is counted and must have at most {COUNTED_LIMIT} characters"


def _unsaid(asked: Field, said: _Said | None) -> Iterator[str]:
    """What a field's words lack in one language, a sentence each."""
    if said is None or not said.text:
        yield f"has no question “{asked.id}”; add `{asked.id} = ...`"
        return
    if not said.attributes.get("label"):
        yield f"“{asked.id}” has no short name; add `.label = ...` below it"
    for option in asked.options:
        if not said.attributes.get(option):
            yield f"“{asked.id}” has no name for the option {option}; add `.{option} = ...` below it"
    for name in said.attributes.keys() - {"label", "help", *asked.options}:
        yield f"“{asked.id}” has a line .{name}, which is no option of it; remove it or mend its name"


def _prompt(said: _Said) -> Prompt:
    names = {name: text for name, text in said.attributes.items() if name not in ("label", "help")}
    return Prompt(said.text, said.attributes.get("label", ""), said.attributes.get("help", ""), names)


def _latin(words: FormWords) -> FormWords:
    def prompt(p: Prompt) -> Prompt:
        return Prompt(to_latin(p.ask), to_latin(p.label), to_latin(p.help), {name: to_latin(text) for name, text in p.options.items()})

    return FormWords({name: to_latin(text) for name, text in words.says.items()}, {name: prompt(p) for name, p in words.prompts.items()})
