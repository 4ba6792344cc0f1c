"""What the labels of a trained model are called in the graph, and what they add to the ontology."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from kg.errors import InputError
from kg.ingest.table_words import CJK, relation_name, words
from kg.ontology import EntityType, Ontology, Relation
from nlp.spacy_extractor import TYPES

_PART = re.compile(r"[^\W_]+")
_RESERVED = frozenset({"Entity", "Value", "Document", "Chunk", "Projection"})


@dataclass(frozen=True, slots=True)
class Labels:
    """What a model can say.

    Attributes:
        entities: Labels of its entities.
        relations: Labels of its relations.
        signatures: By relation the pairs of entity labels that it may hold between; of a relation that is missing, all.
    """

    entities: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    signatures: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, task: str, schema: Mapping[str, Any]) -> Labels:
        """Read the schema of a model for entities, relations or both.

        Raises:
            InputError: the schema is not that of such a model.
        """
        try:
            if task in ("entities", "described"):
                return cls(tuple(map(str, schema["labels"])))
            relations = tuple(str(name) for name in schema["relations"] if name != schema.get("negative"))
            signatures = {
                str(name): [(str(head), str(tail)) for head, tail in pairs]
                for name, pairs in (schema.get("signatures") or {}).items()
            }
            return cls(tuple(map(str, schema["types"])), relations, signatures)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"the schema of a model for {task!r} lacks its labels: {error}") from error


@dataclass(frozen=True, slots=True)
class Names:
    """What labels are called in the graph.

    Attributes:
        types: By entity label the type; labels that are left out are missing.
        relations: By relation label the predicate; likewise.
        ontology: What they add.
    """

    types: Mapping[str, str]
    relations: Mapping[str, str]
    ontology: Ontology


def names_of(labels: Labels, ontology: Ontology, wanted: Mapping[str, str], model: str) -> Names:
    """Find a name in the graph for each label of a model.

    A label is called what the user says; else it is the type that the ontology, in any of its words, or usage ("PER",
    "GPE") calls so, or the relation of that name; else it joins the ontology under its own name, types in camel case
    where they are written in capitals or several words, relations in capitals, as all names of the graph are.

    Args:
        labels: What the model can say.
        ontology: The ontology without it.
        wanted: From its labels to names; an empty name leaves a label out.
        model: What to call the addition.

    Raises:
        InputError: a label in `wanted` is none of the model's, or a name cannot be one.
    """
    unknown = sorted(wanted.keys() - {*labels.entities, *labels.relations})
    if unknown:
        known = ", ".join((*labels.entities, *labels.relations)) or "none"
        raise InputError(f"{model} has no label {unknown[0]!r}; its labels are {known}")
    types = {label: wanted.get(label, _type(label, ontology)) for label in labels.entities}
    relations = {label: wanted.get(label, _relation(label, ontology)) for label in labels.relations}
    types = {label: name for label, name in types.items() if name}
    relations = {label: name for label, name in relations.items() if name}
    try:
        part = Ontology(
            name=model,
            types={name: _new_type(name, types, ontology) for name in sorted(set(types.values()))},
            relations=_new_relations(labels, types, relations, ontology),
        )
        Ontology.merged((ontology, part))
    except (ValidationError, InputError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise InputError(f"{model}: its labels cannot join the ontology: {reason}; map them to other names") from error
    return Names(types, relations, part)


def _type(label: str, ontology: Ontology) -> str:
    if label in ontology.types:
        return label
    said = " ".join(words(label))
    for name, kind in ontology.types.items():
        if said in {" ".join(words(name)), *(one.lower() for many in kind.labels.values() for one in many)}:
            return name
    if label in TYPES and TYPES[label] in ontology.types:
        return TYPES[label]
    parts = _PART.findall(label)
    if label.isupper() or len(parts) > 1 or label.islower():
        label = "".join(part.capitalize() if part.isupper() or part.islower() else part for part in parts)
    if label in _RESERVED or label in ontology.relations:
        label += "Type"
    return label[:64]


def _relation(label: str, ontology: Ontology) -> str:
    return label if label in ontology.relations else relation_name(label)[:64]


def _new_type(name: str, types: Mapping[str, str], ontology: Ontology) -> EntityType:
    """A type with its labels; what the ontology knows already gains nothing."""
    known = ontology.types.get(name)
    if known is not None:
        return EntityType(name=name, value=known.value)
    called = [label for label, own in types.items() if own == name]
    return EntityType(name=name, labels=_said([name, *called]))


def _new_relations(
    labels: Labels, types: Mapping[str, str], relations: Mapping[str, str], ontology: Ontology
) -> dict[str, Relation]:
    made: dict[str, Relation] = {}
    for label, name in relations.items():
        pairs = labels.signatures.get(label) or [(head, tail) for head in labels.entities for tail in labels.entities]
        named = [(types[head], types[tail]) for head, tail in pairs if head in types and tail in types]
        values = {own for own in types.values() if own in ontology.types and ontology.types[own].value}
        named = [(head, tail) for head, tail in named if head not in values]
        known = ontology.relations.get(name)
        if known is not None:
            named = [(head, tail) for head, tail in named if not _admitted(ontology, head, name, tail)]
            domain, range_ = known.domain[:1], known.range[:1]
        elif not labels.entities:  # a model that was told no types: anything may stand at either end
            roots = [kind.name for kind in ontology.types.values() if kind.parent is None and not kind.value]
            named, domain, range_ = [(root, root) for root in roots], (), ()
        else:
            domain, range_ = (), ()
        before = made.get(name)
        made[name] = Relation(
            name=name,
            domain=_unique(before.domain if before else (), domain, [head for head, _ in named]),
            range=_unique(before.range if before else (), range_, [tail for _, tail in named]),
            labels={} if known is not None else _said([label]),
            functional=known.functional if known is not None else False,
        )
    return {name: relation for name, relation in made.items() if relation.domain and relation.range}


def _admitted(ontology: Ontology, head: str, name: str, tail: str) -> bool:
    return ontology.admits(head, name, tail)


def _unique(*parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))


def _said(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Labels by language: the words of each name."""
    said: dict[str, dict[str, None]] = {}
    for name in names:
        said.setdefault("zh" if CJK.search(name) else "en", {})[" ".join(words(name))] = None
    return {language: tuple(forms) for language, forms in said.items()}
