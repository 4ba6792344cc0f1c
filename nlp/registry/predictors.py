"""Versions as predictors: each model by itself, and extractors as they would serve, on labelled texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.ingest.chunking import chunk
from kg.ontology import Ontology
from kg.ports import Extractor
from kg.types import Page, Reading, SpanKind
from nlp.data.example import Entity, Example, Relation
from nlp.model_names import Labels, names_of
from nlp.registry.references import SPACY
from nlp.registry.registry import Registry
from nlp.registry.version import ENCODER, EXTRACTOR, Version
from nlp.runtime.predictor import CONFIG, Predictor, load
from nlp.runtime.session import load_json


def alone(registry: Registry, version: Version, threads: int = 0, *, folder: Path | None = None) -> Predictor:
    """Open a version by itself; its label map renames what it predicts.

    Args:
        registry: Holds it.
        version: The version.
        threads: Threads of onnxruntime; 0 lets it choose.
        folder: Where its files are, for one that the registry does not hold.

    Raises:
        NotFoundError, InputError, SettingsError: it cannot be opened.
    """
    if version.task == "spacy":
        from nlp.spacy_predictor import Predictor as SpacyPredictor

        return SpacyPredictor(version.reference.removeprefix(SPACY), version.labels)
    if version.shipped and version.role == EXTRACTOR:
        from nlp.compose import Composite
        from nlp.plugins import readers

        return Reads(Composite(readers(threads=max(1, threads))))
    folder = folder or registry.path(version)
    if version.task == "reader":
        from nlp.runtime.reader import JointReader

        return Reads(JointReader(folder, max(1, threads)))
    predictor = load(folder, threads)
    return Renamed(predictor, version.labels) if version.labels else predictor


def schema_of(registry: Registry, version: Version, folder: Path | None = None) -> dict[str, Any]:
    """What scoring must know of a model of ours that reads no entities: its schema; empty for all others."""
    if version.role in (EXTRACTOR, ENCODER) or version.task == "spacy":
        return {}
    return dict(load_json((folder or registry.path(version)) / CONFIG).get("schema") or {})


class Renamed:
    """A predictor whose labels are called otherwise.

    Args:
        predictor: The model.
        labels: From its labels to others; an empty name leaves a label out, and relations that need it.
    """

    def __init__(self, predictor: Predictor, labels: Mapping[str, str]) -> None:
        self._predictor, self._labels = predictor, labels

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the model finds, renamed."""
        return [renamed(example, self._labels) for example in self._predictor.predict(examples)]


def renamed(example: Example, labels: Mapping[str, str]) -> Example:
    """Call the labels of an example otherwise; an empty name leaves a label out, and relations that need it."""
    entities = tuple(
        replace(entity, label=name) for entity in example.entities if (name := labels.get(entity.label, entity.label))
    )
    there = {entity.id for entity in entities}
    relations = tuple(
        replace(relation, label=name)
        for relation in example.relations
        if (name := labels.get(relation.label, relation.label)) and {relation.head, relation.tail} <= there
    )
    whole = example.labels
    if whole is not None:
        whole = tuple(replace(label, name=name) for label in whole if (name := labels.get(label.name, label.name)))
    return replace(example, entities=entities, relations=relations, labels=whole)


class Reads:
    """An extractor as a predictor: its names and values are entities, its links relations.

    Args:
        extractor: The extractor.
    """

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the extractor finds in them."""
        pages = [Page(example.text, chunk(example.text)) for example in examples]
        found = self._extractor.read(pages) if pages else []
        return [_told(example, reading) for example, reading in zip(examples, found, strict=True)]


def _told(example: Example, reading: Reading) -> Example:
    """Mentions that are no names stand for the name that they refer to, where the extractor says which."""
    named = {n for n, span in enumerate(reading.spans) if span.kind in (SpanKind.NAME, SpanKind.VALUE)}
    stands = {n: n for n in named}
    for left, right, _ in sorted(reading.same, key=lambda pair: -pair[2]):
        for one, other in ((left, right), (right, left)):
            if one not in named and other in named:
                stands.setdefault(one, other)
    links: dict[tuple[int, int, str], float] = {}
    for link in reading.links:
        if link.head in stands and link.tail in stands:
            key = stands[link.head], stands[link.tail], link.predicate
            links[key] = max(link.score, links.get(key, 0.0))
    return replace(
        example,
        entities=tuple(
            Entity(f"e{n}", span.start, span.end, span.type, span.score)
            for n, span in enumerate(reading.spans)
            if n in named
        ),
        relations=tuple(
            Relation(f"e{head}", f"e{tail}", name, score) for (head, tail, name), score in sorted(links.items())
        ),
        labels=None,
        clusters=(),
        annotated=None,
    )


class AsServed:
    """An extractor with everything that runs beside it, told in the labels of a set of texts.

    What the set has no label for is passed over: a set judges what it annotates.

    Args:
        extractor: All of them together.
        gold: The labelled texts.
        ontology: The ontology without what the model adds.
        labels: The model's own label map.
    """

    def __init__(
        self, extractor: Extractor, gold: Sequence[Example], ontology: Ontology, labels: Mapping[str, str]
    ) -> None:
        self._reads = Reads(extractor)
        entities = tuple(sorted({entity.label for example in gold for entity in example.entities}))
        relations = tuple(sorted({relation.label for example in gold for relation in example.relations}))
        wanted = {label: name for label, name in labels.items() if label in entities or label in relations}
        names = names_of(Labels(entities, relations), ontology, wanted, "the labels of the set")
        self._types = {name: label for label, name in reversed(list(names.types.items()))}
        self._relations = {name: label for label, name in reversed(list(names.relations.items()))}

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what would be read in them."""
        found = []
        for example in self._reads.predict(examples):
            entities = tuple(
                replace(entity, label=self._types[entity.label])
                for entity in example.entities
                if entity.label in self._types
            )
            there = {entity.id for entity in entities}
            relations = tuple(
                replace(relation, label=self._relations[relation.label])
                for relation in example.relations
                if relation.label in self._relations and {relation.head, relation.tail} <= there
            )
            found.append(replace(example, entities=entities, relations=relations))
        return found
