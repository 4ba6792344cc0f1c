"""Files of triples, "subject relation object" a line, set apart by tabs or bars."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import DocumentError
from kg.graphs.edges import ALIVE, OUTERMOST, Edges
from kg.graphs.graph import Claim, End, Node, Shape, Text
from kg.graphs.inverse import inverses, symmetric, turned
from kg.graphs.names import relation_name
from kg.graphs.roles import THING, Kind, Place, kind_type, kinds
from kg.graphs.wording import Words, language_of, spaced, wording
from kg.graphs.writing import documents
from kg.ingest.cells import Cell, kind_of
from kg.ingest.cells import Kind as CellKind
from kg.ingest.composer import one_line, stem
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Part, Unread
from kg.types import DocumentStatus
from kg.values import parse_value

MEDIA_TYPE = "text/x-triples"
_LISTED = 20  # lines that are no triples, in the reason
LITERAL = 0.98
"""The part of a relation's objects that must be values of one kind; what is left is text."""
_COMPARED = 2_000_000
"""Up to so many triples relations are compared pair by pair, to find those that are each other turned round."""


def load(path: Path, name: str, nesting: Nesting = OUTERMOST) -> Iterator[Part]:
    """Read a file of triples.

    What stands in it under one name is one thing. A relation whose objects are all numbers or all dates states values;
    one that is another turned round ("..._inverse") is written as the other. Types come from the places that things
    take.

    Raises:
        DocumentError: no line is a triple (CORRUPT), or it is blank.
    """
    graph = _read(path, nesting.alive)
    if not graph.triples:
        first = f"; the first other line is {graph.bad[0]}" if graph.bad else ""
        raise DocumentError(DocumentStatus.CORRUPT, f'No line is a triple "subject|relation|object"{first}.')
    nesting.alive()
    plan = _Plan(graph)
    nesting.alive()
    yield from documents(plan.nodes(), plan.shape, title=stem(name), name=name, media_type=MEDIA_TYPE)
    if graph.bad:
        listed = ", ".join(map(str, graph.bad[:_LISTED])) + (", ..." if len(graph.bad) > _LISTED else "")
        reason = f"{len(graph.bad)} of its lines are no triples and were left out: {listed}."
        yield Unread(f"{name}#lines", DocumentStatus.CORRUPT, reason, stem(name))


@dataclass
class _Graph:
    """A file as it stands."""

    triples: Edges = field(default_factory=Edges)
    terms: dict[str, int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)
    bad: list[int] = field(default_factory=list)

    def term(self, text: str) -> int:
        return self.terms.setdefault(text, len(self.terms))


