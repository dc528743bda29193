"""content/ → the Library: every article, topic, place and sentence Prag knows, frozen and checked.

`read(files)` takes the texts of all content files by their path below content/ (from the disk or
from the ledger, it does not matter) and returns the Library together with everything found wrong.
A Library with an error among its problems must not be served.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec

from bot.entries import Meta, Municipality, Named, Organisation, Phone, Source, Term, Topic, Town, Urgent
from bot.errors import PlainError
from bot.forms import Form, read_forms
from bot.languages import latin_names, to_latin
from bot.messages import Language
from bot.problems import Level, Problem

SUMMARY_LIMIT: Final = 300  # characters: what fits one glance at a small phone
RELATED_LIMIT: Final = 4
PLACEHOLDERS: Final = frozenset({"organisation", "controller", "office_hours", "answering_time"})
COUNTERS: Final = frozenset({"zso_years", "zso_months", "zso_weeks", "zso_days", "zso_start"})
WRITTEN_IN: Final = ("sr", "sq", "en")

Files = Mapping[str, str]
T = TypeVar("T")


class ContentError(PlainError):
    """The content cannot be served; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Version:
    """An article in one language. `hash` is its file's, by which the ledger knows who was shown which text."""

    title: str
    summary: str
    body: str
    examples: tuple[str, ...]
    keywords: tuple[str, ...]
    hash: str

    def told(self) -> tuple[str, str, str]:
        """What readers see: title, summary, body."""
        return self.title, self.summary, self.body


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    meta: Meta
    versions: Mapping[Language, Version]
    hash: str

    def state(self, today: date) -> Literal["current", "ended", "review", "withdrawn", "draft"]:
        """What the reader must know of it on `today`: past its review day, withdrawn, ended."""
        if self.meta.status == "draft":
            return "draft"
        if self.meta.expires and today >= self.meta.expires:
            return "withdrawn"
        if self.meta.status == "ended":
            return "ended"
        return "review" if today > self.meta.review_by else "current"


@dataclass(frozen=True, slots=True)
class Library:
    """All content, immutable. `articles` holds what may be shown (no drafts), by id, in menu order."""

    articles: Mapping[str, Article]
    topics: tuple[Topic, ...]
    sources: Mapping[str, Source]
    phones: Mapping[str, Phone]
    municipalities: Mapping[str, Municipality]
    towns: tuple[Town, ...]
    glossary: tuple[Term, ...]
    organisation: Organisation
    urgent: Mapping[str, Urgent]
    small_talk: Mapping[str, Mapping[str, tuple[str, ...]]]
    out_of_scope: Mapping[str, Mapping[str, tuple[str, ...]]]
    hash: str
    latin_names: re.Pattern[str] | None
    forms: Mapping[str, Form]

    @property
    def keep_days(self) -> dict[str, int]:
        """How many days each form's answers are kept after the office is done with them, by form."""
        return {form.id: form.head.keep_days for form in self.forms.values()}

    def of_topic(self, topic: str) -> tuple[Article, ...]:
        """The articles of a topic in menu order."""
        return tuple(a for a in self.articles.values() if a.meta.topic == topic)

    def registry_of(self, place: Municipality) -> Town | None:
        """The city that keeps the Serbian registry books of `place`, where that is known."""
        return next((town for town in self.towns if town.sr == place.registry), None)

    def topic(self, topic: str) -> Topic | None:
        """The topic with this id, if there is one."""
        return next((t for t in self.topics if t.id == topic), None)


DEMONSTRATION: Final = Organisation(
    name=Named(sr="Праг (показна верзија)", sq="Prag (version demonstrues)", en="Prag (demonstration)"),
    controller=Named(sr="није наведен: ово је показна верзија", sq="nuk është caktuar: ky është version demonstrues", en="not named: this is a demonstration"),
    office_hours=Named(sr="радним данима од 9 до 15 часова", sq="ditëve të punës nga ora 9 deri në 15", en="on working days from 9:00 to 15:00"),
    answering_time=Named(sr="у року од три радна дана", sq="brenda tri ditëve të punës", en="within three working days"),
    answering_days=3,
    demonstration=True,
)  # fmt: skip


