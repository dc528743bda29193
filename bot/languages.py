"""Scripts and spelling: Cyrillic to Latin, typed Latin to Cyrillic, folding for search, masking.

Serbian is written in Cyrillic and Latin is derived: that direction loses nothing. The other
direction (staff may type Latin) needs the known exceptions where н+ј, л+ј or д+ж meet by chance.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import Final

from bot.messages import LANGUAGES, Language

_CYRILLIC: Final = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN: Final = [
    "a",
    "b",
    "v",
    "g",
    "d",
    "đ",
    "e",
    "ž",
    "z",
    "i",
    "j",
    "k",
    "l",
    "lj",
    "m",
    "n",
    "nj",
    "o",
    "p",
    "r",
    "s",
    "t",
    "ć",
    "u",
    "f",
    "h",
    "c",
    "č",
    "dž",
    "š",
]

_TO_LATIN: Final = dict(zip(_CYRILLIC, _LATIN, strict=True))
_TO_CYRILLIC: Final = {latin: cyrillic for cyrillic, latin in _TO_LATIN.items() if len(latin) == 1}
_DIGRAPHS: Final = {latin: cyrillic for cyrillic, latin in _TO_LATIN.items() if len(latin) == 2}

_CYRILLIC_LETTER: Final = re.compile(r"[\u0400-\u04FF]")
_LATIN_LETTER: Final = re.compile(r"[A-Za-z\u00C0-\u024F]")

# Words in which two letters that look like a digraph are two sounds.
_SPLIT_STEMS: Final = (
    ("nj", "нј", re.compile(r"injekc|injekt|konjug|konjunk|konjukt|konjekt|injunk|tanjug|vanjez|anjon|panjurid", re.IGNORECASE)),
    ("dž", "дж", re.compile(r"nadživ|odžal|odžvak|podžanr|nadžnj|odžive|nadždre", re.IGNORECASE)),
)

# Written in Latin whatever the script around them: brands and formats. Names from the content come as `keep`.
KEEP_LATIN: Final = frozenset(
    {"chat", "covid", "csv", "facebook", "fi", "gmail", "google", "html", "ics", "json", "messenger", "pdf", "qr", "telegram",
     "viber", "whatsapp", "wi", "xlsx"}
)  # fmt: skip

# One token is never transliterated as a whole: an address, a mail, a placeholder, a Markdown link target.
_UNTOUCHED: Final = re.compile(
    r"https?://[^\s)]+|\btel:\+?\d[^\s)]*|\bmailto:[^\s)]+|www\.[^\s)]+|[\w.+-]+@[\w-]+\.[\w.-]+|\{[^}]*\}|\b[\w-]+(?:\.[\w-]+)*\.(?:rs|org|net|com|eu|gov|edu|info)\b(?:/[^\s)]*)?"
)
_WORD: Final = re.compile(r"[^\W\d_]+", re.UNICODE)
_LATIN_RUN: Final = re.compile(r"(?<!\w)[A-Za-z\u00C0-\u024F]+(?:[ -][A-Za-z\u00C0-\u024F]+)*(?!\w)")
_NOT_SERBIAN: Final = re.compile(r"[qwxyëçáéíóúàèìòùäöüâêîôû]", re.IGNORECASE)


def to_latin(text: str) -> str:
    """Serbian in Latin: every Cyrillic letter becomes its Latin twin, everything else stays.

    A digraph follows its neighbours' case: Љубав gives Ljubav, ЏУГАЊ gives DŽUGANJ.
    """
    out: list[str] = []
    for place, letter in enumerate(text):
        latin = _TO_LATIN.get(letter.lower())
        if latin is None:
            out.append(letter)
        elif letter.islower():
            out.append(latin)
        elif len(latin) == 1 or _shouting(text, place):
            out.append(latin.upper())
        else:
            out.append(latin.capitalize())
    return "".join(out)


def _shouting(text: str, place: int) -> bool:
    """Whether the capital at `place` stands in a word of capitals."""
    after = text[place + 1 : place + 2]
    if after.isalpha():
        return after.isupper()
    before = text[place - 1 : place] if place else ""
    return before.isalpha() and before.isupper()


def to_cyrillic(text: str, keep: re.Pattern[str] | None = None) -> str:
    """Serbian typed in Latin, in Cyrillic.

    Addresses, mail, {placeholders}, words with letters Serbian has not, and names that are always
    Latin stay as they are, and so does whatever `keep` matches (the Latin names of the content). What
    is Cyrillic already stays too. Staff see the result before it is kept.
    """
    text = unicodedata.normalize("NFC", text)
    spans = sorted(found.span() for pattern in (_UNTOUCHED, keep) if pattern for found in pattern.finditer(text))
    out: list[str] = []
    end = 0
    for start, stop in spans:
        if start >= end:
            out += (_WORD.sub(_word_to_cyrillic, text[end:start]), text[start:stop])
            end = stop
    out.append(_WORD.sub(_word_to_cyrillic, text[end:]))
    return "".join(out)


def latin_names(texts: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for every run of Latin words that stands in these Cyrillic texts; None if there is none."""
    runs = {run.group() for text in texts for run in _LATIN_RUN.finditer(_UNTOUCHED.sub(" ", text))}
    if not runs:
        return None
    longest_first = sorted(runs, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


def _word_to_cyrillic(match: re.Match[str]) -> str:
    word = match.group()
    if not _LATIN_LETTER.search(word) or _NOT_SERBIAN.search(word) or word.lower() in KEEP_LATIN:
        return word
    for pair, split, stems in _SPLIT_STEMS:
        word = stems.sub(partial(_replace_keeping_case, pair, split), word)
    out: list[str] = []
    place = 0
    while place < len(word):
        two = _DIGRAPHS.get(word[place : place + 2].lower())
        one = two or _TO_CYRILLIC.get(word[place].lower(), word[place])
        out.append(one.upper() if word[place].isupper() else one)
        place += 2 if two else 1
    return "".join(out)


def _replace_keeping_case(pair: str, split: str, found: re.Match[str]) -> str:
    stem = found.group()
    place = stem.lower().find(pair)
    there = stem[place : place + 2]
    new = "".join(s.upper() if t.isupper() else s for s, t in zip(split, there, strict=True))
    return stem[:place] + new + stem[place + 2 :]


# --- folding for search -------------------------------------------------------------------------

# The same sound and the same shape in both alphabets.
_TWINS_TO_LATIN: Final = str.maketrans("аеојАЕОЈѕіѐ", "aeojAEOJsie")
_TWINS_TO_CYRILLIC: Final = str.maketrans("aeojAEOJ", "аеојАЕОЈ")
# The same shape, another sound: which is meant depends on the other letters of the word.
_SHAPES_TO_LATIN: Final = str.maketrans("русхРСХВНКМТУ", "pycxPCXBHKMTY")
_SHAPES_TO_CYRILLIC: Final = str.maketrans("pycxPCXBHKMTY", "русхРСХВНКМТУ")
_AMBIGUOUS: Final = frozenset("аеојрусхѕіaeojpycx" + "РСХВНКМТУPCXBHKMTY")

_FOLD: Final = {ord(letter): latin for letter, latin in _TO_LATIN.items()} | str.maketrans(
    {"đ": "dj", "ђ": "dj", "ð": "dj", "ı": "i", "ł": "l", "ø": "o", "ß": "ss", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}
)
_INVISIBLE: Final = re.compile(r"[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\x00]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")


def clean(text: str) -> str:
    """`text` in NFC without NUL, lone surrogates and invisible direction marks; spaces made plain."""
    text = _INVISIBLE.sub("", _SURROGATE.sub("", text))
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


def mend_word(word: str) -> str:
    """A word in one alphabet: look-alike letters of the other alphabet are replaced by what was meant."""
    cyrillic = sum(bool(_CYRILLIC_LETTER.match(c)) for c in word)
    if cyrillic == 0 or cyrillic == len(word):
        return word
    telling = [c for c in word if c not in _AMBIGUOUS and c not in "АЕОЈAEOJ"]
    telling_cyrillic = sum(bool(_CYRILLIC_LETTER.match(c)) for c in telling)
    mostly_cyrillic = telling_cyrillic * 2 > len(telling) if telling else cyrillic * 2 > len(word)
    if mostly_cyrillic:
        return word.translate(_TWINS_TO_CYRILLIC).translate(_SHAPES_TO_CYRILLIC)
    return word.translate(_TWINS_TO_LATIN).translate(_SHAPES_TO_LATIN)


def mend(text: str) -> str:
    """`text` with each word in one alphabet. A word wholly in one script is left alone."""
    return _WORD.sub(lambda word: mend_word(word.group()), text) if _CYRILLIC_LETTER.search(text) else text


def fold(text: str) -> str:
    """`text` as search sees it: one alphabet, no diacritics, lower case, single spaces, a-z 0-9 only.

    The same sentence in Cyrillic, in Latin and in Latin without accents folds to the same string,
    but for đ, which folds to dj (d typed for đ is left to the ranking).
    """
    lowered = mend(clean(text)).lower().translate(_FOLD)
    if not lowered.isascii():
        bare = unicodedata.normalize("NFD", lowered)
        lowered = "".join(c for c in bare if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", lowered.replace("'", "")).strip()


# --- what language is it ------------------------------------------------------------------------

_SERBIAN_LETTERS: Final = re.compile(r"[čćšžđ]", re.IGNORECASE)
_ALBANIAN_LETTERS: Final = re.compile(r"[ëç]", re.IGNORECASE)


def is_cyrillic(text: str) -> bool:
    """Whether more than 30 % of the letters are Cyrillic, look-alikes in Latin words aside."""
    mended = mend(text)
    letters = sum(c.isalpha() for c in mended)
    return letters > 0 and len(_CYRILLIC_LETTER.findall(mended)) > 0.3 * letters


def certain_language(text: str) -> Language | None:
    """The language its letters give away, or None when they could be of several."""
    if is_cyrillic(text):
        return "sr-Cyrl"
    composed = unicodedata.normalize("NFC", text)
    albanian = bool(_ALBANIAN_LETTERS.search(composed))
    serbian = bool(_SERBIAN_LETTERS.search(composed))
    if serbian != albanian:
        return "sr-Latn" if serbian else "sq"
    return None


def from_tag(tag: str | None) -> Language | None:
    """Our language for a platform's BCP 47 tag (`sr`, `sr-Latn-RS`, `sq-XK`, `bs`), or None."""
    if not tag:
        return None
    parts = tag.replace("_", "-").lower().split("-")
    if parts[0] in ("sr", "sh"):
        return "sr-Cyrl" if "cyrl" in parts else "sr-Latn"
    return {"hr": "sr-Latn", "bs": "sr-Latn", "cnr": "sr-Latn", "sq": "sq", "en": "en"}.get(parts[0])  # type: ignore[return-value]


def is_language(tag: object) -> bool:
    """Whether `tag` is one of the four languages Prag speaks."""
    return tag in LANGUAGES


# --- what must not be kept ----------------------------------------------------------------------

_PERSONAL_NUMBER: Final = re.compile(r"(?<!\d)(?:\d[ .\-]?){12}\d(?!\d)")


def mask_personal_numbers(text: str) -> tuple[str, bool]:
    """`text` with every 13-digit personal number (JMBG) masked, and whether there was one."""
    masked, count = _PERSONAL_NUMBER.subn("*" * 13, text)
    return masked, count > 0
