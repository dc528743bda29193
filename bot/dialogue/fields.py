"""What a person typed, read as the answer to one question of a form. Pure: the same words give the same answer."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import phonenumbers
from rapidfuzz import fuzz, process

from bot.dialogue.draft import in_range
from bot.entries import Municipality
from bot.forms import AGES, NO, YES, Answer, Field, Form
from bot.languages import clean, fold, mask_personal_numbers
from bot.messages import LANGUAGES
from bot.texts import Texts

TEXT_MOST: Final = 1000  # characters of a text whose field says nothing else
HOUSEHOLD_MOST: Final = 30
EARLIEST: Final = 1900  # year
YEARS_AHEAD: Final = 10
OLDEST: Final = 115  # years of age
ALIKE: Final = 72  # of 100: how near a misspelt municipality must be to be suggested
_SURE: Final = 84  # of 100: how near a misspelt option must be to be taken
_SUGGESTED: Final = 3
_LETTER: Final = re.compile(r"[^\W\d_]")
_NUMBERS: Final = re.compile(r"\d+(?:\s*(?:,|;|\+|\bi\b|\be\b|\band\b|\s)\s*\d+)*")
_DATE: Final = re.compile(r"(\d{1,2})[./\-\s]+(\d{1,2})[./\-\s]+(\d{4})\.?|(\d{4})-(\d{1,2})-(\d{1,2})")
_WRITTEN_DATE: Final = re.compile(r"(\d{1,2})\.?\s+([a-z]{3,})\s+(\d{4})\.?")
_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        ("jan", "feb shk", "mar", "apr pri", "maj may", "jun qer", "jul kor", "avg aug gus", "sep sht", "okt oct tet", "nov nen", "dec dhj"), 1
    )
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was typed is no answer: the text that says so (form-wrong-...), its values, and what may have been meant."""

    name: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What reading an answer needs to know besides the words."""

    form: Form
    field: Field
    texts: Texts
    municipalities: Mapping[str, Municipality]
    today: date


def read_answer(asking: Asking, text: str) -> Answer | Wrong:
    """The answer `text` gives to the question, or what is wrong with it. Never raises."""
    text = clean(unicodedata.normalize("NFKC", text))
    match asking.field.kind:
        case "text":
            return _text(asking.field, text)
        case "choice" | "consent":
            return _choice(asking, text)
        case "several":
            return _several(asking, text)
        case "number":
            return _number(asking.field, text)
        case "date":
            return _date(asking.field, text, asking.today)
        case "phone":
            return _phone(text)
        case "municipality":
            return _municipality(asking.municipalities, text)
        case "household":
            return _household(asking.field, text)


def was_masked(text: str) -> bool:
    """Whether a 13-digit personal number stood in `text` and was covered."""
    return mask_personal_numbers(text)[1]


def _text(asked: Field, text: str) -> Answer | Wrong:
    masked, _ = mask_personal_numbers(text)
    most = asked.most or TEXT_MOST
    if len(masked) > most:
        return Wrong("form-wrong-long", {"most": most, "over": len(masked) - most})
    if len(_LETTER.findall(masked)) < max(asked.least or 2, 1):
        return Wrong("form-wrong-text")
    return masked


# --- options --------------------------------------------------------------------------------------


def _choice(asking: Asking, text: str) -> Answer | Wrong:
    chosen = _option(asking, text)
    return chosen if chosen is not None else Wrong("form-wrong-choice")


def _several(asking: Asking, text: str) -> Answer | Wrong:
    whole = _option(asking, text)
    if whole is not None:
        return (whole,)
    parts = [part for part in re.split(r"[,;\n]|\s(?:i|и|e|dhe|and)\s", text) if fold(part)]
    chosen = [_option(asking, part) for part in parts]
    if not chosen or None in chosen:
        return Wrong("form-wrong-several")
    return tuple(option for option in asking.field.options if option in chosen)


def _option(asking: Asking, text: str) -> str | None:
    """The option meant by its number, by its name in any language, or by a name with a slip in it."""
    said, options = fold(text), asking.field.choices
    if said.isdecimal():
        return options[int(said) - 1] if 0 < int(said[:3]) <= len(options) else None
    names = _names(asking)
    if said in names:
        return names[said]
    begins = {option for name, option in names.items() if len(said) >= 3 and name.startswith(said)}
    if len(begins) == 1:
        return begins.pop()
    near = process.extractOne(said, names.keys(), scorer=fuzz.ratio, score_cutoff=_SURE) if len(said) > 3 else None
    return names[near[0]] if near else None


def _names(asking: Asking) -> dict[str, str]:
    """Every name of every option, folded."""
    if asking.field.kind == "consent":
        said = {YES: "command-yes", NO: "command-no"}
        return {fold(word): option for option, name in said.items() for lang in LANGUAGES for word in asking.texts[lang].list(name)}
    prompts = [asking.form.words[language].prompts[asking.field.id] for language in LANGUAGES]
    return {fold(name): option for prompt in prompts for option, name in prompt.options.items()}


# --- numbers --------------------------------------------------------------------------------------


def _number(asked: Field, text: str) -> Answer | Wrong:
    if not re.fullmatch(r"\d{1,9}", text.strip(" .")):
        return Wrong("form-wrong-number", {"example": _example(asked)})
    number = int(text.strip(" ."))
    if not in_range(asked, number):
        return Wrong("form-wrong-range", {"least": _plain(asked.least or 0), "most": _plain(asked.most or 10**9)})
    return number


def _example(asked: Field) -> str:
    return _plain(min(max(4, asked.least or 0), asked.most or 10**9))


def _plain(number: int) -> str:
    """A number without grouping: a year must not read 1,985."""
    return str(number)


def _household(asked: Field, text: str) -> Answer | Wrong:
    if not _NUMBERS.fullmatch(fold(text)):
        return Wrong("form-wrong-household")
    ages = [int(age) for age in re.findall(r"\d+", text)]
    most = asked.most or HOUSEHOLD_MOST
    if len(ages) > most:
        return Wrong("form-wrong-many", {"most": most})
    if max(ages) > OLDEST:
        return Wrong("form-wrong-age", {"most": OLDEST})
    return tuple(age_group(age) for age in ages)


def age_group(years: int) -> str:
    """The age group of somebody so many years old."""
    return AGES[sum(years >= int(group.split("-")[0]) for group in AGES[1:])]


# --- dates, phones, places ------------------------------------------------------------------------


def _date(asked: Field, text: str, today: date) -> Answer | Wrong:
    parts = _date_parts(text)
    example = {"example": f"{today.day}.{today.month}.{today.year + (asked.days == 'future')}."}
    if parts is None:
        return Wrong("form-wrong-date", example)
    try:
        day = date(*parts)
    except ValueError:
        return Wrong("form-wrong-no-such-day", example)
    if not EARLIEST <= day.year <= today.year + YEARS_AHEAD:
        return Wrong("form-wrong-year", {"least": _plain(EARLIEST), "most": _plain(today.year + YEARS_AHEAD)})
    if (asked.days == "past" and day > today) or (asked.days == "future" and day < today):
        return Wrong(f"form-wrong-{asked.days}", example)
    return day.isoformat()


def _date_parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day as written, sensible or not."""
    found = _DATE.fullmatch(text)
    if found:
        day, month, year, *iso = found.groups()
        return (int(year), int(month), int(day)) if year else (int(iso[0]), int(iso[1]), int(iso[2]))
    written = _WRITTEN_DATE.fullmatch(fold(text))
    month_number = _MONTHS.get(written.group(2)[:3]) if written else None
    return (int(written.group(3)), month_number, int(written.group(1))) if written and month_number else None


