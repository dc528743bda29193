"""GET /files/<token>: a person's own file, once, within minutes."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.languages import from_tag
from bot.messages import Attachment
from bot.texts import Texts

Take = Callable[[str], Awaitable[Attachment | None]]


class FilePages:
    """Hands out files. `take` gives the file of a token once; afterwards, or too late, None."""

    def __init__(self, *, take: Take, texts: Texts) -> None:
        self._take = take
        self._texts = texts

    def routes(self) -> list[BaseRoute]:
        return [Route("/files/{token}", self._file)]

    async def _file(self, request: Request) -> Response:
        if request.method == "HEAD":  # a look ahead must not use the link up
            return Response(headers={"Cache-Control": "no-store"})
        found = await self._take(request.path_params["token"])
        if found is None:
            language = from_tag(request.headers.get("accept-language", "").split(",")[0].split(";")[0]) or "sr-Latn"
            return PlainTextResponse(f"{self._texts[language]('data-gone')}\n", 404, headers={"Content-Language": language})
        where = "inline" if found.media_type.startswith("text/html") else "attachment"
        headers = {"Content-Disposition": f'{where}; filename="{found.name}"', "Cache-Control": "no-store"}
        return Response(found.content, media_type=found.media_type, headers=headers)
