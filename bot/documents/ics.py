"""A gathering as a calendar file that telephones accept: RFC 5545, https://www.rfc-editor.org/rfc/rfc5545."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vText

from bot import gathering_words as gw
from bot.gatherings import Gathering
from bot.messages import Language
from bot.texts import Texts

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar(found: Gathering, texts: Texts, language: Language, *, now: datetime, address: str) -> bytes:
    """One gathering as an .ics file: its time with the zone's rules, place, what to bring, a reminder a day ahead.

    A later revision of the same gathering replaces the entry; a cancelled one takes it out. `address` is
    where the gathering's calendar file is found, and names it for ever.
    """
    words, told = texts[language], found[language]
    zone = ZoneInfo(found.zone)
    entry = Event()
    entry.add("uid", f"gathering-{found.id}@{address.rsplit('//', maxsplit=1)[-1].split('/', maxsplit=1)[0] or 'prag'}")
    entry.add("dtstamp", now)
    entry.add("dtstart", found.starts_at.astimezone(zone))
    entry.add("dtend", found.ends_at.astimezone(zone))
    entry.add("sequence", found.revision)
    entry.add("status", "CANCELLED" if found.state == "cancelled" else "CONFIRMED")
    entry.add("summary", told.title)
    entry.add("location", told.place)
    entry.add("description", _description(found, texts, language, now))
    if address.startswith(("http://", "https://")):
        entry.add("url", address)
    entry.add("transp", "OPAQUE")
    if found.state != "cancelled":
        entry.add_component(_alarm(words("calendar-reminder")))
    made = Calendar()
    made.add("prodid", "-//Prag//Gatherings//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "CANCEL" if found.state == "cancelled" else "PUBLISH")
    made.add_component(entry)
    made.add_missing_timezones(date(found.starts_at.year - 1, 1, 1), date(found.ends_at.year + 2, 1, 1))
    return bytes(made.to_ical())


def _description(found: Gathering, texts: Texts, language: Language, now: datetime) -> str:
    words, told = texts[language], found[language]
    points = [f"{words.hour(found.local(point.at))} {point.named(language)}" for point in found.points]
    parts = [
        told.text,
        "\n".join([words("gathering-points"), *points]) if points else "",
        words("gathering-bring", {"things": told.bring}) if told.bring else "",
        words("gathering-free-of-charge"),
        gw.seats(words, found, now).strip("*") if found.state == "cancelled" else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _alarm(text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", vText(text))
    alarm.add("trigger", timedelta(days=-1))
    return alarm