def files_below(folder: Path) -> dict[str, str]:
    """The text of every content file below `folder`, by its path there. Raises ContentError if one cannot be read."""
    if not folder.is_dir():
        raise ContentError(f"{folder} is not a folder; set PRAG_CONTENT_DIR to the content folder")
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".toml", ".md", ".ftl"}:
            try:
                found[path.relative_to(folder).as_posix()] = path.read_text("utf-8")
            except UnicodeDecodeError as error:
                raise ContentError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    return found


def read(files: Files) -> tuple[Library, tuple[Problem, ...]]:
    """The Library these files make, and everything wrong with them (empty of errors: it may be served)."""
    return _Reader(files).read()


_SECTION: Final = re.compile(r"^## (More|Examples|Keywords)\s*$", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
_MARKDOWN_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class _Reader:
    """Reads the files once, noting problems instead of stopping at the first."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def note(self, file: str, sentence: str, *, line: int = 1, level: Level = "error") -> None:
        self.problems.append(Problem(file, line, level, sentence))

    def read(self) -> tuple[Library, tuple[Problem, ...]]:
        topics = tuple(self.rows("menu.toml", "topic", Topic))
        sources = self.named_tables("sources.toml", Source)
        phones = self.named_tables("phones.toml", Phone)
        municipalities = {m.id: m for m in self.rows("places.toml", "municipality", Municipality)}
        articles = self.articles(topics)
        self.check_references(articles, sources, phones)
        forms, wrong = read_forms(self.files)
        self.problems += wrong
        self.check_forms(articles, forms)
        library = Library(
            articles={a.id: a for a in articles if a.meta.status != "draft"},
            topics=topics,
            sources=sources,
            phones=phones,
            municipalities=municipalities,
            towns=tuple(self.rows("places.toml", "town", Town)),
            glossary=tuple(self.rows("glossary.toml", "term", Term)),
            organisation=self.organisation(),
            urgent={lang: u for lang in WRITTEN_IN if (u := self.table(f"urgent/{lang}.toml", Urgent)) is not None},
            small_talk=self.classes("small-talk"),
            out_of_scope=self.classes("out-of-scope"),
            hash=digest(f"{path}\n{text}" for path, text in sorted(self.files.items())),
            latin_names=latin_names(text for a in articles for text in a.versions["sr-Cyrl"].told()),
            forms=forms,
        )
        self.check_urgent(library.urgent)
        return library, tuple(self.problems)

    # --- TOML -----------------------------------------------------------------------------------

    def toml(self, file: str) -> dict[str, Any]:
        if file not in self.files:
            self.note(file, "is missing; every content folder needs it")
            return {}
        try:
            return tomllib.loads(self.files[file])
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self.note(file, f"is not valid TOML ({error}); mend this line", line=int(line.group(1)) if line else 1)
            return {}

    def convert(self, file: str, data: object, kind: type[T], near: str = "") -> T | None:
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            field = re.search(r"(?:field `|\$\.?)(\w+)", str(error))
            line = self.line_of(file, field.group(1) if field else "", near)
            self.note(file, f"{error}; see docs/how-to/add-an-article.md for the fields there are", line=line)
            return None

    def line_of(self, file: str, key: str, near: str = "") -> int:
        text = self.files.get(file, "")
        start = max(text.find(near), 0) if near else 0
        found = re.compile(rf"^\s*\[*\"?{re.escape(key)}\b", re.MULTILINE).search(text, start) if key else None
        return text.count("\n", 0, found.start() if found else start) + 1

    def table(self, file: str, kind: type[T]) -> T | None:
        data = self.toml(file)
        return self.convert(file, data, kind) if data else None

    def rows(self, file: str, key: str, kind: type[T]) -> Iterable[T]:
        rows = self.toml(file).get(key, [])
        return [row for data in rows if (row := self.convert(file, data, kind, near=str(data.get("id", data.get("sr", "")))))]

    def named_tables(self, file: str, kind: type[T]) -> dict[str, T]:
        tables = self.toml(file).items()
        return {name: row for name, data in tables if (row := self.convert(file, data, kind, near=f"[{name}]"))}

    def classes(self, folder: str) -> dict[str, Mapping[str, tuple[str, ...]]]:
        found: dict[str, Mapping[str, tuple[str, ...]]] = {}
        for language in WRITTEN_IN:
            rows = self.table(f"{folder}/{language}.toml", dict[str, tuple[str, ...]])
            if rows is not None:
                found[language] = rows
        return found

    def organisation(self) -> Organisation:
        if "organisation.toml" not in self.files:
            self.note("organisation.toml", "is missing; the chat calls itself a demonstration until it is there", level="information")
            return DEMONSTRATION
        return self.table("organisation.toml", Organisation) or DEMONSTRATION

    # --- articles -------------------------------------------------------------------------------

    def articles(self, topics: tuple[Topic, ...]) -> list[Article]:
        places = {topic.id: place for place, topic in enumerate(topics)}
        slugs = sorted({path.split("/")[1] for path in self.files if path.startswith("topics/") and path.count("/") == 2})
        articles = [article for slug in slugs if (article := self.article(slug)) is not None]
        for article in articles:
            if article.meta.topic not in places:
                file = f"topics/{article.id}/meta.toml"
                self.note(
                    file, f"there is no topic “{article.meta.topic}”; use one of {', '.join(places)}", line=self.line_of(file, "topic")
                )
        return sorted(articles, key=lambda a: (places.get(a.meta.topic, 0), a.meta.order, a.id))

    def article(self, slug: str) -> Article | None:
        folder = f"topics/{slug}"
        if not _SLUG.fullmatch(slug):
            self.note(f"{folder}/meta.toml", "the folder's name is the article's id: use a-z, 0-9 and single hyphens")
        meta = self.table(f"{folder}/meta.toml", Meta)
        written = {lang: self.version(f"{folder}/{lang}.md", meta) for lang in WRITTEN_IN}
        if meta is None or None in written.values():
            return None
        sr, sq, en = (written[lang] for lang in WRITTEN_IN)
        assert sr
        assert sq
        assert en
        for language in WRITTEN_IN:
            if language not in meta.checked:
                self.note(f"{folder}/{language}.md", "no native speaker has checked this version yet", level="information")
        body = digest(text for path, text in sorted(self.files.items()) if path.startswith(folder + "/"))
        return Article(slug, meta, {"sr-Cyrl": sr, "sr-Latn": _latin(sr), "sq": sq, "en": en}, body)

    def version(self, file: str, meta: Meta | None) -> Version | None:
        text = self.files.get(file)
        if text is None:
            self.note(file, 'this language is missing; write it, or set status = "draft" in meta.toml')
            return None
        head, *rest = _SECTION.split(text)
        sections = dict(zip(rest[::2], rest[1::2], strict=True))
        title, _, summary = head.strip().partition("\n")
        wrong = [name for name in ("More", "Examples", "Keywords") if not sections.get(name, "").strip()]
        if wrong or not title.startswith("# ") or not summary.strip():
            lacking = ", ".join(f"## {name}" for name in wrong) or "a first line “# Title” and a summary below it"
            self.note(file, f"has no {lacking}; every version has title, summary, More, Examples and Keywords")
            return None
        version = Version(
            title=title[2:].strip(),
            summary=summary.strip(),
            body=sections["More"].strip(),
            examples=tuple(line[2:].strip() for line in sections["Examples"].splitlines() if line.startswith("- ")),
            keywords=tuple(word.strip() for word in sections["Keywords"].replace("\n", " ").split(",") if word.strip()),
            hash=digest([text]),
        )
        self.check_version(file, text, version, meta)
        return version

    def check_version(self, file: str, text: str, version: Version, meta: Meta | None) -> None:
        if len(version.summary) > SUMMARY_LIMIT:
            over = len(version.summary) - SUMMARY_LIMIT
            self.note(file, f"the summary is {over} characters over {SUMMARY_LIMIT}; move something to ## More", line=3)
        known = PLACEHOLDERS | (COUNTERS if meta and meta.counter_start else frozenset())
        for found in _PLACEHOLDER.finditer(text):
            if found.group(1) not in known:
                line = text.count("\n", 0, found.start()) + 1
                self.note(file, f"{found.group()} is not filled in by anything; use {', '.join(sorted(known))}", line=line)
        for link in _MARKDOWN_LINK.finditer(text):
            if not link.group(1).startswith(("https://", "http://", "mailto:", "tel:")):
                line = text.count("\n", 0, link.start()) + 1
                self.note(file, f"the link “{link.group(1)}” leads nowhere; write it with https://", line=line)

    def check_references(self, articles: list[Article], sources: Mapping[str, Source], phones: Mapping[str, Phone]) -> None:
        ids = {article.id for article in articles}
        for article in articles:
            file = f"topics/{article.id}/meta.toml"
            for key, used, known in (
                ("related", article.meta.related, ids - {article.id}),
                ("sources", article.meta.sources, sources.keys()),
                ("phones", article.meta.phones, phones.keys()),
            ):
                for name in used:
                    if name not in known:
                        self.note(file, f"{key} names “{name}”, which does not exist; mend or remove it", line=self.line_of(file, key))
            if len(article.meta.related) > RELATED_LIMIT:
                self.note(file, f"more than {RELATED_LIMIT} related articles; keep the nearest", line=self.line_of(file, "related"))
            if article.meta.review_by < article.meta.as_of:
                self.note(
                    file, "review_by lies before as_of; set it to the day somebody must look again", line=self.line_of(file, "review_by")
                )

    def check_forms(self, articles: list[Article], forms: Mapping[str, Form]) -> None:
        for article in articles:
            if article.meta.form and article.meta.form not in forms:
                file = f"topics/{article.id}/meta.toml"
                self.note(
                    file, f"form names “{article.meta.form}”, which does not exist; mend or remove it", line=self.line_of(file, "form")
                )

    def check_urgent(self, urgent: Mapping[str, Urgent]) -> None:
        for language, rows in urgent.items():
            for pattern in rows.patterns:
                try:
                    re.compile(pattern)
                except re.error as error:
                    self.note(f"urgent/{language}.toml", f"the pattern {pattern!r} is wrong: {error}")


def overdue(library: Library, today: date) -> tuple[Problem, ...]:
    """A warning for each article whose review day or expiry has passed on `today`."""
    found = []
    for article in library.articles.values():
        state = article.state(today)
        if state in ("review", "withdrawn"):
            told = "its review day has passed" if state == "review" else "it has expired and is not shown"
            found.append(
                Problem(
                    f"topics/{article.id}/meta.toml", 1, "warning", f"{told}; compare it with its sources, then set as_of and review_by"
                )
            )
    return tuple(found)


def digest(parts: Iterable[str]) -> str:
    """A short stable name for these texts (hex, 16 characters)."""
    state = hashlib.sha256()
    for part in parts:
        state.update(part.encode("utf-8"))
        state.update(b"\0")
    return state.hexdigest()[:16]


def _latin(version: Version) -> Version:
    return Version(
        title=to_latin(version.title),
        summary=to_latin(version.summary),
        body=to_latin(version.body),
        examples=tuple(map(to_latin, version.examples)),
        keywords=tuple(map(to_latin, version.keywords)),
        hash=version.hash,
    )
