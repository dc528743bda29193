"""Counts that tell nothing of any one person: cells under 5 hidden, the rest rounded to 5."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.library import Library
from bot.texts import Words

SMALL: Final = 5
STEP: Final = 5
# The eight core tasks of a municipal office (OSCE Mission in Kosovo, factsheet 2019), and what this service can count of each.
TASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": ("people", "gatherings"),
    "needs": ("forms.return-help", "forms.house-help"),
    "coordination": ("referrals",),
    "projects": ("forms.grant", "forms.training"),
    "strategies": (),
    "monitoring": ("forms.complaint",),
    "advice": (),
    "informing": ("answers", "questions", "broadcasts"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """One counted combination; `month` as 2026-11."""

    month: str
    form: str
    municipality: str
    language: str
    category: str
    count: int


def shown(count: int, words: Words) -> str:
    """A count as it may be shown: none, fewer than 5, or rounded to the nearest 5."""
    if count == 0:
        return "0"
    return words("stats-few") if count < SMALL else words.number(STEP * ((count + STEP // 2) // STEP))


def tables(tallies: Iterable[Tally], library: Library, words: Words) -> dict[str, list[tuple[str, str]]]:
    """Counts by form, municipality, month, language and category of person; each cell as it may be shown."""
    tallies = list(tallies)
    named = {
        "form": Counter[str](),
        "municipality": Counter[str](),
        "month": Counter[str](),
        "language": Counter[str](),
        "category": Counter[str](),
    }
    for one in tallies:
        for name, counts in named.items():
            counts[getattr(one, name)] += one.count
    return {
        name: [(_label(name, key, library, words), shown(count, words)) for key, count in sorted(counts.items())]
        for name, counts in named.items()
    }


def opinions(counted: Mapping[tuple[str, str, str], int], words: Words) -> list[tuple[str, str]]:
    """What visitors said by kind of gathering, question and answer; each cell as it may be shown."""
    return [
        (f"{words(f'gathering-kind-{kind}')}: {words(f'opinion-{question}')} {words(f'opinion-{answer}')}", shown(count, words))
        for (kind, question, answer), count in counted.items()
    ]


def _label(name: str, key: str, library: Library, words: Words) -> str:
    if not key:
        return words("stats-unknown")
    if name == "form" and key in library.forms:
        return library.forms[key].title(words.language)
    if name == "municipality" and key in library.municipalities:
        return library.municipalities[key].name(words.language)
    if name == "category":
        return next(
            (
                form.words[words.language].prompts["category"].options.get(key, key)
                for form in library.forms.values()
                if form.field("category")
            ),
            key,
        )
    return key


def yearly(year: int, tallies: Sequence[Tally], counted: Mapping[str, int], library: Library, words: Words) -> str:
    """The year's report as Markdown, in the shape of the eight core tasks: counts only, nobody's name."""
    of_year = [one for one in tallies if one.month.startswith(f"{year}-")]
    forms = Counter[str]()
    for one in of_year:
        forms[f"forms.{one.form}"] += one.count
    counts = Counter(counted) + forms
    lines = [f"# {words('report-title', {'year': str(year)})}", "", words("report-method"), "", f"## {words('report-tasks')}", ""]
    for number, (task, sources) in enumerate(TASKS.items(), 1):
        lines += [f"{number}. **{words(f'report-task-{task}')}**", ""]
        lines += [f"   - {_source(source, library, words)}: {shown(counts[source], words)}" for source in sources] or [
            f"   - {words('report-by-hand')}"
        ]
        lines.append("")
    for name, rows in tables(of_year, library, words).items():
        lines += [f"## {words(f'stats-{name}')}", "", *(f"- {label}: {count}" for label, count in rows), ""]
    return "\n".join(lines)


def _source(source: str, library: Library, words: Words) -> str:
    kind, _, form = source.partition(".")
    return library.forms[form].title(words.language) if form in library.forms else words(f"report-{kind}")
