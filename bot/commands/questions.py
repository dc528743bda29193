"""`prag questions`: the staff inbox."""

from typing import Annotated

import typer
from rich.table import Table

from bot import clock
from bot.actions import misses, questions
from bot.actions.codes import read_code
from bot.actions.outgoing import Skipped
from bot.actions.questions import QuestionError
from bot.actions.staff import OWNER
from bot.commands.common import library, out, parts, short

cli = typer.Typer(no_args_is_help=True, help="What people asked the staff.")
By = Annotated[str, typer.Option(metavar="EMAIL", help="Who does this; it stands in the audit log.")]


@cli.command("list")
def show_list(
    everything: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
    by: By = OWNER,
) -> None:
    """The questions that wait for an answer, oldest first. It is audited."""
    here = parts()
    with here.ledger.writing() as connection:
        rows = questions.open_all(connection, answered=None if everything else False, by=by, now=clock.now())
    table = Table(box=None)
    for column in ("code", "asked", "answer due", "language", "question"):
        table.add_column(column)
    zone = here.settings.zone
    for row in rows:
        asked, due = (f"{clock.local(moment, zone):%Y-%m-%d %H:%M}" for moment in (row.asked_at, row.due_at))
        table.add_row(row.code, asked, due, row.language, short(here.vault.open(row.text)))
    out.print(table)
    out.print(f'{len(rows)} questions. Answer one with: prag questions answer CODE "text"')


@cli.command("show")
def show(code: str, by: By = OWNER) -> None:
    """One question whole, with its answer if it has one. It is audited."""
    here = parts()
    with here.ledger.writing() as connection:
        row = questions.open_one(connection, here.vault, read_code(code), by=by, now=clock.now())
    out.print(here.vault.open(row.text), markup=False)
    if row.answer is not None:
        out.print(f"\nAnswered by {row.answered_by}:\n{here.vault.open(row.answer)}", markup=False)


@cli.command("answer")
def answer(code: str, text: str, by: By = OWNER) -> None:
    """Answer a question; the person gets it where they asked. It is audited."""
    here = parts()
    with here.ledger.writing() as connection:
        result = questions.answer(connection, here.vault, here.texts, code=read_code(code), text=text, by=by, now=clock.now())
    if isinstance(result, Skipped):
        raise QuestionError(f"the answer is kept, but the person cannot get it: {result.reason}")
    out.print("The answer is on its way.")


@cli.command()
def unanswered(by: By = OWNER) -> None:
    """What people asked that we could not answer or answered badly, the most frequent first. It is audited."""
    here = parts()
    with here.ledger.writing() as connection:
        rows = misses.unanswered(connection, by=by, now=clock.now())
    table = Table(box=None)
    for column in ("number", "times", "language", "was answered with", "question"):
        table.add_column(column)
    for row in rows:
        table.add_row(str(row.id), str(row.count), row.language, row.article or "-", short(here.vault.open(row.sample)))
    out.print(table)
    out.print(f"{len(rows)} questions. Make one an example: prag questions attach NUMBER ARTICLE")


@cli.command()
def attach(number: int, article: str) -> None:
    """Make an unanswered question an example of an article; it counts within a second or two."""
    here = parts()
    with here.ledger.writing() as connection:
        line = misses.attach(connection, here.vault, library(here.settings), number=number, article=article, now=clock.now())
    out.print(f"“{line}” now leads to {article}.")


@cli.command()
def dismiss(number: int) -> None:
    """Forget an unanswered question."""
    here = parts()
    with here.ledger.writing() as connection:
        if not misses.dismiss(connection, number):
            raise misses.MissError(f"there is no unanswered question {number}")
    out.print("Forgotten.")
