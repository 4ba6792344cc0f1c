"""A trained model as an extractor: what it labels becomes mentions and statements of the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from kg.ontology import Ontology
from kg.types import Chunk, ChunkKind, Link, Page, Reading, Span, SpanKind, Value
from kg.values import parse_value
from nlp.data.example import Entity, Example
from nlp.model_names import Names
from nlp.rules.script import language_of
from nlp.runtime.candidates import closed_list
from nlp.runtime.predictor import Predictor


class ModelExtractor:
    """Reads documents with a model for entities, or for entities and relations; implements `kg.ports.Extractor`.

    Each document is read on its own, several at a time on as many threads.

    Args:
        predictor: The model.
        names: What its labels are called in the graph.
        ontology: Tells which types are values.
        name: What it is called in the evidence of what it finds.
        threads: Documents that are read at a time.
    """

    def __init__(self, predictor: Predictor, names: Names, ontology: Ontology, name: str, threads: int = 1) -> None:
        self._predictor, self._names, self.name = predictor, names, name
        self._values = frozenset(own for own, kind in ontology.types.items() if kind.value)
        self._threads = max(1, threads)

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        """Read documents; table rows are left to structured loaders."""
        if self._threads == 1 or len(pages) < 2:
            return [self._read(page) for page in pages]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._read, pages))

    def _read(self, page: Page) -> Reading:
        chunks = passages(page)
        examples = [Example(str(n), page.text[c.start : c.end], document="page") for n, c in enumerate(chunks)]
        spans: dict[tuple[int, int, str], Span] = {}
        links: dict[tuple[tuple[int, int, str], tuple[int, int, str], str], float] = {}
        same: dict[tuple[tuple[int, int, str], tuple[int, int, str]], float] = {}
        for chunk, example in zip(chunks, self._predictor.predict(examples) if examples else [], strict=True):
            keys: dict[str, tuple[int, int, str]] = {}
            language = language_of(example.text)
            referring = {(start, end): kind for start, end, kind in closed_list(example.text)}
            for entity in example.entities:
                span = self._span(chunk, example.text, entity, language, referring)
                if span is not None:
                    keys[entity.id] = span.start, span.end, span.type
                    spans.setdefault(keys[entity.id], span)
            for relation in example.relations:
                predicate = self._names.relations.get(relation.label)
                head, tail = keys.get(relation.head), keys.get(relation.tail)
                if predicate and head and tail and head != tail:
                    known = links.get((head, tail, predicate), 0.0)
                    links[head, tail, predicate] = max(known, round(relation.score, 4))
            for cluster in example.clusters:
                members = sorted({keys[member] for member in cluster if member in keys})
                same.update(dict.fromkeys(pairwise(members), 1.0))
        order = {key: index for index, key in enumerate(sorted(spans))}
        return Reading(
            tuple(spans[key] for key in order),
            tuple(
                Link(order[head], order[tail], predicate, score, extractor=self.name)
                for (head, tail, predicate), score in sorted(links.items())
            ),
            tuple((order[a], order[b], score) for (a, b), score in sorted(same.items())),
        )

    def _span(
        self, chunk: Chunk, text: str, entity: Entity, language: str, referring: Mapping[tuple[int, int], SpanKind]
    ) -> Span | None:
        type_ = self._names.types.get(entity.label)
        quote = text[entity.start : entity.end]
        if not type_ or not quote.strip():
            return None
        value = None
        if type_ in self._values:
            value = parse_value(quote, type_, language=language)
            if value is None and type_ != "Text":  # nothing that could be compared
                return None
            value = value or Value("Text", " ".join(quote.split()))
        start, end = chunk.start + entity.start, chunk.start + entity.end
        kind = SpanKind.VALUE if value else referring.get((entity.start, entity.end), SpanKind.NAME)
        return Span(start, end, type_, round(entity.score, 4), kind, value, self.name)


class ModelRelator:
    """Adds relations between what others found, with a model that takes entities as given.

    Args:
        predictor: The model.
        names: What its labels are called in the graph.
        name: What it is called in the evidence of what it finds.
        types: The entity labels that it was taught with; none where it was taught without.
    """

    def __init__(self, predictor: Predictor, names: Names, name: str, types: Sequence[str] = ()) -> None:
        self._predictor, self._names, self.name = predictor, names, name
        self._labels: Mapping[str, str] = {
            names.types[label]: label for label in reversed(types) if label in names.types
        }

    def relate(self, page: Page, reading: Reading) -> list[Link]:
        """Find relations in each passage.

        Args:
            page: The document.
            reading: What was found in it; types that the model was not taught with are left aside.

        Returns:
            Links between the reading's spans.
        """
        chunks = [chunk for chunk in passages(page) if chunk.kind is not ChunkKind.HEADING]
        examples = [self._example(n, chunk, page, reading) for n, chunk in enumerate(chunks)]
        examples = [example for example in examples if len(example.entities) > 1]
        found: dict[tuple[int, int, str], float] = {}
        for example in self._predictor.predict(examples) if examples else []:
            for relation in example.relations:
                predicate = self._names.relations.get(relation.label)
                key = int(relation.head), int(relation.tail), predicate or ""
                if predicate and key[0] != key[1]:
                    found[key] = max(round(relation.score, 4), found.get(key, 0.0))
        return [Link(*key, score, extractor=self.name) for key, score in sorted(found.items())]

    def _example(self, number: int, chunk: Chunk, page: Page, reading: Reading) -> Example:
        entities = []
        for index, span in enumerate(reading.spans):
            label = self._labels.get(span.type, None if self._labels else span.type)
            if label and chunk.start <= span.start and span.end <= chunk.end:
                entities.append(Entity(str(index), span.start - chunk.start, span.end - chunk.start, label, span.score))
        return Example(str(number), page.text[chunk.start : chunk.end], tuple(entities))


def passages(page: Page) -> list[Chunk]:
    """What of a document is prose."""
    rows = (ChunkKind.ROW, ChunkKind.HEADER)
    return [chunk for chunk in page.chunks if chunk.kind not in rows and chunk.end > chunk.start]
