"""How we log: lines of key=value on stderr, UTC times, no personal data and no secrets."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

# Tokens stand in the addresses that libraries put into their errors.
_TOKEN: Final = re.compile(r"\d{5,}:[\w-]{10,}|[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]{16}")


def configure_logging(level: str) -> None:
    """Logs are lines of key=value on stderr, from `level` up, with UTC times."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _without_secrets,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), format="%(levelname)s %(name)s %(message)s")


def _without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: _TOKEN.sub("***", value) if isinstance(value, str) else value for name, value in event.items()}
