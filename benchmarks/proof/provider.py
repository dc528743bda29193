"""A Bot API that takes messages: each accepted one is a line in a file before it is answered, so the truth outlives every kill.

`python -m benchmarks.proof.provider PORT FILE LATENCY_MS`; POST /mode with ok, storm, broken or hang.
"""

import asyncio
import gc
import os
import sys
import time

import msgspec
from aiohttp import web

RESULTS = {
    "getme": {"id": 1, "is_bot": True, "first_name": "Prag", "username": "prag_bot"},
    "getmycommands": [],
    "getmydescription": {"description": ""},
    "getmyshortdescription": {"short_description": ""},
    "getmyname": {"name": "Prag"},
    "getwebhookinfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}


class Message(msgspec.Struct):
    """Of a request, what is counted."""

    chat_id: int | str


class Provider:
    def __init__(self, file: str, latency: float) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.latency = latency
        self.mode = "ok"
        self.count = 0

    async def set_mode(self, request: web.Request) -> web.Response:
        self.mode = await request.text()
        return web.Response()

    async def called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if method == "getupdates":
            await asyncio.sleep(20)
            return web.json_response({"ok": True, "result": []})
        if method != "sendmessage":
            return web.json_response({"ok": True, "result": RESULTS.get(method, True)})
        return await self.send(msgspec.json.decode(await request.read(), type=Message).chat_id)

    async def send(self, chat: int | str) -> web.Response:
        if self.mode == "storm":
            return web.json_response(
                {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 2", "parameters": {"retry_after": 2}},
                status=429,
            )
        if self.mode == "broken":
            return web.json_response({"ok": False, "error_code": 502, "description": "Bad Gateway"}, status=502)
        if self.mode == "hang":
            await asyncio.sleep(600)
        self.count += 1
        os.write(self.file, f"{time.time():.4f} {chat}\n".encode())
        await asyncio.sleep(self.latency)
        result = {"message_id": self.count, "date": 0, "chat": {"id": int(chat), "type": "private"}, "text": "x"}
        return web.json_response({"ok": True, "result": result})


def main() -> None:
    port, file, latency = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]) / 1000
    gc.disable()  # a pause of the collector's here would look like a burst of those who send
    provider = Provider(file, latency)
    app = web.Application()
    app.router.add_post("/mode", provider.set_mode)
    app.router.add_post("/bot{token}/{method}", provider.called)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
