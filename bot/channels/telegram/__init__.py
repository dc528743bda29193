"""Telegram. `build` makes the channel; `sending` (aiogram) is loaded apart, because that takes seconds."""

from bot.channels.telegram.api import Profile
from bot.channels.telegram.channel import Doors, Face, TelegramChannel, build, derived_secret

__all__ = ["Doors", "Face", "Profile", "TelegramChannel", "build", "derived_secret"]
