"""Public pages: answers to read, print and share; health; metrics; the staff site's place."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import clock
from bot.dialogue import wording
from bot.languages import from_tag, is_language
from bot.library import Article, Library
from bot.messages import LANGUAGES, Language
from bot.texts import Texts

_TEMPLATES: Final = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
# Only what small Markdown knows; raw HTML is shown as text.
_MARKDOWN: Final = MarkdownIt("zero", {"html": False, "linkify": False}).enable(["list", "emphasis", "link", "heading", "newline"])
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Current = Callable[[], Library]
Healthy = Callable[[], Mapping[str, str]]


class Pages:
    """The public pages over the newest library."""

    def __init__(
        self, *, current: Current, texts: Texts, zone: ZoneInfo, faults: Healthy, late: Healthy, registry: CollectorRegistry
    ) -> None:
        self._current = current
        self._texts = texts
        self._zone = zone
        self._faults = faults
        self._late = late
        self._registry = registry

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/articles/{id}", self._article),
            Route("/staff", self._staff),
            Route("/staff/", self._staff),
            *self.watching(),
        ]

    def watching(self) -> list[BaseRoute]:
        """What an operator watches: all that a worker shows."""
        return [Route("/healthz", self._health), Route("/metrics", self._metrics)]

    async def _article(self, request: Request) -> Response:
        language = _language(request)
        library = self._current()
        article = library.articles.get(request.path_params["id"])
        now = clock.now()
        if article is None or article.state(clock.local_day(now, self._zone)) == "withdrawn":
            words = self._texts[language]
            page = _TEMPLATES.get_template("missing.html").render(words=words, language=language)
            return HTMLResponse(page, 404, headers={"Content-Language": language})
        page = _TEMPLATES.get_template("article.html").render(self._article_parts(library, article, language, now))
        return HTMLResponse(page, headers={"Content-Language": language})

    def _article_parts(self, library: Library, article: Article, language: Language, now: datetime) -> dict[str, Any]:
        words, version = self._texts[language], article.versions[language]
        today = clock.local_day(now, self._zone)

        def told(text: str) -> str:
            return str(_MARKDOWN.render(wording.fill(text, article, library, words, today)))

        written = "sr" if language.startswith("sr") else language
        return {
            "words": words,
            "language": language,
            "languages": [(other, self._texts[other](f"language-offer-{other}")) for other in LANGUAGES if other != language],
            "article": article,
            "title": version.title,
            "summary": told(version.summary),
            "body": told(version.body),
            "state": article.state(today),
            "sources": [wording.source_name(library.sources[name], words) for name in article.meta.sources],
            "phones": [_inline(wording.phone_line(library.phones[name], words)) for name in article.meta.phones],
            "links": article.meta.links,
            "checked": written in article.meta.checked,
            "footnote": words("footnote") if wording.names_kosovo(version.summary + version.body) else "",
            "organisation": library.organisation.name[language],
        }

    async def _staff(self, _request: Request) -> Response:
        return PlainTextResponse("The staff site is to come. Until then everything is done with the `prag` command.\n")

    async def _health(self, _request: Request) -> Response:
        faults = self._faults()
        return JSONResponse({"ok": not faults, "faults": dict(faults), "late": dict(self._late())}, 200 if not faults else 503)

    async def _metrics(self, _request: Request) -> Response:
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


def _language(request: Request) -> Language:
    """The language asked for in the address, else the browser's, else Serbian in Latin."""
    wanted = request.query_params.get("language", "")
    if is_language(wanted):
        return next(known for known in LANGUAGES if known == wanted)
    for part in request.headers.get("accept-language", "").split(","):
        found = from_tag(part.split(";")[0].strip())
        if found:
            return found
    return "sr-Latn"


@lru_cache(maxsize=512)
def _inline(text: str) -> str:
    return str(_MARKDOWN.renderInline(text))


class SafeHeaders:
    """Adds the headers that keep a browser from doing what our pages never need."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
