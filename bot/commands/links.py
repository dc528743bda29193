"""Whether the outside links of the content open (`prag check --online`)."""

import asyncio
from typing import Final

import aiohttp

from bot.library import Library
from bot.problems import Problem

PATIENCE: Final = aiohttp.ClientTimeout(total=10)  # seconds a site may take


def dead_links(library: Library) -> tuple[Problem, ...]:
    """A warning for each outside link that does not open. Asks every site once, ten seconds' patience each."""
    return asyncio.run(_dead_links(library))


async def _dead_links(library: Library) -> tuple[Problem, ...]:
    places = {link.url: f"topics/{a.id}/meta.toml" for a in library.articles.values() for link in a.meta.links}
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        opened = await asyncio.gather(*(_opens(session, url) for url in places))
    return tuple(
        Problem(file, 1, "warning", f"the link {url} does not open; mend or remove it")
        for (url, file), fine in zip(places.items(), opened, strict=True)
        if not fine
    )


async def _opens(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status < 400
    except (aiohttp.ClientError, TimeoutError):
        return False
