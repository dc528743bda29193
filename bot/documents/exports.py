"""Registrations as tables the office can work with: CSV, XLSX or JSON, with a dictionary of every column in three languages.

Codes in the tables (options, statuses, municipalities) are stable: other databases may be matched by them.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import msgspec
import xlsxwriter

from bot.forms import AGES, Answer, Field, Form, split_member
from bot.languages import to_latin
from bot.library import Library
from bot.messages import Language
from bot.texts import Texts

Format = Literal["csv", "xlsx", "json"]
LANGUAGES: Final[tuple[Language, ...]] = ("sr-Cyrl", "sq", "en")
COLUMNS: Final = ("code", "received", "changed", "status", "family", "language", "contact")
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration to be exported. `answers` is None once it was withdrawn."""

    code: str
    received: datetime
    changed: datetime
    status: str
    family: bool
    language: str
    contact: bool
    answers: Mapping[str, Answer] | None


def export(form: Form, entries: Sequence[Entry], library: Library, texts: Texts, kind: Format) -> dict[str, bytes]:
    """The files of an export by name: the table, and for CSV its dictionary beside it. Moments are UTC, ISO 8601."""
    table = [columns(form), *(_row(form, entry) for entry in entries)]
    explained = dictionary(form, library, texts)
    if kind == "csv":
        return {f"{form.id}.csv": _csv(table), f"{form.id}-dictionary.csv": _csv(explained)}
    if kind == "xlsx":
        return {f"{form.id}.xlsx": _xlsx({form.id[:31]: table, "dictionary": explained})}
    records = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    meanings = [dict(zip(explained[0], row, strict=True)) for row in explained[1:]]
    data = {"form": form.id, "registrations": records, "dictionary": meanings}
    return {f"{form.id}.json": msgspec.json.format(msgspec.json.encode(data), indent=2)}


def columns(form: Form) -> list[Cell]:
    """The names of an export's columns: a household takes one for its size and one for each age group and need."""
    return [*COLUMNS, *(name for asked in form.fields for name in _names(asked))]


def _names(asked: Field) -> list[str]:
    if asked.kind != "household":
        return [asked.id]
    return [f"{asked.id}_{part}" for part in ("size", *AGES, *asked.options)]


def _row(form: Form, entry: Entry) -> list[Cell]:
    moments = (moment.isoformat(timespec="seconds") for moment in (entry.received, entry.changed))
    head: list[Cell] = [entry.code, *moments, entry.status, _yes(entry.family), entry.language, _yes(entry.contact)]
    answers = entry.answers or {}
    return [*head, *(cell for asked in form.fields for cell in _cells(asked, answers.get(asked.id)))]


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _cells(asked: Field, answer: Answer) -> list[Cell]:
    if asked.kind == "household":
        members = [split_member(member) for member in answer] if isinstance(answer, tuple) else []
        ages = [sum(age == group for age, _ in members) for group in AGES]
        return [len(members), *ages, *(sum(need in needs for _, needs in members) for need in asked.options)]
    if answer is None:
        return [""]
    if isinstance(answer, tuple):
        return [";".join(answer)]
    return [answer]


def dictionary(form: Form, library: Library, texts: Texts) -> list[list[Cell]]:
    """What each column and each code in it means: column, code, and the words in Serbian (both scripts), Albanian, English."""
    rows: list[list[Cell]] = [["column", "code", "sr-Cyrl", "sr-Latn", "sq", "en"]]
    for name in COLUMNS:
        rows.append([name, "", *_spread([texts[language](f"export-{name}") for language in LANGUAGES])])
    for status in ("received", "in-progress", "waiting", "accepted", "declined", "done", "withdrawn"):
        rows.append(["status", status, *_spread([texts[language](f"status-{status}") for language in LANGUAGES])])
    for asked in form.fields:
        rows += _explained(form, asked, texts)
        if asked.kind == "municipality":
            rows += [
                [asked.id, place.id, *_spread([place.name(language) for language in LANGUAGES])]
                for place in library.municipalities.values()
            ]
    return rows


def _explained(form: Form, asked: Field, texts: Texts) -> list[list[Cell]]:
    prompts = [form.words[language].prompts[asked.id] for language in LANGUAGES]
    if asked.kind != "household":
        rows: list[list[Cell]] = [[asked.id, "", *_spread([prompt.ask for prompt in prompts])]]
        return rows + [[asked.id, option, *_spread([prompt.options[option] for prompt in prompts])] for option in asked.options]
    size, *parts = _names(asked)
    ages = [[texts[language](f"form-age-{age}") for language in LANGUAGES] for age in AGES]
    needs = [[prompt.options[option] for prompt in prompts] for option in asked.options]
    told = [[prompt.label for prompt in prompts], *ages, *needs]
    return [[name, "", *_spread(words)] for name, words in zip((size, *parts), told, strict=True)]


def _spread(three: Sequence[str]) -> list[Cell]:
    """Serbian in Cyrillic and Latin, Albanian, English, from the three that are written."""
    return [three[0], to_latin(three[0]), three[1], three[2]]


# --- files ------------------------------------------------------------------------------------------


def harmless(cell: Cell) -> Cell:
    """A cell no spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def _csv(table: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark at the start, by which spreadsheets know it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook in which every text is written as text, whatever it begins with."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(table):
                for place, cell in enumerate(row):
                    (sheet.write_number if isinstance(cell, int) else sheet.write_string)(line, place, cell, bold if line == 0 else None)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return content.getvalue()
