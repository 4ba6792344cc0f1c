"""Which attribute of a type some words name."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ask.form import overlap
from assistant.ask.lexicon import Lexicon, same
from assistant.ask.relate import ENCODED, Relater
from kg.types import Value

NUMERIC = frozenset({"Number", "Money"})


def attributes(
    kind: str,
    words: Sequence[str],
    relater: Relater,
    lexicon: Lexicon,
    value: Value | None = None,
    least: float = 0.45,
    *,
    each: bool = False,
    kinds: frozenset[str] | None = None,
) -> list[tuple[str, float]]:
    """Attributes of a type that sort, best first.

    Args:
        kind: The type.
        words: What the question calls the attribute; none where it leaves it open.
        relater: For similarity of meaning.
        lexicon: Of the question's language.
        value: A literal that the attribute must be comparable with.
        least: The lowest fit to return.
        each: Whether any one of the words may name it, rather than all together.
        kinds: The kinds of values that it may have, where no literal says.
    """
    comparable = kinds or NUMERIC | {"Date"}
    if value is not None:
        comparable = frozenset({"Date"}) if value.kind == "Date" else NUMERIC
    found = [
        relation.name
        for relation in lexicon.ontology.relations.values()
        if comparable & set(relation.range) and overlap({kind}, relation.domain, lexicon.ontology)
    ]
    exact = [name for name in found if kind in lexicon.ontology.relation(name).domain]
    if not words:
        sole = exact if len(exact) == 1 else found
        return [(sole[0], 0.75)] if len(sole) == 1 else []
    fits = [(name, _fit(name, words, relater, lexicon, each)) for name in found]
    # A type's own attribute goes before one that a more general type would have.
    fits = [(name, fit if name in exact or not exact else 0.95 * fit) for name, fit in fits]
    return sorted((pair for pair in fits if pair[1] >= least), key=lambda pair: (-pair[1], pair[0]))


def _fit(relation: str, words: Sequence[str], relater: Relater, lexicon: Lexicon, each: bool) -> float:
    whole = label_fit(relation, words, relater, lexicon)
    if not each or len(words) < 2:
        return whole
    return max(whole, *(label_fit(relation, [word], relater, lexicon) for word in words))


def label_fit(relation: str, words: Sequence[str], relater: Relater, lexicon: Lexicon) -> float:
    """How well words name an attribute, by themselves, by what the language says they grade, or by meaning."""
    language = lexicon.language
    graded = language.words["attributes"]
    spoken = [*words] if language.spaced else []
    for word in words:
        spoken += next((v for k, v in graded.items() if language.stem(k) == language.stem(word)), [])
    labels = [cue.text for cue in lexicon.by_relation.get((relation, False), ())]
    labels += [label for label in (relation.replace("_", " ").lower(),) if label not in labels]
    best = 0.0
    for label in labels:
        parts = [language.stem(part) for part in language.cut(label) if part not in language.stop | language.light]
        for phrase in (" ".join(words) if language.spaced else "".join(words), *spoken):
            asked = [language.stem(part) for part in language.cut(phrase) if part not in language.stop | language.light]
            hits = sum(any(same(a, part) for a in asked) for part in parts)
            if parts and asked and hits:
                best = max(best, 0.5 * hits / len(parts) + 0.5 * min(1.0, hits / len(asked)))
    if best < 0.9:
        best = max([best, *(meaning(label, words, relater, lexicon) for label in labels)])
    return best


def meaning(label: str, words: Sequence[str], relater: Relater, lexicon: Lexicon) -> float:
    """How near words come to a label by their meaning; 0 in a language that the encoder does not understand."""
    if lexicon.language.code not in ENCODED or not words:
        return 0.0
    return min(1.0, float(relater.vector(label) @ relater.vector(" ".join(words).lower())) + 0.15)