def _read(path: Path, alive: Callable[[], None]) -> _Graph:
    graph, delimiter = _Graph(), ""
    for number, line in enumerate(_lines(path), 1):
        if number % ALIVE == 0:
            alive()
        if not line.strip():
            continue
        delimiter = delimiter or ("\t" if line.count("\t") >= 2 else "|" if line.count("|") >= 2 else "")
        parts = [one_line(part) for part in line.split(delimiter)] if delimiter else []
        if delimiter == "\t":
            parts = [part for part in parts if part]  # some set columns apart by several tabs
        if len(parts) > 3 and delimiter == "|":
            parts = [*parts[:2], " | ".join(parts[2:])]
        if len(parts) != 3 or not all(parts):
            graph.bad.append(number)
            continue
        subject, relation, object_ = parts
        base = turned(relation)
        if base is not None:
            subject, relation, object_ = object_, base, subject
        place = graph.relations.setdefault(relation, len(graph.relations))
        graph.triples.add(graph.term(subject), place, graph.term(object_))
    return graph


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text in UTF-8 one by one; of one in another encoding all at once."""
    try:
        with path.open("rb") as file:
            file.read(1 << 20).decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.end < (1 << 20) - 4:
            yield from read_text(path).split("\n")
            return
    with path.open("rb") as file:
        for line in file:
            try:
                yield line.decode("utf-8").lstrip("\ufeff").rstrip("\r\n")
            except UnicodeDecodeError:
                yield decode(line).rstrip("\r\n")


class _Plan:
    """How a file of triples is written: its literals, types and relations."""

    def __init__(self, graph: _Graph) -> None:
        self._graph = graph
        self._terms = list(graph.terms)
        self._names = list(graph.relations)
        self._spaced = not any(" " in term for term in self._terms)  # "ludwig_ii_of_bavaria"
        self._literals = self._find_literals()
        self._turned, symmetric_ = self._find_inverses()
        self._kinds = self._find_kinds()
        self._table_of = {term: kind.name for term, kind in self._kinds.items()}
        self._columns = [relation_name(name) for name in self._names]
        self.shape = self._shape(symmetric_)

    def nodes(self) -> Iterator[Node]:
        """Yield the subjects with what is said of them; what is said turned round is said of the other."""
        edges, seen = Edges(), set[tuple[int, int, int]]()
        for subject, relation, object_ in self._graph.triples:
            if relation in self._turned:
                subject, relation, object_ = object_, self._turned[relation], subject
            if (subject, relation, object_) not in seen:
                seen.add((subject, relation, object_))
                edges.add(subject, relation, object_)
        del seen
        for _, subject, found in edges.by_subject():
            found.sort(key=lambda edge: edge[0])
            claims = tuple(Claim(self._columns[relation], self._end(relation, o)) for relation, o in found)
            yield Node(self._table(subject), self._key(subject), self._name(subject), claims=claims)

    def _end(self, relation: int, object_: int) -> End | Text:
        text = self._terms[object_]
        if relation in self._literals:
            return Text(text, self._literals[relation].of(Cell(text)).value)
        return End(self._table(object_), self._key(object_), self._name(object_))

    def _table(self, term: int) -> str:
        return self._table_of.get(term, THING)

    def _key(self, term: int) -> str:
        return f'"{self._terms[term]}"'

    def _name(self, term: int) -> str:
        text = self._terms[term]
        return text.replace("_", " ").strip() or text if self._spaced else text

    def _find_literals(self) -> dict[int, CellKind]:
        """The relations whose objects are numbers, dates or the like, but for a few, and not mostly subjects too."""
        subjects = {subject for subject, _, _ in self._graph.triples}
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        for _, relation, object_ in self._graph.triples:
            counts[relation][object_] += 1
        literals = {}
        for relation, objects in counts.items():
            values = [object_ for object_ in objects if parse_value(self._terms[object_]) is not None]
            stated = sum(objects[object_] for object_ in values)
            if stated < LITERAL * objects.total() or 2 * sum(o in subjects for o in values) >= len(values):
                continue
            kind = kind_of(spaced(self._names[relation]), (Cell(self._terms[object_]) for object_ in values))
            if kind.value is not None or kind.code:
                literals[relation] = kind
        return literals

    def _find_inverses(self) -> tuple[dict[int, int], frozenset[int]]:
        if len(self._graph.triples) > _COMPARED:
            return {}, frozenset()
        pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for subject, relation, object_ in self._graph.triples:
            if relation not in self._literals:
                pairs[self._names[relation]].add((subject, object_))
        place = self._graph.relations
        found = {place[goes]: place[stays] for goes, stays in inverses(pairs).items()}
        return found, frozenset(place[name] for name, stated in pairs.items() if symmetric(stated))

    def _find_kinds(self) -> dict[int, Kind]:
        places: dict[Place, Counter[int]] = defaultdict(Counter)
        for subject, relation, object_ in self._graph.triples:
            if relation in self._turned:
                subject, relation, object_ = object_, self._turned[relation], subject
            places[relation, False][subject] += 1
            if relation not in self._literals:
                places[relation, True][object_] += 1
        nouns = {}
        for relation, name in enumerate(self._names):
            said = wording(name, language_of(name))
            if said.noun:
                nouns[relation, True] = said.noun
            elif said.inverse_labels:
                nouns[relation, False] = said.inverse_labels[0]
        return kinds(places, nouns)

    def _shape(self, symmetric_: frozenset[int]) -> Shape:
        types = {kind.name: kind_type(kind) for kind in (Kind(()), *self._kinds.values())}
        words = {relation: Words() for relation in range(len(self._names))}
        for relation, name in enumerate(self._names):
            words[relation].add(name, language_of(name))
        for goes, stays in self._turned.items():
            words[stays].add(self._names[goes], language_of(self._names[goes]), inverse=True)
        thing = types[THING].name
        relations = [
            said.relation(
                self._columns[relation],
                (thing,),
                ((self._literals[relation].value or "Text") if relation in self._literals else thing,),
                symmetric=relation in symmetric_,
            )
            for relation, said in words.items()
        ]
        captions = {column: spaced(name) for column, name in zip(self._columns, self._names, strict=True)}
        return Shape(types, {relation.name: relation for relation in relations}, captions)
