"""The public address of a gathering's calendar file."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot import clock
from bot.documents import ics
from bot.gatherings import Gathering
from bot.languages import is_language
from bot.messages import LANGUAGES, Language
from bot.texts import Texts

DEFAULT: Final[Language] = "sr-Latn"
Find = Callable[[int], Gathering | None]


class GatheringPages:
    """`find` reads one gathering from the ledger; it may wait, so it runs in a thread."""

    def __init__(self, *, find: Find, texts: Texts, public_url: str) -> None:
        self._find = find
        self._texts = texts
        self._public_url = public_url.rstrip("/")

    def routes(self) -> list[BaseRoute]:
        return [Route("/gatherings/{id:int}.ics", self._calendar)]

    def _calendar(self, request: Request) -> Response:
        """The calendar file in the language asked for; 404 for a draft and for none at all."""
        language = _language(request.query_params.get("language", ""))
        name = request.path_params["id"]
        found = self._find(name) if name < 2**53 else None
        if found is None or found.state == "draft":
            return PlainTextResponse(self._texts[language]("page-gathering-missing"), 404)
        base = self._public_url or str(request.base_url).rstrip("/")
        made = ics.calendar(found, self._texts, language, now=clock.now(), address=f"{base}/gatherings/{name}.ics?language={language}")
        headers = {"Content-Disposition": f'attachment; filename="gathering-{name}.ics"', "Content-Language": language}
        return Response(made, media_type=ics.MEDIA_TYPE, headers=headers)


def _language(wanted: str) -> Language:
    return next((known for known in LANGUAGES if known == wanted), DEFAULT) if is_language(wanted) else DEFAULT
