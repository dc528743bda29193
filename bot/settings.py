"""The environment, read once. Secrets do not show when a Settings is printed.

Every name here is `PRAG_` + the field in capitals; a `.env` file in the working folder counts too.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cryptography.fernet import Fernet
from dotenv import dotenv_values

from bot.errors import PlainError

PACKAGE: Final = Path(__file__).resolve().parent.parent
LOG_LEVELS: Final = ("debug", "info", "warning", "error")


class SettingsError(PlainError):
    """A setting is wrong; the sentence names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str = field(default="sqlite:///var/prag.db", repr=False)
    public_url: str = ""
    secret_key: str = field(default="", repr=False)
    data_keys: str = field(default="", repr=False)
    content_dir: str = str(PACKAGE / "content")
    telegram_token: str = field(default="", repr=False)
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_secret: str = field(default="", repr=False)
    telegram_rate: float = 29.0
    viber_token: str = field(default="", repr=False)
    viber_api_url: str = "https://chatapi.viber.com/pa"
    viber_rate: float = 40.0
    timezone: str = "Europe/Belgrade"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def folder(self) -> Path:
        """Where the ledger's companions live (keys, lock, search cache): beside a SQLite ledger, else var/."""
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///")).parent
        return Path("var")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError with one clear sentence for a wrong value."""
    values = dict(dotenv_values(".env")) if environ is None else {}
    values.update(os.environ if environ is None else environ)
    given = {f.name: value for f in fields(Settings) if (value := values.get(name_of(f.name)))}
    unknown = sorted(name for name in values if name.startswith("PRAG_") and name not in map(name_of, (f.name for f in fields(Settings))))
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting of Prag; remove it or mend its spelling")
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        wrong = next((name for name in given if f"$.{name}" in str(error)), "")
        raise SettingsError(f"{name_of(wrong)} is {given.get(wrong, '')!r}; {_allowed(wrong)}") from error
    _check(settings)
    return settings


def name_of(setting: str) -> str:
    """The environment's name of a field."""
    return f"PRAG_{setting.upper()}"


def _allowed(setting: str) -> str:
    choices = {"telegram_mode": ("polling", "webhook"), "log_level": LOG_LEVELS}.get(setting)
    return f"it must be one of {', '.join(choices)}" if choices else "it must be a number"


def _check(settings: Settings) -> None:
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"PRAG_TIMEZONE is {settings.timezone!r}; it must be a zone such as Europe/Belgrade") from error
    if not settings.database_url.startswith(("sqlite:///", "postgresql://")):
        raise SettingsError("PRAG_DATABASE_URL must start with sqlite:/// or postgresql://")
    for name in ("telegram_rate", "viber_rate"):
        if getattr(settings, name) <= 0:
            raise SettingsError(f"{name_of(name)} must be more than 0 (messages a second)")
    for name in ("public_url", "telegram_api_url", "viber_api_url"):
        address = getattr(settings, name)
        if address and not address.startswith(("https://", "http://")):
            raise SettingsError(f"{name_of(name)} must start with https:// (or http:// on this machine)")
    for key in filter(None, settings.data_keys.split(",")):
        try:
            Fernet(key.strip())
        except ValueError as error:
            raise SettingsError("PRAG_DATA_KEYS must be keys made by `prag settings new-key`, separated by commas") from error


@dataclass(frozen=True, slots=True)
class Keys:
    """What must stay outside the database: `secret` for keyed hashes, `data` to seal answers (newest first)."""

    secret: str = field(repr=False)
    data: tuple[str, ...] = field(repr=False)


def keys(settings: Settings) -> Keys:
    """The keys from the settings; those not set are made once and kept in files only their owner may read."""
    secret = settings.secret_key or _kept(settings.folder / "secret.key", lambda: secrets.token_urlsafe(32))
    data = settings.data_keys or _kept(settings.folder / "data.keys", lambda: Fernet.generate_key().decode())
    return Keys(secret=secret, data=tuple(key.strip() for key in data.replace("\n", ",").split(",") if key.strip()))


def _kept(path: Path, make: Callable[[], str]) -> str:
    if path.exists():
        return path.read_text("ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    value = make()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{value}\n")
    return value
