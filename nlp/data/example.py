"""Labelled texts, one vocabulary for every task and file format. Offsets are characters of `text`, end exclusive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled stretch of a text; `score` is a probability where a model found it."""

    id: str
    start: int
    end: int
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Relation:
    """A labelled ordered pair of entities, by their ids."""

    head: str
    tail: str
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a whole text, or of a pair of texts."""

    name: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to `question`: a stretch of the text."""

    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """A text with what is annotated in it, or what a model predicts of it.

    Attributes:
        id: Unique in its set.
        text: The text itself, as it was found: no normalisation, so that offsets hold.
        entities: Labelled stretches.
        relations: Between `entities`.
        labels: Of the whole text; one where labels exclude each other. None: not annotated.
        clusters: Ids of entities that are the same thing, one tuple a thing.
        pair: The second text, where the task is about two.
        question: Where the task is to find its answer in the text.
        answers: Right answers to `question`; empty: the text holds none.
        target: The text to be written from this one.
        document: The document it was cut from; splits never cut a document. Empty: it is one by itself.
        annotated: Labels of which every instance in this text is annotated. None: all labels of the set. Where a label
            is not annotated its absence teaches nothing.
    """

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    labels: tuple[Label, ...] | None = None
    clusters: tuple[tuple[str, ...], ...] = ()
    pair: str | None = None
    question: str | None = None
    answers: tuple[Answer, ...] = ()
    target: str | None = None
    document: str = ""
    annotated: frozenset[str] | None = None
