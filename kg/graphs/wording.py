"""What relations are called in words, made from their names: "directed_by" -> directed by, director.

A relation's label is a noun phrase for its object ("director"), a phrase a verb ("directed by"): names of relations are
either, so that both are made as far as the words show which they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.graphs.names import business
from kg.ingest.table_words import CJK, singular, words
from kg.ontology import PerLanguage, Relation

_PLACES = ("of", "by", "on", "in", "at", "to", "for", "from", "with", "as", "into", "about", "under", "over", "through")
_TIMES = ("during", "since", "after", "before", "via", "within")
_PREPOSITIONS = frozenset((*_PLACES, *_TIMES))
_BE = frozenset(("is", "was", "are", "were", "be", "been"))
_HAVE = frozenset(("has", "have", "had"))
_NO_VERBS = frozenset(("series", "species", "news", "sales", "goods", "operations", "premises", "headquarters"))
_VERBS = frozenset(
    (
        *("knows", "owns", "likes", "loves", "follows", "employs", "manages", "leads", "heads", "runs", "controls"),
        *("supplies", "sells", "buys", "makes", "produces", "contains", "includes", "uses", "requires", "needs"),
        *("supports", "supervises", "teaches", "speaks", "wears", "plays", "writes", "directs", "creates", "founds"),
        *("hires", "serves", "funds", "acquires", "causes", "treats", "cites", "mentions", "precedes", "succeeds"),
    )
)
_NOUNS = frozenset(("need", "seed", "feed", "speed", "breed", "deed", "greed", "bed", "shed", "aged", "embed"))
_DOERS = {
    "written": "writer", "made": "maker", "built": "builder", "led": "leader", "won": "winner",
    "held": "holder", "bought": "buyer", "sold": "seller", "sent": "sender", "run": "runner", "spoken": "speaker",
    "sung": "singer", "drawn": "drawer", "given": "giver", "taken": "taker", "driven": "driver", "grown": "grower",
    "found": "finder", "paid": "payer", "read": "reader", "composed": "composer", "caused": "cause",
    "invented": "inventor", "acted": "actor", "sponsored": "sponsor", "authored": "author", "edited": "editor",
    "created": "creator", "educated": "educator", "invested": "investor", "audited": "auditor", "narrated": "narrator",
    "translated": "translator", "illustrated": "illustrator", "operated": "operator", "administered": "administrator",
    "directed": "director", "conducted": "conductor", "distributed": "distributor", "contributed": "contributor",
    "constructed": "constructor", "collected": "collector", "governed": "governor", "succeeded": "successor",
    "preceded": "predecessor", "represented": "representative", "supervised": "supervisor", "advised": "advisor",
    "wrote": "writer", "taught": "teacher",
}  # fmt: skip
"""Who does it, where that is not the participle's "-ed" with "-er" instead."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for a relation in one language, first what it is called."""

    labels: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    inverse_labels: tuple[str, ...] = ()
    inverse_phrases: tuple[str, ...] = ()
    noun: str = ""  # for the thing that it leads to, where the words hold one: "language" in "in_language"


@dataclass(slots=True)
class Words:
    """The words for a relation in every language, as `kg.ontology.Relation` takes them."""

    labels: dict[str, list[str]] = field(default_factory=dict)
    phrases: dict[str, list[str]] = field(default_factory=dict)
    inverse_labels: dict[str, list[str]] = field(default_factory=dict)
    inverse_phrases: dict[str, list[str]] = field(default_factory=dict)
    noun: str = ""  # for what it leads to, where its words hold one

    def add(self, text: str, language: str = "en", *, inverse: bool = False) -> None:
        """Add what a name or a label says; `inverse` where it leads from object to subject."""
        found = wording(text, language)
        if not inverse:
            self.noun = self.noun or found.noun
        parts = (found.labels, found.phrases, found.inverse_labels, found.inverse_phrases)
        tables = (self.labels, self.phrases, self.inverse_labels, self.inverse_phrases)
        for table, said in zip(tables[2:] + tables[:2] if inverse else tables, parts, strict=True):
            if said:
                known = table.setdefault(language, [])
                known += [one for one in said if one not in known]

    @property
    def subject_noun(self) -> str:
        """A noun for what it starts from, where its words hold one: "member" in "member_of"."""
        return next((said[0] for said in self.inverse_labels.values()), "")

    def relation(
        self,
        name: str,
        domain: tuple[str, ...],
        range_: tuple[str, ...],
        *,
        inverse: str | None = None,
        symmetric: bool = False,
        functional: bool = False,
        description: str = "",
    ) -> Relation:
        """Make the relation that is called so; nothing is said of the values that a relation to values starts from."""
        to_values = all(business().types[end].value if end in business().types else False for end in range_)
        return Relation(
            name=name,
            domain=domain,
            range=range_,
            inverse=inverse,
            symmetric=symmetric,
            functional=functional,
            labels=_fixed(self.labels),
            inverse_labels={} if to_values else _fixed(self.inverse_labels),
            phrases=_fixed(self.phrases),
            inverse_phrases={} if to_values else _fixed(self.inverse_phrases),
            description=description,
        )


