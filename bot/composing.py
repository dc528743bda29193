"""What a broadcast says, language by language. Pure.

Staff write Serbian in either script; it is kept in Cyrillic. A language without a text is a choice:
its people are left out, or they get another language below a line of apology.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from bot.broadcasts import Composition, Target
from bot.languages import is_cyrillic, to_cyrillic, to_latin
from bot.library import Library
from bot.markup import INLINE
from bot.messages import LANGUAGES, Button, Language, Outgoing
from bot.segments import Segment
from bot.texts import SOURCES, Texts

Written = Literal["sr", "sq", "en"]
WRITTEN: Final[tuple[Written, ...]] = ("sr", "sq", "en")
NAMES: Final[Mapping[str, str]] = {"sr": "Serbian", "sq": "Albanian", "en": "English"}
LEFT_OUT: Final = ""
_LINK: Final = re.compile(r"https://[^\s/?#]+\.[^\s/?#.]+(?:[/?#]\S*)?")
_PLACEHOLDER: Final = re.compile(r"\{\s*([^{}]*?)\s*\}")
PLACEHOLDERS: Final = ("organisation", "contact")


def serbian(typed: str, keep: re.Pattern[str] | None = None) -> tuple[str, str]:
    """Serbian typed in either script: in Cyrillic, as it is kept, and in Latin, as its readers see it."""
    cyrillic = typed if is_cyrillic(typed) else to_cyrillic(typed, keep)
    return cyrillic, to_latin(cyrillic)


def written_for(composition: Composition, language: Language) -> str | None:
    """The language in which readers of `language` get it; None when they are left out."""
    mine = SOURCES[language]
    if mine in composition.texts:
        return mine
    return composition.instead.get(mine) or None


def left_out(composition: Composition) -> tuple[Language, ...]:
    """The languages whose people get nothing."""
    return tuple(language for language in LANGUAGES if written_for(composition, language) is None)


def compose(composition: Composition, texts: Texts, library: Library, language: Language) -> Outgoing | None:
    """The message to readers of `language`; None when they are left out."""
    written = written_for(composition, language)
    if written is None:
        return None
    shown: Language = language if SOURCES[language] == written else _reading(written)
    body = _filled(composition.texts[written], library, shown)
    if shown == "sr-Latn":
        body = to_latin(body)
    words = texts[language]
    apology = [] if SOURCES[language] == written else [words("broadcast-apology", {"language": words(f"broadcast-in-{written}")})]
    text = "\n\n".join([*apology, body, words("broadcast-stop")])
    buttons = (_button(composition.target, texts, language),) if composition.target else ()
    return Outgoing(text, language, buttons)


def fingerprint(composition: Composition, segment: Segment) -> str:
    """Eight characters that are others as soon as the texts, the button or the people meant are."""
    whole = [sorted(composition.texts.items()), sorted(composition.instead.items()), composition.target, segment.conditions]
    return hashlib.sha256(msgspec.json.encode(whole)).hexdigest()[:8]


def problems(composition: Composition, library: Library) -> list[str]:
    """What keeps this from being sent, a sentence each; empty when nothing does."""
    found = [f"the {NAMES[name]} text is empty; write it or leave it away" for name, text in composition.texts.items() if not text.strip()]
    if not composition.texts:
        return ["there is no text; give one with --text sr=FILE, sq=FILE or en=FILE"]
    found += [problem for name in WRITTEN if name not in composition.texts and (problem := _missing(composition, name))]
    found += [f"there is a text in {NAMES[name]}, and yet it is left out: take one away" for name in WRITTEN if _twice(composition, name)]
    for name, text in composition.texts.items():
        found += [f"the {NAMES[name]} text: {problem}" for problem in _faults(text)]
    used = {frozenset(_PLACEHOLDER.findall(text)) for text in composition.texts.values()}
    if any("contact" in names for names in used) and not library.organisation.contact.strip():
        found.append("{contact} would be empty: content/organisation.toml names no contact; write it there, or write it out")
    if len(used) > 1:
        found.append("the languages use different placeholders; use the same ones in each")
    return found + _target_faults(composition.target, library)


def _twice(composition: Composition, name: str) -> bool:
    return name in composition.texts and name in composition.instead


def _missing(composition: Composition, name: str) -> str:
    if name not in composition.instead:
        return f"there is no {NAMES[name]} text; write it, or choose --leave-out {name} or --instead {name}=en"
    other = composition.instead[name]
    if other and other not in composition.texts:
        return f"readers of {NAMES[name]} should get {NAMES.get(other, other)}, but there is no such text"
    return ""


def _faults(text: str) -> list[str]:
    found = [
        f"{{{name}}} is not a placeholder; use {' or '.join(f'{{{known}}}' for known in PLACEHOLDERS)}, or write it out"
        for name in _PLACEHOLDER.findall(text)
        if name not in PLACEHOLDERS
    ]
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        found.append("a brace { or } stands alone; write a placeholder whole or take it away")
    rest = INLINE.sub("", rest)
    if "**" in rest:
        found.append("** stands without its partner; bold is written **so**")
    if "](" in rest:
        found.append("a link is broken; it is written [what one reads](https://...)")
    return found


def _target_faults(target: Target | None, library: Library) -> list[str]:
    if target is None or target.kind == "gathering":
        return []
    if target.kind == "link":
        return [] if _LINK.fullmatch(target.name) else ["the button's link must be a whole address: https://example.org/page"]
    known = library.articles if target.kind == "article" else library.forms
    return [] if target.name in known else [f"there is no {target.kind} “{target.name}”; `prag check` works on the same content"]


def _reading(written: str) -> Language:
    return "sr-Cyrl" if written == "sr" else "sq" if written == "sq" else "en"


def _filled(text: str, library: Library, language: Language) -> str:
    organisation = library.organisation
    values = {"organisation": organisation.name[language], "contact": organisation.contact}
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _button(target: Target, texts: Texts, language: Language) -> Button:
    label = texts[language](f"broadcast-button-{target.kind}")
    if target.kind == "link":
        return Button(label, url=target.name)
    return Button(label, choice=f"{target.kind}_{target.name}")
