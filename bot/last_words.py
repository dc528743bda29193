"""After somebody is forgotten: the confirmation goes out past the ledger, and nothing of them stays in a journal."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.backups import keep_proofs
from bot.channels.base import Failed, Parcel, SendingChannel
from bot.channels.web import WebChannel
from bot.messages import Outgoing
from bot.store.database import Ledger

_log = structlog.get_logger(__name__)


class LastWords:
    """Says the last words where the person wrote. They are sent once; if they do not arrive, the erasure stands."""

    def __init__(self, ledger: Ledger, folder: Path, web: WebChannel, sending: Sequence[SendingChannel]) -> None:
        self._ledger = ledger
        self._folder = folder
        self._web = web
        self._sending = {channel.name: channel for channel in sending}

    async def say(self, channel: str, address: str, message: Outgoing) -> None:
        """The message is out, as far as it can be, and the proof of the erasure stands beside the ledger."""
        try:
            await asyncio.to_thread(keep_proofs, self._ledger, self._folder)
        finally:
            if channel == self._web.name:
                await self._web.farewell(address, message)
            elif channel in self._sending:
                sent = await self._sending[channel].send(Parcel(0, address, message.text, message.language, message.buttons))
                if isinstance(sent, Failed):
                    _log.warning("a confirmation of erasure did not arrive", channel=channel, error=sent.error.name)
