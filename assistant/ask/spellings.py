"""What an ontology's relations are called when a walk is said to the encoder."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.ask.lexicon import Lexicon
from assistant.ask.nouns import Spelling
from kg.ontology import Relation

THING = "thing"


def spellings(lexicon: Lexicon) -> Mapping[str, Spelling]:
    """Spell every relation of an ontology.

    Args:
        lexicon: The ontology in one language.

    Returns:
        For each relation its first noun, its first verb phrase that does not name the object again, the word for what
        it starts from, and a noun for that.
    """
    return {name: _spelling(relation, lexicon) for name, relation in lexicon.ontology.relations.items()}


def _spelling(relation: Relation, lexicon: Lexicon) -> Spelling:
    code = lexicon.language.code
    light = lexicon.language.light
    labels = relation.labels.get(code, ()) or (lexicon.called(relation.name, False),)
    nouns = [label for label in labels if label.split()[-1].lower() not in light]
    noun = nouns[0] if nouns else ""
    verbs = [*relation.phrases.get(code, ()), *(label for label in labels if label not in nouns)]
    phrase = next((verb for verb in verbs if not any(verb.endswith(one) for one in nouns)), "")
    inverse = next(iter(relation.inverse_labels.get(code, ())), "")
    return Spelling(noun, phrase, _subject(relation, lexicon), inverse)


def _subject(relation: Relation, lexicon: Lexicon) -> str:
    """The word for what a relation starts from; a plain one where that may be several kinds."""
    words = [lexicon.type_word(name) for name in relation.domain]
    return words[0] if len(words) == 1 and " or " not in words[0] else THING
