"""Any spaCy pipeline that a user owns, as an extractor.

Entities come from `doc.ents` and from span groups ("sc", where spaCy's span categorizer writes, by default). Relations
come from either of two places that a component of the pipeline may fill:

- the extension `doc._.relations`: tuples (head span, predicate, tail span) or (head span, predicate, tail span, score);
- span groups named "relations/PREDICATE" that hold head and tail in turns, with `attrs["scores"]`, one a pair, if
  wanted; unlike the extension they survive serialisation.

Both ends must be entities themselves, with the same bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError
from kg.types import Link, Page, Reading, Span, SpanKind, Value
from kg.values import parse_value
from nlp.rules.script import language_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

TYPES: Mapping[str, str] = {
    # OntoNotes, as in spaCy's en_core_web and zh_core_web
    "PERSON": "Person",
    "ORG": "Organization",
    "GPE": "Location",
    "LOC": "Location",
    "FAC": "Location",
    "PRODUCT": "Product",
    "EVENT": "Event",
    "WORK_OF_ART": "Work",
    "LAW": "Work",
    "DATE": "Date",
    "MONEY": "Money",
    "PERCENT": "Number",
    "QUANTITY": "Number",
    "CARDINAL": "Number",
    # WikiNER and CoNLL, as in the pipelines of other languages
    "PER": "Person",
    # common in users' own rules
    "EMAIL": "Email",
    "URL": "Url",
} | {
    name: name
    for name in (
        *("Person", "Organization", "Location", "Product", "Event", "Role", "Work", "Concept"),
        *("Date", "Money", "Number", "Text", "Boolean", "Email", "Url"),
    )
}
"""From a pipeline's label to a type of the business ontology. NORP, LANGUAGE, ORDINAL and TIME have none."""

_VALUES = frozenset({"Date", "Money", "Number", "Text", "Boolean", "Email", "Url"})
RELATIONS = "relations/"
_YEAR = re.compile(r"\d{4}")

Bounds = tuple[int, int]
Key = tuple[int, int, str]  # start, end, type


class SpacyExtractor:
    """Reads documents with a spaCy pipeline, passage by passage.

    Args:
        pipeline: An installed pipeline's name, a folder, or a loaded pipeline.
        types: Labels and their types, beside and before `TYPES`; an empty type leaves a label out.
        span_groups: Span groups to take entities from, beside `doc.ents`.
        score: The score of each mention and relation, since spaCy's own entities carry none.

    Raises:
        SettingsError: there is no such pipeline, or it cannot be loaded.
    """

    def __init__(
        self,
        pipeline: str | Path | Language,
        *,
        types: Mapping[str, str] | None = None,
        span_groups: Sequence[str] = ("sc",),
        score: float = 1.0,
    ) -> None:
        self._pipeline = load_pipeline(pipeline) if isinstance(pipeline, str | Path) else pipeline
        self._types = {**TYPES, **(types or {})}
        self._span_groups = tuple(span_groups)
        self._score = score
        meta = self._pipeline.meta
        self.name = f"spacy:{meta['lang']}_{meta['name']}@{meta['version']}"

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        """Read a batch of documents; spans in order, links between them."""
        found: list[dict[Key, Span]] = [{} for _ in pages]
        links: list[dict[tuple[Key, Key, str], float]] = [{} for _ in pages]
        for doc, (number, offset) in self._pipeline.pipe(self._passages(pages), as_tuples=True):
            at: dict[Bounds, Key] = {}
            for bounds, span in self._spans(doc, offset):
                key = span.start, span.end, span.type
                found[number].setdefault(key, span)
                at.setdefault(bounds, key)
            for head, predicate, tail, score in relations_of(doc, self._score):
                if (left := at.get(head)) and (right := at.get(tail)) and left != right:
                    known = links[number].get((left, right, predicate), 0.0)
                    links[number][left, right, predicate] = max(score, known)
        readings = []
        for spans, relations in zip(found, links, strict=True):
            order = {key: index for index, key in enumerate(sorted(spans))}
            made = {(order[left], order[right], name): score for (left, right, name), score in relations.items()}
            readings.append(
                Reading(
                    tuple(spans[key] for key in order),
                    tuple(Link(*key, score, extractor=self.name) for key, score in sorted(made.items())),
                )
            )
        return readings

    def _passages(self, pages: Sequence[Page]) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each passage with its document's number and its offset; those too long for the pipeline in pieces."""
        most = self._pipeline.max_length
        for number, page in enumerate(pages):
            for chunk in page.chunks:
                for start in range(chunk.start, chunk.end, most):
                    yield page.text[start : min(chunk.end, start + most)], (number, start)

    def _spans(self, doc: Doc, offset: int) -> Iterator[tuple[Bounds, Span]]:
        groups = [doc.spans[name] for name in self._span_groups if name in doc.spans]
        language = language_of(doc.text)
        for entity in (*doc.ents, *(span for group in groups for span in group)):
            type_ = self._types.get(entity.label_)
            text = entity.text.removesuffix("'s").removesuffix("’s")  # OntoNotes takes the possessive into a name
            start = entity.start_char + len(text) - len(text.lstrip())
            text = text.strip()
            if not type_ or not text:
                continue
            value = None
            if type_ in _VALUES:
                value = parse_value(text, type_, language=language)
                if value is None and (type_ == "Text" or (type_ == "Date" and _YEAR.search(text))):
                    value = Value(type_, " ".join(text.split()))
                if value is None:  # "today", "several", "about half": nothing that could be compared
                    continue
            kind = SpanKind.VALUE if value else SpanKind.NAME
            begin = offset + start
            span = Span(begin, begin + len(text), type_, self._score, kind, value, self.name)
            yield (entity.start_char, entity.end_char), span


def relations_of(doc: Doc, score: float) -> Iterator[tuple[Bounds, str, Bounds, float]]:
    """Relations of a document, from its extension and its span groups, with offsets.

    Args:
        doc: The document.
        score: The score of a relation that has none.
    """
    found: list[tuple[Any, ...]] = list((doc._.relations or ()) if doc.has_extension("relations") else ())
    for name, group in doc.spans.items():
        if name.startswith(RELATIONS):
            members = list(group)
            scores = group.attrs.get("scores") or [score] * (len(members) // 2)
            for head, tail, own in zip(members[::2], members[1::2], scores, strict=False):
                found.append((head, name.removeprefix(RELATIONS), tail, own))
    for head, predicate, tail, *rest in found:
        own = float(rest[0]) if rest else score
        yield (head.start_char, head.end_char), str(predicate), (tail.start_char, tail.end_char), own


def load_pipeline(pipeline: str | Path) -> Language:
    """Load an installed spaCy pipeline, or one from a folder.

    Raises:
        SettingsError: there is none, or it cannot be loaded.
    """
    import spacy

    try:
        return spacy.load(pipeline)
    except OSError as error:
        if isinstance(pipeline, Path) or any(mark in pipeline for mark in "/\\"):
            raise SettingsError(f"{pipeline} is no folder of a spaCy pipeline: {error}") from error
        command = f"python -m spacy download {pipeline}"
        raise SettingsError(f"the spaCy pipeline {pipeline!r} is not installed: {command}") from error
    except (ImportError, ValueError) as error:  # a component of it is not installed
        reason = str(error).splitlines()[0]
        raise SettingsError(f"the spaCy pipeline {str(pipeline)!r} cannot be loaded: {reason}") from error
