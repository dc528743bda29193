"""How it stands between us and Telegram: told to the operator once per change, and how long to wait before the next try."""

from typing import Final

import structlog

from bot.channels.telegram.answers import BotApiError
from bot.channels.telegram.api import Webhook

PAUSES: Final = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds between attempts while something is wrong

_log = structlog.get_logger(__name__)


class Line:
    """What is wrong at present ("" when nothing is), and what Telegram last said of our webhook."""

    def __init__(self) -> None:
        self.trouble = ""
        self.webhook = Webhook("")

    def explain(self, trouble: BotApiError) -> None:
        """The operator reads what is wrong and what to do, unless it was the last thing they read."""
        told = explanation(trouble)
        if told != self.trouble:
            _log.error(told, answer=str(trouble))
        self.trouble = told

    def well(self) -> None:
        """Nothing is wrong (any more)."""
        if self.trouble:
            _log.info("Telegram answers again")
        self.trouble = ""

    def see(self, webhook: Webhook, wanted: str) -> None:
        """The webhook is as seen; the operator reads when it is not ours or does not work."""
        before, self.webhook = self.webhook, webhook
        if webhook.url not in (wanted, before.url):
            _log.error("another program has changed this bot's webhook; stop it, then restart Prag")
        elif webhook.last_error and webhook.last_error_at != before.last_error_at:
            _log.warning("Telegram could not deliver to our webhook", why=webhook.last_error, waiting=webhook.waiting)


class Pauses:
    """Longer each time, until forgotten."""

    def __init__(self, steps: tuple[float, ...] = PAUSES) -> None:
        self._steps = steps
        self._taken = 0

    def longer(self) -> float:
        """Seconds to wait now."""
        step = self._steps[min(self._taken, len(self._steps) - 1)]
        self._taken += 1
        return step

    def forget(self) -> None:
        """The next pause is the shortest again."""
        self._taken = 0


def explanation(trouble: BotApiError) -> str:
    """What the operator should know and do about a request Telegram did not grant."""
    if trouble.status in (401, 404):
        return "Telegram does not accept PRAG_TELEGRAM_TOKEN; copy it again from BotFather and restart Prag"
    if trouble.status == 409 and "webhook" in trouble.words:
        return "another program has set a webhook for this bot; stop it, or give Prag a token of its own"
    if trouble.status == 409:
        return "another program fetches this bot's messages with the same token; stop it, or give Prag a token of its own"
    if trouble.status == 429:
        return "Telegram asks us to slow down; Prag waits as long as told"
    if trouble.status == 400:
        return "Telegram refuses the set-up; its answer says why"
    return "Telegram cannot be reached or is out of order; Prag keeps trying"