def _phone(text: str) -> Answer | Wrong:
    if _LETTER.search(text):
        return Wrong("form-wrong-phone")
    # 028, 029, 038 and 039 are valid in both numbering plans and are dialled in Kosovo* with +383 today.
    for region in ("XK", "RS"):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Wrong("form-wrong-phone")


def _municipality(known: Mapping[str, Municipality], text: str) -> Answer | Wrong:
    said = fold(text)
    names = place_names(known.values())
    if said in names:
        one, *others = names[said]
        return Wrong("form-wrong-which", near=(one, *others)) if others else one
    hits = process.extract(said, names.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=8)
    near = tuple(dict.fromkeys(place for name, _, _ in hits for place in names[name]))[:_SUGGESTED]
    return Wrong("form-wrong-near" if near else "form-wrong-municipality", near=near)


def place_names(known: Iterable[Municipality]) -> dict[str, tuple[str, ...]]:
    """Every name of every municipality, folded, and whose it is: two share the name Kosovska Mitrovica."""
    names: dict[str, tuple[str, ...]] = {}
    for place in known:
        both = (f"{place.sr} {place.sq}", f"{place.sq} {place.sr}", place.shown)
        for name in {fold(name) for name in (place.sr, place.sq, *place.shown.split("/"), *place.also, *both)}:
            names[name] = (*names.get(name, ()), place.id)
    return names
