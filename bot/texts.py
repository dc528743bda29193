"""Interface strings: Fluent, strictly.

`locales/<sr|sq|en>/*.ftl`; Serbian stands there in Cyrillic only and the Latin texts are derived
when loading, placeables untouched. A broken line, a duplicate id, an id or a variable that one
language has and another lacks is a TextError at start, never a hole in somebody's message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Transformer, Visitor

from bot.errors import PlainError
from bot.languages import to_latin
from bot.messages import LANGUAGES, Language

Value = str | int
SOURCES: Final[dict[Language, str]] = {"sr-Cyrl": "sr", "sr-Latn": "sr", "sq": "sq", "en": "en"}
_BABEL: Final[dict[Language, str]] = {"sr-Cyrl": "sr_Cyrl", "sr-Latn": "sr_Latn", "sq": "sq", "en": "en_GB"}


class TextError(PlainError):
    """A text is missing or wrong; the sentence names the file, the line or the id, and the remedy."""


@dataclass(frozen=True, slots=True)
class Words:
    """The interface strings of one language."""

    language: Language
    variables: Mapping[str, frozenset[str]]
    _static: Mapping[str, str]
    _bundle: FluentBundle

    def __call__(self, name: str, values: Mapping[str, Value] | None = None) -> str:
        """The text `name` with its variables filled in. Raises TextError for an unknown id or a missing variable."""
        if values is None and name in self._static:
            return self._static[name]
        message = self._bundle.get_message(name) if self._bundle.has_message(name) else None
        if message is None or message.value is None:
            raise TextError(f"there is no text “{name}” in {self.language}")
        text, errors = self._bundle.format_pattern(message.value, dict(values or {}))
        if errors:
            raise TextError(f"text “{name}” in {self.language}: {errors[0]}")
        return str(text)

    def list(self, name: str) -> tuple[str, ...]:
        """A text that is a list: one entry a line or between commas."""
        return tuple(part.strip() for part in self(name).replace("\n", ",").split(",") if part.strip())

    def day(self, day: date) -> str:
        """A date in full, CLDR style: 21. новембар 2026."""
        return format_date(day, format="long", locale=_BABEL[self.language])

    def month(self, day: date) -> str:
        """A month and its year."""
        return format_date(day, format="LLLL y", locale=_BABEL[self.language])

    def moment(self, local_moment: datetime) -> str:
        """Weekday, date and time of a moment already in local time."""
        pattern = "EEEE, d. MMMM y. HH:mm" if self.language.startswith("sr") else "EEEE, d MMMM y, HH:mm"
        return format_datetime(local_moment, format=pattern, locale=_BABEL[self.language])

    def hour(self, local_moment: datetime) -> str:
        """The time of day, 24 hours."""
        return format_time(local_moment, format="HH:mm", locale=_BABEL[self.language])

    def number(self, number: int) -> str:
        """A number with the language's own grouping."""
        return format_decimal(number, locale=_BABEL[self.language])


class Texts:
    """All interface strings, checked whole."""

    def __init__(self, words: Mapping[Language, Words]) -> None:
        self._words = words

    def __getitem__(self, language: Language) -> Words:
        return self._words[language]

    @classmethod
    def load(cls, folder: Path) -> "Texts":
        """The strings below `folder`, one folder a language. Raises TextError on anything not whole."""
        resources = {source: _parse(folder / source) for source in sorted(set(SOURCES.values()))}
        _compare(resources)
        return cls({language: _words(language, resources[SOURCES[language]]) for language in LANGUAGES})


def _parse(folder: Path) -> ast.Resource:
    body: list[ast.EntryType] = []
    seen: dict[str, str] = {}
    files = sorted(folder.glob("*.ftl"))
    if not files:
        raise TextError(f"{folder}: no .ftl file; add one with this language's texts")
    for file in files:
        content = file.read_text("utf-8")
        for entry in FluentParser().parse(content).body:
            named = entry.id if isinstance(entry, ast.Message | ast.Term) else entry  # a comment above is not the place
            start = named.span.start if named.span else 0
            place = f"{file}:{content.count(chr(10), 0, start) + 1}"
            if isinstance(entry, ast.Junk):
                reason = entry.annotations[0].message if entry.annotations else "not understood"
                raise TextError(f"{place}: {reason}; write it as `name = text`")
            if isinstance(entry, ast.Message | ast.Term):
                if entry.id.name in seen:
                    raise TextError(f"{place}: “{entry.id.name}” stands already at {seen[entry.id.name]}; keep one of them")
                seen[entry.id.name] = place
            body.append(entry)
    return ast.Resource(body)


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def _variables(resource: ast.Resource) -> dict[str, frozenset[str]]:
    found = {}
    for entry in resource.body:
        if isinstance(entry, ast.Message):
            visitor = _Variables()
            visitor.visit(entry)
            found[entry.id.name] = frozenset(visitor.names)
    return found


def _compare(resources: Mapping[str, ast.Resource]) -> None:
    variables = {source: _variables(resource) for source, resource in resources.items()}
    every = set().union(*variables.values())
    for source, found in variables.items():
        missing = sorted(every - found.keys())
        if missing:
            raise TextError(f"locales/{source}: no text for {', '.join(missing)}; other languages have it")
    for name in sorted(every):
        if len({found[name] for found in variables.values()}) > 1:
            told = "; ".join(f"{source}: {', '.join(sorted(found[name])) or 'none'}" for source, found in variables.items())
            raise TextError(f"“{name}” has different variables by language ({told}); use the same ones everywhere")


class _Latin(Transformer):
    def visit_TextElement(self, node: ast.TextElement) -> ast.TextElement:  # noqa: N802
        return ast.TextElement(to_latin(node.value))


def _words(language: Language, resource: ast.Resource) -> Words:
    if language == "sr-Latn":
        resource = _Latin().visit(resource.clone())
    bundle = FluentBundle([_BABEL[language].replace("_", "-")], use_isolating=False)
    bundle.add_resource(resource)
    static = {}
    variables = _variables(resource)
    for name, needed in variables.items():
        if not needed:
            pattern = bundle.get_message(name).value
            if pattern is None:
                raise TextError(f"text “{name}” in {language} is empty; write it")
            text, errors = bundle.format_pattern(pattern, {})
            if errors:
                raise TextError(f"text “{name}” in {language}: {errors[0]}")
            static[name] = str(text)
    return Words(language, variables, static, bundle)
