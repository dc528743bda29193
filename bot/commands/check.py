"""`prag check`: the content and the texts, before anybody reads them."""

from pathlib import Path
from typing import Annotated

import typer

from bot import app, clock, settings
from bot.commands.common import out
from bot.commands.links import dead_links
from bot.library import files_below, overdue, read
from bot.texts import Texts


def check(
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    online: Annotated[bool, typer.Option("--online", help="Also open every outside link.")] = False,
) -> None:
    """Check content and texts; exit 1 on errors."""
    given = settings.load()
    Texts.load(app.LOCALES)
    library, problems = read(files_below(Path(given.content_dir)))
    problems += overdue(library, clock.local_day(clock.now(), given.zone))
    if online:
        problems += dead_links(library)
    counts = {level: sum(p.level == level for p in problems) for level in ("error", "warning", "information")}
    for problem in problems:
        if problem.level != "information":
            out.print(str(problem), markup=False)
    out.print(
        f"{len(library.articles)} articles: {counts['error']} errors, {counts['warning']} warnings, "
        f"{counts['information']} notes (versions no native speaker has read yet)"
    )
    if counts["error"] or (strict and counts["warning"]):
        raise typer.Exit(1)