def _fixed(said: dict[str, list[str]]) -> PerLanguage:
    return {language: tuple(words) for language, words in said.items()}


def language_of(text: str) -> str:
    """The language of a name: Chinese where it has a Chinese character, else English."""
    return "zh" if CJK.search(text) else "en"


def spaced(name: str) -> str:
    """A name in words: "directed_by" -> directed by, "worksFor" -> works for."""
    return " ".join(words(name)) if any(char.isalnum() for char in name) else name


def wording(text: str, language: str = "en") -> Wording:
    """Say a relation's name or label as nouns and verbs.

    Args:
        text: "directed_by", "hasAuthor", "is located in", "博士生导师".
        language: Only English is taken apart.
    """
    if language != "en":
        plain = " ".join(text.split())
        return Wording(labels=(plain,), noun=plain) if plain else Wording()
    parts = words(re.split(r"__|[/#:]", text.strip("_/#:"))[-1])
    whole = " ".join(parts)
    if len(parts) == 1 and (whole in _DOERS or (whole.endswith("ed") and len(whole) > 4 and whole not in _NOUNS)):
        return Wording((whole,), (), doers(whole), (f"{whole} by",))  # a verb in the past: REVIEWED, WROTE
    rest = parts[1:] if parts[0] in _BE and len(parts) > 1 else parts
    if rest[0] in _HAVE and len(rest) > 1:
        return _noun(rest[1:], whole)
    if rest[0] in _PREPOSITIONS and len(rest) > 1:
        return _noun(rest[1:], " ".join(rest))
    if rest[-1] in _PREPOSITIONS and len(rest) > 1:
        return _relational(rest, whole)
    if len(rest) > 1 and _is_verb(rest[0]):
        place = next((i for i, part in enumerate(rest) if part in _PREPOSITIONS), 0)
        found = _noun(rest[place + 1 :], whole)  # "plays in club", "wears number"
        verb = " ".join(rest[: place + 1])
        return Wording(found.labels, (*found.phrases, verb), noun=found.noun)
    if len(rest) > 1 and rest[0].endswith("ed") and rest[-1] not in _PREPOSITIONS:
        found = _noun(rest[1:], whole)  # "starred actors"
        return Wording((whole, *found.labels), (), noun=found.noun)
    if whole in _VERBS:
        return Wording((whole,), (whole,))
    return _noun(rest, "" if rest == parts else whole)


def doers(participle: str) -> tuple[str, ...]:
    """Who does what a participle says: "directed" -> director, "owned" -> owner; nothing where it is no participle."""
    if participle in _DOERS:
        return (_DOERS[participle],)
    if not participle.endswith("ed") or len(participle) < 5:
        return ()
    return (f"{participle[:-1]}r",)


def _noun(parts: list[str], phrase: str) -> Wording:
    """A noun for the object, its singular beside its plural."""
    whole, one = " ".join(parts), " ".join([*parts[:-1], singular(parts[-1])])
    labels = tuple(dict.fromkeys((whole, one)))
    return Wording(labels=labels, phrases=(phrase,) if phrase and phrase != whole else (), noun=one)


def _relational(rest: list[str], whole: str) -> Wording:
    """What ends with a preposition: "directed by", "member of", "works for"."""
    stem, last = rest[:-1], rest[-1]
    plain = " ".join(rest)
    if last == "by":
        named = tuple(" ".join([*stem[:-1], doer]) for doer in doers(stem[-1]))
        phrases = tuple(dict.fromkeys((plain, whole)))
        noun = named[0] if named else ""
        return Wording((*named, plain) if named else (plain,), phrases, inverse_phrases=(" ".join(stem),), noun=noun)
    if last == "of" and not _is_verb(stem[-1]) and not stem[-1].endswith("ed"):
        return Wording((plain,), (whole,) if whole != plain else (), inverse_labels=(" ".join(stem),))
    doer = (_DOERS[stem[0]],) if len(stem) == 1 and stem[0] in _DOERS and last != "of" else ()  # "acted in"
    return Wording((plain,), (whole,) if whole != plain else (), inverse_labels=doer)


def _is_verb(word: str) -> bool:
    """Whether a word that others follow reads as a verb: "plays", "works"."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 and word not in _NO_VERBS
