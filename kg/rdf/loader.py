"""Loads a file of RDF: each thing that it tells of becomes a line of text, a record, an entity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.graphs.edges import ALIVE, OUTERMOST
from kg.graphs.writing import documents
from kg.ingest.composer import stem
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.parsed import Part
from kg.rdf.graph import RdfGraph
from kg.rdf.reading import Statement, base_of, statements
from kg.rdf.things import Things

MEDIA_TYPE = "application/rdf"


def load(path: Path, name: str, nesting: Nesting = OUTERMOST) -> Iterator[Part]:
    """Read RDF in Turtle, RDF/XML, N-Triples, N-Quads, JSON-LD, TriG or N3.

    Types come from rdf:type, relations from predicates, names from labels in all languages; schema statements in the
    file say what types and relations are called and how they hang together. What is the same by owl:sameAs is one.

    Raises:
        DocumentError: it is damaged (CORRUPT), blank, or needs what stands elsewhere (UNSUPPORTED).
    """
    graph = RdfGraph(_told(statements(path, name), nesting.alive))
    nesting.alive()
    things = Things(graph, base_of(name))
    nesting.alive()
    yield from documents(
        things.nodes(), things.shape, title=stem(name), name=name, media_type=MEDIA_TYPE, notes=things.described
    )


def _told(found: Iterable[Statement], alive: Callable[[], None]) -> Iterator[Statement]:
    """Pass statements on, saying now and then that there is progress."""
    for number, statement in enumerate(found, 1):
        if number % ALIVE == 0:
            alive()
        yield statement
