"""Nothing is forgotten: every verb, effect, outcome, text, article, setting and command is used, told and documented."""

import ast
import math
import re
import statistics
import subprocess
import sys
import tomllib
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main

from bot.__main__ import build
from bot.app import LOCALES
from bot.dialogue import effects, turn
from bot.dialogue.choices import GRAMMAR
from bot.languages import fold
from bot.library import WRITTEN_IN, Library, files_below, read
from bot.messages import LANGUAGES, Language
from bot.search import Index
from bot.settings import PACKAGE, Settings, name_of
from bot.talks import ANSWERED, Player
from bot.talks import read as read_talk
from bot.texts import SOURCES, Texts

BOT = PACKAGE / "bot"
TALKS = PACKAGE / "tests" / "talks"
MODULES = sorted(path for path in BOT.rglob("*.py") if "migrations" not in path.parts)
MODULE_LIMIT = 400  # lines
EXAMPLES = 30  # questions an article gives the search, in each language


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


# --- talks cover the dialogue ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(library: Library, texts: Texts, index: Index, zone: Any) -> dict[Language, set[str]]:
    """For each language, the names of all verbs, steps, effects and outcomes its talks come by."""
    found: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
    with pytest.MonkeyPatch.context() as patch:
        for language in LANGUAGES:
            seen = found[language]
            for name in ("VERBS", "WRITING", "HEARING"):
                patch.setattr(turn, name, _noting(ORIGINALS[name], seen))
            player = Player(library, texts, index, zone, seen=lambda effect, seen=seen: seen.add(type(effect).__name__))
            for path in TALKS.glob(f"*.{language}.talk"):
                player.play(read_talk(path))
    return found


ORIGINALS: dict[str, Mapping[Any, Callable[..., Any]]] = {"VERBS": turn.VERBS, "WRITING": turn.WRITING, "HEARING": turn.HEARING}


