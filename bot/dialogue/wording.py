"""How an article reads when it is told: its text filled in, its date, its sources, its telephones."""

import re
from datetime import date
from typing import Final

from bot.dialogue.choices import payload
from bot.dialogue.world import World
from bot.entries import Municipality, Phone, Source
from bot.library import Article, Library
from bot.messages import LANGUAGES, Button, Language
from bot.texts import Words

_NAMES_KOSOVO: Final = re.compile(r"(?:Косов|Kosov)\w*\*")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def names_kosovo(text: str) -> bool:
    """Whether the text names Kosovo* in our own voice and so needs the footnote."""
    return bool(_NAMES_KOSOVO.search(text))


def fill(text: str, article: Article, library: Library, words: Words, today: date) -> str:
    """`text` with its {placeholders} filled in for a reader on `today`."""
    if "{" not in text:
        return text
    values = _values(article, library, words, today)
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group()), text)


def _values(article: Article, library: Library, words: Words, today: date) -> dict[str, str]:
    organisation, language = library.organisation, words.language
    values = {
        "organisation": organisation.name[language],
        "controller": organisation.controller[language],
        "office_hours": organisation.office_hours[language],
        "answering_time": organisation.answering_time[language],
    }
    start = article.meta.counter_start
    if start:
        months = (today.year - start.year) * 12 + today.month - start.month - (today.day < start.day)
        days = (today - start).days
        counted = {"years": months // 12, "months": months, "weeks": days // 7, "days": days}
        values |= {f"zso_{unit}": words.number(count) for unit, count in counted.items()}
        values["zso_start"] = words.day(start)
    return values


def summary(world: World, article: Article) -> str:
    """The first answer: title, summary, what became of the scheme, date and sources."""
    version = article.versions[world.language]
    parts = [f"**{version.title}**", _told(world, article, version.summary), *_standing(world, article), dated(world, article, most=2)]
    return "\n\n".join(parts)


def body(world: World, article: Article) -> str:
    """The rest of the answer: body, telephones, links, date and sources."""
    version = article.versions[world.language]
    text = _told(world, article, headings_to_bold(version.body))
    parts = [f"**{version.title}**", text, *_standing(world, article)]
    parts += [listing for listing in (phone_list(world, article), link_list(world, article)) if listing]
    return "\n\n".join([*parts, dated(world, article)])


_HEADING: Final = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)


def headings_to_bold(text: str) -> str:
    """Small Markdown in a chat knows no headings: they become bold lines."""
    return _HEADING.sub(r"**\1**", text)


def _told(world: World, article: Article, text: str) -> str:
    return fill(text, article, world.library, world.words, world.today)


def _standing(world: World, article: Article) -> list[str]:
    state = article.state(world.today)
    if state == "ended":
        return [world.words("answer-ended")]
    if state == "review":
        return [world.words("answer-review", {"day": world.words.day(article.meta.review_by)})]
    return []


def dated(world: World, article: Article, *, most: int = 20) -> str:
    """The line that says when the answer was last compared with its sources, and the first `most` of them."""
    words = world.words
    shown = [source_name(world.library.sources[name], words) for name in article.meta.sources[:most]]
    shown = shown or [world.library.organisation.name[words.language]]
    return words("answer-dated", {"day": words.day(article.meta.as_of), "sources": "; ".join(shown)})


def source_name(source: Source, words: Words) -> str:
    """A source as a reader sees it: publisher, site, and its own date as exactly as it is known."""
    name = f"{source.name[words.language]} ({source.site})" if source.site else source.name[words.language]
    if not source.date:
        return f"{name}, {words('source-undated')}"
    told = partial_date(source.date, words)
    return f"{name}, {words('source-about', {'day': told}) if source.uncertain_date else told}"


def partial_date(written: str, words: Words) -> str:
    """A date written as 2022, 2022-11 or 2022-11-24, in the reader's language."""
    match [int(part) for part in written.split("-")]:
        case [year]:
            return words("date-year", {"year": str(year)})
        case [year, month]:
            return words.month(date(year, month, 1))
        case [year, month, day]:
            return words.day(date(year, month, day))
        case _:
            raise ValueError(f"{written!r} is not a date")


def phone_list(world: World, article: Article) -> str:
    """The telephones of an article as a list, each with how fresh it is."""
    return "\n".join(f"- {phone_line(world.library.phones[name], world.words)}" for name in article.meta.phones)


def phone_line(phone: Phone, words: Words) -> str:
    """Whose number, the number, and when it was last seen or dialled."""
    values = {"name": phone.name[words.language], "numbers": ", ".join(phone.numbers)}
    if phone.emergency:
        return words("phone-emergency", values)
    if phone.dialled:
        return words("phone-dialled", values | {"day": words.day(phone.dialled)})
    return words("phone-seen", values | {"day": partial_date(phone.seen, words)})


def link_list(world: World, article: Article) -> str:
    """The links of an article as a list."""
    return "\n".join(f"- [{link.title[world.language]}]({link.url})" for link in article.meta.links)


def municipality_note(place: Municipality, library: Library, words: Words) -> str:
    """What to do in one named municipality."""
    name = "municipality-north" if place.north else "municipality-note"
    told = words(name, {"place": place.name(words.language)})
    town = library.registry_of(place)
    return f"{told}\n\n{words('municipality-registry', {'town': town[words.language]})}" if town else told


def button(words: Words, label: str, verb: str, about: str = "") -> Button:
    """A button with an interface string for its label."""
    return Button(words(label), payload(verb, about))


def article_button(article: Article, language: Language) -> Button:
    """A button that opens an article."""
    return Button(article.versions[language].title, payload("article", article.id))


def offer(world: World, *, without: Language | None = None) -> tuple[Button, ...]:
    """A button for each language but `without`, each in its own writing."""
    return tuple(
        Button(world.texts[language](f"language-offer-{language}"), payload("language", language))
        for language in LANGUAGES
        if language != without
    )
