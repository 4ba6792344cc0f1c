"""One step: the value of a relation of a thing, read from the passages that are about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.reading.relations import Relation
from assistant.reading.values import within
from assistant.retrieve.retriever import Retriever
from kg.fusion.normalise import words
from kg.ports import AnswerReader, ChunkIndex, Extract, Passage
from kg.types import Viewer

PASSAGES = 3
"""Passages read for a thing that no title names."""

ALTERNATIVES = 4
"""Answers of a passage that are looked at: the first may be of the wrong kind."""
UNTITLED = 0.4
"""What the chance of a value counts that titles no document, where it is asked on from there."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a step is about: its name, and the documents about it, as far as titles tell."""

    name: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was read.

    Attributes:
        text: As the passage writes it.
        chance: How likely it is right.
        passage: Where it stands.
        start: Where it begins in the passage's text.
        end: Where it ends.
    """

    text: str
    chance: float
    passage: Passage
    start: int
    end: int


class Steps:
    """Reads values.

    Args:
        chunks: Titles and openings.
        retriever: Passages for things that no title names.
        reader: Reads answers.
    """

    def __init__(self, chunks: ChunkIndex, retriever: Retriever, reader: AnswerReader) -> None:
        self._chunks = chunks
        self._retriever = retriever
        self._reader = reader

    def passages(self, thing: Thing, question: str, viewer: Viewer) -> list[Passage]:
        """The passages about a thing; where no document is titled so, those that retrieval finds and that name it."""
        if thing.documents:
            return self._chunks.openings(thing.documents, viewer)
        name = words(thing.name)
        found = self._retriever.find(question, viewer, PASSAGES)
        return [p for p in found if name and set(name) <= {*words(p.title), *words(p.text)}]

    def value(self, thing: Thing, relation: Relation, viewer: Viewer, *, leads: bool = False) -> Value | None:
        """Read the value of a relation.

        Args:
            thing: What it is about.
            relation: What is asked.
            viewer: Who asks.
            leads: Whether the value is asked on: one that titles a document is preferred.

        Returns:
            The likeliest value of the right kind, or None where there is none.
        """
        question = relation.ask.replace("{x}", thing.name)
        passages = self.passages(thing, question, viewer)
        values = self.read([question], passages, relation)
        if leads:
            values = [
                value if self.thing(value, viewer).documents else replace(value, chance=UNTITLED * value.chance)
                for value in values
            ]
        return max(values, key=lambda value: value.chance, default=None)

    def read(
        self, questions: Sequence[str], passages: Sequence[Passage], relation: Relation | None = None
    ) -> list[Value]:
        """Read answers to some questions in some passages.

        Args:
            questions: Each is asked of each passage.
            passages: What is read; each with its title before it.
            relation: What kind of value is wanted; None: any.
        """
        asked = [(question, passage) for question in questions for passage in passages]
        leads = [f"{passage.title}\n" if passage.title else "" for _, passage in asked]
        texts = [(q, lead + passage.text) for (q, passage), lead in zip(asked, leads, strict=True)]
        return [
            value
            for (_, passage), lead, extracts in zip(asked, leads, self._reader.read(texts, ALTERNATIVES), strict=True)
            for extract in extracts
            if (value := _value(passage, lead, extract, relation)) is not None
        ]

    def thing(self, value: Value, viewer: Viewer) -> Thing:
        """What a value names: the documents titled so."""
        (named,) = self._chunks.titles([value.passage.text], viewer)
        inside = [row for row in named if row[0] < value.end and row[1] > value.start]
        if not inside:
            (inside,) = self._chunks.titles([value.text], viewer)
        documents = max(inside, key=lambda row: row[1] - row[0])[2] if inside else ()
        return Thing(value.text, tuple(id for id in documents if id != value.passage.document_id))


def _value(passage: Passage, lead: str, extract: Extract, relation: Relation | None) -> Value | None:
    """Cut an extract to the value in it; None where it holds none of the kind that is wanted, or lies in the title."""
    start, end = extract.start - len(lead), extract.end - len(lead)
    if start < 0:
        return None
    text = passage.text[start:end]
    place = (0, len(text)) if relation is None else within(text, relation.gives, last=relation.name == "mother")
    if place is None:
        return None
    start, end = start + place[0], start + place[1]
    return Value(passage.text[start:end], extract.chance, passage, start, end)