def _noting(registry: Mapping[Any, Callable[..., Any]], seen: set[str]) -> dict[Any, Callable[..., Any]]:
    """The same registry, each step noting its name when it runs."""

    def noting(key: Any, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            seen.add(key if isinstance(key, str) else key.__name__)
            return step(*arguments)

        return run

    return {key: noting(key, step) for key, step in registry.items()}


def members(union: Any) -> set[str]:
    """The names of the classes of a union; of one class, its own."""
    kinds = typing.get_args(union) if isinstance(union, types.UnionType) else (union,)
    return {kind.__name__ for kind in kinds}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_step_effect_and_outcome_has_its_talk_in_every_language(language: Language, told: dict[Language, set[str]]) -> None:
    needed = {*turn.VERBS, *turn.WRITING, *members(effects.Effect), *members(effects.Outcome)}
    assert needed - told[language] == set()


def test_every_outcome_is_heard_and_every_effect_that_has_one_is_answered_in_talks() -> None:
    assert {kind.__name__ for kind in turn.HEARING} == members(effects.Outcome)
    assert {kind.__name__ for kind in ANSWERED} <= members(effects.Effect)


def test_there_are_talks_enough() -> None:
    assert len(list(TALKS.glob("*.talk"))) >= 44


# --- choices and commands ---------------------------------------------------------------------------


def test_every_verb_fits_the_grammar_and_keeps_room_for_what_it_is_about(library: Library) -> None:
    longest = max(map(len, library.articles))
    for verb in turn.VERBS:
        assert GRAMMAR.fullmatch(f"{verb}_{'x' * longest}")
        assert "_" not in verb


def test_every_command_word_means_one_thing_in_all_languages_together(texts: Texts) -> None:
    meant: dict[str, set[str]] = {}
    for name, choice in turn.COMMANDS.items():
        for language in LANGUAGES:
            for word in texts[language].list(name):
                assert fold(word), f"{name} in {language} has an empty word"
                meant.setdefault(fold(word), set()).add(choice)
    assert {word: choices for word, choices in meant.items() if len(choices) > 1} == {}


def test_every_command_leads_to_a_verb() -> None:
    assert {choice.partition("_")[0] for choice in turn.COMMANDS.values()} <= turn.VERBS.keys()


def test_yes_and_no_are_never_the_same_word(texts: Texts) -> None:
    yes, no = ({fold(word) for language in LANGUAGES for word in texts[language].list(f"command-{name}")} for name in ("yes", "no"))
    assert not yes & no


# --- interface strings ------------------------------------------------------------------------------

TEMPLATES = "\n".join(path.read_text("utf-8") for path in (BOT / "templates").glob("*.html"))


def _strings(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value


def _prefixes(node: ast.AST) -> Iterator[str]:
    """What f-strings begin with: `f"command-{word}"` uses every text that begins so."""
    for found in ast.walk(node):
        if isinstance(found, ast.JoinedStr) and found.values and isinstance(found.values[0], ast.Constant):
            yield str(found.values[0].value)


def _words_calls(tree: ast.AST) -> Iterator[str]:
    """The ids handed to `words(...)`, `x.words(...)`, `texts[...](...)`, `button(words, ...)` and `.list(...)`."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
        by_language = isinstance(call.func, ast.Subscript) and ast.unparse(call.func.value).endswith("texts")
        if name == "words" or by_language:
            yield from _plain_strings(call.args[0])
        elif name == "button" and len(call.args) > 1:
            yield from _plain_strings(call.args[1])


def _plain_strings(node: ast.expr) -> Iterator[str]:
    """The ids an argument may be: itself, or either side of `a if b else c`."""
    if isinstance(node, ast.IfExp):
        yield from (*_plain_strings(node.body), *_plain_strings(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_text_is_used(texts: Texts) -> None:
    used = {text for path in MODULES for text in _strings(parsed(path))} | set(re.findall(r"""words\(["']([\w-]+)["']""", TEMPLATES))
    begun = tuple({prefix for path in MODULES for prefix in _prefixes(parsed(path)) if prefix.endswith("-")})
    assert [name for name in texts["en"].variables if name not in used and not name.startswith(begun)] == []


def test_every_text_that_is_used_exists(texts: Texts) -> None:
    used = {name for path in MODULES for name in _words_calls(parsed(path))} | set(re.findall(r"""words\(["']([\w-]+)["']""", TEMPLATES))
    assert len(used) > 60
    assert used - texts["en"].variables.keys() == set()


def test_every_language_has_its_files_of_the_same_names() -> None:
    names = {source: {path.name for path in (LOCALES / source).glob("*.ftl")} for source in SOURCES.values()}
    assert names["sr"] == names["sq"] == names["en"]


# --- content ----------------------------------------------------------------------------------------


def test_the_content_is_clean() -> None:
    problems = read(files_below(PACKAGE / "content"))[1]
    assert [str(problem) for problem in problems if problem.level != "information"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_whole_in_every_language(language: Language, library: Library) -> None:
    assert len(library.articles) >= 44
    for article in library.articles.values():
        version = article.versions[language]
        assert all(text.strip() for text in version.told()), article.id
        assert len(version.examples) >= EXAMPLES, article.id
        assert len({fold(text) for text in version.examples}) >= EXAMPLES, article.id
        assert version.keywords, article.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_buttons_of_articles_or_topics_read_the_same(language: Language, library: Library) -> None:
    titles = [article.versions[language].title for article in library.articles.values()]
    names = [topic.name[language] for topic in library.topics]
    assert len({fold(title) for title in titles}) == len(titles)
    assert len({fold(name) for name in names}) == len(names)


def test_every_topic_has_articles_and_every_telephone_its_answer(library: Library) -> None:
    assert [topic.id for topic in library.topics if not library.of_topic(topic.id)] == []
    rung = {name for article in library.articles.values() for name in article.meta.phones}
    assert library.phones.keys() - rung == set()


def test_the_classes_of_small_talk_are_the_same_in_all_languages_and_all_have_a_reply(library: Library) -> None:
    from_content = {language: set(library.small_talk[language]) for language in WRITTEN_IN}
    assert from_content["sr"] == from_content["sq"] == from_content["en"]
    assert from_content["en"] == set(turn.search.smalltalk.REPLIES)


def test_all_38_municipalities_are_there(library: Library) -> None:
    assert len(library.municipalities) == 38
    assert all(library.registry_of(place) for place in library.municipalities.values() if place.registry)


# --- settings and commands --------------------------------------------------------------------------


def test_every_setting_is_documented() -> None:
    documents = "\n".join(path.read_text("utf-8") for path in (PACKAGE / "docs").glob("*.md"))
    assert [name_of(field.name) for field in fields(Settings) if name_of(field.name) not in documents] == []


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    yield " ".join(("prag", *path)), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


def test_every_command_says_what_it_does() -> None:
    found = dict(_commands(typer.main.get_command(build())))
    assert {"prag run", "prag ask", "prag check", "prag chat", "prag questions answer"} <= found.keys()
    assert [name for name, command in found.items() if not (command.help or "").strip()] == []


# --- the shape of the code --------------------------------------------------------------------------


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines for path in MODULES if (lines := len(path.read_text("utf-8").splitlines())) > MODULE_LIMIT
    }
    assert long == {}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_functions_are_small() -> None:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for path in MODULES for node in _functions(parsed(path)))
    assert statistics.median(lengths) <= 10
    assert lengths[math.ceil(0.95 * len(lengths)) - 1] <= 40


def test_no_function_imports_but_the_one_that_must() -> None:
    """aiogram takes seconds to import: app.py may load what uses it late, in a thread."""
    late = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        for function in _functions(parsed(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert late <= {"bot/app.py"}


def test_only_the_clock_reads_the_time() -> None:
    readers = re.compile(r"datetime\.(?:now|utcnow)\(|date\.today\(|time\.time\(")
    assert [str(path.relative_to(PACKAGE)) for path in MODULES if path.name != "clock.py" and readers.search(path.read_text("utf-8"))] == []


# --- the import rules -------------------------------------------------------------------------------


def test_the_import_rules_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"], cwd=PACKAGE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_stands_under_an_import_rule() -> None:
    contracts = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    named = {name for contract in contracts for key in ("source_modules", "forbidden_modules", "modules") for name in contract.get(key, ())}
    modules = {f"bot.{path.stem}" for path in BOT.glob("*.py") if path.stem != "__init__"} | {
        f"bot.{path.parent.name}" for path in BOT.glob("*/__init__.py")
    }
    assert modules - named == set()
