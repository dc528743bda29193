"""An answer to a form as people read it: in the chat, in their data file, in the office's tables."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import phonenumbers

from bot.forms import AGES, NO, YES, Answer, Field, Form, split_member
from bot.library import Library
from bot.texts import Words


def option_names(form: Form, asked: Field, words: Words) -> dict[str, str]:
    """The name of every option of a field in the reader's language."""
    if asked.kind == "consent":
        return {YES: words("form-yes"), NO: words("form-no")}
    names = dict(form.words[words.language].prompts[asked.id].options)
    return names | {age: words(f"form-age-{age}") for age in AGES} if asked.kind == "household" else names


def told(form: Form, asked: Field, answer: Answer, library: Library, words: Words) -> str:
    """An answer as a person reads it in the language of `words`."""
    names = option_names(form, asked, words)
    match asked.kind, answer:
        case _, None:
            return words("form-skipped")
        case "household", tuple():
            return _household(answer, names, words)
        case "several", tuple():
            return ", ".join(names.get(option, option) for option in answer)
        case (("choice" | "consent"), str()):
            return names.get(answer, answer)
        case "municipality", str():
            place = library.municipalities.get(answer)
            return place.name(words.language) if place else answer
        case "date", str():
            return words.day(date.fromisoformat(answer))
        case "phone", str():
            return phonenumbers.format_number(phonenumbers.parse(answer), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        case _:
            return str(answer)


def _household(members: tuple[str, ...], names: Mapping[str, str], words: Words) -> str:
    """How many there are, of which ages, and what they need."""
    ages = Counter(split_member(member)[0] for member in members)
    needs = Counter(need for member in members for need in split_member(member)[1])
    parts = [f"{names[age]} × {ages[age]}" for age in AGES if ages[age]]
    parts += [f"{names[need]} × {needs[need]}" for need in names if needs[need]]
    return f"{words('form-members', {'count': len(members)})} ({', '.join(parts)})"
