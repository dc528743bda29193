"""`prag poster`, `prag link`: paper and links that lead into Prag."""

from pathlib import Path
from typing import Annotated

import typer

from bot import app, clock, deep_links
from bot.commands.common import newest_files, out, parts
from bot.deep_links import WHERES, LinkError
from bot.dialogue import wording
from bot.documents import posters
from bot.documents.posters import Block
from bot.library import Library, read
from bot.store import gathering_reads


def poster(
    payload: Annotated[str, typer.Argument(help="gathering_12, article_legal-aid or form_transport.")],
    to: Annotated[Path | None, typer.Option("--to", help="The PDF to write; else PAYLOAD.pdf here.")] = None,
) -> None:
    """Make an A4 poster in three scripts with QR codes for each channel that has a name."""
    here = parts()
    library = read(newest_files(here.settings))[0]
    links = deep_links.known_links(payload, library.organisation, here.settings.public_url)
    names = [library.organisation.name[language] for language in posters.LANGUAGES]
    made = posters.poster(_blocks(here, library, payload), links, here.texts, organisation=names)
    target = to or Path(f"{payload}.pdf")
    target.write_bytes(made)
    out.print(f"{target} is written, with squares for {', '.join(links)}.")


def link(
    payload: Annotated[str, typer.Argument(help="gathering_12, article_legal-aid, form_transport, menu ...")],
    channel: Annotated[str, typer.Option(help="telegram, viber or web.")] = "web",
    qr: Annotated[Path | None, typer.Option("--qr", help="Also write a QR code, .svg or .png.")] = None,
) -> None:
    """Show the link that opens Prag at one place."""
    where = next((known for known in WHERES if known == channel), None)
    if where is None:
        raise typer.BadParameter(f"{channel} is none of {', '.join(WHERES)}")
    here = parts()
    organisation = read(newest_files(here.settings))[0].organisation
    address = deep_links.link(where, payload, organisation, here.settings.public_url)
    if qr:
        deep_links.save_qr(address, qr)
    out.print(address, markup=False)


def _blocks(here: app.Parts, library: Library, payload: str) -> list[Block]:
    verb, _, name = payload.partition("_")
    article = library.articles.get(name) if verb == "article" else None
    today = clock.local_day(clock.now(), here.settings.zone)
    if article and article.state(today) != "withdrawn":
        return posters.of_article(article, here.texts, lambda text, words: wording.fill(text, article, library, words, today))
    if verb == "form" and name in library.forms:
        return posters.of_form(library.forms[name])
    if verb == "gathering" and name.isdecimal():
        with here.ledger.reading() as connection:
            found = gathering_reads.find(connection, int(name))
        if found and found.state == "open":
            return posters.of_gathering(found, here.texts, clock.now())
    raise LinkError(f"there is nothing to make a poster of under “{payload}”; use gathering_ID, article_ID or form_ID of what is open")
