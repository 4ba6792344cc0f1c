"""A user's spaCy pipeline as a predictor, so that it is scored and compared like a model of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.data.example import Entity, Example, Label, Relation
from nlp.spacy_extractor import load_pipeline, relations_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

LEAST_CATEGORY = 0.5  # of a category, to be among a text's labels where several may hold


class Predictor:
    """Reads texts with a spaCy pipeline; implements `nlp.runtime.predictor.Predictor`.

    Entities are `doc.ents` and the span groups named, relations as `nlp.spacy_extractor` finds them, labels `doc.cats`:
    the likeliest where they add up to one, else each of at least a half.

    Args:
        pipeline: An installed pipeline's name, a folder, or a loaded pipeline.
        labels: From its labels to those of the texts that it is scored on; an empty name leaves a label out.
        span_groups: Span groups to take entities from, beside `doc.ents`.

    Raises:
        SettingsError: there is no such pipeline, or it cannot be loaded.
    """

    def __init__(
        self,
        pipeline: str | Path | Language,
        labels: Mapping[str, str] | None = None,
        *,
        span_groups: Sequence[str] = ("sc",),
    ) -> None:
        self._pipeline = load_pipeline(pipeline) if isinstance(pipeline, str | Path) else pipeline
        self._labels = dict(labels or {})
        self._span_groups = tuple(span_groups)

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the pipeline finds."""
        docs = self._pipeline.pipe(example.text for example in examples)
        return [self._told(example, doc) for example, doc in zip(examples, docs, strict=True)]

    def _told(self, example: Example, doc: Doc) -> Example:
        found: dict[tuple[int, int, str], float] = {}
        groups = [doc.spans[name] for name in self._span_groups if name in doc.spans]
        for entity in doc.ents:
            found.setdefault((entity.start_char, entity.end_char, entity.label_), 1.0)
        for group in groups:
            scores = group.attrs.get("scores")
            for n, span in enumerate(group):
                key = span.start_char, span.end_char, span.label_
                found.setdefault(key, float(scores[n]) if scores is not None and n < len(scores) else 1.0)
        entities: list[Entity] = []
        ids: dict[tuple[int, int], str] = {}
        for (start, end, label), score in sorted(found.items()):
            if name := self._labels.get(label, label):
                entities.append(Entity(f"e{len(entities) + 1}", start, end, name, score))
                ids.setdefault((start, end), entities[-1].id)
        links: dict[tuple[str, str, str], float] = {}
        for head, label, tail, score in relations_of(doc, 1.0):
            name = self._labels.get(label, label)
            if name and head in ids and tail in ids and head != tail:
                key3 = ids[head], ids[tail], name
                links[key3] = max(score, links.get(key3, 0.0))
        relations = tuple(Relation(*key, score) for key, score in sorted(links.items()))
        return replace(
            example, entities=tuple(entities), relations=relations, labels=self._categories(doc), annotated=None
        )

    def _categories(self, doc: Doc) -> tuple[Label, ...] | None:
        named: dict[str, float] = {}
        for label, score in doc.cats.items():
            if name := self._labels.get(label, label):
                named[name] = max(float(score), named.get(name, 0.0))
        if not named:
            return None
        if abs(sum(map(float, doc.cats.values())) - 1.0) < 1e-3:
            best = max(named, key=lambda name: named[name])
            return (Label(best, named[best]),)
        return tuple(Label(name, score) for name, score in named.items() if score >= LEAST_CATEGORY)
