"""Other ways to search the same content. Each takes folded text and gives article ids, best first."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bot.library import Library
from bot.search import corpus, words
from bot.search.features import stem

Ranker = Callable[[str], list[str]]
Passages = list[tuple[str, str]]  # article, folded text


def passages(library: Library) -> Passages:
    """Every folded sentence of every article, with the article it speaks for."""
    return [(s.label, s.text) for s in corpus.samples(library) if not s.label.startswith("!")]


def documents(library: Library) -> Passages:
    """Every article in every language as one folded text."""
    joined: dict[tuple[str, str], list[str]] = {}
    for sample in corpus.samples(library):
        if not sample.label.startswith("!"):
            joined.setdefault((sample.label, sample.language), []).append(sample.text)
    return [(article, " . ".join(texts)) for (article, _), texts in joined.items()]


def fts5(library: Library, tokenizer: str) -> Ranker:
    """SQLite FTS5 with bm25(): the words (or trigrams) of the question joined by OR."""
    base = sqlite3.connect(":memory:")
    base.execute(f"CREATE VIRTUAL TABLE found USING fts5(article UNINDEXED, body, tokenize='{tokenizer}')")
    base.executemany("INSERT INTO found VALUES (?, ?)", documents(library))

    def rank(text: str) -> list[str]:
        terms = text.split() if tokenizer != "trigram" else _trigrams(text)
        wanted = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))
        if not wanted:
            return []
        rows = base.execute("SELECT article FROM found WHERE found MATCH ? ORDER BY bm25(found) LIMIT 30", (wanted,))
        return _once(article for (article,) in rows)

    return rank


def tantivy(library: Library) -> Ranker:
    """Tantivy's BM25 over the same documents. Raises ImportError where it is not installed."""
    import tantivy as peer

    fields = peer.SchemaBuilder()
    fields.add_text_field("article", stored=True, tokenizer_name="raw")
    fields.add_text_field("body")
    index: Any = peer.Index(fields.build())
    writer = index.writer()
    for article, text in documents(library):
        writer.add_document(peer.Document(article=article, body=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        if not text:
            return []
        hits = searcher.search(index.parse_query(text, ["body"]), 30).hits
        return _once(searcher.doc(address)["article"][0] for _, address in hits)

    return rank


def fuzzy(library: Library) -> Ranker:
    """RapidFuzz: the article of the most alike sentence, by token_set_ratio."""
    articles, texts = zip(*passages(library), strict=True)

    def rank(text: str) -> list[str]:
        near = process.extract(text, texts, scorer=fuzz.token_set_ratio, limit=60)
        return _once(articles[place] for _, _, place in near)

    return rank


def bm25(library: Library, *, whole: bool) -> Ranker:
    """BM25 alone: over whole words, or over our word stems."""
    every = corpus.samples(library)
    articles = [name for name in corpus.columns(every) if not name.startswith("!")]
    shorten = (lambda word: word) if whole else stem
    names, grid = words.table(every, articles, shorten)
    place = {name: row for row, name in enumerate(names)}

    def rank(text: str) -> list[str]:
        rows = sorted({place[shorten(word)] for word in text.split() if shorten(word) in place})
        return [articles[i] for i in np.argsort(-grid[rows].sum(0), kind="stable")]

    return rank


def _trigrams(text: str) -> list[str]:
    return [text[i : i + 3] for i in range(len(text) - 2)]


def _once(articles: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(articles))
