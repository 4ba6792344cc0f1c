"""Which attribute of a type some words name."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ask.form import overlap
from assistant.ask.lexicon import Lexicon, same
from assistant.ask.relate import ENCODED, Relater
from kg.types import Value


def attributes(
    kind: str, words: Sequence[str], relater: Relater, lexicon: Lexicon, value: Value | None = None, least: float = 0.45
) -> list[tuple[str, float]]:
    """Attributes of a type that sort, best first.

    Args:
        kind: The type.
        words: What the question calls the attribute; none where it leaves it open.
        relater: For similarity of meaning.
        lexicon: Of the question's language.
        value: A literal that the attribute must be comparable with.
        least: The lowest fit to return.
    """
    comparable = {"Date"} if value is not None and value.kind == "Date" else {"Number", "Money"}
    if value is None:
        comparable |= {"Date"}
    found = [
        relation.name
        for relation in lexicon.ontology.relations.values()
        if comparable & set(relation.range) and overlap({kind}, relation.domain, lexicon.ontology)
    ]
    if not words:
        return [(name, 0.75 if len(found) == 1 else 0.4) for name in found] if len(found) == 1 else []
    fits = [(name, label_fit(name, words, relater, lexicon)) for name in found]
    return sorted((pair for pair in fits if pair[1] >= least), key=lambda pair: (-pair[1], pair[0]))


def label_fit(relation: str, words: Sequence[str], relater: Relater, lexicon: Lexicon) -> float:
    """How well words name an attribute, by themselves, by what the language says they grade, or by meaning."""
    language = lexicon.language
    graded = language.words["attributes"]
    spoken = [*words]
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
    if language.code in ENCODED and best < 0.9:
        spelled = " ".join(words).lower()
        meaning = max(float(relater.vector(label) @ relater.vector(spelled)) for label in labels)
        best = max(best, min(1.0, meaning + 0.15))
    return best
