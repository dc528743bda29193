"""The index: everything the library says, ready to be asked."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from bot.library import Library
from bot.messages import Language
from bot.search import corpus, explaining, keeping, reading
from bot.search.decision import Chances, Judge, decide
from bot.search.found import Found, Hit
from bot.search.model import Evidence, Model
from bot.search.places import Gazetteer, Named
from bot.search.speech import Listener
from bot.search.urgency import Alarm

# Whom a place name alone asks for, by the kind of place.
OFFICES: Final = {"place": "municipal-office", "north": "north-offices", "gjakova": "gjakova-office"}


class Index:
    """Answers `find` from what a Model learnt of a Library. Immutable; safe to use from several threads."""

    def __init__(self, library: Library, model: Model) -> None:
        self.library = library
        self.model = model
        self.judge = Judge(model.columns)
        self.listener = Listener(model.columns)
        self.alarm = Alarm(pattern for urgent in library.urgent.values() for pattern in urgent.patterns)

    @classmethod
    def build(cls, library: Library, cache: Path | None = None) -> "Index":
        """The index of `library`.

        Learnt anew in some seconds, or read in a fraction of one from the folder `cache`, where it is
        kept by the hash of the content. A cache that cannot be read or written does no harm.
        """
        gazetteer = Gazetteer(library.municipalities)
        file = keeping.place_of(cache, library) if cache else None
        model = keeping.kept(file, gazetteer) if file else None
        if model is None:
            model = Model.learn(corpus.samples(library), gazetteer)
            if file:
                keeping.keep(model, file)
        return cls(library, model)

    def find(self, text: str, conversation_language: Language | None = None) -> Found:
        """What the library has for `text`. No text makes it raise; a long one costs no more than a short one."""
        folded = reading.read(text)
        evidence = self.model.weigh(folded)
        chances = self.judge.chances(evidence)
        language, sure = self._language(text, folded, evidence, conversation_language)
        order, kind_by_place = self._order(chances, evidence.place)
        talk = self.judge.talked(chances)
        kind, alert, choices = decide(chances, order, folded, talk=talk, rings=self.alarm.rings(folded))
        if not folded:
            kind, alert = "unknown", False
        if kind_by_place and kind in ("unknown", "choose"):
            kind = "article"
        return Found(
            kind=kind,
            ranking=tuple(Hit(self.model.articles[place], float(chances.articles[place])) for place in order),
            language=language,
            language_sure=sure,
            alert=alert,
            small_talk=talk if kind == "smalltalk" else None,
            municipality=evidence.place.municipality if evidence.place else None,
            choices=choices or 3,
        )

    def explain(self, text: str, conversation_language: Language | None = None) -> Found:
        """As `find`, with `matched`: the nearest example questions and the words that counted most."""
        found = self.find(text, conversation_language)
        if not found.ranking:
            return found
        article = self.library.articles[found.ranking[0].article]
        return replace(found, matched=explaining.matched(self.model, article, reading.read(text)))

    def evidence(self, text: str) -> Evidence:
        """What the model sees in `text`, before any decision."""
        return self.model.weigh(reading.read(text))

    def _language(self, text: str, folded: str, evidence: Evidence, conversation: Language | None) -> tuple[Language, bool]:
        own = folded.split()
        known = any(word in self.model.spelling.times for word in own)
        return self.listener.hear(reading.excerpt(text), len(own), evidence.columns, conversation, known=known)

    def _order(self, chances: Chances, place: Named | None) -> tuple[list[int], bool]:
        """The articles, best first; a place name alone puts the office there first."""
        order = [int(i) for i in np.argsort(-chances.articles, kind="stable")]
        office = OFFICES[place.mark] if place and place.alone else None
        if office not in self.model.articles:
            return order, False
        first = self.model.articles.index(office)
        return [first, *(i for i in order if i != first)], True
