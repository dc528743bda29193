"""Sealing: what the ledger keeps unreadable without the keys outside it."""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import PlainError


class SealError(PlainError):
    """A sealed value was made with a key that is not among the data keys."""


class Vault:
    """Seals with the first data key, opens with any of them; makes keyed hashes with the secret key."""

    def __init__(self, secret: str, data_keys: tuple[str, ...]) -> None:
        self._secret = secret.encode()
        self._fernet = MultiFernet([Fernet(key) for key in data_keys])

    def seal(self, text: str) -> bytes:
        """`text`, unreadable without a data key."""
        return self._fernet.encrypt(text.encode("utf-8"))

    def open(self, sealed: bytes) -> str:
        """What was sealed. Raises SealError when none of the data keys made it."""
        try:
            return self._fernet.decrypt(sealed).decode("utf-8")
        except InvalidToken as error:
            raise SealError("this was sealed with a key that PRAG_DATA_KEYS does not have") from error

    def renew(self, sealed: bytes) -> bytes:
        """The same text sealed with the first data key."""
        return self._fernet.rotate(sealed)

    def hash(self, *parts: str) -> str:
        """A keyed hash of the parts: equal for equal parts, telling nothing without the secret key. 43 characters."""
        digest = hmac.digest(self._secret, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
