"""`prag ask` and `prag evaluate`: what the search makes of questions."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import evaluation, settings
from bot.commands.common import language as language_of
from bot.commands.common import library as library_of
from bot.commands.common import out
from bot.library import Library
from bot.messages import Language
from bot.search import Index


def ask(
    text: Annotated[str, typer.Argument(help="The question.")] = "",
    language: Annotated[str, typer.Option(help="The language of the conversation, if known.")] = "",
    batch: Annotated[Path | None, typer.Option(help="A .jsonl file with one {id, text, language?} a line.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what matched.")] = False,
) -> None:
    """Ask one question, or a file of them, and see what the search makes of it."""
    if not text and batch is None:
        raise typer.BadParameter("give a question or --batch FILE")
    given = settings.load()
    library = library_of(given)
    index = Index.build(library, given.folder / "search")
    if batch is None:
        _show_answer(library, index, text, language_of(language), explain=explain)
        return
    for line in batch.read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            answer = _answer_row(index, str(row["id"]), str(row["text"]), language_of(str(row.get("language") or "")))
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _answer_row(index: Index, name: str, text: str, language: Language | None) -> dict[str, object]:
    started = time.perf_counter()
    found = index.find(text, language)
    return {
        "id": name,
        "kind": found.kind,
        "answer": found.answer,
        "ranking": [hit.article for hit in found.ranking],
        "language": found.language,
        "alert": found.alert,
        "ms": round((time.perf_counter() - started) * 1000, 3),
    }


def _show_answer(library: Library, index: Index, text: str, language: Language | None, *, explain: bool) -> None:
    found = index.explain(text, language) if explain else index.find(text, language)
    out.print(f"{found.kind}  language {found.language}{'' if found.language_sure else ' (not sure)'}{'  alert' if found.alert else ''}")
    table = Table(box=None)
    table.add_column("article")
    table.add_column("fit", justify="right")
    table.add_column("title")
    for hit in found.ranking[:5]:
        table.add_row(hit.article, f"{hit.score:.2f}", library.articles[hit.article].versions[found.language].title)
    out.print(table)
    if found.municipality:
        out.print(f"municipality: {found.municipality}")
    for matched in found.matched:
        out.print(f"matched: {matched}")


def evaluate(
    file: Annotated[Path, typer.Argument(help="A .jsonl file with one {id, lang, text, gold, tags} a line.")],
    cross_validate: Annotated[bool, typer.Option("--cross-validate", help="Also over our own examples, in five folds (minutes).")] = False,
) -> None:
    """How good the search is: right answers, refusals, urgent messages, by language and kind of question."""
    given = settings.load()
    library = library_of(given)
    index = Index.build(library, given.folder / "search")
    asked = evaluation.questions(file.read_text("utf-8"))
    out.print(evaluation.report(evaluation.figures(evaluation.judge(asked, index.find, time.perf_counter))))
    if cross_validate:
        out.print("\nCross-validated over our own examples:")
        out.print(evaluation.report(evaluation.figures(evaluation.cross_validate(library, time.perf_counter))))
