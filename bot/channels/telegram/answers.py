"""What the Bot API answers, and what a failure means to us. Nothing here depends on aiogram.

Every answer is read with this small model, not with aiogram's: a message Telegram accepted counts
as sent even if the description of it is of a kind we do not know yet.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from bot.channels import base
from bot.channels.base import Failed, SendError
from bot.channels.telegram.updates import mended


class _Parameters(msgspec.Struct):
    """https://core.telegram.org/bots/api#responseparameters"""

    retry_after: float | None = None
    migrate_to_chat_id: int | None = None


class Answer(msgspec.Struct):
    """https://core.telegram.org/bots/api#making-requests"""

    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    error_code: int = 0
    description: str = ""
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


class BotApiError(Exception):
    """A request did not succeed: Telegram's status and words (0 and ours where nothing was answered), and what it means."""

    def __init__(self, status: int, words: str, failed: Failed) -> None:
        super().__init__(f"{status} {words}")
        self.status = status
        self.words = words
        self.failed = failed


_decode: Final = msgspec.json.Decoder(Answer).decode
_BY_STATUS: Final[Mapping[int, SendError]] = {
    400: base.REFUSED,
    401: base.UNAUTHORISED,
    403: base.BLOCKED,
    404: base.UNAUTHORISED,  # the token is not even of the right shape
    413: base.REFUSED,
    429: base.SLOW_DOWN,
}
# Parts of descriptions, in lower case. Telegram publishes no closed list of them.
_BY_WORDS: Final[Sequence[tuple[int, str, SendError]]] = (
    (403, "deactivated", base.GONE),
    (400, "chat not found", base.GONE),
    (400, "user not found", base.GONE),
    (400, "peer_id_invalid", base.GONE),
    (400, "chat_id_invalid", base.GONE),
    (400, "group chat was deactivated", base.GONE),
    (400, "not enough rights", base.BLOCKED),
    (400, "have no rights", base.BLOCKED),
    (400, "need administrator rights", base.BLOCKED),
    (400, "chat_write_forbidden", base.BLOCKED),
)


def result(status: int, content: str) -> msgspec.Raw:
    """The result of a request that succeeded. Raises BotApiError for any other answer."""
    answer = _read(content)
    if answer is None:
        raise BotApiError(status, "the answer is not JSON of the Bot API", Failed(base.UNAVAILABLE))
    if answer.ok and status < 300:
        return answer.result
    code = answer.error_code or status
    raise BotApiError(code, answer.description, failure(code, answer))


def failure(status: int, answer: Answer) -> Failed:
    """What a refusal means, from its code, description and parameters."""
    moved_to, words = answer.parameters.migrate_to_chat_id, answer.description.lower()
    if moved_to:
        return Failed(base.GONE, moved_to=str(moved_to))
    told = (error for code, part, error in _BY_WORDS if code == status and part in words)
    error = next(told, _BY_STATUS.get(status, base.UNAVAILABLE))
    return Failed(error, retry_after=answer.parameters.retry_after)


def _read(content: str) -> Answer | None:
    body = content.encode("utf-8", "replace")
    try:
        return _decode(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return _decode(mended(body))
    except (ValueError, RecursionError):
        return None
