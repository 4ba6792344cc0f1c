"""Stretches of a question that are the text of an attribute somewhere in the graph: "Germany", "Sales Manager"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.ask.language import HAN, Token, tokens
from assistant.ask.lexicon import Lexicon
from assistant.ask.stretches import is_words
from kg.ports import GraphStore
from kg.types import Value, Viewer, value_id

LONGEST, LONGEST_HAN = 6, 10
"""Most words, and most Chinese characters, of a stretch."""
MOST = 400
"""Most stretches looked up for one question, and most attributes that hold them."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An attribute of things of a type that holds a text, and of how many."""

    relation: str
    type: str
    things: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A stretch of the question with the attributes that hold it."""

    value: Value
    holders: tuple[Holder, ...]
    text: str
    start: int
    end: int
    score: float = 1.0  # less where an entity is called so


def literals(text: str, lexicon: Lexicon, graph: GraphStore, viewer: Viewer) -> list[Literal]:
    """Find the stretches of a question that attributes hold, the longest first where they overlap.

    Args:
        text: The question.
        lexicon: Of its language: its own words are no literals.
        graph: Where values are looked up, by their ids.
        viewer: Who asks: what he may not see holds nothing.
    """
    spans: dict[str, tuple[str, int, int]] = {}
    for start, end in _stretches(text, lexicon):
        for said in _spellings(text[start:end], lexicon):
            spans.setdefault(value_id(Value("Text", said)), (said, start, end))
            if len(spans) >= MOST:
                break
    if not spans:
        return []
    holders = _holders(list(spans), lexicon, graph, viewer)
    found: list[Literal] = []
    for key, (said, start, end) in sorted(spans.items(), key=lambda span: (span[1][1] - span[1][2], span[1][1])):
        if key in holders and not any(start < one.end and one.start < end for one in found):
            found.append(Literal(Value("Text", said), tuple(holders[key]), text[start:end], start, end))
    return sorted(found, key=lambda one: one.start)


def _holders(ids: Sequence[str], lexicon: Lexicon, graph: GraphStore, viewer: Viewer) -> dict[str, list[Holder]]:
    seen = "" if viewer.everything else (
        " WHERE any(g IN r.groups WHERE g IN $groups) AND any(g IN n.groups WHERE g IN $groups)"
    )  # fmt: skip
    result = graph.query(
        f"UNWIND $ids AS id MATCH (v:Value {{id: id}}) MATCH (n:Entity)-[r]->(v){seen}"
        " WITH id, type(r) AS relation, labels(n) AS labels, count(DISTINCT n) AS things"
        " RETURN id, relation, labels, things ORDER BY things DESC, relation",
        {"ids": list(ids), **({} if viewer.everything else {"groups": viewer.parameter})},
        limit=MOST,
    )
    found: dict[str, list[Holder]] = {}
    for key, relation, labels, things in result.rows:
        kinds = [label for label in labels if label in lexicon.ontology.types]
        if kinds and relation in lexicon.ontology.relations:
            found.setdefault(key, []).append(Holder(relation, kinds[0], things))
    return found


def _stretches(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Runs of words that may be a literal: not all of them the language's and the ontology's own."""
    cut = tokens(text)
    for first, token in enumerate(cut):
        most = LONGEST_HAN if HAN.match(token.text) else LONGEST
        for last in range(min(len(cut), first + most), first, -1):
            run = cut[first:last]
            if not _begins(run[0]) or not _begins(run[-1]) or run[-1].text.lower() in lexicon.language.possessive:
                continue
            stretch = text[run[0].start : run[-1].end]
            if not is_words(stretch, lexicon.language, lexicon) and not stretch.isdecimal():
                yield run[0].start, run[-1].end


def _begins(token: Token) -> bool:
    return token.text[:1].isalnum()


def _spellings(stretch: str, lexicon: Lexicon) -> list[str]:
    """A stretch as it stands and, where words have capitals, as a title."""
    return list(dict.fromkeys((stretch, stretch.title()))) if stretch.islower() else [stretch]
