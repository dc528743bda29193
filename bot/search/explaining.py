"""Why an article was found: its nearest example questions, and the words of the message that counted."""

from typing import Final

from rapidfuzz import fuzz, process

from bot.languages import fold
from bot.library import Article
from bot.search.model import Model

NEAREST: Final = 3
STRONGEST: Final = 5


def matched(model: Model, article: Article, folded: str) -> tuple[str, ...]:
    """The article's example questions nearest to a folded message, then its strongest words with their share."""
    questions = [text for version in article.versions.values() for text in (*version.examples, *version.keywords)]
    by_fold = {fold(text): text for text in questions}
    near = process.extract(folded, by_fold.keys(), scorer=fuzz.token_set_ratio, limit=NEAREST)
    return (*(by_fold[key] for key, score, _ in near if score > 0), *_strongest(model, article.id, folded))


def _strongest(model: Model, article: str, folded: str) -> list[str]:
    column = model.articles.index(article)
    shares = []
    for word in dict.fromkeys(folded.split()):
        places, values = model.vector([word], None)
        shares.append((float(values @ model.weights[places, column]), word))
    return [f"{word} {share:+.2f}" for share, word in sorted(shares, reverse=True)[:STRONGEST] if share > 0]
