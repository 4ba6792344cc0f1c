"""spaCy's DocBin (`.spacy`): `doc.ents` and the span group "sc", labels in `doc.cats`, relations in `doc._.rel`.

`doc._.rel` is what spaCy's relation tutorial has: {(first token of head, first token of tail): {label: score}}. What
spaCy has no place for (ids, documents, questions, ...) lies in `doc.user_data["loregraph"]`, as JSON. Tokens are made
so that they end where entities end, and so that the text comes back exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from nlp.data.example import Entity, Example, Label, Relation
from nlp.data.formats import jsonl
from nlp.data.record import Record
from nlp.data.source import Source
from nlp.data.tokens import spans

CARRIES = jsonl.CARRIES
_GROUP = "sc"
_KEY = "loregraph"
_REL = ("._.", "rel", None, None)


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples with the numbers of their docs in the file, from 1.

    Raises:
        DataError: it is no DocBin, or a relation names a token at which no entity begins.
    """
    import spacy
    from spacy.tokens import DocBin

    raw = source.raw
    try:
        docs = list(DocBin(store_user_data=True).from_bytes(raw).get_docs(spacy.blank("xx").vocab))
    except Exception as error:  # msgpack, zlib and numpy errors, each of its own kind
        raise source.error(f"is no DocBin of spaCy: {type(error).__name__}: {error}") from error
    for number, doc in enumerate(docs, 1):
        yield number, _example(source, number, doc)


def _example(source: Source, number: int, doc: Any) -> Example:
    labels = tuple(Label(name) for name, score in doc.cats.items() if score >= 0.5) if doc.cats else None
    group = doc.spans.get(_GROUP, ())
    there = dict.fromkeys((span.start_char, span.end_char, span.label_) for span in (*doc.ents, *group))
    if isinstance(doc.user_data.get(_KEY), str):
        return _ours(source, number, doc, there, labels)
    entities = tuple(Entity(str(n), *span) for n, span in enumerate(sorted(there), 1))
    return Example(
        id=f"{source.path.stem}-{number}",
        text=doc.text,
        entities=entities,
        relations=tuple(_relations(source, number, doc, entities)),
        labels=labels,
    )


def _relations(source: Source, number: int, doc: Any, entities: Sequence[Entity]) -> Iterator[Relation]:
    # Where entities are nested the longest that begins at a token is meant, as the tutorial's corpora have one.
    at = {entity.start: entity.id for entity in sorted(entities, key=lambda e: e.end)}
    for (head, tail), scores in (doc.user_data.get(_REL) or {}).items():
        for label, score in scores.items():
            if score < 0.5:
                continue
            ends = [at.get(doc[token].idx) if 0 <= token < len(doc) else None for token in (head, tail)]
            if ends[0] is None or ends[1] is None:
                raise source.error(
                    f"relation {label!r} of doc {number} joins tokens {head} and {tail}, at which no entities begin"
                )
            yield Relation(ends[0], ends[1], label)


def _ours(
    source: Source, number: int, doc: Any, there: Iterable[tuple[int, int, str]], labels: tuple[Label, ...] | None
) -> Example:
    """Read a doc that `write` wrote; what was changed in spaCy since then counts."""
    try:
        fields = json.loads(doc.user_data[_KEY])
    except json.JSONDecodeError as error:
        raise source.error(f"doc {number} has a {_KEY!r} that is not JSON") from error
    row = Record(source, number, {_KEY: fields}).record(_KEY)
    example = jsonl.example(Record(source, number, {**row.fields, "text": doc.text}))
    spans_ = set(there)
    known = {(e.start, e.end, e.label) for e in example.entities}
    taken = {e.id for e in example.entities}
    fresh = (str(n) for n in count(1) if str(n) not in taken)
    kept = [e for e in example.entities if (e.start, e.end, e.label) in spans_]
    added = [Entity(next(fresh), *span) for span in sorted(spans_ - known)]
    example = replace(example, entities=(*kept, *added))
    if labels is not None and {label.name for label in example.labels or ()} != {label.name for label in labels}:
        return replace(example, labels=labels)
    return example


def write(examples: Sequence[Example], path: Path) -> None:
    """Write examples: entities in `doc.ents`, or all in the span group where any overlap.

    Every label of the set is in the `cats` of every labelled doc, as spaCy trains on it.
    """
    import spacy
    from spacy.tokens import DocBin

    vocab = spacy.blank("xx").vocab
    names = sorted({label.name for example in examples for label in example.labels or ()})
    group = any(_overlap(example) for example in examples)
    store = DocBin(store_user_data=True)
    for example in examples:
        store.add(_doc(example, names, group, vocab))
    path.write_bytes(store.to_bytes())


def _overlap(example: Example) -> bool:
    order = sorted((entity.start, entity.end) for entity in example.entities)
    return any(b[0] < a[1] for a, b in pairwise(order))


def _doc(example: Example, names: Sequence[str], group: bool, vocab: Any) -> Any:
    from spacy.tokens import Doc

    words, spaces, starts = _words(example)
    doc: Any = Doc(vocab, words=words, spaces=spaces)
    marked = [doc.char_span(e.start, e.end, label=e.label) for e in example.entities]
    if group:
        doc.spans[_GROUP] = marked
    else:
        doc.ents = marked
    if example.labels is not None:
        there = {label.name for label in example.labels}
        doc.cats = {name: float(name in there) for name in names}
    first = {start: token for token, start in enumerate(starts)}
    place = {entity.id: first[entity.start] for entity in example.entities}
    rel: dict[tuple[int, int], dict[str, float]] = {}
    for relation in example.relations:
        rel.setdefault((place[relation.head], place[relation.tail]), {})[relation.label] = 1.0
    if rel:
        doc.user_data[_REL] = rel
    fields = jsonl.fields(example)
    del fields["text"]
    doc.user_data[_KEY] = json.dumps(fields, ensure_ascii=False)
    return doc


def _words(example: Example) -> tuple[list[str], list[bool], list[int]]:
    """Cut a text into words, each with whether one space follows; what else is between them are words too."""
    text = example.text
    begins, ends = {entity.start for entity in example.entities}, {entity.end for entity in example.entities}
    edges = begins | ends
    words: list[str] = []
    spaces: list[bool] = []
    starts: list[int] = []
    at = 0

    def add(start: int, end: int) -> None:
        words.append(text[start:end])
        spaces.append(False)
        starts.append(start)

    def between(start: int, end: int) -> None:
        # A space belongs to the word before it, but a span of tokens never ends with its last word's space.
        if words and start < end and text[start] == " " and start not in begins and start + 1 not in ends:
            spaces[-1] = True
            start += 1
        for cut in [*sorted(edge for edge in edges if start < edge < end), end]:
            if start < cut:
                add(start, cut)
            start = cut

    for start, end in spans(text, edges):
        between(at, start)
        add(start, end)
        at = end
    between(at, len(text))
    return words, spaces, starts
